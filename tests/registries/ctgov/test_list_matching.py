"""Matching the entries of two versions of a list."""

from hypothesis import given
from hypothesis import strategies as st

from registries.ctgov.list_matching import match_entries, track_entries

A, B, C = ({"label": label, "description": f"about {label}"} for label in "ABC")


def test_equal_entries_match_at_any_position():
    assert match_entries([A, B, C], [C, A, B]) == {0: 1, 1: 2, 2: 0}


def test_entries_with_the_same_name_match():
    assert match_entries([A | {"description": "new"}, B], [B, A]) == {0: 1, 1: 0}


def test_remaining_entries_are_paired_in_order():
    assert match_entries([A, {"label": "renamed"}], [A, B]) == {0: 0, 1: 1}
    assert match_entries([A, {"label": "renamed"}], [A, B], match_remaining=False) == {0: 0}


def test_a_similar_entry_is_tracked_as_renamed():
    long = {"label": "Arm", "description": "Placebo once a day for a week"}
    assert track_entries([long, B], [B, long | {"label": "Renamed"}]) == {0: 1, 1: 0}
    assert track_entries([{"label": "Pain at week 3"}], [{"label": "Pain at week 12"}]) == {0: 0}


def test_a_removed_and_an_added_entry_are_not_paired():
    assert track_entries([A | {"label": "Placebo"}, B], [B, C | {"label": "High dose"}]) == {1: 0}


def test_duplicate_entries_do_not_swap():
    changed = A | {"description": "new"}
    assert match_entries([changed, A], [A, A]) == {0: 0, 1: 1}
    assert match_entries([A, A], [A, changed]) == {0: 0, 1: 1}


def test_entries_without_a_name_are_paired_by_content_and_order():
    assert match_entries([{"role": "CONTACT"}, {}], [{}, {"role": "CONTACT"}]) == {0: 1, 1: 0}
    assert match_entries([{"role": "CONTACT"}], [{"role": "STUDY_CHAIR"}]) == {0: 0}


def test_locations_match_by_facility_and_city():
    location = {"facility": "Clinic", "city": "Lyon", "zip": "69000", "status": "RECRUITING"}
    other = location | {"city": "Graz", "zip": "8010"}
    assert match_entries([other, location | {"status": "COMPLETED"}], [location, other | {"status": "SUSPENDED"}]) == {
        0: 1,
        1: 0,
    }


ENTRIES = st.lists(st.sampled_from([A, B, C, A | {"description": "new"}, {}, {"id": "A"}]), max_size=7)


@given(ENTRIES, ENTRIES)
def test_pairs_are_one_to_one_and_as_many_as_possible(entries, others):
    pairs = match_entries(entries, others)
    assert len(pairs) == len(set(pairs.values())) == min(len(entries), len(others))
    assert all(place < len(entries) for place in pairs)
    assert all(place < len(others) for place in pairs.values())


@given(ENTRIES)
def test_a_list_matches_itself_by_position(entries):
    assert match_entries(entries, entries) == {place: place for place in range(len(entries))}
