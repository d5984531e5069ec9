"""New sites: where a trial may have one more."""

from sites.subjects import NewSite
from trials.rule import Level, Rule
from trials.rules import ENDED


def _is_not_closed(site: NewSite, on) -> bool:
    return site.overall_status not in ENDED


NEW_SITE_RULES = (
    Rule(
        id="closed-trial-takes-no-site",
        level=Level.ERROR,
        text="The trial has ended, so it takes no new site.",
        source="design",
        check=_is_not_closed,
        fields=("trial",),
    ),
    Rule(
        id="inactive-facility-takes-no-trial",
        level=Level.ERROR,
        text="The facility is inactive, so it takes part in no new trial.",
        source="design",
        check=lambda site, on: site.facility_is_active,
        fields=("facility",),
    ),
)
