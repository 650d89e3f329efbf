"""A risk that somebody stepped or changed while another wrote: both sides on the step page, and of a closed one."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext

from accounts import merging
from accounts.changes import changes_of
from accounts.merge_admin import version_of
from accounts.merging import Merge
from accounts.models import User
from accounts.sent_values import shown
from accounts.telling import lines
from notes import policy
from notes.admin.history import RISK
from notes.forms.risk import StepForm
from notes.models import Risk

TOLD_BY_STEPS = {"version", "state", "escalated_to", "reference", "closed_at", "last_step", "last_step_at"}


def of_step(risk: Risk, form: StepForm, opened: int | None, reader: User) -> dict[str, Any]:
    """What the step page shows beside each other: the steps and changes since it was `opened`, and what was typed."""
    kept = merging.kept_at(risk, opened)
    merge = Merge(merging.saves_since(risk, opened))
    steps = risk.steps.select_related("by").order_by("at", "pk")
    if kept is not None:
        names = [column.name for column in type(kept).tracked_fields if not column.primary_key]
        history: Any = Risk.history
        now = history.filter(id=risk.pk).order_by("-history_date", "-history_id").first()
        changes = changes_of([name for name in names if name not in TOLD_BY_STEPS], now, kept)
        merge.beside = lines(list(changes), RISK, reader)
        steps = steps.filter(at__gt=kept.history_date)
    since = list(steps) if kept is not None else list(steps)[-1:]
    return {"race": merge, "since": since, "mine": typed_step(form)}


def typed_step(form: StepForm) -> list[tuple[str, str]]:
    """What was typed or chosen in a step, in words."""
    found = []
    for name in ("to", "escalated_to", "reference", "comment"):
        field, sent = form.fields[name], str(form.data.get(name, ""))
        words = str(dict(form.every_state).get(sent, sent)) if name == "to" else shown(field, sent)
        if words.strip():
            found.append((str(capfirst(field.label or name)), words))
    return found


def closed_meanwhile(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """The answer to a change of a risk that was closed after its form was opened: 409 with both sides, and the way to
    open it again. Raises PermissionDenied where it is anything else.
    """
    user, opened = request.user, version_of(request.POST.get("version"))
    risk: Any = model_admin.get_queryset(request).filter(pk=object_id, closed_at__isnull=False).first()
    meanwhile = request.method == "POST" and risk is not None and opened is not None and opened < risk.version
    if not meanwhile or not isinstance(user, User) or not policy.may_step(user, risk):
        raise PermissionDenied
    names = [name for name in model_admin.asked if name != "customer"]
    kept = {name: str(getattr(risk, risk._meta.get_field(name).attname) or "") for name in names}
    theirs = [(label, words) for label, words in model_admin.words_of(request, kept) if words]
    state = str(capfirst(risk._meta.get_field("state").verbose_name))
    why = str(capfirst(risk._meta.get_field("last_step").verbose_name))
    return model_admin.answer_gone(  # type: ignore[no-any-return]
        request,
        title=gettext("Closed while you wrote"),
        save=next(iter(merging.saves_since(risk, opened)), None),
        typed=model_admin.typed(request, names),
        theirs=[(state, risk.get_state_display()), (why, risk.last_step), *theirs],
        ways=[(f"{reverse('admin:notes_risk_step', args=[risk.pk])}?to=open", gettext("Open it again…"))],
        record=risk,
    )
