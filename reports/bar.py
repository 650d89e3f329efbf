"""What stands above a list: its filters as a form, those applied as chips, the presets, and the ways to other pages."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.counting import CAP
from accounts.models import PartnerOrganisation, Region
from customers.models import Customer, Workload
from reports.lists.base import ReportList
from reports.parameters import OneOf

PRESETS = {
    "this_week": gettext_lazy("This week"),
    "this_month": gettext_lazy("This month"),
    "this_quarter": gettext_lazy("This quarter"),
}
AGES = {"": gettext_lazy("Any age"), "14": gettext_lazy("Over 14 days"), "30": gettext_lazy("Over 30 days")}
# The filters with few values, most used first.
MENUS = [
    "state",
    "severity",
    "region",
    "type",
    "role",
    "escalated_to",
    "workload",
    "partner",
    "priority",
    "engagement",
    "deployment",
    "rag",
    "summary",
]
# Where a page of other rows begins again.
PAGING = ("page", "count")


@dataclass(frozen=True)
class Choice:
    """A box in a menu."""

    value: str
    label: Any
    on: bool


@dataclass(frozen=True)
class Menu:
    """A filter as a menu of boxes."""

    name: str
    label: Any
    choices: list[Choice]

    @property
    def on(self) -> int:
        """How many are ticked."""
        return sum(choice.on for choice in self.choices)


@dataclass(frozen=True)
class Link:
    """A way to the same list with other parameters."""

    label: Any
    value: Any
    url: str
    current: bool = False


class FilterBar:
    """Everything that the bar of a list shows."""

    def __init__(self, request: HttpRequest, listing: ReportList) -> None:
        self.params, self.listing = request.GET, listing

    def url(self, **changes: str | None) -> str:
        """The list's address with some parameters replaced, or taken out by None; from its first page on."""
        params = self.params.copy()
        for name in PAGING:
            params.pop(name, None)
        for name, value in changes.items():
            params.pop(name, None)
            if value:
                params[name] = value
        return f"?{params.urlencode()}"

    # --- The form -----------------------------------------------------------------------------------------------------

    def _menu(self, name: str, choices: Any) -> Menu:
        ticked = set(self.params.getlist(name))
        boxes = [Choice(str(value), label, str(value) in ticked) for value, label in choices]
        return Menu(name, self.listing.filters.base_filters[name].label, boxes)

    @cached_property
    def menus(self) -> list[Menu]:
        """The filters with few values, most used first; what is offered is in scope."""
        filters = self.listing.filters.base_filters
        partners = PartnerOrganisation.objects.visible_to(self.listing.user)
        rows: dict[str, Any] = {
            "region": ((region.code, region.code) for region in Region.objects.all()),
            "workload": ((workload.code, f"{workload.code} {workload.label}") for workload in Workload.objects.all()),
            "partner": ((partner.pk, partner.name) for partner in partners),
        }
        made = []
        for name in MENUS:
            if name in filters:
                inner = filters[name].inner
                made.append(self._menu(name, inner.choices if isinstance(inner, OneOf) else rows[name]))
        return [menu for menu in made if menu.choices]

    @property
    def first_menus(self) -> list[Menu]:
        """Those that stand in the bar."""
        return self.menus[:5]

    @property
    def more_menus(self) -> list[Menu]:
        """Those behind *More*."""
        return self.menus[5:]

    @property
    def words(self) -> str:
        """The words searched for."""
        return self.params.get("q", "")

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The parameters that no box of the form shows, carried along when it is sent."""
        shown = {"q", *PAGING, *self.days, *(menu.name for menu in self.menus)}
        return [(name, value) for name, values in self.params.lists() if name not in shown for value in values if value]

    @property
    def days(self) -> dict[str, tuple[Any, str]]:
        """The filters by a day: name to label and value."""
        filters = self.listing.filters.base_filters
        names = [name for name in ("created_after", "created_before", "due_before") if name in filters]
        return {name: (filters[name].label, self.params.get(name, "")) for name in names}

    @property
    def presets(self) -> list[Link]:
        """Stretches of time that stay relative, or the ages of risks."""
        if "age_over" in self.listing.filters.base_filters:
            now = self.params.get("age_over", "")
            return [Link(label, key, self.url(age_over=key or None), now == key) for key, label in AGES.items()]
        now = self.params.get("period", "")
        return [
            Link(label, key, self.url(period=None if now == key else key), now == key) for key, label in PRESETS.items()
        ]

    # --- What is applied ----------------------------------------------------------------------------------------------

    @cached_property
    def applied(self) -> list[Link]:
        """Each applied value with the way to the list without it."""
        filters = self.listing.filters.base_filters
        links = []
        for name, values in self.params.lists():
            if name not in filters:
                continue
            links += [
                Link(filters[name].label, self._word(name, value), self._without(name, value))
                for value in dict.fromkeys(text for text in values if text.strip())
            ]
        return links

    def _word(self, name: str, value: str) -> Any:
        inner = self.listing.filters.base_filters[name].inner
        if isinstance(inner, OneOf):
            return dict(inner.choices).get(value, value)  # type: ignore[arg-type]
        for menu in self.menus:
            if menu.name == name:
                return next((choice.label for choice in menu.choices if choice.value == value), value)
        if name == "customer" and self.listing.filters.is_valid():
            return Customer.objects.visible_to(self.listing.user).filter(pk=value).first() or value
        return f"#{value.lstrip('#＃')}" if name == "tag" else value

    def _without(self, name: str, value: str) -> str:
        params: QueryDict = self.params.copy()
        params.setlist(name, [text for text in params.getlist(name) if text != value])
        for key in PAGING:
            params.pop(key, None)
        return f"?{params.urlencode()}"

    @property
    def bare(self) -> str:
        """The list without any filter."""
        return "?"

    # --- Counts, order, pages -----------------------------------------------------------------------------------------

    @property
    def count(self) -> str:
        """The true count: exact to a thousand, then "1,000+"."""
        number, more = self.listing.count
        return f"{number:,}+" if more else f"{number:,}"

    @property
    def count_url(self) -> str:
        """Counts exactly, where the count was capped."""
        return f"{self.url()}&count=exact" if self.listing.count[1] else ""

    @property
    def cap(self) -> str:
        """Where counting stops."""
        return f"{CAP:,}"

    @property
    def csv_url(self) -> str:
        """Exactly these rows as a file."""
        return self.url(format="csv", per_page=None)

    @property
    def older_url(self) -> str:
        """The next page, where there is one."""
        page = self.listing.page
        return self._page_url(page.number + 1) if page.more else ""

    @property
    def newer_url(self) -> str:
        """The page before."""
        page = self.listing.page
        return self._page_url(page.number - 1) if page.number > 1 else ""

    def _page_url(self, number: int) -> str:
        params = self.params.copy()
        params["page"] = str(number)
        return f"?{params.urlencode()}"

    @property
    def own_order(self) -> Link | None:
        """The way back to the list's own order, where it stands in another."""
        if self.listing.order == self.listing.default_order:
            return None
        return Link("", "", self.url(ordering=None))

    @property
    def orders(self) -> list[Link]:
        """Every order the list can stand in."""
        labels = self.listing.order_labels
        return [Link(labels[name], head.value, head.url, head.current) for name, head in self.heads.items()]

    @cached_property
    def heads(self) -> dict[str, Link]:
        """For each column that can order the list: the way to that order, or to its turn."""
        heads = {}
        for name in self.listing.orders:
            current = self.listing.order.removeprefix("-") == name
            turned = name if self.listing.order == f"-{name}" else f"-{name}"
            target = turned if current else name
            heads[name] = Link(
                _("descending") if self.listing.order.startswith("-") else _("ascending"),
                "descending" if self.listing.order.startswith("-") else "ascending",
                self.url(ordering=target),
                current,
            )
        return heads

    @cached_property
    def way_out(self) -> tuple[Link, str] | None:
        """For an empty list: the last filter, whose removal gives rows, and how many."""
        if self.listing.problems or not self.applied:
            return None
        for link in reversed(self.applied):
            other = type(self.listing)(QueryDict(link.url[1:]), self.listing.user, *self._campaign)
            number, more = other.count
            if number:
                return link, f"{number:,}+" if more else f"{number:,}"
        return None

    @property
    def _campaign(self) -> tuple[Any, ...]:
        campaign = getattr(self.listing, "campaign", None)
        return (campaign,) if campaign is not None else ()
