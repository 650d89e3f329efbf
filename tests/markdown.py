"""Reads the pages in docs/: their tables by heading, their addresses in backticks, their headings' anchors."""

import re
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
_CELL = re.compile(r"(?<!\\)\|")
_CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Table:
    """A table, and the heading it stands under."""

    section: str
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]

    def columns(self, *names: str) -> list[tuple[str, ...]]:
        """Some columns of every row, bare of backticks."""
        places = [self.head.index(name) for name in names]
        return [tuple(bare(row[place]) for place in places) for row in self.rows]


def bare(cell: str) -> str:
    """A cell that is one piece of code, without its backticks; any other as it is."""
    found = _CODE.fullmatch(cell)
    return found[1] if found else cell


def codes(text: str) -> list[str]:
    """What stands in backticks."""
    return _CODE.findall(text)


def parts(cell: str, between: str = ", ") -> list[str]:
    """The items of a cell, none for an empty one."""
    return [bare(part) for part in cell.split(between)] if cell else []


def read(page: str) -> str:
    """The text of a page, by its path under docs/."""
    return (DOCS / page).read_text(encoding="utf-8")


def tables(page: str) -> list[Table]:
    """Every table of a page, in order."""
    found: list[Table] = []
    section, open_rows = "", None
    for line in read(page).splitlines():
        if line.startswith("#"):
            section = line.lstrip("#").strip()
        if not line.startswith("|"):
            open_rows = None
            continue
        cells = tuple(cell.strip() for cell in _CELL.split(line.strip())[1:-1])
        if open_rows is None:
            open_rows = []
            found.append(Table(section, cells, open_rows))
        elif not all(set(cell) == {"-"} for cell in cells):
            assert len(cells) == len(found[-1].head), (page, line)
            open_rows.append(cells)
    return found


def table(page: str, *head: str, section: str = "") -> Table:
    """The one table of a page whose head begins so, under the heading if one is named."""
    found = [
        one
        for one in tables(page)
        if one.head[: len(head)] == head and (not section or one.section.startswith(section))
    ]
    assert len(found) == 1, (page, head, section, len(found))
    return found[0]


def anchors(text: str) -> set[str]:
    """The fragments that the headings of a page answer to, as GitHub makes them."""
    heads = [line.lstrip("#").strip() for line in text.splitlines() if re.match("#+ ", line)]
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


# What the number in a query is of.
_OF = {"customer": "customers.Customer", "entitlement": "customers.Entitlement", "rewrites": "notes.Note"}
_OF |= {"workload__id__exact": "customers.Workload", "request": "notes.SummaryRequest"}


def filled(address: str, username: str) -> str:
    """An address with rows that are there in place of `<id>`, `<campaign>` and `<username>`."""

    def newest(model: str) -> str:
        return str(apps.get_model(model)._base_manager.order_by("pk").values_list("pk", flat=True).last())

    address = re.sub(
        r"^/admin/(\w+)/(\w+)/<id>",
        lambda found: f"/admin/{found[1]}/{found[2]}/{newest('.'.join(found.groups()))}",
        address,
    )
    address = re.sub(r"([?&])(\w+)=<id>", lambda found: f"{found[1]}{found[2]}={newest(_OF[found[2]])}", address)
    address = re.sub(r"^/customers/<id>/", lambda _found: f"/customers/{newest('customers.Customer')}/", address)
    address = address.replace("<campaign>", "covid").replace("<username>", username)
    assert "<" not in address, address
    return address
