"""Who stands in for whom: what a cover shows to both, and what somebody is told of handovers at home."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import ngettext_lazy

from accounts.models import User
from accounts.templatetags.due import short
from accounts.templatetags.people import named_to
from customers.models import Customer, HandOver

# How long somebody is told that work went over for good.
TOLD_FOR = dt.timedelta(days=14)


def with_covered(user: User, person: str, customer: str = "customer_id") -> Q:
    """Rows that are `user`'s by the link `person`, and those of whom `user` covers today, at the covered customers.

    `customer` is the column that holds the row's customer. Reads the covers first (one query), so that the rows are
    still found by the index on the person.
    """
    covers = HandOver.objects.holding().filter(to_user=user)
    away = set(covers.values_list("from_user_id", flat=True))
    if not away:
        return Q(**{person: user})
    at_covered = covers.filter(from_user=OuterRef(f"{person}_id"), customers=OuterRef(customer))
    return Q(**{f"{person}__in": {user.pk, *away}}) & (Q(**{person: user}) | Q(Exists(at_covered)))


_SENTENCES = {
    # (a cover, done for this person, going on): a cover is for whom it is from, a handing over for whom it goes to
    ("cover", "for me", True): ngettext_lazy(
        "%(other)s covers %(count)d customer for you until %(ends)s",
        "%(other)s covers %(count)d customers for you until %(ends)s",
        "count",
    ),
    ("cover", "by me", True): ngettext_lazy(
        "You cover %(count)d customer for %(other)s until %(ends)s",
        "You cover %(count)d customers for %(other)s until %(ends)s",
        "count",
    ),
    ("cover", "for me", False): ngettext_lazy(
        "%(other)s covers %(count)d customer for you from %(starts)s to %(ends)s",
        "%(other)s covers %(count)d customers for you from %(starts)s to %(ends)s",
        "count",
    ),
    ("cover", "by me", False): ngettext_lazy(
        "You cover %(count)d customer for %(other)s from %(starts)s to %(ends)s",
        "You cover %(count)d customers for %(other)s from %(starts)s to %(ends)s",
        "count",
    ),
    ("good", "by me", True): ngettext_lazy(
        "%(other)s handed %(count)d customer over to you on %(starts)s",
        "%(other)s handed %(count)d customers over to you on %(starts)s",
        "count",
    ),
    ("good", "for me", True): ngettext_lazy(
        "You handed %(count)d customer over to %(other)s on %(starts)s",
        "You handed %(count)d customers over to %(other)s on %(starts)s",
        "count",
    ),
    ("good", "by me", False): ngettext_lazy(
        "%(other)s hands %(count)d customer over to you on %(starts)s",
        "%(other)s hands %(count)d customers over to you on %(starts)s",
        "count",
    ),
    ("good", "for me", False): ngettext_lazy(
        "You hand %(count)d customer over to %(other)s on %(starts)s",
        "You hand %(count)d customers over to %(other)s on %(starts)s",
        "count",
    ),
}


@dataclass(frozen=True)
class Told:
    """One handover as one of the two is told of it; `url` is left to the page."""

    record: HandOver
    sentence: str
    word: str


def told(user: User) -> list[Told]:
    """The covers that hold or come, and what went over for good within 14 days or will, by day. One query."""
    today = timezone.localdate()
    rows = (
        HandOver.objects.filter(Q(from_user=user) | Q(to_user=user), ended_at=None)
        .filter(Q(ends__gte=today) | Q(ends=None, starts__gte=today - TOLD_FOR))
        .select_related("from_user", "to_user")
        .annotate(seen=Count("customers", filter=Q(customers__in=Customer.objects.visible_to(user))))
        .order_by("starts", "pk")
    )
    return [Told(row, _sentence(row, user, today), row.word) for row in rows if row.seen]


def _sentence(row: Any, user: User, today: dt.date) -> str:
    mine = row.from_user_id == user.pk
    kind = ("good" if row.ends is None else "cover", "for me" if mine else "by me", row.starts <= today)
    other = row.to_user if mine else row.from_user
    return str(
        _SENTENCES[kind]
        % {
            "other": named_to(other, user),
            "count": row.seen,
            "starts": short(row.starts),
            "ends": short(row.ends) if row.ends else "",
        }
    )
