"""The rules of a status change at their limits, without a database."""

from datetime import date, timedelta

import pytest

from common.partial_dates import PartialDate
from common.rule_types import violations
from sites.choices import SiteStatus as S
from sites.rules import CHANGE_RULES, StatusChangeInput, reason_required
from sites.status_transitions import Authority

TODAY = date(2026, 6, 15)
RECR, EBI, ANR, SUSP, COMP, TERM = (
    S.RECRUITING, S.ENROLLING_BY_INVITATION, S.ACTIVE_NOT_RECRUITING, S.SUSPENDED, S.COMPLETED, S.TERMINATED,
)  # fmt: skip
MANAGER, TRIALS = Authority.MANAGER, Authority.TRIAL_COORDINATOR


def violated_rules(start=RECR, since="2026-03-01", to=SUSP, on="2026-06-10", *, earlier=(), **options) -> set[str]:
    interim = [(status, PartialDate(day)) for status, day in earlier]
    known = PartialDate(since) if since else None
    change = StatusChangeInput(
        start=start, since=known, to=to, effective_on=PartialDate(on), interim=interim, **options
    )
    return {rule.id for rule in violations(CHANGE_RULES, change, on=TODAY)}


def test_an_ordinary_change_violates_no_rule():
    assert violated_rules() == set()


@pytest.mark.parametrize("earlier", [[], [(ANR, "2026-06-01")]])
def test_the_same_status_is_no_change(earlier):
    assert violated_rules(to=ANR if earlier else RECR, earlier=earlier) == {"change-is-a-change"}


def test_missing_earlier_statuses_are_violations_at_every_step():
    assert violated_rules(to=COMP) == {"no-status-in-between-is-missing"}
    assert violated_rules(start="", since="", to=COMP, earlier=[(RECR, "2026-06-01")]) == {
        "no-status-in-between-is-missing", "unusual-change-is-meant",
    }  # fmt: skip


def test_only_a_manager_reverses_a_status_with_a_reason_and_alone():
    back = {"start": SUSP, "to": S.NOT_YET_RECRUITING}
    assert violated_rules(**back) == {"no-way-back"}
    assert violated_rules(**back, authority=MANAGER) == {"correction-says-why"}
    assert violated_rules(**back, authority=MANAGER, reason=" ") == {"correction-says-why"}
    assert violated_rules(**back, authority=MANAGER, reason="Typed") == set()
    after = {"earlier": [(SUSP, "2026-06-01")], "to": S.NOT_YET_RECRUITING, "authority": MANAGER, "reason": "Typed"}
    assert violated_rules(**after) == {"correction-comes-alone"}


def test_unusual_changes_are_warnings_at_every_step():
    assert violated_rules(to=TERM, authority=TRIALS) == {"unusual-change-is-meant"}
    assert violated_rules(start="", since="", to=ANR, earlier=[(RECR, "2026-06-01")]) == {"unusual-change-is-meant"}


@pytest.mark.parametrize("to", [TERM, S.WITHDRAWN])
def test_an_early_end_needs_the_trial_coordinator_at_every_step(to):
    assert "early-end-is-decided-by-the-trial" in violated_rules(start=ANR, to=to)
    assert "early-end-is-decided-by-the-trial" in violated_rules(start=ANR, to=COMP, earlier=[(to, "2026-06-01")])
    assert "early-end-is-decided-by-the-trial" not in violated_rules(start=ANR, to=to, authority=TRIALS)


@pytest.mark.parametrize(
    ("on", "ahead"), [("2026-06-15", False), ("2026-06-16", True), ("2026-06", False), ("2026-07", True)]
)
def test_the_effective_date_is_not_in_the_future(on, ahead):
    assert ("change-is-not-ahead" in violated_rules(on=on)) is ahead
    assert ("change-is-not-ahead" in violated_rules(to=COMP, earlier=[(ANR, on)])) is ahead


@pytest.mark.parametrize(
    ("start", "since", "on", "later"),
    [
        (RECR, "2026-06-09", "2026-06-10", True),
        (RECR, "2026-06-10", "2026-06-10", False),
        (EBI, "2026-06-10", "2026-06-10", False),
        (RECR, "2026-06-11", "2026-06-10", False),
        (RECR, "2026-06", "2026-06-10", True),  # it may have begun before in that month
        (RECR, "2026-06-10", "2026-06", True),
        (RECR, "2026-06", "2026-05-31", False),
        (RECR, "2026-06", "2026-06", True),
        (RECR, "", "2026-06-10", True),
        (ANR, "2026-06-10", "2026-06-10", True),
    ],
)
def test_an_open_status_ends_after_it_began(start, since, on, later):
    to = COMP if start == ANR else SUSP
    assert ("leaving-open-has-a-later-date" not in violated_rules(start=start, since=since, to=to, on=on)) is later


@pytest.mark.parametrize(
    ("since", "on", "fits"),
    [("2026-06-10", "2026-06-10", True), ("2026-06-11", "2026-06-10", False), ("2026-06", "2026-06-10", True),
     ("2026-06-10", "2026-05", False), ("", "2026-06-10", True)],
)  # fmt: skip
def test_the_new_status_does_not_begin_before_the_current_one(since, on, fits):
    rules = violated_rules(start=SUSP, since=since, to=RECR, on=on, reason="Late")
    assert ("change-is-not-before-the-present-status" not in rules) is fits


def test_a_correction_can_begin_before_the_corrected_status():
    corrected = {"start": COMP, "since": "2026-06-10", "to": RECR, "on": "2026-06-01"}
    assert violated_rules(**corrected, authority=MANAGER, reason="Typed") == set()


@pytest.mark.parametrize(
    ("days", "in_order"),
    [(["2026-06-01", "2026-06-10"], True), (["2026-06-10", "2026-06-10"], True), (["2026-06-11", "2026-06-10"], False),
     (["2026-06", "2026-06-10"], True), (["2026-06-05", "2026-06-02", "2026-06-10"], False)],
)  # fmt: skip
def test_the_dates_of_earlier_statuses_are_in_order(days, in_order):
    *earlier, last = days
    earlier = [(status, day) for status, day in zip((SUSP, ANR)[2 - len(earlier) :], earlier, strict=True)]
    assert ("days-are-in-order" not in violated_rules(to=COMP, on=last, earlier=earlier)) is in_order


@pytest.mark.parametrize(
    ("on", "reason", "fits"),
    [("2026-05-16", "", True), ("2026-05-15", "", False), ("2026-05-15", " ", False), ("2026-05-15", "Late", True),
     ("2026-05", "", True), ("2026-04", "", False)],
)  # fmt: skip
def test_a_change_backdated_by_more_than_thirty_days_needs_a_reason(on, reason, fits):
    assert ("back-dated-change-says-why" not in violated_rules(on=on, reason=reason)) is fits


@pytest.mark.parametrize(("to", "opens"), [(RECR, True), (EBI, True), (ANR, False)])
def test_an_inactive_facility_opens_no_site(to, opens):
    assert ("inactive-facility-opens-no-site" in violated_rules(start=SUSP, to=to, facility_is_active=False)) is opens
    assert "inactive-facility-opens-no-site" not in violated_rules(start=SUSP, to=to)


@pytest.mark.parametrize(
    ("to", "people", "fits"), [(COMP, 1, False), (COMP, 0, True), (COMP, None, True), (TERM, 1, True)]
)
def test_a_site_with_people_in_the_study_is_not_completed(to, people, fits):
    rules = violated_rules(start=ANR, to=to, people_in_study=people, authority=TRIALS)
    assert ("completed-site-has-nobody-in-the-study" not in rules) is fits


@pytest.mark.parametrize(
    ("days", "authority", "to", "required"),
    [
        (30, Authority.SITE_COORDINATOR, "SUSPENDED", False),
        (31, Authority.SITE_COORDINATOR, "SUSPENDED", True),
        (0, Authority.MANAGER, "NOT_YET_RECRUITING", True),
        (0, Authority.MANAGER, "SUSPENDED", False),
    ],
)
def test_a_reason_is_required_for_backdated_changes_and_corrections(days, authority, to, required):
    on = date(2026, 11, 15)
    begins = PartialDate((on - timedelta(days=days)).isoformat())
    change = StatusChangeInput("RECRUITING", PartialDate("2026-01"), to, begins, authority)
    assert reason_required(change, on=on) is required
