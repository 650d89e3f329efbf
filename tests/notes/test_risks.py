"""The life of a risk (domain.md §8): raised from a note or on its own, stepped by who may, told in list and file."""

import datetime as dt
import itertools

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from notes import risk_life
from notes.models import Risk, RiskStep
from notes.risks import NEXT, RiskState
from notes.writing import Conflict
from tests import builders as build
from tests.notes import pages
from tests.reports.reading import RISKS, content_of

pytestmark = pytest.mark.django_db

ADD = "/admin/notes/risk/add/"
LEGAL = {
    "open": {"mitigating", "escalated", "resolved", "accepted"},
    "mitigating": {"escalated", "resolved", "accepted"},
    "escalated": {"mitigating", "resolved", "accepted"},
    "resolved": {"open"},
    "accepted": {"open"},
}
PAIRS = list(itertools.product(LEGAL, [*LEGAL, "gone"]))


def change(risk):
    return f"/admin/notes/risk/{risk.pk}/change/"


def step(risk):
    return f"/admin/notes/risk/{risk.pk}/step/"


def fresh(risk):
    return Risk.objects.get(pk=risk.pk)


def a_risk(by, customer, **kw):
    """A risk raised on the customer, open, owned by `by` unless told."""
    risk = Risk(**{"customer": customer, "title": "The proxy stops enrolment", "owner": by, "severity": "high", **kw})
    risk.full_clean(exclude=["region", "raised_by"])
    risk_life.raise_on_customer(risk, by=by)
    return fresh(risk)


# The shortest way from open to each state.
WAYS = {
    "open": [],
    "mitigating": ["mitigating"],
    "escalated": ["escalated"],
    "resolved": ["resolved"],
    "accepted": ["accepted"],
}


def brought_to(risk, state, by):
    for to in WAYS[state]:
        risk_life.step(risk, to=to, comment="On the way.", by=by, escalated_to="rm" if to == "escalated" else "")
    return fresh(risk)


# --- Each step from each door -----------------------------------------------------------------------------------------


def through_service(client, risk, by, **given):
    """The fields that are wrong, [] for a step taken."""
    try:
        risk_life.step(risk, by=by, **given)
    except ValidationError as error:
        return sorted(error.error_dict)
    return []


def through_page(client, risk, by, **given):
    answer = build.log_in(client, by).post(step(risk), given)
    if answer.status_code == 302:
        assert answer["Location"] == change(risk)
        return []
    page = answer.content.decode()
    form = answer.context["form"]
    assert (answer.status_code, given["comment"] in page) == (200, True), "what was typed is kept"
    return sorted(form.errors)


def through_the_list(client, risk, by, **given):
    """By the list's own link, and back to the list with its filters."""
    build.log_in(client, by)
    listed = f"{RISKS}?state={risk.state}&severity=high"
    page = content_of(client.get(listed))
    assert f'href="{step(risk)}?next=%2Freports%2Frisks%2F%3Fstate%3D{risk.state}%26severity%3Dhigh"' in page
    asked = client.get(f"{step(risk)}", {"next": listed})
    hidden = f'name="next" value="{listed.replace("&", "&amp;")}"'
    assert hidden in asked.content.decode()
    answer = client.post(step(risk), given | {"next": listed})
    if answer.status_code == 302:
        assert answer["Location"] == listed
        return []
    assert hidden in answer.content.decode()
    return sorted(answer.context["form"].errors)


DOORS = {"service": through_service, "page": through_page, "list": through_the_list}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("state", "to"), PAIRS)
def test_each_step_from_each_door(client, door, state, to):
    owner = build.person("fm", "FM")
    risk = brought_to(a_risk(owner, build.customer()), state, owner)
    before = Risk.objects.values().get(pk=risk.pk), risk.steps.count()
    legal = to in LEGAL[state]
    given = {"to": to, "comment": "Sponsor asked for it.", "escalated_to": "lt" if to == "escalated" else ""}
    wrong = DOORS[door](client, risk, owner, **given)
    assert wrong == ([] if legal else ["to"])
    if not legal:
        assert (Risk.objects.values().get(pk=risk.pk), risk.steps.count()) == before
        return
    now, taken = fresh(risk), RiskStep.objects.latest("pk")
    assert (taken.risk, taken.from_state, taken.to_state, taken.comment, taken.by) == (
        risk, state, to, "Sponsor asked for it.", owner,
    )  # fmt: skip
    assert (now.state, now.last_step, now.last_step_at, now.version) == (to, taken.comment, taken.at, risk.version + 1)
    assert (now.closed_at == taken.at) is (to in ("resolved", "accepted"))
    last = now.history.latest()
    assert (last.state, last.history_type) == (to, "~")


def test_the_table_is_the_playbooks():
    assert {state.value: {to.value for to in NEXT[state]} for state in RiskState} == LEGAL


STEPS = {
    "no comment": ({"to": "mitigating"}, ["comment"]),
    "a blank comment": ({"to": "mitigating", "comment": " \n　"}, ["comment"]),
    "escalated to nobody": ({"to": "escalated", "comment": "x"}, ["escalated_to"]),
    "escalated to somebody unknown": ({"to": "escalated", "comment": "x", "escalated_to": "board"}, ["escalated_to"]),
    "escalated with a reference": (
        {"to": "escalated", "comment": "x", "escalated_to": "engineering", "reference": "INC-1"}, [],
    ),
    "not escalated, to somebody": ({"to": "resolved", "comment": "x", "escalated_to": "rm"}, ["escalated_to"]),
    "not escalated, with a reference": ({"to": "resolved", "comment": "x", "reference": "INC-1"}, ["reference"]),
    "a long reference": (
        {"to": "escalated", "comment": "x", "escalated_to": "rm", "reference": "r" * 201}, ["reference"],
    ),
    "a long comment": ({"to": "mitigating", "comment": "c" * 5_001}, ["comment"]),
    "nothing": ({}, ["comment", "to"]),
}  # fmt: skip


@pytest.mark.parametrize("case", STEPS)
def test_what_a_step_needs(client, case):
    given, wrong = STEPS[case]
    owner = build.person("fm", "FM")
    risk = a_risk(owner, build.customer())
    answer = build.log_in(client, owner).post(step(risk), given)
    if wrong:
        assert (answer.status_code, sorted(answer.context["form"].errors)) == (200, wrong)
        assert (fresh(risk).version, RiskStep.objects.count()) == (1, 0)
        return
    assert answer.status_code == 302
    assert (fresh(risk).escalated_to, fresh(risk).reference) == ("engineering", "INC-1")


def test_a_reopened_risk_begins_anew_and_its_steps_remember():
    owner = build.person("fm", "FM")
    risk = a_risk(owner, build.customer())
    life = [("escalated", "rm", "ESC-1"), ("resolved", "", ""), ("open", "", "")]
    told = []
    for to, whom, reference in life:
        risk_life.step(risk, to=to, comment=f"To {to}.", by=owner, escalated_to=whom, reference=reference)
        told.append((fresh(risk).state, fresh(risk).escalated_to, fresh(risk).reference, fresh(risk).closed_at is None))
    assert told == [("escalated", "rm", "ESC-1", True), ("resolved", "rm", "ESC-1", False), ("open", "", "", True)]
    assert list(risk.steps.values_list("from_state", "to_state", "escalated_to", "reference")) == [
        ("open", "escalated", "rm", "ESC-1"), ("escalated", "resolved", "", ""), ("resolved", "open", "", ""),
    ]  # fmt: skip


def test_who_comes_second_is_told(client):
    """A step on what has moved on: 409 with what was typed; from the new version it goes through."""
    owner = build.person("fm", "FM")
    risk = a_risk(owner, build.customer())
    build.log_in(client, owner)
    version = client.get(step(risk)).context["form"].initial["version"]
    risk_life.step(risk, to="mitigating", comment="First.", by=owner)
    given = {"to": "escalated", "comment": "Second.", "escalated_to": "rm", "version": version}
    late = client.post(step(risk), given)
    assert (late.status_code, "Second." in late.content.decode(), "First." in late.content.decode()) == (
        409,
        True,
        True,
    )
    assert fresh(risk).state == "mitigating"
    assert client.post(step(risk), given | {"version": version + 1}).status_code == 302
    assert fresh(risk).state == "escalated"
    with pytest.raises(Conflict):
        risk_life.step(risk, to="resolved", comment="x", by=owner, version=1)


# --- Who may ----------------------------------------------------------------------------------------------------------

# Steps: on the own risk, on one of a customer they serve, on any. Raises.
RIGHTS = {
    "fm": (True, True, False, True),
    "fe": (True, True, False, True),
    "sme": (True, True, False, True),
    "asme": (True, True, False, True),
    "gmfta": (True, True, False, True),
    "mvm": (True, True, False, True),
    "fta": (True, True, False, True),
    "gm": (True, True, False, True),
    "frp": (True, True, False, True),
    "rm": (True, True, True, False),
    "lt": (False, False, False, False),
    "pa": (False, False, False, False),
    "nobody": (None, None, None, None),
    "admin": (True, True, True, True),
}


@pytest.mark.parametrize("who", RIGHTS)
def test_who_steps_and_raises(client, who):
    own, served, any_risk, raises = RIGHTS[who]
    raiser, user = build.person("raiser", "FM"), build.cast(who)[who]
    partner = user.partner
    customers = [build.customer(name, partner=partner) for name in ("Own", "Served", "Other")]
    risks = [a_risk(raiser, customer) for customer in customers]
    Risk.objects.filter(pk=risks[0].pk).update(owner=user)
    build.assign(customers[1], user, "FM")
    build.log_in(client, user)
    for risk, may in zip(risks, (own, served, any_risk), strict=True):
        asked = client.get(step(risk)).status_code
        taken = client.post(step(risk), {"to": "mitigating", "comment": "x"}).status_code
        assert (asked, taken) == ((200, 302) if may else (403, 403)), risk.customer.name
        assert fresh(risk).state == ("mitigating" if may else "open")
        page = client.get(change(risk))
        if may is None:
            assert page.status_code == 403
            continue
        offered = step(risk) in page.content.decode()
        saved = client.post(
            change(risk), {"title": "Told better", "severity": "low", "version": fresh(risk).version}
        ).status_code
        assert (page.status_code, offered, saved) == (200, may, 302 if may else 403), risk.customer.name
        assert (fresh(risk).title == "Told better") is may
    added = client.post(ADD, {"customer": customers[0].pk, "title": "New", "severity": "low"}).status_code
    assert added == (302 if raises else 403)
    assert Risk.objects.filter(title="New").exists() is bool(raises)


def test_service_between_dates_counts(client):
    fe, raiser, customer = build.person("fe", "FE"), build.person("raiser", "FM"), build.customer()
    risk = a_risk(raiser, customer)
    today = timezone.localdate()
    row = build.assign(customer, fe, "FE", starts=today + dt.timedelta(days=2))
    with pytest.raises(PermissionDenied):
        risk_life.step(risk, to="mitigating", comment="x", by=fe)
    row.starts, row.ends = None, today
    row.save()
    risk_life.step(risk, to="mitigating", comment="x", by=fe)
    assert fresh(risk).state == "mitigating"


def test_another_partners_risk_does_not_exist(client):
    frp = build.person("frp", "FRP", partner=build.partner("Contoso"))
    other, raiser = build.partner("Fabrikam"), build.person("raiser", "FM")
    risk = a_risk(raiser, build.customer(partner=other))
    Risk.objects.filter(pk=risk.pk).update(owner=frp)  # even where their name stands on it
    build.log_in(client, frp)
    gone = "/admin/notes/risk/999999"
    for tail in ("step/", "change/"):
        foreign, nothing = client.get(f"/admin/notes/risk/{risk.pk}/{tail}"), client.get(f"{gone}/{tail}")
        assert foreign.status_code == nothing.status_code == (404 if tail == "step/" else 302)
    assert client.post(step(risk), {"to": "resolved", "comment": "x"}).status_code == 404
    foreign, nothing = (
        client.post(ADD, {"customer": pk, "title": "x", "severity": "low"}) for pk in (risk.customer_id, 999_999)
    )
    assert pages.errors(foreign) == pages.errors(nothing)
    assert fresh(risk).state == "open"


def test_a_closed_one_is_opened_again_before_its_words_change(client):
    owner = build.person("fm", "FM")
    risk = brought_to(a_risk(owner, build.customer()), "resolved", owner)
    data = {"title": "Other", "severity": "low", "version": risk.version}
    assert build.log_in(client, owner).post(change(risk), data).status_code == 403
    risk_life.step(risk, to="open", comment="It is back.", by=owner)
    assert client.post(change(risk), data | {"version": fresh(risk).version}).status_code == 302
    assert (fresh(risk).title, fresh(risk).state) == ("Other", "open")


# --- Raised on its own ------------------------------------------------------------------------------------------------


def test_raised_on_a_customer(client):
    partner = build.partner()
    fm, other, customer = build.person("fm", "FM"), build.person("fe", "FE"), build.customer(partner=partner)
    row = build.entitlement(customer, "INTUNE")
    given = {
        "customer": customer.pk, "entitlement": row.pk, "title": "The proxy stops enrolment", "severity": "high",
        "description": "The vendor\r\nhas a fix.", "owner": other.pk, "due_date": "2030-02-01",
    }  # fmt: skip
    assert build.log_in(client, fm).post(ADD, given).status_code == 302
    risk = Risk.objects.get()
    names = ("customer", "entitlement", "title", "severity", "description", "owner", "due_date", "state", "note")
    assert [getattr(risk, name) for name in names] == [
        customer, row, given["title"], "high", "The vendor\nhas a fix.", other, dt.date(2030, 2, 1), "open", None,
    ]  # fmt: skip
    assert (risk.workload.code, risk.raised_by, risk.region, risk.partner) == ("INTUNE", fm, customer.region, partner)
    assert [(row.history_type, row.history_user) for row in risk.history.all()] == [("+", fm)]


def test_the_form_offers_the_customers_own(client):
    """Whom it is for stands in the address; its entitlements are offered and nobody else's; I own it unless I say."""
    fm, customer, other = build.person("fm", "FM"), build.customer(), build.customer("Other")
    own, foreign = build.entitlement(customer, "EXO"), build.entitlement(other, "EXO")
    form = build.log_in(client, fm).get(f"{ADD}?customer={customer.pk}").context["adminform"].form
    assert list(form.fields["entitlement"].queryset) == [own]
    assert (form["owner"].value(), form["customer"].value()) == (fm.pk, str(customer.pk))
    bare = client.get(ADD).context["adminform"].form
    assert list(bare.fields["entitlement"].queryset) == []
    for wrong in (foreign.pk, 999_999, "x", "9" * 30):
        answer = client.post(ADD, {"customer": customer.pk, "title": "x", "severity": "low", "entitlement": wrong})
        assert pages.error_fields(answer) == ["entitlement"]
    assert client.get(f"{ADD}?customer=9x&entitlement=%00&owner=zz").status_code == 200


@pytest.mark.parametrize(
    ("over", "wrong"),
    [
        ({"title": " "}, ["title"]),
        ({"title": "x" * 501}, ["title"]),
        ({"severity": ""}, ["severity"]),
        ({"severity": "huge"}, ["severity"]),
        ({"due_date": "soon"}, ["due_date"]),
        ({"description": "x" * 10_001}, ["description"]),
        ({"customer": ""}, ["customer"]),
        ({"owner": "0"}, ["owner"]),
    ],
)
def test_what_is_refused_is_kept(client, over, wrong):
    fm, customer = build.person("fm", "FM"), build.customer()
    given = {"customer": customer.pk, "title": "Late licences", "severity": "low", "description": "Asked.", **over}
    answer = build.log_in(client, fm).post(ADD, given)
    assert pages.error_fields(answer) == wrong
    kept = answer.context["adminform"].form
    assert [kept[name].value() for name in ("title", "description")] == [given["title"], given["description"]]
    assert Risk.objects.count() == 0


def test_an_owner_of_another_partner_is_refused(client):
    fm, customer = build.person("fm", "FM"), build.customer(partner=build.partner("Contoso"))
    stranger = build.person("stranger", "FRP", partner=build.partner("Fabrikam"))
    answer = build.log_in(client, fm).post(
        ADD, {"customer": customer.pk, "title": "x", "severity": "low", "owner": stranger.pk}
    )
    assert pages.error_fields(answer) == ["owner"]


def test_two_edits_at_once(client):
    owner = build.person("fm", "FM")
    risk = a_risk(owner, build.customer())
    build.log_in(client, owner)
    data = {"title": "First", "severity": "low", "owner": owner.pk, "version": 1}
    assert client.post(change(risk), data).status_code == 302
    late = client.post(change(risk), data | {"title": "Second"})
    assert (late.status_code, "Second" in late.content.decode(), "First" in late.content.decode()) == (409, True, True)
    assert fresh(risk).title == "First"


def test_a_changed_entitlement_changes_the_workload_and_other_words_leave_it(client):
    fm, customer = build.person("fm", "FM"), build.customer()
    teams = build.entitlement(customer, "TEAMS")
    note = build.note(fm, customer, workloads=["EXO"], risks="high: late")
    risk = note.risks.get()
    build.log_in(client, fm)
    for given, code in (({}, "EXO"), ({"entitlement": teams.pk}, "TEAMS")):
        data = {"title": "Late", "severity": "high", "owner": fm.pk, "version": fresh(risk).version, **given}
        assert client.post(change(risk), data).status_code == 302
        assert (fresh(risk).workload.code, fresh(risk).note, fresh(risk).customer) == (code, note, customer)


def test_forged_columns_change_nothing(client):
    owner, other = build.person("fm", "FM"), build.customer("Other")
    risk = a_risk(owner, build.customer())
    forged = {
        "state": "resolved", "customer": other.pk, "escalated_to": "lt", "raised_by": 1, "raised_at_0": "2001-01-01",
        "workload": build.workload("EXO").pk, "last_step": "x", "title": risk.title, "severity": "high", "version": 1,
        "owner": owner.pk,
    }  # fmt: skip
    assert build.log_in(client, owner).post(change(risk), forged).status_code == 302
    now = Risk.objects.values().get(pk=risk.pk)
    was = {name: getattr(risk, name) for name in now} | {"version": 2}
    assert now == was


# --- From the note, in the list and the file --------------------------------------------------------------------------


def test_from_the_note(client):
    """The note's page lists what it raised, with the way to step for who may; and leads back to the note."""
    fm, lt, customer = build.person("fm", "FM"), build.person("lt", "LT"), build.customer()
    note = build.note(fm, customer, risks="high: late\nlow: slow")
    late, slow = note.risks.order_by("pk")
    for user, may in ((fm, True), (lt, False)):
        page = build.log_in(client, user).get(pages.change(note)).content.decode()
        assert [risk.title in page for risk in (late, slow)] == [True, True]
        assert [step(risk) in page for risk in (late, slow)] == [may, may]
    back = {"to": "resolved", "comment": "Done.", "next": pages.change(note)}
    assert build.log_in(client, fm).post(step(late), back)["Location"] == pages.change(note)
    away = {"to": "resolved", "comment": "Done.", "next": "https://example.org/"}
    assert client.post(step(slow), away)["Location"] == change(slow)


@time_machine.travel(dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.UTC), tick=False)
def test_age_and_last_step_in_list_and_file(client):
    """Days as the reader's calendar counts them; a closed one's age ended with its closing."""
    fm = build.person("fm", "FM", time_zone="Europe/Berlin")
    customer = build.customer()
    raised = dt.datetime(2026, 2, 20, 23, 30, tzinfo=dt.UTC)  # the 21st in Berlin
    with time_machine.travel(raised, tick=False):
        running, done = a_risk(fm, customer, title="Running"), a_risk(fm, customer, title="Done")
    with time_machine.travel(dt.datetime(2026, 2, 24, 12, tzinfo=dt.UTC), tick=False):
        risk_life.step(running, to="escalated", comment="Asked, twice", by=fm, escalated_to="rm", reference="E-1")
        risk_life.step(done, to="accepted", comment="Lives with it", by=fm)
    build.log_in(client, fm)
    rows = {
        row["title"]: row for row in build.csv_rows(client.get(f"{RISKS}?format=csv&state=escalated&state=accepted"))
    }
    names = ("state", "escalated_to", "reference", "age_days", "last_step_at", "last_step")
    assert {title: [row[name] for name in names] for title, row in rows.items()} == {
        "Running": ["escalated", "rm", "E-1", "9", "2026-02-24T13:00:00+01:00", "Asked, twice"],
        "Done": ["accepted", "", "", "3", "2026-02-24T13:00:00+01:00", "Lives with it"],
    }
    page = content_of(client.get(f"{RISKS}?state=escalated"))
    assert ("9 d" in page, "Asked, twice" in page, "to RM · E-1" in page) == (True, True, True)
    assert "9 d" in client.get("/admin/notes/risk/").content.decode()


def test_steps_cannot_be_reached_by_get(client):
    owner = build.person("fm", "FM")
    risk = a_risk(owner, build.customer())
    answer = build.log_in(client, owner).get(step(risk), {"to": "resolved", "comment": "x"})
    assert (answer.status_code, fresh(risk).state) == (200, "open")
    for garbage in ("abc", "٣", "9" * 30, "1%00"):
        assert client.post(f"/admin/notes/risk/{garbage}/step/", {}).status_code == 404
