"""My work: what stands in each box at home, for whom, and that nobody meets what is another's there."""

import datetime as dt
import re
import uuid
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import PartnerOrganisation, User
from customers.models import Customer
from notes.models import NoteDraft, SummaryRequest
from tests import builders as build
from tests.reports.reading import content_of

pytestmark = pytest.mark.django_db


def today(days: int = 0) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def ago(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).replace(" :", ":").split())


def boxes(page: str) -> dict[str, list[str]]:
    """Each box by its name in the address, with its rows as they read."""
    found = {}
    for name, rest in re.findall(r'<section class="panel" id="([^"]*)">(.*?)</section>', page, re.DOTALL):
        found[name] = [words(row) for row in re.findall(r"<li>(.*?)</li>", rest, re.DOTALL)]
    return found


def home(client: Client, user: User, query: str = "") -> dict[str, list[str]]:
    return boxes(content_of(build.log_in(client, user).get(f"/{query}")))


def first_words(rows: list[str], count: int = 1) -> list[str]:
    return [" ".join(row.split()[:count]) for row in rows]


def customer_with_everything(name: str, fm: User, fta: User, rm: User, partner: PartnerOrganisation | None) -> Customer:
    """One customer on which something of every kind is due, of `fm` (FM or FRP) and `fta`; all called by its name."""
    customer = build.customer(name, priority="high", enterprise_level=3, partner=partner)
    role = "FRP" if partner else "FM"
    build.assign(customer, fm, role)
    build.assign(customer, fta, "FTA")
    build.note(
        fta, customer, "enterprise_status", created_at=ago(40), tags="covid", ent_summary=f"{name} covid picture",
        next_action=f"{name} architect's action", next_action_date=today(3), next_action_owner=fta.username,
    )  # fmt: skip
    build.note(
        fm, customer, created_at=ago(35), body=f"{name} note", risks=f"high: {name} risk",
        next_action=f"{name} action", next_action_date=today(-1), next_action_owner=fm.username,
    )  # fmt: skip
    build.entitlement(customer, "EXO", l1="in_progress", target_date=today(-2))
    SummaryRequest.objects.create(customer=customer, asked_by=rm, asked_of=fm, word=f"{name} word", due_date=today(1))
    for user in (fm, fta):
        NoteDraft.objects.create(user=user, customer=customer, note_type="engagement_management", key=uuid.uuid4(),
                                 data={"body": [f"{name} draft"]})  # fmt: skip
    return customer


@pytest.fixture
def people() -> dict[str, User]:
    """Two of each; the second of each has a customer of their own on which as much is due."""
    contoso, fabrikam = build.partner(), build.partner("Fabrikam Partners")
    people = build.cast("fm", "fta", "rm", "frp", "nobody")
    for name, role in (("fm2", "FM"), ("fta2", "FTA"), ("rm2", "RM")):
        people[name] = build.person(name, role)
    people["frp2"] = build.person("frp2", "FRP", partner=fabrikam)
    customer_with_everything("Alpha", people["fm"], people["fta"], people["rm"], None)
    customer_with_everything("Beta", people["fm2"], people["fta2"], people["rm2"], None)
    customer_with_everything("Gamma", people["frp"], people["fta2"], people["rm2"], contoso)
    customer_with_everything("Delta", people["frp2"], people["fta2"], people["rm2"], fabrikam)
    return people


def test_the_home_pages_show_each_their_own_and_nothing_elses(client: Client, people: dict[str, User]) -> None:
    day, older = f"{ago(35):%-d %b}", f"{ago(40):%-d %b}"
    asked = f"{timezone.now():%-d %b}"
    found = {name: home(client, people[name]) for name in ("fm", "fta", "rm", "frp", "nobody")}
    for rows in found.values():
        for name in ("notes", "drafts"):
            rows.pop(name, None)  # told apart below

    def of_lead(name: str, role: str) -> dict[str, list[str]]:
        # Whoever is asked, with the rest that is due, and the partner's staff the same of their own customer.
        asker = "rm" if name == "Alpha" else "rm2"
        return {
            "asked": [f"{name} {asker}, {asked}: “{name} word” due tomorrow Write it: {name}"],
            "actions": [f"{name} action {name} · from Overall Status, {day} 1 day late Done: {name} action "
                        f"Write: {name}"],
            "renewals": [f"{name} EXO In Progress Technical Onboarding and Deployment · target date was "
                         f"{today(-2):%-d %b} 2 days late Status… {name}: EXO"],
            "campaign-covid": [f"{name} Engagement Management or Service Intent · as {role} Write: {name}"],
            "silent": [f"{name} last note {day} 35 d"],
            "risks": [f"{name} risk High {name}"],
            "customers": [f"{name} EMEA Write: {name}"],
        }  # fmt: skip

    assert found == {
        "fm": of_lead("Alpha", "FM"),
        "frp": of_lead("Gamma", "FRP"),
        "fta": {
            "actions": [f"Alpha architect's action Alpha · from Enterprise Status, {older} in 3 days "
                        "Done: Alpha architect's action Write: Alpha"],
            "pictures": [f"Alpha Yellow last {older} · next update 15 Jan 2030 overdue, 40 days old Write: Alpha"],
            "campaign-covid": [],
            "silent": [f"Alpha last note {day} 35 d"],
            "customers": ["Alpha EMEA Write: Alpha"],
        },
        "rm": {"asked-by-me": ["Alpha fm: “Alpha word” due tomorrow"]},
        "nobody": {},
    }  # fmt: skip


def test_no_word_of_anothers_is_on_the_page(client: Client, people: dict[str, User]) -> None:
    own = {"fm": "Alpha", "fta": "Alpha", "frp": "Gamma", "fm2": "Beta", "frp2": "Delta", "rm": "Alpha"}
    for name, customer in own.items():
        page = content_of(build.log_in(client, people[name]).get("/"))
        assert {other for other in ("Alpha", "Beta", "Gamma", "Delta") if other in page} == {customer}, name
    page = content_of(build.log_in(client, people["nobody"]).get("/"))
    assert [name for name in ("Alpha", "Beta", "covid") if name in page] == []


def test_drafts_and_last_notes_are_ones_own(client: Client, people: dict[str, User]) -> None:
    page = home(client, people["fm"])
    assert first_words(page["drafts"], 3) == ["Alpha Engagement Management"]
    assert page["notes"] == [f"Alpha Overall Status: Alpha note {ago(35):%-d %b}"]
    fta = home(client, people["fta"])
    assert fta["notes"] == [f"Alpha Enterprise Status: Alpha covid picture {ago(40):%-d %b}"]


def test_a_customer_that_went_to_another_partner_is_work_no_more(client: Client, people: dict[str, User]) -> None:
    customer = Customer.objects.get(name="Gamma")
    customer.partner = build.partner("Fabrikam Partners")
    customer.save()
    page = content_of(build.log_in(client, people["frp"]).get("/"))
    assert ("Gamma" in page, boxes(page)["customers"]) == (False, ["No customer is assigned to you."])


def test_who_is_asked_and_where_it_is_written(client: Client) -> None:
    """By name; or, where nobody is named, whoever serves the customer as FM or FRP. The draft that stands is gone on
    with; what is answered or taken back waits for nobody.
    """
    rm, fm, fe = build.person("rm", "RM"), build.person("fm", "FM"), build.person("fe", "FE", "ASME")
    rows: dict[str, Any] = {}
    for name, columns in {
        "Named": {"asked_of": fm}, "Led": {}, "Not led": {}, "Draft": {"asked_of": fm}, "Other draft": {"asked_of": fm},
        "Another's": {"asked_of": fe}, "Taken back": {"asked_of": fm, "taken_back_at": timezone.now()},
        "Answered": {"asked_of": fm},
    }.items():  # fmt: skip
        customer = build.customer(name)
        if name != "Not led":
            build.assign(customer, fm, "FM")
            build.assign(customer, fe, "ASME")
        rows[name] = SummaryRequest.objects.create(
            customer=customer, asked_by=rm, due_date=today(len(rows)), **columns
        )  # fmt: skip
    answer = build.note(fm, rows["Answered"].customer, exec_support="none")
    SummaryRequest.objects.filter(pk=rows["Answered"].pk).update(note=answer)
    draft = NoteDraft.objects.create(user=fm, customer=rows["Draft"].customer, note_type="overall_status",
                                     data={"request": [str(rows["Draft"].pk)]})  # fmt: skip
    NoteDraft.objects.create(user=fm, customer=rows["Other draft"].customer, note_type="overall_status",
                             data={"body": ["a note"]})  # fmt: skip
    page = content_of(build.log_in(client, fm).get("/"))
    section = page.split('id="asked"')[1].split("</section>")[0]
    links = [unescape(url) for url in re.findall(r'<a class="btn small primary" href="([^"]*)"', section)]

    def form(name: str) -> str:
        row = rows[name]
        return f"/admin/notes/note/add/?customer={row.customer_id}&note_type=overall_status&request={row.pk}"

    assert links == [form("Named"), form("Led"), f"/admin/notes/note/add/?draft={draft.key}", form("Other draft")]
    assert client.get(links[0]).status_code == 200
    assert [row.split()[0] for row in home(client, fe)["asked"]] == ["Another's"]


def test_summaries_asked_by_me(client: Client) -> None:
    """Those open by due date, then the answers with the way to read them; not what others asked or I took back."""
    rm, lt, fm = build.person("rm", "RM"), build.person("lt", "LT"), build.person("fm", "FM", first_name="Frida")
    for name, by, columns in (
        ("Late", rm, {"due_date": today(-1), "asked_of": fm}), ("Open", rm, {"due_date": today(30)}),
        ("Answered", rm, {"due_date": today()}), ("Theirs", lt, {"due_date": today()}),
        ("Back", rm, {"due_date": today(), "taken_back_at": timezone.now()}),
    ):  # fmt: skip
        SummaryRequest.objects.create(customer=build.customer(name), asked_by=by, **columns)
    note = build.note(fm, Customer.objects.get(name="Answered"), exec_support="none")
    SummaryRequest.objects.filter(customer__name="Answered").update(note=note)
    page = content_of(build.log_in(client, rm).get("/"))
    assert boxes(page)["asked-by-me"] == [
        "Late Frida 1 day late", f"Open nobody by name {today(30):%-d %b}",
        f"Answered Frida, {timezone.now():%-d %b} answered Read it: Answered",
    ]  # fmt: skip
    assert f'href="/admin/notes/note/{note.pk}/change/"' in page
    assert first_words(home(client, lt)["asked-by-me"]) == ["Theirs"]
    assert "asked-by-me" not in home(client, fm)


def test_a_managers_own_action_and_risk_are_at_home_too(client: Client) -> None:
    fm, rm = build.person("fm", "FM"), build.person("rm", "RM")
    build.note(fm, build.customer(), next_action="Call the board", next_action_date=today(1), next_action_owner="rm")
    page = home(client, rm)
    assert page["actions"] == [f"Call the board Northwind · from Overall Status, {timezone.now():%-d %b} due tomorrow "
                               "Done: Call the board"]  # fmt: skip


def test_what_is_late_and_due_this_week_is_counted(client: Client) -> None:
    """Over all of them, those not in sight too; weeks end on Sunday."""
    fm, customer = build.person("fm", "FM"), build.customer()
    sunday = today(6 - today().weekday())
    heads = []
    for number, date in enumerate([today(-1), today(-9), today(), sunday, sunday + dt.timedelta(days=1), *[None] * 6]):
        build.note(fm, customer, "engagement_management", next_action=f"Action {number}", next_action_date=date,
                   next_action_owner="fm")  # fmt: skip
        page = content_of(build.log_in(client, fm).get("/"))
        heads.append(words(page.split('id="actions"')[1].split("</header>")[0].split("<header>")[1]))
    assert heads[0] == "Next actions 1 late"
    assert heads[4:8] == ["Next actions 2 late, 2 this week"] * 4
    assert heads[10] == "Next actions 2 late, 2 this week All 11"
    assert len(home(client, fm)["actions"]) == 8
    assert len(home(client, fm, "?all=actions")["actions"]) == 11
    assert len(home(client, fm, "?all=nothing%00")["actions"]) == 8


def test_where_a_missing_note_is_written(client: Client) -> None:
    """In the first type that the role records it in and the person may write, with the tag at hand."""
    fm, customer = build.person("fm", "FM"), build.customer()
    build.assign(customer, fm, "FM")
    build.note(fm, customer, body="#covid")
    page = content_of(build.log_in(client, fm).get("/"))
    section = page.split('id="campaign-covid"')[1].split("</section>")[0]
    url = unescape(re.findall(r'<a class="btn small" href="([^"]*)"', section)[0])
    assert url == f"/admin/notes/note/add/?customer={customer.pk}&note_type=engagement_management&tags=%23covid"
    assert 'value="#covid"' in content_of(client.get(url))
    build.note(fm, customer, "service_intent", tags="covid")
    page = content_of(client.get("/"))
    section = page.split('id="campaign-covid"')[1].split("</section>")[0]
    assert words(section).endswith(
        "Nothing missing Every campaign customer of yours has its Engagement Management or Service Intent note."
    )


def test_writing_begins_at_the_top(client: Client) -> None:
    """The customers written about last come first; the find box has the focus and leads to the form."""
    fm = build.person("fm", "FM")
    for name in ("Alpine", "Birch", "Cedar", "Dogwood"):
        build.assign(build.customer(name), fm, "FM")
    build.note(fm, Customer.objects.get(name="Dogwood"), created_at=ago(2))
    build.note(fm, Customer.objects.get(name="Cedar"), created_at=ago(1))
    page = content_of(build.log_in(client, fm).get("/"))
    bar = page.split('class="writebar"')[1].split("</form>")[0]
    assert re.findall(r'<a class="btn"[^>]*>(.*?)</a>', bar) == ["Cedar", "Dogwood", "Alpine"]
    assert re.search(r'<input [^>]*id="find"[^>]*name="find"[^>]*autofocus', bar)
    assert "fm · FM · 4 customers" in words(page.split("<h1>")[1].split("</h1>")[0])


def test_three_of_everything_take_as_many_queries_as_one(client: Client, people: dict[str, User]) -> None:
    counts: dict[str, list[int]] = {name: [] for name in ("fm", "fta", "frp", "rm", "nobody")}
    for extra in ((), ("Second", "Third")):
        for name in extra:
            customer_with_everything(f"{name} A", people["fm"], people["fta"], people["rm"], None)
            customer_with_everything(f"{name} G", people["frp"], people["fta2"], people["rm"], people["frp"].partner)
        for name, found in counts.items():
            build.log_in(client, people[name]).get("/")
            with CaptureQueriesContext(connection) as captured:
                content_of(client.get("/"))
            found.append(len(captured))
    assert {name: found[0] - found[1] for name, found in counts.items()} == dict.fromkeys(counts, 0), counts
    assert max(map(max, counts.values())) <= 25, counts
