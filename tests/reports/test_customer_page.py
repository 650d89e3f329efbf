"""The customer's page: who it is, what one may write, how each entitlement stands, what happened, what is open."""

import datetime as dt
import re
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from customers.models import Customer, HandOver
from customers.status import State
from notes import risk_life
from notes.models import Note, Risk, SummaryRequest
from reports.timeline import Moment
from tests import builders as build

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)


def page(client: Client, customer: Customer, query: str = "") -> str:
    response = client.get(f"/customers/{customer.pk}/?{query}")
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def text(html: str) -> str:
    """What a reader sees, in one line."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html.split('id="content"')[-1]))).replace(" ,", ",")


def moments(html: str) -> list[str]:
    return re.findall(r'data-event="([\d-]+)"', html)


def walk(client: Client, customer: Customer, query: str = "") -> list[str]:
    """The events of all pages, from the newest to the one that leads to no older one."""
    found: list[str] = []
    before = ""
    for _page in range(50):
        html = page(client, customer, f"{query}{before}")
        found += moments(html)
        older = re.search(r'href="\?([^"#]*)#timeline">Older<', html)
        if older is None:
            return found
        before = "&before=" + re.search(r"before=([\d-]+)", unescape(older[1]))[1]  # type: ignore[index]
    raise AssertionError("the pages have no end")


def offered(html: str) -> list[str]:
    """The note types with a button in the write bar."""
    bar = re.search(r'<nav class="writebar".*?</nav>', html, re.DOTALL)
    return re.findall(r'class="btn" href="[^"]*note_type=(\w+)"', bar[0]) if bar else []


def grant(user: User, *rights: str) -> User:
    """Somebody with exactly these rights, by code name."""
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return user


@pytest.fixture
def fm() -> User:
    return build.person("fm", "FM", first_name="Frida", last_name="Malm")


@pytest.fixture
def northwind(fm: User) -> Customer:
    """A customer with one of everything."""
    row = build.customer(
        "Northwind", industry="Healthcare", seats=18_400, priority="high", enterprise_level=4, s400=True, managed=True,
        enterprise_reason="major_brand", country="Germany", brand="Nordwind",
    )  # fmt: skip
    build.assign(row, fm, "FM")
    return row


# --- Who comes in -----------------------------------------------------------------------------------------------------


def test_it_is_shown_to_whom_it_concerns(client: Client, fm: User, northwind: Customer) -> None:
    """404 for what one may not know of as for what is none; 403 without the right; a guest logs in first."""
    contoso, fabrikam = build.partner("Contoso Partners"), build.partner("Fabrikam Partners")
    theirs = build.customer("Theirs", partner=contoso)
    cast = {
        "lt": build.person("lt", "LT"),
        "frp": build.person("frp", "FRP", partner=contoso),
        "frp2": build.person("frp2", "FRP", partner=fabrikam),
        "lost": build.person("lost", "FRP"),
        "nobody": build.person("nobody"),
    }
    missing = "987654", "0", "x", "9" * 18, "9" * 40, "-1", "1e3", "%00"
    found = {}
    for who, user in cast.items():
        build.log_in(client, user)
        found[who] = [client.get(f"/customers/{key}/").status_code for key in (northwind.pk, theirs.pk, *missing)]
    assert found == {
        "lt": [200, 200, *[404] * 8],
        "frp": [404, 200, *[404] * 8],
        "frp2": [404, 404, *[404] * 8],
        "lost": [404, 404, *[404] * 8],
        "nobody": [403] * 10,
    }
    client.logout()
    address = f"/customers/{northwind.pk}/"
    assert client.get(address)["Location"] == f"/admin/login/?next={address}"
    assert build.log_in(client, fm).post(address).status_code == 405


def test_it_says_who_the_customer_is(client: Client, fm: User, northwind: Customer) -> None:
    html = text(page(build.log_in(client, fm), northwind))
    head = "Northwind EMEA · Healthcare · 18,400 seats · High priority · Enterprise level 4 · S400 · managed account"
    assert head in html
    assert (
        f"Tenant {northwind.tenant_id} Brand Nordwind Country Germany Enterprise Level 4 · Major Brand Account Managed"
        in html
    )


def test_nothing_of_another_customer_is_on_it(client: Client, fm: User, northwind: Customer) -> None:
    """The same of everything on two customers; each page has its own alone."""
    other = build.customer("Other")
    fe = build.person("fe", "FE", first_name="Otherfe")
    build.assign(other, fe, "FE")
    for row, word in ((northwind, "hereword"), (other, "otherword")):
        right = build.entitlement(row, "EXO" if row is northwind else "SDS")
        build.note(fm, row, body=f"{word} #{word}", next_action=f"Call {word}", next_action_date=dt.date(2030, 1, 1),
                   risks=f"high: risk {word}")  # fmt: skip
        build.note(fm, row, "entitlement_status", f"why {word}", entitlement=right)
        build.note(fm, row, body=word, exec_customer=f"summary {word}")
        build.withdraw(build.note(fm, row, body=word), fm, f"withdrawn {word}")
        SummaryRequest.objects.create(customer=row, asked_by=fm, due_date=dt.date(2030, 1, 1), word=f"asked {word}")
    for show in ("", "show=notes", "show=status", "show=risks", "show=events"):
        html = page(build.log_in(client, fm), northwind, show)
        assert ("hereword" in html, "otherword" in html, "SDS" in html, "Otherfe" in html) == (True, *[False] * 3), show


def test_a_partner_s_staff_meet_nobody_of_the_one_before(client: Client, northwind: Customer) -> None:
    """A customer that moved: what the former partner's people wrote stays, their names do not."""
    contoso, fabrikam = build.partner("Contoso Partners"), build.partner("Fabrikam Partners")
    row = build.customer("Moved", partner=fabrikam)
    old = build.person("old", "FRP", partner=fabrikam, first_name="Oldname")
    build.assign(row, old, "FRP")
    right = build.entitlement(row)
    build.note(old, row, "entitlement_status", "Kept words.", entitlement=right, l1="blocked", l2="legal-regulatory")
    build.note(old, row, body="x", exec_customer="Kept summary.", risks="high: Kept risk", next_action="Kept action",
               next_action_date=dt.date(2030, 1, 1), next_action_owner="old")  # fmt: skip
    build.withdraw(build.note(old, row, body="x"), old)
    risk_life.step(Risk.objects.get(), to="mitigating", comment="Kept step.", by=old)
    row.partner = contoso
    row.save()
    for who, role, partner, meets in (("new", "FRP", contoso, False), ("lt", "LT", None, True)):
        build.log_in(client, build.person(who, role, partner=partner))
        for show in ("", "show=events"):
            html = page(client, row, show)
            assert ("Oldname" in html, "Fabrikam" in html) == (meets, meets), (who, show)
        html = page(client, row)
        for kept in ("Kept words.", "Kept summary.", "Kept risk", "Kept action", "Kept step."):
            assert kept in html, (who, kept)


@pytest.mark.parametrize(
    ("right", "shown"),
    [
        ("view_note", {"Executive summary", "Next actions", "Timeline"}),
        ("view_risk", {"Open risks", "Timeline"}),
        ("view_entitlement", {"Entitlements", "Timeline"}),
        ("view_assignment", {"People", "Timeline"}),
        ("", {"Timeline"}),
    ],
)
def test_each_part_needs_its_right(client: Client, fm: User, northwind: Customer, right: str, shown: set[str]) -> None:
    """With the right to see customers and one more, that one's part is there and no word of another's."""
    entitlement = build.entitlement(northwind)
    build.note(fm, northwind, body="noteword", risks="high: riskword", next_action="actionword",
               next_action_date=dt.date(2030, 1, 1))  # fmt: skip
    build.note(fm, northwind, "entitlement_status", "whyword", entitlement=entitlement)
    build.withdraw(build.note(fm, northwind, body="x"), fm, "withdrawnword")
    SummaryRequest.objects.create(customer=northwind, asked_by=fm, due_date=dt.date(2030, 1, 1), word="askedword")
    words = {
        "view_note": {"noteword", "whyword", "actionword", "withdrawnword"},
        "view_risk": {"riskword"},
        "view_entitlement": {"Status Unknown"},
        "view_assignment": {"Frida"},
    }
    build.log_in(client, grant(build.person("guest"), "view_customer", right))
    for show in ("", "show=notes", "show=status", "show=risks", "show=events"):
        html = page(client, northwind, show)
        heads = {unescape(head) for head in re.findall(r"<h2>(.*?)</h2>", html)} - {"Facts"}
        assert heads == shown, show
        for of, some in words.items():
            # Who wrote or raised something is named with it, and a note names the status it moved.
            told_with = {"view_note": ("view_assignment", "view_entitlement"), "view_risk": ("view_assignment",)}
            if of != right and of not in told_with.get(right, ()):
                assert not {word for word in some if word in html}, (show, of)
    whole = page(client, northwind)
    assert {word for word in words.get(right, ()) if word not in whole} == set()
    assert "askedword" not in whole  # has a right of its own


# --- What one may write -----------------------------------------------------------------------------------------------


def test_one_button_for_each_type_one_may_write_here(client: Client, northwind: Customer, fm: User) -> None:
    fta = build.person("fta", "FTA")
    small = build.customer("Small", enterprise_level=2)
    build.entitlement(northwind)
    build.assign(northwind, fta, "FTA")
    build.assign(small, fta, "FTA")
    people = {"fm": fm, "fta": fta, "away": build.person("away", "FTA")}
    for role in ("fe", "sme", "asme", "gm", "rm", "lt", "pa"):
        people[role] = build.person(role, role.upper())
    people["admin"] = build.person("admin", superuser=True)
    found = {}
    for who, user in people.items():
        build.log_in(client, user)
        found[who] = [offered(page(client, row)) for row in (northwind, small)]
    four = ["overall_status", "entitlement_status", "engagement_management", "service_intent"]
    without = [kind for kind in four if kind != "entitlement_status"]  # Small has no entitlement
    assert found == {
        "fm": [four, without],
        "fta": [["enterprise_status"], []],
        "away": [[], []],  # an architect who is not assigned
        "fe": [["technical_enablement"]] * 2,
        "sme": [["entitlement_status", "technical_enablement"], ["technical_enablement"]],
        "asme": [["overall_status", "technical_enablement"]] * 2,
        "gm": [["engagement_management"]] * 2,
        "rm": [[], []],
        "lt": [[], []],
        "pa": [[], []],
        "admin": [[*four, "technical_enablement", "enterprise_status"], [*without, "technical_enablement"]],
    }


def test_each_button_opens_its_form(client: Client, fm: User, northwind: Customer) -> None:
    build.entitlement(northwind)
    html = page(build.log_in(client, fm), northwind)
    links = re.findall(r'class="btn(?: small)?" href="(/admin/notes/note/add/[^"]*)"', html)
    assert len(links) == 5  # four types, and the entitlement's own
    assert {client.get(unescape(link)).status_code for link in links} == {200}


def test_an_executive_summary_asked_for(client: Client, fm: User, northwind: Customer) -> None:
    """Who asked, by when, with which word; *Write it* for who may; the one taken back or answered is gone."""
    rm = build.person("rm", "RM", first_name="Ingrid", last_name="Vos")
    wanted = SummaryRequest.objects.create(
        customer=northwind, asked_by=rm, due_date=dt.date(2030, 1, 2), word="For the board"
    )
    write = f"note_type=overall_status&amp;request={wanted.pk}"
    for who, writes, asks in ((fm, True, False), (rm, False, False), (build.person("fe", "FE"), False, False)):
        html = page(build.log_in(client, who), northwind)
        assert "Executive summary asked for by Ingrid Vos, due 2 Jan 2030 For the board" in text(html)
        assert (write in html, "Ask for a summary" in html) == (writes, asks), who
    wanted.taken_back_at = timezone.now()
    wanted.save()
    html = page(build.log_in(client, rm), northwind)
    assert ("Executive summary asked for" in html, "Ask for a summary…" in html) == (False, True)
    assert "Ask for a summary" not in page(build.log_in(client, fm), northwind)


def test_tools_are_for_who_may(client: Client, fm: User, northwind: Customer) -> None:
    found = {}
    for who in (fm, build.person("fe", "FE"), build.person("rm", "RM"), build.person("pa", "PA")):
        html = page(build.log_in(client, who), northwind)
        tools = re.search(r'<ul class="object-tools">.*?</ul>', html, re.DOTALL)
        assert tools
        found[who.username] = re.findall(r">([^<]+)</a>", tools[0])
    assert found == {
        "fm": ["History", "Change customer", "Raise a risk"],
        "fe": ["History", "Raise a risk"],
        "rm": ["History", "Ask for a summary…"],
        "pa": ["History", "Change customer"],
    }


# --- How the entitlements stand ---------------------------------------------------------------------------------------


def rows(html: str) -> list[str]:
    """The entitlements' rows as a reader sees them."""
    return [text(row).strip() for row in re.findall(r'<tr data-id="\d+">.*?</tr>', html, re.DOTALL)]


def test_entitlements_in_the_order_of_workloads(client: Client, fm: User, northwind: Customer) -> None:
    """Status, reason, since when, why, and the date it waits for; Duplicate/Invalid only when asked."""
    today = timezone.localdate()
    since = dt.datetime(2025, 3, 4, 12, tzinfo=dt.UTC)
    build.entitlement(northwind, "YAM", seats=10, since=since)
    exo = {"split_reason": "geographies", "since": since}
    blocked = build.entitlement(northwind, "EXO", split_label="Switzerland", seats=4_300, **exo)
    moving = build.entitlement(northwind, "EXO", split_label="Germany", seats=1, **exo)
    gone = build.entitlement(northwind, "SPO", since=since)
    old = build.entitlement(northwind, "OPP", l1="in_progress", imported=True, since=since)
    assert old.target_date is None
    at = {"created_at": dt.datetime(2025, 5, 6, 12, tzinfo=dt.UTC)}
    build.note(fm, northwind, "entitlement_status", "Law forbids it.", entitlement=blocked, l1="blocked",
               l2="legal-regulatory", unblock_date=today - dt.timedelta(days=3), **at)  # fmt: skip
    build.note(fm, northwind, "entitlement_status", "Mailboxes move.", entitlement=moving, l1="in_progress",
               l2="migration", target_date=dt.date(2031, 1, 31), **at)  # fmt: skip
    build.note(
        fm, northwind, "entitlement_status", "Counted twice.", entitlement=gone, l1="duplicate_invalid", l2=None, **at
    )
    build.log_in(client, fm)
    html = page(client, northwind)
    late = (today - dt.timedelta(days=3)).strftime("%-d %b")
    reason = "New Subscription or Workload · since 4 Mar 2025"
    shown = [
        "EXO Exchange Online 1 seat · split: Germany In Progress Migration · since 6 May 2025 "
        "Mailboxes move. 31 Jan 2031 target Status…",
        f"EXO Exchange Online 4,300 seats · split: Switzerland Blocked Legal/Regulatory · since 6 May 2025 "
        f"Law forbids it. 3 days late unblock {late} Status…",
        "OPP Office 365 ProPlus / Microsoft 365 Apps 0 seats In Progress Technical Onboarding and Deployment · "
        "since 4 Mar 2025 Imported without a note no target date Status…",
        f"YAM Yammer Enterprise 10 seats Status Unknown {reason} No note says why — Status…",
    ]
    assert rows(html) == shown
    assert "Entitlements 4 · 1 blocked Show Duplicate/Invalid (1)" in text(html)
    assert 'href="?all=1"' in html
    everything = page(client, northwind, "all=1")
    assert len(rows(everything)) == 5
    assert "Hide Duplicate/Invalid" in everything
    assert any("Counted twice." in row for row in rows(everything))
    assert not any("Status…" in row for row in rows(page(build.log_in(client, build.person("fe", "FE")), northwind)))


def test_the_why_is_the_live_note_of_the_status_that_stands(client: Client, fm: User, northwind: Customer) -> None:
    """A date set on its own does not hide it; a withdrawn note gives way to the one that stands; a status that no note
    gave has none.
    """
    right = build.entitlement(northwind, "EXO", since=NOW - dt.timedelta(days=90))
    for days, words in ((60, "First why."), (50, "Second why."), (40, "Third why.")):
        build.note(fm, northwind, "entitlement_status", words, entitlement=right, l1="in_progress", l2="migration",
                   created_at=NOW - dt.timedelta(days=days))  # fmt: skip
    right.refresh_from_db()
    right.engagement_start_date = dt.date(2026, 1, 1)
    right.save()
    right.redate(by=fm, at=NOW)
    build.log_in(client, fm)

    def why() -> str:
        return next(
            word for word in ("First", "Second", "Third", "No note") if f"{word} " in rows(page(client, northwind))[0]
        )

    found = [why()]
    last = build.note(
        fm,
        northwind,
        "entitlement_status",
        "Third why, put right.",
        entitlement=right,
        l1="in_progress",
        l2="migration",
    )
    build.withdraw(Note.objects.get(body="Third why."), fm)
    found.append(why())
    assert last.period is not None
    right.refresh_from_db()
    right.move(State("no_intent", "executive-sponsorship"), by=fm, at=timezone.now())  # as loaded history may
    found.append(why())
    assert found == ["Third", "Third", "No note"]


def test_an_empty_customer_says_so(client: Client, fm: User) -> None:
    bare = build.customer("Bare")
    html = text(page(build.log_in(client, fm), bare))
    for words in (
        "No entitlement yet. Add an entitlement",
        "No executive summary has been written yet.",
        "No open risk",
        "No next action is open.",
        "Nobody is assigned.",
        "1 system event",
    ):
        assert words in html
    html = text(page(build.log_in(client, build.person("lt", "LT")), bare, "show=notes"))
    assert "Nothing matches these filters Show all" in html
    assert "Add an entitlement" not in html


# --- Executive summary, side ------------------------------------------------------------------------------------------


def test_the_executive_summary_in_force(client: Client, fm: User, northwind: Customer) -> None:
    """The last live one; a withdrawn one is none; older ones a link away."""
    for number, words in enumerate(["Old news", "In force", "Withdrawn words"]):
        made = build.note(fm, northwind, body="", exec_workloads=f"[EXO] {words}", exec_engagement="fully_engaged",
                          created_at=NOW + dt.timedelta(days=number))  # fmt: skip
    build.withdraw(made, fm)
    html = page(build.log_in(client, fm), northwind)
    panel = html.split("<h2>Executive summary</h2>")[1].split("</section>")[0]
    assert "Frida Malm · FM Older ones Fully Engaged · Partially Deployed [EXO] In force" in text(panel)
    assert f'href="/reports/notes/?customer={northwind.pk}&amp;summary=1"' in panel
    assert ("Old news" in panel, "Withdrawn words" in panel) == (False, False)


def test_open_risks_by_due_date(client: Client, fm: User, northwind: Customer) -> None:
    """Five of them, the most urgent first, and all a click away; closed ones not; *Step…* for who may."""
    build.note(fm, northwind, risks="\n".join(f"high: Risk {number}" for number in range(7)))
    for number, risk in enumerate(Risk.objects.order_by("pk")):
        Risk.objects.filter(pk=risk.pk).update(due_date=dt.date(2031, 1, 20 - number) if number else None)
    risk_life.step(Risk.objects.get(title="Risk 6"), to="resolved", comment="Gone.", by=fm)
    gm = build.person("gm", "GM")
    for who, steps in ((fm, 5), (gm, 0), (build.person("rm", "RM"), 5)):
        html = page(build.log_in(client, who), northwind)
        panel = html.split("<h2>Open risks</h2>")[1].split("</section>")[0]
        assert re.findall(r'class="what" href="[^"]*">(Risk \d)', panel) == [
            f"Risk {number}" for number in (5, 4, 3, 2, 1)
        ]
        assert panel.count(">Step…<") == steps, who
        assert f'href="/reports/risks/?customer={northwind.pk}">All 6<' in panel


def test_next_actions_that_are_open(client: Client, fm: User, northwind: Customer) -> None:
    """By date, with whose they are; done ones and withdrawn notes' not; *Mark done* for who may."""
    build.note(fm, northwind, "engagement_management", next_action="Undated", next_action_owner="the account team")
    build.note(fm, northwind, next_action="Later", next_action_date=dt.date(2031, 1, 2), next_action_owner="fm")
    build.note(fm, northwind, next_action="Sooner", next_action_date=dt.date(2031, 1, 1))
    done = build.note(fm, northwind, next_action="Done", next_action_date=dt.date(2031, 1, 1))
    Note.objects.filter(pk=done.pk).update(next_action_done_at=NOW)
    build.withdraw(build.note(fm, northwind, next_action="Withdrawn", next_action_date=dt.date(2031, 1, 1)), fm)
    for who, may in ((fm, 3), (build.person("lt", "LT"), 0)):
        panel = page(build.log_in(client, who), northwind).split("<h2>Next actions</h2>")[1].split("</section>")[0]
        assert re.findall(r'class="what plain"[^>]*>(\w+)<', panel) == ["Sooner", "Later", "Undated"]
        assert ("Frida Malm" in panel, "the account team" in panel, "no owner" in panel) == (True, True, True)
        assert panel.count("Mark done") == may
    note = Note.objects.get(next_action="Sooner")
    build.log_in(client, fm)
    address = f"/customers/{northwind.pk}/?show=notes"
    html = client.get(address).content.decode()
    assert f'action="/admin/notes/note/{note.pk}/done/"' in html
    answer = client.post(f"/admin/notes/note/{note.pk}/done/", {"next": address})
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert "Sooner" not in page(client, northwind).split("<h2>Next actions</h2>")[1].split("</section>")[0]


def test_people_by_role_and_who_covers(client: Client, fm: User, northwind: Customer) -> None:
    """Who serves today, in the playbook's order; who is away, to when, and who stands in; nobody of yesterday."""
    today, day = timezone.localdate(), dt.timedelta(days=1)
    camille, henrik, gone = (
        build.person(name, "FTA", first_name=name.title()) for name in ("camille", "henrik", "gone")
    )
    fe = build.person("fe", "FE", first_name="Aoife")
    build.assign(northwind, camille, "FTA")
    build.assign(northwind, henrik, "FTA", starts=today - day, ends=today + day)
    build.assign(northwind, gone, "FTA", ends=today - day)
    build.assign(northwind, fe, "FE", ends=today + 400 * day)
    cover = HandOver.objects.create(from_user=camille, to_user=henrik, starts=today - day, ends=today + day, by=fm)
    cover.customers.add(northwind)

    def people(who: User) -> str:
        html = page(build.log_in(client, who), northwind)
        return text(html.split("<h2>People</h2>")[1].split("</section>")[0]).strip()

    ends, to = ((today + days).strftime("%-d %b %Y") for days in (400 * day, day))
    to = to.removesuffix(f" {today.year}")
    both = f"FM Frida Malm FE Aoife to {ends} FTA Camille away to {to} Henrik covers"
    assert (people(fm), people(build.person("lt", "LT"))) == (f"Assign {both}", both)
    cover.ended_at = timezone.now()
    cover.save()
    assert people(fm).endswith(f"FTA Camille Henrik to {to}")


def test_campaigns_since_the_first_live_tagged_note(client: Client, fm: User, northwind: Customer) -> None:
    build.withdraw(build.note(fm, northwind, body="x", tags="covid", created_at=NOW - dt.timedelta(days=9)), fm)
    build.log_in(client, fm)
    assert "Campaign" not in text(page(client, northwind).split("<h2>Facts</h2>")[1])
    for days in (2, 3):
        build.note(fm, northwind, body="x", tags="covid19", created_at=NOW - dt.timedelta(days=days))
    year = "" if timezone.localdate().year == 2026 else " 2026"
    assert f"Campaign #covid since 17 Mar{year}" in text(page(client, northwind).split("<h2>Facts</h2>")[1])


# --- The timeline -----------------------------------------------------------------------------------------------------


def a_story(fm: User, row: Customer, count: int) -> None:
    """Everything that can happen on a customer, `count` times, much of it at one moment."""
    right = build.entitlement(row, "EXO", since=NOW - dt.timedelta(days=900))
    reasons = ["legal-regulatory", "app-compatibility", "service-reliability"]
    for number in range(count):
        at = NOW - dt.timedelta(days=number // 3)
        build.note(fm, row, body=f"Note {number}", created_at=at, risks=f"high: Risk {number}")
        risk = Risk.objects.latest("pk")
        Risk.objects.filter(pk=risk.pk).update(raised_at=at)
        taken = risk_life.step(risk, to="mitigating", comment=f"Step {number}", by=fm)
        type(taken).objects.filter(pk=taken.pk).update(at=at)
    for number in range(count):
        at = NOW - dt.timedelta(days=count - number)
        build.note(fm, row, "entitlement_status", f"Move {number}", entitlement=right, l1="blocked",
                   l2=reasons[number % 3], created_at=at)  # fmt: skip
        right.refresh_from_db()
        right.unblock_date = dt.date(2031, 1, 1 + number % 28)
        right.save()
        right.redate(by=fm, at=at + dt.timedelta(hours=1))
        row.seats += 1
        row.save()
        build.assign(row, build.person(f"extra{row.pk}-{number}", "FE"), "FE")


@pytest.mark.parametrize("count", [3, 25])
def test_the_pages_hold_every_event_once_in_order(client: Client, fm: User, northwind: Customer, count: int) -> None:
    """Whatever shares a moment, and whether a source is long or short."""
    a_story(fm, northwind, count)
    build.log_in(client, fm)
    expected = {
        "": count * 7 + 3,  # notes, moves, raised, stepped, dates, facts, assignments; first status, FM, added
        "show=notes": count * 2,
        "show=status": count * 2 + 1,
        "show=risks": count * 2,
        "show=events": count * 3 + 1 + 2,
        "type=overall_status": count,
        "type=entitlement_status": count,
        "type=overall_status&type=entitlement_status": count * 2,
        "type=service_intent": 0,
    }
    for query, number in expected.items():
        found = walk(client, northwind, query)
        read = [Moment.read(one) for one in found]
        assert None not in read
        assert read == sorted(read, reverse=True), query  # type: ignore[type-var]
        assert (len(set(found)), len(found)) == (number, number), query


def test_a_status_move_is_told_once_with_its_note(client: Client, fm: User, northwind: Customer) -> None:
    right = build.entitlement(northwind, "TEAMS", since=NOW - dt.timedelta(days=30))
    build.note(fm, northwind, "entitlement_status", "Board decided.", entitlement=right, l1="in_progress",
               l2="migration", created_at=NOW)  # fmt: skip
    right.refresh_from_db()
    right.engagement_start_date = dt.date(2026, 4, 1)
    right.save()
    right.redate(by=fm, at=NOW + dt.timedelta(days=1))
    html = page(build.log_in(client, fm), northwind, "show=status")
    story = text(html.split('<ol class="timeline">')[1].split("</ol>")[0])
    assert "Entitlement Status Frida Malm · FM TEAMS Status Unknown → In Progress Migration Board decided." in story
    assert "Start date set Frida Malm TEAMS · Engagement start date: 1 April 2026" in story.replace(
        "April 1, 2026", "1 April 2026"
    )
    assert "Status at the start the system TEAMS: Status Unknown · New Subscription or Workload" in story
    assert story.count("In Progress") == 1
    withdrawn = build.note(fm, northwind, "entitlement_status", "Put right.", entitlement=right, l1="no_intent",
                           l2="executive-sponsorship", created_at=NOW + dt.timedelta(days=2))  # fmt: skip
    build.note(fm, northwind, "entitlement_status", "Board undecided.", entitlement=right, l1="blocked",
               l2="legal-regulatory", unblock_date=dt.date(2030, 1, 1),
               created_at=NOW + dt.timedelta(days=3))  # fmt: skip
    build.withdraw(withdrawn, fm)
    story = text(page(client, northwind, "show=status").split('<ol class="timeline">')[1].split("</ol>")[0])
    assert "Status moved Frida Malm TEAMS: In Progress · Migration → No Intent · Executive Sponsorship" in story
    assert "Put right." not in story


def test_a_note_shows_what_it_holds(client: Client, fm: User, northwind: Customer) -> None:
    build.note(fm, northwind, body="Six thousand clinicians.", pace="accelerating", workloads=["TEAMS", "INTUNE"],
               tags="covid", next_action="Confirm a second FE", next_action_date=dt.date(2031, 1, 2),
               next_action_owner="fm")  # fmt: skip
    fta = build.person("fta", "FTA", first_name="Camille")
    build.assign(northwind, fta, "FTA")
    build.note(fta, northwind, "enterprise_status", "")
    build.note(build.person("fe", "FE", first_name="Aoife"), northwind, "technical_enablement", "",
               workloads=["INTUNE"], tech_status="pending_ftc")  # fmt: skip
    html = page(build.log_in(client, fm), northwind, "show=notes")
    story = text(html.split('<ol class="timeline">')[1].split("</ol>")[0])
    for words in (
        "Overall Status Frida Malm · FM Accelerating TEAMS INTUNE #covid Six thousand clinicians.",
        "Next: Confirm a second FE · Frida Malm · 2 Jan 2031 · Mark done",
        "Enterprise Status Camille · FTA Yellow next update 15 Jan 2030",
        "Technical Enablement Aoife · FE Pending FTC or internal feedback INTUNE",
    ):
        assert words in story
    assert text(html).count("3 notes since") == 1


def test_risk_steps_are_told_with_their_words(client: Client, fm: User, northwind: Customer) -> None:
    build.note(fm, northwind, risks="high: Proxy fails", workloads=["INTUNE"])
    risk_life.step(
        Risk.objects.get(), to="escalated", comment="Fix promised.", by=fm, escalated_to="engineering", reference="T-1"
    )
    story = text(
        page(build.log_in(client, fm), northwind, "show=risks").split('<ol class="timeline">')[1].split("</ol>")[0]
    )
    assert "Risk stepped Frida Malm High Open → Escalated to engineering T-1 Proxy fails : Fix promised." in story
    assert "Risk raised Frida Malm High INTUNE with a note Proxy fails" in story


def test_system_events_are_set_apart(client: Client, fm: User, northwind: Customer) -> None:
    """Folded among people's words; told in full where they are asked for."""
    build.log_in(client, fm)
    northwind.seats, northwind.priority = 20_000, "low"
    northwind.save()
    html = page(client, northwind)
    assert "3 system events" in text(html)
    assert "<details open" not in html
    story = text(page(client, northwind, "show=events").split('<ol class="timeline">')[1].split("</ol>")[0])
    assert "Facts changed the system Seats: 18,400 → 20,000 Priority: High → Low" in story
    assert "Assigned the system FM · Frida Malm" in story
    assert "Customer added the system" in story


def test_withdrawn_notes_are_folded(client: Client, fm: User, northwind: Customer) -> None:
    """In no count and in no row; who withdrew which, when and why, for who may read notes."""
    note = build.note(fm, northwind, body="Wrong words.")
    build.note(fm, northwind)
    build.withdraw(note, fm, "Wrong customer.")
    html = page(build.log_in(client, fm), northwind)
    folded = re.search(r'<details class="folded">.*?</details>', html, re.DOTALL)
    assert folded
    assert "1 withdrawn note Overall Status" in text(folded[0])
    assert "Withdrawn by Frida Malm on" in text(folded[0])
    assert "Wrong customer." in text(folded[0])
    assert f"/admin/notes/note/{note.pk}/change/" in folded[0]
    assert "Wrong words." not in html
    assert "1 note since" in text(html)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("show=all", "show=all is not known, so no rows are shown."),
        ("show=notes&show=risks", "“show” can be given once only, so no rows are shown."),
        ("type=gossip", "“gossip” is not a note type, so no rows are shown."),
        ("type=overall_status&type=gossip", "“gossip” is not a note type, so no rows are shown."),
        ("before=yesterday", "before=yesterday leads nowhere, so no rows are shown."),
        (f"before={'9' * 18}-1-1", f"before={'9' * 18}-1-1 leads nowhere, so no rows are shown."),
        ("before=1-2", "before=1-2 leads nowhere, so no rows are shown."),
        ("before=%001-1-1", "leads nowhere, so no rows are shown."),
        ("all=2", "all=2 is not known, so no rows are shown."),
        ("page=2", "“page” is not a parameter of this page, so no rows are shown."),
        ("x%00=%00", "is not a parameter of this page, so no rows are shown."),
    ],
)
def test_what_it_cannot_read_shows_no_rows(
    client: Client, fm: User, northwind: Customer, query: str, says: str
) -> None:
    build.note(fm, northwind, body="Some words.")
    html = page(build.log_in(client, fm), northwind, query)
    assert says in unescape(html)
    assert (moments(html), "Some words." in html) == ([], False)


@pytest.mark.parametrize(
    "query", ["", "show=", "type=", "before=", "all=&show=notes", "before=1-0-0", f"before={'1' * 16}-99-{'9' * 18}"]
)
def test_an_empty_parameter_is_absent(client: Client, fm: User, northwind: Customer, query: str) -> None:
    assert "so no rows are shown" not in page(build.log_in(client, fm), northwind, query)


def test_the_chosen_filter_is_marked(client: Client, fm: User, northwind: Customer) -> None:
    build.log_in(client, fm)
    marked = {}
    for query in ("", "show=risks", "type=service_intent"):
        nav = re.search(r'<nav class="more".*?</nav>', page(client, northwind, query), re.DOTALL)
        assert nav
        marked[query] = re.findall(r'aria-current="true">([^<]+)<', nav[0])
    assert marked == {"": ["All"], "show=risks": ["Risks"], "type=service_intent": ["Service Intent"]}


def test_a_count_past_the_cap_says_so(client: Client, fm: User, northwind: Customer) -> None:
    note = build.note(fm, northwind, body="x", created_at=dt.datetime(2019, 4, 5, tzinfo=dt.UTC))
    fields = ("customer_id", "author_id", "note_type", "body", "text", "region_id")
    same = {name: getattr(note, name) for name in fields}
    Note.objects.bulk_create([Note(**same, created_at=NOW) for _number in range(1_001)])
    assert "1000+ notes since April 2019" in text(page(build.log_in(client, fm), northwind))


# --- Cost -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["FM", "FRP"])
def test_three_of_everything_take_as_many_queries_as_one(client: Client, fm: User, role: str) -> None:
    contoso = build.partner("Contoso Partners")
    row = build.customer("Northwind", partner=contoso, enterprise_level=3)
    reader = fm if role == "FM" else build.person("frp", "FRP", partner=contoso)
    codes = iter(("EXO", "SPO", "TEAMS"))

    def one_more(number: int) -> None:
        person = build.person(f"fe{number}", "FE")
        build.assign(row, person, "FE")
        right = build.entitlement(row, next(codes))
        build.note(fm, row, "entitlement_status", "why", entitlement=right, l1="blocked", l2="legal-regulatory")
        build.note(person, row, "technical_enablement", tags="covid", workloads=["EXO", "OD"], risks="high: x")
        build.note(fm, row, body="x", exec_customer="y", next_action="Call", next_action_date=dt.date(2030, 1, 1),
                   next_action_owner=person.username)  # fmt: skip
        risk_life.step(
            Risk.objects.latest("pk"), to="mitigating", comment="x", by=build.person(f"boss{number}", superuser=True)
        )
        build.withdraw(build.note(fm, row), fm)
        SummaryRequest.objects.create(customer=row, asked_by=fm, asked_of=person, due_date=dt.date(2030, 1, 1))
        cover = HandOver.objects.create(
            from_user=person, to_user=fm, starts=dt.date(2020, 1, 1), ends=dt.date(2040, 1, 1), by=fm
        )
        cover.customers.add(row)
        row.seats += 1
        row.save()

    build.log_in(client, reader)

    def counts() -> dict[str, int]:
        found = {}
        for query in ("", "show=notes", "show=status", "show=risks", "show=events", "type=overall_status", "all=1"):
            with CaptureQueriesContext(connection) as captured:
                page(client, row, query)
            found[query] = len(captured)
        return found

    one_more(0)
    page(client, row)  # what is read once a process
    with_one = counts()
    one_more(1)
    one_more(2)
    assert counts() == with_one
    assert max(with_one.values()) < 60


@pytest.mark.parametrize("role", ["LT", "FRP"])
def test_the_notes_are_walked_along_the_customer_s_index(client: Client, fm: User, role: str) -> None:
    """Of a customer with 200 notes among 4,000 the page reads one page's worth, without sorting them."""
    contoso = build.partner("Contoso Partners")
    one, *others = (build.customer(f"Customer {number}", partner=contoso) for number in range(20))
    made = build.note(fm, one, body="x", created_at=NOW)
    same = {"author_id": fm.pk, "note_type": "overall_status", "body": "x", "text": "words " * 100}
    place = {"region_id": made.region_id, "partner_id": made.partner_id}
    Note.objects.bulk_create(
        Note(customer=row, created_at=NOW - dt.timedelta(minutes=number), **same, **place)
        for number in range(200)
        for row in (one, *others)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    partner = contoso if role == "FRP" else None
    build.log_in(client, build.person("reader", role, partner=partner))
    with CaptureQueriesContext(connection) as captured:
        page(client, one)
    walks = [query["sql"] for query in captured if "from_l2" in query["sql"] and query["sql"].endswith("LIMIT 21")]
    (sql,) = walks
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {sql}".replace("%", "%%"), ())
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert "note_live_customer" in plan, plan
    assert "TEMP B-TREE" not in plan, plan
    assert "Sort" not in plan, plan
