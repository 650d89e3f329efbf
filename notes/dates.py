"""Dates as people write them in notes, in English and Chinese, where they can be read in one way only (domain.md §4).

"next occurrence on April 30, 2019", "30 Apr 2019", 2019/4/30 and 2019 年 4 月 30 日 are plain. A date without its year,
a range and 04/05/2019 are not: what is read must never be a guess. Every step looks at a character a fixed number of
times.
"""

from __future__ import annotations

import datetime
import re
from contextlib import suppress
from dataclasses import dataclass

from notes.workload_lines import fold

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july"),
            *("aug august", "sep sept september", "oct october", "nov november", "dec december"),
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})(?![a-z])\.?"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?(?![0-9a-z])"
_YEAR = r"(?P<year>[0-9]{4})(?![0-9])"
_S = r"\s{0,3}"  # so few that no run of spaces is looked at twice
_FROM = rf"(?P<from>[0-9]{{1,2}}(?:st|nd|rd|th)?{_S}(?:[-~/&,、至到或和]|to\b|and\b|or\b){_S})?"
_TO = (
    rf"(?P<to>{_S}(?:[-~/&,、至到或和]|to\b|and\b|or\b){_S}[0-9]{{1,2}}(?:st|nd|rd|th|{_S}[日号])"
    rf"|{_S}(?:[~至到]|to\b){_S}[0-9]{{1,2}}[-/][0-9]{{1,2}}(?![0-9])|[-~/][0-9]{{1,2}}(?![0-9:]))?"
)
_NOT_INSIDE = r"(?<![0-9a-z])(?<![0-9][./-])"

_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # 2019-04-30, 2019/4/30, 2019.4.30, 2019 年 4 月 30 日
        rf"{_NOT_INSIDE}{_YEAR}{_S}[-/.年]{_S}(?P<month>[0-9]{{1,2}}){_S}[-/.月]{_S}(?P<day>[0-9]{{1,2}})"
        rf"(?![0-9])(?:{_S}[日号])?{_TO}",
        # April 30, 2019; the year may be left out
        rf"(?<![a-z]){_MONTH}{_S}-?{_S}{_DAY}(?:{_TO}{_S}[,-]?{_S}{_YEAR})?",
        # 30 April 2019, 30th of April, 2019, 30-Apr-2019
        rf"{_NOT_INSIDE}{_FROM}{_DAY}{_S}(?:of\s{_S})?-?{_S}{_MONTH}(?:{_S}[,-]?{_S}{_YEAR})?",
        # 30/04/2019, 4/30/2019, 04.05.2019, 4/5/19
        rf"{_NOT_INSIDE}(?P<first>[0-9]{{1,2}})(?P<mark>[/.-])(?P<second>[0-9]{{1,2}})(?P=mark)"
        rf"(?:{_YEAR}|(?<!\.)[0-9]{{2}}(?![0-9]))",
        # 4 月 30 日
        rf"(?<![0-9]){_FROM}(?P<month>[0-9]{{1,2}}){_S}月{_S}(?P<day>[0-9]{{1,2}}){_S}[日号]",
    )
)


@dataclass(frozen=True)
class Mention:
    """A date in a text: where it stands, its month and day where it says them, and the day itself where it is plain."""

    start: int
    end: int
    month_and_day: tuple[int, int] | None
    date: datetime.date | None


def mentions(text: str) -> list[Mention]:
    """Every date that a text mentions, plain or not, in order; none lies inside another."""
    folded = fold(text)
    found = filter(None, (_read(match) for form in _FORMS for match in form.finditer(folded)))
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _read(match: re.Match[str]) -> Mention | None:
    """What a match says; None for numbers that are no date in any order, such as a version's."""
    given = {name: text for name, text in match.groupdict().items() if text}
    if "first" in given:
        first, second = int(given["first"]), int(given["second"])
        readings = {(month, day) for month, day in ((first, second), (second, first)) if 0 < month <= 12 and day <= 31}
        if not readings:
            return None
    else:
        month = given["month"].lower()
        readings = {(_MONTHS.get(month) or int(month), int(given["day"]))}
    one = readings.pop() if len(readings) == 1 and not given.keys() & {"from", "to"} else None
    date = None
    if one and "year" in given:
        # Such as the 30th of February: mentioned, but no day.
        with suppress(ValueError):
            date = datetime.date(int(given["year"]), *one)
    return Mention(match.start(), match.end(), one, date)


def plain_date(text: str) -> Mention | None:
    """The date of a text that mentions one plainly and no other: None where it could be read in two ways.

    The same day may stand there again, in other words or without its year.
    """
    found = mentions(text)
    plain = [mention for mention in found if mention.date]
    if not plain or not plain[0].date:
        return None
    day = plain[0].date
    others = [one for one in found if one.date != day and (one.date or one.month_and_day != (day.month, day.day))]
    return None if others else plain[0]


_WEEKDAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|(?:mon|tue|wed|thu|fri|sat|sun)\b\.?"
    r"|(?:星期|周)[一二三四五六日天])"
)
_LEAD_IN = re.compile(
    rf"(?:\s*(?:(?:due|by|on|is|the|expected|planned|scheduled|for|no later than|not later than)\b"
    rf"|{_WEEKDAY},?|计划|预计|定于|最迟|不晚于|于|在))*\s*",
    re.IGNORECASE,
)
_AFTERWARDS = re.compile(rf"[\s,(]{{0,3}}(?:{_WEEKDAY})?[\s)]{{0,3}}(?:[之以]?前)?[\s.。]{{0,3}}", re.IGNORECASE)


def set_apart(text: str, mention: Mention) -> str | None:
    """The words after a date that a text begins with; None where other words stand before it.

    What only leads to a day or names its weekday says no more than the date: "due by Tuesday, …", …（星期二）前.
    """
    folded = fold(text)
    if not _LEAD_IN.fullmatch(folded, 0, mention.start):
        return None
    after = _AFTERWARDS.fullmatch(folded, mention.end)
    return "" if after else text[mention.end :]
