"""Hypothesis strategies: sequences of versions of one trial, as a sponsor edits a record.

No version loses what no record loses (registries.ctgov.completeness); test_partial_records.py is about those that do.
"""

from hypothesis import strategies as st

NUMBER = "NCT90000001"
STATUSES = ["", "RECRUITING", "COMPLETED", "SUSPENDED"]
NAMES = ["Hospital 1", "hospital 1", "Hospital 2", "Research Site", "Site 12", ""]
PEOPLE = ["", "Study Coordinator", "Ann Example", "Bob Example"]
PHONES = ["", "+33 4 00 00 00 01", "+33 4 00 00 00 02"]


def _without_blanks(**values) -> dict:
    """The values that are not blank: a record omits the others."""
    return {key: value for key, value in values.items() if value}


contacts = st.builds(
    _without_blanks,
    name=st.sampled_from(PEOPLE),
    role=st.sampled_from(["CONTACT", "PRINCIPAL_INVESTIGATOR"]),
    phone=st.sampled_from(PHONES),
)
points = st.sampled_from([None, {"lat": 45.75, "lon": 4.85}, {"lat": 48.86, "lon": 2.35}])
locations = st.builds(
    _without_blanks,
    facility=st.sampled_from(NAMES),
    status=st.sampled_from(STATUSES),
    city=st.sampled_from(["Lyon", "Paris"]),
    zip=st.sampled_from(["", "69000"]),
    country=st.sampled_from(["France", "Turkey", "Turkey (Türkiye)"]),
    contacts=st.lists(contacts, max_size=3),
    geoPoint=points,
)
officials = st.builds(
    _without_blanks, name=st.sampled_from(PEOPLE[1:]), affiliation=st.sampled_from(["", "Hospital 1"])
)
arms = st.builds(_without_blanks, label=st.sampled_from(["Arm A", "Arm B"]), type=st.sampled_from(["", "EXPERIMENTAL"]))
outcomes = st.builds(
    _without_blanks, measure=st.sampled_from(["Pain", "Sleep"]), timeFrame=st.sampled_from(["", "1 week"])
)
days = st.sampled_from(["2026-01", "2026-01-15", "2026-03-01", "2030-01-01"])


@st.composite
def next_lists(draw, before: list[dict]) -> list[dict]:
    """The locations of the next version: some of the former ones, reordered or changed, and new ones."""
    remaining = draw(st.permutations([one for one in before if draw(st.integers(0, 4))]))
    changed = [_edited(draw, one) if draw(st.booleans()) else one for one in remaining]
    return changed + draw(st.lists(locations, max_size=2)) or before[:1]


def _keeping(following: list[dict], before: list[dict]) -> list[dict]:
    """With a former location where the next version would lose the statuses or the contacts of all."""
    for key in ("status", "contacts"):
        if not any(location.get(key) for location in following):
            following = following + [location for location in before if location.get(key)][:1]
    return following


def _edited(draw, location: dict) -> dict:
    other = draw(locations)
    key = draw(st.sampled_from(["facility", "status", "city", "zip", "contacts", "geoPoint"]))
    return _without_blanks(**location | {key: other.get(key)})


@st.composite
def sequences(draw, length: int = 4) -> list[dict]:
    """The versions of one trial's record, in order of arrival. An earlier one may be repeated."""
    versions: list[dict] = []
    is_dated = draw(st.booleans())
    lists: list[list[dict]] = [draw(st.lists(locations, min_size=1, max_size=4))]
    for number in range(draw(st.integers(2, length))):
        if number:
            back = number > 1 and draw(st.integers(0, 3)) == 0
            following = lists[number - 2] if back else draw(next_lists(lists[-1]))
            lists.append(_keeping(following, lists[-1]))
        versions.append(_record(draw, lists[-1], is_dated))
    return versions


def _record(draw, locations: list[dict], is_dated: bool) -> dict:
    posted = draw(days) if is_dated else None
    status = _without_blanks(overallStatus="RECRUITING", lastUpdatePostDateStruct=posted and {"date": posted})
    module = _without_blanks(
        centralContacts=draw(st.lists(contacts, max_size=2)),
        overallOfficials=draw(st.lists(officials, max_size=2)),
        locations=locations,
    )
    return {
        "protocolSection": {
            "identificationModule": {"nctId": NUMBER, "briefTitle": draw(st.sampled_from(["Trial", "The trial"]))},
            "statusModule": status,
            "armsInterventionsModule": {"armGroups": draw(st.lists(arms, min_size=1, max_size=3))},
            "outcomesModule": {"primaryOutcomes": draw(st.lists(outcomes, min_size=1, max_size=3))},
            "contactsLocationsModule": module,
        },
        "hasResults": False,
    }
