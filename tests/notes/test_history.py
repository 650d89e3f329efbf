"""Who changed what: a row of history for each save, by whoever was at work; and no page that deletes or rewrites it."""

import datetime as dt

import pytest

from customers.models import Assignment, Customer, Entitlement, StatusPeriod
from notes.models import Campaign, CampaignRule, Note, NoteTag, NoteWorkload
from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db


def told(history, *names):
    """(what, by whom, values…) of each row of a history, oldest first."""
    rows = history.order_by("history_date", "history_id").select_related("history_user")
    return [
        (row.history_type, row.history_user and row.history_user.username, *(getattr(row, name) for name in names))
        for row in rows
    ]


def sent(answer):
    """A save that went through."""
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return answer


# --- Notes ------------------------------------------------------------------------------------------------------------


def test_a_notes_life(client):
    """Added, changed by its author, changed by a superuser, withdrawn by an administrator; one row each."""
    people, customer = build.cast("fm", "pa", "admin"), build.customer()
    build.log_in(client, people["fm"])
    sent(client.post(pages.ADD, build.form_data("overall_status", customer, body="First.", tags="covid")))
    note = Note.objects.get()
    changes = (("fm", "Second.", "covid urgent"), ("admin", "Third.", "urgent"))
    for version, (who, body, tags) in enumerate(changes, start=1):
        build.log_in(client, people[who])
        data = build.form_data("overall_status", customer, body=body, tags=tags, version=version)
        sent(client.post(pages.change(note), data))
    build.log_in(client, people["pa"])
    sent(client.post(pages.withdraw(note), {"reason": "Wrong."}))
    assert told(note.history, "body", "version", "withdrawn_reason", "withdrawn_by_id", "author_id") == [
        ("+", "fm", "First.", 1, "", None, people["fm"].pk),
        ("~", "fm", "Second.", 2, "", None, people["fm"].pk),
        ("~", "admin", "Third.", 3, "", None, people["fm"].pk),
        ("~", "pa", "Third.", 4, "Wrong.", people["pa"].pk, people["fm"].pk),
    ]
    tags = NoteTag.history.filter(content_object=note.pk).order_by("history_id")
    assert list(tags.values_list("history_type", "history_user__username", "tag__name", "in_field")) == [
        ("+", "fm", "covid", True),
        ("+", "fm", "urgent", True),
        ("-", "admin", "covid", True),
    ]


def test_the_tag_row_says_where_it_stood(client):
    """A tag that moves from the field to the text changes, and neither goes nor comes."""
    user, customer = build.person("fm", "FM"), build.customer()
    build.log_in(client, user)
    sent(client.post(pages.ADD, build.form_data("overall_status", customer, tags="covid")))
    note = Note.objects.get()
    sent(client.post(pages.change(note), build.form_data("overall_status", customer, body="Now #covid", version=1)))
    assert told(NoteTag.history.all(), "in_field", "content_object_id") == [
        ("+", "fm", True, note.pk),
        ("~", "fm", False, note.pk),
    ]


def test_workloads_of_a_note(client):
    user, customer = build.person("fe", "FE"), build.customer()
    exo, spo = build.workload("EXO"), build.workload("SPO")
    build.log_in(client, user)
    sent(client.post(pages.ADD, build.form_data("technical_enablement", customer, workloads=[exo.pk])))
    note = Note.objects.get()
    data = build.form_data("technical_enablement", customer, workloads=[spo.pk], version=1)
    sent(client.post(pages.change(note), data))
    assert told(NoteWorkload.history.all(), "workload_id", "note_id") == [
        ("+", "fe", exo.pk, note.pk),
        ("-", "fe", exo.pk, note.pk),
        ("+", "fe", spo.pk, note.pk),
    ]


def test_what_saves_nothing_tells_nothing(client):
    """A refused form, a lost race, a paste and a mere look leave no row."""
    user, customer = build.person("fm", "FM"), build.customer()
    note = build.note(user, customer, body="As it was.", tags="covid")
    build.log_in(client, user)
    before = [note.history.count(), NoteTag.history.count(), Note.history.count()]
    data = build.form_data("overall_status", customer, body="Changed.")
    answers = [
        client.get(pages.change(note)),
        client.post(pages.change(note), data | {"version": 9}),
        client.post(pages.change(note), data | {"version": 1, "body": ""}),
        client.post(pages.change(note), data | {"version": 1, "_paste": "1", "paste": "x"}),
        client.post(pages.withdraw(note), {"reason": ""}),
        client.post(pages.ADD, data | {"body": ""}),
    ]
    assert [answer.status_code for answer in answers] == [200, 409, 200, 200, 200, 200]
    assert [note.history.count(), NoteTag.history.count(), Note.history.count()] == before


# --- Customers, entitlements, campaigns -------------------------------------------------------------------------------


def test_a_customer(client):
    people = build.cast("gm", "fm")
    build.log_in(client, people["gm"])
    emea = build.customer("Template").region_id
    data = {"name": "Northwind", "tenant_id": "tenant-x", "region": emea, "seats": 5, "priority": "high"}
    sent(client.post("/admin/customers/customer/add/", data))
    customer = Customer.objects.get(name="Northwind")
    build.log_in(client, people["fm"])
    changed = data | {"name": "Southwind", "version": 1}
    sent(client.post(f"/admin/customers/customer/{customer.pk}/change/", changed))
    assert told(customer.history, "name", "priority", "version") == [
        ("+", "gm", "Northwind", "high", 1),
        ("~", "fm", "Southwind", "high", 2),
    ]


def test_an_assignment(client):
    user, customer = build.person("fm", "FM"), build.customer()
    build.log_in(client, user)
    data = {"customer": customer.pk, "user": user.pk, "role": "FM"}
    sent(client.post("/admin/customers/assignment/add/", data))
    page = f"/admin/customers/assignment/{Assignment.objects.get().pk}"
    sent(client.post(f"{page}/change/", data | {"ends": "2030-01-01", "version": 1}))
    sent(client.post(f"{page}/delete/", {"post": "yes"}))
    assert told(Assignment.history.all(), "ends") == [
        ("+", "fm", None),
        ("~", "fm", dt.date(2030, 1, 1)),
        ("-", "fm", dt.date(2030, 1, 1)),
    ]


def test_an_entitlement_by_form_and_by_note(client):
    """The forms of the row, and the note that moves its status, each under the name of who sent it."""
    people, customer = build.cast("gm", "fm", "sme"), build.customer()
    build.log_in(client, people["gm"])
    data = {"customer": customer.pk, "workload": build.workload("EXO").pk, "seats": 5}
    sent(client.post("/admin/customers/entitlement/add/", data))
    row = Entitlement.objects.get()
    build.log_in(client, people["sme"])
    moved = build.form_data(
        "entitlement_status", customer, entitlement=row, l1="in_progress", l2="migration", target_date="2030-06-01"
    )
    sent(client.post(pages.ADD, moved))
    build.log_in(client, people["fm"])
    page = f"/admin/customers/entitlement/{row.pk}/change/"
    dates = {"target_date": "2030-06-01", "engagement_start_date": "2026-01-05"}
    sent(client.post(page, {"seats": 7, "version": 2, **dates}))
    dates["engagement_start_date"] = "2026-02-02"
    sent(client.post(page, {"seats": 7, "version": 3, "start_date_reason": "They were late.", **dates}))
    assert told(row.history, "l1", "seats", "engagement_start_date", "version") == [
        ("+", "gm", "status_unknown", 5, None, 1),
        ("~", "sme", "in_progress", 5, None, 2),
        ("~", "fm", "in_progress", 7, dt.date(2026, 1, 5), 3),
        ("~", "fm", "in_progress", 7, dt.date(2026, 2, 2), 4),
    ]
    # The notes that go with it, and the status over time, say the same.
    notes = Note.objects.order_by("pk")
    assert [(note.note_type, told(note.history)) for note in notes] == [
        ("entitlement_status", [("+", "sme")]),
        ("overall_status", [("+", "fm")]),
    ]
    assert "They were late." in notes[1].body
    periods = StatusPeriod.objects.order_by("pk").values_list("l1", "engagement_start_date", "changed_by__username")
    assert list(periods) == [
        ("status_unknown", None, "gm"),
        ("in_progress", None, "sme"),
        ("in_progress", dt.date(2026, 1, 5), "fm"),
        ("in_progress", dt.date(2026, 2, 2), "fm"),
    ]


def test_a_campaign(client):
    """Its own rows, those of its rules, and the tags that a new alias brings under it."""
    people, customer = build.cast("pa", "fm"), build.customer()
    build.note(people["fm"], customer, tags="flut")
    build.log_in(client, people["pa"])
    data = {"hashtag": "flood", "slug": "flood", "name": "Flood", "starts": "2026-01-01", "pause_rule": "on"}
    rules = {"rules-TOTAL_FORMS": 1, "rules-INITIAL_FORMS": 0, "rules-0-role": "FM"}
    data |= rules | {"rules-0-note_type": "overall_status"}
    sent(client.post("/admin/notes/campaign/add/", data))
    campaign = Campaign.objects.get(slug="flood")
    rule = campaign.rules.get()
    data |= {"aliases": "flut", "version": 1, "rules-INITIAL_FORMS": 1, "rules-0-id": rule.pk}
    data |= {"rules-0-campaign": campaign.pk, "rules-0-note_type": "service_intent"}
    sent(client.post(f"/admin/notes/campaign/{campaign.pk}/change/", data))
    assert told(campaign.history, "aliases", "version") == [("+", "pa", "", 1), ("~", "pa", "flut", 2)]
    assert told(CampaignRule.history.filter(id=rule.pk), "note_type") == [
        ("+", "pa", "overall_status"),
        ("~", "pa", "service_intent"),
    ]
    tags = NoteTag.history.order_by("history_id").values_list("history_type", "history_user__username", "tag__name")
    assert list(tags) == [("+", None, "flut"), ("~", "pa", "flood")]


# --- No way round -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["fm", "pa", "admin", "rm"])
def test_no_page_deletes_or_rewinds(client, who):
    """Notes, customers, entitlements, risks and campaigns: nothing answers, nothing goes (contract, *Rights*)."""
    user = build.cast(who)[who]
    author, customer = build.person("author", "FM"), build.customer()
    note = build.note(author, customer, risks="high: late", tags="covid")
    note = Note.objects.get(pk=note.pk)
    rows = [note, customer, build.entitlement(customer), note.risks.get(), Campaign.objects.get(slug="covid")]
    build.log_in(client, user)
    models = {type(row) for row in rows}
    before = {model: (model.objects.count(), model.history.count()) for model in models}
    for row in rows:
        listed = f"/admin/{row._meta.app_label}/{row._meta.model_name}/"
        recorded = row.history.first()
        version = recorded.pk if recorded else 1
        ways = ["delete/", f"history/{version}/", f"history/{version}/change/", "restore/"]
        for way in ways:
            address = f"{listed}{row.pk}/{way}"
            for ask in (client.get, lambda address: client.post(address, {"post": "yes"})):
                answer = ask(address)
                assert answer.status_code in (301, 302, 403, 404, 405), address
                if answer.status_code in (301, 302):
                    # Django takes `5/history` for the key of a row, which it then does not find.
                    end = client.get(answer["Location"], follow=True)
                    assert end.status_code in (403, 404) or end.request["PATH_INFO"] == "/admin/", address
        chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        assert client.post(listed, chosen).status_code in (200, 302, 403)
    assert {model: (model.objects.count(), model.history.count()) for model in models} == before
