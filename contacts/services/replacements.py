"""One person takes over from another, at as many places as one likes, from a day: in one act, with one way back."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from contacts.models import PERSONAL, Person, Replacement, Role
from contacts.services.people import add_person, find_equal_roles, lock_person
from history.authorship import authored
from history.versioning import StaleVersion


@transaction.atomic
def replace_person(
    leaver: Person, successor: Person, *, roles: Mapping[int, int], on: date, key: UUID, author: str, reason: str = ""
) -> Replacement:
    """End these roles of the leaver on a day, and begin the same for the successor then.

    `roles` are {id: version seen}; a successor who is not saved is added. `key` is the form's: a second time it gives
    the replacement that it made. All or none: ValidationError for a role that is not the leaver's or has ended by then;
    StaleVersion.
    """
    if leaver.pk == successor.pk:
        raise ValidationError("Choose somebody else than the person who leaves.", code="same-person")
    list(Person.objects.select_for_update().filter(pk__in=[leaver.pk, successor.pk or 0]).order_by("pk"))
    if known := Replacement.objects.filter(key=key).first():
        return known
    with authored(author, reason=reason):
        successor = lock_person(successor) if successor.pk else _add_successor(successor, author)
        steps = [_step(role, successor, on) for role in _lock_roles(leaver, roles, on)]
        return Replacement.objects.create(
            key=key, leaver=leaver, successor=successor, on=on, steps=steps, author=author
        )


def _add_successor(successor: Person, author: str) -> Person:
    return add_person(author=author, **{name: getattr(successor, name) for name in PERSONAL})


def _lock_roles(leaver: Person, roles: Mapping[int, int], on: date) -> list[Role]:
    found = list(Role.objects.select_for_update(of=("self",)).filter(pk__in=roles, person=leaver).order_by("pk"))
    if not roles or len(found) != len(roles):
        raise ValidationError("Choose at least one role that they hold.", code="no-role")
    for role in found:
        if role.version != roles[role.pk]:
            raise StaleVersion(role)
        if role.ends_on and role.ends_on <= on:
            raise ValidationError(f"{role.duty} has ended by then.", code="ended-before")
    return found


def _step(role: Role, successor: Person, on: date) -> dict:
    day = max(on, role.starts_on or on)
    ended_before = role.ends_on
    begun = successor_role(role, successor, on)
    Role.objects.filter(pk=role.pk).update(ends_on=day)
    if begun:
        begun.save()
    return {
        "ended": role.pk,
        "ended_before": ended_before and ended_before.isoformat(),
        "ended_version": _version_of(role.pk),
        "begun": begun and begun.pk,
        "begun_version": begun and _version_of(begun.pk),
    }


def successor_role(role: Role, successor: Person, on: date) -> Role | None:
    """The role as the successor would hold it, unsaved; None where they hold it already."""
    begun = Role(
        person=successor, kind=role.kind, role=role.role, trial_id=role.trial_id, trial_site_id=role.trial_site_id,
        affiliation=role.affiliation, position=role.position,
        starts_on=max(on, role.starts_on or on), ends_on=role.ends_on,
    )  # fmt: skip
    return None if successor.pk and find_equal_roles(begun).exists() else begun


def _version_of(pk: int) -> int:
    return Role.objects.values_list("version", flat=True).get(pk=pk)


@transaction.atomic
def undo_replacement(replacement: Replacement, *, author: str) -> Replacement:
    """Give the leaver's roles their former end, and let the successor's never have begun. A second time does nothing.

    ValidationError when one of these roles has been changed since, or its person erased or merged.
    """
    current = Replacement.objects.select_for_update().get(pk=replacement.pk)
    if current.undone_at:
        return current
    lock_person(current.leaver)
    _check_unchanged(current.steps)
    with authored(author, reason="Replacement undone"):
        for step in current.steps:
            Role.objects.filter(pk=step["ended"]).update(ends_on=step["ended_before"])
            _cancel_role(step["begun"])
        current.undone_at, current.undone_by = timezone.now(), author
        current.save(update_fields=["undone_at", "undone_by"])
    return current


def _cancel_role(begun: int | None) -> None:
    """The role stays, never in force, so that its trail says what happened."""
    for role in Role.objects.filter(pk=begun):
        Role.objects.filter(pk=role.pk).update(ends_on=role.starts_on)


def _check_unchanged(steps: list[dict]) -> None:
    expected = {step[name]: step[f"{name}_version"] for step in steps for name in ("ended", "begun") if step[name]}
    rows = Role.objects.select_for_update(of=("self",)).filter(pk__in=expected).order_by("pk")
    if dict(rows.values_list("pk", "version")) != expected:
        raise ValidationError("Some of these roles have been changed since, so this is not undone.", code="changed")
