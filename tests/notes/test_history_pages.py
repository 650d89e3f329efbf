"""The history pages of notes, entitlements, risks and campaigns: who, when and what, by the product's doors."""

import datetime as dt

import pytest
import time_machine

from customers.models import Entitlement
from notes.models import Campaign, Note, Risk, RiskStep
from tests import builders as build
from tests.accounts.told import Told, history, links, times, told
from tests.notes import pages

pytestmark = pytest.mark.django_db

START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def clock():
    """Stands at START; `clock.shift(seconds)` moves it on, so that two saves are two changes."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def act(client, clock):
    """Posts as somebody, a minute after the last time."""

    def post(who, address, data):
        clock.shift(60)
        build.log_in(client, who)
        answer = client.post(address, data)
        assert answer.status_code == 302, answer.context["adminform"].form.errors
        return answer

    return post


# --- Notes ------------------------------------------------------------------------------------------------------------


def test_a_notes_life(client, act):
    """Written, changed by its author, its tags moved, its action done, withdrawn by an administrator."""
    people, customer = build.cast("fm", "pa"), build.customer()
    fm, pa = people["fm"], people["pa"]
    data = build.form_data(
        "overall_status",
        customer,
        body="Met the lead; the plan stands.",
        tags="covid urgent",
        workloads=[build.workload("EXO").pk],
        next_action="Call them",
        next_action_date="2026-04-01",
        next_action_owner="fm",
        risks="high: late",
    )
    act(fm, pages.ADD, data)
    note = Note.objects.get()
    changed = data | {
        "body": "Met the sponsor; the plan stands. See #urgent",
        "tags": "covid19 new",
        "workloads": [build.workload("EXO").pk, build.workload("SPO").pk],
        "pace": "accelerating",
        "next_action_date": "2026-05-01",
        "risks": "",
        "version": 1,
    }
    act(fm, pages.change(note), changed)
    act(pa, pages.withdraw(note), {"reason": "Wrong customer."})
    page = client.get(history(note))
    withdrawn, edited, added = told(page)
    assert added == Told(
        "Added",
        "fm",
        (
            "Customer: Northwind",
            "Note type: Overall Status",
            "Author: fm",
            "Written as: FastTrack Manager",
            "Text: Met the lead; the plan stands.",
            "Risks: high: late",
            "Next action: Call them",
            "Next action date: 1 April 2026",
            "Next action owner: fm",
            "Hashtag: #covid in the tag field",
            "Hashtag: #urgent in the tag field",
            "Workload: EXO",
        ),
    )
    assert edited == Told(
        "Changed",
        "fm",
        (
            "Text: Met the [-lead-]{+sponsor+}; the plan stands.{+ See #urgent+}",
            "Pace: Accelerating",
            "Next action date: [-1 April 2026-] → 1 May 2026",
            "Hashtag: [-#urgent in the tag field-] → #urgent in the text",
            "Hashtag: #new in the tag field",
            "Workload: SPO",
        ),
    )
    assert withdrawn == Told("Withdrawn", "pa", ("Why it was withdrawn: Wrong customer.",))
    assert times(page)[-2:] == [
        ("2026-03-02T09:02:00+00:00", "2 March 2026, 09:02 UTC"),
        ("2026-03-02T09:01:00+00:00", "2 March 2026, 09:01 UTC"),
    ]


def test_a_next_action_done(client, act, clock):
    fm, customer = build.person("fm", "FM"), build.customer()
    act(fm, pages.ADD, build.form_data("overall_status", customer))
    note = Note.objects.get()
    clock.shift(60)
    note.next_action_done_at, note._history_user = dt.datetime(2026, 3, 2, 9, 2, tzinfo=dt.UTC), fm
    note.save()
    done, _added = told(client.get(history(note)))
    assert done == Told("Next action done", "fm", ("Next action done at: 2 March 2026, 09:02",))


def test_tags_and_workloads_that_go(client, act):
    fm, customer = build.person("fm", "FM"), build.customer()
    exo = build.workload("EXO").pk
    act(fm, pages.ADD, build.form_data("overall_status", customer, tags="covid", workloads=[exo]))
    note = Note.objects.get()
    act(fm, pages.change(note), build.form_data("overall_status", customer, version=1))
    act(fm, pages.change(note), build.form_data("overall_status", customer, version=2))
    saved, lost, _added = told(client.get(history(note)))
    assert lost == Told("Changed", "fm", ("Hashtag: [-#covid in the tag field-]", "Workload: [-EXO-]"))
    assert saved == Told("Changed", "fm", ("Saved without a change.",))


def test_the_sections_of_an_executive_summary(client, act):
    """Under the template's labels and in its order; choices in words, prose word by word."""
    fm, customer = build.person("fm", "FM"), build.customer()
    data = build.form_data(
        "overall_status",
        customer,
        body=None,
        is_exec_summary="on",
        exec_customer="A clinic of 400 beds.",
        exec_engagement="reactive",
        exec_deployment="not_deployed",
        exec_support="None.",
    )
    act(fm, pages.ADD, data)
    note = Note.objects.get()
    data |= {"exec_customer": "A clinic of 900 beds.", "exec_engagement": "fully_engaged", "exec_support": ""}
    act(fm, pages.change(note), data | {"exec_relationship": "Good.", "version": 1})
    edited, added = told(client.get(history(note)))
    assert added.lines[4:] == (
        "DESCRIBE THE CUSTOMER: A clinic of 400 beds.",
        "REQUESTS FOR SUPPORT: None.",
        "Executive Summary: Yes",
        "Engagement: Reactive",
        "Deployment: Not Deployed",
    )
    assert edited.lines == (
        "DESCRIBE THE CUSTOMER: A clinic of [-400-]{+900+} beds.",
        "OVERVIEW OF CURRENT RELATIONSHIP WITH CUSTOMER/PARTNER/ACCOUNT TEAM: Good.",
        "REQUESTS FOR SUPPORT: [-None.-]",
        "Engagement: [-Reactive-] → Fully Engaged",
    )


def test_a_note_that_was_rewritten_leads_to_the_other(client, act):
    people, customer = build.cast("fm", "pa"), build.customer()
    wrong, right = (build.note(people["fm"], customer, body=words) for words in ("wrong", "right"))
    act(people["pa"], pages.withdraw(wrong), {"reason": "Said twice."})
    wrong = Note.objects.get(pk=wrong.pk)
    wrong.rewritten_as = right
    wrong.save()
    page = client.get(history(wrong))
    assert "Rewritten as: Overall Status, Northwind, 2026-03-02" in [line for one in told(page) for line in one.lines]
    assert pages.change(right) in links(page)


# --- Entitlements and the notes that move them ------------------------------------------------------------------------


def test_a_status_over_time(client, act):
    """Added, moved by a note, dates changed by the form with their note, moved again; the note tells the move too."""
    people, customer = build.cast("gm", "fm", "sme"), build.customer()
    add = {"customer": customer.pk, "workload": build.workload("EXO").pk, "seats": 1500}
    act(people["gm"], "/admin/customers/entitlement/add/", add)
    row = Entitlement.objects.get()
    page = f"/admin/customers/entitlement/{row.pk}/change/"
    moved = {"entitlement": row, "l1": "in_progress", "l2": "migration"}
    moved = build.form_data("entitlement_status", customer, **moved, target_date="2030-06-01", unblock_date=None)
    act(people["sme"], pages.ADD, moved)
    dates = {"target_date": "2030-06-01", "engagement_start_date": "2026-01-05"}
    act(people["fm"], page, {"seats": 1500, "version": 2, **dates})
    dates["engagement_start_date"] = "2026-02-02"
    act(people["fm"], page, {"seats": 1600, "version": 3, "start_date_reason": "They were late.", **dates})
    blocked = build.form_data("entitlement_status", customer, entitlement=row, target_date="2030-06-01")
    act(people["sme"], pages.ADD, blocked)
    page = client.get(history(row))
    name = "Entitlement Status, Northwind, 2026-03-02"
    assert told(page) == [
        Told(
            "Status moved",
            "sme",
            (
                "L1: [-In Progress-] → Blocked",
                "L2: [-Migration-] → Legal/Regulatory",
                "Projected unblock date: 1 March 2030",
                "Engagement start date: [-2 February 2026-]",
                "In force: since 2 March 2026, 09:05",
                f"Moved by the note: {name}",
            ),
        ),
        Told(
            "Dates of the status changed",
            "fm",
            (
                "Seats: [-1,500-] → 1,600",
                "Engagement start date: [-5 January 2026-] → 2 February 2026",
                "In force: 2 March 2026, 09:04 – 2 March 2026, 09:05",
            ),
        ),
        Told(
            "Dates of the status changed",
            "fm",
            (
                "Engagement start date: 5 January 2026",
                "In force: 2 March 2026, 09:03 – 2 March 2026, 09:04",
            ),
        ),
        Told(
            "Status moved",
            "sme",
            (
                "L1: [-Status Unknown-] → In Progress",
                "L2: [-New Subscription or Workload-] → Migration",
                "Target date: 1 June 2030",
                "In force: 2 March 2026, 09:02 – 2 March 2026, 09:03",
                f"Moved by the note: {name}",
            ),
        ),
        Told(
            "Added",
            "gm",
            (
                "Customer: Northwind",
                "Workload: EXO",
                "Seats: 1,500",
                "L1: Status Unknown",
                "L2: New Subscription or Workload",
                "In force: 2 March 2026, 09:01 – 2 March 2026, 09:02",
            ),
        ),
    ]
    first, last = Note.objects.filter(note_type="entitlement_status").order_by("pk")
    assert {pages.change(first), pages.change(last)} <= set(links(page))
    (of_note,) = told(client.get(history(last)))
    assert of_note.lines[-6:] == (
        "Entitlement: Northwind: EXO",
        "L1: [-In Progress-] → Blocked",
        "L2: [-Migration-] → Legal/Regulatory",
        "Target date: 1 June 2030",
        "Projected unblock date: 1 March 2030",
        "Workload: EXO",
    )


def test_a_status_laid_down_in_bulk(client):
    """Periods without a version are told as they stand."""
    fm, customer = build.person("fm", "FM"), build.customer()
    row = build.entitlement(customer, l1="in_progress")
    Entitlement.history.all().delete()
    build.log_in(client, fm)
    assert told(client.get(history(row))) == [
        Told(
            "Status at the start",
            "the system",
            (
                "L1: In Progress",
                "L2: Technical Onboarding and Deployment",
                "Target date: 1 June 2030",
                "In force: since 1 January 2020, 00:00",
            ),
        )
    ]


# --- Risks ------------------------------------------------------------------------------------------------------------


def step(risk, by, to, comment, at, **more):
    """A step as the product records it: the row of the step, and the risk that moves with it."""
    RiskStep.objects.create(risk=risk, from_state=risk.state, to_state=to, comment=comment, by=by, at=at, **more)
    risk.state, risk.last_step, risk.last_step_at = to, comment, at
    risk.escalated_to = more.get("escalated_to", risk.escalated_to)
    risk.reference = more.get("reference", risk.reference)
    risk.closed_at = at if to in ("resolved", "accepted") else None
    risk.save()


def test_a_risks_life(client, act, clock):
    people, customer = build.cast("fm", "rm"), build.customer()
    data = build.form_data("overall_status", customer, workloads=[build.workload("EXO").pk], risks="high: The proxy")
    act(people["fm"], pages.ADD, data)
    risk = Risk.objects.get()
    address = f"/admin/notes/risk/{risk.pk}/step/"
    escalated = {"to": "escalated", "comment": "Asked for help.", "escalated_to": "engineering", "reference": "INC-7"}
    for data in (
        {"to": "mitigating", "comment": "A fix is tried.", "version": 1},
        escalated | {"version": 2},
        {"to": "resolved", "comment": "Fixed.", "version": 3},
    ):
        act(people["rm"], address, data)
    page = client.get(history(risk))
    assert told(page) == [
        Told("Risk stepped", "rm", ("State: [-Escalated-] → Resolved", "Comment: Fixed.")),
        Told(
            "Risk stepped",
            "rm",
            (
                "State: [-Mitigating-] → Escalated",
                "Escalated to: engineering",
                "Reference: INC-7",
                "Comment: Asked for help.",
            ),
        ),
        Told("Risk stepped", "rm", ("State: [-Open-] → Mitigating", "Comment: A fix is tried.")),
        Told(
            "Added",
            "fm",
            (
                "Customer: Northwind",
                "Workload: EXO",
                "Raised with the note: Overall Status, Northwind, 2026-03-02",
                "Title: The proxy",
                "Severity: High",
                "State: Open",
                "Owner: fm",
                "Raised by: fm",
            ),
        ),
    ]
    assert pages.change(Note.objects.get()) in links(page)


def test_steps_without_versions(client):
    """Steps laid down in bulk name their own states, to whom and who."""
    people, customer = build.cast("fm", "rm"), build.customer()
    risk = build.note(people["fm"], customer, risks="high: late").risks.get()
    step(risk, people["rm"], "escalated", "Help.", START, escalated_to="lt", reference="A-1")
    Risk.history.all().delete()
    build.log_in(client, people["fm"])
    lines = ("State: [-Open-] → Escalated", "Escalated to: LT", "Reference: A-1", "Comment: Help.")
    assert told(client.get(history(risk))) == [Told("Risk stepped", "rm", lines)]


# --- Campaigns --------------------------------------------------------------------------------------------------------


def test_a_campaign_and_the_tags_it_takes_over(client, act):
    """Its fields, its rules that come, change and go, and on each note the tag that a new alias merges."""
    people, customer = build.cast("pa", "fm"), build.customer()
    act(people["fm"], pages.ADD, build.form_data("overall_status", customer, tags="flut"))
    act(people["fm"], pages.ADD, build.form_data("overall_status", customer, body="Two.", tags="flut flood"))
    moved, merged = Note.objects.order_by("pk")
    data = {"hashtag": "flood", "slug": "flood", "name": "Flood", "starts": "2026-01-01", "pause_rule": "on"}
    rules = {"rules-TOTAL_FORMS": 2, "rules-INITIAL_FORMS": 0}
    for at, role in enumerate(("FM", "FE")):
        kind = "overall_status" if role == "FM" else "technical_enablement"
        rules |= {f"rules-{at}-role": role, f"rules-{at}-note_type": kind}
    act(people["pa"], "/admin/notes/campaign/add/", data | rules)
    campaign = Campaign.objects.get(slug="flood")
    first, second = campaign.rules.order_by("pk")
    rules |= {"rules-INITIAL_FORMS": 2, "rules-0-id": first.pk, "rules-1-id": second.pk, "rules-1-DELETE": "on"}
    rules |= {"rules-0-campaign": campaign.pk, "rules-1-campaign": campaign.pk, "rules-0-note_type": "service_intent"}
    change = f"/admin/notes/campaign/{campaign.pk}/change/"
    act(people["pa"], change, data | rules | {"aliases": "flut", "ends": "2027-01-01", "version": 1, "pause_rule": ""})
    assert told(client.get(history(campaign))) == [
        Told(
            "Changed",
            "pa",
            (
                "Aliases: flut",
                "Ends: 1 January 2027",
                "Pause rule: [-Yes-] → No",
                "Rule: [-FM → Overall Status-] → FM → Service Intent",
                "Rule: [-FE → Technical Enablement-]",
            ),
        ),
        Told(
            "Added",
            "pa",
            (
                "Slug: flood",
                "Name: Flood",
                "Hashtag: flood",
                "Starts: 1 January 2026",
                "Pause rule: Yes",
                "Rule: FM → Overall Status",
                "Rule: FE → Technical Enablement",
            ),
        ),
    ]
    assert told(client.get(history(moved)))[0] == Told(
        "Changed", "pa", ("Hashtag: [-#flut in the tag field-] → #flood in the tag field",)
    )
    assert told(client.get(history(merged)))[0] == Told("Changed", "pa", ("Hashtag: [-#flut in the tag field-]",))


# --- Gaps in what was recorded ----------------------------------------------------------------------------------------


def test_nothing_recorded(client):
    """A record laid down in bulk says so."""
    pa = build.person("pa", "PA")
    build.log_in(client, pa)
    campaign = Campaign.objects.get(slug="covid")
    assert campaign.history.count() == 0
    page = client.get(history(campaign))
    assert told(page) == []
    assert "No change has been recorded" in page.content.decode()


def test_changed_before_anything_was_recorded(client, act):
    """The first version that is kept is a change: what it says is told, what stood before nobody knows."""
    fm, customer = build.person("fm", "FM"), build.customer()
    note = build.note(fm, customer, tags="covid")
    Note.history.all().delete()
    note.note_tags.get().history.all().delete()
    act(fm, pages.change(note), build.form_data("overall_status", customer, body="New #covid", version=1))
    (entry,) = told(client.get(history(note)))
    assert (entry.headline, entry.who) == ("Changed", "fm")
    assert "Text: New #covid" in entry.lines
    assert entry.lines[-1] == "Hashtag: [-not recorded-] → #covid in the text"
