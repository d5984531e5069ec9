"""Sites, contacts and officials of a synthetic study."""

from benchmarks.synthetic.sampling import drop_blanks, one_of, zipf_choice
from benchmarks.synthetic.world import World

#: Number of sites (from, to) → share of studies. Registry-wide: 6.1 on average, 1,700 at most.
_SITES = {
    (0, 0): 11.0, (1, 1): 60.0, (2, 10): 19.0, (11, 50): 7.3, (51, 200): 2.3, (201, 900): 0.39, (901, 1700): 0.01
}  # fmt: skip
_SITE_STATUS = {
    "RECRUITING": 67, "NOT_YET_RECRUITING": 16, "ACTIVE_NOT_RECRUITING": 7, "WITHDRAWN": 5, "SUSPENDED": 3,
    "COMPLETED": 2,
}  # fmt: skip
_CONTACTS = {1: 55, 2: 36, 3: 7.4, 4: 0.8, 6: 0.4, 9: 0.4}
_OPEN = ("RECRUITING", "NOT_YET_RECRUITING")
_MASKS = ("Research Site", "Investigational Site {}", "Local Institution - {}", "")
_FUNCTIONS = ("Study Coordinator", "Clinical Trials Office", "Medical Director", "Trial Contact")


def contacts_and_locations(world: World, status: str, is_industry: bool) -> dict:
    """The module of a record: sites, central contacts of studies that are open or will be, officials."""
    chance = world.chance
    central = [_contact(world) for _ in range(chance.choice((1, 1, 2)))] if status in _OPEN else []
    officials = [_official(world) for _ in range(chance.choice((1, 1, 1, 2)))] if chance.random() < 0.73 else []
    return drop_blanks(
        centralContacts=central, overallOfficials=officials, locations=_locations(world, status, is_industry)
    )


def site_count(world: World) -> int:
    """Number of sites; within a class, smaller numbers are more likely."""
    least, most = one_of(world.chance, _SITES)
    return int(least * ((most + 1) / least) ** (world.chance.random() ** 1.5)) if least else 0


def _locations(world: World, status: str, is_industry: bool) -> list[dict]:
    chance, count = world.chance, site_count(world)
    mask = chance.choice(_MASKS[:3]) if count > 1 and is_industry and chance.random() < 0.9 else None
    places = [zipf_choice(chance, world.facilities) for _ in range(count)]
    if count > 1 and chance.random() < 0.12:
        places[-1] = places[0]  # the same facility twice
    return [_location(world, place, status, mask, number) for number, place in enumerate(places, start=1)]


def _location(world: World, place: dict, status: str, mask: str | None, number: int) -> dict:
    location = dict(place)
    if mask is not None:
        location["facility"] = mask.format(number)
    elif world.chance.random() < 0.02:
        del location["facility"]
    if status == "RECRUITING":
        location["status"] = site_status = one_of(world.chance, _SITE_STATUS)
        if site_status in _OPEN and world.chance.random() < 0.55:
            location["contacts"] = [_contact(world) for _ in range(one_of(world.chance, _CONTACTS))]
    return location


def _contact(world: World) -> dict:
    chance = world.chance
    if chance.random() < 0.35:
        return {"name": _person(world), "role": "PRINCIPAL_INVESTIGATOR"}
    number = chance.randrange(1_000_000)
    return drop_blanks(
        name=chance.choice(_FUNCTIONS) if chance.random() < 0.3 else _person(world),
        role="CONTACT",
        phone=f"555-{number % 10_000:04}" if chance.random() < 0.75 else "",
        phoneExt=str(number % 900) if chance.random() < 0.02 else "",
        email=f"contact{number}@example.org" if chance.random() < 0.6 else "",
    )


def _official(world: World) -> dict:
    sponsor = zipf_choice(world.chance, world.sponsors)
    role = world.chance.choice(("PRINCIPAL_INVESTIGATOR", "STUDY_DIRECTOR", "STUDY_CHAIR"))
    return {"name": f"{_person(world)}, MD", "affiliation": sponsor["name"], "role": role}


def _person(world: World) -> str:
    return f"{world.texts.name()} {world.texts.name()}"
