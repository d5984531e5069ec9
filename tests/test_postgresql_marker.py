"""What the second PostgreSQL server must run: every product module with SQL, triggers or locks has a marked test."""

import pytest

from tests.count_code import APPS
from tests.plugins.postgresql import ROOT, depends_on_server, holds_sql, imported_modules

#: Subject → its main tests, which must be marked.
SUBJECTS = {
    "SQL functions and triggers": [
        "tests/history/test_tracking.py", "tests/history/test_redaction.py", "tests/history/test_authorship.py",
        "tests/sites/test_triggers.py", "tests/sites/test_month_locks.py", "tests/history/test_verification.py",
    ],
    "search": [
        "tests/publishing/test_search.py", "tests/publishing/test_search_words.py",
        "tests/publishing/test_recruiting_first.py", "tests/publishing/test_real_record_search.py",
        "tests/common/test_db_lookups.py",
    ],
    "published documents": ["tests/publishing/test_documents.py", "tests/publishing/test_all_write_paths.py"],
    "import": [
        "tests/registries/test_import.py", "tests/registries/test_versions.py", "tests/registries/test_real_records.py",
        "tests/registries/test_conflicts.py", "tests/registries/test_interleavings.py",
    ],
    "locking": [
        "tests/common/test_advisory_locks.py", "tests/sites/test_concurrent_edits.py",
        "tests/publishing/test_concurrency.py", "tests/work/test_findings_concurrency.py",
        "tests/registries/test_concurrent_decisions.py", "tests/history/test_optimistic_locking.py",
    ],
    "migrations": ["tests/history/test_migration_operations.py"],
}  # fmt: skip
#: Modules with SQL that no marked test imports, not even over one other module: pages and classes that Django loads.
REQUESTED_BY = {
    "api/authentication.py": "tests/api/test_access.py",
    "history/admin.py": "tests/history/test_optimistic_locking.py",
    "history/change_queue.py": "tests/publishing/test_all_write_paths.py",
    "publishing/search/form.py": "tests/publishing/test_search.py",
    "publishing/search/match_reasons.py": "tests/publishing/test_recruiting_first.py",
    "publishing/views.py": "tests/publishing/test_search.py",
    "sites/triggers.py": "tests/sites/test_triggers.py",
    "work/public_reports/services.py": "tests/work/public_reports/test_close_report.py",
}


def modules_of_marked_tests() -> set:
    """The product modules that marked tests import, directly or over one other module."""
    marked = [path for path in ROOT.glob("tests/**/test_*.py") if depends_on_server(path)]
    direct = {module for path in marked for module in imported_modules(path.read_text())}
    return direct | {module for path in direct for module in imported_modules(path.read_text())}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_main_tests_of_a_subject_are_marked(subject):
    assert [name for name in SUBJECTS[subject] if not depends_on_server(ROOT / name)] == []


def test_every_module_with_sql_has_a_marked_test():
    imported = modules_of_marked_tests()
    paths = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    missing = {str(path.relative_to(ROOT)) for path in paths if holds_sql(path) and path not in imported}
    assert missing == REQUESTED_BY.keys()
    assert [name for name in REQUESTED_BY.values() if not depends_on_server(ROOT / name)] == []


def test_a_test_of_responses_is_not_marked():
    assert not depends_on_server(ROOT / "tests/access/test_leaks.py")
    assert not depends_on_server(ROOT / "tests/browser/test_screens.py")
