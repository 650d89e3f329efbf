"""Dates as people write them: read where there is one reading, and only then (domain.md §4)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes.dates import mentions, plain_date, set_apart
from notes.workload_lines import fold

DAY = dt.date(2019, 4, 30)


def read(text: str) -> dt.date | None:
    found = plain_date(text)
    return found.date if found else None


@pytest.mark.parametrize(
    "text",
    [
        *("next occurrence on April 30, 2019", "30 April 2019", "Apr 30, 2019", "Apr. 30th 2019", "APRIL 30 2019"),
        *("30th of April, 2019", "30-Apr-2019", "Tuesday, April 30, 2019 (weekly)", "2019-04-30", "2019/4/30"),
        *(
            "2019.4.30",
            "2019-04-30T10:00",
            "2019 年 4 月 30 日",
            "2019年4月30号",
            "２０１９年４月３０日",
            "于2019年4月30日（周二）",
        ),
        *("30/04/2019", "4/30/2019", "30.04.2019", "30 April 2019 - 10:00", "2019-04-30, 20 users"),
        *(
            "on 2019-04-30, i.e. April 30",
            "2019-04-30 (30 April 2019)",
            "4月30日，即 2019-04-30",
            "v16.0.20 on 2019-04-30",
        ),
    ],
)
def test_a_plain_date_is_read(text):
    assert read(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "none",
            "soon",
            "04/05/2019",
            "4.5.2019",
            "April 30",
            "30 April",
            "4 月 30 日",
            "April 2019",
            "Q2 2019",
            "4/30",
        ),
        *("30/04/19", "2019-02-30", "2019-13-01", "20190430", "2019-04-301", "x2019-04-30", "16.0.2019.4.30"),
        *("23-30 April 2019", "23 to 30 April 2019", "April 23-30, 2019", "April 23 to 30, 2019", "2019-04-23/30"),
        *("2019年4月23日至30日", "2019年4月23日、30日", "4月23日至2019年4月30日", "2019-04-30 to 05-02"),
        *("April 23 or April 30, 2019", "2019-04-23, then 2019-04-30", "April 30, 2019 or 04/05/2019"),
    ],
)
def test_what_could_be_read_otherwise_is_not(text):
    assert read(text) is None


def test_a_mention_is_seen_though_it_is_not_read():
    texts = ["on April 30", "on 04/05/2019", "5 月 6 日", "23-30 April 2019", "2019-02-30", "build 16.0.20", "soon"]
    assert [bool(mentions(text)) for text in texts] == [True, True, True, True, True, False, False]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        *(
            ("2019-04-30", ""),
            ("by April 30, 2019.", ""),
            ("due by Tue 30 April 2019", ""),
            ("不晚于2019年4月30日", ""),
        ),
        *(("2019/4/30（星期二）", ""), ("2019年4月30日前", ""), ("2019-04-30 or so", " or so")),
        *(("after the call on 2019-04-30", None), ("standby 2019-04-30", None)),
    ],
)
def test_what_only_leads_to_a_date_says_no_more_than_it(text, words):
    found = plain_date(text)
    assert found is not None
    assert (found.date, set_apart(text, found)) == (DAY, words)


MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@given(st.dates(min_value=dt.date(1900, 1, 1)))
def test_every_day_reads_back_from_each_plain_form(day):
    month = MONTHS[day.month - 1]
    forms = [
        *(day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day.year} 年 {day.month} 月 {day.day} 日"),
        *(
            f"on {month} {day.day}, {day.year}",
            f"{day.day} {month[:3]} {day.year}",
            f"{month[:3]}. {day.day}, {day.year}",
        ),
    ]
    assert [read(form) for form in forms] == [day] * len(forms)
    ambiguous = day.day <= 12 and day.day != day.month
    assert read(f"{day.day:02}/{day.month:02}/{day.year}") == (None if ambiguous else day)
    assert read(f"{month} {day.day}") is None


@given(st.text() | st.lists(st.sampled_from("0123456789 -/.年月日,thApril30May2019至to"), max_size=60).map("".join))
def test_any_text_is_read_without_a_guess(text):
    found = plain_date(text)
    assert found is None or (found.date is not None and f"{found.date.year:04}" in fold(text))
