"""The current day is read only by common.dates, in the installation's time zone."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = [
    "demo", "api", "registries", "work", "publishing", "accounts", "contacts", "sites", "trials", "common", "history",
    "config", "benchmarks",
]  # fmt: skip
#: Methods that give a day or a naive moment of some zone: of datetime, date and django.utils.timezone.
OTHER_SPELLINGS = {"localdate", "today", "utcnow", "fromtimestamp", "utcfromtimestamp"}
#: Arguments by which a DateField sets itself.
DAY_BY_ITSELF = {"auto_now", "auto_now_add"}
SQL = re.compile(
    r"\b(CURRENT_DATE|CURRENT_TIME|LOCALTIME|LOCALTIMESTAMP|make_date)\b|now\(\)\s*::|::\s*date\b|AS\s+date\s*\)"
    r"|date_trunc|to_date\(",
    re.IGNORECASE,
)
TEMPLATE = re.compile(r"\{%\s*now\b")
SCRIPT = re.compile(r"\bnew Date\b|\bDate\.now\b|\bDate\(\)|\bTemporal\b")


def python_files() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted((ROOT / folder).rglob("*.py"))


def other_spellings(tree: ast.AST) -> Iterator[str]:
    """Calls and texts of SQL that find the current day without common.dates."""
    for node in ast.walk(tree):
        if _reads_the_clock(node) or _is_date_of_a_moment(node):
            yield f"line {node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.Call) and _name(node.func) == "DateField":
            yield from (f"line {node.lineno}: {word.arg}" for word in node.keywords if word.arg in DAY_BY_ITSELF)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and (match := SQL.search(node.value)):
            yield f"line {node.lineno}: {match.group()}"


def _reads_the_clock(node: ast.AST) -> bool:
    if not isinstance(node, ast.Attribute) or _is_ours(node):
        return False
    return node.attr in OTHER_SPELLINGS or (node.attr == "now" and _name(node.value) == "datetime")


def _is_date_of_a_moment(node: ast.AST) -> bool:
    """`moment.date()`: the date in the zone of the datetime."""
    return isinstance(node, ast.Call) and not (node.args or node.keywords) and ast.unparse(node.func).endswith(".date")


def _is_ours(node: ast.Attribute) -> bool:
    """`dates.today`, or the `today` of an object of ours, such as `self.today`."""
    return node.attr == "today" and _name(node.value) not in ("date", "datetime", "timezone")


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def test_no_other_spelling_of_today_in_python_and_sql():
    lines = [
        f"{path.relative_to(ROOT)}, {spelling}"
        for path in python_files()
        if path != ROOT / "common" / "dates.py"
        for spelling in other_spellings(ast.parse(path.read_text()))
    ]
    assert not lines


@pytest.mark.parametrize(
    "code",
    [
        "day = timezone.localdate()",
        "day = date.today()",
        "day = datetime.datetime.now()",
        "day = self.now.date()",
        "on = DateField(auto_now_add=True)",
        "sql = 'SELECT 1 WHERE ends_on > CURRENT_DATE'",
        "sql = 'SELECT now()::date'",
        "sql = 'SELECT CAST(made_at AS date)'",
    ],
)
def test_the_search_finds_each_spelling(code):
    assert list(other_spellings(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ["day = dates.today()", "day = self.today", "now = timezone.now()", "DateTimeField(auto_now=True)"]
)
def test_the_search_accepts_our_spelling_and_datetimes(code):
    assert not list(other_spellings(ast.parse(code)))


def test_templates_and_scripts_are_handed_the_day():
    templates = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    scripts = list((ROOT / "static" / "js").rglob("*.js"))
    assert templates
    assert scripts
    assert not [path for path in templates if TEMPLATE.search(path.read_text())]
    assert not [path for path in scripts if SCRIPT.search(path.read_text())]
