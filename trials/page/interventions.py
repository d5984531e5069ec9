"""Arms and interventions of the trial page, each intervention once. Pure.

Records relate arms and interventions in both directions (arms name interventions, interventions name arms) or in only
one, and list an intervention once for each arm with different descriptions. No value is dropped.
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
    """An intervention as named by an arm; `kind` is the label of its type ("Drug") or ""."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Arm:
    label: str
    type: str
    description: str
    interventions: list[ArmIntervention]


def merge_interventions(interventions: Iterable, arm_groups: Iterable) -> list[MergedIntervention]:
    """The interventions, merged by type and name."""
    labels = {_folded(arm.label) for arm in arm_groups}
    merged: dict[tuple[str, str], MergedIntervention] = {}
    for number, row in enumerate(interventions):
        key = (row.type, _folded(row.name) or f"unnamed {number}")
        entry = merged.setdefault(key, MergedIntervention(row.type, row.name))
        _append_new(entry.descriptions, [row.description])
        _append_new(entry.other_names, [name for name in row.other_names if _folded(name) != _folded(row.name)])
        _append_new(entry.arms, [label for label in row.arm_group_labels if _folded(label) not in labels])
    return list(merged.values())


def arms_of(arm_groups: Iterable, interventions: Sequence) -> list[Arm]:
    """The arms with their interventions, each once, whichever side of the record names it."""
    return [Arm(arm.label, arm.type, arm.description, _interventions_of_arm(arm, interventions)) for arm in arm_groups]


def _interventions_of_arm(arm, interventions: Iterable) -> list[ArmIntervention]:
    named = [_parse_intervention_name(name) for name in arm.intervention_names]
    linked = [
        ArmIntervention(_type_label(row.type), row.name)
        for row in interventions
        if row.name and arm.label and arm.label in row.arm_group_labels
    ]
    unique: dict[str, ArmIntervention] = {}
    for intervention in [*named, *linked]:
        unique.setdefault(_folded(f"{intervention.kind}: {intervention.name}"), intervention)
    return list(unique.values())


def _parse_intervention_name(name: str) -> ArmIntervention:
    """ "Drug: AK112" as the registry writes it; a text before a colon that is no type belongs to the name."""
    kind, colon, rest = name.partition(": ")
    known = _TYPES.get(kind.casefold())
    return ArmIntervention(known, rest) if colon and known else ArmIntervention("", name)


def _type_label(type_: str) -> str:
    return InterventionType(type_).label if type_ in InterventionType.values else ""


def _append_new(texts: list[str], more: Iterable[str]) -> None:
    """Append the texts that differ from those present."""
    known = {_folded(text) for text in texts}
    for text in more:
        if text.strip() and _folded(text) not in known:
            known.add(_folded(text))
            texts.append(text)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
