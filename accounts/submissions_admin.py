"""The admin's pages, on which the same form twice is saved once (`accounts.submissions`)."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts import submissions


class OnceAdmin(admin.ModelAdmin):
    """A form that is handed in again is answered as the first time.

    Changed in between it is another form: one that adds is shown again, to be saved knowingly; one that changes finds
    a newer version (409).
    """

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Where somebody saved the same thing between check and save, check once more: it is an error at its field."""
        try:
            return self.once(request, object_id) or super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            return self.once(request, object_id) or super().changeform_view(request, object_id, form_url, extra_context)

    def once(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse | None:
        """The answer to a form that was handed in before; None for any other, and for who may not hand it in."""
        handed = submissions.handed_in(request)
        request.submission_claimed = False  # type: ignore[attr-defined]
        if handed is None:
            return None
        first, made = handed.before()
        request.submission_spent = handed.adds and made is not None  # type: ignore[attr-defined]
        if first is None:
            return None
        record = self.get_queryset(request).filter(pk=first.object_id).first()
        adding = object_id is None
        if not (self.has_add_permission(request) if adding else self.has_change_permission(request, record)):
            return None
        return self.answer_again(request, record)

    def answer_again(self, request: HttpRequest, record: Any) -> HttpResponse:
        """Say that it is saved, and lead where the first answer led; `record` is None when it is out of sight."""
        if IS_POPUP_VAR in request.POST and record is not None:
            return self.response_add(request, record)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        submissions.say_again(request, reverse(f"{name}_change", args=[record.pk]) if record is not None else "")
        if record is None:
            return HttpResponseRedirect(reverse(f"{name}_changelist"))
        if "_continue" in request.POST:
            return HttpResponseRedirect(reverse(f"{name}_change", args=[record.pk]))
        if "_addanother" in request.POST:
            return self.response_another(record)
        return self.response_post_save_add(request, record)

    def response_another(self, record: Any) -> HttpResponse:
        """Where *Save and add another* leads."""
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add"))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Django's form; refused where it has made its record already and says something else now."""
        return submissions.once_only(request, super().get_form(request, obj, change, **kwargs))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Within the transaction that saved it: the form is used up."""
        submissions.claim(request, obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """As for an addition."""
        submissions.claim(request, obj)
        return super().log_change(request, obj, message)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """A form that lost a race against itself is answered as the first; any other is shown with its token."""
        original = context.get("original")
        made = self.once(request, str(original.pk) if original is not None else None)
        if made is not None:
            return made
        context["submission"] = submissions.token(request)
        return super().render_change_form(request, context, *args, **kwargs)
