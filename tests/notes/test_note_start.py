"""The page before the note form: whom, which type, which entitlement, and nothing asked that is known already."""

import pytest
from django.test import Client

from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db


def opened(client: Client, query: str) -> str:
    """What an address leads to: the form of a type, the choice of a type or an entitlement, or the finding."""
    answer = client.get(f"{pages.ADD}?{query}")
    assert answer.status_code == 200
    if "adminform" in answer.context:
        form = answer.context["adminform"].form
        of = f" {form.chosen_entitlement.short}" if form.chosen_entitlement else ""
        return f"{form.chosen_customer} {form.kind}{of}"
    if answer.context["customer"] is None:
        return "find: " + ", ".join(str(one) for one in answer.context["found"])
    return f"{answer.context['customer']} {answer.context['kind'] or 'type?'}"


@pytest.fixture
def customers():
    names = ("Northwind", "Northwind Traders", "Southridge")
    return {name: build.customer(name, tenant_id=f"tenant-{name[:5]}-{len(name)}") for name in names}


def test_one_that_is_meant_is_not_asked_for(client, customers):
    build.log_in(client, build.person("fm", "FM"))
    found = {query: opened(client, f"find={query}") for query in (
        "south", "tenant-South-10", "TENANT-north-17", "northwind", "north", "  northwind   traders ", "nobody",
    )}  # fmt: skip
    assert found == {
        "south": "Southridge type?",
        "tenant-South-10": "Southridge type?",
        "TENANT-north-17": "Northwind Traders type?",
        "northwind": "Northwind type?",  # several fit, one is called just so
        "north": "find: Northwind, Northwind Traders",
        "  northwind   traders ": "Northwind Traders type?",
        "nobody": "find: ",
    }


def test_who_writes_one_type_is_at_its_form(client, customers):
    build.log_in(client, build.person("fe", "FE"))
    assert opened(client, "find=south") == "Southridge technical_enablement"
    assert opened(client, f"customer={customers['Southridge'].pk}") == "Southridge technical_enablement"
    # The form itself offers no other type to choose, and still sends its own.
    page = client.get(f"{pages.ADD}?find=south")
    assert pages.filled(page)["note_type"] == "technical_enablement"


def test_a_code_after_the_name_goes_to_the_status(client, customers):
    for code in ("EXO", "TEAMS"):
        build.entitlement(customers["Southridge"], code)
    for label in ("Germany", "France"):
        build.entitlement(customers["Southridge"], "SPO", split_reason="geographies", split_label=label)
    build.log_in(client, build.person("fm", "FM"))
    assert opened(client, "find=south exo") == "Southridge entitlement_status EXO"
    assert opened(client, "find=southridge SPO") == "Southridge entitlement_status"  # two of them: which?
    assert opened(client, "find=southridge yam") == "Southridge type?"
    assert opened(client, "find=southridge exo&note_type=overall_status") == "Southridge overall_status"
    assert opened(client, "find=south nothing") == "find: "
    build.log_in(client, build.person("fe", "FE"))
    assert opened(client, "find=south exo") == "Southridge technical_enablement"


def test_entitlements_stand_beside_the_types(client, customers):
    south = customers["Southridge"]
    row = build.entitlement(south, "EXO", l1="blocked", l2="legal-regulatory", seats=1200)
    build.log_in(client, build.person("fm", "FM"))
    answer = client.get(f"{pages.ADD}?customer={south.pk}")
    page = answer.content.decode()
    link = f"?customer={south.pk}&amp;note_type=entitlement_status&amp;entitlement={row.pk}"
    assert f'href="{link}"' in page
    for words in ("EXO Exchange Online", "Blocked", "Legal/Regulatory", "1,200 seats"):
        assert words in page
    # Who may not write one is not shown them.
    build.log_in(client, build.person("gm", "GM", "FE"))
    page = client.get(f"{pages.ADD}?customer={south.pk}").content.decode()
    assert "Engagement Management" in page
    assert "EXO Exchange Online" not in page


def test_a_type_that_is_refused_here_says_why(client, customers):
    fta = build.person("fta", "FTA", "GM")
    build.log_in(client, fta)
    low, high = customers["Southridge"], build.customer("Contoso", enterprise_level=4)
    page = client.get(f"{pages.ADD}?customer={low.pk}").content.decode()
    assert "Enterprise Status notes are for customers of enterprise level 3 or 4." in page
    assert "note_type=enterprise_status" not in page
    page = client.get(f"{pages.ADD}?customer={high.pk}").content.decode()
    assert "Only a FastTrack Architect assigned to this customer" in page
    build.assign(high, fta, "FTA")
    assert "note_type=enterprise_status" in client.get(f"{pages.ADD}?customer={high.pk}").content.decode()


def test_nothing_is_known_of_customers_out_of_sight(client, customers):
    home = build.partner("Fabrikam")
    own = build.customer("Northwind Retail", partner=home)
    build.log_in(client, build.person("frp", "FRP", partner=home))
    assert opened(client, "find=northwind") == f"{own} type?"  # the only one there is, for them
    assert opened(client, "find=southridge") == "find: "
    assert opened(client, "find=southridge exo") == "find: "


def test_hostile_words_find_nobody(client, customers):
    build.log_in(client, build.person("fm", "FM"))
    for words in ("%00", "%00 exo", "exo", "a" * 5000, "'; drop", "%25", "_ _"):
        assert client.get(f"{pages.ADD}?find={words}").status_code == 200
