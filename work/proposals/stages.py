"""Proposed dates of a site's stages: when something happened there, or is expected to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from history.versioning import StaleVersion
from sites.codes import ActivationStage
from sites.models import Milestone, TrialSite
from sites.services import SaidOfStage, set_milestones
from trials.partial_dates import PartialDate

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
