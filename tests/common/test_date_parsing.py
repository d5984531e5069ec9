"""Dates in common notations are parsed where they are unambiguous."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.date_parsing import (
    AmbiguousDateError,
    UnreadableDateError,
    format_iso_date,
    parse_date,
    parse_day,
    parse_month,
)

DAYS = [
    "2026-11-15", "2026/11/15", "2026.11.15", "15/11/2026", "15.11.2026", "15. 11. 2026", "15-11-2026", "15 11 2026",
    "15 Nov 2026", "15 nov. 2026", "15 November 2026", "15. November 2026", "15-Nov-2026", "15NOV2026", "15-Nov-26",
    "15/Nov/2026", "15th November 2026", "15 Nov, 2026", "Nov 15, 2026", "November 15 2026", "Nov. 15th, 2026",
    "2026-Nov-15", "2026 November 15", "11/15/2026", "15.11.26", "\u00a015\u2009Nov\u00a02026 ", "15‑11‑2026",
    "１５/１１/２０２６",
]  # fmt: skip
MONTHS = [
    "2026-09", "2026-9", "2026/09", "2026.09", "09/2026", "9/2026", "09.2026", "09-2026", "Sep 2026", "Sept 2026",
    "Sept. 2026", "September 2026", "September, 2026", "sep-26", "Sep-26", "Sep/26", "Sep ’26", "Sep2026", "2026 Sep",
    "2026-Sep", "SEP-2026",
]  # fmt: skip


@pytest.mark.parametrize("text", DAYS)
def test_a_day(text):
    assert parse_date(text) == "2026-11-15"
    assert parse_day(text) == date(2026, 11, 15)


@pytest.mark.parametrize("text", MONTHS)
def test_a_month(text):
    assert parse_date(text) == parse_month(text) == "2026-09"


def test_a_year():
    assert parse_date(" 2026 ") == "2026"


def test_the_month_of_a_day():
    assert parse_month("30.09.2026") == "2026-09"


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "n/a", "soon", "46266", "2026-13", "2026-02-30", "31/04/2026", "13/13/2026", "15 Foo 2026", "Nov",
        "15 Nov", "26-Sep", "Sep 26", "0", "00/2026", "0000", "2026-00", "2026-11-15T10:00", "15/11", "Q4 2026",
        "2026-11/15", "29 Feb 2026", "1/1/1", "99999999", "٣/٤/٢٠٢٦", "x" * 5_000, "1 " * 5_000, "Marchx 2026",
    ],
)  # fmt: skip
def test_an_invalid_date_is_refused_with_a_message(text):
    with pytest.raises(UnreadableDateError, match="Write"):
        parse_date(text)


def test_a_year_is_no_month_and_a_month_no_day():
    with pytest.raises(UnreadableDateError, match="without a month"):
        parse_month("2026")
    with pytest.raises(UnreadableDateError, match="November 2026 is not a full date"):
        parse_day("Nov 2026")


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("03/04/2026", ("2026-03-04", "2026-04-03")),
        ("3-4-2026", ("2026-03-04", "2026-04-03")),
        ("15/11/26", ("2015-11-26", "2026-11-15")),
        ("03/04/05", ("2003-04-05", "2005-03-04", "2005-04-03")),
    ],
)
def test_an_ambiguous_date_names_its_readings_in_words(text, readings):
    with pytest.raises(AmbiguousDateError) as caught:
        parse_date(text)
    assert caught.value.readings == readings
    assert all(format_iso_date(reading) in str(caught.value) for reading in readings)


def test_day_first_resolves_ambiguous_dates():
    assert parse_date("03/04/2026", day_first=True) == "2026-04-03"
    assert parse_date("03/04/2026", day_first=False) == "2026-03-04"
    assert parse_date("11/15/2026", day_first=True) == "2026-11-15"
    assert parse_date("03.04.2026", day_first=False) == "2026-04-03"


def test_day_and_month_alike_are_one_day():
    assert parse_date("05/05/2026") == "2026-05-05"


@given(st.dates(min_value=date(1970, 1, 1), max_value=date(2068, 12, 31)))
def test_every_day_is_read_in_every_unambiguous_form(day):
    forms = [f"{day:%d.%m.%Y}", f"{day:%d %b %Y}", f"{day:%d %B %Y}", f"{day:%Y/%m/%d}", f"{day:%b %d, %Y}", f"{day}"]
    assert {parse_date(form) for form in forms} == {day.isoformat()}


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_refused(text):
    with suppress(UnreadableDateError, AmbiguousDateError):
        assert format_iso_date(parse_date(text))
