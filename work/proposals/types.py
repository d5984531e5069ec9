"""Types of change requests: the fields, current values, public effect and service of each kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.core.exceptions import ValidationError
from django.db import transaction

from common.enum_labels import choice_label
from common.partial_dates import PartialDate
from history.optimistic_locking import StaleVersion, Versioned
from sites.choices import ActivationStage, SiteStatus
from sites.models import Milestone, TrialSite
from sites.permissions import authority_over
from sites.services import (
    IDENTITY_FIELDS,
    MilestoneDates,
    add_site,
    change_status,
    correct_facility,
    find_or_add_facility,
    set_milestones,
    set_target,
)
from trials.status_display import NOT_PUBLISHED
from work.models import Proposal, ProposalKind
from work.status_change.public_effects import count_site_contacts, describe_site_effect

Values = Mapping[str, str]
NOT_KNOWN = "Not known"


class ProposalType(Protocol):
    """A kind of change request; `labels` are its fields in display order."""

    labels: Mapping[str, str]

    def versioned_object(self, site: TrialSite) -> Versioned:
        """The versioned object that would be changed."""

    def current_values(self, site: TrialSite) -> dict[str, str]:
        """The current values as texts."""

    def format_value(self, name: str, text: str) -> str: ...

    def effect(self, site: TrialSite, new: Values, *, on) -> str:
        """The public effect as a sentence."""

    def apply(self, site: TrialSite, new: Values, *, user, reason: str, version: int, accept_warnings: bool) -> None:
        """Apply the new values as a change by the deciding user."""


class StatusProposal:
    """A status change; `between` lists the intermediate statuses as `STATUS date, STATUS date`."""

    labels = {"status": "Status", "since": "Effective date", "between": "Earlier statuses"}

    def versioned_object(self, site):
        return site

    def current_values(self, site):
        return {"status": site.status, "since": site.status_since or ""}

    def format_value(self, name, text):
        if name == "status":
            return choice_label(text, "SiteStatus") or NOT_PUBLISHED
        if name == "since":
            return PartialDate(text).as_text() if text else NOT_KNOWN
        pairs = (f"{SiteStatus(status).label} since {since.as_text()}" for status, since in parse_interim(text))
        return "; ".join(pairs) or "None"

    def effect(self, site, new, *, on):
        return describe_site_effect(site, new["status"], contacts=count_site_contacts(site, on=on))

    def apply(self, site, new, *, user, reason, version, accept_warnings):
        change_status(
            site, to=new["status"], effective_on=new["since"], interim=parse_interim(new.get("between", "")),
            author=user.actor, authority=authority_over(user, site), reason=reason, version=version,
            accept_warnings=accept_warnings,
        )  # fmt: skip


class FacilityProposal:
    """Name and address of the facility. `new` has only the changed fields, so that other corrections are kept."""

    labels = {
        "name": "Name", "city": "City", "state": "State or region", "zip": "Postal code", "country": "Country",
    }  # fmt: skip

    def versioned_object(self, site):
        return site.facility

    def current_values(self, site):
        return {name: getattr(site.facility, name) for name in IDENTITY_FIELDS}

    def format_value(self, name, text):
        return text or "Not given"

    def effect(self, site, new, *, on):
        number = site.facility.trial_sites.filter(trial__is_public=True).count()
        if not number:
            return "None of its trials is public: no visible change."
        where = "the one public listing" if number == 1 else f"all {number} public listings"
        return f"Will be public in {where} of this facility."

    def apply(self, site, new, *, user, reason, version, accept_warnings):
        correct_facility(site.facility, author=user.actor, reason=reason, version=version, **new)


class TargetProposal:
    """The enrollment target as digits; blank if it is not set."""

    labels = {"target": "Enrollment target"}

    def versioned_object(self, site):
        return site

    def current_values(self, site):
        return {"target": "" if site.enrollment_target is None else str(site.enrollment_target)}

    def format_value(self, name, text):
        return f"{int(text):,} participants" if text else "Not set"

    def effect(self, site, new, *, on):
        return "Enrollment targets are not public: no visible change."

    def apply(self, site, new, *, user, reason, version, accept_warnings):
        target = int(new["target"]) if new["target"] else None
        set_target(site, target=target, author=user.actor, reason=reason, version=version)


#: The dates that a site can request; planned dates are set by the trial's coordinators.
DATE_LABELS = {"forecast_on": "forecast", "actual_on": "actual"}
FIELD_LABELS = {
    f"{stage}-{column}": f"{stage.label}: {word}" for stage in ActivationStage for column, word in DATE_LABELS.items()
}


@dataclass(frozen=True, slots=True)
class SiteMilestones:
    """All milestones of a site with a common version, which changes with each of them."""

    site: TrialSite
    milestones: Mapping[str, Milestone]

    @classmethod
    def for_site(cls, site: TrialSite) -> "SiteMilestones":
        return cls(site, {milestone.stage: milestone for milestone in site.milestones.all()})

    @property
    def version(self) -> int:
        return sum(milestone.version for milestone in self.milestones.values())

    def dates_by_name(self) -> dict[str, str]:
        """The known dates as texts, by the names of `FIELD_LABELS`."""
        parts = {name: name.split("-") for name in FIELD_LABELS}
        dates = {name: getattr(self.milestones.get(stage), column, None) for name, (stage, column) in parts.items()}
        return {name: day.isoformat() for name, day in dates.items() if day}

    def with_dates(self, new: Mapping[str, str]) -> list[MilestoneDates]:
        """The milestones that `new` changes; their other dates are unchanged."""
        stages = [stage for stage in ActivationStage if any(f"{stage}-{column}" in new for column in DATE_LABELS)]
        return [
            self._milestone_dates(stage, self.milestones.get(stage) or Milestone(stage=stage), new) for stage in stages
        ]

    def _milestone_dates(self, stage: str, milestone: Milestone, new: Mapping[str, str]) -> MilestoneDates:
        def day(column: str) -> date | None:
            text = new.get(f"{stage}-{column}")
            return getattr(milestone, column) if text is None else date.fromisoformat(text) if text else None

        version = milestone.version if milestone.pk else 0
        return MilestoneDates(stage, milestone.planned_on, day("forecast_on"), day("actual_on"), version)


class MilestonesProposal:
    """Milestone dates. `new` has only the changed dates; a blank one clears the date."""

    labels = FIELD_LABELS

    def versioned_object(self, site):
        return SiteMilestones.for_site(site)

    def current_values(self, site):
        return SiteMilestones.for_site(site).dates_by_name()

    def format_value(self, name, text):
        return PartialDate(text).as_text() if text else "Not known"

    def effect(self, site, new, *, on):
        return "Milestone dates are not public: no visible change."

    def apply(self, site, new, *, user, reason, version, accept_warnings):
        milestones = SiteMilestones.for_site(site)
        if milestones.version != version:
            raise StaleVersion(site)
        changes = milestones.with_dates(new)
        set_milestones(site, changes, author=user.actor, reason=reason, accept_warnings=accept_warnings)


class NewSiteProposal:
    """A new site of the trial: `new` are the name and address of the facility; there are no current values."""

    labels = {
        "name": "Facility name", "city": "City", "state": "State or region", "zip": "Postal code",
        "country": "Country",
    }  # fmt: skip

    def versioned_object(self, site):
        return site

    def current_values(self, site):
        return {}

    def format_value(self, name, text):
        return text or "Not given"

    def effect(self, site, new, *, on):
        return "Adds a site to the trial, without a recruitment status and contacts."

    @transaction.atomic
    def apply(self, site, new, *, user, reason, version, accept_warnings):
        authorship = {"author": user.actor, "reason": reason}
        facility = find_or_add_facility(**{"name": "", "country": ""} | new, **authorship)
        if site.trial.trial_sites.filter(facility=facility).exists():
            raise ValidationError("This facility is already a site of the trial.", code="site-is-here")
        add_site(trial=site.trial, facility=facility, **authorship)


PROPOSAL_TYPES: dict[str, ProposalType] = {
    ProposalKind.STATUS: StatusProposal(),
    ProposalKind.FACILITY: FacilityProposal(),
    ProposalKind.TARGET: TargetProposal(),
    ProposalKind.STAGES: MilestonesProposal(),
    ProposalKind.SITE: NewSiteProposal(),
}


def get_proposal_type(proposal: Proposal) -> ProposalType:
    return PROPOSAL_TYPES[proposal.kind]


def serialize_interim(interim) -> str:
    return ", ".join(f"{status} {since}" for status, since in interim)


def parse_interim(text: str) -> list[tuple[str, PartialDate]]:
    """Parse the pairs written by `serialize_interim`."""
    pairs = (pair.split(" ") for pair in text.split(", ") if pair)
    return [(status, PartialDate(since)) for status, since in pairs]


def new_site_name(proposal: Proposal) -> str:
    """The facility and city of a requested site."""
    return ", ".join(filter(None, (proposal.new.get("name"), proposal.new.get("city"))))


def proposal_summary(proposal: Proposal) -> str:
    """Such as "Recruiting → Terminated": the first value that would change, without a query; a new site's name."""
    if proposal.is_new_site:
        return new_site_name(proposal)
    kind = get_proposal_type(proposal)
    name = next((name for name in kind.labels if name in proposal.new), "")
    old, new = (kind.format_value(name, values.get(name, "")) for values in (proposal.old, proposal.new))
    return f"{old} → {new}"
