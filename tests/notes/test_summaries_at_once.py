"""Several people at one request for an executive summary at once: no state is lost, whoever comes first."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from notes import summaries
from notes.models import Note, SummaryRequest
from tests import builders as build
from tests.notes import pages
from tests.races import side_by_side

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

ADD = "/admin/notes/summaryrequest/add/"
SUMMARY = {"body": None, "is_exec_summary": "on", "exec_engagement": "reactive", "exec_deployment": "not_deployed"}
ROUNDS = 4


def soon():
    return timezone.localdate() + dt.timedelta(days=7)


def client_of(user):
    return build.log_in(Client(), user)


def open_request(customer, by):
    row = SummaryRequest(customer=customer, due_date=soon(), word="Why?")
    summaries.ask(row, by=by)
    return row


def writes(user, asked, words):
    """Sends a summary written for the request; gives back the form again, or None once it is saved."""
    client = client_of(user)
    data = build.form_data("overall_status", asked.customer, **SUMMARY, request=asked.pk, exec_customer=words)

    def work():
        answer = client.post(pages.ADD, data)
        return None if answer.status_code == 302 else pages.filled(answer)

    return work


def test_two_write_for_one_request():
    """One answers; the other has the words back, and may keep them as a summary of their own."""
    rm, fm, asme = build.person("rm", "RM"), build.person("fm", "FM"), build.person("asme", "ASME")
    for number in range(ROUNDS):
        asked = open_request(build.customer(f"Round {number}"), rm)
        found = side_by_side(writes(fm, asked, "By fm."), writes(asme, asked, "By asme."))
        note = Note.objects.get(customer=asked.customer)
        asked.refresh_from_db()
        lost = [form for form in found if form is not None]
        assert (asked.note, asked.version, len(lost)) == (note, 2, 1)
        assert {note.sections["exec_customer"], lost[0]["exec_customer"]} == {"By fm.", "By asme."}
        assert "request" not in lost[0]
        assert client_of(fm if note.author == asme else asme).post(pages.ADD, lost[0]).status_code == 302


def test_answered_and_taken_back():
    """Either it is answered, or taken back and the writer told; never both, never neither."""
    rm, fm = build.person("rm", "RM"), build.person("fm", "FM")
    for number in range(ROUNDS):
        asked = open_request(build.customer(f"Round {number}"), rm)
        manager = client_of(rm)
        address = f"/admin/notes/summaryrequest/{asked.pk}/take-back/"
        form, back = side_by_side(writes(fm, asked, "Words."), lambda c=manager, at=address: c.post(at).url)
        asked.refresh_from_db()
        answered, taken = asked.note is not None, asked.taken_back_at is not None
        assert (answered, taken, form is None) in ((True, False, True), (False, True, False))
        assert asked.version == 2
        assert back.endswith("/change/") if answered else back.endswith("/summaryrequest/")


def test_changed_and_answered():
    """A change that comes too late keeps its words on the page; one in time is not lost by the answer."""
    rm, fm = build.person("rm", "RM"), build.person("fm", "FM")
    for number in range(ROUNDS):
        asked = open_request(build.customer(f"Round {number}"), rm)
        manager, address = client_of(rm), f"/admin/notes/summaryrequest/{asked.pk}/change/"
        data = {"word": "Other.", "due_date": soon().isoformat(), "version": "1"}
        form, answer = side_by_side(writes(fm, asked, "Words."), lambda c=manager, at=address, d=data: c.post(at, d))
        asked.refresh_from_db()
        assert (form, asked.note is not None) == (None, True)
        assert (answer.status_code, asked.word, asked.version) in ((302, "Other.", 3), (409, "Why?", 2))
        assert answer.status_code == 302 or "Other." in answer.content.decode()


def test_asked_twice_at_once():
    rm = build.person("rm", "RM")
    for number in range(ROUNDS):
        customer = build.customer(f"Round {number}")
        data = {"customer": customer.pk, "due_date": soon().isoformat()}
        several = {
            "action": "ask_for_summaries", "_selected_action": [customer.pk], "_ask": "1", "due_date": data["due_date"],
        }  # fmt: skip
        one, two, three = client_of(rm), client_of(rm), client_of(rm)
        codes = side_by_side(
            lambda c=one, d=data: c.post(ADD, d).status_code,
            lambda c=two, d=data: c.post(ADD, d).status_code,
            lambda c=three, d=several: c.post("/admin/customers/customer/", d).status_code,
        )
        assert (sorted(codes), customer.summary_requests.count()) == ([200, 200, 302], 1)


def test_withdrawn_and_asked_and_written():
    """A summary withdrawn while another is written: what it answered is answered by the other, or asked again."""
    rm, fm, asme = build.person("rm", "RM"), build.person("fm", "FM"), build.person("asme", "ASME")
    for number in range(ROUNDS):
        asked = open_request(build.customer(f"Round {number}"), rm)
        first = build.note(fm, asked.customer, exec_customer="First.")
        data = build.form_data("overall_status", asked.customer, **SUMMARY)
        author, other, away = client_of(fm), client_of(asme), pages.withdraw(first)
        codes = side_by_side(
            lambda c=author, at=away: c.post(at, {"reason": "Wrong."}).status_code,
            lambda c=other, d=data: c.post(pages.ADD, d).status_code,
        )
        asked.refresh_from_db()
        assert codes == [302, 302]
        assert asked.note == Note.objects.live().get(customer=asked.customer)
