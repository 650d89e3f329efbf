"""Who comes through which door: the contract's table *Rights beside note types*, one row for each role.

The doors are in tests/doors.py; which types a role may write, and what it may do with its own notes and risks, in
tests/notes/test_rights.py, test_withdraw.py and test_risks.py; approving a split in tests/notes/test_status_doors.py.
"""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import URLResolver, get_resolver

from notes.models import Note
from tests import builders as build
from tests.doors import DOORS, LOOKS, MISSING, Act, Look, World
from tests.notes import pages

pytestmark = pytest.mark.django_db

# y  may, and it is done                      -  may not: 403, and nothing is done
# ?  may, but of this customer knows nothing: as if it did not exist
# !  refused at the field (a start date that stands moves by an Overall Status note only)
# >  sent to the log-in page
#
# read, report, export: customers, entitlements, assignments, notes, risks, their histories; the lists; their CSV
# customer, entitlement, risk: change one; with +: add one            assign: add, change and end an assignment
# note+: write a note, and be offered hashtags          words: change another's note          withdraw: another's note
# workload … role: see, add, change, delete unused ones (campaigns and people: never delete); role+: add and delete roles
TABLE = """
            open home read report export customer customer+ entitlement entitlement+ start~date assign note+ words withdraw risk+ risk workload reason campaign region partner people superusers role role+ delete
fm          y    y    y    y      y      y        -         y           y            y          y      y     -     -        y     -    -        -      -        -      -       -      -          -    -     -
fe          y    y    y    y      y      -        -         -           -            -          -      y     -     -        y     -    -        -      -        -      -       -      -          -    -     -
sme         y    y    y    y      y      -        -         -           -            -          -      y     -     -        y     -    -        -      -        -      -       -      -          -    -     -
asme        y    y    y    y      y      -        -         -           -            -          -      y     -     -        y     -    -        -      -        -      -       -      -          -    -     -
gmfta       y    y    y    y      y      -        -         -           -            -          -      y     -     -        y     -    -        -      -        -      -       -      -          -    -     -
mvm         y    y    y    y      y      -        -         -           -            -          -      y     -     -        y     -    -        -      -        -      -       -      -          -    -     -
fta         y    y    y    y      y      -        -         -           -            -          -      y     -     -        y     -    -        -      -        -      -       -      -          -    -     -
gm          y    y    y    y      y      y        y         y           y            !          y      y     -     -        y     -    -        -      -        -      -       -      -          -    -     -
rm          y    y    y    y      y      -        -         -           -            -          -      -     -     -        -     y    -        -      -        -      -       -      -          -    -     -
lt          y    y    y    y      y      -        -         -           -            -          -      -     -     -        -     -    -        -      -        -      -       -      -          -    -     -
frp         y    y    y    y      y      y        -         y           y            y          y      y     -     -        y     -    -        -      -        -      -       -      -          -    -     -
pa          y    y    y    y      y      y        y         y           y            !          y      -     -     y        -     -    y        y      y        y      y       y      -          y    -     -
nobody      y    y    -    -      -      -        -         -           -            -          -      -     -     -        -     -    -        -      -        -      -       -      -          -    -     -
admin       y    y    y    y      y      y        y         y           y            y          y      y     y     y        y     y    y        y      y        y      y       y      y          y    y     -
frp2        y    y    ?    ?      ?      ?        -         ?           ?            ?          ?      ?     ?     ?        ?     ?    -        -      -        -      -       -      -          -    -     -
lost        y    y    ?    ?      ?      ?        -         ?           ?            ?          ?      ?     ?     ?        ?     ?    -        -      -        -      -       -      -          -    -     -
gone        y    >    >    >      >      >        >         >           >            >          >      >     >     >        >     >    >        >      >        >      >       >      >          >    >     >
guest       y    >    >    >      >      >        >         >           >            >          >      >     >     >        >     >    >        >      >        >      >       >      >          >    >     >
"""  # noqa: E501 - a table is read across
_HEAD, *_ROWS = (line.split() for line in TABLE.strip().splitlines())
MAY = {who: dict(zip((right.replace("~", " ") for right in _HEAD), row, strict=True)) for who, *row in _ROWS}

# Addresses that are no doors to a row or a right, and where they are tried.
ELSEWHERE = {
    "admin:login": "tests/accounts/test_people.py",
    "admin:logout": "test_logging_out",
    "set_language": "tests/accounts/test_people.py",
}


# --- Trying one door --------------------------------------------------------------------------------------------------


def everything():
    """Every row there is, but those that come and go with a request."""
    every = (model for model in apps.get_models(include_auto_created=True) if model._meta.managed)
    kept = [model for model in every if model not in (Session, Permission)]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in kept}


def text_of(answer):
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def told(answer):
    """What an answer says of a row: for a redirect where to, for a form what is wrong where, else the page."""
    if answer.status_code == 200 and answer.context and "adminform" in answer.context:
        return answer.status_code, answer.context["adminform"].form.errors.get_json_data()
    return answer.status_code, answer.get("Location"), text_of(answer)


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
            right = told(answer) == told(client.get(door.address.format(**world.missing))) and (
                door.route == "reports:campaign" or answer.status_code in (302, 404)
            )
        case ">":
            right = sent_to_log_in(answer, address)
        case _:
            right = answer.status_code == door.refused
    return None if right else (verdict, answer.status_code, answer.get("Location"))


def act(client, world, door, verdict, reads):
    """As `look`, for the form's page and then for what it sends. Both times what comes of it is looked up."""
    address, missing = door.address.format(**world.ids), door.address.format(**world.missing)
    asked = client.get(address)
    offered = asked.status_code == 200 and door.offer in text_of(asked)
    answer = client.post(address, door.filled(world.ids, world.who))
    match verdict:
        case "y":
            right = offered and answer.status_code == 302
        case "?" if door.names:
            foreign = told(client.post(missing, door.filled(world.missing, world.who)))
            right = offered and told(answer) == foreign and list(foreign[1]) == ["customer"]
        case "?":
            right = (told(asked), told(answer)) == (
                told(client.get(missing)),
                told(client.post(missing, door.filled(world.ids, world.who))),
            ) and {asked.status_code, answer.status_code} <= {302, 404}
        case "!":
            right = offered and list(told(answer)[1]) == ["engagement_start_date"]
        case ">":
            right = sent_to_log_in(asked, address) and sent_to_log_in(answer, address)
        case _:
            right = (asked.status_code, offered, answer.status_code) == (200 if reads else 403, False, 403)
    done = door.done(world)
    right = right and done == (verdict == "y")
    return None if right else (verdict, asked.status_code, offered, answer.status_code, answer.get("Location"), done)


def answers(client, world, doors, may):
    """The doors that answer otherwise than `may` says, each tried on the same untouched world."""
    before, wrong = everything(), {}
    for door in doors:
        verdict = may[door.right]
        with transaction.atomic():
            if isinstance(door, Look):
                found = look(client, world, door, verdict)
            else:
                reads = may["people" if door.right == "superusers" else "read"] == "y"
                found = act(client, world, door, verdict, reads and door.on_record)
            if found is None and verdict != "y" and everything() != before:
                found = "it changed something"
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
    assert answers(client, world, DOORS, MAY[who]) == {}
