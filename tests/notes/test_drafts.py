"""Drafts: kept for who typed them and nobody else, shown on the form for their place, gone with the saved note."""

import datetime as dt
import json
import uuid
from io import StringIO
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Submission
from notes import drafts
from notes.models import Note, NoteDraft
from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db

KEEP = "/admin/notes/note/draft/"
HALF = "The customer said that the roll-out of Exch"


@pytest.fixture
def fm(client):
    return build.log_in(client, build.person("fm", "FM", time_zone="Asia/Tokyo")) and build.User.objects.get()


@pytest.fixture
def northwind():
    return build.customer("Northwind")


def form(client, customer, kind="overall_status", **query):
    return client.get(pages.ADD, {"customer": customer.pk, "note_type": kind, **query})


def typed(client, customer, kind="overall_status", **words):
    """What the page would send while one types."""
    return {**pages.filled(form(client, customer, kind)), **words}


def keep(client, data):
    answer = client.post(KEEP, data)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def drafts_of(user):
    return [(str(draft.key), draft.revision, draft.data.get("body")) for draft in NoteDraft.objects.of(user)]


# --- Kept, and found again --------------------------------------------------------------------------------------------


def test_nothing_is_kept_before_something_is_typed(client, fm, northwind):
    assert "Your draft of" not in form(client, northwind).content.decode()
    assert not NoteDraft.objects.exists()


def test_what_was_typed_comes_back(client, fm, northwind):
    """Every kind of field of a Technical Enablement note, on another machine."""
    words = {
        "workloads": [str(build.workload(code).pk) for code in ("EXO", "TEAMS")],
        "tech_status": "paused",
        "tech_status_text": "Half a sen",
        "tech_summary": "第一行\r\n- “quotes” & <b>",
        "tech_concern_kind": "security",
        "tech_concerns": "none",
        "tech_insight_id": "pending",
        "body": HALF,
        "pace": "pausing",
        "risks": "high: the prox",
        "next_action": "Call",
        "next_action_date": "2030-01-0",
        "next_action_owner": "fm",
        "tags": "covid, flo",
    }
    fe = build.person("fe", "FE")
    build.log_in(client, fe)
    with time_machine.travel(dt.datetime(2026, 11, 24, 16, 24, tzinfo=dt.UTC), tick=False):
        sent = typed(client, northwind, "technical_enablement", **words)
        answer = keep(client, sent)
    assert answer == {"key": sent["draft"], "revision": 1, "kept": "16:24", "advice": answer["advice"]}
    elsewhere = build.log_in(Client(), fe)
    shown = form(elsewhere, northwind, "technical_enablement")
    again = pages.filled(shown)
    assert {name: again.get(name) for name in words} == {**words, "tech_summary": words["tech_summary"]}
    assert (again["draft"], again["draft_revision"]) == (answer["key"], "1")
    assert "Your draft of 24 November 2026, 16:24 is shown." in shown.content.decode()
    # At its own address too, which says nothing of the place; and for no other place.
    own = drafts.address(NoteDraft.objects.get())
    assert pages.of_note(elsewhere.get(own)) == pages.of_note(shown)
    other = build.customer("Southridge")
    assert [
        pages.filled(form(elsewhere, place, kind)).get("body") for place, kind in ((other, "technical_enablement"),)
    ] == [None]
    assert [draft.customer for draft in drafts.waiting(fe)] == [northwind]


def test_the_time_is_by_the_writers_clock(client, fm, northwind):
    with time_machine.travel(dt.datetime(2026, 11, 24, 16, 24, tzinfo=dt.UTC), tick=False):
        assert keep(client, typed(client, northwind, body=HALF))["kept"] == "01:24"


def test_a_status_and_its_reason_come_back(client, fm, northwind):
    one, other = build.entitlement(northwind, "EXO"), build.entitlement(northwind, "SPO")
    place = {"entitlement": one.pk}
    sent = {**pages.filled(form(client, northwind, "entitlement_status", **place)), "l1": "blocked", "body": "Its law"}
    keep(client, {**sent, "l2": "legal-regulatory", "unblock_date": "2030-01-01"})
    again = pages.filled(form(client, northwind, "entitlement_status", **place))
    assert [again.get(name) for name in ("l1", "l2", "unblock_date", "body", "entitlement")] == [
        "blocked", "legal-regulatory", "2030-01-01", "Its law", str(one.pk),
    ]  # fmt: skip
    there = pages.filled(form(client, northwind, "entitlement_status", entitlement=other.pk))
    assert (there["l1"], there.get("body")) == ("status_unknown", None)


def test_a_change_comes_back_with_the_version_it_was_opened_on(client, fm, northwind):
    note = build.note(fm, northwind, body="As it was.")
    sent = {**pages.filled(client.get(pages.change(note))), "body": "As it will b"}
    keep(client, sent)
    assert "Your draft of" not in form(client, northwind).content.decode()
    again = pages.filled(client.get(pages.change(note)))
    assert (again["body"], again["version"]) == ("As it will b", "1")
    # Somebody saves the note meanwhile: the draft is shown, and saving it is still a 409.
    boss = build.log_in(Client(), build.person("boss", superuser=True))
    theirs = {**pages.filled(boss.get(pages.change(note))), "body": "Put right."}
    assert boss.post(pages.change(note), theirs).status_code == 302
    again = pages.filled(client.get(pages.change(note)))
    assert (again["body"], again["version"]) == ("As it will b", "1")
    assert client.post(pages.change(note), again).status_code == 409
    assert drafts_of(fm) == [(sent["draft"], 2, ["As it will b"])]


def test_a_rewriting_comes_back(client, fm, northwind):
    note = build.note(fm, northwind, body="On the wrong customer.")
    right = build.customer("Southridge")
    sent = pages.filled(form(client, right, rewrites=note.pk))
    keep(client, {**sent, "rewrite_reason": "It was anoth"})
    again = client.get(drafts.address(NoteDraft.objects.get()))
    assert pages.filled(again)["rewrite_reason"] == "It was anoth"
    assert pages.filled(again)["rewrites"] == str(note.pk)
    assert "body" not in pages.filled(form(client, right))
    # Somebody withdraws the old note: the form opens no more, the words do.
    build.withdraw(note, build.person("pa", "PA"))
    page = client.get(drafts.address(NoteDraft.objects.get()), follow=True)
    assert page.redirect_chain[-1][0].startswith(KEEP)
    assert "It was anoth" in page.content.decode()


def test_another_type_keeps_the_draft(client, fm, northwind):
    sent = typed(client, northwind, body=HALF)
    keep(client, sent)
    moved = client.post(pages.ADD, {**sent, "draft_revision": "1", "_fields": "service_intent"})
    after = pages.filled(moved)
    assert (after["draft"], after["draft_revision"], after["body"]) == (sent["draft"], "2", HALF)
    assert [(draft.note_type, str(draft.key)) for draft in NoteDraft.objects.all()] == [
        ("service_intent", sent["draft"])
    ]
    assert pages.filled(form(client, northwind, "service_intent"))["body"] == HALF
    assert "body" not in pages.filled(form(client, northwind))


def test_without_script(client, fm, northwind):
    """*Keep as draft* needs none."""
    sent = typed(client, northwind, body=HALF)
    answer = client.post(pages.ADD, {**sent, "_keep": "Keep as draft"}, follow=True)
    assert pages.filled(answer)["body"] == HALF
    assert answer.redirect_chain == [(f"{pages.ADD}?draft={sent['draft']}", 302)]
    assert (Note.objects.count(), NoteDraft.objects.count()) == (0, 1)


def test_a_refused_save_keeps_it_too(client, fm, northwind):
    sent = typed(client, northwind, body=HALF, next_action="Call")
    refused = client.post(pages.ADD, sent)
    assert pages.error_fields(refused) == ["next_action_date"]
    again = pages.filled(refused)
    assert (again["draft"], again["draft_revision"], again["submission"]) == (sent["draft"], "1", sent["submission"])
    assert drafts_of(fm) == [(sent["draft"], 1, [HALF])]
    # Once it is saved it is a draft no more.
    assert client.post(pages.ADD, {**again, "next_action_date": "2030-01-01"}).status_code == 302
    assert (Note.objects.get().body, drafts_of(fm)) == (HALF, [])


def test_a_form_without_a_key_leaves_no_draft(client, fm, northwind):
    assert client.post(pages.ADD, {"customer": northwind.pk, "note_type": "overall_status"}).status_code == 200
    assert not NoteDraft.objects.exists()


def test_a_late_keeping_makes_no_draft_of_the_saved_note(client, fm, northwind):
    """The last request of a page may overtake the form that saves; what it says more is kept."""
    sent = typed(client, northwind, body=HALF)
    assert client.post(pages.ADD, {**sent, "body": f"{HALF}ange is done. #covid"}).status_code == 302
    assert keep(client, sent)["revision"] == 0
    assert drafts_of(fm) == []
    assert keep(client, {**sent, "body": f"{HALF}ange, back on the page, typed on"})["revision"] == 1


# --- Starting afresh, and deleting ------------------------------------------------------------------------------------


def test_start_afresh_loses_nothing(client, fm, northwind):
    first = keep(client, typed(client, northwind, body=HALF))
    afresh = next(link for link in pages.links(form(client, northwind)) if "afresh" in link)
    empty = client.get(afresh)
    assert "body" not in pages.filled(empty)
    assert f"?draft={first['key']}" in pages.links(empty)
    second = keep(client, {**pages.filled(empty), "body": "Another"})
    assert second["key"] != first["key"]
    newest = form(client, northwind)
    assert pages.filled(newest)["body"] == "Another"
    assert f"?draft={first['key']}" in pages.links(newest)
    assert pages.filled(client.get(f"{pages.ADD}?draft={first['key']}"))["body"] == HALF


def test_deleting_shows_the_words_first(client, fm, northwind):
    key = keep(client, typed(client, northwind, body=HALF, tags="covid"))["key"]
    page = client.get(f"{KEEP}{key}/").content.decode()
    assert all(words in page for words in (HALF, "covid", "Northwind", "Delete this draft", "Go on writing"))
    assert NoteDraft.objects.count() == 1
    assert client.post(f"{KEEP}{key}/").status_code == 302
    assert not NoteDraft.objects.exists()


# --- Two windows ------------------------------------------------------------------------------------------------------


def test_the_request_it_answers_is_none_of_its_words(client, fm, northwind):
    asked = build.asked(northwind, build.person("rm", "RM"))
    data = {**typed(client, northwind, body=HALF), "is_exec_summary": "on", "request": asked.pk}
    page = client.get(f"{KEEP}{keep(client, data)['key']}/")
    assert [(str(label), text) for label, text in page.context["words"]] == [("Text", HALF)]


def test_two_windows_write_side_by_side(client, fm, northwind):
    keep(client, typed(client, northwind, body="Begun."))
    left, right = pages.filled(form(client, northwind)), pages.filled(form(client, northwind))
    one = keep(client, {**left, "body": "Left."})
    other = keep(client, {**right, "body": "Right."})
    assert one["key"] == left["draft"] != other["key"]
    # Each goes on with its own, by the key it was told; and a second time by the old one, whose answer was lost.
    assert keep(client, {**left, "draft_revision": one["revision"], "body": "Left on."})["key"] == one["key"]
    assert keep(client, {**right, "body": "Right on."})["key"] == other["key"]
    assert {key: body for key, _revision, body in drafts_of(fm)} == {
        one["key"]: ["Left on."], other["key"]: ["Right on."],
    }  # fmt: skip
    # Saving one leaves the other.
    assert client.post(pages.ADD, {**left, "body": "Left on."}).status_code == 302
    assert [body for _key, _revision, body in drafts_of(fm)] == [["Right on."]]


def test_a_saved_note_does_not_take_what_another_window_typed_on(client, fm, northwind):
    keep(client, typed(client, northwind, body="Begun."))
    left, right = pages.filled(form(client, northwind)), pages.filled(form(client, northwind))
    keep(client, {**right, "body": "Right on."})
    assert client.post(pages.ADD, {**left, "body": "Left."}).status_code == 302
    assert [body for _key, _revision, body in drafts_of(fm)] == [["Right on."]]


def test_an_overtaken_request_changes_nothing(client, fm, northwind):
    sent = typed(client, northwind)
    keep(client, {**sent, "draft_turn": "2", "body": "All of it."})
    assert keep(client, {**sent, "draft_turn": "1", "body": "All o"})["revision"] == 1
    assert drafts_of(fm) == [(sent["draft"], 1, ["All of it."])]


# --- Nobody else's ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["fm2", "admin", "pa"])
def test_nobody_else_sees_it(client, fm, northwind, who):
    key = keep(client, typed(client, northwind, body="A wild guess."))["key"]
    stranger = build.person(who, *{"fm2": ["FM"], "pa": ["PA"]}.get(who, []), superuser=who == "admin")
    theirs = build.log_in(Client(), stranger)
    none = uuid.uuid4()
    for address in (f"{pages.ADD}?draft={{}}", f"{KEEP}{{}}/"):
        found, missing = (theirs.get(address.format(value)) for value in (key, none))
        assert (found.status_code, missing.status_code) == (
            (403, 403) if who == "pa" and "?" in address else (404, 404)
        )
    assert theirs.post(f"{KEEP}{key}/").status_code == 404
    pages_of_place = ["/", pages.LIST, f"/admin/customers/customer/{northwind.pk}/change/"]
    if who != "pa":
        pages_of_place.append(f"{pages.ADD}?customer={northwind.pk}&note_type=overall_status")
        # Under its key they keep their own, elsewhere.
        answer = keep(theirs, {"draft": key, "draft_revision": "1", "body": "Mine.", "customer": northwind.pk})
        assert answer["key"] != key
    for address in pages_of_place:
        assert "A wild guess" not in theirs.get(address).content.decode()
    assert drafts_of(fm) == [(key, 1, ["A wild guess."])]


def test_a_draft_on_a_customer_out_of_sight(client, northwind):
    """Its name is not told; the words stay their author's."""
    partner = build.partner()
    customer = build.customer("Wildwood", partner=partner)
    frp = build.person("frp", "FRP", partner=partner)
    build.log_in(client, frp)
    sent = typed(client, customer, body=HALF)
    key = keep(client, sent)["key"]
    customer.partner = None
    customer.save()
    page = client.get(f"{pages.ADD}?draft={key}", follow=True)
    assert page.redirect_chain == [(f"{KEEP}{key}/", 302)]
    assert HALF in page.content.decode()
    assert "no longer in your sight" in page.content.decode()
    start = client.get(pages.ADD).content.decode()
    assert f"{KEEP}{key}/" in start
    assert all("Wildwood" not in client.get(address).content.decode() for address in ("/", pages.ADD, f"{KEEP}{key}/"))
    assert list(drafts.waiting(frp)) == []
    # Typed on in the open window, it is kept.
    assert keep(client, {**sent, "body": f"{HALF}ange"})["key"] == key
    assert NoteDraft.objects.get().customer_id == customer.pk
    # A place they may not know of is none: nothing tells whether the customer exists.
    for unknown in (customer.pk, 987_654):
        keep(client, {"draft": uuid.uuid4(), "customer": unknown, "note_type": "overall_status", "body": "x"})
    assert list(NoteDraft.objects.exclude(key=key).values_list("customer", flat=True)) == [None, None]


def test_a_change_of_a_note_out_of_sight(client):
    partner = build.partner()
    customer = build.customer("Wildwood", partner=partner)
    frp = build.person("frp", "FRP", partner=partner)
    note = build.note(frp, customer)
    build.log_in(client, frp)
    key = keep(client, {**pages.filled(client.get(pages.change(note))), "body": HALF})["key"]
    customer.partner = None
    customer.save()
    page = client.get(f"{pages.change(note)}?draft={key}", follow=True)
    assert page.redirect_chain == [(f"{KEEP}{key}/", 302)]
    assert HALF in page.content.decode()
    assert "Wildwood" not in page.content.decode()


def test_who_writes_nothing_keeps_nothing(client):
    build.log_in(client, build.person("rm", "RM"))
    assert client.post(KEEP, {"body": "x"}).status_code == 403
    assert client.get(KEEP).status_code == 403
    build.log_in(client, build.person("fm", "FM"))
    assert client.get(KEEP).status_code == 405
    assert not NoteDraft.objects.exists()


# --- Without the session ----------------------------------------------------------------------------------------------


def logged_out():
    return Client()


def test_the_session_ends_mid_sentence(client, fm, northwind):
    sent = typed(client, northwind, body=HALF)
    keep(client, sent)
    guest = logged_out()
    answer = keep(guest, {**sent, "draft_revision": "1", "body": f"{HALF}ange"})
    assert answer == {
        "key": sent["draft"], "revision": 2, "kept": answer["kept"], "advice": "", "out": "logged_out",
    }  # fmt: skip
    # Save, by hand: to the log-in, and from there to the words; nothing is saved as a note.
    refused = guest.post(pages.ADD, {**sent, "body": f"{HALF}ange is done."})
    assert refused.status_code == 302
    assert refused["Location"] == f"/admin/login/?next=/admin/notes/note/add/%3Fdraft%3D{sent['draft']}"
    assert Note.objects.count() == 0
    inside = guest.post(
        refused["Location"], {"username": "fm", "password": "demo", "next": f"{pages.ADD}?draft={sent['draft']}"}
    )
    assert pages.filled(guest.get(inside["Location"]))["body"] == f"{HALF}ange is done."


def test_a_change_and_the_session_ends(client, fm, northwind):
    note = build.note(fm, northwind)
    sent = {**pages.filled(client.get(pages.change(note))), "body": "Put right."}
    refused = logged_out().post(pages.change(note), sent)
    assert refused["Location"] == f"/admin/login/?next={pages.change(note)}%3Fdraft%3D{sent['draft']}"
    assert pages.filled(client.get(f"{pages.change(note)}?draft={sent['draft']}"))["body"] == "Put right."


def test_somebody_else_is_at_work_there(client, fm, northwind):
    """Their save is not theirs: kept for who typed it, told without a word of it."""
    sent = typed(client, northwind, body="A wild guess.")
    other = build.log_in(Client(), build.person("fm2", "FM"))
    refused = other.post(pages.ADD, sent)
    assert refused.status_code == 403
    assert "What they typed is kept in their drafts" in refused.content.decode()
    assert "wild guess" not in refused.content.decode()
    answer = keep(other, {**sent, "body": "A wild guess, typed on."})
    assert (answer["out"], answer["advice"]) == ("other", "")
    assert "wild" not in json.dumps(answer)
    assert Note.objects.count() == 0
    assert [(draft.user, draft.data["body"]) for draft in NoteDraft.objects.all()] == [
        (fm, ["A wild guess, typed on."])
    ]


def test_a_form_from_before_the_log_in(fm, northwind):
    """Django turns it away (CSRF): its words are kept, for who typed them."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(fm)
    page = form(browser, northwind)
    sent = {**pages.filled(page), "body": HALF, "csrfmiddlewaretoken": "x" * 32}
    refused = browser.post(pages.ADD, sent)
    assert refused.status_code == 403
    assert f"{pages.ADD}?draft={sent['draft']}" in refused.content.decode()
    assert drafts_of(fm) == [(sent["draft"], 1, [HALF])]
    # Without a seal it is Django's own refusal, and nothing is kept.
    bare = browser.post(pages.ADD, {**sent, "draft_keeper": "", "body": "Forged."})
    assert bare.status_code == 403
    assert drafts_of(fm) == [(sent["draft"], 1, [HALF])]
    # The address that keeps asks for the token as any other.
    assert browser.post(KEEP, sent).status_code == 403


def test_a_seal_is_for_one_draft_of_one_person_for_a_week(client, fm, northwind):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        sent = typed(client, northwind, body=HALF)
    guest = logged_out()
    for wrong in (
        {**sent, "draft_keeper": sent["draft_keeper"][:-2] + "xx"},
        {**sent, "draft_keeper": ""},
        {**sent, "draft_keeper": "\x00:é:ü"},
        {**sent, "draft": str(uuid.uuid4())},
        {**sent, "draft": "\x00"},
    ):
        assert guest.post(KEEP, wrong)["Location"] == "/admin/login/?next=/"
        assert guest.post(pages.ADD, wrong)["Location"] == f"/admin/login/?next={pages.ADD}"
    with time_machine.travel(now + dt.timedelta(days=7, seconds=1), tick=False):
        assert guest.post(KEEP, sent).status_code == 302
    assert not NoteDraft.objects.exists()
    fm.is_active = False
    fm.save()
    assert guest.post(KEEP, sent).status_code == 403
    assert not NoteDraft.objects.exists()


# --- Bounds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "over",
    [
        {"draft": "\x00"}, {"draft": "x" * 5000}, {"draft_revision": "９"}, {"draft_revision": "9" * 400},
        {"draft_turn": "-1"}, {"draft_turn": "9" * 30}, {"submission": "\x00"}, {"customer": "\x00"},
        {"customer": "9" * 30}, {"entitlement": "-1"}, {"note_type": "\x00"}, {"note_type": "x" * 99},
        {"draft_note": "9" * 18}, {"draft_note": "x"}, {"rewrites": "9" * 18}, {"body": "a\x00b\ud83d"},
        {"workloads": ["\x00", "9" * 30]}, {"_fields": "\x00"}, {"l1": "\x00"}, {"version": "9" * 30},
    ],
)  # fmt: skip
def test_garbage_is_no_error(client, fm, northwind, over):
    build.log_in(client, build.person("boss", superuser=True))
    kinds = ("overall_status", "technical_enablement", "enterprise_status")
    for kind in kinds:
        sent = {**typed(client, northwind, kind, body="x"), **over}
        # Not only what a browser sends: half a character, too.
        encoded = urlencode(sent, doseq=True, errors="surrogatepass")
        kept = client.post(KEEP, encoded, content_type="application/x-www-form-urlencoded")
        assert kept.status_code == 200
        sent.pop("body")
        assert client.post(pages.ADD, {**sent, "_keep": "1"}).status_code in (200, 302, 403)
    for draft in NoteDraft.objects.all():
        assert client.get(drafts.address(draft), follow=True).status_code == 200
        assert client.get(f"{KEEP}{draft.key}/").status_code == 200
    for address in (f"{pages.ADD}?draft=%00", f"{pages.ADD}?draft=x", f"{KEEP}x/", f"{KEEP}%00/"):
        assert client.get(address).status_code == 404


def test_only_the_forms_fields_are_kept(client, fm, northwind):
    sent = typed(client, northwind, body=HALF)
    keep(client, {**sent, "password": "secret", "csrfmiddlewaretoken": "x" * 64, "draft_keeper": sent["draft_keeper"]})
    assert sorted(NoteDraft.objects.get().data) == ["body", "customer", "draft_turn", "note_type", "submission"]


def test_too_large_is_said(client, fm, northwind):
    keep(client, typed(client, northwind, body="x" * 25_000))  # more than a note may hold is no reason to lose it
    answer = client.post(KEEP, typed(client, northwind, body="x" * 200_001))
    assert (answer.status_code, json.loads(answer.content)) == (413, {"error": "The text is too long for a draft."})
    refused = client.post(pages.ADD, typed(client, northwind, body="x" * 200_001))
    assert pages.error_fields(refused) == ["body"]
    assert NoteDraft.objects.count() == 1


def test_a_hundred_drafts_are_kept(client, fm, northwind):
    sent = typed(client, northwind)
    keys = [keep(client, {**sent, "draft": str(uuid.uuid4()), "body": str(number)})["key"] for number in range(101)]
    assert {str(draft.key) for draft in NoteDraft.objects.of(fm)} == set(keys[1:])


def test_purge(client, fm, northwind):
    now = timezone.now()
    for days in (29, 31):
        NoteDraft.objects.create(user=fm, updated_at=now - dt.timedelta(days=days), data={"body": [str(days)]})
        Submission.objects.create(user=fm, model="notes.Note", at=now - dt.timedelta(days=days))
    for said in ("1 drafts and 1 submissions deleted.", "0 drafts and 0 submissions deleted."):
        out = StringIO()
        call_command("purge_drafts", stdout=out)
        assert out.getvalue().strip() == said
    assert drafts_of(fm)[0][2] == ["29"]
    assert Submission.objects.count() == 1


def test_a_form_asks_as_much_with_three_drafts_as_with_one(client, fm, northwind, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    sent = typed(client, northwind)
    for number in (1, 2):
        for _ in range(number):
            keep(client, {**sent, "draft": str(uuid.uuid4()), "submission": str(uuid.uuid4()), "body": HALF})
        form(client, northwind)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            form(client, northwind)
        counts.append(len(asked))
    assert counts[0] == counts[1]
