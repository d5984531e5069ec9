"""Transitions between recruitment statuses of a site, by authority.

Source: the status transition table of the NCI Clinical Trials Reporting Program, on the registry's codes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from common.rule_types import Level
from sites.choices import SiteStatus

S = SiteStatus


class Authority(IntEnum):
    """Levels of authority over a site, lowest first."""

    SITE_COORDINATOR = 1
    TRIAL_COORDINATOR = 2
    MANAGER = 3


#: `E:nobody`: allowed when the site has enrolled nobody (1,264 such sites in real records).
TABLE = """
from   NYR  RECR  EBI  ANR     SUSP    COMP        TERM        WITHD
new    ok   W     W    E:RECR  E:RECR  E:RECR+ANR  W           ok
NYR    -    ok    ok   E:RECR  E:RECR  E:RECR+ANR  E:RECR+ANR  ok
RECR   E    -     E    ok      ok      E:ANR       W:ANR       E:nobody
EBI    E    E     -    ok      ok      E:ANR       E:ANR       E:nobody
SUSP   E    ok    ok   ok      -       E           E:ANR       E
ANR    E    E     E    -       E       ok          ok          E
COMP   E    E     E    E       E       -           E           E
TERM   E    E     E    E       E       E           -           E
WITHD  E    E     E    E       E       E           E           -
"""
ABBREVIATIONS = {
    "new": "",
    "NYR": S.NOT_YET_RECRUITING,
    "RECR": S.RECRUITING,
    "EBI": S.ENROLLING_BY_INVITATION,
    "ANR": S.ACTIVE_NOT_RECRUITING,
    "SUSP": S.SUSPENDED,
    "COMP": S.COMPLETED,
    "TERM": S.TERMINATED,
    "WITHD": S.WITHDRAWN,
}
REQUIRES_TRIAL_COORDINATOR = frozenset({S.TERMINATED, S.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Transition:
    """One cell of the table. `level` is None for an ordinary change; `missing` are the statuses to enter first."""

    level: Level | None = None
    missing: tuple[str, ...] = ()
    is_no_change: bool = False
    needs_nobody_enrolled: bool = False
    is_correction: bool = False

    @property
    def is_allowed(self) -> bool:
        return self.level is not Level.ERROR


NO_CHANGE = Transition(Level.ERROR, is_no_change=True)
UNLISTED_TRANSITION = Transition(Level.WARNING)


def _cell(text: str) -> Transition:
    mark, _, rest = text.partition(":")
    if mark == "-":
        return NO_CHANGE
    level = {"ok": None, "W": Level.WARNING, "E": Level.ERROR}[mark]
    if rest == "nobody":
        return Transition(level, needs_nobody_enrolled=True)
    return Transition(level, tuple(ABBREVIATIONS[short] for short in rest.split("+") if short))


def _parse_table(table: str) -> dict[tuple[str, str], Transition]:
    (_, *targets), *rows = [line.split() for line in table.strip().splitlines()]
    return {
        (ABBREVIATIONS[start], ABBREVIATIONS[target]): _cell(cell)
        for start, *cells in rows
        for target, cell in zip(targets, cells, strict=True)
    }


TRANSITIONS = _parse_table(TABLE)


def check_transition(
    start: str, to: str, *, authority: Authority = Authority.SITE_COORDINATOR, enrolled_nobody: bool = False
) -> Transition:
    """The transition from `start` ("" for a new site) to `to` under an authority.

    For a manager, a transition that the table refuses is a warning that is a correction and needs a reason.
    AVAILABLE (expanded access) is not in the table: always a warning, except for a new site.
    """
    if start == to:
        return NO_CHANGE
    transition = TRANSITIONS.get((start, to), UNLISTED_TRANSITION if start else Transition())
    if transition.needs_nobody_enrolled and enrolled_nobody:
        return Transition()
    if not transition.is_allowed and not transition.missing and authority >= Authority.MANAGER:
        return Transition(Level.WARNING, is_correction=True)
    return transition


def may_set_status(to: str, authority: Authority) -> bool:
    """Whether the authority covers a status: a site coordinator can only request an early end."""
    return to not in REQUIRES_TRIAL_COORDINATOR or authority > Authority.SITE_COORDINATOR


def next_statuses(site, authority: Authority = Authority.SITE_COORDINATOR) -> list[SiteStatus]:
    """The statuses a site can change to, directly or with missing earlier statuses, in table order."""
    expanded_access = [S.AVAILABLE] if site.trial.study_type == "EXPANDED_ACCESS" else []
    return [
        status
        for status in [*list(ABBREVIATIONS.values())[1:], *expanded_access]
        if may_set_status(status, authority)
        and _is_reachable(check_transition(site.status, status, authority=authority))
    ]


def proposed_statuses(site, authority: Authority) -> list[SiteStatus]:
    """The statuses that can only be requested: those available to the trial coordinator but not to this authority."""
    own = next_statuses(site, authority)
    return [status for status in next_statuses(site, Authority.TRIAL_COORDINATOR) if status not in own]


def _is_reachable(transition: Transition) -> bool:
    return transition.is_allowed or bool(transition.missing) or transition.needs_nobody_enrolled


def with_required_steps(start: str, steps: Iterable[str]) -> list[str]:
    """The steps from `start`, each after the statuses without which the table refuses it."""
    transitions = [(target, check_transition(origin, target)) for origin, target in pairwise([start, *steps])]
    return [
        status
        for target, transition in transitions
        for status in (*(() if transition.is_allowed else transition.missing), target)
    ]


def check_path(
    start: str, steps: Iterable[str], *, authority: Authority, enrolled_nobody: bool = False
) -> Sequence[Transition]:
    """The transitions of a path that begins in `start` and takes `steps` one after the other."""
    return [
        check_transition(origin, target, authority=authority, enrolled_nobody=enrolled_nobody)
        for origin, target in pairwise([start, *steps])
    ]


def unusual_steps(start: str, steps: Iterable[str], *, authority: Authority) -> list[str]:
    """A sentence for each unusual step of the path, with the usual statuses instead."""
    return [
        _unusual_step_message(origin, target)
        for origin, target in pairwise([start, *steps])
        if (step := check_transition(origin, target, authority=authority)).level is Level.WARNING
        and not step.is_correction
    ]


def _unusual_step_message(start: str, to: str) -> str:
    usual = [
        S(target).label for (origin, target), step in TRANSITIONS.items() if origin == start and step.level is None
    ]
    if not usual:
        return f"The usual order of statuses has no step from {S(start).label} to {S(to).label}."
    after = f"After {S(start).label}, a site" if start else "A new site"
    return f"{after} usually {'becomes' if start else 'starts as'} {' or '.join(usual)}, not {S(to).label}."
