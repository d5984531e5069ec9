"""The twelve laws of the design, and the tests that fail when one is broken."""

import ast
import importlib
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROOT = TESTS.parent

LAWS = {
    "1 Rules cannot be bypassed": [
        "sites/test_status_transitions.py::test_every_transition_has_its_expected_level",
        "test_design_laws.py::test_no_model_overrides_save_and_no_signal_changes_data",
    ],
    "2 Every write records its author and reason": [
        "history/test_authorship.py::test_a_write_without_an_author_is_refused",
        "registries/test_history_replay.py::test_trail_and_records_rebuild_every_row",
        "contacts/test_person_values.py::test_the_trail_has_no_personal_column",
        "contacts/test_erasure.py::test_history_and_redacted_records_still_rebuild_every_table",
    ],
    "3 Two histories": ["test_design_laws.py::test_no_product_decision_reads_the_trail"],
    "4 No lost update": [
        "trials/test_admin.py::test_a_stale_save_shows_both_versions_and_loses_nothing",
        "sites/test_admin.py::test_a_stale_status_change_shows_both_versions",
        "contacts/test_people_pages.py::test_a_stale_edit_shows_both_versions_and_loses_nothing",
        "sites/test_concurrent_edits.py::test_a_hundred_editors_of_one_site_lose_nothing",
    ],
    "5 Lossless": [
        "registries/test_real_records.py::test_every_real_record_is_exported_unchanged_and_a_second_import_changes_nothing"
    ],
    "6 Importing twice changes nothing": ["registries/test_import.py::test_a_second_import_changes_nothing"],
    "7 Identity survives": [
        "registries/test_import.py::test_locations_in_any_order_are_the_same_sites",
        "registries/test_import.py::test_two_locations_of_one_hospital_are_two_sites_of_one_facility",
        "registries/test_import.py::test_a_delisted_location_stays_as_a_site",
    ],
    "8 People's entries win over imports": ["registries/test_import.py::test_local_values_are_not_overwritten"],
    "9 A blank is a meaning": ["pages/test_trial_page.py::test_a_trial_with_few_values_has_no_empty_label"],
    "10 Deny by default": [
        "access/test_url_rules.py::test_every_address_has_a_rule",
        "access/test_url_rules.py::test_anonymous_users_get_what_the_rule_says",
        "access/test_leaks.py::test_no_answer_tells_what_one_may_not_read_nor_that_it_exists",
        "access/test_leaks.py::test_no_filter_of_a_list_reveals_a_hidden_value",
        "access/test_matrix.py::test_the_page_is_the_matrix",
        "publishing/test_all_write_paths.py::test_no_canary_of_500_random_writes_is_published",
    ],
    "11 Unknown parameters are refused": ["api/test_pagination.py::test_an_invalid_parameter_is_refused_by_name"],
    "12 A question about one site is answered from one row": [
        "publishing/test_search.py::test_recruiting_in_matches_a_recruiting_site_in_the_country"
    ],
}
LAW_TESTS = [test for tests in LAWS.values() for test in tests]


def functions_of(path: Path) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


def makes_assertions(function: ast.FunctionDef) -> bool:
    """Whether a test itself, not a helper that it calls, asserts something or expects an error."""
    nodes = list(ast.walk(function))
    asserted = any(isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant) for node in nodes)
    return asserted or any(isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.raises" for node in nodes)


def dotted_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("test", LAW_TESTS)
def test_every_law_has_tests_that_run_and_assert(test):
    path, _, name = test.partition("::")
    if (TESTS / path).with_name("conftest.py").exists():
        importlib.import_module(dotted_name((TESTS / path).with_name("conftest.py")))
    module = importlib.import_module(dotted_name(TESTS / path))
    assert hasattr(module, name), f"{path} has no test of this name; name the one that holds the law now."
    collected = getattr(module, name)
    assert fnmatch(Path(path).name, "test_*.py")
    assert name.startswith("test_")
    assert collected.__module__ == module.__name__
    assert not {mark.name for mark in getattr(collected, "pytestmark", [])} & {"skip", "xfail"}
    assert makes_assertions(functions_of(TESTS / path)[name])


def test_a_test_without_an_assertion_is_noticed():
    source = """
def test_checked(): assert page.status_code == 200
def test_unchecked(): check(page)
def test_constant(): assert True
def test_refused():
    with pytest.raises(ValueError): int("x")
"""
    assert [f.name for f in ast.parse(source).body if makes_assertions(f)] == ["test_checked", "test_refused"]


def product_files() -> list[Path]:
    apps = ["api", "registries", "work", "publishing", "accounts", "contacts", "sites", "trials"]
    return [path for app in apps for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]


#: Who reads the audit trail: the admin, which shows it; since when ours differs from the registry; erasure.
TRAIL_READERS = {
    "accounts/admin/partner.py",
    "accounts/admin/user.py",
    "contacts/erasure/free_text/patterns.py",
    "contacts/erasure/free_text/search.py",
    "contacts/erasure/service.py",
    "publishing/past_versions/trail.py",
    "registries/differences.py",
}


def reads_the_trail(source: str) -> bool:
    """Whether a module imports what reads the trail, or reaches a trail's rows through a model."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules = {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            modules = {alias.name for alias in node.names}
        else:
            modules = set()
        if modules & {"history.trail", "history.related_trail", "history.redaction"}:
            return True
        if isinstance(node, ast.Attribute) and node.attr in {"trail", "trail_model", "values_trail"}:
            return True
    return False


def test_no_product_decision_reads_the_trail():
    readers = {str(path.relative_to(ROOT)) for path in product_files() if reads_the_trail(path.read_text())}
    assert readers == TRAIL_READERS


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from history.trail import trail_of", True),
        ("from history import related_trail", True),
        ("rows = site.trail.all()", True),
        ("from history.authorship import recording", False),
    ],
)
def test_reading_the_trail_is_noticed(source, expected):
    assert reads_the_trail(source) is expected


def test_no_model_overrides_save_and_no_signal_changes_data():
    for path in product_files():
        if "models" in path.name or path.parent.name == "models":
            assert "save" not in functions_of(path), path
        assert not re.search(r"(post|pre)_(save|delete)\b", path.read_text()), path
