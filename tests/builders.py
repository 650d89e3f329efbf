"""Plain builders, and the named cast: what tests make their rows with.

Every row that has rules is made through the product's own door (`notes.writing`, `full_clean`), so a builder can make
nothing that a person could not; what breaks a rule fails here, with the reason.
"""

import csv
import datetime as dt
import io
import itertools
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import PartnerOrganisation, Region, User
from customers.models import Assignment, Customer, Entitlement, HandOver, StatusReason, Workload
from notes import moving_work, playbook, summaries, writing
from notes.handing_over import Terms
from notes.models import Note, SummaryRequest
from notes.pasting import workloads_in
from notes.types import RETIRED, NoteType

ROLES = ("FM", "FE", "SME", "ASME", "GMFTA", "MVM", "FTA", "GM", "RM", "LT", "FRP", "PA")
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_numbers = itertools.count(1)


# --- People -----------------------------------------------------------------------------------------------------------


def partner(name: str = "Contoso Partners") -> PartnerOrganisation:
    """A partner organisation; the same one for the same name."""
    return PartnerOrganisation.objects.get_or_create(name=name)[0]


def person(
    username: str,
    *roles: str,
    partner: PartnerOrganisation | None = None,
    regions: Iterable[str] = (),
    superuser: bool = False,
    **kw: Any,
) -> User:
    """Somebody at work, staff, holding the roles by their codes. The password is `demo`."""
    password = kw.pop("password", "demo")
    user = User(username=username, partner=partner, is_staff=True, is_superuser=superuser, **kw)
    user.set_password(password)
    user.save()
    groups = list(Group.objects.filter(name__in=roles))
    assert len(groups) == len(set(roles)), f"no such role among {roles}"
    user.groups.set(groups)
    user.regions.set(Region.objects.filter(code__in=regions))
    return user


def cast(*names: str) -> dict[str, User]:
    """People named by their role in lower case, plus `nobody` (staff without a role) and `admin` (superuser).

    `frp` works for the partner organisation `partner()`. All of them unless some are named.
    """
    people = {}
    for name in names or (*(role.lower() for role in ROLES), "nobody", "admin"):
        roles = [name.upper()] if name.upper() in ROLES else []
        works_for = partner() if name == "frp" else None
        people[name] = person(name, *roles, partner=works_for, superuser=name == "admin")
    return people


def log_in(client: Any, user: User) -> Any:
    """The client, as `user`."""
    client.force_login(user)
    return client


# --- Customers --------------------------------------------------------------------------------------------------------


def customer(
    name: str = "Northwind", region: str = "EMEA", partner: PartnerOrganisation | None = None, **kw: Any
) -> Customer:
    """A customer, with a tenant id of its own."""
    kw.setdefault("tenant_id", f"tenant-{next(_numbers):06}")
    row = Customer(name=name, region=Region.objects.get(code=region), partner=partner, **kw)
    row.full_clean()
    row.save()
    return row


def assign(customer: Customer, user: User, role: str, **kw: Any) -> Assignment:
    """`user` serves `customer` as `role` (`starts`, `ends`)."""
    row = Assignment(customer=customer, user=user, role=role, **kw)
    row.full_clean()
    row.save()
    return row


def cover(from_user: User, to_user: User, *customers: Customer, by: User | None = None, days: int = 7) -> HandOver:
    """`to_user` stands in for `from_user` at these customers from today, for so many days."""
    today = timezone.localdate()
    terms = Terms(from_user, to_user, today, today + dt.timedelta(days=days - 1))
    arranges = by or User.objects.filter(username="arranger").first() or person("arranger", "PA")
    return moving_work.hand_over(terms, by=arranges, chosen=[row.pk for row in customers]).records[0]


def asked(customer: Customer, by: User, **given: Any) -> SummaryRequest:
    """A summary asked for by `by`, due in a week unless said."""
    row = SummaryRequest(customer=customer, **{"due_date": timezone.localdate() + dt.timedelta(days=7), **given})
    summaries.ask(row, by=by)
    return row


def workload(code: str) -> Workload:
    """One of the seventeen, by code."""
    return Workload.objects.get(code=code)


def entitlement(customer: Customer, code: str = "EXO", **kw: Any) -> Entitlement:
    """`customer`'s right to a workload, in a legal state, with the period that opens with it.

    `l1`, `l2`, `l3` (slugs) and the dates as asked; In Progress gets a target date and the first L2 of the L1 unless
    told. `since` is when the period opens, long ago unless told.
    """
    since = kw.pop("since", LONG_AGO)
    kw.setdefault("l1", "status_unknown")
    first = StatusReason.objects.filter(l1=kw["l1"], parent=None).order_by("position").first()
    if kw["l1"] == "status_unknown":
        first = StatusReason.objects.get(slug="new-subscription-or-workload")
    kw["l2"] = _reason(kw["l2"]) if "l2" in kw else first
    kw["l3"] = _reason(kw.get("l3"))
    if kw["l1"] == "in_progress" and not kw.get("imported"):
        kw.setdefault("target_date", dt.date(2030, 6, 1))
    row = Entitlement(customer=customer, workload=workload(code), status_changed_at=since, **kw)
    row.full_clean()
    row.save()
    row.open_period(by=None, at=since)
    return Entitlement.objects.get(pk=row.pk)


def _reason(slug: Any) -> StatusReason | None:
    if isinstance(slug, str) and slug:
        return StatusReason.objects.get(slug=slug)
    return slug or None


# --- Notes ------------------------------------------------------------------------------------------------------------

_DEFAULTS: dict[str, dict[str, Any]] = {
    "technical_enablement": {"tech_status": "on_track", "tech_summary": "Held the kick-off."},
    "enterprise_status": {
        "ent_reason": "major_brand",
        "ent_rag": "yellow",
        "ent_summary": "The firewall review slows the roll-out.",
        "ent_overview": "Half of the seats are live.",
        "ent_next_update": dt.date(2030, 1, 15),
    },
}
_SUMMARY = {"exec_engagement": "reactive", "exec_deployment": "partially_deployed"}


def note(
    author: User,
    customer: Customer,
    note_type: str = "overall_status",
    body: str = "Met the project lead; the plan stands.",
    *,
    created_at: dt.datetime | None = None,
    tags: str = "",
    risks: str = "",
    workloads: Iterable[str | Workload] = (),
    written_as: str = "",
    **columns: Any,
) -> Note:
    """A note as `author` would have written it, with hashtags, workloads, risks and, for an Entitlement Status, the
    move of `entitlement=` (`l1`, `l2`, `l3` by slug; the present status is renewed unless told).

    `columns` are columns of Note or sections by form field (`exec_engagement`, `ent_rag`, `tech_summary`, …); what the
    type requires is filled in. Any `exec_…` makes an Executive Summary. A retired type is written as history.
    """
    codes = [code if isinstance(code, str) else code.code for code in workloads]
    given = dict(columns)
    if given.get("is_exec_summary") or any(name.startswith("exec_") for name in given):
        given = {**_SUMMARY, **given, "is_exec_summary": True}
        codes += workloads_in(str(given.get("exec_workloads", "")))
    given = {**_DEFAULTS.get(note_type, {}), **given}
    if note_type == "technical_enablement" and not codes:
        codes = ["EXO"]
    if note_type == "entitlement_status":
        given, codes = _status(given)
    sections = {section.field: section for template in playbook.TEMPLATES.values() for section in template.sections}
    row = Note(customer=customer, note_type=note_type, body=body)
    if created_at is not None:
        row.created_at = row.updated_at = created_at
    for name, value in given.items():
        section = sections.get(name)
        if section is not None and not section.column:
            row.sections[name] = value
        else:
            setattr(row, section.column if section is not None else name, value)
    draft = writing.Draft(
        note=row,
        by=author,
        workloads=list(Workload.objects.filter(code__in=codes)),
        tags=tags,
        risks=risks,
        written_as=written_as,
    )
    if NoteType(note_type) not in RETIRED:
        row.clean()
        errors = writing.check(draft)
        assert not errors, f"{author.username} may not write this {note_type}: {errors}"
    return writing.save(draft)


def _status(given: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    row = Entitlement.objects.select_related("workload", "l2", "l3").get(pk=given["entitlement"].pk)
    if "l1" in given:
        given = {**given, "l2": _reason(given.get("l2")), "l3": _reason(given.get("l3"))}
        if given["l1"] == "in_progress":
            given.setdefault("target_date", row.target_date or dt.date(2030, 6, 1))
    else:
        kept = {name: getattr(row, name) for name in ("l1", "l2", "l3", "target_date", "unblock_date")}
        given = {**kept, **given}
    return {**given, "entitlement": row}, [row.workload.code]


def withdraw(note: Note, by: User, reason: str = "Written on the wrong customer.") -> Note:
    """`note`, withdrawn by `by`."""
    writing.withdraw(note, by=by, reason=reason)
    return Note.objects.get(pk=note.pk)


def form_data(note_type: str, customer: Customer, /, **over: Any) -> dict[str, Any]:
    """The least that a POST to the note form must hold for a live type (contract, *Form fields and values*).

    `over` replaces and adds; None takes a field out. An Entitlement Status takes `entitlement=`, a row or an id, and
    moves it to Blocked.
    """
    data: dict[str, Any] = {"customer": customer.pk, "note_type": note_type}
    match note_type:
        case "overall_status" | "engagement_management" | "service_intent":
            data["body"] = "Met the project lead; the plan stands."
        case "entitlement_status":
            data |= {
                "body": "The customer is unable to deploy: its law forbids it.",
                "l1": "blocked",
                "l2": "legal-regulatory",
                "unblock_date": "2030-03-01",
            }
        case "technical_enablement":
            data |= {
                "workloads": [workload("EXO").pk],
                "tech_status": "on_track",
                "tech_summary": "Held the kick-off.",
            }
        case "enterprise_status":
            data |= {
                "ent_reason": "major_brand",
                "ent_rag": "yellow",
                "ent_summary": "The firewall review slows the roll-out.",
                "ent_overview": "Half of the seats are live.",
                "ent_next_update": "2030-01-15",
            }
    data |= {name: getattr(value, "pk", value) for name, value in over.items()}
    return {name: value for name, value in data.items() if value is not None}


# --- What comes back --------------------------------------------------------------------------------------------------


def csv_rows(response: Any) -> list[dict[str, str]]:
    """The rows of a CSV answer, streamed or not; it must begin with the byte order mark (contract, *CSV*)."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    assert content.startswith(b"\xef\xbb\xbf"), content[:80]
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
