"""The relative stretches of time that lists narrow by; always relative, so a saved one stays true."""

import datetime as dt

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Period(TextChoices):
    """A stretch of days that ends with today or with the running week, month or quarter."""

    TODAY = "today", _("today")
    THIS_WEEK = "this_week", _("this week")
    THIS_MONTH = "this_month", _("this month")
    THIS_QUARTER = "this_quarter", _("this quarter")
    LAST_7_DAYS = "last_7_days", _("last 7 days")
    LAST_30_DAYS = "last_30_days", _("last 30 days")
    LAST_90_DAYS = "last_90_days", _("last 90 days")

    def first_day(self, today: dt.date) -> dt.date:
        """Its first day; weeks begin on Monday, and *last 7 days* counts today."""
        if self is Period.THIS_WEEK:
            return today - dt.timedelta(days=today.weekday())
        if self is Period.THIS_MONTH:
            return today.replace(day=1)
        if self is Period.THIS_QUARTER:
            return today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        days = {Period.TODAY: 1, Period.LAST_7_DAYS: 7, Period.LAST_30_DAYS: 30, Period.LAST_90_DAYS: 90}
        return today - dt.timedelta(days=days[self] - 1)


def start_of(day: dt.date) -> dt.datetime:
    """The moment a day begins in the user's time zone."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def end_of(day: dt.date) -> dt.datetime:
    """The moment after a day's last, in the user's time zone; the very last days there are stand for the end."""
    if day >= dt.date.max - dt.timedelta(days=2):
        return start_of(dt.date.max - dt.timedelta(days=2))
    return start_of(day + dt.timedelta(days=1))
