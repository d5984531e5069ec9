"""Tables out of spreadsheets: read whole, or told what could not be."""

import pytest

from sites.enrollment.counting import read_count
from sites.enrollment.months import read_month
from sites.enrollment.pasting import read_table


def counts(table: str) -> list[dict]:
    return [{(month or "", name): text for (month, name), text in line.counts.items()} for line in read_table(table)[0]]


def whys(table: str) -> list[str]:
    return [leftover.why for leftover in read_table(table)[1]]


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("1,234", 1234), ("1 234 567", 1234567), ("1\u202f234", 1234), ("1\u00a0234", 1234), ("1’234", 1234),
     (" 0 ", 0), ("", None), ("  ", None)],
)  # fmt: skip
def test_numbers_are_read_with_what_parts_their_thousands(text, number):
    assert read_count(text) == number


@pytest.mark.parametrize("text", ["1.5", "1,23", "1,2345", "x", "-3", "²", "٣", "1e3", "2147483648"])
def test_nothing_else_is_a_number(text):
    with pytest.raises(ValueError, match=r"is not a whole number|is too large"):
        read_count(text)


@pytest.mark.parametrize("text", ["2026-03", "2026/3", "03/2026", "Mar 2026", "March 2026", "mar-26", "2026-03-31"])
def test_months_are_read_as_people_write_them(text):
    assert read_month(text) == "2026-03"


@pytest.mark.parametrize("text", ["2026", "2026-13", "Marx 2026", "12", "May", ""])
def test_nothing_else_is_a_month(text):
    assert read_month(text) is None


def test_without_headings_the_name_comes_first_then_the_counts_in_their_order():
    [line] = read_table("Hospital 1\t9\t\t4")[0]
    assert (line.site, line.counts) == ("Hospital 1", {(None, "screened"): "9", (None, "enrolled"): "4"})


def test_with_headings_the_columns_stand_in_any_order():
    assert counts("Enrolled;Site;City\n4;Hospital 1;Lyon") == [{("", "enrolled"): "4"}]


def test_a_comma_parts_columns_only_below_headings():
    assert counts('Site,Enrolled\n"Hospital 1, Lyon",4') == [{("", "enrolled"): "4"}]
    assert read_table("Hospital 1, Lyon")[0][0].site == "Hospital 1, Lyon"


def test_columns_headed_by_months_are_the_enrolled_of_these_months():
    assert counts("Site\tJan 2026\t2026-02\nHospital 1\t3\t4") == [
        {("2026-01", "enrolled"): "3", ("2026-02", "enrolled"): "4"}
    ]


def test_lines_that_begin_with_a_month_are_about_it():
    assert read_table("2026-01\t9\t8\t7")[0][0].month == "2026-01"


def test_what_is_too_much_is_told():
    assert whys("Hospital 1\t1\t2\t3\t4\t5\t6") == ["There are more cells than columns."]
    assert whys("Site\tEnrolled\tMood\nHospital 1\t1\tgood") == ["Nobody knows the column “Mood”."]
    assert whys(" \n ") == ["The table is empty."]
