"""Doors attacked: garbage in addresses and rows, races that take what was typed, names of another partner's people."""

import pytest
from django.test import Client

from accounts.models import Region
from customers.models import Customer, Entitlement
from notes.models import Campaign, Note, Risk, Tag
from tests import builders as build
from tests.notes.pages import ADD, change, withdraw
from tests.races import side_by_side

ENDLESS = "9" * 5_000
STATUS = "note_type=entitlement_status"


def formset(**rows):
    """The customer's form with entitlement rows, given by their names without the prefix."""
    return {f"entitlements-{name}": value for name, value in rows.items()}


def of_customer(row):
    """What the customer's form sends of the customer itself."""
    given = {"name": row.name, "tenant_id": row.tenant_id, "region": row.region_id, "seats": 1}
    return {**given, "priority": "high", "version": Customer.objects.get(pk=row.pk).version}


def address(row):
    return f"/admin/customers/customer/{row.pk}/change/"


# --- Garbage ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "at",
    [
        f"/admin/notes/note/{ENDLESS}/change/",
        f"/admin/notes/note/{ENDLESS}/withdraw/",
        f"{ADD}?note_type=overall_status&customer={ENDLESS}",
        f"{ADD}?{STATUS}&customer={{customer}}&entitlement={ENDLESS}",
        f"{ADD}?note_type=overall_status&customer={{customer}}&rewrites={ENDLESS}",
    ],
)
def test_a_number_of_thousands_of_digits_is_no_id(at):
    client = build.log_in(Client(raise_request_exception=False), build.person("fm", "FM"))
    answer = client.get(at.replace("{customer}", str(build.customer().pk)))
    assert answer.status_code in (200, 302, 404)


@pytest.mark.django_db
@pytest.mark.parametrize("at", ["notes/risk/?region=", "customers/entitlement/?workload="])
def test_a_filter_by_an_id_that_no_database_holds_shows_no_row(at):
    """Only SQLite minds how large the number is."""
    client = build.log_in(Client(raise_request_exception=False), build.person("admin", superuser=True))
    build.entitlement(build.customer())
    answer = client.get(f"/admin/{at}{10**30}")
    assert (answer.status_code, list(answer.context["cl"].queryset)) == (200, [])


@pytest.mark.django_db
def test_hashtags_that_differ_by_a_hyphen_fit_their_column(client):
    """taggit makes both the same slug of 99 characters, and the second longer by `_1` than its column."""
    build.log_in(client, build.person("fm", "FM"))
    names = ["a-" + "x" * 97, "a--" + "x" * 97]
    for name in names:
        client.post(ADD, build.form_data("overall_status", build.customer(name[:3]), tags=f"#{name}"))
    tags = Tag.objects.filter(name__in=names)
    limit = Tag._meta.get_field("slug").max_length
    assert sorted(tag.name for tag in tags if len(tag.slug) <= limit) == sorted(names)


@pytest.mark.django_db
def test_a_made_up_number_of_rows_costs_nothing(client):
    build.log_in(client, build.person("fm", "FM"))
    customer = build.customer()
    rows = formset(TOTAL_FORMS=300, INITIAL_FORMS=0)
    answer = client.post(address(customer), of_customer(customer) | rows)
    assert len(answer.context["inline_admin_formsets"][0].formset.forms) < 300


@pytest.mark.django_db
def test_a_row_of_another_customer_is_as_one_that_does_not_exist(client):
    here, there = build.partner("Here"), build.partner("There")
    build.log_in(client, build.person("frp", "FRP", partner=here))
    mine, foreign = build.customer("Mine", partner=here), build.entitlement(build.customer("Theirs", partner=there))
    answers = []
    for key in (foreign.pk, 987_654_321):
        row = {"0-id": key, "0-workload": build.workload("SPO").pk, "0-seats": 3}
        rows = formset(TOTAL_FORMS=1, INITIAL_FORMS=1, **row)
        answers.append(client.post(address(mine), of_customer(mine) | rows).status_code)
    assert answers == [200, 200]
    assert not Entitlement.objects.filter(customer=mine).exists()


@pytest.mark.django_db
def test_a_version_that_is_no_number_is_told_on_the_page_of_a_step(client):
    fm = build.person("fm", "FM")
    build.log_in(client, fm)
    build.note(fm, build.customer(), risks="high: No admin time")
    at = f"/admin/notes/risk/{Risk.objects.get().pk}/step/"
    answer = client.post(at, {"to": "mitigating", "comment": "Asked again.", "version": "x"})
    messages = [str(message) for found in answer.context["form"].errors.values() for message in found]
    page = answer.content.decode()
    assert (answer.status_code, bool(messages), [m for m in messages if m not in page]) == (200, True, [])


# --- What was typed stays ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_waits_in_the_paste_box_stays_when_the_type_changes(client):
    build.log_in(client, build.person("fm", "FM"))
    form = build.form_data("overall_status", build.customer(), paste="Pasted, not laid out yet.")
    for wanted in ("engagement_management", "entitlement_status"):
        page = client.post(ADD, form | {"_fields": wanted}).content.decode()
        assert "Pasted, not laid out yet." in page, wanted


@pytest.mark.django_db
def test_what_the_next_type_does_not_ask_of_a_next_action_goes_into_the_text(client):
    build.log_in(client, build.person("fm", "FM"))
    action = {"next_action": "Call", "next_action_date": "2031-03-03", "next_action_owner": "Ms Quartz"}
    form = build.form_data("overall_status", build.customer(), **action)
    page = client.post(ADD, form | {"_fields": "entitlement_status"}).content.decode()
    assert [words for words in action.values() if words not in page] == []


@pytest.mark.django_db
def test_a_note_withdrawn_meanwhile_gives_back_what_was_typed(client):
    fm = build.person("fm", "FM")
    build.log_in(client, fm)
    note = build.note(fm, build.customer(), body="Old words.")
    build.withdraw(note, fm)
    answer = client.post(change(note), {"body": "Words typed for an hour.", "version": note.version})
    assert (answer.status_code, "Words typed for an hour." in answer.content.decode()) == (409, True)


@pytest.mark.django_db
def test_a_rewrite_of_a_note_withdrawn_meanwhile_gives_back_what_was_typed(client):
    fm = build.person("fm", "FM")
    build.log_in(client, fm)
    note = build.note(fm, build.customer(), body="Old words.")
    build.withdraw(note, fm)
    form = build.form_data("overall_status", build.customer("Right one"), body="Words typed for an hour.")
    answer = client.post(ADD, form | {"rewrites": note.pk, "rewrite_reason": "Wrong customer."})
    assert (answer.status_code in (200, 409), "Words typed for an hour." in answer.content.decode()) == (True, True)
    assert Note.objects.count() == 1


# --- A customer that changes hands ------------------------------------------------------------------------------------


@pytest.fixture
def moved():
    """A customer that went from There to Here: its note, risk and entitlement were those of There's Zebulon Quax."""
    here, there = build.partner("Here"), build.partner("There")
    build.person("frp", "FRP", partner=here)
    person = build.person("zebulon", "FRP", partner=there, first_name="Zebulon", last_name="Quax")
    customer = build.customer("Moved", partner=there)
    build.assign(customer, person, "FRP")
    build.note(person, customer, body="Words.", risks="high: No admin time")
    build.entitlement(customer, owner=person)
    client = build.log_in(Client(), person)
    note = build.note(person, customer, body="Withdrawn words.")
    client.post(withdraw(note), {"reason": "Wrong."})
    customer.partner = here
    customer.save()
    return customer


@pytest.mark.django_db
@pytest.mark.parametrize("at", ["notes/note/", "notes/risk/", "customers/entitlement/", "customers/assignment/"])
def test_people_of_the_former_partner_have_no_name_in_lists(client, moved, at):
    """As on the history pages, where they are "somebody outside your organisation"."""
    build.log_in(client, build.person("frp2", "FRP", partner=moved.partner))
    page = client.get(f"/admin/{at}").content.decode()
    assert "Quax" not in page


@pytest.mark.django_db
def test_the_former_partner_reads_no_name_of_the_customer_in_recent_actions(client, moved):
    build.log_in(client, moved.assignments.get().user)
    assert "Moved" not in client.get("/admin/").content.decode()


@pytest.mark.django_db
def test_an_owner_of_the_former_partner_is_in_nobodys_way_on_the_customers_page(client, moved):
    """The row does not ask the owner, so who corrects its seats cannot put the owner right there."""
    build.log_in(client, build.person("fm", "FM"))
    row = moved.entitlements.get()
    rows = {"0-id": row.pk, "0-version": row.version, "0-seats": 77}
    data = of_customer(moved) | {"partner": moved.partner_id}
    answer = client.post(address(moved), data | formset(TOTAL_FORMS=1, INITIAL_FORMS=1, **rows))
    assert (answer.status_code, Entitlement.objects.get(pk=row.pk).seats) == (302, 77)


# --- Races ------------------------------------------------------------------------------------------------------------


def browser(user):
    return build.log_in(Client(raise_request_exception=False), user)


@pytest.mark.django_db(transaction=True)
def test_a_customer_moves_while_its_notes_raise_risks():
    """A note's form holds the note and then asks for the customer (a risk's key), a move the other way round."""
    fm, pa = build.person("fm", "FM"), build.person("pa", "PA")
    customer = build.customer()
    notes = [build.note(fm, customer, body=f"Note {count}") for count in range(4)]
    regions = list(Region.objects.values_list("pk", flat=True))

    def move(client):
        return [
            client.post(address(customer), of_customer(customer) | {"region": regions[turn % len(regions)]}).status_code
            for turn in range(12)
        ]

    def edit(client, note):
        data = {"body": "More.", "risks": "high: Again"}
        return [
            client.post(change(note), data | {"version": Note.objects.get(pk=note.pk).version}).status_code
            for _turn in range(12)
        ]

    clients = [browser(fm) for _note in notes]
    works = [lambda client=client, note=note: edit(client, note) for client, note in zip(clients, notes, strict=True)]
    mover = browser(pa)
    answers = side_by_side(lambda: move(mover), *works)
    assert [code for codes in answers for code in codes if code not in (302, 409)] == []


@pytest.mark.django_db(transaction=True)
def test_notes_change_their_hashtags_while_these_become_aliases():
    fm, pa = build.person("fm", "FM"), build.person("pa", "PA")
    customer = build.customer()
    names = [f"fire{letter}" for letter in "abcdef"]
    notes = [build.note(fm, customer, body=f"#{names[place]} #{names[place - 1]}") for place in range(4)]
    campaign = Campaign.objects.create(slug="fire", hashtag="fire", name="Fire", starts="2020-01-01")

    def alias(client):
        codes = []
        for turn in range(10):
            version = Campaign.objects.get(pk=campaign.pk).version
            data = {"hashtag": "fire", "slug": "fire", "name": "Fire", "starts": "2020-01-01", "version": version}
            data["aliases"] = " ".join(names) if turn % 2 else ""
            codes.append(client.post(f"/admin/notes/campaign/{campaign.pk}/change/", data).status_code)
        return codes

    def edit(client, note, shift):
        codes = []
        for turn in range(20):
            first, second = names[(turn + shift) % 6], names[(turn * 5 + shift + 3) % 6]
            data = {"body": f"#{first} #{second}", "version": Note.objects.get(pk=note.pk).version}
            codes.append(client.post(change(note), data).status_code)
        return codes

    clients = [browser(fm) for _note in notes]
    works = [
        lambda client=client, note=note, shift=shift: edit(client, note, shift)
        for shift, (client, note) in enumerate(zip(clients, notes, strict=True))
    ]
    administrator = browser(pa)
    answers = side_by_side(lambda: alias(administrator), *works)
    assert [code for codes in answers for code in codes if code not in (302, 409)] == []
