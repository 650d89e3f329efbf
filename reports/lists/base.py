"""A list: the same address, the same rows, as a page or as a file (contract.md, *Addresses*)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import F, OrderBy, QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.counting import CAP, capped_count
from accounts.models import User
from reports.parameters import ListFilters

CHUNK = 2_000
PER_PAGE, MOST_PER_PAGE = 50, 200


@dataclass(frozen=True)
class Column:
    """A column of the file: its name in the contract, and its value from a row as `ReportList.fetch` gives it."""

    name: str
    value: Callable[[dict[str, Any]], Any]


def batches(items: Iterator[int], size: int) -> Iterator[list[int]]:
    """`items` in lists of at most `size`."""
    while batch := list(islice(items, size)):
        yield batch


class ReportList:
    """One list as one person asks for it. `problems` are sentences; while there are any, it has no rows."""

    name: ClassVar[str]
    permission: ClassVar[str]
    filters_class: ClassVar[type[ListFilters]]
    # Column name to the record's columns it orders by; `default_order` is one of them, with `-` to turn it round.
    orders: ClassVar[dict[str, tuple[str, ...]]]
    default_order: ClassVar[str]
    nullable: ClassVar[frozenset[str]] = frozenset()
    order_labels: ClassVar[dict[str, Any]]
    columns: ClassVar[tuple[Column, ...]]
    more_columns: ClassVar[tuple[Column, ...]] = ()

    def __init__(self, params: QueryDict, user: User) -> None:
        if not user.has_perm(self.permission):
            raise PermissionDenied
        self.params, self.user = params, user
        self.problems: list[str] = []
        self.page_number = self._number("page", 1, None)
        self.per_page = self._number("per_page", PER_PAGE, MOST_PER_PAGE)
        self.order = self._one("ordering") or self.default_order
        if self.order.removeprefix("-") not in self.orders:
            self.problems.append(_("This list cannot be ordered by “%s”, so no rows are shown.") % self.order)
        self.format = self._one("format")
        if self.format not in ("", "csv"):
            self.problems.append(_("“%s” is not a format of this list, so no rows are shown.") % self.format)
        self.exact = self._one("count")
        if self.exact not in ("", "exact"):
            self.problems.append(_("count=%s is not known, so no rows are shown.") % self.exact)
        self.chosen = self._columns()
        self.filters = self.make_filters()
        self.problems += self.filters.problems({"page", "per_page", "ordering", "format", "count", "columns"})

    @property
    def file_name(self) -> str:
        """Its part of a file's name."""
        return self.name

    def make_filters(self) -> ListFilters:
        """The list's filters on these parameters."""
        return self.filters_class(self.params, self.user)

    # --- Parameters beside the filters --------------------------------------------------------------------------------

    def _one(self, name: str) -> str:
        values = list(dict.fromkeys(value.strip() for value in self.params.getlist(name) if value.strip()))
        if len(values) > 1:
            self.problems.append(_("“%s” can be given once only, so no rows are shown.") % name)
        return values[0] if values else ""

    def _number(self, name: str, default: int, most: int | None) -> int:
        text = self._one(name)
        if not text:
            return default
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
        if number < 1 or (most is not None and number > most):
            span = _("from 1 to %d") % most if most else _("from 1 on")
            self.problems.append(
                _("%(name)s takes a whole number %(span)s, so no rows are shown.") % vars_of(name, span)
            )
            return default
        return number

    def _columns(self) -> tuple[Column, ...]:
        """The contract's columns, which come first and stay, and those asked for behind them."""
        wanted = [name for text in self.params.getlist("columns") for name in text.replace(",", " ").split()]
        if "all" in wanted:
            wanted = [name for name in wanted if name != "all"] + [column.name for column in self.more_columns]
        more = {column.name: column for column in self.more_columns}
        known = {column.name for column in self.columns} | more.keys()
        for name in dict.fromkeys(wanted):
            if name not in known:
                self.problems.append(_("“%s” is not a column of this list, so no rows are shown.") % name)
        return (*self.columns, *(more[name] for name in dict.fromkeys(wanted) if name in more))

    # --- Rows ---------------------------------------------------------------------------------------------------------

    @cached_property
    def rows(self) -> "QuerySet[Any]":
        """The driving rows, narrowed, in order, ending in the record's id so that the order is total."""
        if self.problems:
            return self.filters.driver.rows.none()
        return self.filters.narrowed.order_by(*self.ordering(self.order))

    def ordering(self, order: str) -> list[OrderBy]:
        """What `order` (a column name, `-` before it) means on the driving rows."""
        driver, down = self.filters.driver, order.startswith("-")
        made = []
        for column in self.orders[order.removeprefix("-")]:
            # Both databases put a missing value after all others, or before them when turned round. Said only where
            # one can be missing, because an index walk does not know the words.
            last = True if column in self.nullable else None
            path = F(driver.path(column))
            made.append(path.desc(nulls_first=last) if down else path.asc(nulls_last=last))
        return [*made, F(driver.key).desc() if down else F(driver.key).asc()]

    @cached_property
    def count(self) -> tuple[int, bool]:
        """How many rows there are, and whether there are more than that (exact to a thousand, or when asked)."""
        if self.exact:
            return self.rows.order_by().count(), False
        return capped_count(self.rows, CAP)

    @cached_property
    def page(self) -> "Page":
        """The page asked for; one past the end is the last."""
        page = self._page(self.page_number)
        if not page.ids and self.page_number > 1 and not self.problems:
            total = self.rows.order_by().count()
            page = self._page(max(1, -(-total // self.per_page)))
        return page

    def _page(self, number: int) -> "Page":
        first = (number - 1) * self.per_page
        ids = list(self.rows.values_list(self.filters.driver.key, flat=True)[first : first + self.per_page + 1])
        return Page(number, first, ids[: self.per_page], len(ids) > self.per_page)

    def ids(self) -> Iterator[int]:
        """The id of every row, in order, a chunk at a time."""
        return iter(self.rows.values_list(self.filters.driver.key, flat=True).iterator(chunk_size=CHUNK))

    def cells(self) -> Iterator[list[Any]]:
        """Every row as the values of the chosen columns; in chunks, so memory does not grow with the list."""
        for batch in batches(self.ids(), CHUNK):
            for row in self.fetch(batch):
                yield [column.value(row) for column in self.chosen]

    def name_of(self, username: str | None, partner: int | None) -> str | None:
        """A person's username as far as the reader may know it; a partner's staff meet no other partner's by name."""
        own = self.user.partner_id
        hidden = own is not None and not self.user.is_superuser and partner not in (None, own)
        return None if hidden else username

    def fetch(self, ids: list[int]) -> list[dict[str, Any]]:
        """The records of `ids`, in that order, as dictionaries for the columns; a fixed number of queries."""
        raise NotImplementedError

    def records(self, ids: list[int]) -> list[Any]:
        """The records of `ids`, in that order, as the page shows them; a fixed number of queries."""
        raise NotImplementedError


@dataclass(frozen=True)
class Page:
    """A page of ids, its number and the offset of its first row, and whether more follow."""

    number: int
    first: int
    ids: list[int]
    more: bool


def vars_of(name: str, span: str) -> dict[str, str]:
    """The values of the message about a number."""
    return {"name": name, "span": span}


def in_order(ids: list[int], found: dict[int, Any]) -> list[Any]:
    """The found records in the order of `ids`; one gone meanwhile is left out."""
    return [found[key] for key in ids if key in found]
