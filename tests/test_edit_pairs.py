"""Two edits of one record at once, 40 pairs over each of five kinds, by form and by row: nothing is overwritten unseen.

One of each pair is saved (302). The other is answered with 409 and a page that holds both texts whole; when it keeps
both, the record holds both.
"""

import html
import re

import pytest
from django.test import Client

from customers.models import Customer, Entitlement
from notes.models import Campaign, Note, Risk
from tests import builders as build
from tests.races import side_by_side

PAIRS = 40
pytestmark = pytest.mark.django_db(transaction=True)


def browser(user):
    return build.log_in(Client(), user)


def customer_data(customer, **over):
    return {
        "name": customer.name, "tenant_id": customer.tenant_id, "region": customer.region_id, "seats": 0,
        "priority": "medium", "version": customer.version,
    } | over  # fmt: skip


def of_note(people, number):
    """By its form: a text of several lines."""
    note = build.note(people["admin"], build.customer(), body=f"Opened {number}.")
    address = f"/admin/notes/note/{note.pk}/change/"
    return address, "body", lambda text, version=1: {"body": text, "version": version}, lambda: fresh(Note, note).body


def of_customer(people, number):
    customer = build.customer(brand=f"Opened {number}")
    address = f"/admin/customers/customer/{customer.pk}/change/"

    def data(text, version=1):
        return customer_data(customer, brand=text, version=version)

    return address, "brand", data, lambda: fresh(Customer, customer).brand


def of_entitlement(people, number):
    """By turns by its form and as a row on its customer's page."""
    row = build.entitlement(build.customer(), "EXO", split_reason="geographies", split_label=f"Opened {number}")
    split = {"split_reason": "geographies", "seats": 0}
    if number % 2:
        address = f"/admin/customers/entitlement/{row.pk}/change/"
        return (
            address,
            "split_label",
            lambda text, version=1: {**split, "split_label": text, "version": version},
            lambda: fresh(Entitlement, row).split_label,
        )
    address = f"/admin/customers/customer/{row.customer_id}/change/"

    def data(text, version=1):
        values = {**split, "id": row.pk, "customer": row.customer_id, "split_label": text, "version": version}
        rows = {f"entitlements-0-{name}": value for name, value in values.items()}
        counts = {"entitlements-TOTAL_FORMS": 1, "entitlements-INITIAL_FORMS": 1}
        return customer_data(row.customer) | counts | rows

    return address, "entitlements-0-split_label", data, lambda: fresh(Entitlement, row).split_label


def of_risk(people, number):
    build.note(people["admin"], build.customer(), risks=f"high: Risk {number}")
    risk = Risk.objects.order_by("-pk").first()
    address = f"/admin/notes/risk/{risk.pk}/change/"

    def data(text, version=1):
        return {"title": risk.title, "severity": "high", "description": text, "version": version}

    return address, "description", data, lambda: fresh(Risk, risk).description


def of_campaign(people, number):
    """Its words, with rules beside them."""
    slug = f"fire{number}x"
    campaign = Campaign.objects.create(slug=slug, hashtag=slug, name="Fire", starts="2020-01-01", meaning="Opened")
    rule = campaign.rules.create(role="FM", note_type="overall_status")
    rules = {
        "rules-TOTAL_FORMS": 1, "rules-INITIAL_FORMS": 1, "rules-0-id": rule.pk, "rules-0-role": "FM",
        "rules-0-note_type": "overall_status",
    }  # fmt: skip
    address = f"/admin/notes/campaign/{campaign.pk}/change/"

    def data(text, version=1):
        given = {"slug": slug, "hashtag": slug, "name": "Fire", "starts": "2020-01-01", "meaning": text}
        return given | rules | {"version": version}

    return address, "meaning", data, lambda: fresh(Campaign, campaign).meaning


def fresh(model, row):
    return model.objects.get(pk=row.pk)


KINDS = {
    "note": of_note,
    "customer": of_customer,
    "entitlement": of_entitlement,
    "risk": of_risk,
    "campaign": of_campaign,
}


def test_two_hundred_pairs():
    """In one test: the rows that migrations seeded are put back once, which takes longer than the pairs of a kind."""
    people = build.cast("admin")
    boss = build.person("boss", superuser=True)
    for kind in KINDS:
        forty_pairs(kind, people, boss)


def forty_pairs(kind, people, boss):
    pairs = [KINDS[kind](people, number) for number in range(PAIRS)]
    one, other = browser(people["admin"]), browser(boss)

    def edit(client, name):
        return [
            client.post(address, data(f"{name} on {number}, with “words” & <marks>"))
            for number, (address, _field, data, _saved) in enumerate(pairs)
        ]

    answers = list(zip(*side_by_side(lambda: edit(one, "First"), lambda: edit(other, "Second")), strict=True))
    assert [sorted(answer.status_code for answer in pair) for pair in answers] == [[302, 409]] * PAIRS, kind
    unlike = []
    for number, ((address, field, data, saved), (first, second)) in enumerate(zip(pairs, answers, strict=True)):
        texts = [f"{name} on {number}, with “words” & <marks>" for name in ("First", "Second")]
        won, lost = texts if first.status_code == 302 else texts[::-1]
        client, late = (other, second) if second.status_code == 409 else (one, first)
        assert saved() == won, kind
        page = late.content.decode()
        assert [text for text in texts if html.escape(text) not in page] == []
        choice = re.findall(r'<input type="radio" name="(merge-[^"]+)" value="both"', page)
        assert choice == [f"merge-{field}"]
        assert client.post(address, data(lost, version=2) | {choice[0]: "both"}).status_code == 302
        kept = saved()
        unlike += [(number, kept)] if won not in kept or lost not in kept else []
    assert unlike == [], kind
