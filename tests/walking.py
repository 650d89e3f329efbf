"""Walks the product as somebody at work does: from home and the admin's index along every link, each kind of page once.

A kind of page is its route, with those parameters that make another page of it; a few of each are read.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from accounts.models import User

STARTS = ("/", "/admin/", "/reports/")
# Not pages: files, what scripts ask, and leaving.
NO_PAGES = {"admin:jsi18n", "admin:autocomplete", "admin:logout", "admin:notes_note_tags", "admin:view_on_site"}
# Parameters whose value makes another page.
TELLING = ("note_type", "show", "type", "l1")
# Of most kinds one page says all; a note's look depends on the note.
MOST = Counter({"admin:notes_note_change": 9, "admin:notes_note_history": 3, "admin:notes_risk_change": 2})


@dataclass(frozen=True)
class Page:
    """A page as it was answered."""

    address: str
    status: int
    html: str


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.found.append(given["href"])


def links(html: str) -> list[str]:
    """Where the page leads, as written, in order."""
    reader = _Links()
    reader.feed(html)
    return list(dict.fromkeys(reader.found))


def kind_of(address: str) -> str | None:
    """What kind of page an address leads to; None for what is no page of ours."""
    parts = urlsplit(address)
    if parts.netloc or parts.scheme or not parts.path.startswith("/"):
        return None
    try:
        name = resolve(parts.path).view_name
    except Resolver404:
        return None
    query = dict(parse_qsl(parts.query))
    if name in NO_PAGES or "format" in query or name.startswith("static"):
        return None
    return f"{name}?{','.join(f'{key}={query[key]}' for key in TELLING if key in query)}"


def walk(user: User, client: Client | None = None, most: int = 400) -> Iterator[Page]:
    """Every kind of page that `user` comes to, at most `most` of them. Redirects are followed."""
    client = client or Client()
    client.force_login(user)
    seen: Counter[str] = Counter()
    queue, known = deque(STARTS), set(STARTS)
    while queue and most:
        address = queue.popleft()
        response = client.get(address, follow=True)
        kind = response.headers.get("Content-Type", "")
        if not kind.startswith("text/html"):
            continue
        html = response.content.decode()
        most -= 1
        yield Page(address, response.status_code, html)
        for href in links(html):
            target = urljoin(address, href).split("#")[0]
            found = kind_of(target)
            if found is None or target in known or seen[found] >= max(2, MOST[found.split("?")[0]]):
                continue
            seen[found] += 1
            known.add(target)
            queue.append(target)


# --- What a page says -------------------------------------------------------------------------------------------------

_SAID = ("placeholder", "title", "aria-label", "alt", "label")


class _Words(HTMLParser):
    """The texts that somebody sees or hears; nothing in a part that is marked as another language's."""

    VOID = frozenset(
        ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
    )

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []

    @property
    def _hidden(self) -> bool:
        return any(hidden for _tag, hidden in self._open)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = {name: value or "" for name, value in attrs}
        other = tag != "html" and not given.get("lang", "zh").startswith("zh")
        hidden = tag in ("script", "style", "template", "head") or other
        if not (self._hidden or hidden):
            self.texts += [given[name] for name in _SAID if given.get(name)]
            if tag == "input" and given.get("type") in ("submit", "button", "reset"):
                self.texts.append(given.get("value", ""))
        if tag not in self.VOID:
            self._open.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] == tag:
                del self._open[at:]
                return

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._hidden:
            self.texts.append(data.strip())


def texts(html: str) -> list[str]:
    """What the page says: its text, and what its fields, buttons and pictures are called."""
    reader = _Words()
    reader.feed(html)
    title = re.search(r"<title>(.*?)</title>", html, re.S)
    return [*([title[1].strip()] if title else []), *reader.texts]
