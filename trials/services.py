"""Services that change a trial as a whole."""

from datetime import date

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction

from common import dates
from common.partial_dates import PartialDate
from common.rule_types import Level, Rule
from history.authorship import authored
from trials.choices import NON_SELECTABLE_STATUSES
from trials.models import Trial
from trials.rule_evaluation import own_violations, related_violations

#: Fields that may change together with the overall status, because its rules involve them.
STATUS_DEPENDENT_FIELDS = (
    "why_stopped",
    "start_on",
    "start_type",
    "primary_completion_on",
    "primary_completion_type",
    "completion_on",
    "completion_type",
    "enrollment_count",
    "enrollment_type",
    "verified_on",
)


@transaction.atomic
def change_overall_status(
    trial: Trial,
    *,
    to: str,
    author: str,
    reason: str = "",
    version: int,
    accept_warnings: bool = False,
    on: date | None = None,
    **other_values,
) -> Trial:
    """Change the overall status and values of STATUS_DEPENDENT_FIELDS; the last known status is unchanged.

    ValidationError when a rule of the trial itself is violated at level ERROR, or the status cannot be entered.
    Violations that involve sites and contacts count as warnings (`accept_warnings`): they are corrected afterwards.
    StaleVersion when the row has another version.
    """
    if unknown := other_values.keys() - set(STATUS_DEPENDENT_FIELDS):
        raise TypeError(f"Not changed together with the overall status: {', '.join(sorted(unknown))}.")
    if to in NON_SELECTABLE_STATUSES:
        raise ValidationError("This status is computed and cannot be entered.", code="status-is-computed")
    current = Trial.lock_at_version(trial.pk, version)
    for name, value in {"overall_status": to, **other_values}.items():
        setattr(current, name, value)
    _enforce_rules(current, on=on or dates.today(), accept_warnings=accept_warnings)
    changed = {"overall_status", *other_values}
    current.clean_fields(exclude=[field.name for field in current._meta.fields if field.name not in changed])
    with authored(author, reason=reason):
        current.save(update_fields=changed)
    return current


@transaction.atomic
def add_trial(*, author: str, reason: str = "", on: date | None = None, **values) -> Trial:
    """Create a trial entered by hand; `values` are columns. ValidationError, by field, for violations of level ERROR.

    Warnings and notes are found by the evaluation of rules afterwards.
    """
    trial = Trial(**values)
    trial.full_clean()
    refused = [rule for rule in own_violations(trial, on=on or dates.today()) if rule.level is Level.ERROR]
    if refused:
        raise ValidationError({rule.fields[0] if rule.fields else NON_FIELD_ERRORS: rule.text for rule in refused})
    with authored(author, reason=reason):
        trial.save()
    return trial


@transaction.atomic
def verify_record(
    trial: Trial, *, verified_on: PartialDate, author: str, reason: str = "", version: int, on: date | None = None
) -> Trial:
    """Record the month in which a trial's record was verified; the day of a full date is ignored.

    ValidationError for a year alone, a future month, or a month before the last verification; StaleVersion.
    """
    month = PartialDate(verified_on[:7])
    current = Trial.lock_at_version(trial.pk, version)
    if month.month is None:
        raise ValidationError("Enter the month of the verification.", code="verification-has-a-month")
    if month.first_day > (on or dates.today()):
        raise ValidationError("The verification month cannot be in the future.", code="verified-ahead")
    if current.verified_on and month < current.verified_on[:7]:
        last = PartialDate.parse(current.verified_on).as_text()
        raise ValidationError(
            f"The record was already verified in {last}. Enter that month or a later one.",
            code="verified-later-already",
        )
    current.verified_on = month
    with authored(author, reason=reason):
        current.save(update_fields=["verified_on"])
    return current


def status_field_violations(trial: Trial, *, on: date) -> list[Rule]:
    """Violations of the trial's own rules, saved or not, that involve the status or the fields that depend on it."""
    return [
        rule for rule in own_violations(trial, on=on) if {"overall_status", *STATUS_DEPENDENT_FIELDS} & set(rule.fields)
    ]


def _enforce_rules(trial: Trial, *, on: date, accept_warnings: bool) -> None:
    own, related = status_field_violations(trial, on=on), related_violations(trial, on=on)
    refused = [rule for rule in own if rule.level is Level.ERROR]
    if not accept_warnings:
        refused += [rule for rule in (*own, *related) if rule.level is not Level.NOTE and rule not in refused]
    if refused:
        raise ValidationError([ValidationError(rule.text, code=rule.id) for rule in refused])
