"""docs/rules/drafts.md, compared with the product."""

import re

import pytest

from notes import drafts
from tests import builders as build
from tests.markdown import bare, table
from tests.notes import pages

pytestmark = pytest.mark.django_db


def test_how_much_is_kept():
    rows = table("rules/drafts.md", "What", "How much").rows
    assert [int(most.replace(",", "")) for _what, most in rows] == [
        drafts.SIZE_LIMIT,
        drafts.MOST,
        drafts.KEPT_DAYS,
        drafts.SEALED_SECONDS // (24 * 60 * 60),
    ]


def test_every_form_named_has_its_token(client):
    boss, customer = build.person("boss", superuser=True), build.customer()
    build.log_in(client, boss)
    ids = {"note": build.note(boss, customer, risks="high: late").pk, "risk": customer.risks.get().pk}
    for _form, cell in table("rules/drafts.md", "Form", "Address").rows:
        kind = bare(cell).split("/")[3]
        address = re.sub("<id>", str(ids.get(kind, "")), bare(cell))
        if address == pages.ADD:
            address += f"?customer={customer.pk}&note_type=overall_status"
        assert 'name="submission" value="' in client.get(address).content.decode(), address
