"""Partner staff meet nothing of another partner's; without a role one meets nothing, without a log-in the log-in."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from customers.models import Assignment, Customer, Entitlement
from notes.models import Note, Risk
from tests import builders
from tests.reports.reading import COVID, LISTS, NOTES, RISKS, content_of

pytestmark = pytest.mark.django_db

# Stands in everything of the other partner's that has a text. A search for its beginning would find it, and echoes
# nothing but that beginning.
MARK, BEGINNING = "zyxmark", "zyxm"


@pytest.fixture
def world() -> dict[str, Any]:
    """Two partner organisations, each with staff, a customer and every kind of row; the second's are all marked."""
    fm = builders.person("fm", "FM")
    world: dict[str, Any] = {"fm": fm}
    for name, mark in (("own", "plain"), ("foreign", MARK)):
        partner = builders.partner(f"{mark} partner")
        staff = builders.person(
            f"{mark}-staff", "FRP", partner=partner, first_name=mark, last_name=mark, email=f"{mark}@example.com"
        )
        customer = builders.customer(
            f"{mark} customer", "EMEA", partner, tenant_id=f"{mark}-tenant", brand=f"{mark} brand",
            country=f"{mark}land", industry=f"{mark} industry", enterprise_level=4, s400=True,
        )  # fmt: skip
        assignment = builders.assign(customer, staff, "FRP")
        right = builders.entitlement(customer, split_label=f"{mark} split", split_reason="geographies", owner=staff)
        note = builders.note(
            staff, customer, body=f"{mark} text #covid #{mark}tag", workloads=["EXO"], risks=f"high: {mark} risk",
            next_action=f"{mark} action", next_action_date=dt.date(2030, 1, 1), next_action_owner=staff.username,
        )  # fmt: skip
        builders.note(fm, customer, body=f"{mark} words of a colleague #covid", risks=f"{mark} second", tags=mark)
        builders.note(staff, customer, "entitlement_status", f"{mark} why", entitlement=right)
        gone = builders.withdraw(builders.note(staff, customer, body=f"{mark} gone"), staff, f"{mark} reason")
        risk = Risk.objects.get(note=note)
        risk.description, risk.last_step, risk.reference = f"{mark} done", f"{mark} step", f"{mark}-1"
        risk.save()
        world[name] = {
            "partner": partner, "staff": staff, "customer": customer, "assignment": assignment, "entitlement": right,
            "note": note, "gone": gone, "risk": risk,
        }  # fmt: skip
    return world


@pytest.fixture
def askers(world: dict[str, Any]) -> list[User]:
    """The first partner's staff; one of them with every role there is, whose reach goes by the partner all the same;
    and partner staff of no organisation.
    """
    own = world["own"]
    all_roles = builders.person("all-roles", *builders.ROLES, partner=own["partner"])
    builders.assign(own["customer"], all_roles, "FTA")
    return [own["staff"], all_roles, builders.person("lost", "FRP")]


def addresses(world: dict[str, Any]) -> Iterator[str]:
    """Every page of the product by its address, those with things to choose or to search among them twice."""
    own = world["own"]
    search = f"q={BEGINNING}"
    yield from ("/", "/reports/", "/admin/", "/admin/jsi18n/", "/admin/password_change/")
    for address in LISTS:
        yield address
        yield f"{address}?{search}"
        yield f"{address}?q=zyx&q=covid&per_page=200"
        yield f"{address}?format=csv"
        yield f"{address}?format=csv&columns=all"
        yield f"{address}?format=csv&{search}"
        yield f"{address}?region=EMEA&workload=EXO&count=exact"
    yield f"{NOTES}?tag=covid&per_page=200"
    yield f"{RISKS}?state=open&state=escalated&state=resolved"
    for model in admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        yield f"/admin/{model._meta.app_label}/"
        yield from (base, f"{base}?{search}", f"{base}?o=-1", f"{base}add/")
    add = "/admin/notes/note/add/"
    yield f"{add}?find={BEGINNING}"
    yield f"{add}?find=EMEA"
    yield f"{add}?customer={own['customer'].pk}"
    for kind in ("overall_status", "entitlement_status", "engagement_management", "service_intent",
                 "technical_enablement", "enterprise_status"):  # fmt: skip
        yield f"{add}?customer={own['customer'].pk}&note_type={kind}"
    yield f"{add}?customer={own['customer'].pk}&note_type=entitlement_status&entitlement={own['entitlement'].pk}"
    for name in ("customer", "assignment", "entitlement", "note", "gone", "risk", "partner", "staff"):
        row = own[name]
        base = f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/"
        yield from (f"{base}change/", f"{base}history/", f"{base}delete/", f"{base}withdraw/")
    for model in admin.site._registry:
        for field in model._meta.fields:
            if field.related_model:
                where = f"app_label={model._meta.app_label}&model_name={model._meta.model_name}&field_name={field.name}"
                yield f"/admin/autocomplete/?{where}&term={BEGINNING}"
                yield f"/admin/autocomplete/?{where}&term="


def links(page: str) -> set[str]:
    """The addresses of this product that a page links to, as far as they are asked by GET and tell something new."""
    found = {unescape(url).split("#")[0] for url in re.findall(r'(?:href|action)="(/[^"]*)"', page)}
    return {url for url in found if not url.startswith("/static/") and "logout" not in url and url.count("&") < 2}


@pytest.mark.parametrize("which", [0, 1, 2])
def test_nothing_of_another_partners(client: Client, world: dict[str, Any], askers: list[User], which: int) -> None:
    """On every page that can be asked for, and on every page that those link to."""
    builders.log_in(client, askers[which])
    todo, done, leaks, broken, seen_own = list(addresses(world)), set(), [], [], 0
    given = len(todo)
    while todo:
        url = todo.pop(0)
        if url in done or len(done) > given + 80:
            continue
        done.add(url)
        response = client.get(url)
        page = content_of(response)
        shown = page + json.dumps(dict(response.items()))
        if MARK in shown.lower():
            leaks.append((url, shown.lower().split(MARK)[0][-80:]))
        if response.status_code >= 500:
            broken.append((url, response.status_code))
        seen_own += "plain" in page
        todo += sorted(links(page) - done)
    assert (leaks, broken) == ([], [])
    # The walk met what it should: the own partner's rows, or for who has none nothing.
    assert (seen_own > 40) is (which != 2)


ABSENT = 987_654_321


def answer(response: Any, key: int) -> tuple[int, str, str]:
    """An answer, with `key` in the place of the id that does not exist, and without the form's one-time tokens."""
    text = re.sub(r'((?:csrfmiddlewaretoken|submission|draft\w*)" value=)"[^"]*"', r"\1", content_of(response))
    where = response.get("Location", "")
    return response.status_code, where.replace(str(ABSENT), str(key)), text.replace(str(ABSENT), str(key))


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_foreign_id_is_as_one_that_does_not_exist(
    client: Client, world: dict[str, Any], askers: list[User], which: int
) -> None:
    """The same answer to GET and to a forged POST: status, redirect, text; compared with the id taken out of it."""
    builders.log_in(client, askers[which])
    own, foreign = world["own"]["customer"].pk, world["foreign"]
    before = {model: model.objects.count() for model in (Note, Risk, Customer, Entitlement, Assignment, User)}
    found, expected = {}, {}
    for name in ("customer", "assignment", "entitlement", "note", "gone", "risk", "partner", "staff"):
        row = foreign[name]
        base = f"/admin/{row._meta.app_label}/{row._meta.model_name}"
        for tail in ("change/", "history/", "delete/", "withdraw/", "", "password/"):
            for method in (client.get, client.post):
                question = (name, tail, method.__name__)
                found[question] = answer(method(f"{base}/{row.pk}/{tail}", follow=False), row.pk)
                expected[question] = answer(method(f"{base}/{ABSENT}/{tail}", follow=False), row.pk)
                client.cookies.pop("messages", None)  # or the next page would show it
    form = {
        "customer": "/admin/notes/note/add/?note_type=overall_status&customer={}",
        "entitlement": f"/admin/notes/note/add/?note_type=entitlement_status&customer={own}&entitlement={{}}",
    }
    for name, address in form.items():
        found[name] = answer(client.get(address.format(foreign[name].pk)), foreign[name].pk)
        expected[name] = answer(client.get(address.format(ABSENT)), foreign[name].pk)
    forged = [
        ("note on a customer", lambda key: ("/admin/notes/note/add/", _note(world, customer=key)), "customer"),
        ("note on an entitlement", lambda key: ("/admin/notes/note/add/", _status_note(world, key)), "entitlement"),
        ("entitlement of a customer", lambda key: ("/admin/customers/entitlement/add/",
         {"customer": key, "workload": builders.workload("SPO").pk, "seats": 1}), "customer"),
        ("assignment to a customer", lambda key: ("/admin/customers/assignment/add/",
         {"customer": key, "user": world["own"]["staff"].pk, "role": "FRP"}), "customer"),
        ("assignment of a person", lambda key: ("/admin/customers/assignment/add/",
         {"customer": own, "user": key, "role": "FRP"}), "staff"),
    ]  # fmt: skip
    for question, ask, name in forged:
        found[question] = answer(client.post(*ask(foreign[name].pk)), foreign[name].pk)
        expected[question] = answer(client.post(*ask(ABSENT)), foreign[name].pk)
    different = [question for question in found if found[question] != expected[question]]
    assert [
        (
            question,
            [
                (a[-200:], b[-200:])
                for a, b in zip(map(str, found[question]), map(str, expected[question]), strict=True)
                if a != b
            ],
        )
        for question in different
    ] == []
    assert {model: model.objects.count() for model in before} == before


def _note(world: dict[str, Any], customer: int) -> dict[str, Any]:
    return builders.form_data("overall_status", world["own"]["customer"]) | {"customer": customer}


def _status_note(world: dict[str, Any], entitlement: int) -> dict[str, Any]:
    return builders.form_data("entitlement_status", world["own"]["customer"], entitlement=entitlement)


def test_a_customer_that_partner_staff_add_is_their_own(
    client: Client, world: dict[str, Any], askers: list[User]
) -> None:
    """Whatever organisation a forged POST names; never nobody's, which they could not even see themselves."""
    builders.log_in(client, askers[1])
    region = world["own"]["customer"].region_id
    for name, key in (("a", world["foreign"]["partner"].pk), ("b", ABSENT), ("c", ""), ("d", None)):
        data = {"name": name, "tenant_id": f"new-{name}", "region": region, "seats": 1, "priority": "low"}
        client.post("/admin/customers/customer/add/", data | ({} if key is None else {"partner": key}))
    made = Customer.objects.filter(tenant_id__startswith="new-")
    assert {customer.partner for customer in made} <= {world["own"]["partner"]}


def test_a_partners_administrator_moves_nobody_out_of_their_organisation(
    client: Client, world: dict[str, Any], askers: list[User]
) -> None:
    """Nor themselves, into the whole programme's sight (contract: "Partner scope goes by the user's `partner`")."""
    all_roles = askers[1]
    builders.log_in(client, all_roles)
    for partner in (world["foreign"]["partner"].pk, ABSENT, ""):
        for person in (all_roles, world["own"]["staff"]):
            data = {"username": person.username, "is_active": "on", "is_staff": "on", "partner": partner,
                    "groups": list(person.groups.values_list("pk", flat=True))}  # fmt: skip
            client.post(f"/admin/accounts/user/{person.pk}/change/", data)
    staff = User.objects.filter(pk__in=[all_roles.pk, world["own"]["staff"].pk])
    assert {person.partner for person in staff} == {world["own"]["partner"]}


def test_a_name_typed_as_owner_links_to_nobody_hidden(client: Client, world: dict[str, Any]) -> None:
    """A next action's owner is free text: another partner's username stays text, as an unknown one does."""
    builders.log_in(client, world["own"]["staff"])
    for owner in (f"{MARK}-staff", "unknown"):
        data = builders.form_data(
            "overall_status", world["own"]["customer"], next_action="Call", next_action_date="2030-01-01",
            next_action_owner=owner,
        )  # fmt: skip
        assert client.post("/admin/notes/note/add/", data).status_code == 302
    made = Note.objects.filter(next_action="Call").order_by("pk")
    assert [(note.next_action_owner, note.next_action_person) for note in made] == [
        (f"{MARK}-staff", None),
        ("unknown", None),
    ]


def test_the_programmes_staff_see_both(client: Client, world: dict[str, Any]) -> None:
    """What the walk above finds nowhere is there."""
    builders.log_in(client, builders.person("lt", "LT"))
    assert [MARK in content_of(client.get(address)) for address in (*LISTS, f"{NOTES}?format=csv")] == [True] * 4


# --- No role, no log-in -----------------------------------------------------------------------------------------------


def test_who_holds_no_role(client: Client, world: dict[str, Any]) -> None:
    builders.log_in(client, builders.person("nobody"))
    home = client.get("/")
    assert (home.status_code, MARK in content_of(home), "plain" in content_of(home)) == (200, False, False)
    found = {}
    for url in [url for url in addresses(world) if url.startswith("/reports/") and url != "/reports/"]:
        found[url] = client.get(url).status_code
    found |= {url: client.get(url).status_code for url in (f"{NOTES}?colour=1", f"{COVID}?region=XX&format=csv")}
    assert found == dict.fromkeys(found, 403)
    for model in admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        codes = {url: client.get(url).status_code for url in (base, f"{base}add/")}
        assert codes == dict.fromkeys(codes, 403)
    absent = client.get("/reports/campaigns/nope/").status_code
    assert absent == 403


def routes(patterns: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Every route with an address that it answers, its parameters filled."""
    for pattern in patterns:
        route = str(pattern.pattern)
        if route.startswith("^(?P<app_label>"):
            route = "notes/"
        elif route.startswith("(?P<url>"):
            route = "no/such/page/"
        route = before + re.sub(r"<(?:(\w+):)?\w+>", lambda found: "1" if found[1] != "slug" else "covid", route)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            assert isinstance(pattern, URLPattern)
            yield f"/{route}", pattern.name or ""


OPEN = {"/healthz", "/readyz", "/admin/login/"}


def test_who_is_not_logged_in_is_sent_to_the_log_in_from_everywhere(client: Client) -> None:
    found, expected = {}, {}
    for url, _name in routes(get_resolver().url_patterns):
        if url in OPEN or url == "/i18n/setlang/":
            continue
        for query in ("", "?region=EMEA&format=csv"):
            if url == "/admin/logout/" and query:
                continue
            response = client.get(url + query)
            found[url + query] = (response.status_code, response.get("Location", ""))
            expected[url + query] = (302, f"/admin/login/?next={quote(url + query)}")
    assert len(found) > 100
    assert found == expected


def test_what_is_open_is_open(client: Client) -> None:
    assert {url: client.get(url).status_code for url in sorted(OPEN)} == dict.fromkeys(OPEN, 200)


def test_the_language_is_switched_before_the_log_in(client: Client) -> None:
    """The log-in page has the switch, so it must work there."""
    answered = client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/admin/login/?next=/"})
    assert (answered.status_code, answered.get("Location")) == (302, "/admin/login/?next=/")
    assert client.cookies["django_language"].value == "zh-hans"


def test_one_logs_in_and_goes_where_one_wanted(client: Client) -> None:
    builders.person("lt", "LT")
    wanted = "/reports/notes/?region=EMEA"
    login = client.get(wanted)["Location"]
    answered = client.post(login, {"username": "lt", "password": "demo", "next": wanted})
    assert (answered.status_code, answered["Location"]) == (302, wanted)
    assert client.get(wanted).status_code == 200
