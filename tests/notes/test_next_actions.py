"""A next action done in one click, and undone: who may, what is kept of it, and that nobody's words are lost by it."""

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from customers.models import Customer
from notes import next_actions, policy
from notes.models import Note
from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db

FRIDAY = dt.date(2030, 1, 4)


def done(note: Note) -> str:
    return f"/admin/notes/note/{note.pk}/done/"


def note_with_action(author: User, customer: Customer, owner: str = "", **columns: Any) -> Note:
    columns = {"next_action": "Call the sponsor", "next_action_date": FRIDAY, "next_action_owner": owner} | columns
    return build.note(author, customer, **columns)


def is_done(note: Note) -> bool:
    return Note.objects.get(pk=note.pk).next_action_done_at is not None


def messages_of(page: str) -> list[str]:
    found = re.search(r'<ul class="messagelist">(.*?)</ul>', page, re.DOTALL)
    items = re.findall(r"<li[^>]*>(.*?)</li>", found[1], re.DOTALL) if found else []
    return [" ".join(unescape(re.sub(r"<[^>]*>", " ", item)).split()) for item in items]


@pytest.fixture
def fm(client: Client) -> User:
    fm = build.person("fm", "FM")
    build.log_in(client, fm)
    return fm


@pytest.fixture
def note(fm: User) -> Note:
    return note_with_action(fm, build.customer(), "fm")


def test_done_from_home_and_undone_by_the_message(client: Client, note: Note) -> None:
    """One click each way; back home, and the note's history tells both."""
    answer = client.post(done(note), {"next": "/", "action": "Call the sponsor"})
    assert (answer.status_code, answer["Location"], is_done(note)) == (302, "/", True)
    page = client.get("/").content.decode()
    assert messages_of(page) == ["Done: Call the sponsor Undo"]
    assert "No next action waits for you." in page
    form = re.search(rf'<form method="post" action="{done(note)}">(.*?)</form>', page, re.DOTALL)
    assert form is not None
    fields = dict(re.findall(r'name="([^"]*)" value="([^"]*)"', form[1]))
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    answer = strict.post(done(note), fields)
    assert (answer.status_code, answer["Location"], is_done(note)) == (302, "/", False)
    page = client.get("/").content.decode()
    assert messages_of(page) == ["Open again: Call the sponsor"]
    assert "Call the sponsor</a>" in page
    history = client.get(f"/admin/notes/note/{note.pk}/history/").content.decode()
    assert history.count("Next action done") >= 2


def test_twice_is_once(client: Client, note: Note) -> None:
    for undo in ({}, {"undo": "1"}):
        kept = []
        for _again in range(2):
            client.post(done(note), undo)
            row = Note.objects.get(pk=note.pk)
            kept.append((row.next_action_done_at, row.history.count()))
        assert kept[0] == kept[1]
    assert Note.objects.get(pk=note.pk).history.count() == 3


def test_a_get_asks_and_changes_nothing(client: Client, note: Note) -> None:
    page = client.get(f"{done(note)}?next=/reports/notes/").content.decode()
    assert 'value="Mark done"' in page
    assert 'name="next" value="/reports/notes/"' in page
    assert not is_done(note)
    client.post(done(note))
    page = client.get(done(note)).content.decode()
    assert 'value="Open again"' in page
    assert 'name="undo" value="1"' in page
    assert is_done(note)


@pytest.mark.parametrize(
    ("wanted", "leads"),
    [("/customers/1/?type=x", "/customers/1/?type=x"), ("", ""), ("https://example.com/", ""), ("//example.com", ""),
     ("javascript:alert(1)", ""), ("/\x00", "/%00"), ("\x00", "")],
)  # fmt: skip
def test_it_leads_back_to_a_page_of_ours_only(client: Client, note: Note, wanted: str, leads: str) -> None:
    answer = client.post(done(note), {"next": wanted})
    assert answer.status_code == 302
    assert answer["Location"] == (leads or pages.change(note))


def test_who_may(client: Client) -> None:
    """Whom it is with, the author, writers who serve the customer today, a superuser; within scope."""
    partner, other = build.partner(), build.partner("Fabrikam Partners")
    customer = build.customer(partner=partner)
    people = build.cast("fm", "fe", "gm", "rm", "lt", "pa", "frp", "nobody", "admin")
    author = people["author"] = build.person("author", "FM")
    people["frp2"] = build.person("frp2", "FRP", partner=other)
    people["left"] = build.person("left", "FM")
    build.assign(customer, people["fe"], "FE")
    build.assign(customer, people["left"], "FM", ends=timezone.localdate() - dt.timedelta(days=1))
    build.assign(customer, people["lt"], "LT")
    note = note_with_action(author, customer, "rm")
    found = {}
    for name, user in people.items():
        answer = build.log_in(client, user).post(done(note))
        found[name] = (answer.status_code, is_done(note), policy.may_finish_action(user, note))
        Note.objects.filter(pk=note.pk).update(next_action_done_at=None)
    yes, no, unknown = (302, True, True), (403, False, False), (404, False, False)
    assert found == {
        "fm": no, "fe": yes, "gm": no, "rm": yes, "lt": no, "pa": no, "frp": no, "nobody": no, "admin": yes,
        "author": yes, "frp2": unknown, "left": no,
    }  # fmt: skip


def test_withdrawn_or_without_an_action(client: Client, fm: User, note: Note) -> None:
    plain = build.note(fm, note.customer)
    build.withdraw(note, fm)
    answers = [getattr(client, how)(done(row)).status_code for row in (note, plain) for how in ("get", "post")]
    assert answers == [403, 403, 404, 404]
    for key in ("987654", "x", "1" * 30, "%00"):
        assert client.post(f"/admin/notes/note/{key}/done/").status_code == 404
    assert [is_done(note), is_done(plain)] == [False, False]


def test_what_became_another_action_is_not_marked(client: Client, fm: User, note: Note) -> None:
    """The button said one thing; meanwhile the note says another."""
    client.post(pages.change(note), build.form_data("overall_status", note.customer, version=1, next_action_owner="fm",
                next_action="Visit the CIO", next_action_date="2030-02-01"))  # fmt: skip
    client.post(done(note), {"action": "Call the sponsor", "next": "/"})
    assert not is_done(note)
    told = "Nothing is marked: the next action has changed meanwhile, to “Visit the CIO”."
    assert told in messages_of(client.get("/").content.decode())


def test_the_form_opened_before_is_saved_without_a_conflict(client: Client, note: Note) -> None:
    """The mark changes no word: whoever edits the note meanwhile loses nothing, and the mark stays."""
    typed = pages.filled(client.get(pages.change(note))) | {"body": "Other words."}
    client.post(done(note))
    answer = client.post(pages.change(note), typed)
    row = Note.objects.get(pk=note.pk)
    assert (answer.status_code, row.body, row.version, is_done(note)) == (302, "Other words.", 2, True)


def test_a_mark_does_not_write_over_words_saved_meanwhile(fm: User, note: Note) -> None:
    """Nor does it tell an older state to the history."""
    stale = Note.objects.get(pk=note.pk)
    row = Note.objects.get(pk=note.pk)
    row.body = "Other words."
    row.save()
    assert next_actions.finish(stale, by=fm)
    row = Note.objects.get(pk=note.pk)
    newest = row.history.order_by("-history_date", "-history_id").first()
    assert (row.body, newest.body) == ("Other words.", "Other words.")
    assert newest.next_action_done_at == row.next_action_done_at
    assert (row.version, row.updated_at) == (note.version, note.updated_at)


@pytest.mark.parametrize(
    ("changed", "stays"),
    [({"body": "Other words."}, True), ({"next_action_owner": "somebody"}, True), ({"next_action": "Visit"}, False),
     ({"next_action_date": "2030-02-01"}, False), ({"next_action": "", "next_action_date": ""}, False)],
)  # fmt: skip
def test_another_action_or_day_is_open_again(client: Client, note: Note, changed: dict[str, str], stays: bool) -> None:
    client.post(done(note))
    client.post(pages.change(note), pages.filled(client.get(pages.change(note))) | changed)
    assert Note.objects.get(pk=note.pk).version == 2
    assert is_done(note) is stays
