"""The form of a site's milestones: three dates for each stage, and the enrollment target."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import BadRequest, ValidationError
from django.http import QueryDict

from common import dates
from common.date_parsing import parse_day
from sites.choices import ActivationStage as Stage
from sites.enrollment.parsing import normalize_count, parse_count
from sites.models import Milestone, TrialSite
from sites.row_merge import RowEdit, dump_seen_values, load_seen_values
from sites.rules import MILESTONE_RULES
from sites.services.sites import DATES, MilestoneDates

FIELDS_OF = {rule.id: rule.fields for rule in MILESTONE_RULES}
WARNINGS = frozenset(rule.id for rule in MILESTONE_RULES if rule.level == "WARNING")


@dataclass(frozen=True, slots=True)
class DateCell:
    name: str
    label: str
    text: str
    theirs: str | None


@dataclass(frozen=True, slots=True)
class StageRow:
    stage: Stage
    cells: Sequence[DateCell]
    seen_values: str
    errors: Sequence[str]
    is_stale: bool


@dataclass(slots=True)
class MilestonesForm:
    """The saved milestones by stage, and the submitted edits by stage (empty before a submission)."""

    site: TrialSite
    saved: dict[str, Milestone]
    edits: dict[str, RowEdit] = field(default_factory=dict)
    target: str = ""
    seen_target: str = ""
    errors: list[ValidationError] = field(default_factory=list)

    @classmethod
    def from_request(cls, site: TrialSite, post: QueryDict | None = None) -> "MilestonesForm":
        form = cls(site, {milestone.stage: milestone for milestone in site.milestones.all()})
        form.target = form.seen_target = _text(site.enrollment_target)
        if post is not None:
            form._read(post)
        return form

    def _read(self, post: QueryDict) -> None:
        self.target = normalize_count(post.get("target", ""))
        self.seen_target = post.get("seen_target", "")
        for stage in Stage:
            try:
                version, shown = load_seen_values(post.get(f"seen-{stage}", ""), DATES)
            except ValueError:
                raise BadRequest("Invalid row of the form.") from None
            texts = {name: post.get(f"{name}-{stage}", shown[name]).strip() for name in DATES}
            self.edits[stage] = RowEdit(version, shown, texts)

    @property
    def is_target_stale(self) -> bool:
        current = _text(self.site.enrollment_target)
        return bool(self.edits) and self.target != self.seen_target and current not in (self.seen_target, self.target)

    @property
    def is_stale(self) -> bool:
        return self.is_target_stale or any(row.is_stale for row in self.rows())

    def rows(self) -> Iterator[StageRow]:
        for stage in Stage:
            milestone = self.saved.get(stage)
            current, edit = _texts(milestone), self.edits.get(stage)
            stale = edit is not None and edit.is_stale(_version(milestone), current)
            texts = edit.merged_into(current) if edit else current
            cells = [_cell(name, texts, current if stale else {}) for name in DATES]
            errors = [error.message for error in self.errors if stage in FIELDS_OF.get(error.code, (error.code,))]
            yield StageRow(stage, cells, dump_seen_values(_version(milestone), current), errors, stale)

    @property
    def error_messages(self) -> list[str]:
        """The distinct errors for the top of the page; parse errors are prefixed with their stage."""
        return list(dict.fromkeys(map(_message_with_stage, self.errors)))

    @property
    def target_errors(self) -> list[str]:
        return [error.message for error in self.errors if error.code == "target"]

    @property
    def has_only_warnings(self) -> bool:
        """Whether all errors are warnings."""
        return bool(self.errors) and all(error.code in WARNINGS for error in self.errors)

    def milestone_dates(self) -> list[MilestoneDates]:
        """The dates of the changed stages; parse errors are added to `errors`."""
        changed = []
        for stage, edit in self.edits.items():
            current = _texts(self.saved.get(stage))
            if edit.differs_from(current):
                days = {name: self._date(stage, text) for name, text in edit.merged_into(current).items()}
                changed.append(MilestoneDates(stage, **days, version=_version(self.saved.get(stage))))
        return changed

    def target_value(self) -> int | None:
        try:
            return parse_count(self.target)
        except ValueError as error:
            self.errors.append(ValidationError(str(error), code="target"))
            return None

    def _date(self, stage: str, text: str) -> date | None:
        try:
            return parse_day(text, day_first=dates.day_first()) if text else None
        except ValueError as error:
            self.errors.append(ValidationError(str(error), code=stage))
            return None


def _message_with_stage(error: ValidationError) -> str:
    return f"{Stage(error.code).label}: {error.message}" if error.code in Stage.values else error.message


def _cell(name: str, texts, theirs) -> DateCell:
    label = name.removesuffix("_on").capitalize()
    return DateCell(name, label, texts[name], theirs.get(name) if theirs.get(name, "") != texts[name] else None)


def _texts(milestone: Milestone | None) -> dict[str, str]:
    return {name: _text(getattr(milestone, name, None)) for name in DATES}


def _text(value) -> str:
    return "" if value is None else str(value)


def _version(milestone: Milestone | None) -> int:
    return milestone.version if milestone else 0
