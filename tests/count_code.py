"""Counts the size, imports and names of the product code, without tests, benchmarks and migrations.

`python tests/count_code.py [FOLDER]` prints the figures of a checkout (default: this one); with `--list`, what was
counted, too.
"""

import argparse
import ast
import re
from collections import Counter
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from statistics import mean, median

ROOT = Path(__file__).resolve().parents[1]
APPS = [
    "demo", "api", "registries", "work", "publishing", "accounts", "contacts", "sites", "trials", "common", "history",
    "config",
]  # fmt: skip
#: Words of an earlier vocabulary that no reader could guess; as whole words of an identifier, except `not_found`.
FORMER_WORDS = {
    "asked", "said", "told", "kept", "found", "wanted", "left", "noted", "thing", "somebody", "whose", "taken", "here",
    "room", "door", "road", "anew", "deed", "heed", "twin", "mended",
}  # fmt: skip
#: Terms in the documentation of Django, Python, the web and PostgreSQL that name a kind of module or of object.
SOFTWARE_TERMS = {
    "account", "adapter", "admin", "app", "asgi", "authentication", "backend", "base", "batch", "binary", "bulk",
    "check", "choice", "client", "cluster", "column", "config", "conflict", "constraint", "content", "context", "copy",
    "createsuperuser", "credential", "cursor", "date", "db", "derived", "diff", "display", "document", "encryption",
    "entry", "enum", "environment", "error", "escaping", "export", "field", "fieldset", "file", "filter", "folder",
    "form", "format", "gunicorn", "import", "index", "inline", "input", "item", "key", "label", "list", "lock", "login",
    "lookup", "manager", "markup", "merge", "middleware", "migration", "model", "month", "notification", "number",
    "openapi", "operation", "page", "pagination", "parameter", "param", "parse", "parser", "path", "pattern",
    "permission", "policy", "preview", "process", "public", "publish", "query", "queryset", "rate", "limit", "registry",
    "request", "response", "role", "row", "run", "rule", "schema", "search", "serializer", "server", "service",
    "session", "setting", "sheet", "signal", "source", "sql", "storage", "submit", "sync", "table", "template",
    "templatetag", "term", "testing", "text", "token", "trigger", "type", "update", "upload", "url", "user", "value",
    "version", "versioning", "view", "work", "worker", "workbook", "wsgi", "serve", "changepassword", "data",
    "spreadsheet", "status", "state", "suggestion", "summary", "timeline", "synonym", "stale", "matching", "paste",
}  # fmt: skip
#: Terms of clinical research, of registries of trials and of the protection of personal data.
RESEARCH_TERMS = {
    "adverse", "age", "arm", "assignment", "audit", "author", "authorship", "card", "condition", "confirmation",
    "contact", "coordinator", "country", "criteria", "ctgov", "deadline", "design", "eligibility", "enrollment",
    "erasure", "facility", "finding", "flag", "history", "identification", "intervention", "investigator", "job",
    "location", "milestone", "name", "outcome", "overall", "partner", "person", "people", "phone", "place", "proposal",
    "protocol", "provenance", "record", "recruitment", "redaction", "reference", "reminder", "replacement", "report",
    "review", "site", "sponsor", "study", "suppression", "transition", "trail", "trial", "verification", "visibility",
}  # fmt: skip
MAX_OWN_IMPORTS, MAX_SINGLE_CALLERS, MIN_STANDARD_NAMES = 40, 25, 60


@dataclass
class Module:
    """One source file: its dotted name, its syntax tree and its own imports (local name → dotted target)."""

    name: str
    path: Path
    lines: int
    tree: ast.Module
    is_package: bool
    imports: dict[str, str] = field(default_factory=dict)


def read_modules(root: Path = ROOT) -> dict[str, Module]:
    """Every product module by dotted name; migrations are left out."""
    modules = {}
    for path in sorted(path for app in APPS for path in (root / app).rglob("*.py")):
        if "migrations" in path.relative_to(root).parts:
            continue
        text = path.read_text()
        name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        modules[name] = Module(name, path, len(text.splitlines()), ast.parse(text), path.name == "__init__.py")
    for module in modules.values():
        for node in own_imports(module):
            module.imports |= imported_names(node)
    return modules


def own_imports(module: Module, inside_functions: bool = True) -> list[ast.Import | ast.ImportFrom]:
    """Import statements that name product code, those under TYPE_CHECKING included."""
    statements = []
    pending = list(module.tree.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            name = node.names[0].name if isinstance(node, ast.Import) else node.module or ""
            if name.partition(".")[0] in APPS:
                statements.append(node)
        elif inside_functions or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            pending += ast.iter_child_nodes(node)
    return statements


def imported_names(node: ast.Import | ast.ImportFrom) -> dict[str, str]:
    """Local name → dotted name of the module or of the object in it."""
    if isinstance(node, ast.Import):
        return {alias.asname or alias.name: alias.name for alias in node.names}
    return {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}


def import_graph(modules: dict[str, Module], inside_functions: bool = False) -> dict[str, set[str]]:
    """Module → the product modules that it imports, with the packages whose `__init__` runs first."""
    graph = {}
    for module in modules.values():
        targets = set()
        for node in own_imports(module, inside_functions):
            for dotted in imported_names(node).values():
                targets.add(dotted if dotted in modules else dotted.rpartition(".")[0])
        packages = {
            ".".join(parts[:end]) for parts in (one.split(".") for one in targets) for end in range(1, len(parts))
        }
        packages = {package for package in packages if not f"{module.name}.".startswith(f"{package}.")}
        graph[module.name] = ((targets | packages) & set(modules)) - {module.name}
    return graph


def import_circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """One circle for each group of modules that import one another; empty when the imports have an order."""
    graph, circles = {name: set(targets) for name, targets in graph.items()}, []
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = error.args[1]
            circles.append(circle)
            graph[circle[1]].discard(circle[0])
        else:
            return circles


def public_functions(modules: dict[str, Module]) -> dict[str, Module]:
    """Dotted name → module, of every function at the top of a module whose name has no underscore before it."""
    return {
        f"{module.name}.{node.name}": module
        for module in modules.values()
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }


def resolved(dotted: str, modules: dict[str, Module]) -> str:
    """The dotted name of the definition; names that a package imports from its modules are followed."""
    for _ in range(5):
        owner, _, name = dotted.rpartition(".")
        if owner not in modules or name not in modules[owner].imports:
            return dotted
        dotted = modules[owner].imports[name]
    return dotted


def count_uses(module: Module, modules: dict[str, Module], functions) -> tuple[Counter, Counter]:
    """Of the public functions: how often this module reads each name, and how often it calls each."""
    read, called = Counter(), Counter()
    calls = {id(node.func) for node in ast.walk(module.tree) if isinstance(node, ast.Call)}
    for node in ast.walk(module.tree):
        dotted = ""
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            dotted = module.imports.get(node.id, f"{module.name}.{node.id}")
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = module.imports.get(node.value.id)
            dotted = f"{owner}.{node.attr}" if owner else ""
        dotted = resolved(dotted, modules)
        if dotted in functions:
            read[dotted] += 1
            called[dotted] += id(node) in calls
    return read, called


def functions_called_once(modules: dict[str, Module]) -> list[str]:
    """Public functions with one use in the product, which is a call in another module."""
    functions = public_functions(modules)
    reads, outside_calls = Counter(), Counter()
    for module in modules.values():
        read, called = count_uses(module, modules, functions)
        reads += read
        outside_calls += Counter({name: n for name, n in called.items() if functions[name] is not module})
    return sorted(name for name in functions if reads[name] == 1 and outside_calls[name] == 1)


def identifiers(module: Module) -> list[tuple[str, int]]:
    """Each identifier with its line: names, arguments, attributes, keywords, functions, classes, import aliases."""
    names = [(module.name.rpartition(".")[2], 1)]
    for node in ast.walk(module.tree):
        line = getattr(node, "lineno", 0)
        for attribute in ("id", "arg", "attr", "name", "asname"):
            name = getattr(node, attribute, None)
            if isinstance(name, str) and not (isinstance(node, ast.alias) and attribute == "name"):
                names.append((name, line))
    return names


def former_words(modules: dict[str, Module]) -> list[tuple[str, str]]:
    """(word, place and identifier) for each identifier that holds a word of the former vocabulary."""
    return [
        (word, f"{module.path}:{line} {name}")
        for module in modules.values()
        for name, line in identifiers(module)
        for word in FORMER_WORDS & _words(name)
    ]


def _words(identifier: str) -> set[str]:
    """The words of a name in snake or camel case, without `not_found`."""
    snake_case = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", identifier).lower()
    return set(snake_case.replace("not_found", "").split("_"))


def unusual_file_names(modules: dict[str, Module]) -> list[str]:
    """File names with a word that is a term neither of the software's field nor of clinical research."""
    names = [module.path.stem for module in modules.values() if not module.is_package]
    return [name for name in names if not all(map(_is_standard_term, name.split("_")))]


def _is_standard_term(word: str) -> bool:
    singular = {word, word.removesuffix("s"), word.removesuffix("es"), re.sub("ies$", "y", word)}
    return bool(singular & (SOFTWARE_TERMS | RESEARCH_TERMS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT)
    parser.add_argument("--list", action="store_true", help="print what was counted, too")
    options = parser.parse_args()
    modules = read_modules(options.folder.resolve())
    lines = [module.lines for module in modules.values() if module.lines > 1]
    imports = sum(len(own_imports(module)) for module in modules.values())
    once, functions, words = functions_called_once(modules), public_functions(modules), former_words(modules)
    circles, wider = (import_circles(import_graph(modules, inside)) for inside in (False, True))
    by_word = ", ".join(f"{word} {number}" for word, number in Counter(word for word, _ in words).most_common())
    share = 100 * len(once) / len(functions)
    files, unusual = sum(not module.is_package for module in modules.values()), unusual_file_names(modules)
    rows = [
        ("modules of more than a line", f"{len(lines)}, {sum(lines):,} lines"),
        ("lines of a module", f"median {median(lines):.0f}, mean {mean(lines):.0f}, longest {max(lines)}"),
        ("own imports per 1,000 lines", f"{1000 * imports / sum(lines):.1f} ({imports}; goal: ≤ {MAX_OWN_IMPORTS})"),
        (
            "called once, from elsewhere",
            f"{share:.0f} %: {len(once)} of {len(functions)} public functions (goal: ≤ {MAX_SINGLE_CALLERS} %)",
        ),
        ("file names of standard terms", f"{100 - 100 * len(unusual) / files:.0f} % (goal: ≥ {MIN_STANDARD_NAMES} %)"),
        ("former words in identifiers", f"{len(words)}: {by_word}"),
        ("circles of imports", f"{len(circles)} (with those inside functions: {len(wider)})"),
    ]
    for title, value in rows:
        print(f"{title:<28} {value}")
    if options.list:
        print("\nCalled once", *once, sep="\n  ")
        print("\nFormer words", *(place for _, place in words), sep="\n  ")
        print("\nUnusual file names", *sorted(set(unusual)), sep="\n  ")
        print("\nCircles", *(" → ".join(circle) for circle in wider), sep="\n  ")


if __name__ == "__main__":
    main()
