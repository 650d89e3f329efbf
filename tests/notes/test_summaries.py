"""Executive summaries on request: asked, written, answered, opened again, taken back (domain.md §4)."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from customers.models import Customer
from notes import risk_life, since, summaries, writing
from notes.models import Note, Risk, SummaryRequest
from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db

LIST, ADD = "/admin/notes/summaryrequest/", "/admin/notes/summaryrequest/add/"
SUMMARY = {"body": None, "is_exec_summary": "on", "exec_engagement": "reactive", "exec_deployment": "not_deployed"}
PAST = dt.datetime(2026, 8, 28, 9, tzinfo=dt.UTC)


def soon(days=7):
    return timezone.localdate() + dt.timedelta(days=days)


def request(customer, by, **given):
    """A request as `by` would have asked it."""
    row = SummaryRequest(customer=customer, **{"due_date": soon(), "word": "For the review.", **given})
    assert summaries.errors(row, by) == {} or "asked_of" not in given
    summaries.ask(row, by=by)
    return row


def page_of(row, what="change"):
    return f"{LIST}{row.pk}/{what}/"


def state(row):
    row = SummaryRequest.objects.get(pk=row.pk)
    return "taken back" if row.taken_back_at else row.note or "open"


def sent(customer, **over):
    return build.form_data("overall_status", customer, **{**SUMMARY, **over})


def text(answer):
    return " ".join(answer.content.decode().split())


# --- Asked, written, answered -----------------------------------------------------------------------------------------


def test_asked_written_closed_and_seen(client):
    """The whole way, through links and forms alone."""
    people, customer = build.cast("rm", "fm", "fe"), build.customer("Northwind")
    rm, fm = people["rm"], people["fm"]
    build.assign(customer, fm, "FM")
    build.assign(customer, people["fe"], "FE")
    exo, spo = build.entitlement(customer, "EXO", l1="in_progress"), build.entitlement(customer, "SPO")
    lines = "[EXO] Exchange Online - half of the mailboxes moved; finish in June\n[CORE] The board meets in May"
    words = {"exec_customer": "A trader of maps.", "exec_workloads": lines, "exec_support": "A second engineer."}
    old = build.note(fm, customer, body="", created_at=PAST, exec_engagement="fully_engaged", **words)
    build.note(fm, customer, "entitlement_status", "The proxy breaks the calls.", entitlement=exo, l1="blocked",
               l2="customer-it-infrastructure-and-remediation", unblock_date=dt.date(2030, 3, 1))  # fmt: skip
    build.note(fm, customer, "entitlement_status", "Sites are wanted by autumn.", entitlement=spo, l1="in_progress",
               l2="migration", target_date=dt.date(2030, 9, 1))  # fmt: skip
    build.note(people["fe"], customer, "technical_enablement", tags="covid", risks="high: the proxy drops calls")
    # The manager asks from the customer's page.
    build.log_in(client, rm)
    link = f"{ADD}?customer={customer.pk}"
    assert link in client.get(f"/admin/customers/customer/{customer.pk}/change/").content.decode()
    form = client.get(link).context["adminform"].form
    assert form.initial["asked_of"] == fm.pk
    given = {"customer": customer.pk, "asked_of": fm.pk, "word": "For the board.", "due_date": soon().isoformat()}
    assert client.post(link, given).status_code == 302
    asked = SummaryRequest.objects.get()
    assert (asked.asked_by, asked.asked_of, asked.word, asked.due_date, asked.version) == (
        rm, fm, "For the board.", soon(), 1,
    )  # fmt: skip
    # The FM finds it, and writes from what stands.
    build.log_in(client, fm)
    assert "For the board." in text(client.get(f"{LIST}?whose=of_me&state=open"))
    where = summaries.address(asked)
    assert where in client.get(page_of(asked)).content.decode().replace("&amp;", "&")
    form = client.get(where)
    shown = text(form)
    for words in (
        "the summary of 28 Aug", "Nothing is saved yet", "For the board.", "The proxy breaks the calls.",
        "Sites are wanted by autumn.", "the proxy drops calls", "first tagged", "serves it as FE",
        "marked at the line: EXO.", "Added, as their status moved since: SPO.", "answers what was asked for by:",
    ):  # fmt: skip
        assert words in shown, words
    values = pages.filled(form)
    assert values["exec_workloads"].splitlines() == [
        "[EXO] Exchange Online - half of the mailboxes moved; finish in June"
        " (now Blocked, Customer IT Infrastructure and Remediation, unblock 1 Mar 2030)",
        "[CORE] The board meets in May",
        "[SPO] SharePoint Online - In Progress, Migration, target 1 Sep 2030",
    ]
    kept = {name: values[name] for name in ("is_exec_summary", "exec_engagement", "exec_customer", "exec_support")}
    assert kept == {
        "is_exec_summary": "on", "exec_engagement": "fully_engaged", "exec_customer": "A trader of maps.",
        "exec_support": "A second engineer.",
    }  # fmt: skip
    assert (values["request"], Note.objects.filter(is_exec_summary=True).count()) == (str(asked.pk), 1)
    assert client.post(pages.ADD, values).status_code == 302
    new = Note.objects.exclude(pk=old.pk).get(is_exec_summary=True)
    assert new.sections == {name: values[name] for name in ("exec_customer", "exec_workloads", "exec_support")}
    # The manager sees it answered, and the words.
    build.log_in(client, rm)
    listed = text(client.get(f"{LIST}?whose=by_me"))
    assert ("Answered" in listed, pages.change(new) in listed) == (True, True)
    page = text(client.get(page_of(asked)))
    assert ("A second engineer." in page, 'name="_save"' in page, "take-back" in page) == (True, False, False)
    history = asked.history.order_by("history_id").values_list("history_user__username", "note")
    assert list(history) == [("rm", None), ("fm", new.pk)]
    told = text(client.get(page_of(asked, "history")))
    assert ("Answered" in told, "Added" in told) == (True, True)


def test_a_request_survives_redisplay_paste_and_another_type(client):
    fm, rm, customer = build.person("fm", "FM"), build.person("rm", "RM"), build.customer()
    build.assign(customer, fm, "FM")
    asked = request(customer, rm)
    build.log_in(client, fm)
    values = pages.filled(client.get(summaries.address(asked)))
    without = {**values, "exec_engagement": ""}  # a required one is missing
    refused = client.post(pages.ADD, without)
    assert pages.error_fields(refused) == ["exec_deployment", "exec_engagement"]
    pasted = "EXEC SUMMARY\nSTATUS OF THE ENGAGEMENT: Reactive\nM365 DEPLOYMENT PROGRESS: Not Deployed"
    again = client.post(pages.ADD, {**pages.filled(refused), "paste": pasted, "_paste": "1"})
    other = client.post(pages.ADD, {**pages.filled(again), "_fields": "service_intent"})
    back = client.post(pages.ADD, {**pages.filled(other), "_fields": "overall_status"})
    assert [pages.filled(one)["request"] for one in (refused, again, other, back)] == [str(asked.pk)] * 4
    assert client.post(pages.ADD, pages.filled(again)).status_code == 302
    assert state(asked) == Note.objects.get()


def test_any_newer_summary_answers_all_that_are_open(client):
    """Whomever it was written for, and by choice too; one written before, of another customer, or none, does not."""
    fm, customer = build.person("fm", "FM"), build.customer()
    build.assign(customer, fm, "FM")
    old = build.note(fm, customer, exec_customer="Old.")
    rows = [request(customer, build.person(name, "RM")) for name in ("rm", "rm2")]
    back = request(customer, build.person("lt", "LT"))
    summaries.take_back(back, by=back.asked_by)
    elsewhere = request(build.customer("Other"), rows[0].asked_by)
    build.note(fm, customer, "overall_status", "Words only.")
    build.note(fm, customer, exec_customer="Imported.", created_at=PAST)
    assert [state(row) for row in (*rows, elsewhere)] == ["open"] * 3
    build.log_in(client, fm)
    assert client.post(pages.ADD, sent(customer)).status_code == 302
    new = Note.objects.latest("pk")
    assert [state(row) for row in (*rows, back, elsewhere)] == [new, new, "taken back", "open"]
    assert old != new


def test_a_note_becomes_a_summary_and_stops_being_one(client):
    fm, rm, customer = build.person("fm", "FM"), build.person("rm", "RM"), build.customer()
    note = build.note(fm, customer)
    asked = request(customer, rm)
    build.log_in(client, fm)
    form = client.get(pages.change(note))
    assert "answers what was asked for by:" in text(form)
    assert client.post(pages.change(note), {**sent(customer), "version": "1"}).status_code == 302
    assert state(asked) == note
    assert "leaves open again what was asked for by:" in text(client.get(pages.change(note)))
    # Putting a word right changes nothing; without the tick it answers nobody.
    assert client.post(pages.change(note), {**sent(customer, exec_customer="New"), "version": "2"}).status_code == 302
    assert (state(asked), SummaryRequest.objects.get().version) == (note, 2)
    plain = build.form_data("overall_status", customer, version=3)
    assert client.post(pages.change(note), plain).status_code == 302
    assert state(asked) == "open"


def test_a_withdrawn_summary_hands_its_requests_to_a_newer_one():
    fm, rm, customer = build.person("fm", "FM"), build.person("rm", "RM"), build.customer()
    asked = request(customer, rm)
    first, second = (build.note(fm, customer, exec_customer=words) for words in ("One.", "Two."))
    assert state(asked) == first
    build.withdraw(first, fm)
    assert state(asked) == second
    build.withdraw(second, fm)
    assert state(asked) == "open"
    summaries.take_back(asked, by=rm)
    build.note(fm, customer, exec_customer="Three.")
    assert state(asked) == "taken back"


# --- Starting ---------------------------------------------------------------------------------------------------------


def test_a_summary_by_choice_starts_from_the_one_chosen(client):
    fm, customer = build.person("fm", "FM"), build.customer()
    first = build.note(fm, customer, exec_customer="First.", created_at=PAST)
    build.note(fm, customer, exec_customer="Second.")
    build.log_in(client, fm)
    address = f"{pages.ADD}?customer={customer.pk}&note_type=overall_status&from_summary={first.pk}"
    assert address in client.get(pages.change(first)).content.decode().replace("&amp;", "&")
    values = pages.filled(client.get(address))
    assert (values["exec_customer"], "request" in values) == ("First.", False)
    other = build.note(fm, build.customer("Other"), exec_customer="Elsewhere.")
    plain, gone = build.note(fm, customer), build.withdraw(build.note(fm, customer, exec_customer="Gone."), fm)
    for wrong in (other.pk, plain.pk, gone.pk, 987_654, "9" * 5_000, "x", "%00"):
        assert client.get(address.replace(f"from_summary={first.pk}", f"from_summary={wrong}")).status_code == 404


def test_what_stands_and_what_is_over(client):
    """The first summary has the entitlements that are under way; a later one leaves out what is invalid by now."""
    fm, rm, customer = build.person("fm", "FM"), build.person("rm", "RM"), build.customer()
    build.entitlement(customer, "EXO", l1="no_intent", l2="using-competitive-solution")
    build.entitlement(customer, "TEAMS")
    build.entitlement(customer, "SDS", l1="duplicate_invalid", l2=None)
    for label in ("Germany", "France"):
        build.entitlement(customer, "SPO", l1="in_progress", split_reason="geographies", split_label=label)
    build.log_in(client, fm)
    where = summaries.address(request(customer, rm))
    assert pages.filled(client.get(where))["exec_workloads"].splitlines() == [
        "[EXO] Exchange Online - No Intent, Using Competitive Solution",
        "[SPO] SharePoint Online - France: In Progress, Technical Onboarding and Deployment, target 1 Jun 2030; "
        "Germany: In Progress, Technical Onboarding and Deployment, target 1 Jun 2030",
    ]
    lines = (
        "[SDS] School - rolled out\nNo code here\n[PROJ] Project Online - never entitled\n[EXO] Exchange Online - no"
    )
    build.note(fm, customer, exec_workloads=lines, created_at=PAST)
    form = client.get(where)
    assert pages.filled(form)["exec_workloads"] == lines.partition("\n")[2]
    assert "Left out, as no entitlement stands: SDS." in text(form)


@pytest.mark.parametrize("wrong", ["other customer", "other partner", "answered", "taken back", "none", "garbage"])
def test_a_forged_request(client, wrong):
    """In the address it does not exist; in the form it is an error, with the words kept."""
    ours, theirs = build.partner(), build.partner("Fabrikam")
    frp, rm = build.person("frp", "FRP", partner=ours), build.person("rm", "RM")
    mine, other = build.customer("Mine", partner=ours), build.customer("Other", partner=ours)
    foreign = build.customer("Foreign", partner=theirs)
    row = request({"other customer": other, "other partner": foreign}.get(wrong, mine), rm)
    key = {"none": 987_654, "garbage": "9" * 5_000}.get(wrong, row.pk)
    if wrong == "answered":
        build.note(frp, mine, exec_customer="Done.")
    if wrong == "taken back":
        summaries.take_back(row, by=rm)
    before, stood = Note.objects.count(), state(row)
    build.log_in(client, frp)
    address = f"{pages.ADD}?customer={mine.pk}&note_type=overall_status&request={key}"
    assert client.get(address).status_code == 404
    answer = client.post(pages.ADD, sent(mine, request=key, exec_customer="My words."))
    told = pages.errors(answer)
    closed = wrong in ("answered", "taken back")
    assert ("answered or taken back meanwhile" in told["__all__"][0], "valid choice" in told["__all__"][0]) == (
        closed, not closed,
    )  # fmt: skip
    values = pages.filled(answer)
    assert (values["exec_customer"], "request" in values) == ("My words.", False)
    assert (Note.objects.count(), state(row)) == (before, stood)
    # Once more, and it is a summary by choice.
    assert client.post(pages.ADD, values).status_code == 302


def test_a_partner_writes_for_its_own_customers_alone(client):
    ours, theirs = build.partner(), build.partner("Fabrikam")
    frp, other = build.person("frp", "FRP", partner=ours), build.person("frp2", "FRP", partner=theirs)
    rm = build.person("rm", "RM", first_name="Rita")
    mine, foreign = build.customer("Mine", partner=ours), build.customer("Foreign", partner=theirs)
    build.assign(mine, frp, "FRP")
    build.assign(foreign, other, "FRP")
    rows = [request(mine, rm, word="Mine, word."), request(foreign, rm, word="Foreign, word.")]
    assert [row.asked_of for row in rows] == [frp, other]
    build.log_in(client, frp)
    shown = text(client.get(LIST))
    assert ("Mine, word." in shown, "Foreign" in shown) == (True, False)
    assert client.get(page_of(rows[0])).status_code == 200
    missing = client.get(page_of(SummaryRequest(pk=987_654)))
    gone = client.get(page_of(rows[1]))
    assert (gone.status_code, gone.url) == (missing.status_code, missing.url)
    assert client.get(page_of(rows[1], "history")).status_code == 404
    assert client.get(summaries.address(rows[1])).status_code == 404
    # The customer goes over to the other partner: nobody is asked who may not see it.
    mine.partner = theirs
    mine.save()
    assert SummaryRequest.objects.get(pk=rows[0].pk).asked_of is None


# --- What changed -----------------------------------------------------------------------------------------------------


def test_what_changed_since():
    """Each kind with its dates; not what was before, is withdrawn, or stands elsewhere."""
    people, customer, other = build.cast("fm", "fe", "sme", "rm"), build.customer(), build.customer("Other")
    fm, fe = people["fm"], people["fe"]
    exo = build.entitlement(customer, "EXO", l1="in_progress")
    with time_machine.travel(PAST):
        build.assign(customer, fe, "FE")
        ended = build.assign(customer, people["sme"], "SME")
        build.note(fm, customer, "overall_status", "Before.", risks="low: old\nhigh: closes")
    at = PAST + dt.timedelta(days=1)
    moved = build.note(fm, customer, "entitlement_status", "Law.", entitlement=exo, l1="no_intent",
                       l2="executive-sponsorship")  # fmt: skip
    build.note(fm, customer, "entitlement_status", "The same, told better.", entitlement=exo)
    build.note(fm, customer, "overall_status", "Now.", tags="covid urgent", risks="medium: fresh")
    build.withdraw(build.note(fm, customer, "service_intent", "Wrong."), fm)
    build.note(fm, other, "overall_status", "Elsewhere.", tags="covid", risks="high: elsewhere")
    risk_life.step(Risk.objects.get(title="closes"), to="resolved", comment="Gone.", escalated_to="", by=fm)
    build.assign(customer, fm, "FM")
    ended.delete()
    found = since.changes_since(customer, at, fm)
    assert [(note, note.from_l1, note.l1, note.body) for note in found.moves] == [
        (moved, "in_progress", "no_intent", "Law.")
    ]
    assert [(change.risk.title, change.is_new, change.risk.state, change.why) for change in found.risks] == [
        ("closes", False, "resolved", "Gone."),
        ("fresh", True, "open", ""),
    ]
    assert dict(found.notes) == {"entitlement_status": 2, "overall_status": 1}
    assert [(str(campaign), began.date()) for campaign, began in found.campaigns] == [("#covid", timezone.now().date())]
    assert [(change.user, change.role, change.came) for change in found.people] == [
        (fm, "FM", True), (people["sme"], "SME", False),
    ]  # fmt: skip
    later = since.changes_since(customer, timezone.now(), fm)
    assert later.nothing
    assert since.changes_since(customer, at, build.person("nobody")).nothing


# --- Asking -----------------------------------------------------------------------------------------------------------


def test_whom_one_can_ask():
    """Those who serve it today and may write it, its manager first; nobody where there is nobody."""
    ours, theirs = build.partner(), build.partner("Fabrikam")
    customer = build.customer(partner=ours)
    assert (summaries.people_to_ask(customer), summaries.leads([customer])) == ([], {})
    asme, frp = build.person("asme", "ASME"), build.person("frp", "FRP", partner=ours)
    for who, role in ((asme, "ASME"), (frp, "FRP"), (build.person("fe", "FE"), "FE")):
        build.assign(customer, who, role)
    build.assign(customer, build.person("late", "FM"), "FM", ends=soon(-1))
    build.assign(customer, build.person("left", "FM", is_active=False), "FM")
    Customer.objects.filter(pk=customer.pk).update(partner=theirs)
    build.assign(Customer.objects.get(pk=customer.pk), build.person("frp2", "FRP", partner=theirs), "FRP")
    Customer.objects.filter(pk=customer.pk).update(partner=ours)
    customer.refresh_from_db()
    assert (summaries.people_to_ask(customer), summaries.leads([customer])) == ([frp, asme], {customer.pk: frp})
    fm = build.person("fm", "FM")
    build.assign(customer, fm, "FM")
    assert (summaries.people_to_ask(customer), summaries.leads([customer])) == ([fm, frp, asme], {customer.pk: fm})


def test_asking_in_the_form(client):
    """Blank asks whoever leads; a stranger, a past day and a second time are refused at their fields."""
    rm, fm, asme = build.person("rm", "RM"), build.person("fm", "FM"), build.person("asme", "ASME")
    customer = build.customer()
    build.assign(customer, fm, "FM")
    build.assign(customer, asme, "ASME")
    build.log_in(client, rm)
    good = {"customer": customer.pk, "word": "Why?", "due_date": soon().isoformat()}
    wrong = [
        ({"asked_of": rm.pk}, "asked_of"), ({"asked_of": 10**30}, "asked_of"), ({"due_date": "soon"}, "due_date"),
        ({"due_date": soon(-1).isoformat()}, "due_date"), ({"due_date": ""}, "due_date"), ({"word": "x" * 501}, "word"),
        ({"word": "a\x00b"}, "word"), ({"customer": 987_654}, "customer"), ({"customer": 10**30}, "customer"),
        ({"customer": "x"}, "customer"),
    ]  # fmt: skip
    for over, field in wrong:
        answer = client.post(ADD, {**good, **over})
        assert (answer.status_code, [*answer.context["adminform"].form.errors]) == (200, [field]), over
    assert client.post(ADD, {**good, "asked_of": asme.pk}).status_code == 302
    assert SummaryRequest.objects.get().asked_of == asme
    twice = client.post(f"{ADD}?customer={customer.pk}", good)
    assert "asked for this customer’s summary already" in text(twice).replace("&#x27;", "’")
    assert SummaryRequest.objects.count() == 1
    build.note(fm, customer, exec_customer="Done.")
    assert client.post(ADD, good).status_code == 302
    assert SummaryRequest.objects.latest("pk").asked_of == fm
    # Another's request is another's.
    build.log_in(client, build.person("lt", "LT"))
    assert client.post(ADD, good).status_code == 302
    assert SummaryRequest.objects.count() == 3


def test_who_changes_and_takes_back(client):
    """Whoever asked, while it is open; a superuser; nobody else."""
    people, customer = build.cast("rm", "lt", "fm", "admin"), build.customer()
    build.assign(customer, people["fm"], "FM")
    row = request(customer, people["rm"])
    change = {"asked_of": people["fm"].pk, "word": "Sooner.", "due_date": soon(2).isoformat(), "version": "1"}
    for who in ("lt", "fm"):
        build.log_in(client, people[who])
        answers = [client.post(page_of(row), change), client.post(page_of(row, "take-back"))]
        answers.append(client.get(page_of(row, "take-back")))
        assert [answer.status_code for answer in answers] == [403] * 3
        assert 'name="_save"' not in text(client.get(page_of(row)))
    build.log_in(client, people["rm"])
    assert client.post(page_of(row), {**change, "customer": build.customer("Other").pk}).status_code == 302
    row.refresh_from_db()
    assert (row.word, row.due_date, row.customer, row.version) == ("Sooner.", soon(2), customer, 2)
    # Opened before that: 409, with both.
    stale = client.post(page_of(row), {**change, "word": "Later."})
    assert (stale.status_code, "Later." in text(stale), "Sooner." in text(stale)) == (409, True, True)
    assert client.get(page_of(row, "take-back")).status_code == 200
    assert SummaryRequest.objects.open().count() == 1
    assert client.post(page_of(row, "take-back")).status_code == 302
    assert state(row) == "taken back"
    # Once is enough; and a change comes too late, its words kept on the page.
    again = client.post(page_of(row, "take-back"), follow=True)
    assert "answered or taken back meanwhile" in text(again)
    late = client.post(page_of(row), {**change, "word": "Too late.", "version": "3"})
    assert (late.status_code, "Too late." in text(late)) == (409, True)
    assert SummaryRequest.objects.get().word == "Sooner."
    assert client.get(f"{LIST}{row.pk}/delete/").status_code in (302, 404)
    second = request(customer, people["rm"])
    build.log_in(client, people["admin"])
    assert client.post(page_of(second, "take-back")).status_code == 302
    assert state(second) == "taken back"


def test_who_may_no_longer_ask(client):
    rm, customer = build.person("rm", "RM"), build.customer()
    row = request(customer, rm)
    rm.groups.clear()
    build.log_in(client, rm)
    assert client.get(page_of(row)).status_code == 403
    rm.groups.add(*build.person("fe", "FE").groups.all())
    build.log_in(client, type(rm).objects.get(pk=rm.pk))
    assert [client.get(page_of(row)).status_code, client.post(page_of(row, "take-back")).status_code] == [200, 403]
    assert client.post(ADD, {"customer": customer.pk, "due_date": soon()}).status_code == 403
    assert state(row) == "open"


# --- The list ---------------------------------------------------------------------------------------------------------


def listed(client, query=""):
    return [row.word for row in client.get(f"{LIST}{query}").context["cl"].result_list]


def test_the_list_has_the_open_ones_first(client):
    rm, lt, fm = build.person("rm", "RM"), build.person("lt", "LT"), build.person("fm", "FM")
    rows = {}
    for word, region, days in (("late", "EMEA", 2), ("next", "APAC", 9), ("done", "EMEA", 30), ("back", "EMEA", 40)):
        customer = build.customer(word, region)
        build.assign(customer, fm, "FM") if word != "next" else None
        rows[word] = request(customer, lt if word == "next" else rm, word=word, due_date=soon(days))
    build.note(fm, rows["done"].customer, exec_customer="Done.")
    summaries.take_back(rows["back"], by=rm)
    SummaryRequest.objects.filter(word="late").update(due_date=soon(-3))
    build.log_in(client, rm)
    assert listed(client) == ["late", "next", "back", "done"]
    assert "3 days late" in text(client.get(LIST))
    build.log_in(client, fm)
    narrowed = {
        "?state=open": ["late", "next"], "?state=answered": ["done"], "?state=taken_back": ["back"],
        "?whose=of_me": ["late", "back", "done"], "?whose=by_me": [], "?region=APAC": ["next"], "?state=x": [],
        "?whose=%00": [], f"?customer__id__exact={rows['done'].customer_id}": ["done"], "?q=next": ["next"],
    }  # fmt: skip
    assert {query: listed(client, query) for query in narrowed} == narrowed


# --- Asking from the customers' list ----------------------------------------------------------------------------------

CUSTOMERS = "/admin/customers/customer/"


def chosen(*customers, **over):
    return {"action": "ask_for_summaries", "_selected_action": [row.pk for row in customers], **over}


def test_asking_at_several_customers(client):
    """One word and one date, a request each, to whoever leads; all or none."""
    rm, fm = build.person("rm", "RM"), build.person("fm", "FM")
    rows = [build.customer(name) for name in ("Ask", "Bid", "Cry")]
    build.assign(rows[0], fm, "FM")
    build.log_in(client, rm)
    assert "Ask for an executive summary…" in text(client.get(CUSTOMERS))
    page = client.post(CUSTOMERS, chosen(*rows))
    assert (page.status_code, SummaryRequest.objects.count()) == (200, 0)
    due = {"word": "Quarter.", "due_date": soon().isoformat()}
    assert client.post(CUSTOMERS, chosen(*rows, _ask="1", word="x", due_date="never")).status_code == 200
    assert client.post(CUSTOMERS, chosen(*rows, _ask="1", word="x", due_date=soon(-1).isoformat())).status_code == 200
    standing = request(rows[2], rm)
    refused = client.post(CUSTOMERS, chosen(*rows, _ask="1", **due))
    assert ("You have asked already" in text(refused), SummaryRequest.objects.count()) == (True, 1)
    assert client.post(CUSTOMERS, chosen(*rows, _leave_out="1", **due)).status_code == 302
    made = SummaryRequest.objects.exclude(pk=standing.pk).order_by("customer__name")
    assert [(row.customer.name, row.asked_by, row.asked_of, row.word, row.due_date) for row in made] == [
        ("Ask", rm, fm, "Quarter.", soon()),
        ("Bid", rm, None, "Quarter.", soon()),
    ]
    assert {row.history.get().history_user for row in made} == {rm}


def test_asking_at_several_is_for_those_who_may(client):
    """By form or by forging it; nor of customers out of sight."""
    ours = build.customer("Ours", partner=build.partner())
    due = {"word": "", "due_date": soon().isoformat(), "_ask": "1"}
    for who in ("fm", "pa", "fe"):
        build.log_in(client, build.cast(who)[who])
        assert "ask_for_summaries" not in client.get(CUSTOMERS).content.decode()
        client.post(CUSTOMERS, chosen(ours, **due))
    partner_rm = build.person("prm", "RM", partner=build.partner("Fabrikam"))
    build.log_in(client, partner_rm)
    client.post(CUSTOMERS, chosen(ours, build.customer("Theirs", partner=partner_rm.partner), **due))
    assert [row.customer.name for row in SummaryRequest.objects.all()] == ["Theirs"]
    build.log_in(client, build.person("rm", "RM"))
    many = [build.customer(f"Many {number}") for number in range(summaries.MOST_AT_ONCE + 1)]
    answer = client.post(CUSTOMERS, chosen(*many, **due), follow=True)
    assert "At most 200" in text(answer)
    assert client.post(CUSTOMERS, {**chosen(ours), "_selected_action": ["x"]}).status_code == 400


# --- Behind the doors -------------------------------------------------------------------------------------------------


def test_asking_asks_the_policy():
    fm, rm, customer = build.person("fm", "FM"), build.person("rm", "RM"), build.customer()
    with pytest.raises(PermissionDenied):
        summaries.ask(SummaryRequest(customer=customer, due_date=soon()), by=fm)
    row = request(customer, rm)
    with pytest.raises(PermissionDenied):
        summaries.take_back(row, by=fm)
    other = build.customer("Other")
    pair = [SummaryRequest(customer=one, due_date=soon()) for one in (other, customer)]
    with pytest.raises(ValidationError):
        summaries.ask(*pair, by=rm)
    assert SummaryRequest.objects.count() == 1
    build.note(fm, customer, exec_customer="Done.")
    with pytest.raises(ValidationError):
        summaries.take_back(row, by=rm)
    late = writing.Draft(
        note=Note(customer=customer, note_type="overall_status", is_exec_summary=True, engagement="reactive",
                  deployment="not_deployed"),
        by=fm, asked=row,
    )  # fmt: skip
    with pytest.raises(ValidationError):
        writing.save(late)
    assert Note.objects.count() == 1
