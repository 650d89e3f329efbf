"""Which rows a person may know of: one table for every model that has a scope (domain.md §1, contract *Rights*)."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import PartnerOrganisation, User
from customers.models import Assignment, Customer, Entitlement
from notes.models import Note, NoteTag, Risk
from tests import builders as build

pytestmark = pytest.mark.django_db

CUSTOMERS = ("Alpha Ltd", "Beta Ltd", "Own Ltd")  # partner A's, partner B's, the programme's own
PEOPLE = (
    *("admin", "admin_a", "fm", "fm_a", "frp_a", "frp_b", "frp_fm", "frp_lost", "gone", "gone_admin", "lt", "nobody"),
)
# Rows that belong to a customer, and how to its name; all of them answer alike.
OF_CUSTOMER = {
    Customer: "name",
    Entitlement: "customer__name",
    Assignment: "customer__name",
    Note: "customer__name",
    Risk: "customer__name",
}
ALL, A, B, NONE = CUSTOMERS, ("Alpha Ltd",), ("Beta Ltd",), ()
WITHOUT_B = tuple(name for name in PEOPLE if name != "frp_b")
WITHOUT_A = tuple(name for name in PEOPLE if not name.endswith("_a"))
# who: customers' rows, partner organisations, people. A partner's staff meet their own and the programme's people.
# Nobody without a role reaches a page that names people or partners (test_people), so these are not narrowed further.
SEES = {
    "fm": (ALL, ("A", "B"), PEOPLE),
    "lt": (ALL, ("A", "B"), PEOPLE),
    "frp_a": (A, ("A",), WITHOUT_B),
    "fm_a": (A, ("A",), WITHOUT_B),  # the partner decides, not the role
    "frp_b": (B, ("B",), WITHOUT_A),
    "frp_lost": (NONE, (), ("frp_lost",)),
    "frp_fm": (NONE, (), ("frp_fm",)),  # a second role opens nothing
    "nobody": (NONE, ("A", "B"), PEOPLE),
    "gone": (NONE, (), ()),
    "gone_admin": (NONE, (), ()),
    "anonymous": (NONE, (), ()),
    "admin": (ALL, ("A", "B"), PEOPLE),
    "admin_a": (ALL, ("A", "B"), PEOPLE),
}


@pytest.fixture
def people():
    a, b = build.partner("A"), build.partner("B")
    found = [
        build.person("admin", superuser=True),
        build.person("admin_a", superuser=True, partner=a),
        build.person("fm", "FM"),
        build.person("fm_a", "FM", partner=a),
        build.person("frp_a", "FRP", partner=a),
        build.person("frp_b", "FRP", partner=b),
        build.person("frp_fm", "FRP", "FM"),
        build.person("frp_lost", "FRP"),
        build.person("gone", "FM", is_active=False),
        build.person("gone_admin", superuser=True, is_active=False),
        build.person("lt", "LT"),
        build.person("nobody"),
    ]
    fm = found[2]
    for name, partner in zip(CUSTOMERS, (a, b, None), strict=True):
        customer = build.customer(name, partner=partner)
        build.entitlement(customer)
        build.assign(customer, fm, "FM")
        build.note(fm, customer, tags="covid", risks="high: late")
    # As a page reads them, with nothing cached.
    return {user.username: User.objects.get(pk=user.pk) for user in found} | {"anonymous": AnonymousUser()}


@pytest.mark.parametrize("who", SEES)
def test_visible_to(people, who):
    user = people[who]

    def names(model, path):
        return tuple(model.objects.visible_to(user).order_by(path).values_list(path, flat=True))

    rows, partners, persons = SEES[who]
    assert {model.__name__: names(model, path) for model, path in OF_CUSTOMER.items()} == {
        model.__name__: rows for model in OF_CUSTOMER
    }
    assert (names(PartnerOrganisation, "name"), names(User, "username")) == (partners, persons)


@pytest.mark.parametrize("who", [who for who in SEES if who not in ("nobody", "gone", "gone_admin", "anonymous")])
def test_tags_within(people, who):
    """Tags have no right to view of their own: who asks has been let in by the note's."""
    found = NoteTag.objects.within(people[who]).order_by("content_object__customer__name")
    assert tuple(found.values_list("content_object__customer__name", flat=True)) == SEES[who][0]


def test_a_right_taken_from_a_role_closes_the_model_alone(people):
    """Without the permission to view notes there are none, whatever the scope; customers stay."""
    user = people["fm"]
    user.groups.get().permissions.remove(*user.groups.get().permissions.filter(codename="view_note"))
    user = User.objects.get(pk=user.pk)
    assert (Note.objects.visible_to(user).count(), Customer.objects.visible_to(user).count()) == (0, 3)
