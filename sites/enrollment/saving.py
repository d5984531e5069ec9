"""What came back from a grid, and saving it: all of it or none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import BadRequest, ValidationError
from django.http import QueryDict

from common.numbers import whole_number
from history.versioning import StaleVersion
from sites.enrollment.counting import plain_count, read_count
from sites.enrollment.lines import Key, Refusals, key_text, texts_of, version_of
from sites.enrollment.months import a_month
from sites.enrollment.reported import Reported
from sites.models import EnrollmentReport
from sites.rules.enrollment import CUMULATIVE
from sites.services import SaidOfMonth, refusals_of, report_many
from sites.typed import Typed, read_seen


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many lines were saved; or why none was: lines refused, by their keys, or changed by somebody else."""

    saved: int = 0
    refused: Mapping[str, Refusals] = field(default_factory=dict)
    stale: int = 0

    @property
    def is_saved(self) -> bool:
        return not self.refused and not self.stale


def read_typed(post: QueryDict) -> dict[Key, Typed]:
    """Every line of the page that was sent. BadRequest for what no page of ours sends."""
    try:
        return dict(_typed(text, post) for text in post.getlist("seen"))
    except ValueError:
        raise BadRequest("Not a line of the grid.") from None


def _typed(text: str, post: QueryDict) -> tuple[Key, Typed]:
    key, _, remembered = text.partition("=")
    version, shown = read_seen(remembered, CUMULATIVE)
    typed = {name: plain_count(post.get(f"{name}-{key}", shown[name])) for name in CUMULATIVE}
    return read_key(key), Typed(version, shown, typed, post.get(f"reason-{key}", "").strip())


def read_key(text: str) -> Key:
    site, _, month = text.partition("-")
    number, known = whole_number(site), a_month(month)
    if known is None or number is None:
        raise ValueError(text)
    return number, known


def accepted_in(post: QueryDict, typed: Mapping[Key, Typed]) -> frozenset[str]:
    """The lines whose warnings were read, as long as they still say what was asked about."""
    if not post.get("accept"):
        return frozenset()
    asked = dict(text.partition("=")[::2] for text in post.getlist("asked"))
    said = {key_text(key): "|".join(one.typed.values()) for key, one in typed.items()}
    return frozenset(key for key, texts in asked.items() if said.get(key) == texts)


def save_grid(
    typed: Mapping[Key, Typed], reported: Reported, *, author: str, accepted=frozenset(), on: date
) -> Outcome:
    """Save what is new in these lines, or tell all that stands in the way; `reported` is what is there now."""
    new = {key: one for key, one in typed.items() if _is_new(one, reported.get(*key))}
    stale = sum(one.is_stale(version_of(report), texts_of(report)) for one, report in _beside(new, reported))
    unreadable = {key_text(key): errors for key, one in new.items() if (errors := list(_unreadable(one)))}
    readable = {key: one for key, one in new.items() if key_text(key) not in unreadable}
    said = [_said(key, one, reported.get(*key)) for key, one in readable.items()]
    if stale or unreadable:
        return Outcome(refused=unreadable | refusals_of(said, reported, on=on), stale=stale)
    try:
        return Outcome(saved=len(report_many(said, author=author, accepted=accepted, on=on)) if said else 0)
    except StaleVersion:
        return Outcome(stale=1)
    except ValidationError as error:
        return Outcome(refused=error.error_dict if hasattr(error, "error_dict") else {"": error.error_list})


def _beside(new: Mapping[Key, Typed], reported: Reported) -> Iterator[tuple[Typed, EnrollmentReport | None]]:
    return ((one, reported.get(*key)) for key, one in new.items())


def _is_new(typed: Typed, report: EnrollmentReport | None) -> bool:
    says_why = bool(report and typed.reason and typed.reason != report.reason)
    return typed.is_new_to(texts_of(report)) or says_why


def _unreadable(typed: Typed) -> Iterator[ValidationError]:
    for name, text in typed.touched.items():
        try:
            read_count(text)
        except ValueError as error:
            yield ValidationError(str(error), code=name)


def _said(key: Key, typed: Typed, report: EnrollmentReport | None) -> SaidOfMonth:
    counts = {name: read_count(text) for name, text in typed.over(texts_of(report)).items()}
    return SaidOfMonth(*key, counts, version_of(report), typed.reason)
