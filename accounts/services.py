"""Services: assignments and their handover, invitations of users, API partners and their keys."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import slugify
from knox.models import get_token_model

from accounts.models import Assignment, AssignmentKind, Partner, User
from history.authorship import authored
from sites.models import TrialSite

COORDINATORS = (AssignmentKind.SITE_COORDINATOR, AssignmentKind.TRIAL_COORDINATOR)
ONE_DAY = timedelta(days=1)


@dataclass
class AssignmentChanges:
    """`created` are the new assignments, `already_assigned` those that are already covered."""

    created: list[Assignment] = field(default_factory=list)
    already_assigned: list[Assignment] = field(default_factory=list)


@transaction.atomic
def assign_sites(
    user: User, *, sites: Iterable[TrialSite], starts_on: date, ends_on: date | None = None, author: str, reason: str
) -> AssignmentChanges:
    """Make the user coordinator of these sites; a site already assigned for the whole period is skipped.

    Where an existing assignment ends within the period, the new one begins on the day after.
    """
    _lock_users(user)
    requested = [
        Assignment(
            user=user, kind=AssignmentKind.SITE_COORDINATOR, trial_site=site,
            starts_on=starts_on, ends_on=ends_on, granted_by=author,
        )
        for site in sites
    ]  # fmt: skip
    changes = planned_assignments(user, requested)
    with authored(author, reason=reason):
        for assignment in changes.created:
            assignment.save()
    return changes


@transaction.atomic
def hand_over_assignments(
    leaver: User, successor: User, *, assignments: Collection[int], on: date, author: str, reason: str
) -> AssignmentChanges:
    """End these assignments of the leaver on the day before `on`, and begin the same for the successor on that day.

    All or none: ValidationError for an assignment that is not a coordinator's assignment of the leaver, or that ends
    before. An assignment that begins later is deleted for the leaver.
    """
    if leaver.pk == successor.pk:
        raise ValidationError("Choose another user: this one has the assignments now.", code="same-user")
    _lock_users(leaver, successor)
    current = list(_coordinator_assignments(leaver, on).select_for_update(of=("self",)).filter(pk__in=assignments))
    if not assignments or len(current) != len(set(assignments)):
        raise ValidationError("Select assignments that are in force on that day or later.", code="not-held")
    changes = planned_handover(current, successor, on=on, author=author)
    with authored(author, reason=reason):
        for assignment in current:
            _end_before(assignment, on)
        for assignment in changes.created:
            assignment.save()
    return changes


def assignments_to_hand_over(user: User, *, on: date):
    """A queryset of the coordinator's assignments that have not ended on the day, with trial and site."""
    return _coordinator_assignments(user, on).select_related("trial", "trial_site__facility", "trial_site__trial")


def planned_handover(
    assignments: Iterable[Assignment], successor: User, *, on: date, author: str = ""
) -> AssignmentChanges:
    """The successor's assignments, unsaved. One query."""
    requested = [
        Assignment(
            user=successor, kind=one.kind, trial=one.trial, trial_site=one.trial_site,
            starts_on=max(on, one.starts_on), ends_on=one.ends_on, granted_by=author,
        )
        for one in assignments
    ]  # fmt: skip
    return planned_assignments(successor, requested)


def planned_assignments(user: User, requested: Iterable[Assignment]) -> AssignmentChanges:
    """The requested assignments that the user lacks, unsaved, beginning after the existing ones. One query."""
    existing: dict[tuple, list[Assignment]] = {}
    for assignment in user.assignments.order_by("starts_on", "pk"):
        existing.setdefault(_place(assignment), []).append(assignment)
    changes = AssignmentChanges()
    for assignment in requested:
        start = _move_start(assignment, existing.get(_place(assignment), []))
        if start is None or (assignment.ends_on and assignment.starts_on > assignment.ends_on):
            changes.already_assigned.append(assignment)
        else:
            changes.created.append(assignment)
    return changes


def _move_start(assignment: Assignment, existing: Iterable[Assignment]) -> date | None:
    """Move the first day after the existing assignments and return it; None where one of them has no last day."""
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
    """Lock in the order of their ids, so that concurrent requests wait and do not assign twice."""
    list(User.objects.select_for_update().filter(pk__in=[user.pk for user in users]).order_by("pk"))


@transaction.atomic
def add_partner(*, name: str, author: str, reason: str = "", **values) -> Partner:
    """A partner with its own user, which cannot sign in."""
    with authored(author, reason=reason):
        user = User(username=_free_username(name))
        user.set_unusable_password()
        user.save()
        return Partner.objects.create(name=name, user=user, **values)


def create_key(partner: Partner, *, author: str, reason: str) -> str:
    """A new key in plain text; it cannot be read again."""
    with authored(author, reason=reason):
        _, key = get_token_model().objects.create(user=partner.user)
    return key


def keys_of(partner: Partner):
    """The partner's keys, newest first; `token_key` is the key's prefix."""
    return get_token_model().objects.filter(user=partner.user).order_by("-created")


def revoke_key(partner: Partner, *, prefix: str, digest: str, author: str, reason: str) -> bool:
    """Delete a key; returns whether the partner had it."""
    with authored(author, reason=reason):
        deleted, _ = keys_of(partner).filter(token_key=prefix, digest=digest).delete()
    return bool(deleted)


def _free_username(name: str) -> str:
    stem = f"partner-{slugify(name)[:100] or 'unnamed'}"
    used = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    candidates = (f"{stem}-{number}" if number else stem for number in range(len(used) + 1))
    return next(name for name in candidates if name not in used)


INVITATION_DAYS = settings.PASSWORD_RESET_TIMEOUT // 86_400


def send_invitation(user: User) -> None:
    """Send a link that works once, until a password is set, and for INVITATION_DAYS. Raises errors of the server."""
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    context = {
        "user": user,
        "address": settings.PUBLIC_URL.rstrip("/") + path,
        "days": INVITATION_DAYS,
        "site": settings.PUBLIC_URL,
    }
    text = render_to_string("account/email/invitation.txt", context)
    send_mail("Sitelight: your account", text, settings.DEFAULT_FROM_EMAIL, [user.email])
