"""Hostile or unlucky requests get an answer in words, never a 500 (contract, *Answers*)."""

import pytest
from django.contrib.auth.models import Group

from customers.models import Entitlement, StatusReason
from tests import builders as build

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("garbage", ["x", "\x00", "9" * 30, "-1", "１"])
@pytest.mark.parametrize("kind", ["entitlement", "assignment"])
def test_a_customer_that_is_no_id(client, kind, garbage):
    build.log_in(client, build.person("fm", "FM"))
    address = f"/admin/customers/{kind}/add/"
    assert client.get(address, {"customer": garbage}).status_code == 200
    answer = client.post(address, {"customer": garbage})
    assert (answer.status_code, "customer" in answer.context["adminform"].form.errors) == (200, True)


def test_a_bulk_action_on_no_row_is_a_bad_request(client):
    build.log_in(client, build.person("fm", "FM"))
    data = {"action": "delete_selected", "_selected_action": "abc", "post": "yes"}
    assert client.post("/admin/customers/assignment/", data).status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "/admin/customers/customer/?priority__exact=%00",
        "/admin/notes/risk/?state__exact=%00",
        "/admin/customers/assignment/?role__exact=%00",
        "/admin/notes/note/?q=%00",
    ],
)
def test_a_filter_with_nul_shows_no_row(client, address):
    fm = build.log_in(client, build.person("admin", superuser=True)) and build.person("fm", "FM")
    build.assign(build.customer(), fm, "FM")
    answer = client.get(address)
    assert (answer.status_code, list(answer.context["cl"].queryset)) == (200, [])


def test_a_role_saved_as_it_stands_loses_no_right(client):
    build.log_in(client, build.person("pa", "PA"))
    group = Group.objects.get(name="PA")
    before = set(group.permissions.values_list("codename", flat=True))
    offered = group.permissions.filter(content_type__app_label__in=["accounts", "customers", "notes", "reports"])
    form = {"name": "PA", "permissions": [str(key) for key in offered.values_list("pk", flat=True)]}
    assert client.post(f"/admin/auth/group/{group.pk}/change/", form).status_code == 302
    assert set(group.permissions.values_list("codename", flat=True)) == before


def test_a_reason_in_use_stays_where_it_stands(client):
    build.log_in(client, build.person("pa", "PA"))
    build.entitlement(build.customer())
    reason = StatusReason.objects.get(slug="new-subscription-or-workload")
    form = {"slug": reason.slug, "name": reason.name, "position": "2", "active": "on", "version": "1"}
    address = f"/admin/customers/statusreason/{reason.pk}/change/"

    def errors(**over):
        return sorted(client.post(address, {**form, "l1": "status_unknown", **over}).context["adminform"].form.errors)

    assert errors(parent=str(reason.pk)) == ["parent"]
    assert errors(l1="blocked") == ["l1"]
    assert errors(slug="renamed") == ["slug"]
    assert client.post(address, {**form, "l1": "status_unknown", "name": "Newly subscribed"}).status_code == 302


def test_a_status_that_became_illegal_is_told_on_the_entitlements_form(client):
    build.log_in(client, build.person("fm", "FM"))
    row = build.entitlement(build.customer())
    StatusReason.objects.filter(pk=row.l2_id).update(l1="blocked")
    answer = client.post(f"/admin/customers/entitlement/{row.pk}/change/", {"seats": "3", "version": "1"})
    assert (answer.status_code, list(answer.context["adminform"].form.errors)) == (200, ["__all__"])
    assert Entitlement.objects.get(pk=row.pk).seats == row.seats


def test_a_rule_speaks_in_its_own_words(client):
    build.log_in(client, build.person("fm", "FM"))
    customer, user = build.customer(), build.person("fe", "FE")
    form = {"customer": customer.pk, "user": user.pk, "role": "FE", "starts": "2026-02-01", "ends": "2026-01-01"}
    answer = client.post("/admin/customers/assignment/add/", form)
    assert answer.context["adminform"].form.errors == {"ends": ["Ends before it starts."]}


def test_a_longer_file_than_allowed_is_refused(client, settings):
    fm = build.person("fm", "FM")
    build.log_in(client, fm)
    for words in ("one", "two", "three"):
        build.note(fm, build.customer(words), body=words)
    settings.EXPORT_MAX_ROWS = 2
    assert client.get("/reports/notes/?format=csv").status_code == 413
    settings.EXPORT_MAX_ROWS = 3
    assert len(build.csv_rows(client.get("/reports/notes/?format=csv"))) == 3


def test_dates_in_forms_are_iso_in_chinese(client):
    build.log_in(client, build.person("fm", "FM"))
    row = build.entitlement(build.customer(), l1="in_progress", l2="migration", target_date="2030-01-02")
    page = client.get(f"/admin/customers/entitlement/{row.pk}/change/", headers={"accept-language": "zh-hans"})
    assert 'value="2030-01-02"' in page.content.decode()


def test_without_the_right_to_read_notes_withdrawing_is_forbidden(client):
    build.log_in(client, build.person("nobody"))
    assert client.get("/admin/notes/note/1/withdraw/").status_code == 403


def test_another_charset_is_read_as_utf_8(client):
    build.log_in(client, build.person("fm", "FM"))
    for address in ("/reports/notes/", "/admin/notes/note/"):
        answer = client.get(address, {"q": "+2AA-"}, headers={"content-type": "text/plain; charset=utf-7"})
        assert answer.status_code == 200


def test_an_owner_of_another_partner_is_refused(client):
    fm, stranger = build.person("fm", "FM"), build.person("frp", "FRP", partner=build.partner("Elsewhere"))
    build.log_in(client, fm)
    row = build.entitlement(build.customer())
    form = {"seats": "3", "version": "1", "owner": stranger.pk}
    answer = client.post(f"/admin/customers/entitlement/{row.pk}/change/", form)
    assert list(answer.context["adminform"].form.errors) == ["owner"]
    assert client.post(f"/admin/customers/entitlement/{row.pk}/change/", {**form, "owner": fm.pk}).status_code == 302


def test_a_renamed_hashtag_keeps_its_notes(client):
    fm = build.person("fm", "FM")
    note = build.note(fm, build.customer(), body="Faster #covid")
    build.log_in(client, build.person("pa", "PA"))
    page = client.get("/admin/notes/campaign/1/change/").context
    form = {name: value for name, value in page["adminform"].form.initial.items() if value not in (None, False)}
    rules = page["inline_admin_formsets"][0].formset
    for part in (rules.management_form, *rules.forms):
        form |= {part.add_prefix(name): part[name].value() for name in part.fields if part[name].value() is not None}
    assert client.post("/admin/notes/campaign/1/change/", {**form, "hashtag": "corona"}).status_code == 302
    answer = build.csv_rows(client.get("/reports/campaigns/covid/?format=csv"))
    assert [(row["id"], row["tags"]) for row in answer] == [(str(note.pk), "corona")]
