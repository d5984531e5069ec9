"""Arms and what is given in them, as a page tells it: each treatment once. Pure.

A record says twice who gets what (arms name interventions, interventions name arms), sometimes only once, and lists an
intervention once for each arm with other words. Nothing it says is dropped here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from trials.choices import InterventionType

_TYPES = {label.casefold(): label for label in InterventionType.labels}


@dataclass(slots=True)
class MergedIntervention:
    """An intervention; `arms` are those that no arm of the record lists itself."""

    type: str
    name: str
    descriptions: list[str] = field(default_factory=list)
    other_names: list[str] = field(default_factory=list)
    arms: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ArmIntervention:
    """A treatment as an arm names it; `kind` is in words ("Drug") or ""."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Arm:
    label: str
    type: str
    description: str
    interventions: list[ArmIntervention]


def merge_interventions(interventions: Iterable, arm_groups: Iterable) -> list[MergedIntervention]:
    """The interventions, those of one type and name told together."""
    labels = {_folded(arm.label) for arm in arm_groups}
    treatments: dict[tuple[str, str], MergedIntervention] = {}
    for number, row in enumerate(interventions):
        key = (row.type, _folded(row.name) or f"unnamed {number}")
        treatment = treatments.setdefault(key, MergedIntervention(row.type, row.name))
        _append_new(treatment.descriptions, [row.description])
        _append_new(treatment.other_names, [name for name in row.other_names if _folded(name) != _folded(row.name)])
        _append_new(treatment.arms, [label for label in row.arm_group_labels if _folded(label) not in labels])
    return list(treatments.values())


def arms_of(arm_groups: Iterable, interventions: Sequence) -> list[Arm]:
    """The arms with their treatments, each once, whichever side of the record names it."""
    return [Arm(arm.label, arm.type, arm.description, _interventions_of_arm(arm, interventions)) for arm in arm_groups]


def _interventions_of_arm(arm, interventions: Iterable) -> list[ArmIntervention]:
    named = [_parse_intervention_name(name) for name in arm.intervention_names]
    told = [
        ArmIntervention(_type_label(row.type), row.name)
        for row in interventions
        if row.name and arm.label and arm.label in row.arm_group_labels
    ]
    once: dict[str, ArmIntervention] = {}
    for given in [*named, *told]:
        once.setdefault(_folded(f"{given.kind}: {given.name}"), given)
    return list(once.values())


def _parse_intervention_name(name: str) -> ArmIntervention:
    """ "Drug: AK112" as the registry writes it; a text before a colon that is no type belongs to the name."""
    kind, colon, rest = name.partition(": ")
    known = _TYPES.get(kind.casefold())
    return ArmIntervention(known, rest) if colon and known else ArmIntervention("", name)


def _type_label(type_: str) -> str:
    return InterventionType(type_).label if type_ in InterventionType.values else ""


def _append_new(texts: list[str], more: Iterable[str]) -> None:
    """Append the texts that say something new."""
    said = {_folded(text) for text in texts}
    for text in more:
        if text.strip() and _folded(text) not in said:
            said.add(_folded(text))
            texts.append(text)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
