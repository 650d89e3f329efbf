"""What the page of each role says is refused, tried as somebody of that role: each row of *Refused, and why*."""

import pytest

from accounts.roles import Role
from customers.models import Entitlement
from notes import policy
from notes.models import Note, Risk
from notes.types import ASKED, LIVE, RETIRED, NoteType
from tests import builders as build
from tests.markdown import table
from tests.notes import pages

pytestmark = pytest.mark.django_db

NO_INTENT = {"l1": "no_intent", "l2": "executive-sponsorship"}
STEP = {"to": "mitigating", "comment": "The proxy is being changed."}


class Try:
    """Somebody of a role at work: a customer they serve, and one of the same scope that a colleague serves."""

    def __init__(self, client, role):
        partner = build.partner() if role == "FRP" else None
        self.user = build.person("worker", role, partner=partner)
        self.colleague = build.person("colleague", "FM", partner=partner)
        self.client, self.role = build.log_in(client, self.user), role
        self.customer = build.customer("Served", partner=partner, enterprise_level=3)
        self.other = build.customer("Other", partner=partner, enterprise_level=3)
        build.assign(self.customer, self.user, role)
        build.assign(self.other, self.colleague, "FM")
        self.kinds = policy.writable_types(self.user)

    def post(self, address, data):
        """The status, and the fields at which it is refused."""
        answer = self.client.post(address, data)
        form = answer.context["adminform"].form if answer.context and "adminform" in answer.context else None
        return answer.status_code, sorted(form.errors) if form else []

    def write(self, kind, customer=None, **over):
        return self.post(pages.ADD, build.form_data(kind, customer or self.customer, **over))

    def their_note(self):
        return build.note(self.colleague, self.other, risks="high: the proxy")

    def start_date(self, **sent):
        row = build.entitlement(self.customer, l1="in_progress", engagement_start_date="2029-01-02")
        sent = {"seats": "7", "target_date": "2030-06-01", "engagement_start_date": "2029-03-04", "version": "1"} | sent
        return self.post(f"/admin/customers/entitlement/{row.pk}/change/", sent)


def no_type_not_held(at):
    others = [kind.value for kind in LIVE if kind not in at.kinds]
    assert {kind: at.write(kind)[0] for kind in others} == dict.fromkeys(others, 403)
    assert others


def no_retired_type(at):
    assert [at.write(kind.value) for kind in RETIRED] == [(200, ["note_type"])] * len(RETIRED)


def no_words_of_a_colleague(at):
    address = pages.change(at.their_note())
    assert at.client.get(address).status_code == 200
    assert not pages.has_form(at.client.get(address))
    assert at.post(address, {"body": "Mine now.", "version": 1})[0] == 403


def no_step_of_a_foreign_risk(at):
    at.their_note()
    assert at.post(f"/admin/notes/risk/{Risk.objects.get().pk}/step/", STEP)[0] == 403


def no_risk_at_all(at):
    no_step_of_a_foreign_risk(at)
    no_raising(at)


def no_raising(at):
    raised = {"customer": at.customer.pk, "title": "Late", "severity": "high"}
    assert at.post("/admin/notes/risk/add/", raised)[0] == 403


def no_tag_on_a_pause(at):
    kind = next(kind for kind in at.kinds if "pace" in ASKED[kind])
    sent = build.form_data(kind.value, at.customer, pace="pausing", tags="#covid")
    answer = at.client.post(pages.ADD, sent)
    assert list(pages.errors(answer)) == ["__all__"]
    typed = "tech_summary" if "tech_summary" in sent else "ent_summary" if "ent_summary" in sent else "body"
    assert pages.filled(answer)[typed] == sent[typed]


def no_status_without_why(at):
    row = build.entitlement(at.customer)
    assert at.write("entitlement_status", entitlement=row, body=None) == (200, ["body"])


def no_withdrawing_in_force(at):
    writer = at.user if policy.may_write(at.user, NoteType.ENTITLEMENT_STATUS) else at.colleague
    row = build.entitlement(at.customer)
    note = build.note(writer, at.customer, NoteType.ENTITLEMENT_STATUS, entitlement=row, **NO_INTENT)
    answer = at.client.post(pages.withdraw(note), {"reason": "Wrong."})
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["reason"])


def no_start_date_without_reason(at):
    assert at.start_date() == (200, ["start_date_reason"])


def no_start_date(at):
    assert at.start_date(start_date_reason="The contract came later.") == (200, ["engagement_start_date"])
    first = Entitlement.objects.get()
    Entitlement.objects.update(engagement_start_date=None)
    sent = {"seats": "7", "target_date": "2030-06-01", "engagement_start_date": "2029-03-04", "version": "1"}
    assert at.post(f"/admin/customers/entitlement/{first.pk}/change/", sent)[0] == 302


def no_unapproved_split(at):
    build.entitlement(at.customer)
    sent = {"customer": at.customer.pk, "workload": build.workload("EXO").pk, "seats": "7"}
    sent |= {"split_reason": "duplicated_licences", "split_label": "Second"}
    assert at.post("/admin/customers/entitlement/add/", sent) == (200, ["split_reason"])


def no_work_without_workload(at):
    assert at.write("technical_enablement", workloads=None) == (200, ["workloads"])


def no_concern_without_id(at):
    assert at.write("technical_enablement", tech_concern_kind="first_party") == (200, ["tech_insight_id"])
    assert at.write("technical_enablement", tech_concern_kind="first_party", tech_insight_id="pending")[0] == 302


def no_low_level(at):
    assert at.write("enterprise_status", build.customer("Low", enterprise_level=2)) == (200, ["customer"])


def no_unassigned_architect(at):
    assert at.write("enterprise_status", at.other) == (200, ["customer"])


def no_note_form(at):
    assert {at.write(kind.value)[0] for kind in LIVE} == {at.client.get(pages.ADD).status_code} == {403}


def nothing_foreign(at):
    theirs = build.customer("Theirs", partner=build.partner("Fabrikam"))
    stranger = build.person("stranger", "FRP", partner=theirs.partner)
    note = build.note(build.person("programme", "FM"), theirs)
    assert at.write("overall_status", theirs) == (200, ["customer"])
    for address in (f"/admin/customers/customer/{theirs.pk}/change/", pages.change(note)):
        there, nowhere = at.client.get(address), at.client.get(address.replace(address.split("/")[4], "987654"))
        assert (there.status_code, there["Location"]) == (302, "/admin/") == (nowhere.status_code, nowhere["Location"])
    assert at.client.get(f"/reports/notes/?author={stranger.username}&format=csv").status_code == 400
    assert "Theirs" not in b"".join(at.client.get("/reports/notes/?format=csv")).decode()


def no_superuser(at):
    boss = build.person("boss", superuser=True)
    assert at.post(f"/admin/accounts/user/{boss.pk}/change/", {"username": "boss", "is_superuser": ""})[0] == 403
    page = at.client.get(f"/admin/accounts/user/{at.colleague.pk}/change/")
    assert "is_superuser" not in page.context["adminform"].form.fields


def nothing_deleted(at):
    note, row = at.their_note(), build.entitlement(at.customer)
    addresses = [
        f"/admin/accounts/user/{at.colleague.pk}/delete/",
        f"/admin/customers/customer/{at.customer.pk}/delete/",
        f"/admin/customers/entitlement/{row.pk}/delete/",
        "/admin/notes/campaign/1/delete/",
        f"/admin/notes/note/{note.pk}/delete/",
    ]
    answers = [at.client.post(address, {"post": "yes"}) for address in addresses]
    assert [answer.status_code for answer in answers[:-1]] == [403] * 4
    assert Note.objects.filter(pk=note.pk).exists()
    assert answers[-1].status_code in (302, 404)


def writes(*kinds):
    return lambda user: any(policy.may_write(user, kind) for kind in kinds or LIVE)


def may(*rights, but=()):
    return lambda user: user.has_perms(rights) and not any(map(user.has_perm, but))


A_WRITER, NO_WRITER = writes(), may(but=[kind.permission for kind in LIVE])
TECHNICAL, ENTERPRISE = writes(NoteType.TECHNICAL_ENABLEMENT), writes(NoteType.ENTERPRISE_STATUS)
STATUS, OVERALL = writes(NoteType.ENTITLEMENT_STATUS), NoteType.OVERALL_STATUS.permission
# What is refused: how it is tried, and of whom it is told.
REFUSALS = {
    "a note type you do not hold": (no_type_not_held, A_WRITER),
    "Customer Sat, Service Status, Technical": (no_retired_type, A_WRITER),
    "changing a colleague's note": (no_words_of_a_colleague, A_WRITER),
    "stepping a risk that is neither yours nor on a customer you are assigned to": (
        no_step_of_a_foreign_risk,
        A_WRITER,
    ),
    "`#covid` on a note that says the customer pauses or stops": (no_tag_on_a_pause, A_WRITER),
    "every note form": (no_note_form, NO_WRITER),
    "raising a risk": (no_raising, may("notes.step_risk", but=["notes.add_risk"])),
    "raising or stepping a risk": (no_risk_at_all, may(but=["notes.step_risk", "notes.add_risk"])),
    "a status without its why": (no_status_without_why, STATUS),
    "withdrawing the status note in force": (
        no_withdrawing_in_force,
        lambda user: STATUS(user) or user.has_perm("notes.withdraw_note"),
    ),
    "a changed start date without a reason": (
        no_start_date_without_reason,
        may("customers.change_entitlement", OVERALL),
    ),
    "changing a start date that is set": (no_start_date, may("customers.change_entitlement", but=[OVERALL])),
    "a second row of a workload for duplicated licences": (
        no_unapproved_split,
        may("customers.add_entitlement", but=["customers.approve_split"]),
    ),
    "a Technical Enablement note without a workload": (no_work_without_workload, TECHNICAL),
    "a 1st-party concern without its FTC Insight ID": (no_concern_without_id, TECHNICAL),
    "an Enterprise Status on a customer below level 3": (no_low_level, ENTERPRISE),
    "an Enterprise Status on a customer you are not assigned to today as FTA": (no_unassigned_architect, ENTERPRISE),
    "another organisation's customer, note, person or file row": (nothing_foreign, lambda user: user.partner_id),
    "making or changing a superuser": (no_superuser, may("accounts.change_user")),
    "deleting a person, a customer, an entitlement, a campaign, a note": (nothing_deleted, may("accounts.change_user")),
}


def told(role):
    return [row[0] for row in table(f"roles/{role.lower()}.md", "What", "Answer").rows]


@pytest.mark.parametrize("role", Role)
def test_each_page_tells_what_is_refused_of_its_role(client, role):
    user = Try(client, role).user
    assert sorted(told(role)) == sorted(what for what, (_tried, of_whom) in REFUSALS.items() if of_whom(user))


@pytest.mark.parametrize(
    ("role", "what"), [(role, what) for role in Role for what in told(role)], ids=lambda part: str(part)[:40]
)
def test_it_is_refused(client, role, what):
    REFUSALS[what][0](Try(client, role))
