"""How many queries a page takes does not grow with its rows."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from customers.models import Customer
from tests import builders
from tests.reports.reading import COVID, LISTS, content_of

pytestmark = pytest.mark.django_db


def one_more(number: int, reader: User) -> None:
    """A note with all that a row may show, of its own author, on its own customer, of its own partner."""
    fe = builders.person(f"fe{number}", "FE")
    customer = builders.customer(
        f"Customer {number}", ("EMEA", "APAC", "AMER", "GCR")[number], builders.partner(f"Partner {number}")
    )
    builders.assign(customer, fe, "FE")
    builders.assign(customer, reader, "FM")
    for author, owner in ((fe, reader.username), (reader, fe.username)):
        builders.note(
            author, customer, "technical_enablement" if author is fe else "overall_status",
            body=f"#covid #tag{number}", tags="more tags", workloads=["EXO", "TEAMS", ("SPO", "OD", "YAM")[number]],
            risks="high: late\nlow: slow", next_action="Call", next_action_date=dt.date(2026, 4, 1 + number),
            next_action_owner=owner,
        )  # fmt: skip
    right = builders.entitlement(customer)
    builders.note(reader, customer, "entitlement_status", "why #covid", entitlement=right)


QUESTIONS = [
    "",
    "region=EMEA&region=APAC&region=AMER&region=GCR",
    "workload=EXO",
    "q=late&q=covid",
    "ordering=customer",
    "format=csv",
    "format=csv&columns=all",
]
ADDRESSES = ["/", *(f"{address}?{query}" for address in LISTS for query in QUESTIONS), f"{COVID}?tag=covid"]


def counts(client: Client) -> dict[str, int]:
    found = {}
    for address in ADDRESSES:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            content_of(client.get(address))
        found[address] = len(captured)
    return found


@pytest.mark.parametrize("role", ["FM", "FRP"])
def test_three_rows_take_as_many_queries_as_one(client: Client, role: str) -> None:
    fm = builders.person("fm", "FM", regions=["EMEA", "APAC"])
    one_more(0, fm)
    reader = fm if role == "FM" else builders.person("frp", "FRP", partner=builders.partner("Partner 0"))
    builders.log_in(client, reader)
    content_of(client.get("/"))  # what is read once a process
    with_one = counts(client)
    one_more(1, fm)
    one_more(2, fm)
    if role == "FRP":
        for customer in Customer.objects.all():
            customer.partner = reader.partner
            customer.save()
    assert counts(client) == with_one
    rows = {address: content_of(client.get(address)).count("<tr data-id=") for address in LISTS}
    assert rows == dict(zip(LISTS, (9, 9, 12), strict=True))


def test_they_are_few(client: Client) -> None:
    """A list's page and its file each take so many, whoever asks."""
    fm = builders.person("fm", "FM")
    one_more(0, fm)
    builders.log_in(client, fm)
    content_of(client.get("/"))
    assert {address: count for address, count in counts(client).items() if count > 25} == {}
