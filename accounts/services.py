"""Assigning many sites to a user at once, and handing a coordinator's assignments over to another user."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Assignment, AssignmentKind, User
from history.authorship import authored
from sites.models import TrialSite

COORDINATORS = (AssignmentKind.SITE_COORDINATOR, AssignmentKind.TRIAL_COORDINATOR)
ONE_DAY = timedelta(days=1)


@dataclass
class AssignmentChanges:
    """`created` are the new assignments, `already` those that made a new one needless."""

    created: list[Assignment] = field(default_factory=list)
    already_assigned: list[Assignment] = field(default_factory=list)


@transaction.atomic
def assign_sites(
    user: User, *, sites: Iterable[TrialSite], starts_on: date, ends_on: date | None = None, author: str, reason: str
) -> AssignmentChanges:
    """Make the user coordinator of these sites. A site that is the user's for all these days is left as it is.

    Where an assignment ends within these days, the new one begins on the day after.
    """
    _lock_users(user)
    wanted = [
        Assignment(
            user=user, kind=AssignmentKind.SITE_COORDINATOR, trial_site=site,
            starts_on=starts_on, ends_on=ends_on, granted_by=author,
        )
        for site in sites
    ]  # fmt: skip
    changes = planned_assignments(user, wanted)
    with authored(author, reason=reason):
        for assignment in changes.created:
            assignment.save()
    return changes


@transaction.atomic
def hand_over_assignments(
    leaver: User, successor: User, *, assignments: Collection[int], on: date, author: str, reason: str
) -> AssignmentChanges:
    """End these assignments of the leaver on the day before, and begin the same for the successor on the day.

    All or none: ValidationError for one that is not the leaver's as a coordinator, or is over by then. One that begins
    later has not begun for the leaver, so it is deleted.
    """
    if leaver.pk == successor.pk:
        raise ValidationError("Choose somebody else than the person who leaves.", code="same-user")
    _lock_users(leaver, successor)
    held = list(_coordinator_assignments(leaver, on).select_for_update(of=("self",)).filter(pk__in=assignments))
    if not assignments or len(held) != len(set(assignments)):
        raise ValidationError("Choose assignments that the person holds on that day or later.", code="not-held")
    changes = planned_handover(held, successor, on=on, author=author)
    with authored(author, reason=reason):
        for assignment in held:
            _end_before(assignment, on)
        for assignment in changes.created:
            assignment.save()
    return changes


def assignments_to_hand_over(user: User, *, on: date):
    """The coordinator's assignments that are not over on the day, as a queryset with their places."""
    return _coordinator_assignments(user, on).select_related("trial", "trial_site__facility", "trial_site__trial")


def planned_handover(
    assignments: Iterable[Assignment], successor: User, *, on: date, author: str = ""
) -> AssignmentChanges:
    """What the successor gets, unsaved. One query."""
    wanted = [
        Assignment(
            user=successor, kind=one.kind, trial=one.trial, trial_site=one.trial_site,
            starts_on=max(on, one.starts_on), ends_on=one.ends_on, granted_by=author,
        )
        for one in assignments
    ]  # fmt: skip
    return planned_assignments(successor, wanted)


def planned_assignments(user: User, requested: Iterable[Assignment]) -> AssignmentChanges:
    """Which of these assignments the user lacks, unsaved and beginning where the present ones end. One query."""
    present: dict[tuple, list[Assignment]] = {}
    for assignment in user.assignments.order_by("starts_on", "pk"):
        present.setdefault(_place(assignment), []).append(assignment)
    changes = AssignmentChanges()
    for assignment in requested:
        last = _extend(assignment, present.get(_place(assignment), []))
        if last is None or (assignment.ends_on and assignment.starts_on > assignment.ends_on):
            changes.already_assigned.append(assignment)
        else:
            changes.created.append(assignment)
    return changes


def _extend(assignment: Assignment, existing: Iterable[Assignment]) -> date | None:
    """Move the beginning behind the present assignments, and give it; None where one of them has no end."""
    for other in existing:
        if other.starts_on > assignment.starts_on:
            break
        if other.ends_on in (None, date.max):
            return None
        assignment.starts_on = max(assignment.starts_on, other.ends_on + ONE_DAY)
    return assignment.starts_on


def _coordinator_assignments(user: User, on: date):
    assignments = Assignment.objects.filter(user=user, kind__in=COORDINATORS).order_by("pk")
    return assignments.exclude(ends_on__lt=on)


def _end_before(assignment: Assignment, day: date) -> None:
    if assignment.starts_on < day:
        assignment.ends_on = day - ONE_DAY
        assignment.save(update_fields=["ends_on"])
    else:
        assignment.delete()


def _place(assignment: Assignment) -> tuple:
    return assignment.kind, assignment.trial_id, assignment.trial_site_id


def _lock_users(*users: User) -> None:
    """In the order of their keys, so that two requests wait for one another and none assigns twice."""
    list(User.objects.select_for_update().filter(pk__in=[user.pk for user in users]).order_by("pk"))
