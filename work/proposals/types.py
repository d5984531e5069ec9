"""What can be proposed: for each kind, what stands now, what it would become, and the service that makes it so.

Proposed dates of a site's stages: when something happened there, or is expected to.

A requested site: a hospital that is to take part in the trial of the site whose coordinator asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.core.exceptions import ValidationError
from django.db import transaction

from common.enum_labels import choice_label
from common.partial_dates import PartialDate
from history.versioning import StaleVersion, Versioned
from sites.choices import ActivationStage, SiteStatus
from sites.models import Milestone, TrialSite
from sites.permissions import authority_over
from sites.services import MilestoneDates, add_site, change_status, correct_facility, set_milestones, set_target
from sites.services.facilities import IDENTITY, find_or_add_facility
from trials.status_display import NOT_PUBLISHED
from work.choices import ProposalKind
from work.models import Proposal
from work.status_change.preview import count_site_contacts, describe_public_effect


class NewSiteProposal:
    """`new` are the name and place of the hospital; what stands now is nothing."""

    labels = {
        "name": "Name of the hospital", "city": "City", "state": "State or region", "zip": "Postal code",
        "country": "Country",
    }  # fmt: skip

    def versioned_object(self, site):
        return site

    def current_values(self, site):
        return {}

    def format_value(self, name, text):
        return text or "Not given"

    def effect(self, site, new, *, on):
        return "A new site of the trial. It has no recruitment status and no contact until somebody enters them."

    @transaction.atomic
    def apply(self, site, new, *, user, reason, version, accept_warnings):
        who = {"author": user.actor, "reason": reason}
        facility = find_or_add_facility(**{"name": "", "country": ""} | new, **who)
        if site.trial.trial_sites.filter(facility=facility).exists():
            raise ValidationError("This hospital is a site of the trial already.", code="site-is-here")
        add_site(trial=site.trial, facility=facility, **who)


#: What the site itself knows; what is planned is the trial's.
DATE_LABELS = {"forecast_on": "expected", "actual_on": "happened"}
FIELD_LABELS = {
    f"{stage}-{column}": f"{stage.label}: {word}" for stage in ActivationStage for column, word in DATE_LABELS.items()
}


@dataclass(frozen=True, slots=True)
class SiteMilestones:
    """All milestones of a site as one thing, which is another one whenever one of them is."""

    site: TrialSite
    milestones: Mapping[str, Milestone]

    @classmethod
    def for_site(cls, site: TrialSite) -> "SiteMilestones":
        return cls(site, {milestone.stage: milestone for milestone in site.milestones.all()})

    @property
    def version(self) -> int:
        return sum(milestone.version for milestone in self.milestones.values())

    def dates_by_name(self) -> dict[str, str]:
        """The dates that are known, by the names of `LABELS`."""
        parts = {name: name.split("-") for name in FIELD_LABELS}
        said = {name: getattr(self.milestones.get(stage), column, None) for name, (stage, column) in parts.items()}
        return {name: day.isoformat() for name, day in said.items() if day}

    def with_dates(self, new: Mapping[str, str]) -> list[MilestoneDates]:
        """What is said of each stage that `new` speaks of; its other dates stay."""
        wanted = [stage for stage in ActivationStage if any(f"{stage}-{column}" in new for column in DATE_LABELS)]
        return [
            self._milestone_dates(stage, self.milestones.get(stage) or Milestone(stage=stage), new) for stage in wanted
        ]

    def _milestone_dates(self, stage: str, milestone: Milestone, new: Mapping[str, str]) -> MilestoneDates:
        def day(column: str) -> date | None:
            text = new.get(f"{stage}-{column}")
            return getattr(milestone, column) if text is None else date.fromisoformat(text) if text else None

        version = milestone.version if milestone.pk else 0
        return MilestoneDates(stage, milestone.planned_on, day("forecast_on"), day("actual_on"), version)


class MilestonesProposal:
    """Only the dates that would change are in a proposal's `new`; a blank one takes a date away."""

    labels = FIELD_LABELS

    def versioned_object(self, site):
        return SiteMilestones.for_site(site)

    def current_values(self, site):
        return SiteMilestones.for_site(site).dates_by_name()

    def format_value(self, name, text):
        return PartialDate(text).as_text() if text else "Not known"

    def effect(self, site, new, *, on):
        return "These dates are never published, so nobody outside sees a difference."

    def apply(self, site, new, *, user, reason, version, accept_warnings):
        stages = SiteMilestones.for_site(site)
        if stages.version != version:
            raise StaleVersion(site)
        said = stages.with_dates(new)
        set_milestones(site, said, author=user.actor, reason=reason, accept_warnings=accept_warnings)


Values = Mapping[str, str]
NOT_KNOWN = "Not known"


class ProposalType(Protocol):
    """`labels` are the fields in words, in order; a field that a state does not have is not told of it."""

    labels: Mapping[str, str]

    def versioned_object(self, site: TrialSite) -> Versioned:
        """The row that would be changed, or what has a version as one."""

    def current_values(self, site: TrialSite) -> dict[str, str]:
        """What stands now."""

    def format_value(self, name: str, text: str) -> str: ...

    def effect(self, site: TrialSite, new: Values, *, on) -> str:
        """What everybody will see differently."""

    def apply(self, site: TrialSite, new: Values, *, user, reason: str, version: int, accept_warnings: bool) -> None:
        """What somebody who may decide would do themselves."""


class StatusProposal:
    """`between` lists what was never entered: `STATUS since, STATUS since`."""

    labels = {"status": "Status", "since": "Since", "between": "In between"}

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
        return "; ".join(pairs) or "Nothing"

    def effect(self, site, new, *, on):
        return describe_public_effect(site, new["status"], contacts=count_site_contacts(site, on=on))

    def apply(self, site, new, *, user, reason, version, accept_warnings):
        change_status(
            site, to=new["status"], effective_on=new["since"], interim=parse_interim(new.get("between", "")),
            author=user.actor, authority=authority_over(user, site), reason=reason, version=version,
            accept_warnings=accept_warnings,
        )  # fmt: skip


class FacilityProposal:
    """Only the fields that would change are in a proposal's `new`: what others correct meanwhile stays."""

    labels = {
        "name": "Name", "city": "City", "state": "State or region", "zip": "Postal code", "country": "Country",
    }  # fmt: skip

    def versioned_object(self, site):
        return site.facility

    def current_values(self, site):
        return {name: getattr(site.facility, name) for name in IDENTITY}

    def format_value(self, name, text):
        return text or "Not given"

    def effect(self, site, new, *, on):
        number = site.facility.trial_sites.filter(trial__is_public=True).count()
        if not number:
            return "None of its trials is public, so nobody outside sees a difference."
        where = "the one public trial" if number == 1 else f"all {number} entries in public trials"
        return f"Shown to everybody, in {where} in which this hospital takes part."

    def apply(self, site, new, *, user, reason, version, accept_warnings):
        correct_facility(site.facility, author=user.actor, reason=reason, version=version, **new)


class TargetProposal:
    """The number as digits; blank where nobody has said."""

    labels = {"target": "Enrollment target"}

    def versioned_object(self, site):
        return site

    def current_values(self, site):
        return {"target": "" if site.enrollment_target is None else str(site.enrollment_target)}

    def format_value(self, name, text):
        return f"{int(text):,} people" if text else "Not set"

    def effect(self, site, new, *, on):
        return "A target is never published, so nobody outside sees a difference."

    def apply(self, site, new, *, user, reason, version, accept_warnings):
        target = int(new["target"]) if new["target"] else None
        set_target(site, target=target, author=user.actor, reason=reason, version=version)


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
    """The pairs that `interim_as_text` wrote."""
    pairs = (pair.split(" ") for pair in text.split(", ") if pair)
    return [(status, PartialDate(since)) for status, since in pairs]
