"""Who comes through which door: the contract's table *Rights beside note types*, one row for each role.

The doors are in tests/doors.py; which types a role may write, and what it may do with its own notes and risks, in
tests/notes/test_rights.py, test_withdraw.py and test_risks.py; approving a split in tests/notes/test_status_doors.py.
"""

import re
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction
from django.urls import URLResolver, get_resolver

from accounts.models import PartnerOrganisation, Region, User
from customers.models import Assignment, Customer, Entitlement, HandOver, StatusReason, Workload
from notes.models import Campaign, Note, Risk, SummaryRequest
from tests import builders as build
from tests.doors import DOORS, Act, Look, World
from tests.notes import pages

pytestmark = pytest.mark.django_db

# y  may, and it is done                      -  may not: 403, and nothing is done
# ?  may, but of this customer knows nothing: as if it did not exist
# !  refused at the field (a start date that stands moves by an Overall Status note only)
# >  sent to the log-in page
#
# read, report, export: customers, entitlements, assignments, notes, risks, their histories; the lists; their CSV
# customer, entitlement, risk: change one; with +: add one            assign: add, change and end an assignment
# handover: hand customers over, end a cover early      handed: change a handover, which nobody does
# note+: write a note, and be offered hashtags          words: change another's note          withdraw: another's note
# done: the next action of another's note
# ask: for an executive summary      request: change another's and take it back
# workload … role: see, add, change, delete unused ones (no campaigns, no people); role+: add and delete roles
TABLE = """
            open home read report export customer customer+ entitlement entitlement+ start~date assign handover handed note+ words withdraw done risk+ risk ask request workload reason campaign region partner people superusers role role+ delete
fm          y    y    y    y      y      y        -         y           y            y          y      y        -      y     -     -        -    y     -    -   -       -        -      -        -      -       -      -          -    -     -
fe          y    y    y    y      y      -        -         -           -            -          -      -        -      y     -     -        -    y     -    -   -       -        -      -        -      -       -      -          -    -     -
sme         y    y    y    y      y      -        -         -           -            -          -      -        -      y     -     -        -    y     -    -   -       -        -      -        -      -       -      -          -    -     -
asme        y    y    y    y      y      -        -         -           -            -          -      -        -      y     -     -        -    y     -    -   -       -        -      -        -      -       -      -          -    -     -
gmfta       y    y    y    y      y      -        -         -           -            -          -      -        -      y     -     -        -    y     -    -   -       -        -      -        -      -       -      -          -    -     -
mvm         y    y    y    y      y      -        -         -           -            -          -      -        -      y     -     -        -    y     -    -   -       -        -      -        -      -       -      -          -    -     -
fta         y    y    y    y      y      -        -         -           -            -          -      -        -      y     -     -        -    y     -    -   -       -        -      -        -      -       -      -          -    -     -
gm          y    y    y    y      y      y        y         y           y            !          y      y        -      y     -     -        -    y     -    -   -       -        -      -        -      -       -      -          -    -     -
rm          y    y    y    y      y      -        -         -           -            -          -      -        -      -     -     -        -    -     y    y   -       -        -      -        -      -       -      -          -    -     -
lt          y    y    y    y      y      -        -         -           -            -          -      -        -      -     -     -        -    -     -    y   -       -        -      -        -      -       -      -          -    -     -
frp         y    y    y    y      y      y        -         y           y            y          y      y        -      y     -     -        -    y     -    -   -       -        -      -        -      -       -      -          -    -     -
pa          y    y    y    y      y      y        y         y           y            !          y      y        -      -     -     y        -    -     -    -   -       y        y      y        y      y       y      -          y    -     -
nobody      y    y    -    -      -      -        -         -           -            -          -      -        -      -     -     -        -    -     -    -   -       -        -      -        -      -       -      -          -    -     -
admin       y    y    y    y      y      y        y         y           y            y          y      y        -      y     y     y        y    y     y    y   y       y        y      y        y      y       y      y          y    y     -
frp2        y    y    ?    ?      ?      ?        -         ?           ?            ?          ?      ?        ?      ?     ?     ?        ?    ?     ?    -   ?       -        -      -        -      -       -      -          -    -     -
lost        y    y    ?    ?      ?      ?        -         ?           ?            ?          ?      ?        ?      ?     ?     ?        ?    ?     ?    -   ?       -        -      -        -      -       -      -          -    -     -
gone        y    >    >    >      >      >        >         >           >            >          >      >        >      >     >     >        >    >     >    >   >       >        >      >        >      >       >      >          >    >     >
guest       y    >    >    >      >      >        >         >           >            >          >      >        >      >     >     >        >    >     >    >   >       >        >      >        >      >       >      >          >    >     >
"""  # noqa: E501 - a table is read across
_HEAD, *_ROWS = (line.split() for line in TABLE.strip().splitlines())
MAY = {who: dict(zip((right.replace("~", " ") for right in _HEAD), row, strict=True)) for who, *row in _ROWS}

# Addresses that are no doors to a row or a right, and where they are tried.
ELSEWHERE = {
    "admin:login": "tests/accounts/test_people.py",
    "admin:logout": "test_logging_out",
    "set_language": "tests/accounts/test_people.py",
    # One's own words, kept by POST alone: everybody's are nobody else's.
    "admin:notes_note_draft": "tests/notes/test_drafts.py",
    "admin:notes_note_draft_words": "tests/notes/test_drafts.py",
}


# --- Trying one door --------------------------------------------------------------------------------------------------


@contextmanager
def writes():
    """The statements within that change a row, but for the session's, which comes and goes with a request."""
    found = []

    def hear(execute, sql, params, many, context):
        if sql.split(None, 1)[0] in ("INSERT", "UPDATE", "DELETE") and "django_session" not in sql:
            found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(hear):
        yield found


# Another one each time.
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


def text_of(answer):
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def told(answer):
    """What an answer says of a row: for a redirect where to, for a form what is wrong where, else the page."""
    if answer.status_code == 200 and answer.context and "adminform" in answer.context:
        return answer.status_code, answer.context["adminform"].form.errors.get_json_data()
    page = CSRF.sub("", text_of(answer)).replace(answer.request["PATH_INFO"], "")  # the page may lead back to itself
    return answer.status_code, answer.get("Location"), page


def sent_to_log_in(answer, address):
    to = urlsplit(answer.get("Location", ""))
    return (answer.status_code, to.path, parse_qs(to.query).get("next")) == (302, "/admin/login/", [address])


def look(client, world, door, verdict):
    """Whether the page answers as the table says; what it answered where it does not."""
    address, shows = door.address.format(**world.ids), door.shows
    answer = client.get(address)
    match verdict:
        case "y":
            right = answer.status_code == door.found and shows in text_of(answer)
        case "?" if door.listing:
            right = answer.status_code == 200 and not (shows and shows in text_of(answer))
        case "?":
            missing = client.get(door.address.format(**world.missing))
            right = told(answer) == told(missing) and answer.status_code in (302, 404)
        case ">":
            right = sent_to_log_in(answer, address)
        case _:
            right = answer.status_code == door.refused
    return None if right else (verdict, answer.status_code, answer.get("Location"))


def act(client, world, door, verdict, may):
    """As `look`, for the form's page and then for what it sends; what comes of it is looked up each time."""
    address, missing = door.address.format(**world.ids), door.address.format(**world.missing)
    asked = client.get(address)
    offered = asked.status_code == 200 and door.offer in text_of(asked)
    answer = client.post(address, door.filled(world.ids, world.who))
    match verdict:
        case "y":
            right = offered and answer.status_code == 302
        case "?" if door.names:
            foreign = told(client.post(missing, door.filled(world.missing, world.who)))
            right = offered and told(answer) == foreign and {"customer", "customers"} & {*foreign[1]}
        case "?":
            none = (told(client.get(missing)), told(client.post(missing, door.filled(world.ids, world.who))))
            right = (told(asked), told(answer)) == none and {asked.status_code, answer.status_code} <= {302, 404}
        case "!":
            right = offered and list(told(answer)[1]) == ["engagement_start_date"]
        case ">":
            right = sent_to_log_in(asked, address) and sent_to_log_in(answer, address)
        case _:
            reads = door.on_record and may["people" if door.right == "superusers" else "read"] == "y"
            saves = door.row and may["customer"] == "y"
            codes = (200 if reads else 403, 302 if saves else 403)
            right = not offered and (asked.status_code, answer.status_code) == codes
    done = door.done(world)
    right = right and done == (verdict == "y")
    return None if right else (verdict, asked.status_code, offered, answer.status_code, answer.get("Location"), done)


def answers(client, world, may):
    """The doors that answer otherwise than `may` says, each tried on the same untouched world."""
    wrong = {}
    session = {name: morsel.value for name, morsel in client.cookies.items()}
    for door in DOORS:
        client.cookies.clear()  # no word about what the door before did
        client.cookies.load(session)
        is_row = isinstance(door, Act) and door.row
        verdict = "-" if is_row and may["customer"] == "-" else may[door.right]
        with transaction.atomic(), writes() as written:
            if isinstance(door, Look):
                found = look(client, world, door, verdict)
            else:
                found = act(client, world, door, verdict, may)
            if written and (isinstance(door, Look) or (verdict != "y" and not is_row)):
                found = (verdict, written)
            transaction.set_rollback(True)
        if found:
            wrong[door.route, door.name, door.right] = found
    return wrong


# --- The table --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", MAY)
def test_every_door_answers_as_the_table_says(client, who):
    world = World(who)
    if world.user is not None:
        build.log_in(client, world.user)
    assert answers(client, world, MAY[who]) == {}


def test_the_table_has_every_role():
    """And a column for each right that a door asks, no more."""
    assert [*MAY][:12] == [
        role.lower() for role in ("FM", "FE", "SME", "ASME", "GMFTA", "MVM", "FTA", "GM", "RM", "LT", "FRP", "PA")
    ]
    assert sorted({door.right for door in DOORS}) == sorted(MAY["fm"])


# --- Complete ---------------------------------------------------------------------------------------------------------


def routes(patterns, space=""):
    """Every name under which an address is known."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif entry.name:
            yield f"{space}{entry.name}"


def test_every_route_has_a_row():
    """A new page has to say here who comes through it (contract, *Rights beside note types*)."""
    assert {*routes(get_resolver().url_patterns)} == {door.route for door in DOORS} | {*ELSEWHERE}


def test_every_admin_has_its_rows():
    """Each model in the admin is listed, read, added and changed, or refused, by the table."""
    covered = {(door.route, type(door)) for door in DOORS}
    lacking = []
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        needed = {(f"{name}_changelist", Look), (f"{name}_change", Look), (f"{name}_change", Act), (f"{name}_add", Act)}
        lacking += sorted(route for route, kind in needed - covered)
    assert lacking == []


# --- Deleting beside the pages for it ---------------------------------------------------------------------------------

DELETES = {
    "pa": {"customers.Assignment", "customers.Workload", "customers.StatusReason"}
    | {"accounts.Region", "accounts.PartnerOrganisation"},
    "fm": {"customers.Assignment"},
    "lt": set(),
}
DELETES["admin"] = DELETES["pa"] | {"auth.Group"}


@pytest.mark.parametrize("who", DELETES)
def test_the_lists_delete_no_more_than_the_pages(client, who):
    """Django's action over chosen rows: the unused words that are one's own to keep, and the end of an assignment."""
    world = World(who)
    build.log_in(client, world.user)
    chosen = {
        Assignment: "assignment", HandOver: "handover", Customer: "customer", Entitlement: "entitlement",
        Note: "note", Risk: "risk", SummaryRequest: "summaryrequest",
        Workload: "workload", StatusReason: "reason", Region: "region", PartnerOrganisation: "partner",
        Campaign: "campaign", User: "colleague", Group: "role",
    }  # fmt: skip
    assert set(chosen) == set(admin.site._registry)
    for model, name in chosen.items():
        sent = {"action": "delete_selected", "_selected_action": world.ids[name], "post": "yes"}
        client.post(f"/admin/{model._meta.app_label}/{model._meta.model_name}/", sent)
    gone = {model._meta.label for model, name in chosen.items() if not model.objects.filter(pk=world.ids[name])}
    assert gone == DELETES[who]


@pytest.mark.parametrize("who", ["pa", "admin"])
def test_what_is_in_use_is_not_deleted(client, who):
    """A workload, reason, region or organisation with something on it stays."""
    world = World(who)
    build.log_in(client, world.user)
    used = [world.entitlement.workload, world.entitlement.l2, world.customer.region, world.customer.partner]
    for row in used:
        address = f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/delete/"
        with writes() as written:
            answer = client.post(address, {"post": "yes"})
        assert (answer.status_code, written) == (200, []), row
        assert type(row).objects.filter(pk=row.pk).exists()


def test_notes_and_risks_have_no_page_to_delete_them(client):
    world = World("admin")
    build.log_in(client, world.user)
    for kind in ("note", "risk"):
        address = f"/admin/notes/{kind}/{world.ids[kind]}/delete/"
        # Django takes `5/delete` for the key of a row, which it then does not find.
        answers = [client.get(address, follow=True), client.post(address, {"post": "yes"}, follow=True)]
        assert [answer.redirect_chain[-1] for answer in answers] == [("/admin/", 302)] * 2
    assert (Note.objects.count(), Risk.objects.count()) == (1, 1)


def test_logging_out(client):
    build.log_in(client, build.person("fm", "FM"))
    assert (client.get("/admin/logout/").status_code, client.get("/").status_code) == (405, 200)
    client.post("/admin/logout/")
    assert sent_to_log_in(client.get("/"), "/")


# --- Rights are data --------------------------------------------------------------------------------------------------


def grant(client, role, *, give=(), take=()):
    """Somebody of the programme's administration edits a role's rights on its page."""
    group = Group.objects.get(name=role)
    ours = Permission.objects.filter(content_type__app_label__in=["accounts", "customers", "notes", "reports"])
    wanted = (group.permissions.all() & ours | ours.filter(codename__in=give)).exclude(codename__in=take).distinct()
    pa = User.objects.filter(username="keeper").first() or build.person("keeper", "PA")
    build.log_in(client, pa)
    sent = {"name": role, "permissions": [str(key) for key in wanted.values_list("pk", flat=True)]}
    assert client.post(f"/admin/auth/group/{group.pk}/change/", sent).status_code == 302


# What is given to a role and taken from it on its page, and the cells of its row that change with that.
CHANGED = [
    ("fm", "", "change_customer", {"customer": "-"}),
    ("fm", "", "add_entitlement add_risk", {"entitlement+": "-", "risk+": "-"}),
    ("gm", "write_overall_status", "", {"start date": "y"}),
    ("pa", "add_summaryrequest", "", {"ask": "y"}),
    (
        "lt",
        "withdraw_note step_risk change_customer add_customer",
        "export",
        {"withdraw": "y", "risk": "y", "customer": "y", "customer+": "y", "export": "-"},
    ),
]


@pytest.mark.parametrize(("who", "given", "taken", "cells"), CHANGED)
def test_rights_are_data(client, who, given, taken, cells):
    """What a programme administrator takes or gives holds at once, at every door of it, and at no other."""
    world = World(who)
    grant(client, who.upper(), give=given.split(), take=taken.split())
    build.log_in(client, world.user)
    assert answers(client, world, MAY[who] | cells) == {}


def test_a_note_type_given_and_taken(client):
    """`service_intent` for FE: on the start page, in the form, and for their own note; and closed again."""
    world = World("fe")
    about = {"customer": world.customer.pk, "note_type": "service_intent"}
    data = build.form_data("service_intent", world.customer)

    def doors():
        build.log_in(client, world.user)
        start = client.get(pages.ADD, {"customer": world.customer.pk})
        form, sent = client.get(pages.ADD, about), client.post(pages.ADD, data)
        note = Note.objects.filter(note_type="service_intent").first()
        again = {**data, "body": "Put right.", "version": getattr(note, "version", 1)}
        changed = client.post(pages.change(note), again) if note else None
        offered, written = "note_type=service_intent" in start.content.decode(), world.user.notes.count()
        return offered, form.status_code, sent.status_code, changed and changed.status_code, written

    found = [doors()]
    grant(client, "FE", give=["write_service_intent"])
    found.append(doors())
    grant(client, "FE", take=["write_service_intent"])
    found.append(doors())
    assert found == [(False, 403, 403, None, 0), (True, 200, 302, 302, 1), (False, 403, 403, 403, 1)]
