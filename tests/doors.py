"""The product's doors: every page and every act behind it, under the address name that leads there.

tests/test_rights_matrix.py says who comes through which. An address and what is sent there are templates over the ids
of `World`, so that the same door can be tried with ids that do not exist.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from accounts.models import PartnerOrganisation, Region, User
from customers.models import Assignment, Customer, Entitlement, HandOver, StatusReason, Workload
from notes import moving_work, summaries
from notes.handing_over import Terms
from notes.models import Campaign, Note, Risk, SummaryRequest
from tests import builders as build

MISSING = 987_654
SAVE = 'name="_save"'
PASSWORD = "a-Much-longer-1"

# What each writes; `lost` and `frp2` hold the type and see no customer to write it on.
WRITES = {
    **dict.fromkeys(("fm", "asme", "frp", "frp2", "lost", "admin"), "overall_status"),
    **dict.fromkeys(("fe", "sme", "gmfta", "mvm"), "technical_enablement"),
    "fta": "enterprise_status",
    "gm": "engagement_management",
}


class World:
    """A partner's customer with one of everything on it, all called wild; spare words that nothing uses; and `who`.

    `frp` works for that partner, `frp2` for another, `lost` is FRP for none, `gone` was an FM and is deactivated,
    `guest` is nobody logged in.
    """

    def __init__(self, who: str) -> None:
        partner = build.partner()
        self.who, self.user = who, self._person(who, partner)
        self.author = build.person("author", "FM", first_name="Wilda")
        self.customer = build.customer("Wildwood", partner=partner)
        self.entitlement = build.entitlement(
            self.customer, "EXO", l1="in_progress", engagement_start_date="2029-01-02", split_label=""
        )
        self.assignment = build.assign(self.customer, self.author, "FM")
        campaign = Campaign.objects.create(slug="spare", name="Spare", hashtag="spare", starts="2026-01-01")
        words = {"body": "Wild words.", "tags": "wildcard spare", "risks": "high: wildfire"}
        words |= {"next_action": "Wild call", "next_action_date": "2030-01-02"}
        self.note = build.note(self.author, self.customer, **words)
        self.risk = Risk.objects.get()
        # An Enterprise Status wants an architect who serves the customer; serving it opens its risks too.
        self.served = build.customer("Wild Rose", partner=partner, enterprise_level=3)
        if who == "fta":
            build.assign(self.served, self.user, "FTA")
        self.colleague, self.boss = build.person("colleague", "FE"), build.person("boss", superuser=True)
        self.relief = build.person("relief", "FM")
        cover = Terms(self.author, self.relief, dt.date(2031, 1, 1), dt.date(2031, 1, 9))
        done = moving_work.hand_over(cover, by=self.boss, chosen=[self.customer.pk])
        self.handover = done.records[0]
        self.summaryrequest = SummaryRequest(customer=self.customer, word="Wild question.", due_date="2030-01-01")
        summaries.ask(self.summaryrequest, by=self.boss)
        spare = {
            "workload": Workload.objects.create(code="SPARE", name="Spare"),
            "reason": StatusReason.objects.create(l1="blocked", slug="spare", name="Spare"),
            "region": Region.objects.create(code="SPARE", name="Spare"),
            "partner": PartnerOrganisation.objects.create(name="Spare"),
            "role": Group.objects.create(name="Spare"),
            "campaign": campaign,
        }
        of_customers = ("customer", "entitlement", "assignment", "note", "risk", "summaryrequest", "handover", "served")
        scoped = {name: getattr(self, name) for name in of_customers}
        beside = {
            "exo": Workload.objects.get(code="EXO"),
            "spo": Workload.objects.get(code="SPO"),
            "emea": Region.objects.get(code="EMEA"),
            "of_partner": partner,
            "author": self.author,
            "colleague": self.colleague,
            "boss": self.boss,
            "relief": self.relief,
            "export": Permission.objects.get(codename="export"),
            "customers": ContentType.objects.get_for_model(Customer),
        }
        self.ids = {name: row.pk for name, row in (spare | scoped | beside).items()}
        self.missing = self.ids | dict.fromkeys(scoped, MISSING)

    @staticmethod
    def _person(who: str, partner: PartnerOrganisation) -> User | None:
        match who:
            case "guest":
                return None
            case "gone":
                return build.person("gone", "FM", is_active=False)
            case "lost":
                return build.person("lost", "FRP")
            case "frp2":
                return build.person("frp2", "FRP", partner=build.partner("Fabrikam Partners"))
        return build.cast(who)[who]


@dataclass(frozen=True)
class Look:
    """A page to read. `shows` stands on it for who may; a `listing` answers who may not know of its row without it, any
    other page as if the row did not exist. `found` and `refused` are its answers to who may and who may not.
    """

    route: str
    right: str
    address: str
    shows: str = ""
    listing: bool = False
    found: int = 200
    refused: int = 403

    @property
    def name(self) -> str:
        """What it is called where it fails."""
        return f"GET {self.address}"


@dataclass(frozen=True)
class Act:
    """A form to send. `offer` stands on its page for who may; `on_record` says that others may read the page all the
    same; an act that `names` its customer in the form answers a foreign one as one that does not exist, at the field. A
    `row` rides on the customer's page: with the right to the customer alone the page is saved without it.
    """

    route: str
    right: str
    address: str
    data: dict[str, Any] = field(hash=False)
    done: Callable[[World], bool]
    offer: str = SAVE
    on_record: bool = False
    names: bool = False
    row: bool = False

    @property
    def name(self) -> str:
        """What it is called where it fails."""
        return f"POST {self.address} {sorted(self.data)[:3]}"

    def filled(self, ids: dict[str, int], who: str) -> dict[str, Any]:
        """What is sent."""
        data = {name: str(value).format(**ids) for name, value in self.data.items()}
        if data.get("note_type") == "own":
            kind = WRITES.get(who, "overall_status")
            served = Customer(pk=int(data["customer"]))
            return {**build.form_data(kind, served), "tags": "written"}
        return data


def _is(model: Any, called: str, /, **columns: Any) -> Callable[[World], bool]:
    """Whether the world's row of that name has these values now."""
    return lambda world: model.objects.filter(pk=world.ids[called], **columns).exists()


def _gone(model: Any, name: str) -> Callable[[World], bool]:
    return lambda world: not model.objects.filter(pk=world.ids[name]).exists()


def _made(model: Any, **columns: Any) -> Callable[[World], bool]:
    return lambda world: model.objects.filter(**columns).exists()


def _reads(app: str, kind: str, right: str, shows: str, *, has_history: bool) -> list[Look]:
    base, route = f"/admin/{app}/{kind}/", f"admin:{app}_{kind}"
    name = {"statusreason": "reason", "partnerorganisation": "partner", "user": "colleague", "group": "role"}.get(kind)
    record = f"{base}{{{name or kind}}}/"
    made = [
        Look(f"{route}_changelist", right, base, shows, listing=True),
        Look(f"{route}_change", right, f"{record}change/", shows),
    ]
    return [*made, Look(f"{route}_history", right, f"{record}history/")] if has_history else made


def _keeps(
    app: str, kind: str, right: str, model: Any, called: str, data: dict[str, Any], /, **changed: Any
) -> list[Act]:
    """Adding, changing and deleting a word that nothing uses."""
    base, route = f"/admin/{app}/{kind}/", f"admin:{app}_{kind}"
    added, version = {key: value for key, value in data.items() if key != "version"}, data.get("version")
    new = {**added, "code": "NEW"} if "code" in added else {**added, "slug": "new"} if "slug" in added else added
    unique = next(key for key in ("code", "slug", "name") if key in new)
    return [
        Act(f"{route}_add", right, f"{base}add/", new, _made(model, **{unique: new[unique]})),
        Act(
            f"{route}_change", right, f"{base}{{{called}}}/change/",
            {**added, **changed, **({"version": version} if version else {})}, _is(model, called, **changed),
        ),
        Act(
            f"{route}_delete", right, f"{base}{{{called}}}/delete/", {"post": "yes"}, _gone(model, called),
            offer='name="post"',
        ),
    ]  # fmt: skip


CUSTOMER = {
    "name": "Renamed", "tenant_id": "renamed", "region": "{emea}", "seats": "7", "priority": "high",
    "partner": "{of_partner}",
}  # fmt: skip
ROW = {
    "entitlements-TOTAL_FORMS": "2", "entitlements-INITIAL_FORMS": "1", "entitlements-0-id": "{entitlement}",
    "entitlements-0-customer": "{customer}", "entitlements-0-workload": "{exo}", "entitlements-0-seats": "0",
    "entitlements-0-target_date": "2030-06-01", "entitlements-0-engagement_start_date": "2029-01-02",
    "entitlements-0-version": "1", "entitlements-1-seats": "0", "entitlements-1-customer": "{customer}",
}  # fmt: skip
ENTITLEMENT = {"seats": "7", "target_date": "2030-06-01", "engagement_start_date": "2029-01-02", "version": "1"}
PERSON = {"username": "colleague", "first_name": "Ann", "is_active": "on", "is_staff": "on"}
NEW_PERSON = {"username": "new", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
CAMPAIGN = {"hashtag": "flood", "slug": "new", "name": "Flood", "starts": "2026-01-01"}
_CUSTOMER_PAGE, _ENTITLEMENT_PAGE = "/admin/customers/customer/{customer}/change/", "/admin/customers/entitlement/"
_COMPLETE = "/admin/autocomplete/?app_label={}&model_name={}&field_name=customer&term=wild"

LOOKS = [
    # Without logging in, and for everybody who has.
    Look("healthz", "open", "/healthz"),
    Look("readyz", "open", "/readyz"),
    Look("home", "home", "/"),
    Look("reports:index", "home", "/reports/", found=302),
    Look("admin:index", "home", "/admin/"),
    Look("admin:password_change", "home", "/admin/password_change/"),
    Look("admin:password_change_done", "home", "/admin/password_change/done/"),
    Look("admin:jsi18n", "home", "/admin/jsi18n/"),
    # Django's way from a row of any table to its page outside the admin: of ours none has one, whichever id is tried.
    Look("admin:view_on_site", "home", "/admin/r/{customers}/{customer}/", found=404),
    # Reading.
    Look("admin:app_list", "read", "/admin/customers/", refused=404, listing=True),
    Look("customer", "read", "/customers/{customer}/", "Wildwood"),
    *_reads("customers", "customer", "read", "Wildwood", has_history=True),
    *_reads("customers", "assignment", "read", "Wildwood", has_history=True),
    *_reads("customers", "entitlement", "read", "Wildwood", has_history=True),
    *_reads("customers", "handover", "read", "relief", has_history=True),
    *_reads("notes", "note", "read", "Wild words", has_history=True),
    *_reads("notes", "risk", "read", "wildfire", has_history=True),
    *_reads("notes", "summaryrequest", "read", "Wild", has_history=True),
    Look("admin:autocomplete", "read", _COMPLETE.format("customers", "assignment"), "Wildwood", listing=True),
    Look("admin:autocomplete", "read", _COMPLETE.format("customers", "entitlement"), "Wildwood", listing=True),
    Look("admin:autocomplete", "read", _COMPLETE.format("notes", "risk"), "Wildwood", listing=True),
    Look("admin:autocomplete", "read", _COMPLETE.format("notes", "summaryrequest"), "Wildwood", listing=True),
    *[
        Look(route, right, address + query, "ild", listing=True)  # “Wildwood”, “wildfire”; in a file, too
        for right, query in (("report", ""), ("export", "?format=csv"), ("export", "?format=csv&columns=all"))
        for route, address in (
            ("reports:notes", "/reports/notes/"),
            ("reports:campaign", "/reports/campaigns/spare/"),
            ("reports:risks", "/reports/risks/"),
        )
    ],
    # Writing notes: whom for, and which hashtags there are.
    Look("admin:notes_note_add", "note+", "/admin/notes/note/add/?find=wild", "Wildwood", listing=True),
    Look("admin:notes_note_tags", "note+", "/admin/notes/note/tags/?q=wildc", "wildcard", listing=True),
    # What the programme keeps.
    *_reads("customers", "workload", "workload", "Spare", has_history=False),
    *_reads("customers", "statusreason", "reason", "Spare", has_history=True),
    *_reads("notes", "campaign", "campaign", "spare", has_history=True),
    *_reads("accounts", "region", "region", "Spare", has_history=False),
    *_reads("accounts", "partnerorganisation", "partner", "Spare", has_history=False),
    *_reads("accounts", "user", "people", "colleague", has_history=False),
    *_reads("auth", "group", "role", "Spare", has_history=False),
    Look("admin:accounts_user_change", "people", "/admin/accounts/user/{boss}/change/", "boss"),
]

ACTS = [
    # Customers.
    Act(
        "admin:customers_customer_change", "customer", _CUSTOMER_PAGE, {**CUSTOMER, "version": "1"},
        _is(Customer, "customer", name="Renamed", seats=7), on_record=True,
    ),
    Act(
        "admin:customers_customer_add", "customer+", "/admin/customers/customer/add/", {**CUSTOMER, "name": "New"},
        _made(Customer, name="New"),
    ),
    # Entitlements, by their own form and as rows on the customer's page.
    Act(
        "admin:customers_entitlement_change", "entitlement", _ENTITLEMENT_PAGE + "{entitlement}/change/", ENTITLEMENT,
        _is(Entitlement, "entitlement", seats=7), on_record=True,
    ),
    Act(
        "admin:customers_customer_change", "entitlement", _CUSTOMER_PAGE,
        {**CUSTOMER, **ROW, "version": "1", "entitlements-0-seats": "8"},
        _is(Entitlement, "entitlement", seats=8), offer='name="entitlements-0-seats"', on_record=True, row=True,
    ),
    Act(
        "admin:customers_entitlement_add", "entitlement+", _ENTITLEMENT_PAGE + "add/",
        {"customer": "{customer}", "workload": "{spo}", "seats": "7"}, _made(Entitlement, seats=7), names=True,
    ),
    Act(
        "admin:customers_customer_change", "entitlement+", _CUSTOMER_PAGE,
        {**CUSTOMER, **ROW, "version": "1", "entitlements-1-workload": "{spo}", "entitlements-1-seats": "8"},
        _made(Entitlement, seats=8), offer='name="entitlements-1-workload"', on_record=True, row=True,
    ),
    Act(
        "admin:customers_entitlement_change", "start date", _ENTITLEMENT_PAGE + "{entitlement}/change/",
        {**ENTITLEMENT, "engagement_start_date": "2029-03-04", "start_date_reason": "The contract came later."},
        _is(Entitlement, "entitlement", engagement_start_date="2029-03-04"), on_record=True,
    ),
    # Who serves whom.
    Act(
        "admin:customers_assignment_add", "assign", "/admin/customers/assignment/add/",
        {"customer": "{customer}", "user": "{colleague}", "role": "FE"}, _made(Assignment, role="FE"), names=True,
    ),
    Act(
        "admin:customers_assignment_change", "assign", "/admin/customers/assignment/{assignment}/change/",
        {"customer": "{customer}", "user": "{author}", "role": "GM", "version": "1"},
        _is(Assignment, "assignment", role="GM"), on_record=True,
    ),
    Act(
        "admin:customers_assignment_delete", "assign", "/admin/customers/assignment/{assignment}/delete/",
        {"post": "yes"}, _gone(Assignment, "assignment"), offer='name="post"',
    ),
    # Handing over. Whose and to whom: tests/notes/test_handing_over.py.
    Act(
        "admin:customers_handover_add", "handover", "/admin/customers/handover/add/",
        {"from_user": "{author}", "to_user": "{relief}", "starts": "2030-01-01", "customers": "{customer}"},
        _made(HandOver, starts="2030-01-01"), offer='name="_preview"', names=True,
    ),
    Act(
        "admin:customers_handover_end", "handover", "/admin/customers/handover/{handover}/end/", {},
        _is(HandOver, "handover", ended_at__isnull=False), offer='name="_end"',
    ),
    Act(
        "admin:customers_handover_change", "handed", "/admin/customers/handover/{handover}/change/", {"word": "Other"},
        _is(HandOver, "handover", word="Other"), on_record=True,
    ),
    # Notes. Which types whose are: tests/notes/test_rights.py; one's own to withdraw: tests/notes/test_withdraw.py;
    # one's own next action, and those of customers one serves: tests/notes/test_next_actions.py.
    Act(
        "admin:notes_note_add", "note+", "/admin/notes/note/add/", {"customer": "{served}", "note_type": "own"},
        lambda world: world.served.notes.filter(note_tags__tag__name="written").exists(),
        offer="/admin/notes/note/add/", names=True,
    ),
    Act(
        "admin:notes_note_change", "words", "/admin/notes/note/{note}/change/",
        {"customer": "{customer}", "note_type": "overall_status", "body": "Other words.", "version": "1"},
        _is(Note, "note", body="Other words."), on_record=True,
    ),
    Act(
        "admin:notes_note_withdraw", "withdraw", "/admin/notes/note/{note}/withdraw/", {"reason": "Wrong place."},
        _is(Note, "note", withdrawn_reason="Wrong place."), offer='name="reason"',
    ),
    Act(
        "admin:notes_note_done", "done", "/admin/notes/note/{note}/done/", {"action": "Wild call"},
        _is(Note, "note", next_action_done_at__isnull=False), offer='name="action"',
    ),
    # Risks. Those one owns or of customers one serves: tests/notes/test_risks.py.
    Act(
        "admin:notes_risk_add", "risk+", "/admin/notes/risk/add/",
        {"customer": "{customer}", "title": "New", "severity": "low"}, _made(Risk, title="New"), names=True,
    ),
    Act(
        "admin:notes_risk_change", "risk", "/admin/notes/risk/{risk}/change/",
        {"title": "Told better", "severity": "low", "version": "1"}, _is(Risk, "risk", title="Told better"),
        on_record=True,
    ),
    Act(
        "admin:notes_risk_step", "risk", "/admin/notes/risk/{risk}/step/", {"to": "mitigating", "comment": "Begun."},
        _is(Risk, "risk", state="mitigating"), offer='name="comment"',
    ),
    # Executive summaries on request. One's own: tests/notes/test_summaries.py.
    Act(
        "admin:notes_summaryrequest_add", "ask", "/admin/notes/summaryrequest/add/",
        {"customer": "{customer}", "word": "Asked.", "due_date": "2030-01-01"}, _made(SummaryRequest, word="Asked."),
        names=True,
    ),
    Act(
        "admin:notes_summaryrequest_change", "request", "/admin/notes/summaryrequest/{summaryrequest}/change/",
        {"word": "Asked better.", "due_date": "2030-01-02", "version": "1"},
        _is(SummaryRequest, "summaryrequest", word="Asked better."), on_record=True,
    ),
    Act(
        "admin:notes_summaryrequest_take_back", "request", "/admin/notes/summaryrequest/{summaryrequest}/take-back/",
        {}, _is(SummaryRequest, "summaryrequest", taken_back_at__isnull=False), offer='name="_take_back"',
    ),
    # What the programme keeps.
    *_keeps(
        "customers", "workload", "workload", Workload, "workload", {"code": "SPARE", "name": "Spare", "position": "1"},
        name="Other",
    ),
    *_keeps(
        "customers", "statusreason", "reason", StatusReason, "reason",
        {"l1": "blocked", "slug": "spare", "name": "Spare", "position": "1", "active": "on", "version": "1"},
        name="Other",
    ),
    *_keeps("accounts", "region", "region", Region, "region", {"code": "SPARE", "name": "Spare"}, name="Other"),
    *_keeps(
        "accounts", "partnerorganisation", "partner", PartnerOrganisation, "partner", {"name": "New"}, name="Other"
    ),
    Act(
        "admin:notes_campaign_add", "campaign", "/admin/notes/campaign/add/", CAMPAIGN, _made(Campaign, name="Flood")
    ),
    Act(
        "admin:notes_campaign_change", "campaign", "/admin/notes/campaign/{campaign}/change/",
        {**CAMPAIGN, "version": "1", "rules-TOTAL_FORMS": "1", "rules-INITIAL_FORMS": "0", "rules-0-role": "FM",
         "rules-0-note_type": "service_intent"},
        _is(Campaign, "campaign", name="Flood", rules__role="FM"),
    ),
    # People and roles.
    Act("admin:accounts_user_add", "people", "/admin/accounts/user/add/", NEW_PERSON, _made(User, username="new")),
    Act(
        "admin:accounts_user_change", "people", "/admin/accounts/user/{colleague}/change/", PERSON,
        _is(User, "colleague", first_name="Ann"),
    ),
    Act(
        "admin:auth_user_password_change", "people", "/admin/accounts/user/{colleague}/password/",
        {"password1": PASSWORD, "password2": PASSWORD},
        lambda world: User.objects.get(username="colleague").check_password(PASSWORD), offer='name="password1"',
    ),
    Act(
        "admin:accounts_user_change", "superusers", "/admin/accounts/user/{boss}/change/",
        {**PERSON, "username": "boss", "is_superuser": "on"}, _is(User, "boss", first_name="Ann"), on_record=True,
    ),
    Act(
        "admin:auth_user_password_change", "superusers", "/admin/accounts/user/{boss}/password/",
        {"password1": PASSWORD, "password2": PASSWORD},
        lambda world: User.objects.get(username="boss").check_password(PASSWORD), offer='name="password1"',
    ),
    Act(
        "admin:auth_group_change", "role", "/admin/auth/group/{role}/change/",
        {"name": "Spare", "permissions": "{export}"}, _is(Group, "role", permissions__codename="export"),
    ),
    Act("admin:auth_group_add", "role+", "/admin/auth/group/add/", {"name": "New"}, _made(Group, name="New")),
    Act(
        "admin:auth_group_delete", "role+", "/admin/auth/group/{role}/delete/", {"post": "yes"}, _gone(Group, "role"),
        offer='name="post"',
    ),
    # What stays for ever. Notes and risks have no such address at all.
    *[
        Act(f"admin:{app}_{kind}_delete", "delete", f"/admin/{app}/{kind}/{{{name}}}/delete/", {"post": "yes"},
            _gone(model, name))
        for app, kind, name, model in (
            ("customers", "customer", "customer", Customer),
            ("customers", "entitlement", "entitlement", Entitlement),
            ("notes", "campaign", "campaign", Campaign),
            ("accounts", "user", "colleague", User),
        )
    ],
]  # fmt: skip
DOORS: list[Look | Act] = [*LOOKS, *ACTS]
