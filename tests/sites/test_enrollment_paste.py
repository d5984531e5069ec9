"""Tables out of spreadsheets: read whole, or told what could not be."""

import pytest

from sites.enrollment.parsing import parse_count
from sites.enrollment.paste import read_table


def counts(table: str) -> list[dict]:
    return [{(month or "", name): text for (month, name), text in line.counts.items()} for line in read_table(table)[0]]


def whys(table: str) -> list[str]:
    return [rejected.reason for rejected in read_table(table)[1]]


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("1,234", 1234), ("1 234 567", 1234567), ("1\u202f234", 1234), ("1\u00a0234", 1234), ("1’234", 1234),
     (" 0 ", 0), ("", None), ("  ", None)],
)  # fmt: skip
def test_numbers_are_read_with_what_parts_their_thousands(text, number):
    assert parse_count(text) == number


@pytest.mark.parametrize("text", ["1.5", "1,23", "1,2345", "x", "-3", "²", "٣", "1e3", "2147483648"])
def test_nothing_else_is_a_number(text):
    with pytest.raises(ValueError, match=r"is not a whole number|is too large"):
        parse_count(text)


def month_of(text: str, table: str = "Site\tMonth\tEnrolled\nHospital 1\t{}\t4") -> tuple:
    [line] = read_table(table.format(text))[0]
    return line.month, line.problem


@pytest.mark.parametrize(
    "text",
    ["2026-03", "2026/3", "03/2026", "Mar 2026", "March 2026", "mar-26", "2026-03-31", "31.03.2026", "Mar. 2026"],
)
def test_months_are_read_as_people_write_them(text):
    assert month_of(text) == ("2026-03", "")


@pytest.mark.parametrize("text", ["2026", "2026-13", "Marx 2026", "12", "May", "46266", "n/a", "03/04/2026", "#N/A"])
def test_a_month_that_cannot_be_read_is_told_and_nothing_is_put_in_its_place(text):
    month, problem = month_of(text)
    assert month is None
    assert problem.startswith("Cannot read this month: ") or "#N/A" in problem


def test_both_readings_of_an_ambiguous_date_are_told():
    assert "3 April 2026" in month_of("03/04/2026")[1]
    assert "4 March 2026" in month_of("03/04/2026")[1]


def test_without_headings_the_name_comes_first_then_the_counts_in_their_order():
    [line] = read_table("Hospital 1\t9\t\t4")[0]
    assert (line.site.name, line.counts) == ("Hospital 1", {(None, "screened"): "9", (None, "enrolled"): "4"})


def test_with_headings_the_columns_stand_in_any_order():
    assert counts("Enrolled;Site;City\n4;Hospital 1;Lyon") == [{("", "enrolled"): "4"}]


def test_a_comma_parts_columns_only_below_headings():
    assert counts('Site,Enrolled\n"Hospital 1, Lyon",4') == [{("", "enrolled"): "4"}]
    assert read_table("Hospital 1, Lyon")[0][0].site.name == "Hospital 1, Lyon"


def test_columns_headed_by_months_are_the_enrolled_of_these_months():
    assert counts("Site\tJan 2026\t2026-02\nHospital 1\t3\t4") == [
        {("2026-01", "enrolled"): "3", ("2026-02", "enrolled"): "4"}
    ]


def test_lines_that_begin_with_a_month_are_about_it():
    assert read_table("2026-01\t9\t8\t7")[0][0].month == "2026-01"


def test_what_is_too_much_is_told():
    assert whys("Hospital 1\t1\t2\t3\t4\t5\t6") == ["The row has more cells than the table has columns."]
    assert whys("Site\tEnrolled\tMood\nHospital 1\t1\tgood") == ["Column not recognized, so it was not read."]
    assert whys(" \n ") == ["The table is empty."]


@pytest.mark.parametrize(
    ("heading", "count"),
    [
        ("Randomised", "enrolled"), ("Total Randomized", "enrolled"), ("Enrolment", "enrolled"),
        ("Recruited", "enrolled"),
        ("Dropouts", "withdrawn"), ("Withdrawn subjects", "withdrawn"), ("Participants_screened", "screened"),
        ("Informed consent obtained", "consented"), ("Completers:", "completed"),
    ],
)  # fmt: skip
def test_counts_are_known_by_the_headings_of_other_systems(heading, count):
    assert counts(f"Site\t{heading}\nHospital 1\t4") == [{("", count): "4"}]


def test_a_count_that_is_not_kept_is_told_with_what_to_give_instead():
    assert whys("Site\tScreen failures\tEnrolled\nHospital 1\t4\t2") == [
        "Screen failures are not recorded. Enter everyone who was screened under “Screened”."
    ]


def test_two_columns_of_one_count_are_refused():
    lines, [rejected] = read_table("Site\tEnrolled\tRandomised\nHospital 1\t4\t3")
    assert lines == []
    assert rejected.reason.startswith("The columns “Enrolled” and “Randomised” mean the same.")


def test_a_first_line_may_tell_the_delimiter():
    assert counts("sep=;\nSite;Enrolled\nHospital 1;4") == [{("", "enrolled"): "4"}]


def test_a_cell_may_have_lines():
    [line] = read_table('Site\tEnrolled\n"Hospital 1\nLyon"\t4')[0]
    assert line.site.name == "Hospital 1\nLyon"


def test_what_a_downloaded_table_guards_from_being_a_formula_is_read_as_it_was():
    assert read_table("Site\tEnrolled\n'=Hospital\t4")[0][0].site.name == "=Hospital"


def test_a_column_called_site_holds_numbers_or_names():
    named, numbered = (line.site for line in read_table("Site\tEnrolled\nHospital 1\t4\n138\t5")[0])
    assert (named.name, numbered.number) == ("Hospital 1", "138")
