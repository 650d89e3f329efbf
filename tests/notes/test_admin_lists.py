"""The admin's lists: what their filters and search narrow to, what an address may not ask, and what a list costs."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Assignment, Customer, Entitlement
from notes.models import Campaign, Note, Risk
from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db

LISTS = {
    "note": "/admin/notes/note/",
    "customer": "/admin/customers/customer/",
    "entitlement": "/admin/customers/entitlement/",
    "assignment": "/admin/customers/assignment/",
    "risk": "/admin/notes/risk/",
    "campaign": "/admin/notes/campaign/",
    "user": "/admin/accounts/user/",
}
COMPLETE = "/admin/autocomplete/?app_label=customers&model_name={}&field_name=customer&term={}"


def rows(response):
    """The ids on a list."""
    assert response.status_code == 200, response.status_code
    return {row.pk for row in response.context["cl"].result_list}


# --- Notes: filters and search ----------------------------------------------------------------------------------------


@pytest.fixture
def three(client):
    """Three notes that differ in everything, read by the author of the first; and a withdrawn one like it."""
    people = build.cast("fm", "fe", "gm")
    northwind = build.customer("Northwind", "EMEA", tenant_id="tenant-n")
    fabrikam, tailspin = build.customer("Fabrikam", "APAC"), build.customer("Tailspin", "AMER")
    first = {"body": "The pilot went well.", "tags": "covid", "workloads": ["EXO", "SPO"]}
    notes = {
        "fm": build.note(people["fm"], northwind, **first),
        "fe": build.note(people["fe"], fabrikam, "technical_enablement", "路由器坏了", workloads=["TEAMS"]),
        "gm": build.note(people["gm"], tailspin, "engagement_management", "Kick-off #other"),
    }
    build.withdraw(build.note(people["fm"], northwind, **first), people["fm"])
    build.log_in(client, people["fm"])
    return {note.pk: name for name, note in notes.items()}


NARROWS = {
    "": "fm fe gm",
    "mine=1": "fm",
    "type=technical_enablement": "fe",
    "type=service_intent": "",
    "type=customer_sat": "",
    "role=GM": "gm",
    "role=PA": "",
    "campaign=covid": "fm",
    "workload=SPO": "fm",
    "workload=TEAMS": "fe",
    "workload=CORE": "",
    "region=AMER": "gm",
    "region=GCR": "",
    "region=EMEA&workload=EXO&mine=1&role=FM&type=overall_status&campaign=covid": "fm",
    "region=EMEA&workload=TEAMS": "",
    "q=pilot": "fm",
    "q=PILOT": "fm",
    "q=Fabrikam": "fe",
    "q=tenant-n": "fm",
    "q=路由器": "fe",
    "q=pilot&region=AMER": "",
    "q=100%25": "",
    "q=no+such+word": "",
    "q=%00": "",
    "q=pilot%00": "",
}
# A value that a filter does not offer shows no row, never every row.
INVALID = [
    *("mine=0", "mine=2", "type=nonsense", "type=Overall+Status", "role=XX", "role=fm", "campaign=nonsense"),
    *("campaign=%23covid", "workload=exo", "workload=1", "region=emea", "region=1", "region=%00", "type=%00"),
    *("region=EMEA%00", "mine=1&type=nonsense", "q=pilot&region=nonsense"),
]


@pytest.mark.parametrize("query", [*NARROWS, *INVALID])
def test_filters_and_search(client, three, query):
    found = rows(client.get(f"{pages.LIST}?{query}"))
    assert {three[pk] for pk in found} == set(NARROWS.get(query, "").split())


def test_a_customers_notes(client, three):
    for pk, name in three.items():
        note = Note.objects.get(pk=pk)
        for query in (f"customer__id__exact={note.customer_id}", f"author__id__exact={note.author_id}"):
            assert {three[found] for found in rows(client.get(f"{pages.LIST}?{query}"))} == {name}, query


@pytest.mark.parametrize("lookup", ["customer__id__exact", "author__id__exact"])
def test_an_id_that_is_none_shows_no_notes(client, three, lookup):
    """Whatever the answer leads to, it is not the list that was narrowed to nothing."""
    for value in ("999999", "nonsense", "%00"):
        answer = client.get(f"{pages.LIST}?{lookup}={value}", follow=True)
        assert answer.status_code in (200, 400)
        if answer.status_code == 200:
            assert rows(answer) == set(), value


UNDECLARED = {
    "note": [
        *("body__regex=(", "body__regex=P", "text__icontains=pilot", "sections__icontains=a", "withdrawn_at__isnull=0"),
        *("author__password__startswith=m", "customer__partner__name=x", "customer__notes__body__regex=("),
        *("partner__id__exact=1", "no_such_field=1", "customer__id__exact__regex=("),
    ],
    "customer": [
        *("name__regex=(", "notes__body__icontains=pilot", "partner__name__regex=(", "region__code__regex=("),
        *("assignments__user__password__startswith=m", "entitlements__l1=blocked"),
    ],
    "entitlement": ["customer__name__regex=(", "notes__body__icontains=pilot", "owner__password__startswith=m"],
    "assignment": ["user__password__startswith=m", "role__regex=(", "customer__notes__body__icontains=pilot"],
    "risk": ["title__regex=(", "note__body__icontains=pilot", "owner__password__startswith=m", "region__name__regex=("],
    "campaign": ["slug__regex=(", "rules__role=FM", "history__history_user__password__startswith=m"],
    "user": [
        *("password__startswith=m", "username__regex=(", "is_active__regex=(", "partner__name__regex=("),
        *("groups__name__regex=(", "groups__user__password__startswith=m", "partner__staff__password__startswith=m"),
    ],
    "group": ["name__regex=(", "user__password__startswith=m", "permissions__codename__startswith=w"],
}


@pytest.mark.parametrize(
    ("name", "lookup"), [(name, lookup) for name, lookups in UNDECLARED.items() for lookup in lookups]
)
@pytest.mark.parametrize("who", ["pa", "admin"])
def test_an_undeclared_lookup_is_refused(client, who, name, lookup):
    """Neither a 500 nor a way to ask after what the list does not show."""
    build.log_in(client, build.cast(who)[who])
    address = LISTS.get(name, "/admin/auth/group/")
    assert client.get(f"{address}?{lookup}").status_code == 400


@pytest.mark.parametrize("name", LISTS)
def test_searching_for_what_no_text_holds(client, name):
    build.log_in(client, build.cast("admin")["admin"])
    found = {query: rows(client.get(f"{LISTS[name]}?q={query}")) for query in ("%00", "a%00b", "no-such-thing")}
    assert found == {query: set() for query in found}


# --- Scope ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def scoped(client):
    """Two partners' customers with everything on them, and one of the programme's own; who reads is of the first."""
    ours, theirs = build.partner("Ours"), build.partner("Theirs")
    fm = build.person("fm", "FM")
    reader = build.person("frp", "FRP", partner=ours)
    build.person("frp2", "FRP", partner=theirs)
    made = {}
    for name, partner in (("ours", ours), ("theirs", theirs), ("own", None)):
        customer = build.customer(f"Wide World {name}", partner=partner)
        made[name] = {
            "customer": customer,
            "entitlement": build.entitlement(customer),
            "assignment": build.assign(customer, fm, "FM"),
            "note": build.note(fm, customer, risks="high: late"),
        }
        made[name]["risk"] = Risk.objects.get(customer=customer)
    build.log_in(client, reader)
    return made


def test_partner_staff_find_their_own_rows_alone(client, scoped):
    kinds = ("note", "customer", "entitlement", "assignment", "risk")
    found = {kind: [rows(client.get(f"{LISTS[kind]}?q={q}")) for q in ("", "Wide")] for kind in kinds}
    assert found == {kind: [{scoped["ours"][kind].pk}] * 2 for kind in kinds}
    # A filter that names a foreign row finds nothing and offers nothing.
    theirs = scoped["theirs"]["customer"]
    assert rows(client.get(f"{LISTS['note']}?customer__id__exact={theirs.pk}")) == set()
    page = client.get(f"{LISTS['customer']}?partner__id__exact={theirs.partner_id}")
    assert (rows(page), "Theirs" in page.content.decode()) == (set(), False)


@pytest.mark.parametrize("model", ["assignment", "entitlement"])
def test_autocomplete(client, scoped, model):
    def found(term):
        answer = client.get(COMPLETE.format(model, term))
        assert answer.status_code == 200
        return [row["text"] for row in answer.json()["results"]]

    terms = ("", "wide", "theirs", "own", "%00", "wide%00")
    assert {term: found(term) for term in terms} == {
        **{term: [] for term in terms},
        "": ["Wide World ours"],
        "wide": ["Wide World ours"],
    }
    client.force_login(build.person("lt", "FM"))
    assert found("theirs") == ["Wide World theirs"]


def test_choices_of_other_rows(client, scoped):
    """The forms offer people in scope, and answer to a foreign customer or person as to one that does not exist."""
    theirs = scoped["theirs"]["customer"]
    stranger = build.person("frp3", "FRP", partner=theirs.partner)
    for kind, people in (("assignment", "user"), ("entitlement", "owner")):
        add = f"{LISTS[kind]}add/"
        page = client.get(add)
        offered = page.context["adminform"].form.fields[people].queryset
        assert set(offered.values_list("username", flat=True)) == {"fm", "frp"}
        assert [name for name in ("frp2", "frp3", "theirs") if name in page.content.decode()] == []
        data = {"role": "FM", "workload": build.workload("SPO").pk, "seats": 1}
        errors = []
        for customer, person in ((theirs.pk, stranger.pk), (999_999, 999_999)):
            sent = client.post(add, {**data, "customer": customer, people: person})
            errors.append(pages.errors(sent))
        assert errors[0] == errors[1]
        assert set(errors[0]) == {"customer", people}
    assert (Assignment.objects.count(), Entitlement.objects.count()) == (3, 3)


def test_a_foreign_row_answers_as_one_that_does_not_exist(client, scoped):
    for kind in ("note", "customer", "entitlement", "assignment", "risk"):
        foreign, missing = (client.get(f"{LISTS[kind]}{pk}/change/") for pk in (scoped["theirs"][kind].pk, 999_999))
        assert (
            (foreign.status_code, foreign["Location"]) == (missing.status_code, missing["Location"]) == (302, "/admin/")
        )


def test_withdrawn_notes_are_not_listed(client, scoped):
    note = scoped["ours"]["note"]
    build.withdraw(note, note.author)
    for query in (
        "",
        "q=plan",
        "region=EMEA",
        "type=overall_status",
        "role=FM",
        f"customer__id__exact={note.customer_id}",
    ):
        page = client.get(f"{LISTS['note']}?{query}")
        assert (rows(page), page.context["cl"].result_count) == (set(), 0), query


# --- What a list costs ------------------------------------------------------------------------------------------------


def one_more(number, partner):
    """One row on each list, with all that a row may show, each with people and places of its own."""
    fm = build.person(f"fm{number}", "FM", "GM", regions=["EMEA", "APAC"], first_name=f"Ann {number}")
    frp = build.person(f"colleague{number}", "FRP", partner=partner)
    customer = build.customer(f"Customer {number}", ("EMEA", "APAC", "AMER")[number], partner)
    entitlement = build.entitlement(customer, ("EXO", "SPO", "OD")[number], owner=frp)
    build.assign(customer, fm, "FM")
    build.note(
        fm, customer, tags=f"covid tag{number}", risks="high: late", workloads=["EXO", ("SPO", "OD", "YAM")[number]],
        next_action="Call", next_action_date=dt.date(2030, 1, 1), next_action_owner=frp.username, written_as="",
    )  # fmt: skip
    Campaign.objects.create(slug=f"flood{number}", name="Flood", hashtag=f"flood{number}", starts=dt.date(2026, 1, 1))
    return entitlement


@pytest.mark.parametrize("who", ["admin", "pa", "frp"])
def test_three_rows_take_as_many_queries_as_one(client, who):
    partner = build.partner()
    reader = build.cast(who)[who]
    build.log_in(client, reader)
    lists = {name: address for name, address in LISTS.items() if who != "frp" or name not in ("campaign", "user")}

    def counted():
        found = {}
        for name, address in lists.items():
            for query in ("", "?q=a"):
                with CaptureQueriesContext(connection) as captured:
                    number = len(rows(client.get(address + query)))
                found[name + query] = (len(captured), number)
        return found

    one_more(0, partner)
    counted()  # what is read once a process
    one = counted()
    one_more(1, partner)
    one_more(2, partner)
    three = counted()
    assert {name: cost for name, (cost, _) in three.items()} == {name: cost for name, (cost, _) in one.items()}
    grown = {name: three[name][1] - one[name][1] for name in lists}
    assert grown == {name: 4 if name == "user" else 2 for name in lists}
    assert {name: cost for name, (cost, _) in three.items() if cost > 20} == {}


@pytest.mark.parametrize("query", ["", "q=plan", "region=EMEA", "campaign=covid", "workload=EXO", "mine=1"])
def test_no_query_counts_the_whole_table(client, three, query):
    """Counting stops past a thousand (design, *Speed*)."""
    with CaptureQueriesContext(connection) as captured:
        client.get(f"{pages.LIST}?{query}")
    counts = [one["sql"] for one in captured if "COUNT(" in one["sql"] and 'FROM "notes_note"' in one["sql"]]
    assert [("LIMIT 1001" in sql) for sql in counts] == [True]


def test_the_page_after_the_count(client, three):
    assert Customer.objects.count() == 3
    page = client.get(pages.LIST)
    assert (page.context["cl"].result_count, page.context["cl"].full_result_count) == (3, None)
