"""Reads what a page says, as its reader would: the errors at the fields, and what the form would send back."""

import html
from html.parser import HTMLParser
from typing import Any

ADD = "/admin/notes/note/add/"
LIST = "/admin/notes/note/"


def change(note: Any) -> str:
    """The address of a note."""
    return f"/admin/notes/note/{note.pk}/change/"


def withdraw(note: Any) -> str:
    """The address that withdraws a note."""
    return f"/admin/notes/note/{note.pk}/withdraw/"


def errors(response: Any) -> dict[str, list[str]]:
    """The form's errors by field, each of which must stand on the page too; answers 200 or 409."""
    assert response.status_code in (200, 409), response.status_code
    form = response.context["adminform"].form
    found = {name: list(map(str, messages)) for name, messages in form.errors.items()}
    page = response.content.decode()
    for name, messages in found.items():
        for message in messages:
            refused = name == "__all__" and "A customer that pauses gets no" in message
            assert html.escape(message).removesuffix(".") in page if refused else html.escape(message) in page, message
    return found


def error_fields(response: Any) -> list[str]:
    """The names of the fields with an error, sorted."""
    return sorted(errors(response))


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}
        self.buttons: list[tuple[str, str]] = []
        self.links: list[str] = []
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "button" or (tag == "input" and given.get("type") == "submit"):
            self.buttons.append((name, value))
        elif tag == "textarea":
            self._area = name
            self.values[name] = ""
        elif tag == "input" and name:
            self._take(name, value, given)

    def _take(self, name: str, value: str, given: dict[str, str]) -> None:
        if given.get("type") == "checkbox" and name == "workloads":
            chosen = self.values.setdefault(name, [])
            if "checked" in given:
                chosen.append(value)
        elif given.get("type") in ("radio", "checkbox"):
            if "checked" in given:
                self.values[name] = value or "on"
        else:
            self.values[name] = value

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            # A browser drops the line end that directly follows the opening tag.
            self.values[self._area] = self.values[self._area].removeprefix("\r\n").removeprefix("\n")
            self._area = None


def _parsed(response: Any) -> _Form:
    page = response.content.decode()
    start = page.index('id="note_form"')
    parser = _Form()
    parser.feed(page[page.rindex("<form", 0, start) : page.index("</form>", start)])
    return parser


def has_form(response: Any) -> bool:
    """Whether the page holds the form that writes a note."""
    return 'id="note_form"' in response.content.decode()


def filled(response: Any) -> dict[str, Any]:
    """What a browser would send back from the note form as it came, without its button; empty values left out."""
    values = _parsed(response).values
    return {name: value for name, value in values.items() if value and name != "csrfmiddlewaretoken"}


def of_note(response: Any) -> dict[str, Any]:
    """As `filled`, without what the page keeps for itself: its draft and the token that makes twice once."""
    return {name: value for name, value in filled(response).items() if not name.startswith(("draft", "submission"))}


def buttons(response: Any) -> list[tuple[str, str]]:
    """The buttons of the note form: (name, value)."""
    return _parsed(response).buttons


def links(response: Any) -> list[str]:
    """The addresses linked in the note form."""
    return _parsed(response).links
