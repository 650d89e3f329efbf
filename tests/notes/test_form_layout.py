"""What the note form says beside its fields: counts, chips, presets, what risks and moves would do."""

import datetime as dt
import re

import pytest
import time_machine

from notes.forms import presets
from notes.forms.fields import sentences
from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("today", "labels", "days"),
    [
        ("2026-11-24", ["tomorrow", "end of month", "in 1 week", "in 2 weeks", "end of quarter"],
         ["2026-11-25", "2026-11-30", "2026-12-01", "2026-12-08", "2026-12-31"]),
        ("2026-12-31", ["tomorrow", "in 1 week", "in 2 weeks", "end of month", "end of quarter"],
         ["2027-01-01", "2027-01-07", "2027-01-14", "2027-01-31", "2027-03-31"]),
        ("2028-02-22", ["tomorrow", "end of month", "in 2 weeks", "end of quarter"],
         ["2028-02-23", "2028-02-29", "2028-03-07", "2028-03-31"]),
    ],
)  # fmt: skip
def test_days_soon(today, labels, days):
    """Of two names for one day one is left."""
    offered = presets.soon(dt.date.fromisoformat(today))
    assert ([one.label for one in offered], [one.value for one in offered]) == (labels, days)


def test_days_are_told_in_the_writers_time_zone(client):
    customer = build.customer()
    address = f"{pages.ADD}?customer={customer.pk}&note_type=overall_status"
    with time_machine.travel(dt.datetime(2026, 11, 24, 23, 30, tzinfo=dt.UTC), tick=False):
        for zone, tomorrow in (("America/New_York", "2026-11-25"), ("Asia/Shanghai", "2026-11-26")):
            build.log_in(client, build.person(zone.split("/")[1].lower(), "FM", time_zone=zone))
            form = client.get(address).context["adminform"].form
            assert form["next_action_date"].presets[0] == ("tomorrow", tomorrow)


def test_asking_for_a_summary_offers_days(client):
    """At one customer, and at several: seen from today, each time the form is opened."""
    customer, rm = build.customer(), build.person("rm", "RM")
    several = {"action": "ask_for_summaries", "_selected_action": customer.pk}
    for now, days in (("2026-11-24", ("27", "01", "08")), ("2026-11-25", ("28", "02", "09"))):
        with time_machine.travel(dt.datetime.fromisoformat(f"{now}T12:00:00+00:00"), tick=False):
            build.log_in(client, rm)
            one = client.get(f"/admin/notes/summaryrequest/add/?customer={customer.pk}").content.decode()
            many = client.post("/admin/customers/customer/", several).content.decode()
        wanted = [(f"2026-11-{days[0]}", "in 3 days"), (f"2026-12-{days[1]}", "in 1 week"),
                  (f"2026-12-{days[2]}", "in 2 weeks")]  # fmt: skip
        for page in (one, many):
            assert re.findall(r'<button type="button" value="([\d-]+)"[^>]*>([^<]+)<', page) == wanted


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0), ("...", 0), ("Wants it", 1), ("Wants it. A law forbids it.", 2),
        ("It costs 3.5 million, e.g. here.", 1),
        ("想部署。法律禁止！", 2), ("One\ntwo", 2), ("“Done.” Next", 2), ("Why?! So.", 2),
    ],
)  # fmt: skip
def test_sentences(text, count):
    assert len(sentences(text)) == count


def shown(client, customer, kind, **query):
    extra = "".join(f"&{name}={value}" for name, value in query.items())
    return client.get(f"{pages.ADD}?customer={customer.pk}&note_type={kind}{extra}")


def test_the_customers_workloads_come_first(client):
    customer, other = build.customer(), build.customer("Other")
    for code in ("TEAMS", "EXO"):
        build.entitlement(customer, code)
    build.entitlement(customer, "YAM", l1="duplicate_invalid", l2=None)
    build.entitlement(other, "SDS")
    build.log_in(client, build.person("fe", "FE"))
    form = shown(client, customer, "technical_enablement").context["adminform"].form
    own, others = form.workload_chips
    assert [str(option.choice_label) for option in own] == ["EXO", "TEAMS"]
    assert len(others) == 15
    ids = {option.id_for_label for option in (*own, *others)}
    assert ids == {f"id_workloads_{number}" for number in range(17)}


def test_people_to_name_as_owner(client):
    home = build.partner("Fabrikam")
    customer = build.customer(partner=home)
    frp = build.person("frp", "FRP", partner=home, first_name="Ada", last_name="Byron")
    fe, gone = build.person("fe", "FE"), build.person("gone", "FE", is_active=False)
    for user, role in ((frp, "FRP"), (fe, "FE"), (fe, "SME"), (gone, "FE")):
        build.assign(customer, user, role)
    build.assign(customer, build.person("past", "FE"), "FE", ends=dt.date(2020, 1, 1))
    build.log_in(client, frp)
    answer = shown(client, customer, "overall_status")
    form = answer.context["adminform"].form
    assert form.people == [("fe", "fe · FE, SME"), ("frp", "Ada Byron · FRP")]
    assert '<option value="frp">Ada Byron · FRP</option>' in answer.content.decode()


def test_what_the_risks_would_raise_and_what_is_open(client):
    fm, customer = build.person("fm", "FM"), build.customer()
    build.note(fm, customer, risks="high: one\ntwo")
    build.log_in(client, fm)
    answer = shown(client, customer, "overall_status")
    page = answer.content.decode()
    assert f'Already open: 2, <a href="/reports/risks/?customer={customer.pk}">see them</a>' in " ".join(page.split())
    assert answer.context["adminform"].form.raises == {}
    # Sent back, it says what the lines would raise.
    data = build.form_data("overall_status", customer, body="", risks="high: a\n高：b\nc", tags="#Covid x")
    form = client.post(pages.ADD, data).context["adminform"].form
    assert form.raises == {"high": 2, "medium": 1}
    assert '<span class="pill high" data-severity="high"><b>2</b> High</span>' in form.risk_pills
    assert 'data-severity="low" hidden' in form.risk_pills
    assert form.repeated_tags == ""
    data = build.form_data("overall_status", customer, body="", risks="low: #covid", tags="#Covid x")
    assert client.post(pages.ADD, data).context["adminform"].form.repeated_tags == "#covid"


CONSEQUENCES = {
    "status_unknown": {
        "status_unknown": ["The status stays as it is; saving renews its why."],
        "in_progress": ["Upkeep lists it once its target date is past."],
        "blocked": ["Upkeep lists it once its unblock date is past."],
        "no_intent": [],
        "duplicate_invalid": ["It leaves every count, list and export of active work; its own filter still shows it."],
    },
    "in_progress": {
        "no_intent": [
            "Saving ends In Progress: the engagement start date, 12 Nov 2025, is cleared and stays in history."
        ],
    },
    "duplicate_invalid": {
        "no_intent": ["It counts again: it comes back to every list, count and export of active work."],
    },
}


@pytest.mark.parametrize("now", CONSEQUENCES)
def test_consequences(client, now):
    customer = build.customer()
    more = {"engagement_start_date": dt.date(2025, 11, 12)} if now == "in_progress" else {}
    row = build.entitlement(customer, "EXO", l1=now, **more)
    build.log_in(client, build.person("fm", "FM"))
    with time_machine.travel(dt.datetime(2026, 6, 1, tzinfo=dt.UTC), tick=False):
        form = shown(client, customer, "entitlement_status", entitlement=row.pk).context["adminform"].form
        told = form.consequences
    for level, words in CONSEQUENCES[now].items():
        assert [one.text for one in told if one.l1 == level] == words


def test_which_date_is_needed(client):
    customer = build.customer()
    build.log_in(client, build.person("fm", "FM"))
    rows = {
        "EXO": build.entitlement(customer, "EXO", l1="in_progress"),
        "SPO": build.entitlement(customer, "SPO"),
    }
    helps = {}
    for code, row in rows.items():
        form = shown(client, customer, "entitlement_status", entitlement=row.pk).context["adminform"].form
        helps[code] = form["unblock_date"].help_text
    assert helps == {"EXO": "needed: it comes from In Progress", "SPO": "where it is known"}


def test_beside_the_status(client):
    """The entitlement's history with its whys, and the customer's other entitlements, of this customer alone."""
    customer, other = build.customer(), build.customer("Other")
    fm = build.person("fm", "FM")
    row, teams = build.entitlement(customer, "EXO"), build.entitlement(customer, "TEAMS")
    build.entitlement(other, "SDS")
    first = build.note(
        fm, customer, "entitlement_status", "Wants it.", entitlement=row, l1="in_progress", l2="migration"
    )
    build.note(fm, customer, "entitlement_status", "About Teams.", entitlement=teams, l1="in_progress", l2="migration")
    build.log_in(client, fm)
    answer = shown(client, customer, "entitlement_status", entitlement=row.pk)
    assert [(one.period.l1, one.note) for one in answer.context["past"]] == [
        ("in_progress", first),
        ("status_unknown", None),
    ]
    assert [one.pk for one in answer.context["others"]] == [teams.pk]
    assert f"note_type=entitlement_status&amp;entitlement={teams.pk}" in answer.content.decode()


def test_a_refused_save_links_to_what_is_to_be_mended(client):
    customer = build.customer(enterprise_level=4)
    fta = build.person("fta", "FTA")
    build.assign(customer, fta, "FTA")
    build.log_in(client, fta)
    data = build.form_data("enterprise_status", customer, ent_rag=None, ent_summary="", ent_next_update="soon")
    answer = client.post(pages.ADD, data)
    links = list(answer.context["adminform"].form.error_links)
    assert links == [
        ("id_ent_rag_0", "Status R/Y/G"),
        ("id_ent_summary", "Executive summary"),
        ("id_ent_next_update", "Next update"),
    ]
    page = answer.content.decode()
    assert all(f'id="{link.anchor}"' in page and f'href="#{link.anchor}"' in page for link in links)


def test_counts_of_what_was_typed(client):
    customer = build.customer()
    row = build.entitlement(customer, "EXO")
    build.log_in(client, build.person("fm", "FM"))
    data = build.form_data(
        "entitlement_status", customer, entitlement=row.pk, l2="", body="Wants it. A law forbids it."
    )
    page = client.post(pages.ADD, data).content.decode()
    assert ">2 sentences · 27</span>" in page
