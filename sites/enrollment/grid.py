"""The grid as it is shown: a line for each site and month, a cell for each count."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from common.partial_dates import PartialDate
from sites.enrollment.reports import Reported
from sites.models import EnrollmentReport, TrialSite
from sites.row_edits import Typed, seen
from sites.rules.enrollment import CUMULATIVE, ENROLLMENT_RULES

#: A site's id and a month.
Key = tuple[int, PartialDate]
FIELDS_OF = {rule.id: rule.fields for rule in ENROLLMENT_RULES}
WARNINGS = frozenset(rule.id for rule in ENROLLMENT_RULES if rule.level == "WARNING")
Refusals = Sequence[ValidationError]


@dataclass(frozen=True, slots=True)
class Cell:
    """One count. `before` is the last one known of an earlier month; `theirs` what somebody else saved meanwhile."""

    name: str
    text: str
    before: int | None = None
    theirs: str | None = None
    errors: Sequence[str] = ()
    is_changed: bool = False

    @property
    def label(self) -> str:
        return self.name.capitalize()


@dataclass(frozen=True, slots=True)
class Line:
    """A site's month. It can be typed in where it `is_open`; `errors` are those that belong to no one cell."""

    site: TrialSite
    month: PartialDate
    cells: Sequence[Cell]
    seen: str
    before_month: str = ""
    is_open: bool = True
    is_locked: bool = False
    is_stale: bool = False
    reason: str = ""
    reason_kept: str = ""
    asks_reason: bool = False
    errors: Sequence[str] = field(default=())
    asked: str = ""

    @property
    def key(self) -> str:
        return key_text((self.site.pk, self.month))


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the lines of a grid: what was reported, typed and refused, and where one may type."""

    reported: Reported
    typed: Mapping[Key, Typed] = field(default_factory=dict)
    refused: Mapping[str, Refusals] = field(default_factory=dict)
    editable: frozenset[int] = frozenset()


def key_text(key: Key) -> str:
    return f"{key[0]}-{key[1]}"


def texts_of(report: EnrollmentReport | None) -> dict[str, str]:
    """A report's counts as texts; a blank is not known."""
    counts = {name: getattr(report, name, None) for name in CUMULATIVE}
    return {name: "" if count is None else str(count) for name, count in counts.items()}


def version_of(report: EnrollmentReport | None) -> int:
    return report.version if report else 0


def lines_of(places: Iterable[tuple[TrialSite, PartialDate]], standing: Standing) -> list[Line]:
    return [_line(site, month, standing) for site, month in places]


def _line(site: TrialSite, month: PartialDate, standing: Standing) -> Line:
    report, before = standing.reported.get(site.pk, month), standing.reported.before(site.pk, month)
    present, typed = texts_of(report), standing.typed.get((site.pk, month))
    is_stale = typed is not None and typed.is_stale(version_of(report), present)
    refused = standing.refused.get(key_text((site.pk, month)), ())
    texts = typed.over(present) if typed else present
    is_locked = standing.reported.is_locked(site.pk, month)
    asks = [error for error in refused if error.code in WARNINGS]
    return Line(
        site,
        month,
        [_cell(name, texts, present, before, refused, is_stale) for name in CUMULATIVE],
        seen(version_of(report), present),
        before_month=before.month if before else "",
        is_open=site.pk in standing.editable and not is_locked,
        is_locked=is_locked,
        is_stale=is_stale,
        reason=typed.reason if typed else "",
        reason_kept=report.reason if report else "",
        asks_reason=bool(typed and typed.reason) or any("reason" in _fields(error) for error in refused),
        errors=[error.message for error in refused if not set(_fields(error)) & set(CUMULATIVE)],
        asked="|".join(texts.values()) if asks else "",
    )


def _cell(name: str, texts, present, before: EnrollmentReport | None, refused: Refusals, is_stale: bool) -> Cell:
    errors = [error.message for error in refused if _fields(error)[:1] == (name,)]
    is_changed = texts[name] != present[name]
    theirs = present[name] if is_stale and is_changed else None
    return Cell(name, texts[name], getattr(before, name, None), theirs, errors, is_changed)


def _fields(error: ValidationError) -> tuple[str, ...]:
    return FIELDS_OF.get(error.code, (error.code,))
