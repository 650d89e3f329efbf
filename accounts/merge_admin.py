"""The admin's answers to a lost race: 409 with both sides, and what was typed where the record is gone (contract)."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import label_for_field, unquote
from django.db import models
from django.forms.models import _get_foreign_key
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext

from accounts import merging
from accounts.changes import changes_of
from accounts.history import Versions
from accounts.merge_rows import RowMerge
from accounts.merging import Merge, Save
from accounts.models import User
from accounts.telling import lines
from accounts.versioned_form import VersionedForm

# What an address may hold of the words of a record that is gone.
LONGEST_IN_ADDRESS = 300


def version_of(text: Any) -> int | None:
    """A version as a form brings it back; None for none, or garbage."""
    known = isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) < 10
    return int(text) if known else None


class MergeAdmin(admin.ModelAdmin):
    """A form that lost a race comes back with both sides; so does one whose row among its inlines did."""

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """Django's; rows that ride on the record's version are brought together before they are checked."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        rides = hasattr(inline.model, "history") and not hasattr(inline.model, "version")
        if request.method != "POST" or not rides or obj.pk is None or not hasattr(obj, "version"):
            return kwargs
        opened, data = version_of(request.POST.get("version")), kwargs["data"]
        if opened == obj.version and not any(key.startswith(f"merge-{prefix}-") for key in data):
            return kwargs
        link = _get_foreign_key(self.model, inline.model, fk_name=inline.fk_name).attname
        fields = inline.get_formset(request, obj).form.base_fields
        merge = RowMerge(data, prefix, fields, inline.model, obj, link).settle(opened)
        if merge is not None:
            request.row_merges = [*getattr(request, "row_merges", ()), merge]  # type: ignore[attr-defined]
        return kwargs

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """With 409 and both sides where somebody saved meanwhile."""
        form = context["adminform"].form
        rows = [row for inline in context["inline_admin_formsets"] for row in inline.formset.forms]
        lost = [one for one in (form, *rows) if getattr(one, "conflict", False)]
        if lost:
            context["merges"] = self._merges(request, form, lost)
            refused = [error for one in (form, *rows) for found in one.errors.as_data().values() for error in found]
            if all(error.code == "conflict" for error in refused):
                context["errors"] = None  # the page says it in its own words
        response = super().render_change_form(request, context, *args, **kwargs)
        if isinstance(response, TemplateResponse) and lost:
            response.status_code = 409
        return response

    def _merges(self, request: HttpRequest, form: Any, lost: list[Any]) -> list[Merge]:
        merges = []
        for one in lost:
            merge: Merge = one.merge
            if one is form:
                merge.beside = self._beside(request, form)
            else:
                merge.about = str(one.instance)
            merges.append(merge)
            if one is form:
                merges += [rows for rows in getattr(request, "row_merges", ()) if rows.clashes or rows.taken]
        for merge in merges[:1]:
            merge.elsewhere = any(other.clashes for other in merges[1:])
        return merges

    def _beside(self, request: HttpRequest, form: VersionedForm) -> list[Any]:
        """What changed of the record that its form does not ask: a status, a state."""
        story = getattr(self, "story", None)
        _opened, kept = getattr(form.instance, "meanwhile", (None, None))
        if story is None or kept is None:
            return []
        untold = {name for source in story.sources if isinstance(source, Versions) for name in source.untold}
        told = [
            column.name
            for column in type(kept).tracked_fields
            if not column.primary_key and column.name not in untold | form.covers
        ]
        kept_rows: Any = self.model.history
        now = kept_rows.filter(id=form.instance.pk).order_by("-history_date", "-history_id").first()
        if now is None or not isinstance(request.user, User):
            return []
        return lines(list(changes_of(told, now, kept)), story, request.user)

    # --- Gone meanwhile -----------------------------------------------------------------------------------------------

    def knew(self, request: HttpRequest, last: Any) -> bool:
        """Whether the person could see the record that is gone; `last` is what history keeps of it."""
        return self.has_view_permission(request) and not hasattr(self.model._default_manager, "visible_to")

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """Django's, but words that were typed are given back where somebody deleted their record."""
        key = unquote(object_id)
        history: Any = getattr(self.model, "history", None)
        if request.method == "POST" and history is not None and key.isascii() and key.isdecimal() and len(key) < 19:
            last = history.filter(id=key, history_type="-").select_related("history_user").first()
            if last is not None and self.knew(request, last):
                return self._answer_deleted(request, last)
        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[misc,no-any-return]

    def _answer_deleted(self, request: HttpRequest, last: Any) -> HttpResponse:
        names = [name for name in request.POST if name in {field.name for field in self.opts.concrete_fields}]
        names = [name for name in names if name not in ("version", self.opts.pk.name)]
        ways = []
        if self.has_add_permission(request):
            address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")
            short = {name: request.POST[name] for name in names if 0 < len(request.POST[name]) <= LONGEST_IN_ADDRESS}
            ways = [(f"{address}?{urlencode(short)}", gettext("Add it anew…"))]
        return self.answer_gone(
            request,
            title=gettext("Deleted while you wrote"),
            save=Save(last.history_user, last.history_date),
            typed=self.typed(request, names),
            ways=ways,
        )

    def typed(self, request: HttpRequest, names: list[str]) -> list[tuple[str, str]]:
        """What was typed or chosen in these fields, in words: label and value. Blank ones are left out."""
        return self.words_of(request, {name: request.POST.get(name, "") for name in names})

    def words_of(self, request: HttpRequest, values: dict[str, str]) -> list[tuple[str, str]]:
        """Values of columns as a form sends them, in words, as far as the person may know of what they name."""
        found = []
        for name, sent in values.items():
            column: Any = self.opts.get_field(name)
            value = sent.replace("\r\n", "\n").strip()
            if value and isinstance(column, models.ForeignKey):
                rows: Any = column.related_model._default_manager.all()
                rows = rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows
                known = value.isascii() and value.isdecimal() and len(value) < 19
                value = str(rows.filter(pk=value).first() or "") if known else ""
            elif value and isinstance(column, models.BooleanField):
                value = gettext("Yes")
            elif value and column.flatchoices:
                value = str({str(key): label for key, label in column.flatchoices}.get(value, value))
            if value:
                found.append((str(capfirst(str(label_for_field(name, self.model, self)))), value))
        return found

    def answer_gone(
        self,
        request: HttpRequest,
        *,
        title: str,
        save: Save | None,
        typed: list[tuple[str, str]],
        theirs: list[tuple[str, str]] | None = None,
        ways: list[tuple[str, str]] | None = None,
        record: Any = None,
    ) -> TemplateResponse:
        """The page of a record that takes no more changes: what happened, what stands, what was typed, and ways on
        (address and words). 409.
        """
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "record": record,
            "save": save,
            "typed": typed,
            "theirs": theirs or [],
            "ways": ways or [],
        }
        return TemplateResponse(request, "admin/gone.html", context, status=409)

    # --- Deleting what somebody has just edited -----------------------------------------------------------------------

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's; asks once more where somebody saved after the question was asked."""
        asked, stale = version_of(request.POST.get("version")), False
        if request.method == "POST" and asked is not None:
            record: Any = self.get_object(request, unquote(object_id))
            stale = record is not None and getattr(record, "version", asked) != asked
        if not stale:
            return super().delete_view(request, object_id, extra_context)
        request.method, request.POST = "GET", type(request.POST)("")
        kept = merging.kept_at(record, asked)
        now: Any = type(record).history.filter(id=record.pk).order_by("-history_date", "-history_id").first()
        merge = Merge(merging.saves_since(record, asked))
        story = getattr(self, "story", None)
        if story is not None and kept is not None and isinstance(request.user, User):
            names = [f.name for f in type(kept).tracked_fields if not f.primary_key and f.name != "version"]
            merge.beside = lines(list(changes_of(names, now, kept)), story, request.user)
        response = super().delete_view(request, object_id, {**(extra_context or {}), "merge": merge})
        if response.status_code == 200:
            response.status_code = 409
        return response
