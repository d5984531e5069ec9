"""What the documentation names in backticks, and links to, exists: paths, modules, functions, classes, commands."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.count_code import APPS, read_modules
from tests.test_structure import ORDER

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
FOLDERS = {*APPS, "benchmarks", "docs", "static", "templates", "tests"}


def code_spans(page: Path) -> set[str]:
    """What stands in backticks, fenced blocks left out."""
    text = re.sub(r"^( *)```.*?^ *```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    return set(re.findall(r"`([^`\n]+)`", text))


@cache
def modules():
    return read_modules(ROOT)


@cache
def names() -> dict[str, set[str]]:
    """Module or class name → the names defined or imported in it; "" → all of them."""
    defined: dict[str, set[str]] = {"": set()}
    for module in modules().values():
        defined[module.name] = names_in(module.tree.body)
        defined[""] |= defined[module.name]
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                defined.setdefault(node.name, set()).update(names_in(node.body))
                defined[""] |= {node.name, *names_in(node.body)}
    return defined


def names_in(body: list[ast.stmt]) -> set[str]:
    defined = set()
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            defined |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Assign):
            defined |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            defined.add(node.target.id)
    return defined


@cache
def words_of_the_code() -> set[str]:
    """Identifiers of the product, and words of its strings that are no docstrings: fields, parameters, SQL."""
    words = set()
    for module in modules().values():
        docstrings = {id(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(module.tree):
            values = [getattr(node, name, None) for name in ("id", "arg", "attr", "name", "asname")]
            if isinstance(node, ast.Constant) and id(node) not in docstrings:
                values.append(node.value)
            words |= {word for value in values if isinstance(value, str) for word in re.findall(r"\w+", value)}
    return words


#: Names of PostgreSQL and of OpenID Connect.
OTHER_NAMES = {"pg_trgm", "email_verified"}


def is_path(span: str) -> bool:
    if not re.fullmatch(r"[\w.*-]+(/[\w.*-]+)*/?", span):
        return False
    in_repository = "/" in span and span.partition("/")[0] in FOLDERS
    return in_repository or bool(re.search(r"\.(py|md|html|toml|css|js|lock|sql)$|^\.env", span))


def path_exists(span: str, page: Path) -> bool:
    return any(any(folder.glob(span.rstrip("/"))) for folder in (ROOT, page.parent))


def dotted_name_exists(span: str) -> bool:
    """A module, or a module and the name of what is in it, or a class of those and one of its attributes."""
    parts = span.split(".")
    for end in range(len(parts), 0, -1):
        owner, rest = ".".join(parts[:end]), parts[end:]
        if owner in names():
            return not rest or (rest[0] in names()[owner] and all(part in names()[""] for part in rest[1:]))
    return path_exists(span.replace(".", "/"), ROOT / "README.md")


def does_not_exist(span: str, page: Path) -> bool:
    """Whether a span names a path, an object of the code or a command, and there is none."""
    if command := re.match(r"(?:\.venv/bin/python )?manage\.py ([a-z_]+)", span):
        return command[1] not in get_commands()
    if is_path(span):
        return not path_exists(span, page)
    name = span.removesuffix("()")
    if re.fullmatch(r"\w+(\.\w+)+", name) and name.partition(".")[0] in {*FOLDERS, *names()}:
        return not dotted_name_exists(name)
    if re.fullmatch(r"([A-Z][a-z]+){2,}", name):
        return name not in names()
    if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", name):
        return name not in words_of_the_code() | OTHER_NAMES | set(get_commands())
    return False


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_exists(page):
    assert not sorted(span for span in code_spans(page) if does_not_exist(span, page))


def test_everything_in_backticks_on_the_architecture_page_exists():
    """Stricter than elsewhere: each is a path, a name of the code, a setting, an app or a command."""
    page = ROOT / "docs" / "architecture.md"
    settings = set(re.findall(r"^([A-Z_]+) = ", (ROOT / "config" / "settings.py").read_text(), re.MULTILINE))
    known = {*APPS, *settings, "visible_to(user)"}
    unknown = {
        span for span in code_spans(page) - known
        if not is_path(span) and not span.startswith("manage.py ") and not dotted_name_exists(span)
        and span not in words_of_the_code()
    }  # fmt: skip
    assert not unknown
    assert re.findall(r"^\| `([a-z]+)` \|", page.read_text(), re.MULTILINE) == ORDER


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_a_file(page):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    assert not [link for link in links if not (page.parent / link).exists()]


@pytest.mark.parametrize(
    ("span", "missing"),
    [
        ("sites/services/status.py", False), ("sites/services/stature.py", True), ("sites/doors/", True),
        ("operating.md", False), ("sites.services.change_status", False), ("sites.services.change_mood", True),
        ("trials.models.trial", False), ("Trial.brief_title", False), ("Trial.nickname", True),
        ("StatusEvent", False), ("StatusDoor", True), ("change_status", False), ("open_the_door", True),
        ("manage.py remind", False), ("manage.py forget_all", True), ("covid 19", False), ("example.org", False),
    ],
)  # fmt: skip
def test_a_missing_name_is_noticed(span, missing):
    assert does_not_exist(span, ROOT / "docs" / "api.md") is missing
