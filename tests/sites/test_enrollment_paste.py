"""Parsing of pasted tables, with the reasons of rejected rows."""

import pytest

from sites.enrollment.parsing import parse_count
from sites.enrollment.paste import read_table


def counts(table: str) -> list[dict]:
    return [{(month or "", name): text for (month, name), text in line.counts.items()} for line in read_table(table)[0]]


def reasons(table: str) -> list[str]:
    return [rejected.reason for rejected in read_table(table)[1]]


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("1,234", 1234), ("1 234 567", 1234567), ("1\u202f234", 1234), ("1\u00a0234", 1234), ("1’234", 1234),
     (" 0 ", 0), ("", None), ("  ", None)],
)  # fmt: skip
def test_numbers_are_parsed_with_thousands_separators(text, number):
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
def test_months_are_parsed_in_common_formats(text):
    assert month_of(text) == ("2026-03", "")


@pytest.mark.parametrize("text", ["2026", "2026-13", "Marx 2026", "12", "May", "46266", "n/a", "03/04/2026", "#N/A"])
def test_an_invalid_month_is_reported_and_not_replaced(text):
    month, problem = month_of(text)
    assert month is None
    assert problem.startswith("Cannot read this month: ") or "#N/A" in problem


def test_both_readings_of_an_ambiguous_date_are_shown():
    assert "3 April 2026" in month_of("03/04/2026")[1]
    assert "4 March 2026" in month_of("03/04/2026")[1]


def test_without_headings_the_name_comes_first_then_the_counts_in_their_order():
    [line] = read_table("Hospital 1\t9\t\t4")[0]
    assert (line.site.name, line.counts) == ("Hospital 1", {(None, "screened"): "9", (None, "enrolled"): "4"})


def test_with_headings_the_columns_can_be_in_any_order():
    assert counts("Enrolled;Site;City\n4;Hospital 1;Lyon") == [{("", "enrolled"): "4"}]


def test_a_comma_separates_columns_only_below_headings():
    assert counts('Site,Enrolled\n"Hospital 1, Lyon",4') == [{("", "enrolled"): "4"}]
    assert read_table("Hospital 1, Lyon")[0][0].site.name == "Hospital 1, Lyon"


def test_columns_headed_by_months_hold_the_enrolled_of_these_months():
    assert counts("Site\tJan 2026\t2026-02\nHospital 1\t3\t4") == [
        {("2026-01", "enrolled"): "3", ("2026-02", "enrolled"): "4"}
    ]


def test_rows_that_begin_with_a_month_belong_to_it():
    assert read_table("2026-01\t9\t8\t7")[0][0].month == "2026-01"


def test_unknown_columns_and_extra_cells_are_rejected():
    assert reasons("Hospital 1\t1\t2\t3\t4\t5\t6") == ["The row has more cells than the table has columns."]
    assert reasons("Site\tEnrolled\tMood\nHospital 1\t1\tgood") == ["Column not recognized, so it was not read."]
    assert reasons(" \n ") == ["The table is empty."]


@pytest.mark.parametrize(
    ("heading", "count"),
    [
        ("Randomised", "enrolled"), ("Total Randomized", "enrolled"), ("Enrolment", "enrolled"),
        ("Recruited", "enrolled"),
        ("Dropouts", "withdrawn"), ("Withdrawn subjects", "withdrawn"), ("Participants_screened", "screened"),
        ("Informed consent obtained", "consented"), ("Completers:", "completed"),
    ],
)  # fmt: skip
def test_headings_of_other_systems_are_recognized(heading, count):
    assert counts(f"Site\t{heading}\nHospital 1\t4") == [{("", count): "4"}]


def test_an_unsupported_count_is_rejected_with_advice():
    assert reasons("Site\tScreen failures\tEnrolled\nHospital 1\t4\t2") == [
        "Screen failures are not recorded. Enter everyone who was screened under “Screened”."
    ]


def test_two_columns_of_one_count_are_refused():
    lines, [rejected] = read_table("Site\tEnrolled\tRandomised\nHospital 1\t4\t3")
    assert lines == []
    assert rejected.reason.startswith("The columns “Enrolled” and “Randomised” mean the same.")


def test_the_first_line_can_name_the_delimiter():
    assert counts("sep=;\nSite;Enrolled\nHospital 1;4") == [{("", "enrolled"): "4"}]


def test_a_cell_can_have_line_breaks():
    [line] = read_table('Site\tEnrolled\n"Hospital 1\nLyon"\t4')[0]
    assert line.site.name == "Hospital 1\nLyon"


def test_escaped_formulas_of_a_downloaded_table_are_unescaped():
    assert read_table("Site\tEnrolled\n'=Hospital\t4")[0][0].site.name == "=Hospital"


def test_a_column_site_holds_numbers_or_names():
    named, numbered = (line.site for line in read_table("Site\tEnrolled\nHospital 1\t4\n138\t5")[0])
    assert (named.name, numbered.number) == ("Hospital 1", "138")
