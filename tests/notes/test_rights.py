"""Who may write, change, read and withdraw which note (domain.md §1 and §2, contract *Rights* and *Answers*)."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from notes.models import Note, NoteTag, NoteWorkload, Risk
from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db

LIVE = (
    "overall_status",
    "entitlement_status",
    "engagement_management",
    "service_intent",
    "technical_enablement",
    "enterprise_status",
)
RETIRED = ("customer_sat", "service_status", "technical")
TYPES = (*LIVE, *RETIRED)

# The table: who writes what. Everything below follows from it.
WRITES = {
    "FM": ("overall_status", "entitlement_status", "engagement_management", "service_intent"),
    "FE": ("technical_enablement",),
    "SME": ("entitlement_status", "technical_enablement"),
    "ASME": ("overall_status", "technical_enablement"),
    "GMFTA": ("technical_enablement",),
    "MVM": ("technical_enablement",),
    "FTA": ("enterprise_status",),
    "GM": ("engagement_management",),
    "RM": (),
    "LT": (),
    "FRP": ("overall_status", "entitlement_status", "engagement_management", "service_intent"),
    "PA": (),
    "no role": (),
    "superuser": LIVE,
}


class World:
    """One of `who` at a customer they may see, with an entitlement, assigned as FTA so that only rights decide."""

    def __init__(self, who):
        self.who = who
        self.writes = WRITES[who]
        partner = build.partner() if who == "FRP" else None
        roles = [who] if who in build.ROLES else []
        self.user = build.person("who", *roles, partner=partner, superuser=who == "superuser")
        self.customer = build.customer(enterprise_level=3, partner=partner)
        self.entitlement = build.entitlement(self.customer)
        self.admin = build.person("admin", superuser=True)
        build.assign(self.customer, self.user, "FTA")

    def data(self, kind, **over):
        if kind == "entitlement_status":
            over.setdefault("entitlement", self.entitlement)
        return build.form_data(kind, self.customer, **over)

    def note_by(self, author, kind):
        """A note of any type, by somebody who could write everything when they wrote it."""
        was, author.is_superuser = author.is_superuser, True
        more = {"entitlement": self.entitlement} if kind == "entitlement_status" else {}
        note = build.note(author, self.customer, kind, "As it was.", **more)
        author.is_superuser = was
        return note


def rows():
    return [model.objects.count() for model in (Note, NoteTag, NoteWorkload, Risk)]


def saved(note):
    return Note.objects.values("note_type", "body", "version", "updated_at").get(pk=note.pk)


@pytest.mark.parametrize("who", WRITES)
def test_adding(client, who):
    world = World(who)
    build.log_in(client, world.user)
    answers, expected = {}, {}
    for kind in (*TYPES, "no_such_type", ""):
        address = {"customer": world.customer.pk, "note_type": kind, "entitlement": world.entitlement.pk}
        got = client.get(pages.ADD, address)
        before = rows()
        sent = client.post(pages.ADD, world.data(kind, tags="urgent"))
        refused_at = pages.error_fields(sent) if sent.status_code == 200 else None
        answers[kind] = (
            got.status_code,
            got.status_code == 200 and pages.has_form(got),
            sent.status_code,
            refused_at,
            rows()[0] - before[0],
            rows() != before,
        )
        if kind in world.writes:
            expected[kind] = (200, True, 302, None, 1, True)
        elif kind in LIVE or not world.writes:
            expected[kind] = (403, False, 403, None, 0, False)
        else:
            # Whoever writes one type is asked for none.
            asked = kind != "" or len(world.writes) > 1
            expected[kind] = (200, not asked, 200, ["note_type"], 0, False)
    assert answers == expected


@pytest.mark.parametrize("who", WRITES)
def test_changing_ones_own(client, who):
    """The author while they hold the type; who lost it reads on; a retired type is read only, by everybody."""
    world = World(who)
    build.log_in(client, world.user)
    answers, expected = {}, {}
    for kind in TYPES:
        note = world.note_by(world.user, kind)
        before = saved(note)
        got = client.get(pages.change(note))
        sent = client.post(pages.change(note), world.data(kind, body="Changed.", version=note.version))
        after = saved(note)
        answers[kind] = (
            got.status_code,
            got.status_code == 200 and pages.has_form(got),
            sent.status_code,
            (after["body"], after["version"]),
            before == after,
        )
        reads = 403 if who == "no role" else 200
        may = kind in world.writes
        expected[kind] = (
            (200, True, 302, ("Changed.", 2), False) if may else (reads, False, 403, ("As it was.", 1), True)
        )
    assert answers == expected


@pytest.mark.parametrize("who", WRITES)
def test_changing_anothers(client, who):
    """Nobody changes another's words but a superuser, and no retired type even they."""
    world = World(who)
    build.log_in(client, world.user)
    answers, expected = {}, {}
    for kind in TYPES:
        note = world.note_by(world.admin, kind)
        before = saved(note)
        got = client.get(pages.change(note))
        sent = client.post(pages.change(note), world.data(kind, body="Changed.", version=note.version))
        after = saved(note)
        answers[kind] = (
            got.status_code,
            got.status_code == 200 and pages.has_form(got),
            sent.status_code,
            after["body"],
            before == after,
        )
        reads = 403 if who == "no role" else 200
        may = who == "superuser" and kind in LIVE
        expected[kind] = (200, True, 302, "Changed.", False) if may else (reads, False, 403, "As it was.", True)
    assert answers == expected


@pytest.mark.parametrize("who", WRITES)
def test_the_list_and_the_first_step_of_adding(client, who):
    world = World(who)
    world.note_by(world.admin, "overall_status")
    build.log_in(client, world.user)
    answers = [
        client.get(address).status_code
        for address in (pages.LIST, pages.ADD, f"{pages.ADD}?customer={world.customer.pk}")
    ]
    adds = 200 if world.writes else 403
    assert answers == [403 if who == "no role" else 200, adds, adds]


@pytest.mark.parametrize("who", ["superuser", "author"])
def test_a_withdrawn_note_is_read_only(client, who):
    world = World("FM" if who == "author" else "superuser")
    note = build.withdraw(world.note_by(world.user, "overall_status"), world.user)
    build.log_in(client, world.user)
    before = saved(note)
    got = client.get(pages.change(note))
    sent = client.post(pages.change(note), world.data("overall_status", body="Changed.", version=note.version))
    assert (got.status_code, pages.has_form(got), sent.status_code) == (200, False, 409)
    assert "Changed." in sent.content.decode(), "what was typed is given back"
    assert "Written on the wrong customer." in got.content.decode()
    assert saved(note) == before


@pytest.mark.parametrize("who", [role for role in WRITES if role not in ("no role", "superuser")])
def test_a_read_note_offers_no_way_to_change_it(client, who):
    world = World(who)
    note = world.note_by(world.admin, "overall_status")
    page = build.log_in(client, world.user).get(pages.change(note)).content.decode()
    assert "As it was." in page
    assert ("/withdraw/" in page) == (who == "PA")
    assert 'name="_save"' not in page


def test_rights_are_data(client):
    """What a programme administrator takes from a role's group or gives to it holds at once (domain.md §1)."""
    world = World("GM")
    build.log_in(client, world.user)
    group = Group.objects.get(name="GM")
    group.permissions.add(Permission.objects.get(codename="write_service_intent"))
    group.permissions.remove(Permission.objects.get(codename="write_engagement_management"))
    answers = {kind: client.post(pages.ADD, world.data(kind)).status_code for kind in LIVE}
    assert answers == {**dict.fromkeys(LIVE, 403), "service_intent": 302}
    assert list(Note.objects.values_list("note_type", "author_role")) == [("service_intent", "GM")]


def test_several_roles_write_what_any_of_them_writes(client):
    world = World("FE")
    world.user.groups.add(Group.objects.get(name="GM"))
    build.log_in(client, world.user)
    answers = {kind: client.post(pages.ADD, world.data(kind)).status_code for kind in LIVE}
    assert answers == {**dict.fromkeys(LIVE, 403), "engagement_management": 302, "technical_enablement": 302}


def test_an_inactive_person_is_sent_to_the_login(client):
    world = World("FM")
    build.log_in(client, world.user)
    world.user.is_active = False
    world.user.save()
    for answer in (client.get(pages.ADD), client.post(pages.ADD, world.data("overall_status"))):
        assert (answer.status_code, answer["Location"]) == (302, "/admin/login/?next=/admin/notes/note/add/")
    assert Note.objects.count() == 0


def test_nobody_logged_in_is_sent_to_the_login(client):
    world = World("FM")
    note = world.note_by(world.user, "overall_status")
    for address in (pages.ADD, pages.LIST, pages.change(note), pages.withdraw(note)):
        for answer in (client.get(address), client.post(address, {"reason": "x"})):
            assert (answer.status_code, answer["Location"]) == (302, f"/admin/login/?next={address}")
    assert saved(note)["body"] == "As it was."


# --- Enterprise Status ------------------------------------------------------------------------------------------------

TODAY = dt.timedelta(0)
DAY = dt.timedelta(days=1)
# enterprise level, the FTA's assignment (role, starts and ends as days from today), whether they may write
ENTERPRISE = {
    "level 3": (3, ("FTA", None, None), True),
    "level 4": (4, ("FTA", None, None), True),
    "level 2": (2, ("FTA", None, None), False),
    "level 1": (1, ("FTA", None, None), False),
    "no level": (None, ("FTA", None, None), False),
    "not assigned": (3, None, False),
    "assigned in another role": (3, ("FE", None, None), False),
    "ended yesterday": (3, ("FTA", -9 * DAY, -DAY), False),
    "begins tomorrow": (3, ("FTA", DAY, 9 * DAY), False),
    "ends today": (3, ("FTA", -DAY, TODAY), True),
    "begins today": (4, ("FTA", TODAY, None), True),
}


@pytest.mark.parametrize("case", ENTERPRISE)
def test_enterprise_status_wants_an_assigned_architect_and_a_level(client, case):
    level, assigned, may = ENTERPRISE[case]
    user, customer = build.person("fta", "FTA"), build.customer(enterprise_level=level)
    another = build.person("fta2", "FTA")
    build.assign(customer, another, "FTA")  # somebody else's assignment is nobody else's right
    if assigned:
        role, *days = assigned
        starts, ends = (None if day is None else timezone.localdate() + day for day in days)
        build.assign(customer, user, role, starts=starts, ends=ends)
    answer = build.log_in(client, user).post(pages.ADD, build.form_data("enterprise_status", customer))
    if may:
        assert (answer.status_code, Note.objects.count()) == (302, 1)
    else:
        assert (pages.error_fields(answer), Note.objects.count()) == (["customer"], 0)
        assert pages.filled(answer)["ent_overview"] == "Half of the seats are live."


@pytest.mark.parametrize(("level", "may"), [(4, True), (3, True), (2, False), (1, False), (None, False)])
def test_a_superuser_needs_no_assignment_but_the_level(client, level, may):
    user, customer = build.person("admin", superuser=True), build.customer(enterprise_level=level)
    answer = build.log_in(client, user).post(pages.ADD, build.form_data("enterprise_status", customer))
    if may:
        assert (answer.status_code, list(Note.objects.values_list("author_role", flat=True))) == (302, [""])
    else:
        assert (pages.error_fields(answer), Note.objects.count()) == (["customer"], 0)


def test_an_architect_on_leave_still_changes_their_own_note(client):
    """Changing asks for the type and the customer in sight, not for the assignment (contract, *Rights*)."""
    world = World("FTA")
    note = build.note(world.user, world.customer, "enterprise_status", "As it was.")
    world.customer.assignments.update(ends=timezone.localdate() - DAY)
    build.log_in(client, world.user)
    answer = client.post(pages.change(note), world.data("enterprise_status", body="Changed.", version=1))
    assert (answer.status_code, saved(note)["body"]) == (302, "Changed.")


# --- Partner staff ----------------------------------------------------------------------------------------------------


def test_partner_staff_write_on_their_own_customers_alone(client):
    ours, theirs = build.partner("Ours"), build.partner("Theirs")
    user = build.person("frp", "FRP", partner=ours)
    customers = {
        "ours": build.customer("Ours Ltd", partner=ours),
        "theirs": build.customer("Theirs Ltd", partner=theirs),
        "the programme's": build.customer("Nobody's Ltd"),
    }
    build.log_in(client, user)
    for name, customer in customers.items():
        answer = client.post(pages.ADD, build.form_data("overall_status", customer))
        if name == "ours":
            assert answer.status_code == 302
        else:
            assert pages.error_fields(answer) == ["customer"]
            assert customer.name not in answer.content.decode()
    assert list(Note.objects.values_list("customer__name", "author_role")) == [("Ours Ltd", "FRP")]


def test_partner_staff_without_a_partner_write_nowhere(client):
    user, customer = build.person("frp", "FRP"), build.customer()
    answer = build.log_in(client, user).post(pages.ADD, build.form_data("overall_status", customer))
    assert (pages.error_fields(answer), Note.objects.count()) == (["customer"], 0)


def test_who_lost_sight_of_the_customer_finds_no_note(client):
    """The customer went to another partner: to its author the note is a thing that does not exist."""
    ours, theirs = build.partner("Ours"), build.partner("Theirs")
    user, customer = build.person("frp", "FRP", partner=ours), build.customer(partner=ours)
    note = build.note(user, customer, body="As it was.")
    customer.partner = theirs
    customer.save()
    build.log_in(client, user)
    missing = f"/admin/notes/note/{note.pk + 999}/change/"
    data = build.form_data("overall_status", customer, body="Changed.", version=1)
    for ask in (lambda address: client.get(address), lambda address: client.post(address, data)):
        hidden, unknown = ask(pages.change(note)), ask(missing)
        assert (
            (hidden.status_code, hidden["Location"]) == (unknown.status_code, unknown["Location"]) == (302, "/admin/")
        )
    assert client.post(pages.withdraw(note), {"reason": "x"}).status_code == 404
    assert saved(note)["body"] == "As it was."
