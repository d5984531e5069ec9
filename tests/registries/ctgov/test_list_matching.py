"""Which entry of a list is which in another version of it."""

from hypothesis import given
from hypothesis import strategies as st

from registries.ctgov.list_matching import match_entries, track_entries

A, B, C = ({"label": label, "description": f"about {label}"} for label in "ABC")


def test_equal_entries_are_found_wherever_they_stand():
    assert match_entries([A, B, C], [C, A, B]) == {0: 1, 1: 2, 2: 0}


def test_an_entry_is_found_by_its_name_when_the_rest_changed():
    assert match_entries([A | {"description": "new"}, B], [B, A]) == {0: 1, 1: 0}


def test_a_renamed_entry_is_what_is_left():
    assert match_entries([A, {"label": "renamed"}], [A, B]) == {0: 0, 1: 1}
    assert match_entries([A, {"label": "renamed"}], [A, B], match_remaining=False) == {0: 0}


def test_a_renamed_entry_is_followed_where_it_is_still_alike():
    long = {"label": "Arm", "description": "Placebo once a day for a week"}
    assert track_entries([long, B], [B, long | {"label": "Renamed"}]) == {0: 1, 1: 0}
    assert track_entries([{"label": "Pain at week 3"}], [{"label": "Pain at week 12"}]) == {0: 0}


def test_one_that_went_and_one_that_came_are_two_things():
    assert track_entries([A | {"label": "Placebo"}, B], [B, C | {"label": "High dose"}]) == {1: 0}


def test_twins_do_not_swap():
    changed = A | {"description": "new"}
    assert match_entries([changed, A], [A, A]) == {0: 0, 1: 1}
    assert match_entries([A, A], [A, changed]) == {0: 0, 1: 1}


def test_entries_without_a_name_are_paired_by_content_and_order():
    assert match_entries([{"role": "CONTACT"}, {}], [{}, {"role": "CONTACT"}]) == {0: 1, 1: 0}
    assert match_entries([{"role": "CONTACT"}], [{"role": "STUDY_CHAIR"}]) == {0: 0}


def test_locations_go_by_facility_and_town():
    here = {"facility": "Clinic", "city": "Lyon", "zip": "69000", "status": "RECRUITING"}
    there = here | {"city": "Graz", "zip": "8010"}
    assert match_entries([there, here | {"status": "COMPLETED"}], [here, there | {"status": "SUSPENDED"}]) == {
        0: 1,
        1: 0,
    }


ENTRIES = st.lists(st.sampled_from([A, B, C, A | {"description": "new"}, {}, {"id": "A"}]), max_size=7)


@given(ENTRIES, ENTRIES)
def test_pairs_are_one_to_one_and_as_many_as_can_be(left, right):
    pairs = match_entries(left, right)
    assert len(pairs) == len(set(pairs.values())) == min(len(left), len(right))
    assert all(place < len(left) for place in pairs)
    assert all(place < len(right) for place in pairs.values())


@given(ENTRIES)
def test_a_list_pairs_with_itself_place_by_place(entries):
    assert match_entries(entries, entries) == {place: place for place in range(len(entries))}
