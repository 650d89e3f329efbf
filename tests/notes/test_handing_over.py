"""Handing over by its pages: for good and for a time, what goes along, who may, and what both are told."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from customers.models import Assignment, Customer, Entitlement, HandOver
from notes import policy
from notes.models import Note, Risk, SummaryRequest
from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db

ADD = "/admin/customers/handover/add/"
TODAY = dt.date(2026, 11, 24)
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def tuesday():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def day(days: int) -> dt.date:
    """So many days from today."""
    return TODAY + dt.timedelta(days=days)


@pytest.fixture
def people():
    """Aoife and Camille are FMs, Noor is a GM who arranges things."""
    return {
        "aoife": build.person("aoife", "FM", first_name="Aoife"),
        "camille": build.person("camille", "FM", first_name="Camille"),
        "noor": build.person("noor", "GM", first_name="Noor"),
    }


def work_at(customer: Customer, user: User, asker: User) -> dict[str, object]:
    """Something open of each kind, with `user`."""
    entitlement = build.entitlement(customer, owner=user)
    note = build.note(
        user, customer, risks="high: the proxy", next_action="Call the sponsor", next_action_date=day(3),
        next_action_owner=user.username,
    )  # fmt: skip
    asked = SummaryRequest.objects.create(customer=customer, asked_by=asker, asked_of=user, due_date=day(5))
    return {"entitlement": entitlement, "note": note, "risk": note.risks.get(), "asked": asked}


def send(client, from_user, to_user, /, *customers, **over):
    """Hand over, past the preview."""
    data = {"from_user": from_user.pk, "to_user": to_user.pk, "starts": TODAY, "customers": [c.pk for c in customers]}
    return client.post(ADD, {**data, **over})


def errors(answer):
    """The form's errors by field; each stands on the page."""
    assert answer.status_code in (200, 409), answer.status_code
    found = {name: [str(message) for message in messages] for name, messages in answer.context["form"].errors.items()}
    page = answer.content.decode()
    assert all(message.replace("'", "&#x27;") in page for messages in found.values() for message in messages)
    return found


def assignments(customer):
    rows = [(row.user.username, row.role, row.starts, row.ends) for row in customer.assignments.select_related("user")]
    return sorted(rows, key=lambda row: (*row[:2], row[2] or dt.date.min))


# --- For good ---------------------------------------------------------------------------------------------------------


def test_for_good_everything_open_changes_hands(client, people):
    aoife, camille, noor = people.values()
    rm = build.person("rm", "RM")
    customer, other = build.customer("Northwind"), build.customer("Other")
    for one in (customer, other):
        build.assign(one, aoife, "FM")
    here, there = work_at(customer, aoife, rm), work_at(other, aoife, rm)
    done = build.note(aoife, customer, next_action="Old", next_action_date=day(-9), next_action_owner="aoife")
    Note.objects.filter(pk=done.pk).update(next_action_done_at=NOON)
    build.log_in(client, noor)
    preview = client.post(ADD, {"from_user": aoife.pk, "to_user": camille.pk, "starts": TODAY, "_preview": "1"})
    page = preview.content.decode()
    assert HandOver.objects.count() == 0
    assert [(row.customer.name, ticked) for row, ticked in preview.context["rows"]] == [
        ("Northwind", True),
        ("Other", True),
    ]
    assert preview.context["totals"] == {"actions": 2, "risks": 2, "requests": 2, "entitlements": 2}
    assert "2 customers change hands on 24 Nov." in page
    answer = send(client, aoife, camille, customer, word="Aoife moves to sales.")
    record = HandOver.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/admin/customers/handover/{record.pk}/change/")
    assert (record.from_user, record.to_user, record.starts, record.ends, record.word, record.by) == (
        aoife, camille, TODAY, None, "Aoife moves to sales.", noor,
    )  # fmt: skip
    assert list(record.customers.all()) == [customer]
    assert assignments(customer) == [("aoife", "FM", None, day(-1)), ("camille", "FM", TODAY, None)]
    assert assignments(other) == [("aoife", "FM", None, None)]
    note, risk = Note.objects.get(pk=here["note"].pk), Risk.objects.get(pk=here["risk"].pk)
    asked, entitlement = SummaryRequest.objects.get(customer=customer), Entitlement.objects.get(customer=customer)
    assert (note.next_action_person, note.next_action_owner, note.version) == (camille, "camille", 2)
    assert (risk.owner, risk.version, asked.asked_of, asked.version) == (camille, 2, camille, 2)
    assert (entitlement.owner, entitlement.version) == (camille, 2)
    assert note.author == aoife
    assert note.body == here["note"].body
    for kind, row in there.items():
        fresh = type(row).objects.get(pk=row.pk)
        assert fresh.version == row.version, kind
    assert Note.objects.get(pk=done.pk).next_action_person == aoife


def test_each_rows_history_tells_it(client, people):
    aoife, camille, noor = people.values()
    customer = build.customer()
    was = build.assign(customer, aoife, "FM")
    here = work_at(customer, aoife, build.person("rm", "RM"))
    build.log_in(client, noor)
    send(client, aoife, camille, customer)
    for name, column in (
        ("note", "next_action_person"),
        ("risk", "owner"),
        ("asked", "asked_of"),
        ("entitlement", "owner"),
    ):
        last, before = type(here[name]).objects.get(pk=here[name].pk).history.all()[:2]
        assert (last.history_type, last.history_user, getattr(last, column), getattr(before, column)) == (
            "~", noor, camille, aoife,
        ), name  # fmt: skip
    last = was.history.first()
    assert (last.history_type, last.history_user, last.ends, last.version) == ("~", noor, day(-1), 2)
    made = Assignment.objects.get(user=camille)
    assert [(row.history_type, row.history_user) for row in made.history.all()] == [("+", noor)]
    told = client.get(f"/admin/notes/risk/{here['risk'].pk}/history/").content.decode()
    assert "Camille" in told
    story = client.get(f"/admin/customers/handover/{HandOver.objects.get().pk}/history/")
    assert (story.status_code, "Noor" in story.content.decode()) == (200, True)


def test_a_form_opened_before_gets_409_and_loses_nothing(client, people):
    aoife, camille, noor = people.values()
    customer = build.customer()
    was = build.assign(customer, aoife, "FM")
    here = work_at(customer, aoife, build.person("rm", "RM"))
    build.log_in(client, noor)
    send(client, aoife, camille, customer)
    edited = {"customer": customer.pk, "user": aoife.pk, "role": "FM", "ends": "2026-12-31", "version": 1}
    lost = client.post(f"/admin/customers/assignment/{was.pk}/change/", edited)
    assert (lost.status_code, "2026-12-31" in lost.content.decode()) == (409, True)
    build.log_in(client, aoife)
    words = {"customer": customer.pk, "note_type": "overall_status", "body": "New words.", "version": 1}
    lost = client.post(pages.change(here["note"]), words)
    assert (lost.status_code, "New words." in lost.content.decode()) == (409, True)
    assert Note.objects.get(pk=here["note"].pk).next_action_person == camille


def test_a_later_start_dates_the_assignments_and_says_that_the_rest_moves_at_once(client, people):
    aoife, camille, noor = people.values()
    customer = build.customer()
    build.assign(customer, aoife, "FM", starts=day(-30), ends=day(300))
    here = work_at(customer, aoife, build.person("rm", "RM"))
    build.log_in(client, noor)
    preview = send(client, aoife, camille, starts=day(7), _preview="1")
    assert "What has no date of its own moves at once" in preview.content.decode()
    assert send(client, aoife, camille, customer, starts=day(7)).status_code == 302
    assert assignments(customer) == [("aoife", "FM", day(-30), day(6)), ("camille", "FM", day(7), day(300))]
    assert Risk.objects.get(pk=here["risk"].pk).owner == camille


def test_an_assignment_that_has_not_begun_is_handed_on_itself(client, people):
    aoife, camille, noor = people.values()
    customer, known = build.customer("New"), build.customer("Known")
    coming = build.assign(customer, aoife, "FM", starts=day(10))
    build.assign(known, aoife, "FM", starts=day(10))
    build.assign(known, camille, "FM")
    over = build.assign(build.customer("Past"), aoife, "FM", ends=day(-3))
    build.log_in(client, noor)
    assert send(client, aoife, camille, customer, known).status_code == 302
    assert assignments(customer) == [("camille", "FM", day(10), None)]
    assert Assignment.objects.get(pk=coming.pk).version == 2
    assert assignments(known) == [("camille", "FM", None, None)]
    gone = Assignment.history.filter(history_type="-").get()
    assert (gone.user, gone.history_user) == (aoife, noor)
    assert assignments(over.customer) == [("aoife", "FM", None, day(-3))]


def test_nobody_is_assigned_twice(client, people):
    """Whoever serves the customer already keeps that; only the days that are missing are added."""
    aoife, camille, noor = people.values()
    serves, for_a_while = build.customer("Serves"), build.customer("While")
    for customer in (serves, for_a_while):
        build.assign(customer, aoife, "FM")
    build.assign(serves, camille, "FM")
    build.assign(for_a_while, camille, "FM", ends=day(5))
    build.log_in(client, noor)
    assert send(client, aoife, camille, serves, for_a_while).status_code == 302
    assert assignments(serves) == [("aoife", "FM", None, day(-1)), ("camille", "FM", None, None)]
    assert assignments(for_a_while) == [
        ("aoife", "FM", None, day(-1)),
        ("camille", "FM", None, day(5)),
        ("camille", "FM", day(6), None),
    ]


def test_open_work_at_a_customer_no_longer_served_goes_too(client, people):
    aoife, camille, noor = people.values()
    customer = build.customer()
    here = work_at(customer, aoife, build.person("rm", "RM"))
    build.log_in(client, noor)
    assert send(client, aoife, camille, customer, ends=day(9), _preview="1").context["form"].errors.keys() == {
        "from_user"
    }
    assert send(client, aoife, camille, customer).status_code == 302
    assert (Risk.objects.get(pk=here["risk"].pk).owner, assignments(customer)) == (camille, [])


def test_a_handover_is_given_back(client, people):
    aoife, camille, noor = people.values()
    customer, own = build.customer("Northwind"), build.customer("Own")
    build.assign(customer, aoife, "FM")
    build.assign(own, camille, "FM")
    build.log_in(client, noor)
    send(client, aoife, camille, customer)
    record = HandOver.objects.get()
    page = client.get(f"/admin/customers/handover/{record.pk}/change/").content.decode()
    [back] = re.findall(r'href="([^"]*back=\d+)"', page)
    form = client.get(back).context["form"]
    assert (form.initial["from_user"], form.initial["to_user"]) == (camille.pk, aoife.pk)
    preview = send(client, camille, aoife, back=record.pk, _preview="1")
    assert [(row.customer.name, ticked) for row, ticked in preview.context["rows"]] == [
        ("Northwind", True),
        ("Own", False),
    ]
    assert send(client, camille, aoife, customer).status_code == 302
    current = customer.assignments.current().get()
    assert (current.user, current.starts) == (aoife, TODAY)


# --- To several -------------------------------------------------------------------------------------------------------


def test_to_several_in_one_step(client, people):
    aoife, camille, noor = people.values()
    daniel = build.person("daniel", "FM", first_name="Daniel")
    first, second, third = (build.customer(name) for name in ("First", "Second", "Third"))
    for customer in (first, second, third):
        build.assign(customer, aoife, "FM")
        work_at(customer, aoife, noor)
    build.log_in(client, noor)
    shown = send(client, aoife, camille, also=[daniel.pk], _preview="1").content.decode()
    assert f'name="to_{second.pk}"' in shown
    answer = send(client, aoife, camille, first, second, third, also=[daniel.pk], **{f"to_{second.pk}": daniel.pk})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/customers/handover/")
    got = {record.to_user.username: [c.name for c in record.customers.all()] for record in HandOver.objects.all()}
    assert got == {"camille": ["First", "Third"], "daniel": ["Second"]}
    assert {risk.customer.name: risk.owner.username for risk in Risk.objects.all()} == {
        "First": "camille", "Second": "daniel", "Third": "camille",
    }  # fmt: skip
    stranger = send(client, camille, aoife, first, also=[daniel.pk], **{f"to_{first.pk}": noor.pk})
    assert stranger.status_code == 302  # who takes no part is not heard; it goes to whom it went by default
    assert HandOver.objects.order_by("-pk")[0].to_user == aoife


# --- Cover ------------------------------------------------------------------------------------------------------------


def test_a_cover_takes_nothing_and_shows_to_both(client, people, tuesday):
    aoife, camille, noor = people.values()
    customer, other = build.customer("Northwind"), build.customer("Other")
    for one in (customer, other):
        build.assign(one, aoife, "FM")
        work_at(one, aoife, build.person(f"rm{one.pk}", "RM"))
    build.log_in(client, noor)
    assert send(client, aoife, camille, customer, ends=day(6)).status_code == 302
    assert assignments(customer) == [("aoife", "FM", None, None), ("camille", "FM", TODAY, day(6))]
    assert {risk.owner for risk in Risk.objects.all()} == {aoife}

    def at_home(user):
        work = build.log_in(client, user).get("/").context["work"]
        return [
            sorted(row.customer.name for row in rows)
            for rows in (work.actions.rows, [row.record for row in work.asked.rows], work.risks.rows)
        ]

    assert at_home(camille) == [["Northwind"]] * 3
    assert at_home(aoife) == [["Northwind", "Other"]] * 3
    risk = Risk.objects.get(customer=customer)
    assert (policy.may_step(camille, risk), policy.may_step(camille, Risk.objects.get(customer=other))) == (True, False)
    tuesday.move_to(NOON + dt.timedelta(days=7))
    assert at_home(camille) == [[]] * 3
    assert not policy.may_step(camille, risk)


def test_a_cover_keeps_within_the_assignment_it_covers(client, people):
    aoife, camille, noor = people.values()
    customer = build.customer()
    build.assign(customer, aoife, "FM", starts=day(2), ends=day(4))
    build.log_in(client, noor)
    send(client, aoife, camille, customer, ends=day(9))
    assert assignments(customer)[1] == ("camille", "FM", day(2), day(4))


def test_a_covering_architect_writes_the_enterprise_status_meanwhile(client, tuesday):
    away, stands_in = build.person("away", "FTA"), build.person("standin", "FTA")
    customer = build.customer(enterprise_level=4)
    build.assign(customer, away, "FTA")
    pa = build.person("pa", "PA")
    build.log_in(client, pa)
    assert send(client, away, stands_in, customer, starts=day(1), ends=day(6)).status_code == 302

    def writes():
        build.log_in(client, stands_in)
        return client.post(pages.ADD, build.form_data("enterprise_status", customer)).status_code

    found = []
    for days in (0, 1, 6, 7):
        tuesday.move_to(NOON + dt.timedelta(days=days))
        found.append((days, writes()))
    assert [days for days, status in found if status == 302] == [1, 6]
    assert Note.objects.filter(author=stands_in).count() == 2


def end(client, record):
    return client.post(f"/admin/customers/handover/{record.pk}/end/")


def test_a_cover_ends_early(client, people, tuesday):
    aoife, camille, noor = people.values()
    customer, own = build.customer("Northwind"), build.customer("Own")
    build.assign(customer, aoife, "FM")
    build.assign(own, camille, "FM", starts=day(1), ends=day(3))
    build.assign(own, aoife, "FM")
    build.log_in(client, noor)
    send(client, aoife, camille, customer, own, ends=day(6))
    record = HandOver.objects.get()
    assert assignments(own)[1:] == [
        ("camille", "FM", TODAY, TODAY),
        ("camille", "FM", day(1), day(3)),
        ("camille", "FM", day(4), day(6)),
    ]
    tuesday.move_to(NOON + dt.timedelta(days=2))
    build.log_in(client, noor)
    assert client.get(f"/admin/customers/handover/{record.pk}/end/").status_code == 200
    assert HandOver.objects.get().ended_at is None
    assert end(client, record).status_code == 302
    record.refresh_from_db()
    assert (record.ended_at, record.version) == (timezone.now(), 2)
    # What had begun ends today, what had not never does; what was Camille's own stays.
    assert assignments(customer) == [("aoife", "FM", None, None), ("camille", "FM", TODAY, day(2))]
    assert assignments(own)[1:] == [("camille", "FM", TODAY, TODAY), ("camille", "FM", day(1), day(3))]
    again = client.post(f"/admin/customers/handover/{record.pk}/end/", follow=True)
    assert "This cover is over, or was ended meanwhile." in again.content.decode()
    assert HandOver.objects.get().version == 2


def test_ending_one_cover_leaves_what_another_needs(client, people):
    aoife, camille, noor = people.values()
    bob = build.person("bob", "FM")
    customer = build.customer()
    for user in (aoife, bob):
        build.assign(customer, user, "FM")
    build.log_in(client, noor)
    send(client, aoife, camille, customer, ends=day(6))
    send(client, bob, camille, customer, ends=day(6))
    first = HandOver.objects.order_by("pk")[0]
    assert assignments(customer)[2:] == [("camille", "FM", TODAY, day(6))]
    end(client, first)
    assert assignments(customer)[2:] == [("camille", "FM", TODAY, day(6))]


# --- Refused at the field ---------------------------------------------------------------------------------------------


def test_dates_and_people_in_order(client, people):
    aoife, camille, noor = people.values()
    customer = build.customer()
    build.assign(customer, aoife, "FM")
    gone = build.person("gone", "FM", is_active=False)
    build.log_in(client, noor)
    wrong = {
        "past": (aoife, camille, {"starts": day(-1)}, {"starts": ["A handover begins today or later."]}),
        "order": (aoife, camille, {"starts": day(2), "ends": day(1)}, {"ends": ["Ends before it starts."]}),
        "same": (aoife, aoife, {}, {"to_user": ["That is who hands it over."]}),
        "left": (aoife, gone, {}, {"to_user": ["Nobody here by that name may take part."]}),
        "nothing": (
            noor, camille, {"customers": []},
            {"from_user": ["Serves no customer of yours in that time, and nothing is open with them."]},
        ),
        "none": (aoife, camille, {"customers": []}, {"customers": ["Choose at least one customer."]}),
        "no date": (aoife, camille, {"starts": "soon"}, {"starts": ["Write the date as YYYY-MM-DD."]}),
        "long": (aoife, camille, {"word": "w" * 501}, None),
    }  # fmt: skip
    for name, (from_user, to_user, over, expected) in wrong.items():
        found = errors(send(client, from_user, to_user, customer, **over))
        assert found == expected if expected else list(found) == ["word"], name
    assert HandOver.objects.count() == 0


@pytest.mark.parametrize("junk", ["", "x", "0", "-1", "9" * 30, "１", "\x00", "1 OR 1=1"])
def test_garbage_is_refused_not_a_500(client, people, junk):
    aoife, camille, noor = people.values()
    customer = build.customer()
    build.assign(customer, aoife, "FM")
    build.log_in(client, noor)
    for name in ("from_user", "to_user", "also", "starts", "customers"):
        assert client.get(ADD, {name: junk}).status_code == 200
        for preview in ({}, {"_preview": "1"}, {"_back": "1"}):
            answer = send(client, aoife, camille, **{"customers": [customer.pk], name: junk}, **preview)
            assert answer.status_code == 200 or not (junk and name != "also"), (name, preview)
    assert client.get(ADD, {"back": junk}).status_code == 200
    assert client.get(f"/admin/customers/handover/{junk or 'y'}/change/").status_code in (302, 404)
    HandOver.objects.all().delete()
    assert send(client, aoife, camille, customer, **{f"to_{customer.pk}": junk, "back": junk}).status_code == 302


def test_what_stays_behind_is_told_before(client, people):
    """A role the other does not hold, a partner's customer, one that is covered already."""
    aoife, camille, noor = people.values()
    aoife.groups.add(*build.person("sme", "SME").groups.all())
    two, sme_only, plain = build.customer("Two"), build.customer("SME only"), build.customer("Plain")
    for customer, roles in ((two, ["FM", "SME"]), (sme_only, ["SME"]), (plain, ["FM"])):
        for role in roles:
            build.assign(customer, aoife, role)
    build.log_in(client, noor)
    preview = send(client, aoife, camille, ends=day(3), _preview="1")
    page = preview.content.decode()
    told = {
        row.customer.name: (row.roles, row.roles_behind, row.error and row.error.message)
        for row, _ in preview.context["rows"]
    }
    assert told == {
        "Plain": (["FM"], [], None),
        "SME only": ([], ["SME"], "Does not hold the role SME."),
        "Two": (["FM"], ["SME"], None),
    }
    assert [ticked for _row, ticked in preview.context["rows"]] == [True, False, True]
    assert "does not hold this role" in page
    refused = send(client, aoife, camille, two, sme_only, ends=day(3))
    assert errors(refused) == {"customers": ["SME only: Does not hold the role SME."]}
    assert HandOver.objects.count() == 0
    done = client.get(send(client, aoife, camille, two, plain, ends=day(3))["Location"])
    assert "Stays behind: Two (SME)." in done.content.decode()
    assert [row for row in assignments(two) if row[0] == "camille"] == [("camille", "FM", TODAY, day(3))]
    twice = errors(send(client, aoife, camille, plain, ends=day(9)))
    assert twice == {"customers": ["Plain: Covers this customer already on some of these days."]}


def test_the_same_form_twice_is_one_handover(client, people):
    aoife, camille, noor = people.values()
    customer = build.customer()
    build.assign(customer, aoife, "FM")
    build.log_in(client, noor)
    token = client.get(ADD).context["submission"]
    answers = [send(client, aoife, camille, customer, ends=day(3), submission=token) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert HandOver.objects.count() == 1


# --- Who may, and scope -----------------------------------------------------------------------------------------------


def test_who_may_hand_over():
    may = {name for name, user in build.cast().items() if policy.may_hand_over(user)}
    assert may == {"fm", "gm", "frp", "pa", "admin"}


@pytest.mark.parametrize("role", ["FE", "FTA", "RM", "LT", "SME"])
def test_others_get_403_at_each_door(client, people, role):
    aoife, camille, noor = people.values()
    customer = build.customer()
    build.assign(customer, aoife, "FM")
    build.log_in(client, noor)
    send(client, aoife, camille, customer, ends=day(3))
    record = HandOver.objects.get()
    build.log_in(client, build.person("other", role))
    assert client.get(ADD).status_code == 403
    assert send(client, aoife, camille, customer).status_code == 403
    assert (client.get(f"/admin/customers/handover/{record.pk}/end/").status_code, end(client, record).status_code) == (
        403, 403,
    )  # fmt: skip
    page = client.get(f"/admin/customers/handover/{record.pk}/change/")
    assert (page.status_code, "End early" in page.content.decode()) == (200, False)
    assert "Hand over…" not in client.get("/").content.decode()
    assert HandOver.objects.get().ended_at is None


def test_a_partners_staff_hand_over_their_own_alone(client):
    ours, theirs = build.partner("Ours"), build.partner("Theirs")
    boss = build.person("boss", "FRP", partner=ours)
    anna, ben = (build.person(name, "FRP", partner=ours) for name in ("anna", "ben"))
    foreign = build.person("foreign", "FRP", partner=theirs, first_name="Foreign")
    fm = build.person("fm", "FM", first_name="Fiona")
    mine, alien, plain = (
        build.customer("Mine", partner=ours),
        build.customer("Alien", partner=theirs),
        build.customer("Plain"),
    )
    build.assign(mine, anna, "FRP")
    build.assign(mine, fm, "FM")
    build.assign(alien, foreign, "FRP")
    for customer in (alien, plain):
        build.assign(customer, fm, "FM")
    build.log_in(client, boss)
    page = client.get(ADD).content.decode()
    assert "Foreign" not in page
    assert errors(send(client, foreign, ben, alien)) == {
        "from_user": ["Nobody here by that name may take part."],
        "customers": ["One of these customers is not theirs to hand over, or no longer."],
    }
    assert list(errors(send(client, anna, foreign, mine))) == ["to_user"]
    # Of the programme's own FM they know, they see what that FM does at their customers alone.
    other_fm = build.person("fm2", "FM")
    preview = send(client, fm, other_fm, _preview="1")
    assert [row.customer.name for row, _ticked in preview.context["rows"]] == ["Mine"]
    assert {"Alien", "Plain"} & set(re.findall(r"\w+", preview.content.decode())) == set()
    assert errors(send(client, fm, other_fm, alien)) == errors(send(client, fm, other_fm, Customer(pk=987654)))
    assert send(client, anna, ben, mine).status_code == 302
    # A partner's staff never get what their organisation does not serve.
    pa = build.person("pa", "PA")
    build.log_in(client, pa)
    fm.groups.add(*anna.groups.all())
    build.assign(plain, fm, "FRP")
    assert errors(send(client, fm, ben, plain)) == {
        "customers": ["Plain: Works for a partner organisation that does not serve this customer."]
    }


def test_a_handover_of_anothers_customers_does_not_exist_for_a_partner(client):
    ours, theirs = build.partner("Ours"), build.partner("Theirs")
    frp = build.person("frp", "FRP", partner=ours)
    fm, fm2, pa = build.person("fm", "FM"), build.person("fm2", "FM"), build.person("pa", "PA")
    mine, alien = build.customer("Mine", partner=ours), build.customer("Alien", partner=theirs)
    for customer in (mine, alien):
        build.assign(customer, fm, "FM")
    build.log_in(client, pa)
    send(client, fm, fm2, alien, ends=day(3), word="Secret words")
    send(client, fm, fm2, mine, ends=day(3), word="Open words")
    secret, seen = HandOver.objects.order_by("pk")
    build.log_in(client, frp)
    assert list(client.get("/admin/customers/handover/").context["cl"].result_list) == [seen]
    for address in ("change/", "history/"):
        assert client.get(f"/admin/customers/handover/{secret.pk}/{address}").status_code in (302, 404)
        assert client.get(f"/admin/customers/handover/{seen.pk}/{address}").status_code == 200
    assert end(client, secret).status_code == 404
    assert list(HandOver.objects.visible_to(build.person("lost", "FRP"))) == []
    assert list(HandOver.objects.visible_to(build.person("nobody"))) == []


def test_a_handover_is_not_rewritten_nor_deleted(client, people):
    aoife, camille, _noor = people.values()
    customer = build.customer()
    build.assign(customer, aoife, "FM")
    build.log_in(client, build.person("admin", superuser=True))
    send(client, aoife, camille, customer)
    record = HandOver.objects.get()
    read = f"/admin/customers/handover/{record.pk}/change/"
    assert (client.get(read).status_code, client.post(read, {"word": "Other"}).status_code) == (200, 403)
    client.post(f"/admin/customers/handover/{record.pk}/delete/", {"post": "yes"})
    assert HandOver.objects.get().word == ""


# --- Told -------------------------------------------------------------------------------------------------------------


def told(client, user):
    return [(str(one.sentence), one.word) for one in build.log_in(client, user).get("/").context["told"]]


def test_both_are_told_at_home(client, people, tuesday):
    aoife, camille, noor = people.values()
    first, second, third = (build.customer(name) for name in ("First", "Second", "Third"))
    for customer in (first, second, third):
        build.assign(customer, aoife, "FM")
    build.log_in(client, noor)
    send(client, aoife, camille, first, second, ends=day(6))
    send(client, aoife, camille, first, starts=day(10), ends=day(12))
    send(client, aoife, camille, third, word="She knows them.")
    expected_at_camilles = [
        ("You cover 2 customers for Aoife until 30 Nov", ""),
        ("Aoife handed 1 customer over to you on 24 Nov", "She knows them."),
        ("You cover 1 customer for Aoife from 4 Dec to 6 Dec", ""),
    ]
    assert told(client, camille) == expected_at_camilles
    assert told(client, aoife) == [
        ("Camille covers 2 customers for you until 30 Nov", ""),
        ("You handed 1 customer over to Camille on 24 Nov", "She knows them."),
        ("Camille covers 1 customer for you from 4 Dec to 6 Dec", ""),
    ]
    assert told(client, noor) == []
    page = build.log_in(client, camille).get("/").content.decode()
    assert all(sentence in page and word in page for sentence, word in expected_at_camilles)
    tuesday.move_to(NOON + dt.timedelta(days=14))
    assert [sentence for sentence, _word in told(client, aoife)] == ["You handed 1 customer over to Camille on 24 Nov"]
    tuesday.move_to(NOON + dt.timedelta(days=15))
    assert told(client, aoife) == []


def test_a_person_who_leaves_with_work_is_told_of(client, people):
    aoife = people["aoife"]
    idle = build.person("idle", "FM")
    build.assign(build.customer(), aoife, "FM")
    build.log_in(client, build.person("pa", "PA"))

    def leave(user):
        data = {"username": user.username, "is_staff": "on"}
        return client.post(f"/admin/accounts/user/{user.pk}/change/", data, follow=True).content.decode()

    page = client.get(f"/admin/accounts/user/{aoife.pk}/change/").content.decode()
    assert f'href="{ADD}?from_user={aoife.pk}"' in page
    left = leave(aoife)
    assert "Aoife still has customers, or work that is open." in left or "aoife still has customers" in left
    assert f'href="{ADD}?from_user={aoife.pk}"' in left
    assert "still has customers" not in leave(aoife)
    assert "still has customers" not in leave(idle)
    assert not User.objects.get(pk=aoife.pk).is_active
    form = client.get(ADD, {"from_user": aoife.pk})
    assert f'<option value="{aoife.pk}" selected>' in form.content.decode()


# --- Many -------------------------------------------------------------------------------------------------------------


def test_queries_do_not_grow_with_the_customers(client, people):
    aoife, camille, noor = people.values()
    rm = build.person("rm", "RM")

    def count(number, name):
        customers = [build.customer(f"{name} {index}") for index in range(number)]
        for customer in customers:
            build.assign(customer, aoife, "FM")
            work_at(customer, aoife, rm)
        build.log_in(client, noor)
        found = []
        with CaptureQueriesContext(connection) as asked:
            assert send(client, aoife, camille, _preview="1").status_code == 200
        found.append(len(asked))
        with CaptureQueriesContext(connection) as asked:
            assert send(client, aoife, camille, *customers).status_code == 302
        found.append(len(asked))
        record = HandOver.objects.latest("pk")
        for address in (f"/admin/customers/handover/{record.pk}/change/", "/admin/customers/handover/"):
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            found.append(len(asked))
        build.log_in(client, camille)
        client.get("/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/")
        return [*found, len(asked)]

    count(1, "Warm")
    one = count(1, "One")
    assert count(3, "Three") == one
