"""The transition table, compared with an independent transcription."""

from types import SimpleNamespace

import pytest

from common.rule_types import Level
from sites.choices import SiteStatus as S
from sites.status_transitions import ABBREVIATIONS, TRANSITIONS, Authority, check_transition, next_statuses

NYR, RECR, EBI, ANR = S.NOT_YET_RECRUITING, S.RECRUITING, S.ENROLLING_BY_INVITATION, S.ACTIVE_NOT_RECRUITING
SUSP, COMP, TERM, WITHD = S.SUSPENDED, S.COMPLETED, S.TERMINATED, S.WITHDRAWN
COORDINATOR, MANAGER = Authority.SITE_COORDINATOR, Authority.MANAGER

ALLOWED = {
    ("", NYR), ("", WITHD), (NYR, RECR), (NYR, EBI), (NYR, WITHD), (RECR, ANR), (RECR, SUSP), (EBI, ANR), (EBI, SUSP),
    (SUSP, RECR), (SUSP, EBI), (SUSP, ANR), (ANR, COMP), (ANR, TERM),
}  # fmt: skip
WARNINGS = {("", RECR): (), ("", EBI): (), ("", TERM): (), (RECR, TERM): (ANR,)}
INTERIM = {
    ("", ANR): (RECR,), ("", SUSP): (RECR,), ("", COMP): (RECR, ANR), (NYR, ANR): (RECR,), (NYR, SUSP): (RECR,),
    (NYR, COMP): (RECR, ANR), (NYR, TERM): (RECR, ANR), (RECR, COMP): (ANR,), (EBI, COMP): (ANR,), (EBI, TERM): (ANR,),
    (SUSP, TERM): (ANR,),
}  # fmt: skip
PAIRS = [(start, to) for start in ABBREVIATIONS.values() for to in list(ABBREVIATIONS.values())[1:]]


def expected_level(start, to, authority):
    if start == to:
        return Level.ERROR
    if (start, to) in ALLOWED:
        return None
    if (start, to) in WARNINGS:
        return Level.WARNING
    return Level.ERROR if (start, to) in INTERIM or authority is COORDINATOR else Level.WARNING


@pytest.mark.parametrize("authority", [COORDINATOR, MANAGER])
@pytest.mark.parametrize(("start", "to"), PAIRS)
def test_every_transition_has_its_expected_level(start, to, authority):
    transition = check_transition(start, to, authority=authority)

    assert transition.level == expected_level(start, to, authority)
    assert transition.missing == INTERIM.get((start, to), WARNINGS.get((start, to), ()))


def test_the_table_has_every_pair():
    assert set(PAIRS) == set(TRANSITIONS)


@pytest.mark.parametrize("start", [RECR, EBI])
def test_a_site_that_enrolled_nobody_may_be_withdrawn(start):
    assert not check_transition(start, WITHD).is_allowed
    assert check_transition(start, WITHD, enrolled_nobody=True).level is None


@pytest.mark.parametrize("start", [COMP, TERM, WITHD])
def test_a_manager_reopens_as_a_correction(start):
    assert check_transition(start, RECR, authority=MANAGER).is_correction


def site(status, study_type="INTERVENTIONAL"):
    return SimpleNamespace(status=status, trial=SimpleNamespace(study_type=study_type))


@pytest.mark.parametrize(
    ("status", "authority", "expected"),
    [
        (NYR, COORDINATOR, [RECR, EBI, ANR, SUSP, COMP]),
        (RECR, COORDINATOR, [ANR, SUSP, COMP]),
        (RECR, Authority.TRIAL_COORDINATOR, [ANR, SUSP, COMP, TERM, WITHD]),
        (COMP, COORDINATOR, []),
        (COMP, MANAGER, [NYR, RECR, EBI, ANR, SUSP, TERM, WITHD]),
    ],
)
def test_only_reachable_statuses_are_choices(status, authority, expected):
    assert next_statuses(site(status), authority) == expected


def test_expanded_access_can_be_available():
    assert S.AVAILABLE in next_statuses(site("", "EXPANDED_ACCESS"))
