"""The Rule type, shared by `trials.rules`, `sites.rules` and `contacts.rules`.

A rule checks a subject (a trial, a trial with its sites, a requested change) on a given day. Checks are pure: no
queries, no clock. One table serves forms, services, the importer, the findings and docs/rules.md.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError


class Level(StrEnum):
    """ERROR rejects a change, WARNING must be accepted, NOTE informs."""

    ERROR = "ERROR"
    WARNING = "WARNING"
    NOTE = "NOTE"


def level_counts_text(numbers: Mapping[str, int]) -> str:
    """Such as "2 errors, 1 note"; most severe first, "" when there are none."""
    counts = [(numbers[level], level.lower()) for level in Level if numbers.get(level)]
    return ", ".join(f"{number:,} {word}{'' if number == 1 else 's'}" for number, word in counts)


@dataclass(frozen=True, slots=True)
class Rule:
    """`check(subject, on)` is True when the subject complies with the rule on that day.

    `text` says what is wrong and what to enter; `fields` are the fields that the rule checks, the one to correct first.
    `level_on_import` is the level for imported records, which may violate rules that users must follow. `detail` says
    what exactly violates the rule.
    """

    id: str
    level: Level
    text: str
    source: str
    check: Callable[[Any, date], bool]
    fields: tuple[str, ...] = ()
    level_on_import: Level | None = None
    detail: Callable[[Any], str] | None = None

    def message(self, subject: Any) -> str:
        """The message for a subject that violates the rule: the text with its detail."""
        return f"{self.text} {self.detail(subject)}" if self.detail else self.text

    @property
    def imported_level(self) -> Level:
        return self.level_on_import or self.level


def violations(rules: Iterable[Rule], subject: Any, *, on: date) -> list[Rule]:
    """The rules that the subject violates, in the order of the table."""
    return [rule for rule in rules if not rule.check(subject, on)]


def enforce(rules: Iterable[Rule], subject: Any, *, on: date, accept_warnings: bool = False) -> None:
    """ValidationError with the text of every violated ERROR, and of every WARNING unless `accept_warnings`.

    Each message carries its rule's id as `code`.
    """
    blocking_levels = {Level.ERROR} if accept_warnings else {Level.ERROR, Level.WARNING}
    blocking = [rule for rule in violations(rules, subject, on=on) if rule.level in blocking_levels]
    if blocking:
        raise ValidationError([ValidationError(rule.message(subject), code=rule.id) for rule in blocking])
