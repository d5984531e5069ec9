"""Studies whose sites are hard to tell apart, to name, or to count."""

from collections.abc import Iterator

from tests.records.builders import Json, contact, investigator, place, point, study

OLD_COUNTRY_NAMES = (
    "Korea, Republic of",
    "Turkey",
    "Russian Federation",
    "Czech Republic",
    "Macedonia, The Former Yugoslav Republic of",
)


def places() -> Iterator[Json]:
    """Studies 8 to 14."""
    yield _at(8, "Twins", _duplicate_listings())
    yield _at(9, "Masks", _masked_facilities())
    yield _at(10, "Many Contacts", _many_contacts())
    yield _at(11, "Old Country Names", [place(f"Hospital {name}", "Capital", name) for name in OLD_COUNTRY_NAMES])
    yield _at(12, "Round Points", _round_points())
    yield _at(13, "Sixty Sites", [_one_of_sixty(number) for number in range(60)])
    yield _at(14, "Many Letters", _many_letters())


def _at(number: int, title: str, locations: list[Json]) -> Json:
    return study(number, title=title, contactsLocations={"locations": locations})


def _duplicate_listings() -> list[Json]:
    """One facility four times: twice exactly alike, once with another contact, once with another status."""
    duplicate = place("General Hospital of Examples", "Porto", "Portugal", zip="4000", status="RECRUITING")
    return [
        duplicate | {"contacts": [contact(20)]},
        duplicate,
        duplicate,
        duplicate | {"status": "WITHDRAWN"},
        place("General Hospital of Examples", "Porto", "Portugal", zip="4100", status="RECRUITING"),
    ]


def _masked_facilities() -> list[Json]:
    """Names that name nothing, and none at all."""
    names = [
        "Research Site",
        "Research Site",
        "Investigational Site 104",
        "Investigative Site",
        "Local Institution - 0012",
        "",
        "",
    ]
    return [place(name, "Bari", "Italy", status="RECRUITING") for name in names]


def _many_contacts() -> list[Json]:
    """Nine contacts at one site; functions for names; addresses that a web page has hidden."""
    nine = [contact(30 + number) for number in range(6)] + [
        investigator(36),
        {"role": "SUB_INVESTIGATOR", "name": "Investigator 37"},
    ]
    hidden = {
        "name": "Study Coordinator",
        "role": "CONTACT",
        "phone": "+1 555 0138",
        "phoneExt": "0042",
        "email": "[email protected]",
    }
    nameless = {"role": "CONTACT", "email": "study@example.org"}
    return [
        place("Hospital of Nine", "Ghent", "Belgium", status="RECRUITING", contacts=[*nine, hidden]),
        place("Hospital of One", "Ghent", "Belgium", status="NOT_YET_RECRUITING", contacts=[nameless]),
    ]


def _round_points() -> list[Json]:
    """Whole and zero degrees, the ends of the earth; `make` spells some of them with more zeros."""
    points = [point(1.0, 12.5), point(0, 0), point(-90.0, 180), point(-0.5, -179.99999)]
    return [place(f"Hospital {number}", "Pointe", "France", geoPoint=where) for number, where in enumerate(points)]


def _one_of_sixty(number: int) -> Json:
    status = ("RECRUITING", "NOT_YET_RECRUITING", "COMPLETED", "WITHDRAWN")[number % 4]
    country = ("Spain", "Poland", "Japan")[number % 3]
    return place(
        f"Hospital {number} of Sixty",
        f"Town {number % 12}",
        country,
        status=status,
        state=f"Region {number % 5}",
        zip=f"{10000 + number}",
        geoPoint=point(round(30 + number / 7, 5), round(-20 + number / 3, 5)),
        **({"contacts": [contact(number), investigator(number)]} if number % 4 < 2 else {}),
    )


def _many_letters() -> list[Json]:
    """Other alphabets, combined accents, emoji, quotes, a backslash, and a name of 254 letters."""
    names = [
        "虚构大学附属医院",
        "Clínica Ñandú – Åse & Øre",
        "Cafe\u0301 Hospital",
        "Больница №0",
        "مستشفى خيالي",
        "Hospital 🏥 “Q” 'q' \\ /",
        "L" * 254,
    ]
    return [place(name, "Zürich", "Switzerland", status="SUSPENDED") for name in names]
