"""What a trial's document and its search row both say, worked out once from the bundle. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from contacts.publication import next_change
from publishing.bundles import Bundle, Row
from sites.codes import SiteStatus
from trials.codes import OverallStatus
from trials.unknown import believed_until

RECRUITING = SiteStatus.RECRUITING.value
#: The dates that say how new a trial is, the first known one counts.
NEWEST = ("last_update_posted_on", "last_update_submitted_on", "first_posted_on", "first_submitted_on")


@dataclass(frozen=True, slots=True)
class Facts:
    """`status` and `last_known_status` are those to show on the day; `updated_on` is a partial date or "".

    `rebuild_on` is the first later day on which something published changes although nobody writes anything.
    """

    on: date
    key: str
    status: str
    last_known_status: str
    updated_on: str
    sites_total: int
    sites_recruiting: int
    last_confirmed_on: date | None
    rebuild_on: date | None


def facts_of(bundle: Bundle, *, on: date) -> Facts:
    """The facts as of a day."""
    trial, sites = bundle.trial, bundle.sites
    believed = believed_until(trial["overall_status"], trial["completion_on"], trial["verified_on"])
    is_unknown = believed is not None and believed < on
    return Facts(
        on=on,
        key=trial["nct_id"] or f"trial-{trial['id']}",
        status=OverallStatus.UNKNOWN.value if is_unknown else trial["overall_status"],
        last_known_status=trial["overall_status"] if is_unknown else trial["last_known_status"],
        updated_on=next((trial[name] for name in NEWEST if trial[name]), ""),
        sites_total=len(sites),
        sites_recruiting=sum(site["status"] == RECRUITING for site in sites),
        last_confirmed_on=max((site["last_confirmed_on"] for site in sites if site["last_confirmed_on"]), default=None),
        rebuild_on=_rebuild_on(bundle, believed, on),
    )


def _rebuild_on(bundle: Bundle, believed: date | None, on: date) -> date | None:
    days = [next_change(role["starts_on"], role["ends_on"], after=on) for role in _dated_roles(bundle)]
    if believed is not None and on <= believed < date.max:
        days.append(believed + timedelta(days=1))
    return min((day for day in days if day), default=None)


def _dated_roles(bundle: Bundle) -> list[Row]:
    roles = [*bundle.roles, *(role for site in bundle.sites for role in site["roles"])]
    return [role for role in roles if role["starts_on"] or role["ends_on"]]
