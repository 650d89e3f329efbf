"""Every piece of advice, declared once: what and why in a sentence, and a better wording (domain.md §4, §6, §7)."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from customers.status import L1

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class Level(StrEnum):
    """Something to look at, or something done as the playbook asks."""

    LOOK = "look"
    DONE = "done"


@dataclass(frozen=True)
class Advice:
    """One piece for one note: `field` is the form field it speaks of, `values` fill its sentence in."""

    code: str
    field: str
    level: Level = Level.LOOK
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    l1: str = ""

    @property
    def message(self) -> str:
        """What and why in one sentence, in the active language."""
        return self._filled(DONE[self.code] if self.level == Level.DONE else LOOK[self.code][0])

    @property
    def better(self) -> str:
        """A better wording, in the active language; "" for what is done."""
        if self.level == Level.DONE:
            return ""
        return self._filled(LOOK[self.code][1] or EXAMPLES.get(self.l1, EXAMPLES[""]))

    def _filled(self, text: "StrPromise") -> str:
        return str(text) % self.values if self.values else str(text)


# A good why under each L1; the pieces on the why show the one of the status chosen.
EXAMPLES: "dict[str, StrPromise]" = {
    L1.IN_PROGRESS.value: _("“Moves 900 mailboxes by June because the lease of its server room ends.”"),
    L1.BLOCKED.value: _("“Wants to enrol 6,200 tablets, unable to: the proxy stops it until the vendor's fix.”"),
    L1.NO_INTENT.value: _("“Does not have intent: every plant has another chat tool under contract.”"),
    L1.DUPLICATE_INVALID.value: _("“The same 300 seats stand under its parent: the purchase was booked twice.”"),
    "": _("“Wants to use it for its shops; undecided on the date because the budget is voted in May.”"),
}

# Code: (what and why, a better wording; None for the example of the L1).
LOOK: "dict[str, tuple[StrPromise, StrPromise | None]]" = {
    "why_blank": (_("Say what the customer intends, and why: a status alone tells nobody what to do."), None),
    "usage_only": (_("A usage figure is no reason: say what the customer intends, and why."), None),
    "status_only": (_("This says the status once more: what a reader looks for is the reason."), None),
    "why_missing": (
        _("The why is missing: name what drives or stops the customer, so that a manager need not call."),
        None,
    ),
    "intent_missing": (_("No word of intent: a reader cannot tell whether the customer will deploy."), None),
    "intent_both": (_("It says both that the customer wants to and that it will not: keep the one that holds."), None),
    "intent_status": (_("Text and status disagree on what the customer intends: make them say the same."), None),
    "open_word": (
        _("“%(word)s” leaves the intent open: say what holds, without the word."),
        _("“Unable to deploy until the proxy is replaced” says what “not deploying for now” leaves open."),
    ),
    "too_long": (
        _("About two sentences are read here: what happened besides belongs in an Overall Status note."),
        None,
    ),
    "scheduling": (
        _("Meetings and their days say nothing of intent: they belong in an Overall Status note."),
        _("Keep the reason here, and give the meeting as the next action of an Overall Status note."),
    ),
    "attempts": (
        _("Say how many attempts there were: it shows whether the customer was really asked."),
        _("“Five attempts since 2 March, three by e-mail and two by phone.”"),
    ),
    "whom": (
        _("Say whom you tried to reach: somebody else may know another way in."),
        _("“To the IT manager and the CIO's office.”"),
    ),
    "account": (
        _("Say whether it is a managed or an unmanaged account: it decides who can help to reach the customer."),
        _("“Unmanaged account, so no account team to ask.”"),
    ),
    "account_managed": (
        _("Say that it is a managed account, as its record has it: the account team can help to reach the customer."),
        _("“Managed account; its account team was asked on 9 March.”"),
    ),
    "same_text": (
        _("The same text stands at %(codes)s: each workload has its own reason, and one pasted over all hides it."),
        _("Say of this workload alone what drives or stops it."),
    ),
    "next_action_missing": (
        _("No next action: without one nobody knows who moves next."),
        _("“Send the pilot list”, with a day and a name."),
    ),
    "next_action_bare": (
        _("The next action has no day or no owner, so it reminds nobody."),
        _("“Send the pilot list”, with a day and a name."),
    ),
    "insight_pending": (
        _("The Insight ID is pending: engineering acts on a 1st-party concern only once it has one."),
        _("File the insight and put its ID here in place of “pending”."),
    ),
    "rag_why": (
        _("Red or Yellow, and not what keeps it from Green: name the topic and its impact."),
        _("“Intune enrolment: the proxy breaks it in a third of the wards; a fix is in test until 26 June.”"),
    ),
    "rag_action": (
        _("What is being done about it is missing: leadership reads the actions first."),
        _("“The vendor's fix is in test; enrolment goes on with the other wards.”"),
    ),
    "lines_missing": (
        _("%(codes)s changed since the last summary and has no line, so the change goes unread."),
        _("“[INTUNE] Intune - blocked by the proxy, vendor's fix expected 26 June”"),
    ),
    "risks_in_prose": (
        _("“%(word)s” stands in the text only: what is not in the Risks box is on no manager's list."),
        _("“high: Go-live slips if the fix is late” in the Risks box, one risk a line."),
    ),
    "campaign_place": (
        _("As %(role)s you record %(tag)s under %(types)s: leadership looks for it there, so write it there too."),
        _("Start the other note from here; a sentence on what changed in the customer's priorities is enough."),
    ),
    "campaign_untagged": (
        _("This customer is in %(tag)s and the note does not carry it, so the campaign's list will miss the note."),
        _("Put %(tag)s in the hashtags if the note is about it; leave it away where the customer pauses."),
    ),
    "pause_words": (
        _("“%(word)s” reads like a pause: a customer that pauses gets no %(tag)s, its entitlement's status changes."),
        _("If it pauses, write an Entitlement Status note without the tag; if not, say so: “resumed on 4 May”."),
    ),
}  # fmt: skip

# Code: what is done as it should be.
DONE: "dict[str, StrPromise]" = {
    "wants": _("Says that the customer wants to."),
    "will_not": _("Says that the customer will not."),
    "intent": _("Says what the customer intends."),
    "why": _("Says why."),
    "why_cannot": _("Says why it cannot."),
    "why_not": _("Says why it will not."),
    "short": _("About two sentences."),
    "unresponsive": _("Says how often, whom, and which kind of account."),
    "next_action": _("Next action has a date and an owner."),
    "insight": _("The concern cites its Insight ID."),
    "rag": _("Says what keeps it from Green."),
    "risks": _("Risks stand in the Risks box."),
    "campaign_place": _("%(tag)s stands where %(role)s records it."),
    "campaign_tag": _("Carries %(tag)s."),
}
