"""Partial dates: the value, the form field, filters compared with brute force, and the check constraint."""

import copy
import itertools
import json
import pickle
from datetime import date, datetime, timedelta

import pytest
from django import forms
from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.template import Context, Template
from django.test.utils import isolate_apps

from common.partial_dates import PartialDate, PartialDateField, compare_at_coarser, partial_date_constraint

NOT_IN_THE_CALENDAR = [
    "2025-02-29",
    "1900-02-29",
    "2026-02-30",
    "2026-04-31",
    "2026-13",
    "2026-01-00",
    "0000",
    "0999-01",
]
NOT_WRITTEN_SO = ["", "26", "2026-", "2026-1", "2026/01", "20260115", "2026-01-15T00:00", " 2026", "2026-01\n", "٢٠٢٦"]
IMPOSSIBLE = [*NOT_IN_THE_CALENDAR, *NOT_WRITTEN_SO]
YEARS_OF_ALL_KINDS = (1900, 2000, 2024, 2026)


def every_day(first: date, last: date):
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def text_of(year: int, month: int, day: int) -> str:
    return f"{year}-{month:02}-{day:02}"


def is_accepted(text: str) -> bool:
    try:
        return PartialDate(text) == text
    except ValueError:
        return False


@pytest.mark.parametrize("text", ["2026", "2026-01", "2026-01-15", "2024-02-29", "2000-02-29"])
def test_a_partial_date_gives_its_text_back(text):
    known = PartialDate.parse(text)
    assert str(known) == text
    assert json.dumps(known) == f'"{text}"'
    assert {known: 1}[copy.deepcopy(pickle.loads(pickle.dumps(known)))] == 1


@pytest.mark.parametrize("text", [*IMPOSSIBLE, None, 2026])
def test_an_invalid_date_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="2026, 2026-01 or 2026-01-15"):
        PartialDate.parse(text)


def test_every_day_of_the_calendar_and_no_other_is_a_date():
    real = {day.isoformat() for day in every_day(date(1895, 1, 1), date(2105, 12, 31))}
    written = {text_of(*parts) for parts in itertools.product(range(1895, 2106), range(14), range(33))}
    assert {text for text in written if is_accepted(text)} == real


@pytest.mark.parametrize(
    ("text", "precision", "first", "last", "words"),
    [
        ("2026", "year", date(2026, 1, 1), date(2026, 12, 31), "2026"),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
        ("2026-01-05", "day", date(2026, 1, 5), date(2026, 1, 5), "5 January 2026"),
    ],
)
def test_a_partial_date_knows_its_interval_and_its_words(text, precision, first, last, words):
    known = PartialDate(text)
    assert (known.precision, known.first_day, known.last_day, known.as_text()) == (precision, first, last, words)
    assert known.is_full == (known.day is not None)


def test_the_coarser_date_comes_first():
    texts = ["2026-01-05", "2026", "2026-01", "2025-12-31", "2027"]
    assert sorted(map(PartialDate, texts)) == ["2025-12-31", "2026", "2026-01", "2026-01-05", "2027"]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("2026", "2026-05-01", 0), ("2026-05-02", "2026-05", 0), ("2026-04", "2026-05-01", -1), ("2027", "2026-12", 1)],
)
def test_dates_are_compared_at_the_coarser_precision(first, second, expected):
    assert compare_at_coarser(PartialDate(first), PartialDate(second)) == expected


@pytest.mark.parametrize(
    ("value", "page"),
    [
        (PartialDate("2026-01"), '<time datetime="2026-01">January 2026</time>'),
        ("2026-01-15", '<time datetime="2026-01-15">15 January 2026</time>'),
        (None, ""),
    ],
)
def test_a_page_shows_no_day_that_is_not_known(value, page):
    template = Template("{% load dates %}{{ value|partial_date }}")
    assert template.render(Context({"value": value})) == page


@pytest.fixture
def study(db):
    """A model with a partial date, and its table."""
    with isolate_apps("tests.trials"):

        class Study(models.Model):
            start_date = PartialDateField("start date", blank=True)

            class Meta:
                app_label = "trials"
                constraints = [partial_date_constraint("start_date", name="study_dates_in_calendar")]

            def __str__(self):
                return f"Study {self.pk}"

        with connection.schema_editor() as editor:
            editor.create_model(Study)
        yield Study


def test_the_column_is_short_text_ordered_by_bytes(study):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT data_type, character_maximum_length, collation_name, is_nullable"
            " FROM information_schema.columns WHERE table_name = 'trials_study' AND column_name = 'start_date'"
        )
        assert cursor.fetchone() == ("character varying", 10, "C", "YES")


def test_a_migration_can_write_the_field_down():
    _name, path, args, kwargs = PartialDateField("start date", blank=True, help_text="x").deconstruct()
    assert (path, args, kwargs) == (
        "common.partial_dates.PartialDateField",
        [],
        {"verbose_name": "start date", "blank": True, "help_text": "x"},
    )


@pytest.mark.parametrize("given", ["2026-01-15", PartialDate("2026-01-15"), date(2026, 1, 15)])
def test_text_days_and_partial_dates_are_stored_alike(study, given):
    stored = study.objects.create(start_date=given)
    stored.refresh_from_db()
    assert isinstance(stored.start_date, PartialDate)
    assert stored.start_date == "2026-01-15"
    assert study.objects.filter(start_date=given, start_date__in=[given]).exists()


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_is_stored_as_null(study, nothing):
    study.objects.create(start_date=nothing)
    assert study.objects.get(start_date__isnull=True).start_date is None


@pytest.mark.parametrize("given", ["2026-02-30", "soon", datetime(2026, 1, 1, 12), 2026])
def test_an_invalid_date_is_not_saved(study, given):
    with pytest.raises(ValueError, match="Write a year"):
        study.objects.create(start_date=given)


def test_the_database_agrees_with_python_about_every_date(study):
    written = [text_of(*parts) for parts in itertools.product(YEARS_OF_ALL_KINDS, range(14), range(33))]
    real = {day.isoformat() for year in YEARS_OF_ALL_KINDS for day in every_day(date(year, 1, 1), date(year, 12, 31))}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname LIKE 'study_dates%'")
        (check,) = cursor.fetchone()
        cursor.execute(f"SELECT start_date FROM unnest(%s::text[]) AS start_date WHERE {check}", [written + IMPOSSIBLE])
        assert {text for (text,) in cursor.fetchall()} == real


@pytest.mark.parametrize("text", ["2025-02-29", "2026-13", "2026-1", ""])
def test_raw_sql_cannot_store_an_impossible_date(study, text):
    refused = pytest.raises(IntegrityError, match="study_dates_in_calendar")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO trials_study (start_date) VALUES (%s)", [text])


def some_dates() -> list[PartialDate]:
    days = every_day(date(2025, 11, 28), date(2026, 3, 3))
    months = ["2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-12", "2027-01"]
    return [PartialDate(text) for text in ["2024", "2025", "2026", "2027", *months, *(day.isoformat() for day in days)]]


@pytest.fixture
def studies(study):
    study.objects.bulk_create([study(start_date=known) for known in [None, *some_dates()]])
    return study.objects


@pytest.mark.parametrize("value", some_dates())
def test_filters_agree_with_intervals_of_days(studies, value):
    def filtered(**condition):
        return set(studies.filter(**condition).values_list("start_date", flat=True))

    known = set(some_dates())
    assert filtered(start_date__from=value) == {one for one in known if one.last_day >= value.first_day}
    assert filtered(start_date__until=value) == {one for one in known if one.first_day <= value.last_day}
    assert filtered(start_date__lt=value) == {one for one in known if one < value}
    assert filtered(start_date__gte=value) == {one for one in known if one >= value}


def test_excluding_an_interval_keeps_unknown_dates(studies):
    assert studies.exclude(start_date__from="2024").get().start_date is None


def test_ordering_by_the_column_is_the_order_of_the_value(studies):
    listed = studies.exclude(start_date=None).order_by("start_date").values_list("start_date", flat=True)
    assert list(listed) == sorted(some_dates())


def test_the_form_asks_for_plain_text_and_keeps_it(study):
    form_class = forms.modelform_factory(study, fields=["start_date"])
    page = form_class().as_p()
    assert 'type="text"' in page
    assert "as far as it is known" in page
    assert form_class({"start_date": " 2026-01 "}).save().start_date == PartialDate("2026-01")
    assert form_class({"start_date": ""}).save().start_date is None
    assert not form_class({"start_date": "2026-01"}, instance=study(start_date=PartialDate("2026-01"))).has_changed()


def test_the_admin_asks_for_the_same_plain_text(study):
    field = ModelAdmin(study, AdminSite()).formfield_for_dbfield(study._meta.get_field("start_date"), request=None)
    assert field.clean("2026-01") == PartialDate("2026-01")
    assert 'data-date="partial"' in field.get_bound_field(forms.Form(), "start_date").as_widget()


@pytest.mark.parametrize("text", ["2026-02-30", "15/2026", "2026-01-15 or so"])
def test_the_form_shows_the_date_format(study, text):
    form = forms.modelform_factory(study, fields=["start_date"])({"start_date": text})
    (error,) = form.errors["start_date"]
    assert error.endswith("Write a year, a month or a day: 2026, Nov 2026 or 15 Nov 2026.")


def test_full_clean_gives_the_same_message(study):
    with pytest.raises(ValidationError, match="Write a year"):
        study(start_date="tomorrow").full_clean()


def test_copy_takes_partial_dates_as_they_are(study):
    with connection.cursor() as cursor, cursor.copy("COPY trials_study (start_date) FROM STDIN") as rows:
        rows.write_row([PartialDate("2026-01")])
    assert study.objects.get().start_date == PartialDate("2026-01")
