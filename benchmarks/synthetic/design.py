"""Design, arms, interventions, outcomes and eligibility of a synthetic study.

`scale` multiplies the length of texts and lists; 1 gives a record of about 14 KB.
"""

from benchmarks.synthetic.sampling import drop_blanks, one_of, sample_few
from benchmarks.synthetic.world import World

_PHASES = {
    ("NA",): 47, ("PHASE2",): 14, ("PHASE1",): 11, ("PHASE3",): 10, ("PHASE4",): 8, ("PHASE1", "PHASE2"): 4,
    ("PHASE2", "PHASE3"): 1.7, ("EARLY_PHASE1",): 1.3,
}  # fmt: skip
_MASKING = {"NONE": 55, "DOUBLE": 16, "QUADRUPLE": 12, "SINGLE": 10, "TRIPLE": 7}
_WHO = ["PARTICIPANT", "CARE_PROVIDER", "INVESTIGATOR", "OUTCOMES_ASSESSOR"]
_WHO_COUNT = {"NONE": 0, "SINGLE": 1, "DOUBLE": 2, "TRIPLE": 3, "QUADRUPLE": 4}
_INTERVENTION_TYPES = {"DRUG": 55, "DEVICE": 11, "BEHAVIORAL": 11, "PROCEDURE": 10, "BIOLOGICAL": 7, "OTHER": 6}
_PURPOSES = {"TREATMENT": 72, "PREVENTION": 9, "SUPPORTIVE_CARE": 7, "DIAGNOSTIC": 5, "BASIC_SCIENCE": 4, "OTHER": 3}
_MODELS = {"PARALLEL": 62, "SINGLE_GROUP": 26, "CROSSOVER": 7, "SEQUENTIAL": 5}
_AGES = {("ADULT", "OLDER_ADULT"): 62, ("CHILD", "ADULT", "OLDER_ADULT"): 14, ("ADULT",): 15, ("CHILD",): 9}
_SEXES = {"ALL": 85, "FEMALE": 10, "MALE": 5}


def interventional_design(world: World, enrollment: dict) -> dict:
    chance, masking = world.chance, one_of(world.chance, _MASKING)
    return {
        "studyType": "INTERVENTIONAL",
        "phases": list(one_of(chance, _PHASES)),
        "designInfo": {
            "allocation": one_of(chance, {"RANDOMIZED": 66, "NA": 22, "NON_RANDOMIZED": 12}),
            "interventionModel": one_of(chance, _MODELS),
            "primaryPurpose": one_of(chance, _PURPOSES),
            "maskingInfo": drop_blanks(masking=masking, whoMasked=_WHO[: _WHO_COUNT[masking]]),
        },
        "enrollmentInfo": enrollment,
    }


def observational_design(world: World, enrollment: dict) -> dict:
    chance = world.chance
    return {
        "studyType": "OBSERVATIONAL",
        "patientRegistry": chance.random() < 0.14,
        "designInfo": {
            "observationalModel": one_of(chance, {"COHORT": 66, "CASE_CONTROL": 18, "CASE_ONLY": 16}),
            "timePerspective": one_of(chance, {"PROSPECTIVE": 68, "RETROSPECTIVE": 18, "CROSS_SECTIONAL": 14}),
        },
        "enrollmentInfo": enrollment,
    }


def arms_and_interventions(world: World, drugs: list[str], scale: float) -> dict:
    chance, texts = world.chance, world.texts
    kinds = [one_of(chance, _INTERVENTION_TYPES) for _ in drugs]
    named = [f"{kind.replace('_', ' ').capitalize()}: {drug}" for kind, drug in zip(kinds, drugs, strict=True)]
    labels = [f"Arm {letter}" for letter in "ABCDEFGH"[: chance.choice((1, 2, 2, 2, 3, 4))]]
    arms = [
        {
            "label": label,
            "type": "EXPERIMENTAL" if number == 0 else chance.choice(("ACTIVE_COMPARATOR", "PLACEBO_COMPARATOR")),
            "description": texts.paragraph(150 * scale),
            "interventionNames": named,
        }
        for number, label in enumerate(labels)
    ]
    interventions = [
        drop_blanks(
            type=kind,
            name=drug,
            description=texts.paragraph(180 * scale),
            armGroupLabels=labels,
            otherNames=[texts.name()] if chance.random() < 0.35 else [],
        )
        for kind, drug in zip(kinds, drugs, strict=True)
    ]
    return {"armGroups": arms, "interventions": interventions}


def outcomes(world: World, scale: float) -> dict:
    chance = world.chance
    secondary = chance.choice((0, 1, 2, 3, 4, 6, 10, 16)) if scale >= 1 else chance.choice((0, 1, 1, 2, 3, 4))
    return drop_blanks(
        primaryOutcomes=[_outcome(world, scale) for _ in range(chance.choice((1, 1, 1, 2, 3)))],
        secondaryOutcomes=[_outcome(world, scale) for _ in range(secondary)],
        otherOutcomes=[_outcome(world, scale)] if chance.random() < 0.1 * scale else [],
    )


def _outcome(world: World, scale: float) -> dict:
    described = world.texts.paragraph(150 * scale) if world.chance.random() < 0.8 else ""
    return drop_blanks(
        measure=world.texts.title(7), description=described, timeFrame=f"up to {world.chance.randrange(1, 105)} weeks"
    )


def eligibility(world: World, scale: float, is_observational: bool) -> dict:
    chance, texts = world.chance, world.texts
    ages = list(one_of(chance, _AGES))
    return drop_blanks(
        eligibilityCriteria=_criteria(world, 1_750 * scale),
        healthyVolunteers=chance.random() < 0.17,
        sex=one_of(chance, _SEXES),
        minimumAge="18 Years" if ages[0] == "ADULT" else "",
        maximumAge="" if ages[-1] == "OLDER_ADULT" else "65 Years" if ages[-1] == "ADULT" else "17 Years",
        stdAges=ages,
        studyPopulation=texts.paragraph(200) if is_observational else "",
        samplingMethod="NON_PROBABILITY_SAMPLE" if is_observational else "",
    )


def _criteria(world: World, characters: float) -> str:
    r"""Two lists in the registry's markup: numbers, bullets a level down, `\>` and `\[` escaped."""
    items = world.texts.about(characters)
    half = (len(items) + 1) // 2
    inclusion = [f"{number}. {item}" for number, item in enumerate(items[:half], start=1)]
    exclusion = [f"* {item}" for item in items[half:]]
    inclusion[-1] += f"\n\n   * Score \\> {world.chance.randrange(1, 90)} \\[points\\]"
    return "\n".join(["Inclusion Criteria:\n", *inclusion, "\nExclusion Criteria:\n", *exclusion])


def drugs(world: World) -> list[str]:
    return sample_few(world.chance, world.drugs, most=8, mean=2.0)
