"""The shape of a rule, shared by `trials.rules`, `sites.rules` and `contacts.rules`.

A rule looks at a subject (a trial, a trial with its sites, a change that somebody wants to make) and says whether the
subject keeps it on a day. Checks are pure and cheap: no queries, no clock; whoever asks has the facts at hand. So one
table serves forms, services, the importer, the findings and the page docs/rules.md.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError


class Level(StrEnum):
    """An error refuses, a warning asks, a note tells."""

    ERROR = "ERROR"
    WARNING = "WARNING"
    NOTE = "NOTE"


def level_counts_text(numbers: Mapping[str, int]) -> str:
    """Such as "2 errors, 1 note"; gravest first, blank when there is none."""
    told = [(numbers[level], level.lower()) for level in Level if numbers.get(level)]
    return ", ".join(f"{number:,} {word}{'' if number == 1 else 's'}" for number, word in told)


@dataclass(frozen=True, slots=True)
class Rule:
    """`check(subject, on)` is True when the subject keeps the rule on that day.

    `text` says to a coordinator what is so or what to do; `fields` are the subject's fields that the rule looks at, the
    one to mend first. `level_on_import` is for what people must mend but records may bring. `detail` tells of a subject
    that breaks the rule what exactly does.
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
        """What is told of a subject that breaks the rule: the text, with its detail."""
        return f"{self.text} {self.detail(subject)}" if self.detail else self.text

    @property
    def imported_level(self) -> Level:
        return self.level_on_import or self.level


def violations(rules: Iterable[Rule], subject: Any, *, on: date) -> list[Rule]:
    """The rules that the subject does not keep, in the order of the table."""
    return [rule for rule in rules if not rule.check(subject, on)]


def enforce(rules: Iterable[Rule], subject: Any, *, on: date, accept_warnings: bool = False) -> None:
    """ValidationError with the text of every broken ERROR, and of every WARNING that nobody has accepted.

    Each message carries its rule's id as `code`.
    """
    refusing = {Level.ERROR} if accept_warnings else {Level.ERROR, Level.WARNING}
    refused = [rule for rule in violations(rules, subject, on=on) if rule.level in refusing]
    if refused:
        raise ValidationError([ValidationError(rule.message(subject), code=rule.id) for rule in refused])
