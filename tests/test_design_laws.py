"""The twelve laws of the design, and the tests that fail when one is broken."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROOT = TESTS.parent

LAWS = {
    "1 Rules live where nobody can walk round them": [
        "sites/test_transitions.py::test_every_cell_is_as_the_rules_say",
        "test_laws.py::test_no_model_saves_in_its_own_way_and_no_signal_moves_data",
    ],
    "2 Every write says who and why": [
        "history/test_authorship.py::test_a_write_without_an_author_is_refused",
        "registries/test_retelling.py::test_trail_and_records_tell_every_row_and_field",
        "contacts/test_person_values.py::test_the_trail_has_no_personal_column",
        "contacts/test_erasing.py::test_the_trail_and_the_marked_records_still_tell_every_table",
    ],
    "3 Two histories": ["test_laws.py::test_no_product_decision_reads_the_trail"],
    "4 No lost update": [
        "trials/test_admin.py::test_a_stale_save_shows_both_versions_and_loses_nothing",
        "sites/test_admin.py::test_a_stale_change_of_status_shows_both",
        "contacts/test_people_pages.py::test_a_stale_edit_shows_both_versions_and_loses_nothing",
        "sites/test_many_at_once.py::test_a_hundred_editors_of_one_site_lose_nothing",
    ],
    "5 Lossless": ["registries/test_real_records.py::test_every_real_record_goes_out_as_it_came_in_and_twice_is_once"],
    "6 Twice is once": ["registries/test_importing.py::test_a_second_import_changes_nothing"],
    "7 Identity survives": [
        "registries/test_importing.py::test_locations_in_any_order_are_the_same_sites",
        "registries/test_importing.py::test_two_locations_of_one_hospital_are_two_sites_of_one_facility",
        "registries/test_importing.py::test_a_location_that_left_the_record_stays_as_a_site",
    ],
    "8 People win": ["registries/test_importing.py::test_what_people_entered_is_not_overwritten"],
    "9 A blank is a meaning": [
        "pages/test_trial_page.py::test_a_trial_of_which_nearly_nothing_is_known_has_no_empty_label"
    ],
    "10 Deny by default": [
        "test_access.py::test_every_address_has_a_rule",
        "test_access.py::test_strangers_get_what_the_rule_says",
        "access/test_leaks.py::test_no_answer_tells_what_one_may_not_read_nor_that_it_exists",
        "access/test_leaks.py::test_no_list_can_be_asked_whether_a_hidden_value_exists",
        "access/test_matrix.py::test_the_page_is_the_matrix",
        "publishing/test_every_road.py::test_no_canary_of_500_random_writes_is_published",
    ],
    "11 Unknown parameters are refused": ["api/test_reading.py::test_what_is_not_understood_is_refused_by_name"],
    "12 A question about one site is asked of one row": [
        "publishing/test_search.py::test_recruiting_in_is_about_one_site"
    ],
}


@pytest.mark.parametrize("test", [test for tests in LAWS.values() for test in tests])
def test_every_law_has_its_tests(test):
    path, _, name = test.partition("::")
    functions = {node.name for node in ast.walk(ast.parse((TESTS / path).read_text())) if hasattr(node, "name")}
    assert name in functions


def product_files():
    rooms = ["api", "registries", "work", "publishing", "accounts", "contacts", "sites", "trials"]
    return [path for room in rooms for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]


def test_no_product_decision_reads_the_trail():
    """Only pages that show it (the admin, since when ours differs), the proof that it tells everything, and erasure."""
    showing = r"/admin/|/admin\.py$|/retelling\.py$|registries/comparing/authors\.py$"
    allowed = re.compile(showing + r"|contacts/services/erasing\.py$|contacts/texts/(finding|blacking)\.py$")
    reading = re.compile(r"history\.(reading|part_reading|blacking)|trail_model|\.trail\b|\.values_trail")
    readers = {str(path) for path in product_files() if reading.search(path.read_text())}
    assert not {path for path in readers if not allowed.search(path)}


def test_no_model_saves_in_its_own_way_and_no_signal_moves_data():
    for path in product_files():
        functions = {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}
        if "models" in path.name or path.parent.name == "models":
            assert "save" not in functions, path
        assert not re.search(r"(post|pre)_(save|delete)\b", path.read_text()), path
