"""Values used by both the public document and the search row, derived once from the trial data. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from publishing.trial_data import Row, TrialData
from sites.public_status import public_status
from sites.status_summary import SiteCounts, count_sites
from trials.choices import OverallStatus
from trials.unknown_status import becomes_unknown_on
from trials.verification import verification_due_on

#: Dates for the order by update; the first known one counts.
UPDATE_DATE_FIELDS = ("last_update_posted_on", "last_update_submitted_on", "first_posted_on", "first_submitted_on")


@dataclass(frozen=True, slots=True)
class DerivedValues:
    """`status` and `last_known_status` are those to show on the day; `updated_on` is a partial date or "".

    `rebuild_on` is the first later day on which something published changes without a write.
    """

    on: date
    key: str
    status: str
    last_known_status: str
    updated_on: str
    counts: SiteCounts
    last_confirmed_on: date | None
    verification_due_on: date | None
    becomes_unknown_on: date | None
    rebuild_on: date | None


def derive_values(trial_data: TrialData, *, on: date) -> DerivedValues:
    """The values as of a day."""
    trial, sites = trial_data.trial, trial_data.sites
    unknown_on = becomes_unknown_on(trial["overall_status"], trial["completion_on"], trial["verified_on"])
    is_unknown = unknown_on is not None and unknown_on <= on
    pairs = ((site["status"], site["last_confirmed_on"]) for site in sites)
    counts = count_sites(trial["overall_status"], trial["last_known_status"], pairs)
    return DerivedValues(
        on=on,
        key=trial["nct_id"] or f"trial-{trial['id']}",
        status=OverallStatus.UNKNOWN.value if is_unknown else trial["overall_status"],
        last_known_status=trial["overall_status"] if is_unknown else trial["last_known_status"],
        updated_on=next((trial[name] for name in UPDATE_DATE_FIELDS if trial[name]), ""),
        counts=counts,
        last_confirmed_on=max(_confirmation_days(trial, sites), default=None),
        verification_due_on=verification_due_on(trial["overall_status"], trial["verified_on"]),
        becomes_unknown_on=unknown_on,
        rebuild_on=_rebuild_on(trial_data, unknown_on, on),
    )


def _confirmation_days(trial: Row, sites: list[Row]) -> Iterator[date]:
    """Confirmation dates of the sites whose status is public."""
    overall, last_known = trial["overall_status"], trial["last_known_status"]
    for site in sites:
        if site["last_confirmed_on"] and public_status(overall, last_known, site["status"]):
            yield site["last_confirmed_on"]


def _rebuild_on(trial_data: TrialData, unknown_on: date | None, on: date) -> date | None:
    days = [_next_role_boundary(role["starts_on"], role["ends_before"], after=on) for role in _dated_roles(trial_data)]
    if unknown_on is not None and on < unknown_on:
        days.append(unknown_on)
    return min((day for day in days if day), default=None)


def _next_role_boundary(starts_on: date | None, ends_before: date | None, *, after: date) -> date | None:
    """The next day after `after` on which a role begins or ends, or None."""
    return min((day for day in (starts_on, ends_before) if day and day > after), default=None)


def _dated_roles(trial_data: TrialData) -> list[Row]:
    roles = [*trial_data.roles, *(role for site in trial_data.sites for role in site["roles"])]
    return [role for role in roles if role["starts_on"] or role["ends_before"]]
