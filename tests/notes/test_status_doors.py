"""Every rule of domain.md §5 at every door: the status note, the entitlement's form, the row on the customer's page,
loading many, `full_clean()`. The rules are the tables of tests/status_tables.py; here stand the doors.
"""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers import loading
from customers.models import Customer, Entitlement, StatusPeriod, StatusReason
from notes import writing
from notes.models import Note
from tests import builders as build
from tests import status_tables as tables
from tests.notes import pages
from tests.status_tables import DAY, LATER

pytestmark = pytest.mark.django_db

ADD = "/admin/customers/entitlement/add/"
AT = dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)


def reason(slug):
    return StatusReason.objects.filter(slug=slug).first() if slug else None


def with_details():
    """L3 details, and reasons that were retired."""
    migration = reason("migration")
    for slug, active in (("cutover", True), ("old-cutover", False)):
        StatusReason.objects.create(l1="in_progress", parent=migration, slug=slug, name=slug, active=active)
    StatusReason.objects.create(l1="blocked", slug="retired", name="Retired", active=False)


def standing(customer, state, by):
    """An entitlement in a status of the tables, reached as it would be."""
    l1, _, how = state.partition(", ")
    if how == "from progress":
        row = build.entitlement(customer, l1="in_progress", l2="migration", target_date=DAY)
        for why in ("It stops.", "It still stops."):
            build.note(
                by, customer, "entitlement_status", why, entitlement=row, l1="blocked", l2="legal-regulatory",
                unblock_date=DAY,
            )  # fmt: skip
    elif how == "imported":
        row = build.entitlement(customer, l1=l1, l2=tables.L2[l1], imported=True)
    else:
        row = build.entitlement(customer, l1=l1, l2=tables.L2[l1])
    return Entitlement.objects.select_related("workload", "l2", "l3").get(pk=row.pk)


def everything():
    """All that a refused move must leave as it was."""
    return [list(model.objects.order_by("pk").values()) for model in (Entitlement, StatusPeriod, Note, Customer)]


# --- Doors that move a status -----------------------------------------------------------------------------------------


def by_note_form(client, user, row, new):
    dates = {name: new[name] or "" for name in ("target_date", "unblock_date")}
    given = {"l1": new["l1"], "l2": new["l2"], "l3": new["l3"], **dates, "entitlement": row.pk}
    data = {"customer": row.customer_id, "note_type": "entitlement_status", "body": "The law forbids it.", **given}
    answer = build.log_in(client, user).post(pages.ADD, data)
    return [] if answer.status_code == 302 else pages.error_fields(answer)


def by_draft(client, user, row, new):
    """As an import or a command writes it. A slug that is no reason is none here."""
    note = Note(customer=row.customer, note_type="entitlement_status", entitlement=row, body="The law forbids it.")
    note.l1, note.l2, note.l3 = new["l1"], reason(new["l2"]), reason(new["l3"])
    note.target_date, note.unblock_date = new["target_date"], new["unblock_date"]
    draft = writing.Draft(note=note, by=user, workloads=[row.workload])
    errors = sorted(writing.check(draft))
    if errors:
        with pytest.raises(ValidationError) as refused:
            writing.save(draft)
        assert sorted(refused.value.error_dict) == errors, "saved without asking, it is refused all the same"
        return errors
    writing.save(draft)
    return []


def by_full_clean(client, user, row, new):
    """Set on the row itself by code that then asks for validation."""
    row.l1, row.l2, row.l3 = new["l1"], reason(new["l2"]), reason(new["l3"])
    row.target_date, row.unblock_date = new["target_date"], new["unblock_date"]
    try:
        row.full_clean()
    except ValidationError as error:
        return sorted(set(error.error_dict) - {"__all__"})
    return []


MOVERS = {"note form": by_note_form, "draft": by_draft, "full_clean": by_full_clean}
MOVES = [(old, new, wrong) for old, row in tables.BARE_MOVES.items() for new, wrong in row.items()]


@pytest.mark.parametrize("door", MOVERS)
@pytest.mark.parametrize("dated", [False, True], ids=["bare", "with dates"])
@pytest.mark.parametrize(("old", "new", "wrong"), MOVES)
def test_each_move_at_each_door(client, door, old, new, wrong, dated):
    fm, customer = build.person("fm", "FM"), build.customer()
    row = standing(customer, old, fm)
    given = {"l1": new, "l2": tables.L2[new], "l3": "", "target_date": None, "unblock_date": None}
    if dated:
        given |= {"target_date": DAY, "unblock_date": LATER}
    before = everything()
    assert MOVERS[door](client, fm, row, given) == ([] if dated else wrong)
    if (wrong and not dated) or door == "full_clean":
        assert everything() == before
        return
    now = Entitlement.objects.get(pk=row.pk)
    assert (now.l1, now.l2.slug if now.l2 else "") == (new, tables.L2[new])
    assert now.periods.get(valid_to=None).l1 == new


@pytest.mark.parametrize("door", MOVERS)
@pytest.mark.parametrize("case", tables.REASONS)
def test_each_reason_at_each_door(client, door, case):
    l1, l2, l3, wrong = tables.REASONS[case]
    if door != "note form" and {l2, l3} & {"weather"}:
        wrong = [] if l3 else wrong  # in code a slug that is no reason cannot be set
    with_details()
    fm, customer = build.person("fm", "FM"), build.customer()
    row = standing(customer, "status_unknown", fm)
    given = {"l1": l1, "l2": l2, "l3": l3, "target_date": DAY, "unblock_date": None}
    before = everything()
    assert MOVERS[door](client, fm, row, given) == wrong
    if wrong:
        assert everything() == before


# --- Doors that keep what stands --------------------------------------------------------------------------------------


def change(row):
    return f"/admin/customers/entitlement/{row.pk}/change/"


def customer_page(customer):
    return f"/admin/customers/customer/{customer.pk}/change/"


def customer_form(customer):
    """What the customer's page sends beside its rows."""
    return {
        "name": customer.name, "tenant_id": customer.tenant_id, "region": customer.region_id, "seats": customer.seats,
        "priority": customer.priority, "partner": customer.partner_id or "", "version": customer.version,
    }  # fmt: skip


def rows_form(standing_rows, changed=None, added=None, **over):
    """The rows as a browser would send them: `changed` is (row, fields), `added` a further one."""
    prefix, data = "entitlements", {}
    for number, row in enumerate(standing_rows):
        values = {
            "id": row.pk, "customer": row.customer_id, "workload": row.workload_id, "split_reason": row.split_reason,
            "split_label": row.split_label, "seats": row.seats, "target_date": row.target_date or "",
            "unblock_date": row.unblock_date or "", "engagement_start_date": row.engagement_start_date or "",
            "start_date_reason": "", "version": row.version,
        }  # fmt: skip
        if changed and changed[0].pk == row.pk:
            values |= changed[1]
        data |= {f"{prefix}-{number}-{name}": value for name, value in values.items()}
    last = len(standing_rows)
    blank = {"id": "", "seats": 0, **(added or {})}
    data |= {f"{prefix}-{last}-{name}": value for name, value in blank.items()}
    counts = {"TOTAL_FORMS": last + 1, "INITIAL_FORMS": last, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    return {**data, **{f"{prefix}-{name}": value for name, value in counts.items()}, **over}


def row_errors(answer):
    """The fields that are wrong among the rows of the customer's page, each told on the page."""
    assert answer.status_code in (200, 409), answer.status_code
    (inline,) = answer.context["inline_admin_formsets"]
    found = [dict(form.errors) for form in inline.formset.forms if form.errors]
    page = answer.content.decode()
    for errors in found:
        for messages in errors.values():
            for message in messages:
                assert message.replace("'", "&#x27;") in page, message
    return sorted({name for errors in found for name in errors} - {"__all__"})


def entitlement_form(row, **over):
    data = {
        "seats": row.seats, "target_date": row.target_date or "", "unblock_date": row.unblock_date or "",
        "engagement_start_date": row.engagement_start_date or "", "split_reason": row.split_reason,
        "split_label": row.split_label, "version": row.version,
    }  # fmt: skip
    return {**data, **over}


def blank(values):
    return {name: "" if value is None else value for name, value in values.items()}


def dates_by_form(client, user, row, dates):
    answer = build.log_in(client, user).post(change(row), entitlement_form(row, **blank(dates)))
    return [] if answer.status_code == 302 else pages.error_fields(answer)


def dates_by_row(client, user, row, dates):
    data = customer_form(row.customer) | rows_form([row], (row, blank(dates)))
    answer = build.log_in(client, user).post(customer_page(row.customer), data)
    return [] if answer.status_code == 302 else row_errors(answer)


def dates_by_full_clean(client, user, row, dates):
    for name, value in dates.items():
        setattr(row, name, value)
    try:
        row.full_clean()
    except ValidationError as error:
        return sorted(set(error.error_dict) - {"__all__"})
    row.save()
    return []


def dates_by_load(client, user, row, dates):
    """A row like it, for another customer."""
    new = Entitlement(
        customer=build.customer("Loaded"), workload=row.workload, l1=row.l1, l2=row.l2, imported=row.imported, **dates
    )
    try:
        loading.load([new], by=user, at=AT)
    except loading.Refused as refused:
        return sorted(refused.rows[0])
    return []


KEEPERS = {"form": dates_by_form, "row": dates_by_row, "full_clean": dates_by_full_clean, "load": dates_by_load}


@pytest.mark.parametrize("door", KEEPERS)
@pytest.mark.parametrize("case", tables.DATES)
def test_each_date_at_each_door(client, door, case):
    state, dates, wrong = tables.DATES[case]
    if door == "load" and state.endswith("from progress"):
        wrong = []  # what begins Blocked came from nowhere
    fm, customer = build.person("fm", "FM"), build.customer()
    row = standing(customer, state, fm)
    if state == "duplicate_invalid" and door == "row":
        wrong = None  # it is not among the customer's active rows
        answer = build.log_in(client, fm).get(customer_page(customer))
        assert answer.context["inline_admin_formsets"][0].formset.initial_form_count() == 0
        return
    before = everything()
    assert KEEPERS[door](client, fm, row, dates) == wrong
    if wrong:
        assert everything()[:3] == before[:3]
        return
    if door != "load":
        now = Entitlement.objects.get(pk=row.pk)
        assert {name: getattr(now, name) for name in dates} == dates
        if door in ("form", "row"):
            stands = now.periods.get(valid_to=None)
            assert {name: getattr(stands, name) for name in dates} == dates


# --- Splits -----------------------------------------------------------------------------------------------------------


def split_by_form(client, user, customer, values):
    data = {"customer": customer.pk, "workload": build.workload("EXO").pk, "seats": 5, **values}
    data["split_approved"] = "on" if values.get("split_approved") else ""
    answer = build.log_in(client, user).post(ADD, data)
    return [] if answer.status_code == 302 else pages.error_fields(answer)


def split_by_row(client, user, customer, values):
    rows = list(customer.entitlements.order_by("workload__position", "split_label", "pk"))
    added = {"workload": build.workload("EXO").pk, "seats": 5, **values}
    data = customer_form(customer) | rows_form(rows, added=added)
    answer = build.log_in(client, user).post(customer_page(customer), data)
    return [] if answer.status_code == 302 else row_errors(answer)


def split_by_load(client, user, customer, values):
    try:
        row = Entitlement(customer=customer, workload=build.workload("EXO"), seats=5, **values)
        loading.load([row], by=user, at=AT)
    except loading.Refused as refused:
        return sorted(refused.rows[0])
    return []


def split_by_loading_all(client, user, customer, values):
    """The rows it stands beside come with it in one load."""
    workload, rows = build.workload("EXO"), list(customer.entitlements.filter(workload__code="EXO"))
    beside = [
        Entitlement(customer=customer, workload=workload, split_reason=row.split_reason, split_label=row.split_label)
        for row in rows
    ]
    StatusPeriod.objects.filter(entitlement__in=rows).delete()
    Entitlement.objects.filter(pk__in=[row.pk for row in rows]).delete()
    new = Entitlement(customer=customer, workload=workload, seats=5, **values)
    faults = loading.check([*beside, new], by=user)
    try:
        loading.load([*beside, new], by=user, at=AT)
    except loading.Refused as refused:
        told = {place: sorted(errors) for place, errors in refused.rows.items()}
        # The row that came second is the one at fault, and none of them is there.
        alone = customer.entitlements.filter(workload__code="EXO").count() == 0
        return told[len(beside)] if alone and list(told) == [len(beside)] == list(faults) else told
    return sorted(faults)


def split_by_full_clean(client, user, customer, values):
    row = Entitlement(customer=customer, workload=build.workload("EXO"), seats=5, **values)
    try:
        row.full_clean()
    except ValidationError as error:
        return sorted(set(error.error_dict) - {"__all__"})
    row.save()
    return []


SPLITTERS = {
    "form": split_by_form,
    "row": split_by_row,
    "load": split_by_load,
    "load together": split_by_loading_all,
    "full_clean": split_by_full_clean,
}


@pytest.mark.parametrize("door", SPLITTERS)
@pytest.mark.parametrize("case", tables.SPLITS)
def test_each_split_at_each_door(client, door, case):
    others, values, wrong = tables.SPLITS[case]
    fm, customer = build.person("fm", "FM"), build.customer()
    for other in others:
        build.entitlement(customer, **other)
    # Another workload and another customer are no siblings.
    build.entitlement(customer, "SPO", split_reason="geographies", split_label="Germany")
    build.entitlement(build.customer("Other"))
    assert SPLITTERS[door](client, fm, customer, values) == wrong
    added = customer.entitlements.filter(seats=5)
    assert [(row.split_reason, row.split_label) for row in added] == (
        [] if wrong else [(values["split_reason"], values["split_label"])]
    )
    if not wrong and door != "full_clean":
        (row,) = added
        assert (row.l1, row.l2.slug) == ("status_unknown", "new-subscription-or-workload")
        assert [period.l1 for period in row.periods.all()] == ["status_unknown"]
        assert [(told.history_type, told.history_user) for told in row.history.all()] == [("+", fm)]


@pytest.mark.parametrize("who", sorted(tables.SERVES))
@pytest.mark.parametrize("door", ["form", "load"])
def test_who_approves_a_split(client, door, who):
    user = build.cast(who)[who]
    customer = build.customer(partner=user.partner)
    wrong = SPLITTERS[door](client, user, customer, tables.APPROVED)
    # The form has refused the tick by then, so that the reason lacks its approval as well.
    assert set(wrong) - {"split_reason"} == (set() if who in tables.APPROVES else {"split_approved"})
    assert customer.entitlements.count() == (1 if who in tables.APPROVES else 0)


def test_an_approval_stands_while_others_edit_and_is_not_theirs_to_take_back(client):
    people, customer = build.cast("fm", "pa"), build.customer()
    row = build.entitlement(customer, **tables.APPROVED)
    build.log_in(client, people["fm"])
    taken = client.post(change(row), entitlement_form(row, seats=9))
    assert "split_approved" in pages.errors(taken)
    assert client.post(change(row), entitlement_form(row, seats=9, split_approved="on")).status_code == 302
    data = customer_form(customer) | rows_form([Entitlement.objects.get()], (row, {"seats": 11, "version": 2}))
    assert client.post(customer_page(customer), data).status_code == 302
    now = Entitlement.objects.get()
    assert (now.seats, now.split_approved) == (11, True)


# --- Roles ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", tables.EVERYBODY)
def test_who_comes_through_which_door(client, who):
    user = build.cast(who)[who]
    customer = build.customer(partner=user.partner)
    build.assign(customer, user, "FM") if who != "nobody" else None
    row = build.entitlement(customer, l1="in_progress", l2="migration")
    build.log_in(client, user)
    serves, writes = who in tables.SERVES, who in tables.WRITES_STATUS
    note = build.form_data("entitlement_status", customer, entitlement=row)
    told = {
        "form": client.post(change(row), entitlement_form(row, seats=7)).status_code,
        "row": client.post(
            customer_page(customer), customer_form(customer) | rows_form([row], (row, {"seats": 8, "version": 2}))
        ).status_code,
        "add": client.post(
            ADD, {"customer": customer.pk, "workload": build.workload("SPO").pk, "seats": 1}
        ).status_code,
        "note": client.post(pages.ADD, note).status_code,
    }
    expected = dict.fromkeys(("form", "row", "add"), 302 if serves else 403) | {"note": 302 if writes else 403}
    assert told == expected
    new = Entitlement(customer=customer, workload=build.workload("OD"))
    if serves:
        loading.load([new], by=user, at=AT)
    else:
        with pytest.raises(PermissionDenied):
            loading.load([new], by=user, at=AT)
    now = Entitlement.objects.get(pk=row.pk)
    assert (now.seats, now.l1) == (8 if serves else 0, "blocked" if writes else "in_progress")
    assert customer.entitlements.count() == (3 if serves else 1)


@pytest.mark.parametrize("who", sorted(tables.SERVES))
@pytest.mark.parametrize("door", ["form", "row"])
def test_a_changed_start_date_makes_its_note_in_one_step(client, door, who):
    user = build.cast(who)[who]
    customer = build.customer(partner=user.partner)
    row = build.entitlement(
        customer, l1="in_progress", l2="migration", target_date=DAY, engagement_start_date=dt.date(2029, 1, 2)
    )
    for why, wrong in (("", "start_date_reason"), ("The contract came later.", "")):
        given = {"engagement_start_date": "2029-03-04", "start_date_reason": why}
        build.log_in(client, user)
        if door == "form":
            answer = client.post(change(row), entitlement_form(row, **given))
        else:
            data = customer_form(customer) | rows_form([row], (row, given))
            answer = client.post(customer_page(customer), data)
        if who in tables.MOVES_START and not wrong:
            assert answer.status_code == 302
            continue
        found = pages.error_fields(answer) if door == "form" else row_errors(answer)
        assert found == [wrong if who in tables.MOVES_START else "engagement_start_date"]
        assert (Note.objects.count(), Entitlement.objects.get().engagement_start_date) == (0, dt.date(2029, 1, 2))
    notes = list(Note.objects.values_list("note_type", "author", "customer", "body"))
    words = "Engagement start date of EXO: 2029-01-02 → 2029-03-04. The contract came later."
    assert notes == ([("overall_status", user.pk, customer.pk, words)] if who in tables.MOVES_START else [])


# --- The customer's page and loading, each by itself ------------------------------------------------------------------


def test_a_row_that_somebody_moved_meanwhile_is_in_nobodys_way_until_it_is_touched(client):
    fm, customer = build.person("fm", "FM"), build.customer()
    exo, spo = build.entitlement(customer, "EXO"), build.entitlement(customer, "SPO")
    old = {row.pk: row.version for row in (exo, spo)}
    build.note(fm, customer, "entitlement_status", "On.", entitlement=spo, l1="no_intent", l2="executive-sponsorship")
    build.log_in(client, fm)
    now = list(customer.entitlements.order_by("workload__position"))
    for row in now:
        row.version = old[row.pk]
    data = customer_form(customer) | rows_form(now, (exo, {"seats": 3}))
    assert client.post(customer_page(customer), data).status_code == 302
    late = customer_form(Customer.objects.get()) | rows_form(now, (spo, {"seats": 4}))
    answer = client.post(customer_page(customer), late)
    assert answer.status_code == 409
    assert "Somebody saved this after you opened it" in answer.content.decode()
    assert list(customer.entitlements.order_by("workload__position").values_list("seats", flat=True)) == [3, 0]


def test_a_post_that_says_nothing_of_the_rows_leaves_them(client):
    fm, customer = build.person("fm", "FM"), build.customer()
    build.entitlement(customer, "EXO", seats=5)
    before = list(Entitlement.objects.values())
    data = customer_form(customer) | {"name": "Renamed"}
    assert build.log_in(client, fm).post(customer_page(customer), data).status_code == 302
    assert (Customer.objects.get().name, list(Entitlement.objects.values())) == ("Renamed", before)


@pytest.mark.parametrize("pk", ["foreign", "9" * 30, "x", "", "0"])
def test_a_forged_row_is_refused(client, pk):
    fm, customer, other = build.person("fm", "FM"), build.customer(), build.customer("Other")
    row, foreign = build.entitlement(customer, "EXO"), build.entitlement(other, "EXO")
    given = {"id": foreign.pk if pk == "foreign" else pk, "seats": 99}
    data = customer_form(customer) | rows_form([row], (row, given))
    answer = build.log_in(client, fm).post(customer_page(customer), data)
    assert answer.status_code in (200, 302)
    assert Entitlement.objects.get(pk=foreign.pk).seats == 0
    assert Entitlement.objects.count() == 2


def test_a_load_is_all_or_nothing_and_tells_each_row():
    gm, customer = build.person("gm", "GM"), build.customer()
    codes = ["EXO", "OLM", "SPO", "OD"]
    good = [
        Entitlement(customer=customer, workload=build.workload(code), seats=number) for number, code in enumerate(codes)
    ]
    bad = [
        Entitlement(customer=customer, workload=build.workload("YAM"), l1="in_progress", l2=reason("migration")),
        Entitlement(customer=customer, workload=build.workload("AIP"), seats=-1, l1="blocked"),
    ]
    with pytest.raises(loading.Refused) as refused:
        loading.load([good[0], bad[0], good[1], bad[1]], by=gm, at=AT)
    told = {place: sorted(errors) for place, errors in refused.value.rows.items()}
    assert told == {1: ["target_date"], 3: ["l2", "seats"]}
    assert (Entitlement.objects.count(), StatusPeriod.objects.count()) == (0, 0)
    loading.load(good, by=gm, at=AT)
    assert list(Entitlement.objects.order_by("seats").values_list("workload__code", "status_changed_at")) == [
        (code, AT) for code in codes
    ]
    periods = StatusPeriod.objects.values_list("valid_from", "valid_to", "changed_by")
    assert list(periods) == [(AT, None, gm.pk)] * len(codes)


def test_partner_staff_load_for_their_own_customers_alone():
    frp = build.person("frp", "FRP", partner=build.partner("Contoso"))
    foreign = build.customer(partner=build.partner("Fabrikam"))
    with pytest.raises(loading.Refused) as refused:
        loading.load([Entitlement(customer=foreign, workload=build.workload("EXO"))], by=frp, at=AT)
    assert {place: sorted(errors) for place, errors in refused.value.rows.items()} == {0: ["customer"]}


# --- Duplicate/Invalid ------------------------------------------------------------------------------------------------


def test_duplicate_leaves_every_count_and_stays_on_its_own_filter(client):
    fm, customer = build.person("fm", "FM"), build.customer()
    kept, gone = build.entitlement(customer, "EXO"), build.entitlement(customer, "SPO", l1="duplicate_invalid", l2="")
    build.log_in(client, fm)
    address = "/admin/customers/entitlement/"
    shown = {
        query: [row.pk for row in client.get(f"{address}?{query}").context["cl"].result_list]
        for query in ("", f"customer__id__exact={customer.pk}", "q=Northwind", "l1__exact=duplicate_invalid",
                      "l1__exact=status_unknown", "workload__id__exact=3")
    }  # fmt: skip
    assert shown == {
        "": [kept.pk], f"customer__id__exact={customer.pk}": [kept.pk], "q=Northwind": [kept.pk],
        "l1__exact=duplicate_invalid": [gone.pk], "l1__exact=status_unknown": [kept.pk], "workload__id__exact=3": [],
    }  # fmt: skip
    assert client.get(address).context["cl"].result_count == 1
    assert list(Entitlement.objects.active()) == [kept]
    rows = client.get(customer_page(customer)).context["inline_admin_formsets"][0].formset.initial_forms
    assert [form.instance.pk for form in rows] == [kept.pk]
    # It is still there to be brought back.
    start = client.get(f"{pages.ADD}?customer={customer.pk}&note_type=entitlement_status")
    assert [one.pk for one in start.context["entitlements"]] == [kept.pk, gone.pk]


def test_a_retired_reason_is_offered_only_where_it_stands(client):
    with_details()
    fm, customer = build.person("fm", "FM"), build.customer()
    stands, other = (
        build.entitlement(customer, "EXO", l1="blocked", l2="legal-regulatory"),
        build.entitlement(customer, "SPO"),
    )
    StatusReason.objects.filter(pk=stands.l2_id).update(active=False)
    build.log_in(client, fm)
    offered = {}
    for row in (stands, other):
        page = client.get(f"{pages.ADD}?customer={customer.pk}&note_type=entitlement_status&entitlement={row.pk}")
        fields = page.context["adminform"].form.fields
        offered[row] = {slug for name in ("l2", "l3") for slug, _reason in fields[name].choices}
    assert offered[stands] - offered[other] == {"legal-regulatory"}
    assert {"retired", "old-cutover"} & (offered[stands] | offered[other]) == set()
    assert "cutover" in offered[other]


def test_a_load_takes_as_many_queries_for_many_rows():
    gm = build.person("gm", "GM")
    loading.check([], by=gm)  # what is read once for a person
    counts = []
    for codes in (["EXO"], ["EXO", "OLM", "SPO", "OD", "YAM", "AIP"]):
        rows = [
            Entitlement(customer_id=build.customer(code).pk, workload_id=build.workload(code).pk, owner_id=gm.pk)
            for code in codes
        ]
        with CaptureQueriesContext(connection) as captured:
            assert loading.check(rows, by=gm) == {}
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_reason_that_history_names_stays_where_it_stands():
    fm, customer = build.person("fm", "FM"), build.customer()
    row = build.entitlement(customer, l1="no_intent", l2="executive-sponsorship")
    build.note(fm, customer, "entitlement_status", "On.", entitlement=row, l1="in_progress", l2="migration")
    past = StatusReason.objects.get(slug="executive-sponsorship")
    past.l1 = "blocked"
    with pytest.raises(ValidationError) as refused:
        past.full_clean()
    assert list(refused.value.error_dict) == ["l1"]


def test_who_has_left_takes_on_nothing_new_and_stays_where_they_stand(client):
    fm, gone, customer = build.person("fm", "FM"), build.person("gone", "FE"), build.customer()
    held, free = build.entitlement(customer, "EXO", owner=gone), build.entitlement(customer, "SPO")
    gone.is_active = False
    gone.save()
    build.log_in(client, fm)
    kept = client.post(change(held), entitlement_form(held, owner=gone.pk, seats=3))
    assert (kept.status_code, Entitlement.objects.get(pk=held.pk).owner) == (302, gone)
    assert pages.error_fields(client.post(change(free), entitlement_form(free, owner=gone.pk))) == ["owner"]
    risk = client.post(
        "/admin/notes/risk/add/", {"customer": customer.pk, "title": "x", "severity": "low", "owner": gone.pk}
    )
    assert pages.error_fields(risk) == ["owner"]


def test_the_page_of_a_lost_race_names_what_they_saved(client):
    fm, customer = build.person("fm", "FM", first_name="Frida", last_name="Malm"), build.customer()
    row = build.entitlement(customer)
    build.log_in(client, fm)
    theirs = entitlement_form(row, owner=fm.pk, scenario="partner_led")
    assert client.post(change(row), theirs).status_code == 302
    late = client.post(change(row), entitlement_form(row, scenario="customer_led"))
    assert late.status_code == 409
    page = late.content.decode()
    said = page[page.index('class="merge"') :]
    assert said.index("Theirs</h3>") < said.index("Partner-led") < said.index("Yours</h3>") < said.index("Customer-led")
    assert "<dt>Owner</dt><dd>Frida Malm</dd>" in said
