"""Advice where people meet it: beside the form, after saving, as a quiet mark in lists; it never refuses
(domain.md §6, §7).
"""

import datetime as dt
import re

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Entitlement
from notes.models import Note
from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db

GOOD = "Wants to move 900 mailboxes because the lease of its server room ends in June."
ACTION = {"next_action": "Send the list", "next_action_date": "2030-01-02", "next_action_owner": "Kim"}


class Desk:
    """A writer at a customer, logged in."""

    def __init__(self, client, *roles, **customer):
        self.client, self.user = client, build.person("writer", *(roles or ("FM",)))
        self.customer = build.customer(enterprise_level=3, **customer)
        if "FTA" in roles:
            build.assign(self.customer, self.user, "FTA")
        build.log_in(client, self.user)

    def open(self, kind, **given):
        return self.client.get(pages.ADD, {"customer": self.customer.pk, "note_type": kind, **given})

    def send(self, kind, **over):
        return self.client.post(pages.ADD, build.form_data(kind, self.customer, **over))

    def beside(self, kind, **over):
        """The advice beside a form that was handed in and not saved, as a mistyped tag is no hashtag."""
        answer = self.send(kind, **{"tags": "#4512", **over})
        assert pages.error_fields(answer)
        return items(answer)


def items(answer):
    """(whether it is something to look at, its words) of each piece beside the form."""
    page = answer.content.decode()
    (inner,) = re.findall(r'<ul id="advice"[^>]*>(.*?)</ul>', page, re.DOTALL)
    found = re.findall(r"<li( class=\"ok\")?>(.*?)</li>", inner, re.DOTALL)
    return [(not done, " ".join(re.sub(r"<[^>]*>", " ", words).split())) for done, words in found]


def look(found):
    return [words.removeprefix("Look at this: ") for look_at, words in found if look_at]


def said(answer):
    """What is said after a save, behind *Note saved.*"""
    first, *others = [str(message) for message in get_messages(answer.wsgi_request)._queued_messages]
    assert first.startswith("Note saved.")
    return others


# --- Beside the form --------------------------------------------------------------------------------------------------


def test_a_form_shown_first_says_what_it_will_need(client):
    desk = Desk(client)
    (piece,) = items(desk.open("overall_status"))
    assert piece[0]
    assert piece[1].startswith("Look at this: No next action: without one nobody knows who moves next.")
    assert '<a href="#id_next_action">' in desk.open("overall_status").content.decode()
    assert items(desk.open("service_intent")) == [(False, "Nothing to look at.")]
    row = build.entitlement(desk.customer)
    (piece,) = items(desk.open("entitlement_status", entitlement=row.pk))
    assert piece[1].startswith("Look at this: Say what the customer intends, and why")


def test_what_was_typed_is_read_though_it_is_not_valid(client):
    desk = Desk(client)
    row = build.entitlement(desk.customer)
    typed = {"entitlement": row, "l1": "in_progress", "l2": "migration", "target_date": "never"}
    found = desk.beside("entitlement_status", **typed, body="In Progress.")
    assert [words[:37] for words in look(found)] == ["This says the status once more: what "]
    found = desk.beside("entitlement_status", **typed, body="Migration 迁移")
    assert [words[:37] for words in look(found)] == ["This says the status once more: what "]
    found = desk.beside("entitlement_status", **typed, body="Not <b>for now</b>")
    assert any(words.startswith("“for now” leaves the intent open") for words in look(found))
    found = desk.beside("entitlement_status", **typed, body=GOOD)
    assert found == [
        (False, "Done: Says that the customer wants to."),
        (False, "Done: Says why."),
        (False, "Done: About two sentences."),
    ]


@pytest.mark.parametrize("hostile", ["\x00", "x" * 20_001, "<script>alert(1)</script>", "%(word)s %s {0}", "🦀" * 99])
@pytest.mark.parametrize("kind", ["overall_status", "entitlement_status", "technical_enablement", "enterprise_status"])
def test_any_text_in_any_field_is_answered(client, kind, hostile):
    desk = Desk(client, "FM", "FE", "FTA")
    row = build.entitlement(desk.customer)
    data = build.form_data(kind, desk.customer, entitlement=row if kind == "entitlement_status" else None)
    fields = {*data, "body", "tags", "risks", "next_action", "tech_insight_id", "pace", "written_as", "l2"}
    for field in sorted(fields - {"customer", "note_type", "entitlement"}):
        answer = client.post(pages.ADD, {**data, field: hostile})
        assert answer.status_code in (200, 302), field
        assert "<script>alert" not in answer.content.decode()


def test_a_note_opened_again_is_read_with_its_risks(client):
    desk = Desk(client)
    note = build.note(desk.user, desk.customer, body="There is a risk.", risks="high: It slips", **ACTION)
    assert items(client.get(pages.change(note))) == [
        (False, "Done: Next action has a date and an owner."),
        (False, "Done: Risks stand in the Risks box."),
    ]


# --- What stands around it --------------------------------------------------------------------------------------------


def test_the_same_text_at_another_workload(client):
    desk = Desk(client)
    one, two, unasked = (build.entitlement(desk.customer, code) for code in ("EXO", "SPO", "TEAMS"))
    stranger = build.entitlement(build.customer("Stranger"), "YAM")
    for row in (one, stranger):
        build.note(desk.user, row.customer, "entitlement_status", GOOD, entitlement=row)
    typed = {"l1": "in_progress", "l2": "migration", "target_date": "2030-01-02"}
    found = look(desk.beside("entitlement_status", entitlement=two, body=f"  {GOOD.upper()}", **typed))
    assert [words[:31] for words in found] == ["The same text stands at EXO: ea"]
    unresponsive = {"l1": "status_unknown", "l2": "customer-unresponsive"}
    for row, chosen in ((two, unresponsive), (one, typed)):
        found = look(desk.beside("entitlement_status", entitlement=row, body=GOOD, **chosen))
        assert not any("same text" in words for words in found)
    # Once its own status has other words, the text stands nowhere else.
    build.note(desk.user, desk.customer, "entitlement_status", "Another why.", entitlement=one)
    assert look(desk.beside("entitlement_status", entitlement=unasked, body=GOOD, **typed)) == []


def test_where_a_campaign_must_stand_and_that_it_does(client):
    desk = Desk(client)
    answer = desk.send("overall_status", tags="covid #4512", **ACTION)
    (piece,) = look(items(answer))
    assert piece.startswith("As FM you record #covid under Engagement Management or Service Intent: ")
    assert f"{pages.ADD}?customer={desk.customer.pk}&amp;note_type=service_intent" in answer.content.decode()
    by_other = build.person("gm", "GM")
    build.note(by_other, desk.customer, "engagement_management", tags="covid")
    assert look(desk.beside("overall_status", tags="covid #4512", **ACTION))  # another role's note is not yours
    build.note(desk.user, desk.customer, "service_intent", tags="covid")
    found = desk.beside("overall_status", tags="covid #4512", **ACTION)
    assert look(found) == []
    assert (False, "Done: #covid stands where FM records it. See it") in found


def test_a_note_on_a_campaign_customer_without_its_tag(client):
    desk = Desk(client)
    assert look(desk.beside("service_intent")) == []
    first = build.note(desk.user, desk.customer, "service_intent", "#covid")
    (piece,) = look(desk.beside("service_intent"))
    assert piece.startswith("This customer is in #covid and the note does not carry it")
    assert look(desk.beside("service_intent", pace="pausing")) == []
    assert look(desk.beside("service_intent", body="因#COVID-19而加速")) == []
    found = look(desk.beside("service_intent", body="因#COVID-19而加速，但已暂停"))
    assert [words[:11] for words in found] == ["“暂停” reads "]
    build.withdraw(first, desk.user)
    assert look(desk.beside("service_intent")) == []


def test_a_note_older_than_the_customers_first_tag_lacks_none(client):
    desk = Desk(client)
    old = build.note(desk.user, desk.customer, "service_intent", created_at=timezone.now() - dt.timedelta(days=3))
    build.note(desk.user, desk.customer, "service_intent", tags="covid")
    assert items(client.get(pages.change(old))) == [(False, "Nothing to look at.")]


def test_a_summary_without_a_line_on_what_changed(client):
    desk = Desk(client)
    rows = {code: build.entitlement(desk.customer, code) for code in ("EXO", "SPO", "OD")}
    summary = {"is_exec_summary": "on", "exec_engagement": "reactive", "exec_deployment": "not_deployed", **ACTION}
    assert look(desk.beside("overall_status", **summary)) == []  # no summary before
    build.note(desk.user, desk.customer, exec_workloads="[EXO] Exchange Online - goes on")
    for code in ("SPO", "OD"):
        build.note(
            desk.user,
            desk.customer,
            "entitlement_status",
            GOOD,
            entitlement=rows[code],
            l1="in_progress",
            l2="migration",
        )
    lines = "[OD] OneDrive - moves"
    (piece,) = look(desk.beside("overall_status", **summary, exec_workloads=lines))
    assert piece.startswith("SPO changed since the last summary and has no line")
    assert look(desk.beside("overall_status", **summary, exec_workloads=f"{lines}\n[SPO] SharePoint - moves")) == []
    assert look(desk.beside("overall_status", **ACTION)) == []


def queries(client, *posts):
    counts = []
    for data in posts:
        with CaptureQueriesContext(connection) as captured:
            client.post(pages.ADD, data)
        counts.append(len(captured))
    return counts


def test_it_takes_as_many_queries_with_three_of_everything_as_with_one(client):
    desk = Desk(client)

    def one_more(code, number):
        row = build.entitlement(desk.customer, code)
        build.note(
            desk.user, desk.customer, "entitlement_status", GOOD, entitlement=row, l1="in_progress", l2="migration"
        )
        build.note(desk.user, desk.customer, "service_intent", f"#covid #tag{number}")
        build.note(desk.user, desk.customer, exec_workloads="[EXO] Exchange Online - goes on")

    one_more("EXO", 1)
    summary = {"is_exec_summary": "on", "exec_engagement": "reactive", "exec_deployment": "not_deployed"}
    row = Entitlement.objects.get()
    posts = [
        build.form_data("overall_status", desk.customer, tags="covid 4512", **summary),
        build.form_data("entitlement_status", desk.customer, tags="4512", entitlement=row, body=GOOD),
    ]
    queries(client, *posts)  # what is read once a process
    with_one = queries(client, *posts)
    for number, code in enumerate(("SPO", "OD"), 2):
        one_more(code, number)
    assert queries(client, *posts) == with_one


# --- It never refuses -------------------------------------------------------------------------------------------------

STATUS = {"l1": "in_progress", "l2": "migration", "target_date": "2030-01-02"}
UNRESPONSIVE = {"l1": "status_unknown", "l2": "customer-unresponsive"}
FIRST_PARTY = {"tech_concern_kind": "first_party", "tech_insight_id": "pending"}
# For each: who writes, the type, what is typed; and how the sentence begins that is said after saving, nothing where
# the form itself asks for it.
KINDS = {
    "why_blank": ("FM", "entitlement_status", {**STATUS, "body": "——"}, "Say what the customer intends"),
    "usage_only": ("FM", "entitlement_status", {**STATUS, "body": "usage 0.0%"}, "A usage figure is no reason"),
    "status_only": ("FM", "entitlement_status", {**STATUS, "body": "In Progress."}, "This says the status once more"),
    "why_missing": ("FM", "entitlement_status", {**STATUS, "body": "It wants to deploy to all."}, "The why is missing"),
    "intent_missing": (
        "FM",
        "entitlement_status",
        {**STATUS, "body": "Nice weather because of May there."},
        "No word of",
    ),
    "intent_both": (
        "FM",
        "entitlement_status",
        {**STATUS, "body": "No intent because of cost, but it wants to deploy."},
        "It says both",
    ),
    "intent_status": (
        "FM",
        "entitlement_status",
        {**STATUS, "body": "It has no intent to deploy because of cost."},
        "Text and status disagree",
    ),
    "open_word": ("FM", "entitlement_status", {**STATUS, "body": f"Currently {GOOD}"}, "“currently” leaves"),
    "too_long": (
        "FM",
        "entitlement_status",
        {**STATUS, "body": f"{GOOD} {GOOD} {GOOD} {GOOD} {GOOD}"},
        "About two sent",
    ),
    "scheduling": (
        "FM",
        "entitlement_status",
        {**STATUS, "body": f"{GOOD} A call is booked."},
        "Meetings and their days",
    ),
    "attempts": ("FM", "entitlement_status", {**UNRESPONSIVE, "body": "The CIO, managed."}, "Say how many attempts"),
    "whom": ("FM", "entitlement_status", {**UNRESPONSIVE, "body": "Two calls, managed."}, "Say whom you tried"),
    "account": (
        "FM",
        "entitlement_status",
        {**UNRESPONSIVE, "body": "Two calls, the CIO."},
        "Say whether it is a managed",
    ),
    "next_action_missing": ("FM", "overall_status", {}, "No next action"),
    "next_action_bare": ("FM", "engagement_management", {"next_action": "Call"}, "The next action has no day"),
    "insight_pending": ("FE", "technical_enablement", FIRST_PARTY, "The Insight ID is pending"),
    "rag_why": ("FTA", "enterprise_status", {"ent_summary": "It is Red."}, "Red or Yellow, and not what"),
    "rag_action": ("FTA", "enterprise_status", {"ent_summary": "The proxy slows it."}, "What is being done"),
    "risks_in_prose": ("FM", "service_intent", {"body": "There is a risk."}, "“risk” stands in the text only"),
    "pause_words": ("FM", "service_intent", {"body": "On hold, #covid"}, "“on hold” reads like a pause"),
    "campaign_place": ("FM", "overall_status", {**ACTION, "tags": "covid"}, "Your role records #covid"),
}


@pytest.mark.parametrize("code", KINDS)
def test_no_advice_stops_a_note_and_what_remains_is_said(client, code):
    role, kind, typed, sentence = KINDS[code]
    desk = Desk(client, role)
    row = build.entitlement(desk.customer) if kind == "entitlement_status" else None
    answer = desk.send(kind, **typed, entitlement=row)
    assert answer.status_code == 302
    note = Note.objects.get()
    told = said(answer)
    assert any(sentence in words for words in told)
    if code != "campaign_place":
        assert f'<a href="{pages.change(note)}">Change it</a>' in told[-1]


def test_neither_stop_the_pieces_that_come_of_other_rows(client):
    desk = Desk(client)
    rows = [build.entitlement(desk.customer, code) for code in ("EXO", "SPO")]
    build.note(desk.user, desk.customer, "service_intent", tags="covid")
    build.note(desk.user, desk.customer, "entitlement_status", GOOD, entitlement=rows[0])
    build.note(desk.user, desk.customer, exec_workloads="[OD] OneDrive - moves")
    (words,) = said(desk.send("entitlement_status", **STATUS, body=GOOD, entitlement=rows[1]))
    assert "The same text stands at EXO" in words
    assert "This customer is in #covid" in words
    summary = {"is_exec_summary": "on", "exec_engagement": "reactive", "exec_deployment": "not_deployed", **ACTION}
    (words,) = said(desk.send("overall_status", **summary, tags=""))
    assert "SPO changed since the last summary" in words


def test_after_saving_three_pieces_at_most_and_none_where_all_is_well(client):
    desk = Desk(client)
    row = build.entitlement(desk.customer)
    assert said(desk.send("overall_status", **ACTION)) == []
    body = "Nice currently. A call is booked.\na\nb\nc\nd"
    (words,) = said(desk.send("entitlement_status", entitlement=row, **STATUS, body=body))
    assert words.count(".") == 4
    assert "2 more beside the form." in words


# --- The mark in lists ------------------------------------------------------------------------------------------------

LISTS = ("/admin/notes/note/", "/reports/notes/")


def marks(client, address):
    return re.findall(r'<details class="hints"><summary>(.*?)</summary>', client.get(address).content.decode())


def test_a_note_that_could_say_more_is_marked_for_its_author_and_for_managers(client):
    fm, other, rm = (build.person(name, role) for name, role in (("fm", "FM"), ("fm2", "FM"), ("rm", "RM")))
    customer = build.customer()
    row = build.entitlement(customer)
    poor = build.note(
        fm, customer, "entitlement_status", "Not ready yet.", entitlement=row, l1="blocked", l2="legal-regulatory"
    )
    build.note(fm, customer, "overall_status", **{**ACTION, "next_action_date": dt.date(2030, 1, 2)})
    build.note(fm, customer, "engagement_management")
    seen = {}
    for user in (
        fm,
        other,
        rm,
        build.person("admin", superuser=True),
        build.person("lt", "LT"),
        build.person("pa", "PA"),
    ):
        build.log_in(client, user)
        seen[user.username] = [marks(client, address) for address in LISTS]
    two = [["2 hints"], ["2 hints"]]
    assert seen == {"fm": two, "fm2": [[], []], "rm": two, "admin": two, "lt": two, "pa": two}
    build.log_in(client, rm)
    assert marks(client, pages.change(poor)) == ["2 hints"]
    assert "“yet” leaves the intent open" in client.get(pages.change(poor)).content.decode()
    build.log_in(client, other)
    assert marks(client, pages.change(poor)) == []
    build.log_in(client, fm)
    client.post(pages.withdraw(build.note(fm, customer)), {"reason": "Wrong."})
    assert marks(client, pages.change(Note.objects.latest("pk"))) == []


def test_history_of_retired_types_is_not_marked(client):
    rm, customer = build.person("rm", "RM"), build.customer()
    build.note(rm, customer, "customer_sat", "There is a risk.")
    build.log_in(client, rm)
    assert [marks(client, address) for address in LISTS] == [[], []]


@pytest.mark.parametrize("address", LISTS)
def test_marks_take_no_query_of_their_own(client, address):
    fm, customer = build.person("fm", "FM"), build.customer()
    build.log_in(client, fm)

    def one_more(code):
        row = build.entitlement(customer, code)
        build.note(fm, customer, "entitlement_status", "Not yet.", entitlement=row, l1="blocked", l2="legal-regulatory")

    def count():
        with CaptureQueriesContext(connection) as captured:
            found = marks(client, address)
        return len(captured), found

    one_more("EXO")
    count()
    before, one = count()
    for code in ("SPO", "OD"):
        one_more(code)
    assert (len(one), count()) == (1, (before, one * 3))
