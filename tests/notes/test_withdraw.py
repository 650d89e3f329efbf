"""Withdrawing a note: who may, what it needs, and that afterwards it is on its own page alone (domain.md §8)."""

import datetime as dt

import pytest
from django.utils import timezone

from customers.models import Entitlement
from notes.models import Note, NoteTag, NoteWorkload
from tests import builders as build
from tests import walking
from tests.notes import pages

pytestmark = pytest.mark.django_db

WHY = {"reason": "  Written on the wrong customer. "}


def saved(note):
    """All that is stored of a note, and of the rows beside it."""
    beside = [model.objects.filter(**{link: note}).order_by("pk").values() for model, link in BESIDE]
    return Note.objects.values().get(pk=note.pk), *map(list, beside), note.history.count()


BESIDE = ((NoteTag, "content_object"), (NoteWorkload, "note"))


def life(note):
    return [sorted(set(model.objects.filter(**{link: note}).values_list("live", flat=True))) for model, link in BESIDE]


def a_note(author, customer, **more):
    return build.note(author, customer, body="Wrong place.", tags="covid", workloads=["EXO"], risks="late", **more)


# --- Who --------------------------------------------------------------------------------------------------------------

WHO = {
    "author": 302,
    "pa": 302,
    "admin": 302,
    **dict.fromkeys(("fm", "fe", "gm", "rm", "lt", "fta", "nobody"), 403),
    "frp": 404,  # another partner's customer, or none's, is not there
}


@pytest.mark.parametrize("who", WHO)
def test_who_withdraws(client, who):
    author, customer = build.person("author", "FM"), build.customer()
    note = a_note(author, customer)
    user = author if who == "author" else build.cast(who)[who]
    build.log_in(client, user)
    before, started = saved(note), timezone.now()
    got, sent = client.get(pages.withdraw(note)), client.post(pages.withdraw(note), WHY)
    if who == "nobody":
        # Who may read no notes at all may not know of this one either.
        assert (got.status_code, sent.status_code) in ((403, 403), (404, 404))
    else:
        assert (got.status_code, sent.status_code) == ({302: 200}.get(WHO[who], WHO[who]), WHO[who])
    if WHO[who] != 302:
        assert saved(note) == before
        return
    assert sent["Location"] == pages.LIST
    after = Note.objects.get(pk=note.pk)
    assert (after.withdrawn_by, after.withdrawn_reason) == (user, "Written on the wrong customer.")
    assert started <= after.withdrawn_at <= timezone.now()
    changed = {name for name, value in saved(note)[0].items() if value != before[0][name]}
    assert changed == {"withdrawn_at", "withdrawn_by_id", "withdrawn_reason", "version"}
    assert life(note) == [[False], [False]]


def test_a_foreign_note_answers_as_one_that_does_not_exist(client):
    note = a_note(build.person("fm", "FM"), build.customer(partner=build.partner("Theirs")))
    build.log_in(client, build.person("frp", "FRP", partner=build.partner("Ours")))
    for ask in (client.get, lambda address: client.post(address, WHY)):
        foreign, missing = ask(pages.withdraw(note)), ask("/admin/notes/note/999999/withdraw/")
        assert foreign.status_code == missing.status_code == 404
        assert walking.texts(foreign.content.decode()) == walking.texts(missing.content.decode())
    assert client.post("/admin/notes/note/nonsense/withdraw/", WHY).status_code == 404


def test_an_author_without_the_type_still_withdraws(client):
    """Taking back needs no right to write (contract, *Rights*)."""
    author = build.person("fm", "FM")
    note = a_note(author, build.customer())
    author.groups.set(build.person("rm", "RM").groups.all())
    build.log_in(client, author)
    assert client.post(pages.withdraw(note), WHY).status_code == 302


# --- What it needs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [{}, {"reason": ""}, {"reason": " \n\t"}, {"reason": "x" * 2_001}, {"reason": "a\0b"}])
def test_a_reason(client, data):
    author = build.person("fm", "FM")
    note = a_note(author, build.customer())
    before = saved(note)
    answer = build.log_in(client, author).post(pages.withdraw(note), data)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["reason"])
    assert str(answer.context["form"].errors["reason"][0]) in answer.content.decode()
    assert saved(note) == before


def test_asking_changes_nothing(client):
    author = build.person("fm", "FM")
    note = a_note(author, build.customer())
    before = saved(note)
    page = build.log_in(client, author).get(pages.withdraw(note), WHY)
    assert (page.status_code, 'name="reason"' in page.content.decode(), saved(note)) == (200, True, before)


def test_a_status_note_in_force_stays_until_a_later_one(client):
    author, customer = build.person("fm", "FM"), build.customer()
    right = build.entitlement(customer, "EXO")
    other = build.entitlement(customer, "SPO")
    blocked = {"l1": "blocked", "l2": "legal-regulatory"}
    wrong = build.note(author, customer, "entitlement_status", "The wrong law.", entitlement=right, **blocked)
    build.log_in(client, author)

    def answers(note):
        answer = client.post(pages.withdraw(note), WHY)
        return (answer.status_code, [] if answer.status_code == 302 else list(answer.context["form"].errors))

    before = saved(wrong)
    assert (answers(wrong), saved(wrong)) == ((200, ["reason"]), before)
    # Neither another entitlement's note, nor a withdrawn one, nor a new start date's period corrects it.
    build.note(author, customer, "entitlement_status", "Elsewhere.", entitlement=other, **blocked)
    assert (answers(wrong), saved(wrong)) == ((200, ["reason"]), before)
    moved = Entitlement.objects.get(pk=right.pk)
    moved.unblock_date = dt.date(2030, 5, 1)
    moved.save()
    moved.redate(by=author, at=timezone.now())
    assert (answers(wrong), saved(wrong)) == ((200, ["reason"]), before)
    later = build.note(
        author, customer, "entitlement_status", "Deploys.", entitlement=right, l1="in_progress", l2="migration"
    )
    assert answers(wrong) == (302, [])
    assert (life(wrong), answers(later)) == ([[], [False]], (200, ["reason"]))
    stands = Entitlement.objects.get(pk=right.pk)
    assert (stands.l1, stands.l2.slug, stands.periods.get(valid_to=None).note) == ("in_progress", "migration", later)


def test_twice_is_refused(client):
    author = build.person("fm", "FM")
    note = build.withdraw(a_note(author, build.customer()), author)
    before = saved(note)
    for user in (author, build.person("pa", "PA"), build.person("admin", superuser=True)):
        build.log_in(client, user)
        again = {"reason": "Another reason."}
        assert (client.get(pages.withdraw(note)).status_code, client.post(pages.withdraw(note), again).status_code) == (
            403,
            403,
        )
    assert saved(note) == before


# --- Afterwards -------------------------------------------------------------------------------------------------------

LISTS = ("/reports/notes/", "/reports/campaigns/covid/")
QUERIES = ("", "q=Wrong", "workload=EXO", "tag=covid", "region=EMEA&count=exact")


@pytest.mark.parametrize("who", ["fm", "admin"])
def test_it_is_nowhere(client, who):
    author, customer = build.person("fm", "FM"), build.customer()
    note, stays = a_note(author, customer), build.note(author, customer, body="Stays. #covid", workloads=["EXO"])
    user = author if who == "fm" else build.cast(who)[who]
    build.log_in(client, user)

    def seen():
        """Ids and counts wherever notes are listed; what the note form shows beside it; rows of the files."""
        found = {}
        for query in QUERIES:
            for address in LISTS:
                page = client.get(f"{address}?{query}")
                file = build.csv_rows(client.get(f"{address}?{query}&format=csv"))
                ids = {pk for pk in (note.pk, stays.pk) if f'<tr data-id="{pk}"' in page.content.decode()}
                found[address, query] = ids, page.context["listing"].count[0], {int(row["id"]) for row in file}
        cl = client.get(pages.LIST).context["cl"]
        ids = {row.pk for row in cl.result_list}
        found["admin"] = ids, cl.result_count, ids
        return found

    def both(ids):
        return {key: (ids, len(ids), ids) for key in seen_keys}

    seen_keys = [*((address, query) for query in QUERIES for address in LISTS), "admin"]
    before = seen()
    # A search for the word finds the one that holds it.
    searches = [(address, "q=Wrong") for address in LISTS]
    expected = both({note.pk, stays.pk}) | {key: ({note.pk}, 1, {note.pk}) for key in searches}
    assert before == expected
    build.withdraw(note, author)
    after = both({stays.pk}) | {key: (set(), 0, set()) for key in searches}
    assert seen() == after
    pages_with_words = [pages.LIST, *LISTS, f"{pages.ADD}?customer={customer.pk}&note_type=overall_status", "/"]
    shown = {page: client.get(page) for page in pages_with_words}
    assert [page for page, answer in shown.items() if "Wrong place." in answer.content.decode()] == []


@pytest.mark.parametrize("who", ["author", "pa", "rm", "admin"])
def test_its_page_says_who_when_and_why(client, who):
    author = build.person("author", "FM", first_name="Ann", last_name="Author")
    note = a_note(author, build.customer())
    withdrawer = build.person("withdrawer", "PA", first_name="Wendy", last_name="Withdrawer")
    build.withdraw(note, withdrawer, "Says <nothing> useful.")
    build.log_in(client, author if who == "author" else build.cast(who)[who])
    answer = client.get(pages.change(note))
    page = answer.content.decode()
    assert (answer.status_code, pages.has_form(answer)) == (200, False)
    said = ["Wrong place.", "Says &lt;nothing&gt; useful.", "Wendy Withdrawer", f"{timezone.localdate().year}"]
    assert [text for text in said if text not in page] == []
    assert "/withdraw/" not in page
    before = saved(note)
    sent = client.post(pages.change(note), build.form_data("overall_status", note.customer, version=note.version + 1))
    assert (sent.status_code, saved(note)) == (409 if who in ("author", "admin") else 403, before)
