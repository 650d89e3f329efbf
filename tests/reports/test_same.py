"""The same address, the same rows: every page of a list, one after another, is its file (contract, *Addresses*)."""

import pytest
import time_machine
from django.test import Client

from notes.models import Note, Risk
from tests import builders
from tests.reports.conftest import NOW
from tests.reports.reading import COVID, NOTES, RISKS, csv_ids, walk

pytestmark = pytest.mark.django_db

OF_NOTES = [
    "",
    "region=EMEA",
    "region=EMEA&region=APAC&period=this_month",
    "type=technical_enablement&workload=EXO",
    "workload=EXO&workload=TEAMS",
    "tag=covid&region=EMEA&ordering=created_at",
    "tag=covid&tag=other&ordering=-customer",
    "author=fm&created_after=2026-03-05&created_before=2026-03-12",
    "owner=fm&role=FE",
    "summary=1&engagement=reactive",
    "q=plan&ordering=note_type",
    "priority=high&ordering=region",
    "ordering=next_action_date",
    "ordering=-next_action_date&workload=EXO",
    "ordering=author&period=last_7_days",
    "columns=all&rag=red",
    "tag=neverused",
]
OF_RISKS = [
    "",
    "state=open",
    "state=resolved&state=accepted",
    "state=escalated&escalated_to=rm&ordering=-raised_at",
    "severity=high&severity=low&ordering=severity",
    "region=EMEA&ordering=-due_date",
    "owner=fm&ordering=owner",
    "age_over=5",
    "age_over=5&state=resolved&state=open&ordering=raised_at",
    "due_before=2026-04-03&workload=EXO",
    "period=last_7_days&ordering=customer",
    "priority=high&q=late",
    "ordering=-last_step_at",
    "ordering=state&region=APAC&region=EMEA",
]
QUERIES = {NOTES: OF_NOTES, COVID: OF_NOTES, RISKS: OF_RISKS}


def asked_by(username: str, address: str) -> list[str]:
    """Who belongs to no organisation may know of no colleague either: a filter by one is then an error."""
    return [query for query in QUERIES[address] if username != "lost" or "=fm" not in query]


@pytest.mark.parametrize("username", ["lt", "frp", "admin", "lost"])
@pytest.mark.parametrize("address", QUERIES)
def test_the_pages_are_the_file(client: Client, world: dict[str, int], address: str, username: str) -> None:
    if username == "admin":
        builders.person("admin", superuser=True)
    pages, files = {}, {}
    with time_machine.travel(NOW):
        client.login(username=username, password="demo")
        for query in asked_by(username, address):
            files[query] = csv_ids(client, address, query)
            pages[query] = walk(client, address, query, per_page=3)
    assert pages == files
    assert [query for query, ids in files.items() if len(ids) != len(set(ids))] == []
    # The comparison is worth something: most of the questions have several rows, over several pages.
    several = [query for query, ids in files.items() if len(ids) > 3]
    assert bool(several) is (username != "lost")


@pytest.mark.parametrize("address", QUERIES)
def test_a_partner_gets_its_part_of_the_whole(client: Client, world: dict[str, int], address: str) -> None:
    """In the same order, for each question; and of no organisation: nothing."""
    with time_machine.travel(NOW):
        found = {}
        for username in ("lt", "frp", "lost"):
            client.login(username=username, password="demo")
            found[username] = {query: csv_ids(client, address, query) for query in asked_by(username, address)}
    model = Risk if address == RISKS else Note
    theirs = set(model.objects.filter(partner__name="Contoso Partners").values_list("pk", flat=True))
    assert found["frp"] == {query: [pk for pk in ids if pk in theirs] for query, ids in found["lt"].items()}
    assert found["lost"] == {query: [] for query in asked_by("lost", address)}
