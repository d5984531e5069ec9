"""The record of one synthetic study, in the format of the ClinicalTrials.gov API v2."""

from datetime import date, timedelta

from benchmarks.synthetic import design
from benchmarks.synthetic.locations import contacts_and_locations
from benchmarks.synthetic.sampling import drop_blanks, one_of, sample_few, zipf_choice
from benchmarks.synthetic.world import World

#: Overall status → share of the registry (2023).
_STATUSES = {
    "COMPLETED": 54.5, "RECRUITING": 13.7, "UNKNOWN": 13.5, "TERMINATED": 5.8, "NOT_YET_RECRUITING": 4.1,
    "ACTIVE_NOT_RECRUITING": 4.1, "WITHDRAWN": 2.8, "ENROLLING_BY_INVITATION": 0.8, "SUSPENDED": 0.3,
}  # fmt: skip
_STOPPED = ("TERMINATED", "WITHDRAWN", "SUSPENDED")
_OVER = ("COMPLETED", "TERMINATED", "WITHDRAWN")
_VERSION = "2025-11-20"
_FIRST_DAY = date(2000, 1, 1)
_LAST_DAY = date(2025, 11, 14)


def make_study(world: World, number: int, scale: float) -> dict:
    chance = world.chance
    status = one_of(chance, _STATUSES)
    sponsor = zipf_choice(chance, world.sponsors)
    conditions, drugs = sample_few(chance, world.conditions, most=6, mean=1.8), design.drugs(world)
    is_observational = chance.random() < 0.24
    enrollment = {"count": int(chance.lognormvariate(4.2, 1.2)), "type": "ACTUAL" if status in _OVER else "ESTIMATED"}
    make_design = design.observational_design if is_observational else design.interventional_design
    protocol = {
        "identificationModule": _identification(world, number, sponsor, drugs[0], conditions[0]),
        "statusModule": _status(world, status),
        "sponsorCollaboratorsModule": _sponsors(world, sponsor),
        "oversightModule": {"oversightHasDmc": chance.random() < 0.4, "isFdaRegulatedDrug": chance.random() < 0.25},
        "descriptionModule": _description(world, scale),
        "conditionsModule": drop_blanks(conditions=conditions, keywords=_keywords(world)),
        "designModule": make_design(world, enrollment),
        "armsInterventionsModule": design.arms_and_interventions(world, drugs, scale),
        "outcomesModule": design.outcomes(world, scale),
        "eligibilityModule": design.eligibility(world, scale, is_observational),
        "contactsLocationsModule": contacts_and_locations(world, status, sponsor["class"] == "INDUSTRY"),
        "referencesModule": _references(world, scale),
        "ipdSharingStatementModule": {"ipdSharing": chance.choice(("NO", "YES", "UNDECIDED"))},
    }
    return {
        "protocolSection": {name: module for name, module in protocol.items() if module},
        "derivedSection": _derived(world, scale),
        "hasResults": False,
    }


def _identification(world: World, number: int, sponsor: dict, drug: str, condition: str) -> dict:
    chance, texts = world.chance, world.texts
    others = [{"id": f"20{chance.randrange(10, 25)}-{number:06}", "type": "EUDRACT_NUMBER"}]
    return drop_blanks(
        nctId=f"NCT{number:08}",
        orgStudyIdInfo={"id": f"ORG-{number}"},
        secondaryIdInfos=others if chance.random() < 0.23 else [],
        organization={"fullName": sponsor["name"], "class": sponsor["class"]},
        briefTitle=f"{drug} in {condition}: {texts.title(7)}",
        officialTitle=f"A Study of {drug} for {condition}, {texts.title(14)}",
        acronym=texts.name().upper()[:8] if chance.random() < 0.31 else "",
    )


def _status(world: World, status: str) -> dict:
    """Dates in chronological order; a third of the start dates and every verification date are months."""
    chance, over = world.chance, status in _OVER
    start = _FIRST_DAY + (_LAST_DAY - _FIRST_DAY) * chance.betavariate(2.2, 1.3)
    end = start + timedelta(chance.randrange(120, 2_200))
    updated = min(end + timedelta(chance.randrange(0, 900)), _LAST_DAY)
    posted = {"date": str(updated), "type": "ACTUAL"}
    started = {"date": _printed(chance, start), "type": "ESTIMATED" if status == "NOT_YET_RECRUITING" else "ACTUAL"}
    completed = {"date": _printed(chance, end), "type": "ACTUAL" if over else "ESTIMATED"}
    return drop_blanks(
        statusVerifiedDate=f"{updated:%Y-%m}",
        overallStatus=status,
        lastKnownStatus="RECRUITING" if status == "UNKNOWN" else "",
        whyStopped=world.texts.title(6) if status in _STOPPED else "",
        expandedAccessInfo={"hasExpandedAccess": False},
        startDateStruct=started,
        primaryCompletionDateStruct=completed,
        completionDateStruct=completed,
        studyFirstSubmitDate=str(start),
        studyFirstSubmitQcDate=str(start),
        studyFirstPostDateStruct={"date": str(start), "type": "ACTUAL"},
        lastUpdateSubmitDate=str(updated),
        lastUpdatePostDateStruct=posted,
    )


def _printed(chance, day: date) -> str:
    return f"{day:%Y-%m}" if chance.random() < 0.33 else str(day)


def _sponsors(world: World, sponsor: dict) -> dict:
    chance = world.chance
    collaborators = sample_few(chance, range(len(world.sponsors)), most=8, mean=1.7) if chance.random() < 0.34 else []
    return drop_blanks(
        responsibleParty={"type": "SPONSOR"},
        leadSponsor=sponsor,
        collaborators=[world.sponsors[place] for place in collaborators],
    )


def _description(world: World, scale: float) -> dict:
    detailed = "\n\n".join(world.texts.about(1_800 * scale)) if world.chance.random() < 0.65 * scale else ""
    return drop_blanks(briefSummary=world.texts.paragraph(600 * scale), detailedDescription=detailed)


def _keywords(world: World) -> list[str]:
    return [world.texts.title(2) for _ in range(4)] if world.chance.random() < 0.62 else []


def _references(world: World, scale: float) -> dict:
    if world.chance.random() > 0.29 * scale:
        return {}
    return {"references": [_reference(world) for _ in range(world.chance.choice((1, 1, 2, 4, 12)))]}


def _reference(world: World) -> dict:
    pmid = str(world.chance.randrange(10_000_000, 40_000_000))
    return {"pmid": pmid, "type": "BACKGROUND", "citation": world.texts.title(30)}


def _derived(world: World, scale: float) -> dict:
    return {
        "miscInfoModule": {"versionHolder": _VERSION},
        "conditionBrowseModule": _browse(world, scale),
        **({"interventionBrowseModule": _browse(world, scale)} if world.chance.random() < 0.43 else {}),
    }


def _browse(world: World, scale: float) -> dict:
    """MeSH terms and their broader terms, from the first hundred."""
    places = sample_few(world.chance, range(len(world.mesh)), most=6, mean=1.8)
    above = sample_few(world.chance, range(100), most=20, mean=8 * scale)
    return {"meshes": [world.mesh[place] for place in places], "ancestors": [world.mesh[place] for place in above]}
