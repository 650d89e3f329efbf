"""A customer on one page: who it is, what this reader may write, how each entitlement stands, what happened."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.counting import capped_count
from accounts.models import User
from accounts.scoped_admin import is_id
from customers.models import Customer
from notes import policy
from notes.types import NoteType
from reports import customer_side as side
from reports import timeline_sources as sources
from reports.customer_standing import Standings
from reports.timeline import Moment, Source, TimelinePage, page_of
from reports.views import asker

SHOWS = {
    "": gettext_lazy("All"),
    "notes": gettext_lazy("Notes"),
    "status": gettext_lazy("Status"),
    "risks": gettext_lazy("Risks"),
    "events": gettext_lazy("System events"),
}
# What each right opens of the timeline.
NEEDS = {
    "notes": ("notes.view_note",),
    "status": ("notes.view_note", "customers.view_entitlement"),
    "risks": ("notes.view_risk",),
    "events": (),
}


@require_safe
def customer(request: HttpRequest, pk: str) -> HttpResponse:
    """The page `/customers/<id>/`. 403 without the right to see customers, 404 for one the reader may not know of."""
    user = asker(request)
    if not user.has_perm("customers.view_customer"):
        raise PermissionDenied
    rows = Customer.objects.visible_to(user).select_related("region", "partner")
    found = rows.filter(pk=pk).first() if is_id(pk) else None
    if found is None:
        raise Http404
    story = Story(request.GET, found, user)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": found.name,
        "customer": found,
        "story": story,
        "today": timezone.localdate(),
        "writes_status": policy.may_write(user, NoteType.ENTITLEMENT_STATUS),
        "writes_summary": policy.may_write(user, NoteType.OVERALL_STATUS),
    }
    standings = None
    if user.has_perm("customers.view_entitlement"):
        standings = Standings(found, user, everything=story.everything)
        context["standings"] = standings
    if user.has_perm("customers.view_assignment"):
        context["people"] = side.people(found, user)
    if user.has_perm("notes.view_risk"):
        context |= side.open_risks(found, user)
    if user.has_perm("notes.view_note"):
        context |= side.summaries(found, user) | side.withdrawn(found, user)
        context["next_actions"] = side.next_actions(found, user)
        context["campaigns"] = side.campaigns(found, user)
        context["finishable"] = _finishable(user, story, context["next_actions"])
    context["types"] = writable_here(user, found, standings)
    return TemplateResponse(request, "reports/customer.html", context)


def writable_here(user: User, customer: Customer, standings: Standings | None) -> list[NoteType]:
    """The note types `user` may write on this customer now: an Entitlement Status wants an entitlement, an Enterprise
    Status what `policy.enterprise_error` asks.
    """

    def fits(kind: NoteType) -> bool:
        match kind:
            case NoteType.ENTITLEMENT_STATUS:
                return standings is not None and bool(standings.found)
            case NoteType.ENTERPRISE_STATUS:
                return policy.enterprise_error(user, customer) is None
        return True

    return [kind for kind in policy.writable_types(user) if fits(kind)]


def _finishable(user: User, story: "Story", actions: list[Any]) -> set[int]:
    """Of the notes in sight, those whose next action the reader may mark done."""
    seen = [note.pk for note in actions]
    seen += [event.row.pk for event in story.page.events if event.kind == "note" and event.row.next_action]
    return set(policy.finishable(user).filter(pk__in=seen).values_list("pk", flat=True))


@dataclass(frozen=True)
class Way:
    """A link to the timeline under another filter, and whether it is the one shown."""

    label: Any
    url: str
    current: bool


class Story:
    """The timeline as the address asks for it; `problems` are sentences, and while there are any it has no rows."""

    def __init__(self, params: QueryDict, customer: Customer, user: User) -> None:
        self.customer, self.user = customer, user
        self.problems: list[str] = []
        for name in params:
            if name not in ("show", "type", "before", "all"):
                self.problems.append(_("“%s” is not a parameter of this page, so no rows are shown.") % name)
        self.show = self._one(params, "show")
        if self.show not in SHOWS:
            self.problems.append(_("show=%s is not known, so no rows are shown.") % self.show)
        self.types = [value for value in dict.fromkeys(params.getlist("type")) if value.strip()]
        for value in self.types:
            if value not in NoteType.values:
                self.problems.append(_("“%s” is not a note type, so no rows are shown.") % value)
        all_of_them = self._one(params, "all")
        if all_of_them not in ("", "1"):
            self.problems.append(_("all=%s is not known, so no rows are shown.") % all_of_them)
        self.everything = all_of_them == "1"
        before = self._one(params, "before")
        self.before = Moment.read(before) if before else None
        if before and self.before is None:
            self.problems.append(_("before=%s leads nowhere, so no rows are shown.") % before)

    def _one(self, params: QueryDict, name: str) -> str:
        values = list(dict.fromkeys(value.strip() for value in params.getlist(name) if value.strip()))
        if len(values) > 1:
            self.problems.append(_("“%s” can be given once only, so no rows are shown.") % name)
        return values[0] if values else ""

    # --- Rows ---------------------------------------------------------------------------------------------------------

    @cached_property
    def sources(self) -> list[Source]:
        """What the filters leave of the sources that the reader's rights open."""
        if self.problems:
            return []
        shows = [self.show] if self.show else [*NEEDS]
        kinds = [NoteType(value) for value in self.types]
        found: list[Source] = []
        if "notes" in shows and self._may("notes.view_note"):
            found.append(sources.Notes(self.customer, self.user, kinds))
        elif "status" in shows and self._may("notes.view_note"):
            status = NoteType.ENTITLEMENT_STATUS
            if not kinds or status in kinds:
                found.append(sources.Notes(self.customer, self.user, [status]))
        if kinds:
            return found
        if "risks" in shows and self._may("notes.view_risk"):
            found += [sources.RisksRaised(self.customer, self.user), sources.RiskSteps(self.customer, self.user)]
        if ("status" in shows or "events" in shows) and self._may("customers.view_entitlement"):
            found.append(sources.StatusPeriods(self.customer, self.user))
        if "events" in shows:
            found.append(sources.CustomerFacts(self.customer, self.user))
            if self._may("customers.view_assignment"):
                found.append(sources.Assignments(self.customer, self.user))
        return found

    def _may(self, right: str) -> bool:
        return self.user.has_perm(right)

    @cached_property
    def page(self) -> TimelinePage:
        """The page asked for."""
        return page_of(self.sources, self.before) if self.sources else TimelinePage([])

    @cached_property
    def count(self) -> dict[str, Any] | None:
        """How many live notes there are under the filters, and since when: `number`, `capped`, `since`; None where no
        notes are shown.
        """
        notes = next((source for source in self.sources if isinstance(source, sources.Notes)), None)
        if notes is None:
            return None
        number, capped = capped_count(notes.bare())
        return {"number": number, "capped": capped, "since": sources.oldest(notes.bare())}

    # --- Ways ---------------------------------------------------------------------------------------------------------

    def _url(self, **changed: str | list[str]) -> str:
        """This page with other parameters; a new filter begins with its newest."""
        asked: dict[str, str | list[str]] = {
            "all": "1" if self.everything else "",
            "show": self.show if self.show in SHOWS else "",
            "type": self.types,
            **changed,
        }
        query = QueryDict(mutable=True)
        for name, value in asked.items():
            values = [value] if isinstance(value, str) else value
            query.setlist(name, [one for one in values if one])
        return f"?{query.urlencode()}" if any(query.lists()) else "?"

    @property
    def ways(self) -> list[Way]:
        """The kinds of events, as far as the reader's rights open them."""
        return [
            Way(label, f"{self._url(show=name, type=[])}#timeline", name == self.show and not self.types)
            for name, label in SHOWS.items()
            if all(self._may(right) for right in NEEDS.get(name, ()))
        ]

    @property
    def type_ways(self) -> list[Way]:
        """Each note type, and all of them."""
        if not self._may("notes.view_note"):
            return []
        every = Way(
            _("All note types"), f"{self._url(show='notes', type=[])}#timeline", self.show == "notes" and not self.types
        )
        one_each = [
            Way(kind.label, f"{self._url(show='notes', type=kind.value)}#timeline", self.types == [kind.value])
            for kind in NoteType
        ]
        return [every, *one_each]

    @property
    def older_url(self) -> str:
        """The next page; "" where there is none."""
        return f"{self._url(before=self.page.older)}#timeline" if self.page.older else ""

    @property
    def newest_url(self) -> str:
        """The first page."""
        return f"{self._url()}#timeline"

    @property
    def bare_url(self) -> str:
        """The page without filters."""
        return self._url(show="", type=[], all="")

    @property
    def all_url(self) -> str:
        """The page with, or without, what is Duplicate/Invalid."""
        return self._url(all="" if self.everything else "1")
