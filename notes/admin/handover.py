"""Handing over in the admin: the handovers, each read on its own page; adding one shows first what would happen."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts import submissions
from accounts.scoped_admin import ScopedAdmin, is_id, person
from accounts.templatetags.due import short
from accounts.templatetags.people import named_to
from customers.models import Customer, HandOver
from notes import moving_work, policy
from notes.admin.history import HANDOVER
from notes.forms.handover import HandOverForm
from notes.writing import Conflict

ASKED = ("from_user", "to_user", "also", "starts", "ends", "word")


@admin.register(HandOver)
class HandOverAdmin(ScopedAdmin):
    """Handovers in scope. What was handed over stays on record; another handover gives it back."""

    story = HANDOVER
    list_display = ("who", "dates", "kind", "how_many")
    list_display_links = ("who",)
    search_fields = tuple(
        f"{end}__{name}" for end in ("from_user", "to_user") for name in ("username", "first_name", "last_name")
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[HandOver]:
        """In scope, with what the list shows; customers are counted as far as the reader may know of them."""
        seen = Count("customers", filter=Q(customers__in=Customer.objects.visible_to(request.user)))
        rows = super().get_queryset(request).select_related("from_user", "to_user", "by")
        return rows.annotate(seen=seen)  # type: ignore[no-any-return]

    # --- Rights -------------------------------------------------------------------------------------------------------

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who sees assignments; which handovers is the queryset's to say."""
        return request.user.has_perm("customers.view_assignment")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The policy's answer."""
        return policy.may_hand_over(person(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was handed over is not rewritten."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor forgotten."""
        return False

    # --- Adding -------------------------------------------------------------------------------------------------------

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Whose, to whom and when; by POST with `_preview` what would happen; without it the handover is done."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        again = self.once(request)
        if again is not None:
            return again
        user, given = person(request), request.POST
        if request.method != "POST" or "_back" in given:
            return self._asked(request, HandOverForm(by=user, initial=self._prefilled(request)))
        choosing = "_preview" not in given
        form_class = submissions.once_only(request, HandOverForm) if choosing else HandOverForm
        form = form_class(given, by=user, choosing=choosing)
        status = 200
        if form.is_valid() and form.choosing:
            assert form.terms is not None
            try:
                with transaction.atomic():
                    done = moving_work.hand_over(form.terms, by=user, chosen=form.chosen, others=form.others)
                    submissions.claim(request, done.records[0])
            except IntegrityError:
                # The same form, sent twice at once: the other one did it.
                again = self.once(request)
                if again is None:
                    raise
                return again
            except ValidationError as error:
                again = self.once(request)
                if again is not None:
                    return again
                # Somebody was faster. What was typed is kept, and held against how things stand now.
                form = HandOverForm(given, by=user, choosing=True)
                if form.is_valid():
                    form.add_error(None, error)
                status = 409
            else:
                return self._done(request, done)
        return self._asked(request, form, status)

    def _prefilled(self, request: HttpRequest) -> dict[str, Any]:
        """What the address says, or what was typed before *Change…*; `back` names a handover to give back."""
        source = request.POST if request.method == "POST" else request.GET
        given: dict[str, Any] = {name: source[name] for name in ASKED if name in source and "\x00" not in source[name]}
        given = {name: value for name, value in given.items() if not name.endswith("_user") or is_id(value)}
        if "also" in given:
            given["also"] = [key for key in source.getlist("also") if is_id(key)]
        record = self._given_back(request)
        if record is not None and request.method != "POST":
            given = {"from_user": record.to_user_id, "to_user": record.from_user_id, **given}
        return given

    def _given_back(self, request: HttpRequest) -> HandOver | None:
        """The handover whose customers go back."""
        key = request.POST.get("back", request.GET.get("back", ""))
        return self.get_queryset(request).filter(pk=key).first() if is_id(key) else None

    def _asked(self, request: HttpRequest, form: HandOverForm, status: int = 200) -> HttpResponse:
        """The first page, or once who and when are known the second."""
        back = self._given_back(request)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Hand over"),
            "form": form,
            "submission": submissions.token(request),
            "adminform": AdminForm(form, [(None, {"fields": [*form.fields]})], {}),  # type: ignore[arg-type]
            "back": back,
        }
        if form.is_bound and form.rows:
            context |= self._preview(form, back, shown="shown" in request.POST)
            return TemplateResponse(request, "admin/customers/handover/preview.html", context, status=status)
        return TemplateResponse(request, "admin/customers/handover/add.html", context, status=status)

    def _preview(self, form: HandOverForm, back: HandOver | None, *, shown: bool) -> dict[str, Any]:
        """What would happen. All that can go is ticked at first; then what was ticked stays so."""
        wanted = set(back.customers.values_list("pk", flat=True)) if back else None
        ticked = {row.customer.pk for row in form.rows if row.error is None}
        if shown or form.choosing:
            ticked = form.chosen
        elif wanted is not None:
            ticked &= wanted
        going = [row for row in form.rows if row.error is None and row.customer.pk in ticked]
        totals = {
            name: sum(row.counts[name] for row in going) for name in ("actions", "risks", "requests", "entitlements")
        }
        return {
            "terms": form.terms,
            "rows": [(row, row.customer.pk in ticked) for row in form.rows],
            "rows_told": [(row, row.customer.pk in ticked, " · ".join(_counted(row.counts))) for row in form.rows],
            "going": len(going),
            "totals": totals,
            "totals_told": _counted(totals),
            "behind": [row for row in form.rows if row.error is not None or row.roles_behind],
            "recipients": form.recipients,
            "begins_later": form.terms is not None and form.terms.starts > timezone.localdate(),
        }

    def _done(self, request: HttpRequest, done: moving_work.Done) -> HttpResponse:
        names = ", ".join(named_to(record.to_user, person(request)) for record in done.records)
        words = ngettext(
            "Handed %(count)d customer over to %(names)s.",
            "Handed %(count)d customers over to %(names)s.",
            done.customers,
        )
        messages.success(request, words % {"count": done.customers, "names": names})
        behind = sorted({f"{row.customer} ({', '.join(row.roles_behind)})" for row in done.rows if row.roles_behind})
        if behind:
            messages.warning(request, gettext("Stays behind: %(what)s.") % {"what": ", ".join(behind[:10])})
        if len(done.records) == 1:
            return HttpResponseRedirect(reverse("admin:customers_handover_change", args=[done.records[0].pk]))
        return HttpResponseRedirect(reverse("admin:customers_handover_changelist"))

    # --- One handover -------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """Deleting is closed; a cover's early end has a page of its own."""
        stock = [url for url in super().get_urls() if getattr(url, "name", None) != "customers_handover_delete"]
        return [
            path("<path:object_id>/end/", self.admin_site.admin_view(self.end_view), name="customers_handover_end"),
            *stock,
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What was handed over; nothing here changes it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = self.found(request, object_id)
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        may = policy.may_hand_over(person(request))
        context = self._of_record(request, record, str(record)) | {
            "may_end": may and self._can_end(record),
            "may_hand_back": may and record.ends is None,
            "customers": Customer.objects.visible_to(request.user)
            .filter(handovers=record)
            .select_related("region")
            .order_by("name", "pk"),
        }
        return TemplateResponse(request, "admin/customers/handover/read.html", context)

    def end_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """End a cover early, by POST; a GET says what that does."""
        if not policy.may_hand_over(person(request)):
            raise PermissionDenied
        record = self.found(request, object_id)
        if record is None or not self.has_view_permission(request):
            raise Http404
        read = reverse("admin:customers_handover_change", args=[record.pk])
        if request.method == "POST":
            try:
                moving_work.end_early(record, by=person(request))
            except Conflict:
                messages.warning(request, gettext("This cover is over, or was ended meanwhile."))
            else:
                messages.success(request, gettext("The cover is ended."))
            return HttpResponseRedirect(read)
        if not self._can_end(record):
            return HttpResponseRedirect(read)
        context = self._of_record(request, record, gettext("End the cover early"))
        return TemplateResponse(request, "admin/customers/handover/end.html", context)

    def _of_record(self, request: HttpRequest, record: HandOver, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "record": record,
            "today": timezone.localdate(),
        }

    @staticmethod
    def _can_end(record: HandOver) -> bool:
        return record.ends is not None and record.ended_at is None and record.ends >= timezone.localdate()

    # --- The list -----------------------------------------------------------------------------------------------------

    @admin.display(description=_("from whom to whom"), ordering="from_user__username")
    def who(self, record: HandOver) -> str:
        """The two."""
        return str(record)

    @admin.display(description=_("dates"), ordering="starts")
    def dates(self, record: HandOver) -> str:
        """From when, and for a cover until when."""
        return f"{short(record.starts)} – {short(record.ends)}" if record.ends else short(record.starts)

    @admin.display(description=_("kind"))
    def kind(self, record: HandOver) -> str:
        """For good, or a cover and whether it was ended."""
        if record.ends is None:
            return gettext("for good")
        ended = gettext("ended early") if record.ended_at else ""
        return format_html('{}<span class="sub">{}</span>', gettext("cover"), ended)

    @admin.display(description=_("customers"))
    def how_many(self, record: Any) -> str:
        """How many of the customers the reader may know of."""
        return format_html('<span class="num">{}</span>', record.seen)


def _counted(counts: Mapping[str, int]) -> list[str]:
    """How much is open, kind by kind, in words; what there is none of is not told."""
    words = {
        "actions": ngettext("%(number)d next action", "%(number)d next actions", counts["actions"]),
        "risks": ngettext("%(number)d open risk", "%(number)d open risks", counts["risks"]),
        "requests": ngettext("%(number)d summary request", "%(number)d summary requests", counts["requests"]),
        "entitlements": ngettext("%(number)d entitlement", "%(number)d entitlements", counts["entitlements"]),
    }
    return [text % {"number": counts[name]} for name, text in words.items() if counts[name]]
