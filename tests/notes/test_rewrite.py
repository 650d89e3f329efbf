"""A note on the wrong customer or of the wrong type: withdrawn and rewritten in one go (domain.md §8, at its end)."""

import datetime as dt

import pytest
from django.db import transaction

from notes import rewriting, writing
from notes.models import Note, Risk, SummaryRequest
from tests import builders as build
from tests.notes import pages
from tests.reports.reading import NOTES, csv_ids

pytestmark = pytest.mark.django_db


def address(note, **query):
    return f"{pages.ADD}?" + "&".join(f"{name}={value}" for name, value in {"rewrites": note.pk, **query}.items())


def sent(client, note, **over):
    """What the form that rewrites `note` sends as it comes, with a reason and `over`."""
    customer, kind = over.pop("customer", note.customer), over.pop("note_type", note.note_type)
    extra = {"entitlement": over.pop("entitlement").pk} if "entitlement" in over else {}
    form = client.get(address(note, customer=customer.pk, note_type=kind, **extra))
    assert form.status_code == 200
    data = pages.filled(form) | {"rewrite_reason": "Written on the wrong customer."} | over
    return client.post(pages.ADD, {name: value for name, value in data.items() if value is not None})


def test_to_another_customer(client):
    """Everything goes along: text, hashtags, workloads, pace, next action, risks with their steps."""
    fm, wrong, right = build.person("fm", "FM"), build.customer("Wrong", "EMEA"), build.customer("Right", "APAC")
    own = build.entitlement(wrong, "EXO")
    note = build.note(
        fm, wrong, body="Teams comes forward. #covid", tags="urgent", workloads=["TEAMS"], pace="accelerating",
        risks="high: #late licences", next_action="Call", next_action_date=dt.date(2030, 1, 2), next_action_owner="fm",
    )  # fmt: skip
    Risk.objects.update(entitlement=own)
    build.log_in(client, fm)
    assert sent(client, note, customer=right).status_code == 302
    old, new = Note.objects.order_by("pk")
    assert (old.pk, old.withdrawn_by, old.withdrawn_reason, old.rewritten_as) == (
        note.pk, fm, "Written on the wrong customer.", new,
    )  # fmt: skip
    names = ("body", "sections", "pace", "next_action", "next_action_date", "next_action_owner", "note_type", "author")
    assert [getattr(new, name) for name in names] == [getattr(old, name) for name in names]
    assert (new.customer, new.region, new.withdrawn_at) == (right, right.region, None)
    told = {
        note.pk: sorted(note.note_tags.values_list("tag__name", "in_field", "live", "region__code"))
        for note in (old, new)
    }
    assert told == {
        old.pk: [("covid", False, False, "EMEA"), ("late", False, False, "EMEA"), ("urgent", True, False, "EMEA")],
        new.pk: [("covid", False, True, "APAC"), ("late", False, True, "APAC"), ("urgent", True, True, "APAC")],
    }
    assert [row.workload.code for row in new.note_workloads.all()] == ["TEAMS"]
    risk = Risk.objects.get()
    assert (risk.title, risk.note, risk.customer, risk.region, risk.entitlement, risk.version) == (
        "#late licences", new, right, right.region, None, 2,
    )  # fmt: skip
    assert [row.history_type for row in risk.history.order_by("history_id")] == ["+", "~"]
    assert csv_ids(client, NOTES) == [new.pk]


def test_the_two_lead_to_each_other(client):
    fm, lt = build.person("fm", "FM"), build.person("lt", "LT")
    note = build.note(fm, build.customer("Wrong"))
    assert f"?rewrites={note.pk}" in build.log_in(client, fm).get(pages.change(note)).content.decode()
    assert sent(client, note, customer=build.customer("Right")).status_code == 302
    new = Note.objects.latest("pk")
    build.log_in(client, lt)
    old_page, new_page = (client.get(pages.change(one)).content.decode() for one in (note, new))
    assert f'href="{pages.change(new)}">Rewritten as:' in old_page
    assert "Written on the wrong customer." in old_page
    assert f'Rewritten from: <a href="{pages.change(note)}"' in new_page


def test_the_steps_before_the_form(client):
    """Asked: whom, then which type; what is rewritten stays in sight and in each address."""
    fm, other = build.person("fm", "FM"), build.customer("Other")
    note = build.note(fm, build.customer("Wrong"))
    build.assign(other, fm, "FM")
    build.log_in(client, fm)
    whom = client.get(address(note)).content.decode()
    assert f"?customer={note.customer_id}&amp;rewrites={note.pk}" in whom
    assert f"?customer={other.pk}&amp;rewrites={note.pk}" in whom
    which = client.get(address(note, customer=other.pk)).content.decode()
    assert f"note_type=service_intent&amp;rewrites={note.pk}" in which
    assert all(pages.change(note) in page for page in (whom, which))


SUMMARY = {"exec_customer": "A retailer.", "exec_engagement": "reactive", "exec_deployment": "not_deployed"}


def test_to_another_type_the_whole_text_goes_along(client):
    """Sections that the new type does not have stand in its text, under their labels."""
    fm, customer = build.person("fm", "FM"), build.customer()
    note = build.note(fm, customer, body="And more.", tags="covid", **SUMMARY)
    build.log_in(client, fm)
    assert sent(client, note, note_type="engagement_management").status_code == 302
    old, new = Note.objects.order_by("pk")
    assert (new.note_type, new.body, new.is_exec_summary, new.engagement) == (
        "engagement_management", old.text, False, "",
    )  # fmt: skip
    assert "DESCRIBE THE CUSTOMER: A retailer." in new.body
    assert list(new.note_tags.values_list("tag__name", flat=True)) == ["covid"]


def test_a_summary_stays_a_summary_on_another_customer(client):
    fm = build.person("fm", "FM")
    note = build.note(fm, build.customer("Wrong"), body="And more.", exec_workloads="[EXO] waits", **SUMMARY)
    build.log_in(client, fm)
    assert sent(client, note, customer=build.customer("Right")).status_code == 302
    old, new = Note.objects.order_by("pk")
    assert (new.is_exec_summary, new.section_values, new.body) == (True, old.section_values, "And more.")


def test_to_an_entitlement_status_the_risks_stay_on_the_customer(client):
    fm, customer = build.person("fm", "FM"), build.customer()
    row = build.entitlement(customer)
    note = build.note(
        fm, customer, body="No intent: no sponsor.", risks="high: #late", next_action="Call",
        next_action_date=dt.date(2030, 1, 2),
    )  # fmt: skip
    build.log_in(client, fm)
    answer = sent(
        client, note, note_type="entitlement_status", entitlement=row, l1="no_intent", l2="executive-sponsorship",
        target_date=None,
    )  # fmt: skip
    assert answer.status_code == 302
    new = Note.objects.latest("pk")
    assert new.body == "No intent: no sponsor.\n\nhigh: #late\n\nCall · 2030-01-02"
    assert list(new.note_tags.values_list("tag__name", flat=True)) == ["late"]
    risk = Risk.objects.get()
    assert (risk.note, risk.customer, risk.state) == (None, customer, "open")


def test_a_status_in_force_is_rewritten_only_by_what_corrects_it(client):
    fm, customer = build.person("fm", "FM"), build.customer()
    row, other = build.entitlement(customer, "EXO"), build.entitlement(customer, "SPO")
    note = build.note(
        fm, customer, "entitlement_status", "Wrong.", entitlement=row, l1="no_intent", l2="executive-sponsorship"
    )
    build.log_in(client, fm)
    moved = {"l1": "blocked", "l2": "legal-regulatory", "unblock_date": "2030-01-01"}
    for case in (
        {"note_type": "overall_status"},
        {"note_type": "entitlement_status", "entitlement": other, **moved},
    ):
        answer = sent(client, note, **case)
        assert pages.error_fields(answer) == ["rewrite_reason"]
        assert "Write the correcting Entitlement Status note first." in answer.content.decode()
        assert (Note.objects.count(), Note.objects.live().count()) == (1, 1)
    assert sent(client, note, entitlement=row, **moved).status_code == 302
    old, new = Note.objects.order_by("pk")
    assert (old.rewritten_as, old.withdrawn_at is None) == (new, False)
    row.refresh_from_db()
    assert (row.l1, new.from_l1) == ("blocked", "no_intent")


@pytest.mark.parametrize("over", [{"rewrite_reason": " "}, {"rewrite_reason": None}, {"body": ""}])
def test_nothing_happens_by_halves(client, over):
    fm, right = build.person("fm", "FM"), build.customer("Right")
    note = build.note(fm, build.customer("Wrong"), risks="late")
    build.log_in(client, fm)
    answer = sent(client, note, customer=right, **over)
    assert pages.error_fields(answer) == [next(iter(over))]
    assert f'name="rewrites" value="{note.pk}"' in answer.content.decode()
    now = Note.objects.get()
    assert (now.withdrawn_at, now.rewritten_as, Risk.objects.get().note) == (None, None, note)


def test_asking_for_other_fields_keeps_what_is_rewritten(client):
    """Another type chosen in the form: nothing is saved, the old note and the reason are still there."""
    fm, customer = build.person("fm", "FM"), build.customer()
    note = build.note(fm, customer, body="Words.")
    build.log_in(client, fm)
    answer = sent(client, note, _fields="service_intent")
    kept = pages.filled(answer)
    assert (kept["rewrites"], kept["rewrite_reason"], kept["body"], kept["note_type"]) == (
        str(note.pk), "Written on the wrong customer.", "Words.", "service_intent",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("who", "status"), [("fm", 200), ("other", 403), ("fe", 403), ("lt", 403), ("pa", 403), ("admin", 200)]
)
def test_who_may(client, who, status):
    """Whoever may withdraw it and may write; a programme administrator withdraws, and changes nobody's words."""
    author = build.person("fm", "FM")
    people = {"fm": author, "other": build.person("other", "FM"), **build.cast("fe", "lt", "pa", "admin")}
    note = build.note(author, build.customer())
    build.log_in(client, people[who])
    assert client.get(address(note)).status_code == status
    data = build.form_data("overall_status", build.customer("Right"), rewrites=note.pk, rewrite_reason="Wrong.")
    assert client.post(pages.ADD, data).status_code == (302 if status == 200 else 403)
    assert (Note.objects.live().count(), Note.objects.count()) == ((1, 2) if status == 200 else (1, 1))


def test_what_cannot_be_rewritten(client):
    """A foreign note answers as one that does not exist; a withdrawn one is done with."""
    contoso, fabrikam = build.partner("Contoso"), build.partner("Fabrikam")
    frp, author = build.person("frp", "FRP", partner=contoso), build.person("fm", "FM")
    foreign = build.note(author, build.customer("Foreign", partner=fabrikam))
    build.log_in(client, frp)
    for key in (foreign.pk, 999_999, "x", "9" * 30, "1%00"):
        assert client.get(f"{pages.ADD}?rewrites={key}").status_code == 404, key
    done = build.withdraw(build.note(author, build.customer()), author)
    assert build.log_in(client, author).get(address(done)).status_code == 403


def test_sent_twice_is_one_note(client):
    """The second of two equal submissions leads to the note that the first made."""
    fm, right = build.person("fm", "FM"), build.customer("Right")
    note = build.note(fm, build.customer("Wrong"))
    build.log_in(client, fm)
    data = build.form_data("overall_status", right, rewrites=note.pk, rewrite_reason="Wrong customer.")
    assert client.post(pages.ADD, data).status_code == 302
    new = Note.objects.latest("pk")
    assert client.post(pages.ADD, data)["Location"] == pages.change(new)
    assert Note.objects.count() == 2


def test_withdrawn_by_somebody_else_meanwhile_keeps_what_was_typed(client):
    fm, admin = build.person("fm", "FM"), build.person("admin", superuser=True)
    note = build.note(fm, build.customer("Wrong"))
    build.withdraw(note, admin, "Not ours.")
    data = build.form_data(
        "overall_status", build.customer("Right"), body="Typed.", rewrites=note.pk, rewrite_reason="Wrong customer."
    )
    answer = build.log_in(client, fm).post(pages.ADD, data)
    assert pages.error_fields(answer) == ["rewrite_reason"]
    kept = pages.filled(answer)
    assert (kept["body"], kept["rewrite_reason"]) == ("Typed.", "Wrong customer.")
    assert Note.objects.count() == 1


def test_withdrawn_between_check_and_save_saves_neither(client):
    fm, right = build.person("fm", "FM"), build.customer("Right")
    note = build.note(fm, build.customer("Wrong"), risks="late")
    new = Note(customer=right, note_type="overall_status", body="Again.")
    draft = writing.Draft(note=new, by=fm)
    assert (writing.check(draft), rewriting.error(note, new)) == ({}, None)
    build.withdraw(Note.objects.get(), fm)
    with pytest.raises(writing.Conflict), transaction.atomic():
        rewriting.replace(note, writing.save(draft), by=fm, reason="Wrong customer.")
    assert (Note.objects.count(), Risk.objects.get().customer) == (1, note.customer)


def test_changing_the_type_while_rewriting_loses_no_word_and_doubles_none(client):
    """The old Risks box stands in the text while the type has no such box, and only then."""
    fm, customer = build.person("fm", "FM"), build.customer()
    build.entitlement(customer)
    note = build.note(
        fm, customer, body="Words.", risks="high: late", next_action="Call", next_action_date=dt.date(2030, 1, 2),
        next_action_owner="Zoe",
    )  # fmt: skip
    build.log_in(client, fm)
    status = pages.filled(sent(client, note, _fields="entitlement_status"))
    assert status["body"] == "Words.\n\nCall · 2030-01-02 · Zoe\n\nhigh: late"
    back = pages.filled(client.post(pages.ADD, {**status, "_fields": "engagement_management"}))
    assert back["body"] == "Words.\n\nCall · 2030-01-02 · Zoe"
    assert client.post(pages.ADD, back).status_code == 302
    assert Note.objects.latest("pk").sections == {"risks": "high: late"}


def test_a_summary_that_was_asked_for_is_asked_for_again(client):
    """Withdrawn, it answers nobody; rewritten as a summary of the same customer it still does."""
    fm, rm, customer = build.person("fm", "FM"), build.person("rm", "RM"), build.customer()
    build.log_in(client, fm)
    answered = {}
    for case in ("same", "other", "withdrawn"):
        note = build.note(fm, customer, body="More.", **SUMMARY)
        asked = SummaryRequest.objects.create(
            customer=customer, asked_by=rm, asked_of=fm, due_date=dt.date(2030, 1, 1), note=note
        )
        if case == "withdrawn":
            build.withdraw(note, fm)
        else:
            target = customer if case == "same" else build.customer("Right")
            assert sent(client, note, customer=target).status_code == 302
        new = Note.objects.latest("pk")
        asked.refresh_from_db()
        answered[case] = (asked.note, asked.version) == ((new if case == "same" else None), 2)
    assert answered == {"same": True, "other": True, "withdrawn": True}


@pytest.mark.parametrize("key", ["9" * 5_000, "٣", "-1", "0x1"])
def test_a_key_that_is_no_id(client, key):
    fm, customer = build.person("fm", "FM"), build.customer()
    build.log_in(client, fm)
    assert client.post(pages.ADD, build.form_data("overall_status", customer, rewrites=key)).status_code == 404
    data = build.form_data("overall_status", customer, workloads=[key])
    assert pages.error_fields(client.post(pages.ADD, data)) == ["workloads"]
