"""The days that a date field offers at a press: told from today in the writer's time zone."""

import calendar
import datetime as dt
from typing import NamedTuple

from django.utils.translation import gettext, ngettext


class Preset(NamedTuple):
    """A button beside a field: what it says, and what it fills in."""

    label: str
    value: str


def soon(today: dt.date) -> list[Preset]:
    """For what is done next: tomorrow, in one and two weeks, and the ends of the month and the quarter to come."""
    month, quarter = _end_of_month(today), _end_of_quarter(today)
    days = [
        (gettext("tomorrow"), today + dt.timedelta(days=1)),
        (_in_weeks(1), today + dt.timedelta(weeks=1)),
        (_in_weeks(2), today + dt.timedelta(weeks=2)),
        (gettext("end of month"), month),
        (gettext("end of quarter"), quarter),
    ]
    return _presets(days)


def later(today: dt.date) -> list[Preset]:
    """For what takes its time, a target or what stands in its way: from two weeks to the end of the year."""
    days = [
        (_in_weeks(2), today + dt.timedelta(weeks=2)),
        (gettext("end of month"), _end_of_month(today)),
        (gettext("end of quarter"), _end_of_quarter(today)),
        (gettext("end of year"), dt.date(today.year, 12, 31)),
    ]
    return _presets(days)


def next_update(today: dt.date) -> list[Preset]:
    """For an Enterprise Status: in 14 days, its cadence, or sooner (domain.md §4)."""
    return _presets([(_in_days(7), today + dt.timedelta(days=7)), (_in_days(14), today + dt.timedelta(days=14))])


def answer(today: dt.date) -> list[Preset]:
    """For what a manager asks of a writer: in a few days, in one and two weeks."""
    days = [(_in_days(3), 3), (_in_weeks(1), 7), (_in_weeks(2), 14)]
    return _presets([(label, today + dt.timedelta(days=count)) for label, count in days])


def _presets(days: list[tuple[str, dt.date]]) -> list[Preset]:
    """One for each day: of two names for one day the later, which says more, stays."""
    by_day = {day: label for label, day in days}
    return [Preset(label, day.isoformat()) for day, label in sorted(by_day.items())]


def _in_weeks(count: int) -> str:
    return ngettext("in %(count)d week", "in %(count)d weeks", count) % {"count": count}


def _in_days(count: int) -> str:
    return ngettext("in %(count)d day", "in %(count)d days", count) % {"count": count}


def _end_of_month(day: dt.date) -> dt.date:
    """The month's last day after `day`: on the last day itself that of the next one."""
    day += dt.timedelta(days=1)
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _end_of_quarter(day: dt.date) -> dt.date:
    """The quarter's last day after `day`."""
    day += dt.timedelta(days=1)
    month = (day.month - 1) // 3 * 3 + 3
    return day.replace(month=month, day=calendar.monthrange(day.year, month)[1])
