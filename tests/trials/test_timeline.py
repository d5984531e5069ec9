"""The certainty and order of a trial's dates."""

from datetime import date

import pytest

from trials.models import Trial
from trials.page.timeline import DateCertainty, planned_dates, timeline_entry, timeline_of

TODAY = date(2026, 3, 15)


@pytest.mark.parametrize(
    ("on", "type_", "standing"),
    [
        ("2026-03-14", "ACTUAL", DateCertainty.ACTUAL),
        ("2026-03-14", "ESTIMATED", DateCertainty.PASSED),
        ("2026-03-15", "ESTIMATED", DateCertainty.ESTIMATED),
        ("2026-03", "ESTIMATED", DateCertainty.ESTIMATED),
        ("2026-02", "", DateCertainty.PASSED),
        ("2026", "", DateCertainty.ESTIMATED),
    ],
)
def test_a_planned_date_is_a_fact_only_when_it_is_called_actual(on, type_, standing):
    trial = Trial(completion_on=on, completion_type=type_)
    assert timeline_entry(trial, "completion", today=TODAY).certainty == standing


def test_dates_of_registry_processing_show_where_they_are_estimated():
    trial = Trial(first_submitted_on="2010-01-01", first_posted_on="2010-01-05", first_posted_type="ESTIMATED")
    assert [(entry.label, entry.certainty) for entry in timeline_of(trial, today=TODAY)] == [
        ("First submitted", DateCertainty.UNQUALIFIED),
        ("First posted", DateCertainty.ESTIMATED),
    ]


def test_the_timeline_runs_from_the_oldest_date_to_the_newest_whatever_their_precision():
    trial = Trial(
        start_on="2020-05", completion_on="2020", last_update_posted_on="2020-05-02", first_submitted_on="2019-12-31"
    )
    shown = [str(entry.on) for entry in timeline_of(trial, today=TODAY)]
    assert shown == ["2019-12-31", "2020", "2020-05", "2020-05-02"]


def test_an_unknown_date_is_no_entry():
    assert list(planned_dates(Trial(start_on="2020"), today=TODAY)) == [
        timeline_entry(Trial(start_on="2020"), "start", today=TODAY)
    ]
