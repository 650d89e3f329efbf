"""Reads a history page as its reader would: who, when, what, with what went in [-…-] and what came in {+…+}."""

from html.parser import HTMLParser
from typing import Any, NamedTuple


class Told(NamedTuple):
    """One entry: what it is called, by whom, and its lines as "Label: what"."""

    headline: str
    who: str
    lines: tuple[str, ...] = ()


MARKS = {"del": ("[-", "-]"), "ins": ("{+", "+}")}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.entries: list[dict[str, Any]] = []
        self.times: list[tuple[str, str]] = []
        self.links: list[str] = []
        self._inside, self._at = False, ""
        self._label = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        if tag == "ol" and "history" in (given.get("class") or ""):
            self._inside = True
        if not self._inside:
            return
        if tag == "li":
            self.entries.append({"headline": "", "who": "", "lines": []})
        elif tag == "time":
            self.times.append((given["datetime"], given["title"]))
        elif tag == "a":
            self.links.append(given["href"])
        elif tag in MARKS:
            self.handle_data(MARKS[tag][0])
        if tag == "h2":
            self._at = "headline"
        elif tag == "span" and self._at == "after":
            self._at = "who"
        elif tag in ("dt", "dd", "p"):
            self._at = tag
            if tag == "dt":
                self._label = ""
            else:
                self.entries[-1]["lines"].append(f"{self._label}: " if tag == "dd" else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "ol":
            self._inside = False
        if not self._inside:
            return
        if tag in MARKS:
            self.handle_data(MARKS[tag][1])
        if tag == "h2":
            self._at = "after"
        elif (tag == "span" and self._at == "who") or tag in ("dt", "dd", "p"):
            self._at = ""

    def handle_data(self, data: str) -> None:
        if not self._inside:
            return
        if self._at in ("headline", "who"):
            self.entries[-1][self._at] += data
        elif self._at == "dt":
            self._label += data
        elif self._at in ("dd", "p"):
            self.entries[-1]["lines"][-1] += data


def _read(response: Any) -> _Page:
    assert response.status_code == 200, response.status_code
    page = _Page()
    page.feed(response.content.decode())
    return page


def told(response: Any) -> list[Told]:
    """The entries of a history page, newest first."""
    return [Told(one["headline"], one["who"], tuple(one["lines"])) for one in _read(response).entries]


def times(response: Any) -> list[tuple[str, str]]:
    """The moment of each entry, as the machine and as the reader reads it."""
    return _read(response).times


def links(response: Any) -> list[str]:
    """The addresses that the entries lead to."""
    return _read(response).links


def history(record: Any) -> str:
    """The address of a record's history."""
    return f"/admin/{record._meta.app_label}/{record._meta.model_name}/{record.pk}/history/"
