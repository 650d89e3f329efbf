"""Dates as the look asks: short, the full one on hover, lateness in words."""

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()
SOON = 7


@register.filter
def short(day: dt.date) -> str:
    """“23 Nov”, with the year only in another year."""
    return date_format(day, _("j M") if day.year == timezone.localdate().year else _("j M Y"))


@register.filter
def local_short(at: dt.datetime) -> str:
    """A moment's day in the user's time zone, as `short`."""
    return short(timezone.localdate(at))


@register.simple_tag
def day(at: dt.datetime | None) -> SafeString | str:
    """The day of a moment, in the user's time zone; date, time and zone on hover."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    title = f"{date_format(local, 'DATETIME_FORMAT')} {local.tzname()}"
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), title, short(local))


@register.simple_tag
def due(date: dt.date | None, done: dt.datetime | None = None) -> SafeString | str:
    """A date that somebody waits for: plain when it is far or done, in words when it is near or past."""
    if date is None:
        return ""
    left = (date - timezone.localdate()).days
    if done is not None or left > SOON:
        return format_html('<span class="sub">{}</span>', short(date))
    title = date_format(date, "DATE_FORMAT")
    if left < 0:
        words = ngettext("%(days)d day late", "%(days)d days late", -left) % {"days": -left}
        return format_html('<span class="sub"><span class="pill late" title="{}">{}</span></span>', title, words)
    if left == 0:
        words = _("due today")
    elif left == 1:
        words = _("due tomorrow")
    else:
        words = ngettext("in %(days)d day", "in %(days)d days", left) % {"days": left}
    return format_html('<span class="sub"><span class="pill due" title="{}">{}</span></span>', title, words)
