"""Two people at one record: the second gets 409, both sides, and a way to bring them together (contract, *Answers*)."""

import html
import re

import pytest
from django.test import Client

from customers.models import Assignment, Customer, Entitlement
from notes.models import Campaign, Note, Risk
from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db
CUSTOMER_FIELDS = ("name", "tenant_id", "brand", "country", "industry", "seats", "priority", "enterprise_level")


def customer_form(customer, **over):
    values = {name: getattr(customer, name) for name in (*CUSTOMER_FIELDS, "enterprise_reason")}
    values = {name: "" if value is None else value for name, value in values.items()}
    return values | {"region": customer.region_id, "version": customer.version} | over


def at(kind, row):
    app = "customers" if kind in ("customer", "entitlement", "assignment") else "notes"
    return f"/admin/{app}/{kind}/{row.pk}/change/"


def browser(user):
    return build.log_in(Client(), user)


def text_of(answer):
    """The page as read, whichever marks stand between its words."""
    return html.unescape(answer.content.decode())


def section(answer):
    page = text_of(answer)
    return page[page.index('class="merge"') :]


def choices(answer):
    """What the page asks, by name: the values it offers."""
    found = {}
    for name, value in re.findall(r'<input type="radio" name="(merge-[^"]+)" value="(\w+)"', text_of(answer)):
        found.setdefault(name, []).append(value)
    return found


def seen(answer):
    return dict(re.findall(r'<input type="hidden" name="(merge-[^"]+-seen)" value="(\w+)"', text_of(answer)))


# --- Notes ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def fm():
    return build.person("fm", "FM", first_name="Frida", last_name="Malm")


@pytest.fixture
def note(fm):
    return build.note(fm, build.customer(), body="Opened words.", next_action="Call", next_action_date="2030-01-02")


def note_form(note, **over):
    base = {"body": note.body, "next_action": note.next_action, "next_action_date": "2030-01-02", "pace": note.pace}
    return base | {"version": note.version} | over


def test_what_only_they_changed_is_taken_and_told_and_what_only_i_changed_stands(client, fm, note):
    build.log_in(client, fm)
    spo = build.workload("SPO")
    theirs = note_form(note, pace="accelerating", tags="theirtag", workloads=[spo.pk])
    assert client.post(pages.change(note), theirs).status_code == 302
    late = client.post(pages.change(note), note_form(note, body="My words."))
    assert (late.status_code, choices(late)) == (409, {})
    said = section(late)
    assert "Frida Malm saved this after you opened it" in said
    for label, value in (("Pace", "Accelerating"), ("Hashtags", "#theirtag"), ("Workloads", "SPO")):
        assert re.search(rf"<dt>{label}</dt><dd>[^<]*{value}", said), label
    back = pages.filled(late)
    assert (back["body"], back["pace"], back["tags"], back["workloads"]) == (
        "My words.",
        "accelerating",
        "#theirtag",
        [str(spo.pk)],
    )
    assert client.post(pages.change(note), back).status_code == 302
    note.refresh_from_db()
    assert (note.body, note.pace, note.version) == ("My words.", "accelerating", 3)
    assert list(note.note_tags.values_list("tag__name", flat=True)) == ["theirtag"]
    assert list(note.workloads.all()) == [spo]


@pytest.mark.parametrize(
    ("choice", "ends"),
    [
        ("mine", "Mine, second line.\nMore."),
        ("theirs", "Theirs here."),
        ("both", "Theirs here.\n\nMine, second line.\nMore."),
        (None, "Mine, second line.\nMore."),
        ("nonsense", "Mine, second line.\nMore."),
    ],
)
def test_both_texts_side_by_side_and_each_choice(client, fm, note, choice, ends):
    build.log_in(client, fm)
    client.post(pages.change(note), note_form(note, body="Theirs here."))
    late = client.post(pages.change(note), note_form(note, body="Mine, second line.\r\nMore."))
    assert (late.status_code, choices(late)) == (409, {"merge-body": ["mine", "theirs", "both"]})
    said = section(late)
    for whole in ("Theirs here.", "Mine, second line.\nMore."):
        assert f">\n{whole}</textarea>" in said, "each can be copied as it is"
    assert "<del>Theirs" in said
    assert "<ins>Mine" in said
    sent = pages.filled(late) | ({"merge-body": choice} if choice else {})
    sent = {name: value for name, value in sent.items() if choice or not name.startswith("merge-")}
    assert client.post(pages.change(note), sent).status_code == 302
    note.refresh_from_db()
    assert (note.body, note.text) == (ends, note.compose())


def test_a_field_edited_by_hand_stands_and_is_not_dropped_for_theirs(client, fm, note):
    build.log_in(client, fm)
    client.post(pages.change(note), note_form(note, body="Theirs here."))
    late = client.post(pages.change(note), note_form(note, body="Mine."))
    sent = pages.filled(late) | {"body": "Mine, and theirs by hand."}
    again = client.post(pages.change(note), sent | {"merge-body": "theirs"})
    assert (again.status_code, choices(again)) == (409, {"merge-body": ["mine", "theirs", "both"]})
    assert "Choose once more" in text_of(again)
    assert "Theirs here." in text_of(again)
    assert pages.filled(again)["body"] == "Mine, and theirs by hand."
    assert client.post(pages.change(note), pages.filled(again) | {"merge-body": "mine"}).status_code == 302
    note.refresh_from_db()
    assert note.body == "Mine, and theirs by hand."


def test_a_third_person_is_not_overwritten_either(client, fm, note):
    boss = browser(build.person("admin", superuser=True, first_name="Bo", last_name="Ek"))
    build.log_in(client, fm)
    client.post(pages.change(note), note_form(note, body="First."))
    late = client.post(pages.change(note), note_form(note, body="Mine."))
    note.refresh_from_db()
    assert boss.post(pages.change(note), note_form(note, body="Third.", pace="accelerating")).status_code == 302
    again = client.post(pages.change(note), pages.filled(late) | {"merge-body": "both"})
    assert (again.status_code, choices(again)) == (409, {"merge-body": ["mine", "theirs", "both"]})
    assert "Bo Ek saved this" in section(again)
    back = pages.filled(again)
    assert (back["body"], back["pace"]) == ("First.\n\nMine.", "accelerating")
    assert client.post(pages.change(note), back | {"merge-body": "both"}).status_code == 302
    note.refresh_from_db()
    assert note.body == "Third.\n\nFirst.\n\nMine."


def test_sections_that_stand_in_one_column_are_each_compared(client):
    fe = build.person("fe", "FE")
    note = build.note(fe, build.customer(), "technical_enablement", "", tech_summary="Old.", tech_concerns="Worry.")
    build.log_in(client, fe)
    form = {"workloads": [build.workload("EXO").pk], "tech_status": "on_track", "version": 1}
    theirs = form | {"tech_summary": "Their summary.", "tech_concerns": "Their worry."}
    assert client.post(pages.change(note), theirs).status_code == 302
    late = client.post(pages.change(note), form | {"tech_summary": "My summary.", "tech_concerns": "Worry."})
    assert (late.status_code, choices(late)) == (409, {"merge-tech_summary": ["mine", "theirs", "both"]})
    back = pages.filled(late)
    assert (back["tech_summary"], back["tech_concerns"]) == ("My summary.", "Their worry.")


def test_without_a_version_every_difference_is_asked(client, fm, note):
    build.log_in(client, fm)
    client.post(pages.change(note), note_form(note, body="Theirs."))
    sent = note_form(note, body="Mine.", pace="accelerating")
    for version in (None, "x", "0", "99", "9" * 40, "-1"):
        late = client.post(pages.change(note), sent | ({"version": version} if version else {"version": ""}))
        assert (late.status_code, sorted(choices(late))) == (409, ["merge-body", "merge-pace"]), version


def test_a_note_withdrawn_meanwhile_gives_the_words_back_and_a_way_on(client, fm, note):
    build.log_in(client, fm)
    build.withdraw(note, fm)
    sent = note_form(note, body="Typed\r\nfor an hour.", tags="#kept", pace="accelerating", risks="high: late")
    answer = client.post(pages.change(note), sent)
    assert answer.status_code == 409
    said = section(answer)
    assert ">\nTyped\nfor an hour.</textarea>" in said
    for label, value in (("Hashtags", "#kept"), ("Pace", "Accelerating"), ("Risks", "high: late"), ("Action", "Call")):
        assert f"<dt>{label}</dt><dd>{value}</dd>" in said
    assert "Opened words." in text_of(answer), "what stands is there too"
    form = said[said.index('action="/admin/notes/note/add/"') : said.index("</form>")]
    along = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    copied = client.post(pages.ADD, along)
    assert copied.status_code == 200
    back = pages.filled(copied)
    assert (back["body"], back["tags"], back["pace"], back["risks"]) == (
        "Typed\nfor an hour.",
        "#kept",
        "accelerating",
        "high: late",
    )
    assert client.post(pages.ADD, back | {"tags": "kept"}).status_code == 302
    assert Note.objects.live().get().body == "Typed\nfor an hour."


# --- Customers and entitlements ---------------------------------------------------------------------------------------


def test_a_customer(client, fm):
    customer = build.customer("Northwind", brand="North")
    build.log_in(client, fm)
    theirs = customer_form(customer, brand="Their brand", industry="Mining", seats=7, s400="on")
    assert client.post(at("customer", customer), theirs).status_code == 302
    late = client.post(at("customer", customer), customer_form(customer, brand="My brand", country="Chad", seats=9))
    assert late.status_code == 409
    assert choices(late) == {"merge-brand": ["mine", "theirs", "both"], "merge-seats": ["mine", "theirs"]}
    said = section(late)
    assert "<dt>Industry</dt><dd>Mining</dd><dt>S400</dt><dd>Yes</dd>" in said
    back = customer_form(customer, brand="My brand", country="Chad", seats=9, industry="Mining", s400="on", version=2)
    assert (
        client.post(at("customer", customer), back | {"merge-brand": "both", "merge-seats": "theirs"}).status_code
        == 302
    )
    customer.refresh_from_db()
    assert (customer.brand, customer.country, customer.seats, customer.industry, customer.s400) == (
        "Their brand / My brand",
        "Chad",
        7,
        "Mining",
        True,
    )


def rows_form(rows, *changes):
    """The rows of a customer as its page would send them; `changes` are (row, values)."""
    data = {"entitlements-TOTAL_FORMS": len(rows), "entitlements-INITIAL_FORMS": len(rows)}
    over = {row.pk: values for row, values in changes}
    for place, row in enumerate(rows):
        values = {"id": row.pk, "workload": row.workload_id, "seats": row.seats, "version": row.version}
        values |= {"split_label": row.split_label, "target_date": row.target_date or ""}
        data |= {f"entitlements-{place}-{name}": value for name, value in (values | over.get(row.pk, {})).items()}
    return data


def test_rows_that_i_left_alone_are_in_nobodys_way(client, fm):
    customer = build.customer()
    exo, spo = build.entitlement(customer, "EXO", seats=1), build.entitlement(customer, "SPO", seats=2)
    build.log_in(client, fm)
    page = customer_form(customer)
    assert client.post(at("customer", customer), page | rows_form([exo, spo], (exo, {"seats": 11}))).status_code == 302
    assert client.post(at("customer", customer), page | rows_form([exo, spo], (spo, {"seats": 22}))).status_code == 302
    assert list(Entitlement.objects.order_by("pk").values_list("seats", "version")) == [(11, 2), (22, 2)]
    assert Customer.objects.get().version == 1, "nobody touched the customer"


def test_a_row_both_touched(client, fm):
    customer = build.customer()
    row = build.entitlement(customer, "EXO", seats=1, split_reason="geographies", split_label="Old")
    build.log_in(client, fm)
    page = customer_form(customer)
    split = {"split_reason": "geographies"}
    theirs = rows_form([row], (row, split | {"seats": 11, "split_label": "Their side"}))
    assert client.post(at("customer", customer), page | theirs).status_code == 302
    mine = rows_form([row], (row, split | {"split_label": "My side"}))
    late = client.post(at("customer", customer), page | mine)
    assert late.status_code == 409
    assert choices(late) == {"merge-entitlements-0-split_label": ["mine", "theirs", "both"]}
    said = section(late)
    assert "Northwind: EXO" in said or "Exchange Online" in said
    assert "<dt>Seats</dt><dd>11</dd>" in said
    assert 'name="entitlements-0-seats" value="11"' in text_of(late)
    again = rows_form([row], (row, split | {"split_label": "My side", "seats": 11, "version": 2}))
    done = client.post(at("customer", customer), page | again | {"merge-entitlements-0-split_label": "both"})
    assert done.status_code == 302
    row.refresh_from_db()
    assert (row.seats, row.split_label) == (11, "Their side / My side")


def test_a_row_that_became_invalid_meanwhile_keeps_what_was_typed(client, fm):
    customer = build.customer()
    exo, spo = build.entitlement(customer, "EXO", seats=1), build.entitlement(customer, "SPO", seats=2)
    build.note(fm, customer, "entitlement_status", "A double.", entitlement=exo, l1="duplicate_invalid", l2="")
    build.log_in(client, fm)
    page = customer_form(customer)
    late = client.post(at("customer", customer), page | rows_form([exo, spo], (exo, {"seats": 33})))
    assert late.status_code == 409
    assert 'name="entitlements-0-seats" value="33"' in text_of(late)
    assert "Duplicate/Invalid" in text_of(late)
    untouched = client.post(at("customer", customer), page | rows_form([exo, spo], (spo, {"seats": 44})))
    assert untouched.status_code == 302
    assert list(Entitlement.objects.order_by("pk").values_list("seats", flat=True)) == [1, 44]


def test_an_entitlement_whose_status_moved_meanwhile_says_so(client, fm):
    customer = build.customer()
    row = build.entitlement(customer, "EXO", seats=1)
    build.note(
        fm, customer, "entitlement_status", "Legal forbids.", entitlement=row, l1="blocked", l2="legal-regulatory"
    )
    build.log_in(client, fm)
    late = client.post(at("entitlement", row), {"seats": 5, "version": 1})
    assert (late.status_code, choices(late)) == (409, {})
    said = section(late)
    assert "Status Unknown →" in said
    assert "Blocked" in said
    assert client.post(at("entitlement", row), {"seats": 5, "version": 2}).status_code == 302


def test_a_start_date_both_changed_asks_the_reason_of_who_keeps_theirs(client, fm):
    customer = build.customer()
    row = build.entitlement(customer, "EXO", l1="in_progress", engagement_start_date="2029-01-01")
    build.log_in(client, fm)
    form = {"seats": 0, "target_date": "2030-06-01", "version": 1}
    theirs = form | {"engagement_start_date": "2029-02-02", "start_date_reason": "Late kick-off."}
    assert client.post(at("entitlement", row), theirs).status_code == 302
    mine = form | {"engagement_start_date": "2029-03-03", "start_date_reason": "Because."}
    late = client.post(at("entitlement", row), mine)
    assert (late.status_code, choices(late)) == (409, {"merge-engagement_start_date": ["mine", "theirs"]})
    assert "Because." in text_of(late)
    # Who did not touch it is asked no reason.
    stale = client.post(at("entitlement", row), form | {"engagement_start_date": "2029-01-01", "seats": 3})
    assert (stale.status_code, choices(stale), "2029-02-02" in section(stale)) == (409, {}, True)
    assert client.post(at("entitlement", row), mine | {"version": 2}).status_code == 302
    assert Note.objects.filter(body__contains="2029-02-02 → 2029-03-03").exists()


# --- Assignments ------------------------------------------------------------------------------------------------------


@pytest.fixture
def assignment(fm):
    customer = build.customer()
    return build.assign(customer, build.person("fe", "FE", first_name="Eve"), "FE")


def assignment_form(row, **over):
    return {"customer": row.customer_id, "user": row.user_id, "role": row.role, "version": row.version} | over


def test_an_assignment_deleted_meanwhile_keeps_what_was_typed(client, fm, assignment):
    build.log_in(client, fm)
    boss = browser(build.person("pa", "PA", first_name="Pia", last_name="Ahl"))
    page = f"/admin/customers/assignment/{assignment.pk}/delete/"
    assert boss.post(page, {"post": "yes", "version": 1}).status_code == 302
    sent = assignment_form(assignment, ends="2030-05-05")
    answer = client.post(at("assignment", assignment), sent)
    assert answer.status_code == 409
    said = section(answer)
    for words in ("Pia Ahl", "Northwind", "Eve", "2030-05-05", "FastTrack Engineer"):
        assert words in said, words
    way = re.search(r'href="(/admin/customers/assignment/add/\?[^"]+)"', said)[1]
    back = client.get(way).content.decode()
    assert 'value="2030-05-05"' in back
    # To who never could see it, it is as one that never was.
    stranger = browser(build.person("frp", "FRP", partner=build.partner()))
    never = stranger.post(at("assignment", assignment), sent)
    nothing = stranger.post("/admin/customers/assignment/987654/change/", sent)
    assert (never.status_code, nothing.status_code) == (302, 302)


def test_deleting_what_somebody_has_just_edited_asks_again(client, fm, assignment):
    build.log_in(client, fm)
    page = f"/admin/customers/assignment/{assignment.pk}/delete/"
    assert 'name="version" value="1"' in client.get(page).content.decode()
    assert client.post(at("assignment", assignment), assignment_form(assignment, ends="2030-05-05")).status_code == 302
    late = client.post(page, {"post": "yes", "version": 1})
    assert (late.status_code, Assignment.objects.count()) == (409, 1)
    assert "Frida Malm saved this" in section(late)
    assert "2030" in section(late)
    assert client.post(page, {"post": "yes", "version": 2}).status_code == 302
    assert Assignment.objects.count() == 0


# --- Risks ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def risk(fm):
    build.note(fm, build.customer(), risks="high: Firewall")
    return Risk.objects.get()


def risk_form(risk, **over):
    base = {"title": risk.title, "description": risk.description, "severity": risk.severity, "owner": risk.owner_id}
    return base | {"version": risk.version} | over


def step(client, risk, **data):
    return client.post(f"/admin/notes/risk/{risk.pk}/step/", data)


def test_a_risk_stepped_while_its_words_were_edited(client, fm, risk):
    build.log_in(client, fm)
    assert step(client, risk, to="mitigating", comment="Begun.").status_code == 302
    late = client.post(at("risk", risk), risk_form(risk, description="Mine."))
    assert (late.status_code, choices(late)) == (409, {})
    assert "Open →" in section(late)
    assert "Mitigating" in section(late)
    assert client.post(at("risk", risk), risk_form(risk, description="Mine.", version=2)).status_code == 302


def test_a_risk_closed_while_its_words_were_edited(client, fm, risk):
    build.log_in(client, fm)
    assert step(client, risk, to="resolved", comment="Gone for good.").status_code == 302
    late = client.post(at("risk", risk), risk_form(risk, description="Typed for an hour.", severity="low"))
    assert late.status_code == 409
    said = section(late)
    for words in ("Frida Malm", "Gone for good.", "Resolved", "Typed for an hour.", "Low", "High"):
        assert words in said, words
    assert f"/admin/notes/risk/{risk.pk}/step/?to=open" in said
    assert client.post(at("risk", risk), risk_form(risk, version=2)).status_code == 403, "known to be closed"


def test_the_step_page_shows_both_steps(client, fm, risk):
    build.log_in(client, fm)
    given = {"to": "mitigating", "comment": "My word.", "version": 1}
    assert (
        step(client, risk, to="escalated", comment="Their word.", escalated_to="rm", reference="E-1").status_code == 302
    )
    late = step(client, risk, **given)
    assert late.status_code == 409
    said = section(late)
    for words in ("Open → Escalated", "Their word.", "E-1", "Frida Malm", "My word.", "Mitigating"):
        assert words in said, words
    # A step that is no longer legal is a lost race all the same, and its words stay.
    assert step(client, risk, to="mitigating", comment="Third.").status_code == 302
    late = step(client, risk, to="mitigating", comment="Fourth.", version=2)
    assert (late.status_code, "Fourth." in section(late), "Third." in section(late)) == (409, True, True)
    assert risk.steps.count() == 2


# --- Campaigns and their rules ----------------------------------------------------------------------------------------


@pytest.fixture
def pa(client):
    user = build.person("pa", "PA", first_name="Pia", last_name="Ahl")
    build.log_in(client, user)
    return user


@pytest.fixture
def campaign(client, pa):
    form = {"slug": "fire", "hashtag": "fire", "name": "Fire", "starts": "2020-01-01", "pause_rule": "on"}
    rows = rules([("FM", "overall_status"), ("FE", "technical_enablement")])
    assert client.post("/admin/notes/campaign/add/", form | rows).status_code == 302
    return Campaign.objects.get(slug="fire")


def rules(pairs, ids=(), **over):
    data = {"rules-TOTAL_FORMS": len(pairs), "rules-INITIAL_FORMS": len(ids)}
    for place, (role, kind) in enumerate(pairs):
        data |= {f"rules-{place}-role": role, f"rules-{place}-note_type": kind}
        data[f"rules-{place}-id"] = ids[place] if place < len(ids) else ""
    return data | over


def campaign_form(campaign, **over):
    values = {name: getattr(campaign, name) for name in ("slug", "hashtag", "name", "aliases", "meaning")}
    return values | {"starts": "2020-01-01", "pause_rule": "on", "version": campaign.version} | over


def rules_of(campaign):
    return sorted(campaign.rules.values_list("role", "note_type"))


def rule_data(answer):
    """The rules as the page would send them back."""
    found = dict(re.findall(r'<input type="hidden" name="(rules-[\w-]+)" value="([^"]*)"', text_of(answer)))
    for name, options in re.findall(r'<select name="(rules-\d+-\w+)".*?>(.*?)</select>', text_of(answer), re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return {name: value for name, value in found.items() if "__prefix__" not in name}


FM, FE = ("FM", "overall_status"), ("FE", "technical_enablement")


def test_rules_changed_added_and_removed_by_another_come_together(client, campaign):
    ids = list(campaign.rules.order_by("pk").values_list("pk", flat=True))
    theirs = rules([("FM", "service_intent"), FE, ("GM", "engagement_management")], ids) | {"rules-1-DELETE": "on"}
    assert client.post(at("campaign", campaign), campaign_form(campaign, meaning="Theirs") | theirs).status_code == 302
    late = client.post(at("campaign", campaign), campaign_form(campaign, name="Blaze") | rules([FM, FE], ids))
    assert (late.status_code, choices(late)) == (409, {})
    said = section(late)
    assert "<dt>What it marks</dt><dd>Theirs</dd>" in said
    assert said.count("<dt>Campaign rule</dt>") == 3
    back = rule_data(late)
    assert (back["rules-TOTAL_FORMS"], back["rules-INITIAL_FORMS"], back["rules-0-note_type"]) == (
        "2",
        "2",
        "service_intent",
    )
    done = client.post(
        at("campaign", campaign), campaign_form(campaign, name="Blaze", meaning="Theirs", version=2) | back
    )
    assert done.status_code == 302
    assert rules_of(campaign) == [("FM", "service_intent"), ("GM", "engagement_management")]


@pytest.mark.parametrize(
    ("choice", "ends"),
    [
        ("mine", [FE, ("FM", "engagement_management")]),
        ("theirs", [FE, ("FM", "service_intent")]),
        ("both", [FE, ("FM", "engagement_management"), ("FM", "service_intent")]),
    ],
)
def test_a_rule_both_changed(client, campaign, choice, ends):
    ids = list(campaign.rules.order_by("pk").values_list("pk", flat=True))
    theirs = rules([("FM", "service_intent"), FE], ids)
    assert client.post(at("campaign", campaign), campaign_form(campaign) | theirs).status_code == 302
    mine = rules([("FM", "engagement_management"), FE], ids)
    late = client.post(at("campaign", campaign), campaign_form(campaign) | mine)
    assert (late.status_code, choices(late)) == (409, {"merge-rules-0": ["mine", "theirs", "both"]})
    for words in ("Service Intent", "Engagement Management"):
        assert words in section(late)
    sent = campaign_form(campaign, version=2) | rule_data(late) | {"merge-rules-0": choice}
    assert client.post(at("campaign", campaign), sent).status_code == 302
    assert rules_of(campaign) == ends


@pytest.mark.parametrize(("choice", "stays"), [("mine", True), ("theirs", False)])
def test_a_rule_i_changed_and_they_removed(client, campaign, choice, stays):
    ids = list(campaign.rules.order_by("pk").values_list("pk", flat=True))
    gone = rules([FM, FE], ids) | {"rules-1-DELETE": "on"}
    assert client.post(at("campaign", campaign), campaign_form(campaign) | gone).status_code == 302
    mine = rules([FM, ("FE", "overall_status")], ids)
    late = client.post(at("campaign", campaign), campaign_form(campaign) | mine)
    assert (late.status_code, choices(late)) == (409, {"merge-rules-1": ["mine", "theirs"]})
    back = rule_data(late)
    assert (back["rules-1-role"], back["rules-1-note_type"], back.get("rules-1-id", "")) == ("FE", "overall_status", "")
    sent = campaign_form(campaign, version=2) | back | {"merge-rules-1": choice}
    assert client.post(at("campaign", campaign), sent).status_code == 302
    assert rules_of(campaign) == ([("FE", "overall_status"), FM] if stays else [FM])


@pytest.mark.parametrize(("choice", "ends"), [("mine", [FE]), ("theirs", [FE, ("FM", "service_intent")])])
def test_a_rule_i_removed_and_they_changed(client, campaign, choice, ends):
    ids = list(campaign.rules.order_by("pk").values_list("pk", flat=True))
    theirs = rules([("FM", "service_intent"), FE], ids)
    assert client.post(at("campaign", campaign), campaign_form(campaign) | theirs).status_code == 302
    removing = rules([FM, FE], ids) | {"rules-0-DELETE": "on"}
    late = client.post(at("campaign", campaign), campaign_form(campaign) | removing)
    assert (late.status_code, choices(late)) == (409, {"merge-rules-0": ["mine", "theirs"]})
    sent = campaign_form(campaign, version=2) | rule_data(late) | {"rules-0-DELETE": "on", "merge-rules-0": choice}
    assert client.post(at("campaign", campaign), sent).status_code == 302
    assert rules_of(campaign) == ends


def test_the_same_rule_added_by_both_stands_once(client, campaign):
    ids = list(campaign.rules.order_by("pk").values_list("pk", flat=True))
    more = rules([FM, FE, ("GM", "engagement_management")], ids)
    assert client.post(at("campaign", campaign), campaign_form(campaign) | more).status_code == 302
    late = client.post(at("campaign", campaign), campaign_form(campaign) | more)
    assert (late.status_code, choices(late)) == (409, {})
    assert (
        client.post(at("campaign", campaign), campaign_form(campaign, version=2) | rule_data(late)).status_code == 302
    )
    assert rules_of(campaign) == [FE, FM, ("GM", "engagement_management")]


def test_aliases_of_both(client, campaign):
    assert client.post(at("campaign", campaign), campaign_form(campaign, aliases="blaze")).status_code == 302
    late = client.post(at("campaign", campaign), campaign_form(campaign, aliases="brand inferno"))
    assert (late.status_code, choices(late)) == (409, {"merge-aliases": ["mine", "theirs", "both"]})
    sent = campaign_form(campaign, aliases="brand inferno", version=2) | {"merge-aliases": "both"}
    assert client.post(at("campaign", campaign), sent).status_code == 302
    assert Campaign.objects.get(pk=campaign.pk).aliases == "blaze brand inferno"


def test_a_campaign_deleted_meanwhile(client, campaign):
    campaign_at = at("campaign", campaign)
    sent = campaign_form(campaign, meaning="Mine.")
    campaign.delete()
    late = client.post(campaign_at, sent)
    assert late.status_code == 409
    for words in ("Deleted while you wrote", "Mine.", "2020-01-01"):
        assert words in section(late), words


# --- Who may be named -------------------------------------------------------------------------------------------------


def test_who_saved_is_named_within_the_readers_scope(client):
    here, there = build.partner("Here"), build.partner("There")
    customer = build.customer(partner=there)
    old = build.person("old", "FRP", partner=there, first_name="Zebulon", last_name="Quax")
    new = build.person("new", "FRP", partner=here)
    assert browser(old).post(at("customer", customer), customer_form(customer, brand="Theirs")).status_code == 302
    Customer.objects.update(partner=here)
    late = build.log_in(client, new).post(at("customer", customer), customer_form(customer, brand="Mine"))
    assert late.status_code == 409
    assert "somebody outside your organisation saved this" in section(late)
    assert "Quax" not in text_of(late)
