"""A customer that moves from one partner organisation to another: who served it before is met by name no more."""

import pytest

from customers.models import Customer, Entitlement
from notes import risk_life
from notes.models import Risk
from tests import builders as build
from tests.notes import pages
from tests.notes.test_status_doors import customer_form, customer_page, rows_form
from tests.reports.reading import COVID, NOTES, RISKS, content_of

pytestmark = pytest.mark.django_db

MARK = "zq-before"


@pytest.fixture
def moved():
    """What A's person wrote, raised, stepped, owned and withdrew there, before the customer went to B."""
    a, b = build.partner("Contoso"), build.partner("Fabrikam")
    before = build.person(MARK, "FRP", partner=a, first_name=MARK, last_name=MARK)
    after = build.person("after", "FRP", partner=b)
    customer = build.customer("Moved", partner=a)
    build.assign(customer, before, "FRP")
    row = build.entitlement(customer, "EXO", owner=before)
    note = build.note(before, customer, "engagement_management", body="Words. #covid", risks="high: late")
    risk = Risk.objects.get()
    risk_life.step(risk, to="mitigating", comment="On it.", by=before)
    gone = build.withdraw(build.note(before, customer, body="Old."), before)
    customer.partner = b
    customer.save()
    return {
        "before": before,
        "after": after,
        "customer": customer,
        "row": row,
        "note": note,
        "risk": risk,
        "gone": gone,
    }


def test_no_page_and_no_file_names_them(client, moved):
    build.log_in(client, moved["after"])
    note, gone, risk, row, customer = (moved[name].pk for name in ("note", "gone", "risk", "row", "customer"))
    addresses = [
        *(f"{one}{query}" for one in (NOTES, COVID, RISKS) for query in ("", "?format=csv", "?format=csv&columns=all")),
        *(f"/admin/notes/note/{kind}" for kind in ("", f"{note}/change/", f"{note}/history/", f"{gone}/change/")),
        *(f"/admin/notes/risk/{kind}" for kind in ("", f"{risk}/change/", f"{risk}/step/", f"{risk}/history/")),
        *(f"/admin/customers/entitlement/{kind}" for kind in ("", f"{row}/change/", f"{row}/history/")),
        *(f"/admin/customers/customer/{kind}" for kind in ("", f"{customer}/change/", f"{customer}/history/")),
        "/admin/customers/assignment/",
        f"{pages.ADD}?customer={customer}&note_type=overall_status",
        "/",
    ]  # fmt: skip
    told = {}
    for address in addresses:
        if address.endswith("/step/"):
            Risk.objects.update(owner=moved["after"])
        answer = client.get(address)
        assert answer.status_code == 200, address
        told[address] = MARK in content_of(answer)
    assert [address for address, named in told.items() if named] == []
    # The rows themselves are there to be read, and the programme's own staff still read who it was.
    assert "somebody outside your organisation" in content_of(client.get(f"/admin/notes/note/{note}/change/"))
    build.log_in(client, build.person("lt", "LT"))
    assert MARK in content_of(client.get(f"{NOTES}?format=csv"))
    assert MARK in content_of(client.get(f"/admin/notes/note/{note}/change/"))


def test_nobody_owns_what_is_out_of_their_sight(client, moved):
    """Owners are released with the move, told in history, and others' edits go through."""
    assert [Entitlement.objects.get().owner, Risk.objects.get().owner] == [None, None]
    assert [model.history.latest().owner for model in (Entitlement, Risk)] == [None, None]
    row = Entitlement.objects.get()
    data = {"seats": 9, "split_reason": "", "split_label": "", "version": row.version}
    build.log_in(client, moved["after"])
    assert client.post(f"/admin/customers/entitlement/{row.pk}/change/", data).status_code == 302


def test_a_row_saved_with_the_move_does_not_bring_the_owner_back(client):
    """The customer and one of its rows in one POST: the row was read before the move released its owner."""
    a, b = build.partner("Contoso"), build.partner("Fabrikam")
    customer = build.customer(partner=a)
    row = build.entitlement(customer, owner=build.person("before", "FRP", partner=a))
    data = customer_form(customer) | {"partner": b.pk} | rows_form([row], (row, {"seats": 7}))
    answer = build.log_in(client, build.person("pa", "PA")).post(customer_page(customer), data)
    assert answer.status_code == 302
    now = Entitlement.objects.get()
    assert (now.customer.partner, now.seats, now.owner, now.version) == (b, 7, None, row.version + 2)


def test_a_move_within_the_programme_releases_nobody(client):
    fm = build.person("fm", "FM")
    customer = build.customer(partner=build.partner("Contoso"))
    row = build.entitlement(customer, owner=fm)
    customer.partner = build.partner("Fabrikam")
    customer.save()
    assert (Entitlement.objects.get().owner, Entitlement.objects.get().version) == (fm, row.version)
    assert Customer.objects.get().partner.name == "Fabrikam"
