"""Parsing of recruitment statuses as written in other systems. Pure.

Sources: HL7 FHIR, code system research-study-status, and NCI CTRP's trial statuses with the registry's codes that they
stand for; NIHR CPMS, study and site statuses; EU CTIS, trial statuses. Ambiguous terms are refused.
"""

from collections.abc import Mapping, Sequence

from common.text import comparison_key
from sites.choices import SiteStatus as S

_SYNONYMS: Mapping[S, Sequence[str]] = {
    S.NOT_YET_RECRUITING: (
        "not recruiting yet", "not yet open", "not yet open to recruitment", "in setup", "in set-up", "in set up",
        "setup", "set-up", "in review", "approved", "authorised, recruitment pending",
        "authorized, recruitment pending", "recruitment pending", "planned", "pending",
    ),
    S.RECRUITING: (
        "open to recruitment", "open for recruitment", "open, with recruitment", "open with recruitment",
        "open to accrual", "open for accrual", "open to enrollment", "open to enrolment", "open for enrollment",
        "open for enrolment", "currently recruiting", "actively recruiting", "ongoing, recruiting",
        "ongoing recruiting", "enrolling", "recruitment open",
    ),
    S.ENROLLING_BY_INVITATION: ("enrolling by invitation", "by invitation", "invitation only"),
    S.ACTIVE_NOT_RECRUITING: (
        "active not recruiting", "closed to accrual", "closed to accrual and intervention", "closed to recruitment",
        "closed to enrollment", "closed to enrolment", "closed to recruitment, in follow-up",
        "closed to recruitment, in follow up", "closed to recruitment - in follow up", "closed - in follow-up",
        "closed, in follow-up", "in follow-up", "in follow up", "follow-up only", "ongoing, recruitment ended",
        "ongoing recruitment ended", "recruitment ended", "recruitment complete", "recruitment completed",
        "recruitment closed", "no longer recruiting",
    ),
    S.SUSPENDED: (
        "on hold", "paused", "halted", "temporarily halted", "temporary halt", "temporarily closed",
        "temporarily closed to accrual", "temporarily closed to accrual and intervention", "recruitment paused",
        "temporarily not recruiting", "recruitment suspended",
    ),
    S.COMPLETED: (
        "complete", "closed to recruitment, follow-up complete", "closed to recruitment, follow up complete",
        "closed to recruitment - follow up complete", "closed, follow-up complete", "closed - follow up complete",
        "follow-up complete",
    ),
    S.TERMINATED: ("terminated early", "administratively complete", "administratively completed", "stopped early"),
    S.WITHDRAWN: ("withdrawn before opening", "withdrawn in setup", "withdrawn during setup", "never opened"),
    S.AVAILABLE: (),
}  # fmt: skip

#: Ambiguous terms, with the statuses that each can mean.
_AMBIGUOUS: Mapping[str, Sequence[S]] = {
    "active": (S.RECRUITING, S.ACTIVE_NOT_RECRUITING),
    "ongoing": (S.RECRUITING, S.ACTIVE_NOT_RECRUITING),
    "open": (S.RECRUITING, S.ENROLLING_BY_INVITATION),
    "activated": (S.NOT_YET_RECRUITING, S.RECRUITING),
    "not recruiting": (S.NOT_YET_RECRUITING, S.ACTIVE_NOT_RECRUITING, S.SUSPENDED),
    "closed": (S.ACTIVE_NOT_RECRUITING, S.COMPLETED, S.TERMINATED),
    "ended": (S.ACTIVE_NOT_RECRUITING, S.COMPLETED, S.TERMINATED),
    "finished": (S.ACTIVE_NOT_RECRUITING, S.COMPLETED),
    "stopped": (S.SUSPENDED, S.TERMINATED),
    "cancelled": (S.TERMINATED, S.WITHDRAWN),
    "canceled": (S.TERMINATED, S.WITHDRAWN),
}

_CODES = {
    comparison_key(word): code
    for code, synonyms in _SYNONYMS.items()
    for word in (code.value, code.value.replace("_", " "), code.label, *synonyms)
}


def read_status(text: str) -> S:
    """The status of a text. ValueError, with the valid values, for an unknown or ambiguous text."""
    key = comparison_key(text)
    if key in _AMBIGUOUS:
        choices = " or ".join(f"“{choice.label}”" for choice in _AMBIGUOUS[key])
        raise ValueError(f"“{text[:40]}” can mean several statuses. Enter {choices}.")
    if key not in _CODES:
        raise ValueError(f"“{text[:40]}” is not a status. Enter one of: {', '.join(S.labels)}.")
    return _CODES[key]
