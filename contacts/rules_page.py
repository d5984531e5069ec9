"""Every rule of the product in one book, and the page docs/rules.md that prints it.

It stands here because contacts is the last of the three rooms that have rules.
"""

from collections.abc import Iterable

from common.rules import Level, Rule
from contacts import rules as contact_rules
from sites import rules as site_rules
from sites.choices import SiteStatus
from sites.status_transitions import ABBREVIATIONS, TRANSITIONS, Transition
from trials import rules as trial_rules

CHAPTERS = trial_rules.TABLES | site_rules.TABLES | contact_rules.TABLES
RULES: tuple[Rule, ...] = tuple(rule for rules in CHAPTERS.values() for rule in rules)

_INTRODUCTION = """\
# The rules

Written by `manage.py rules` from the tables in `trials/rules.py`, `sites/rules/` and `contacts/rules.py`; a test
holds the two together. An **error** refuses, a **warning** asks, a **note** tells. "On import" is the level for
records that come from a registry: what they bring is kept, and told.
"""
_TRANSITIONS = """\
## From one status of a site to the next

"After …" means: refused until the status in between is entered with its date. A manager may make any move marked
"manager" with a reason; it is recorded as a correction. A site coordinator never sets Terminated or Withdrawn.
"""


def page() -> str:
    """The page as Markdown, ending in a newline."""
    chapters = [_chapter(title, rules) for title, rules in CHAPTERS.items()]
    return "\n".join([_INTRODUCTION, _transitions(), *chapters])


def _chapter(title: str, rules: Iterable[Rule]) -> str:
    rows = [(rule.text, _levels(rule), rule.source, f"`{rule.id}`") for rule in rules]
    return f"## {title}\n\n{_table(('Rule', 'Level', 'Source', 'Id'), rows)}"


def _levels(rule: Rule) -> str:
    level = rule.level.lower()
    return level if rule.imported_level == rule.level else f"{level}; {rule.imported_level.lower()} on import"


def _transitions() -> str:
    targets = list(ABBREVIATIONS.values())[1:]
    head = ("From \\ to", *(SiteStatus(target).label for target in targets))
    rows = [
        (SiteStatus(start).label if start else "New", *(_cell(TRANSITIONS[start, target]) for target in targets))
        for start in ABBREVIATIONS.values()
    ]
    return f"{_TRANSITIONS}\n{_table(head, rows)}"


def _cell(transition: Transition) -> str:
    if transition.is_no_change:
        return "–"
    if transition.needs_nobody_enrolled:
        return "when nobody enrolled; else manager"
    after = " and ".join(SiteStatus(status).label for status in transition.missing)
    if transition.level is Level.WARNING:
        return f"asks (after {after}?)" if after else "asks"
    if transition.level is Level.ERROR:
        return f"after {after}" if after else "manager"
    return "yes"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [head, ["---"] * len(list(head)), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
