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

from common.enum_labels import code_in_words
from common.partial_dates import PartialDate
from history.versioning import StaleVersion, Versioned
from sites.choices import ActivationStage, SiteStatus
from sites.models import Milestone, TrialSite
from sites.permissions import authority_over
from sites.services import SaidOfStage, add_site, change_status, correct_facility, set_milestones, set_target
from sites.services.facilities import IDENTITY, find_or_add_facility
from trials.status_display import NOT_PUBLISHED
from work.choices import ProposalKind
from work.models import Proposal
from work.status_change.preview import contacts_at, public_effect


class NewSiteKind:
    """`new` are the name and place of the hospital; what stands now is nothing."""

    labels = {
        "name": "Name of the hospital", "city": "City", "state": "State or region", "zip": "Postal code",
        "country": "Country",
    }  # fmt: skip

    def subject(self, site):
        return site

    def present(self, site):
        return {}

    def in_words(self, name, text):
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
TOLD = {"forecast_on": "expected", "actual_on": "happened"}
LABELS = {f"{stage}-{column}": f"{stage.label}: {word}" for stage in ActivationStage for column, word in TOLD.items()}


@dataclass(frozen=True, slots=True)
class Stages:
    """All milestones of a site as one thing, which is another one whenever one of them is."""

    site: TrialSite
    milestones: Mapping[str, Milestone]

    @classmethod
    def of(cls, site: TrialSite) -> "Stages":
        return cls(site, {milestone.stage: milestone for milestone in site.milestones.all()})

    @property
    def version(self) -> int:
        return sum(milestone.version for milestone in self.milestones.values())

    def texts(self) -> dict[str, str]:
        """The dates that are known, by the names of `LABELS`."""
        parts = {name: name.split("-") for name in LABELS}
        said = {name: getattr(self.milestones.get(stage), column, None) for name, (stage, column) in parts.items()}
        return {name: day.isoformat() for name, day in said.items() if day}

    def with_dates(self, new: Mapping[str, str]) -> list[SaidOfStage]:
        """What is said of each stage that `new` speaks of; its other dates stay."""
        wanted = [stage for stage in ActivationStage if any(f"{stage}-{column}" in new for column in TOLD)]
        return [self._said(stage, self.milestones.get(stage) or Milestone(stage=stage), new) for stage in wanted]

    def _said(self, stage: str, milestone: Milestone, new: Mapping[str, str]) -> SaidOfStage:
        def day(column: str) -> date | None:
            text = new.get(f"{stage}-{column}")
            return getattr(milestone, column) if text is None else date.fromisoformat(text) if text else None

        version = milestone.version if milestone.pk else 0
        return SaidOfStage(stage, milestone.planned_on, day("forecast_on"), day("actual_on"), version)


class StagesKind:
    """Only the dates that would change are in a proposal's `new`; a blank one takes a date away."""

    labels = LABELS

    def subject(self, site):
        return Stages.of(site)

    def present(self, site):
        return Stages.of(site).texts()

    def in_words(self, name, text):
        return PartialDate(text).in_words() if text else "Not known"

    def effect(self, site, new, *, on):
        return "These dates are never published, so nobody outside sees a difference."

    def apply(self, site, new, *, user, reason, version, accept_warnings):
        stages = Stages.of(site)
        if stages.version != version:
            raise StaleVersion(site)
        said = stages.with_dates(new)
        set_milestones(site, said, author=user.actor, reason=reason, accept_warnings=accept_warnings)


Values = Mapping[str, str]
NOT_KNOWN = "Not known"


class Kind(Protocol):
    """`labels` are the fields in words, in order; a field that a state does not have is not told of it."""

    labels: Mapping[str, str]

    def subject(self, site: TrialSite) -> Versioned:
        """The row that would be changed, or what has a version as one."""

    def present(self, site: TrialSite) -> dict[str, str]:
        """What stands now."""

    def in_words(self, name: str, text: str) -> str: ...

    def effect(self, site: TrialSite, new: Values, *, on) -> str:
        """What everybody will see differently."""

    def apply(self, site: TrialSite, new: Values, *, user, reason: str, version: int, accept_warnings: bool) -> None:
        """What somebody who may decide would do themselves."""


class StatusKind:
    """`between` lists what was never entered: `STATUS since, STATUS since`."""

    labels = {"status": "Status", "since": "Since", "between": "In between"}

    def subject(self, site):
        return site

    def present(self, site):
        return {"status": site.status, "since": site.status_since or ""}

    def in_words(self, name, text):
        if name == "status":
            return code_in_words(text, "SiteStatus") or NOT_PUBLISHED
        if name == "since":
            return PartialDate(text).in_words() if text else NOT_KNOWN
        pairs = (f"{SiteStatus(status).label} since {since.in_words()}" for status, since in interim_of(text))
        return "; ".join(pairs) or "Nothing"

    def effect(self, site, new, *, on):
        return public_effect(site, new["status"], contacts=contacts_at(site, on=on))

    def apply(self, site, new, *, user, reason, version, accept_warnings):
        change_status(
            site, to=new["status"], effective_on=new["since"], interim=interim_of(new.get("between", "")),
            author=user.actor, authority=authority_over(user, site), reason=reason, version=version,
            accept_warnings=accept_warnings,
        )  # fmt: skip


class FacilityKind:
    """Only the fields that would change are in a proposal's `new`: what others correct meanwhile stays."""

    labels = {
        "name": "Name", "city": "City", "state": "State or region", "zip": "Postal code", "country": "Country",
    }  # fmt: skip

    def subject(self, site):
        return site.facility

    def present(self, site):
        return {name: getattr(site.facility, name) for name in IDENTITY}

    def in_words(self, name, text):
        return text or "Not given"

    def effect(self, site, new, *, on):
        number = site.facility.trial_sites.filter(trial__is_public=True).count()
        if not number:
            return "None of its trials is public, so nobody outside sees a difference."
        where = "the one public trial" if number == 1 else f"all {number} entries in public trials"
        return f"Shown to everybody, in {where} in which this hospital takes part."

    def apply(self, site, new, *, user, reason, version, accept_warnings):
        correct_facility(site.facility, author=user.actor, reason=reason, version=version, **new)


class TargetKind:
    """The number as digits; blank where nobody has said."""

    labels = {"target": "Enrollment target"}

    def subject(self, site):
        return site

    def present(self, site):
        return {"target": "" if site.enrollment_target is None else str(site.enrollment_target)}

    def in_words(self, name, text):
        return f"{int(text):,} people" if text else "Not set"

    def effect(self, site, new, *, on):
        return "A target is never published, so nobody outside sees a difference."

    def apply(self, site, new, *, user, reason, version, accept_warnings):
        target = int(new["target"]) if new["target"] else None
        set_target(site, target=target, author=user.actor, reason=reason, version=version)


KINDS: dict[str, Kind] = {
    ProposalKind.STATUS: StatusKind(),
    ProposalKind.FACILITY: FacilityKind(),
    ProposalKind.TARGET: TargetKind(),
    ProposalKind.STAGES: StagesKind(),
    ProposalKind.SITE: NewSiteKind(),
}


def kind_of(proposal: Proposal) -> Kind:
    return KINDS[proposal.kind]


def interim_as_text(interim) -> str:
    return ", ".join(f"{status} {since}" for status, since in interim)


def interim_of(text: str) -> list[tuple[str, PartialDate]]:
    """The pairs that `interim_as_text` wrote."""
    pairs = (pair.split(" ") for pair in text.split(", ") if pair)
    return [(status, PartialDate(since)) for status, since in pairs]
