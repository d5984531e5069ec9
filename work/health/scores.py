"""Points of a trial or a site in named parts, from counted inputs, and their weighted mean. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is counted of a trial, or of one site; the same shape for both. None where it is not known or not shown."""

    recruiting: int = 0
    confirmed: int = 0
    objects: int = 1
    errors: int = 0
    warnings: int = 0
    enrolled: int | None = None
    planned: int | None = None
    dates_due: int = 0
    dates_met: int = 0
    activations_due: int = 0
    activated: int = 0
    with_contact: int = 0
    countries: int = 0
    open_countries: int = 0


@dataclass(frozen=True, slots=True)
class PartRule:
    """A part: its weight, the rule as a sentence, and whether a single site has it."""

    label: str
    weight: int
    rule: str
    applies_to_sites: bool = True


#: The parts in the order shown; the weights add up to 100.
PARTS: Mapping[str, PartRule] = {
    "freshness": PartRule(
        "Freshness", 25,
        f"Share of the recruiting sites that were confirmed in the last {settings.CONFIRMATION_DUE_DAYS} days.",
    ),
    "findings": PartRule(
        "Data checks", 20,
        "100 less the share that open errors have of the sites and the trial itself, a warning counting as a quarter "
        "of an error; at least 0.",
    ),
    "enrollment": PartRule(
        "Enrollment against plan", 20, "Participants enrolled, of those planned by today; at most 100."
    ),
    "timeline": PartRule(
        "Timeline", 10,
        "Share of what is due by today that was met: start, primary completion and completion entered as actual, and "
        "the record verified in the last 12 months.",
        applies_to_sites=False,
    ),
    "activation": PartRule(
        "Activation", 10, "Share of the sites whose forecast, else planned, activation has passed that are activated."
    ),
    "contacts": PartRule(
        "Contact coverage", 10,
        "Share of the recruiting sites with a published phone number or e-mail address, of the site or of the trial’s "
        "central contact.",
    ),
    "reach": PartRule(
        "Geographic reach", 5, "Share of the countries with a site that has not ended in which a site is open.",
        applies_to_sites=False,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PartScore:
    """The points of one part, 0 to 100; None where nothing can be counted."""

    name: str
    points: int | None
    counted: str

    @property
    def label(self) -> str:
        return PARTS[self.name].label

    @property
    def weight(self) -> int:
        return PARTS[self.name].weight

    @property
    def rule(self) -> str:
        return PARTS[self.name].rule


@dataclass(frozen=True, slots=True)
class HealthScore:
    """The parts, and their mean weighted over the parts that have points."""

    parts: Sequence[PartScore]

    @property
    def weight(self) -> int:
        """The sum of the weights of the parts with points."""
        return sum(part.weight for part in self.parts if part.points is not None)

    @property
    def total(self) -> int | None:
        if not self.weight:
            return None
        return round(sum(part.weight * part.points for part in self.parts if part.points is not None) / self.weight)

    @property
    def missing(self) -> Sequence[str]:
        """The labels of the parts without points."""
        return [part.label for part in self.parts if part.points is None]

    @property
    def points(self) -> dict[str, int]:
        """The points by part, without the parts that have none."""
        return {part.name: part.points for part in self.parts if part.points is not None}


def health_score(inputs: Inputs, *, is_site: bool = False) -> HealthScore:
    parts = [_part(name, inputs) for name, rule in PARTS.items() if rule.applies_to_sites or not is_site]
    return HealthScore(parts)


def _part(name: str, inputs: Inputs) -> PartScore:
    if name == "findings":
        lost = 100 * (inputs.errors + inputs.warnings / 4) / inputs.objects
        counted = f"{_count(inputs.errors, 'error')}, {_count(inputs.warnings, 'warning')}"
        sites = f", {_count(inputs.objects - 1, 'site')}" if inputs.objects > 1 else ""
        return PartScore(name, max(0, round(100 - lost)), counted + sites)
    reached, due, text = {
        "freshness": (inputs.confirmed, inputs.recruiting, "{:,} of {:,} recruiting"),
        "enrollment": (inputs.enrolled or 0, inputs.planned, "{:,} enrolled of {:,} planned by today"),
        "timeline": (inputs.dates_met, inputs.dates_due, "{:,} of {:,} due"),
        "activation": (inputs.activated, inputs.activations_due, "{:,} activated of {:,} due"),
        "contacts": (inputs.with_contact, inputs.recruiting, "{:,} of {:,} recruiting"),
        "reach": (inputs.open_countries, inputs.countries, "{:,} of {:,} countries"),
    }[name]
    if not due:
        return PartScore(name, None, "")
    return PartScore(name, min(100, round(100 * reached / due)), text.format(reached, due))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
