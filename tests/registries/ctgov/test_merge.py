"""Three-way merge: registry changes are accepted, local ones stay, and different changes of both are a conflict."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registries.ctgov.list_matching import entry_digest
from registries.ctgov.merge import MergeChange, MergeConflict, MergeOutcome, compare_versions, has_same_value, merge
from registries.ctgov.parser import read_study
from registries.ctgov.serializer import study_to_json
from tests.records.generate import records

TITLE = "protocolSection.identificationModule.briefTitle"


@pytest.mark.parametrize(
    ("base", "theirs", "ours", "outcome"),
    [
        ("a", "a", "a", MergeOutcome.UNCHANGED),
        ("a", "a", "b", MergeOutcome.UNCHANGED),
        ("a", "b", "b", MergeOutcome.CONVERGED),
        ("a", "b", "a", MergeOutcome.ACCEPTED),
        ("a", "b", "c", MergeOutcome.CONFLICT),
        (None, [], "c", MergeOutcome.UNCHANGED),
        ("a", None, "", MergeOutcome.CONVERGED),
        ("", "b", None, MergeOutcome.ACCEPTED),
        ("a", "", "c", MergeOutcome.CONFLICT),
        (None, False, None, MergeOutcome.ACCEPTED),
    ],
)
def test_the_outcome_for_three_versions_of_a_value(base, theirs, ours, outcome):
    assert compare_versions(base, theirs, ours) is outcome


@pytest.mark.parametrize(
    ("theirs", "ours", "outcome"),
    [("a", "a", MergeOutcome.UNCHANGED), ("b", "a", MergeOutcome.CONFLICT), ("b", "b", MergeOutcome.CONVERGED)],
)
def test_a_value_confirmed_later_by_a_person_is_not_replaced(theirs, ours, outcome):
    assert compare_versions("a", theirs, ours, confirmed_later=True) is outcome


def test_all_kinds_of_no_value_are_equal():
    assert all(has_same_value(theirs, ours) for theirs in (None, "", [], {}) for ours in (None, "", [], {}))
    assert not any(has_same_value(None, ours) for ours in (0, False, "a", [""]))


def titled(title: str | None) -> dict:
    """A study in which only the title may differ."""
    module = {"nctId": "NCT90000001"} | ({"briefTitle": title} if title else {})
    return {"protocolSection": {"identificationModule": module}}


@pytest.mark.parametrize(
    ("base", "theirs", "ours", "merged", "changes", "conflicts"),
    [
        ("old", "old", "old", "old", [], []),
        ("old", "new", "old", "new", [MergeChange(TITLE, "old", "new")], []),
        ("old", "old", "mine", "mine", [], []),
        ("old", "same", "same", "same", [], []),
        ("old", "new", "mine", "mine", [], [MergeConflict(TITLE, "old", "new", "mine")]),
        (None, "new", None, "new", [MergeChange(TITLE, None, "new")], []),
        (None, None, "mine", "mine", [], []),
        (None, "new", "mine", "mine", [], [MergeConflict(TITLE, None, "new", "mine")]),
        ("old", None, "old", None, [MergeChange(TITLE, "old", None)], []),
        ("old", "old", None, None, [], []),
        ("old", None, None, None, [], []),
        ("old", None, "mine", "mine", [], [MergeConflict(TITLE, "old", None, "mine")]),
        ("old", "new", None, None, [], [MergeConflict(TITLE, "old", "new", None)]),
    ],
)
def test_one_field(base, theirs, ours, merged, changes, conflicts):
    result = merge(titled(base), titled(theirs), titled(ours))
    assert result.value == titled(merged)
    assert (result.changes, result.conflicts) == (changes, conflicts)


def test_two_fields_of_one_module_are_merged_separately():
    base = {"statusModule": {"overallStatus": "RECRUITING", "whyStopped": "a"}}
    theirs = {"statusModule": {"overallStatus": "COMPLETED", "whyStopped": "a"}}
    ours = {"statusModule": {"overallStatus": "RECRUITING", "whyStopped": "b"}}
    assert merge(base, theirs, ours).value == {"statusModule": {"overallStatus": "COMPLETED", "whyStopped": "b"}}


def test_a_module_of_one_side_only_is_merged_by_field():
    base, theirs, ours = {}, {"m": {"a": 1, "b": 2}}, {"m": {"a": 3}}
    merged = merge(base, theirs, ours)
    assert merged.value == {"m": {"a": 3, "b": 2}}
    assert merged.conflicts == [MergeConflict("m.a", None, 1, 3)]


def test_a_list_of_texts_is_one_field():
    merged = merge({"conditions": ["a"]}, {"conditions": ["a", "b"]}, {"conditions": ["c"]})
    assert merged.value == {"conditions": ["c"]}
    assert merged.conflicts == [MergeConflict("conditions", ["a"], ["a", "b"], ["c"])]


def test_excluded_paths_keep_our_values_without_conflict():
    base, theirs, ours = ({"m": {"locations": [{"city": city}], "x": city}} for city in "abb")
    ours = {"m": {"locations": [{"city": "c"}], "x": "a"}}
    merged = merge(base, theirs, ours, exclude=["m.locations"])
    assert merged.value == {"m": {"locations": [{"city": "c"}], "x": "b"}}
    assert merged.conflicts == []


def arms(*entries: dict) -> dict:
    return {"armGroups": list(entries)}


A, B, C, D = ({"label": label, "type": "OTHER"} for label in "ABCD")


def merged_arms(base: dict, theirs: dict, ours: dict):
    """Merged entry by entry; our entries are the rows 70, 71, …"""
    return merge(base, theirs, ours, rows={"armGroups": range(70, 70 + len(ours["armGroups"]))})


def test_different_entries_of_a_list_are_merged_separately():
    merged = merged_arms(arms(A, B), arms(A | {"type": "EXPERIMENTAL"}, B), arms(A, B | {"description": "mine"}))
    assert merged.value == arms(A | {"type": "EXPERIMENTAL"}, B | {"description": "mine"})
    assert merged.changes == [MergeChange("armGroups[#70].type", "OTHER", "EXPERIMENTAL")]


def test_the_same_field_of_an_entry_can_conflict():
    theirs = arms(B, A | {"type": "EXPERIMENTAL"})
    merged = merged_arms(arms(A, B), theirs, arms(A | {"type": "NO_INTERVENTION"}, B))
    assert merged.value == arms(B, A | {"type": "NO_INTERVENTION"})
    assert merged.conflicts == [MergeConflict("armGroups[#70].type", "OTHER", "EXPERIMENTAL", "NO_INTERVENTION")]


def test_both_can_add_entries():
    assert merged_arms(arms(A), arms(A, B), arms(A, C)).value == arms(A, B, C)
    same = merged_arms(arms(A), arms(A, B), arms(A, B | {"description": "mine"}))
    assert same.value == arms(A, B | {"description": "mine"})
    assert same.conflicts == []


def test_both_can_remove_entries():
    merged = merged_arms(arms(A, B, C), arms(A, B), arms(B, C))
    assert merged.value == arms(B)
    assert merged.changes == [MergeChange("armGroups[#71]", C, None)]


def test_an_entry_removed_by_one_and_changed_by_the_other_is_a_conflict():
    changed = B | {"description": "mine"}
    merged = merged_arms(arms(A, B), arms(A), arms(A, changed))
    assert merged.value == arms(A, changed)
    assert merged.conflicts == [MergeConflict("armGroups[#71]", B, None, changed)]
    dropped = merged_arms(arms(A, B), arms(A, changed), arms(A))
    assert dropped.value == arms(A)
    assert dropped.conflicts == [MergeConflict(f"armGroups[~{entry_digest(changed)}]", B, changed, None)]


def test_the_order_is_theirs_unless_ours_was_reordered():
    added = A | {"description": "mine"}
    assert merged_arms(arms(A, B, C), arms(C, B, A), arms(added, B, C)).value == arms(C, B, added)
    assert merged_arms(arms(A, B, C), arms(A, B, C, D), arms(C, B, A)).value == arms(C, B, A, D)


STUDIES = st.sampled_from([study_to_json(read_study(json.dumps(record).encode())) for record in records()])


@given(STUDIES, STUDIES, STUDIES)
def test_properties_of_merging(base, theirs, ours):
    before = copy.deepcopy((base, theirs, ours))
    assert merge(base, base, ours).value == ours
    assert merge(base, theirs, base).value == theirs
    assert merge(base, theirs, theirs).value == theirs
    merged = merge(base, theirs, ours)
    again = merge(theirs, theirs, merged.value)
    assert (again.value, again.conflicts, again.changes) == (merged.value, [], [])
    assert (base, theirs, ours) == before
