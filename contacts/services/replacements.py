"""Replacing a contact by another in several roles from a day, and undoing it."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from contacts.models import PERSONAL_FIELDS, Person, Replacement, Role
from contacts.services.people import add_person, find_equal_roles, lock_person
from history.authorship import authored
from history.optimistic_locking import StaleVersion


@transaction.atomic
def replace_person(
    leaver: Person, successor: Person, *, roles: Mapping[int, int], on: date, key: UUID, author: str, reason: str = ""
) -> Replacement:
    """End these roles of the leaver on a day, and begin the same roles for the successor on that day.

    `roles` are {id: version seen}; an unsaved successor is added. A second call with the same `key` returns the first
    replacement. All or none: ValidationError for a role that is not the leaver's or ends before; StaleVersion.
    """
    if leaver.pk == successor.pk:
        raise ValidationError("Choose another contact: this one has the roles now.", code="same-person")
    list(Person.objects.select_for_update().filter(pk__in=[leaver.pk, successor.pk or 0]).order_by("pk"))
    if existing := Replacement.objects.filter(key=key).first():
        return existing
    with authored(author, reason=reason):
        successor = lock_person(successor) if successor.pk else _add_successor(successor, author)
        steps = [_step(role, successor, on) for role in _lock_roles(leaver, roles, on)]
        return Replacement.objects.create(
            key=key, leaver=leaver, successor=successor, on=on, steps=steps, author=author
        )


def _add_successor(successor: Person, author: str) -> Person:
    return add_person(author=author, **{name: getattr(successor, name) for name in PERSONAL_FIELDS})


def _lock_roles(leaver: Person, roles: Mapping[int, int], on: date) -> list[Role]:
    locked = list(Role.objects.select_for_update(of=("self",)).filter(pk__in=roles, person=leaver).order_by("pk"))
    if not roles or len(locked) != len(roles):
        raise ValidationError("Select at least one role of this contact.", code="no-role")
    for role in locked:
        if role.version != roles[role.pk]:
            raise StaleVersion(role)
        if role.ends_before and role.ends_before <= on:
            raise ValidationError(
                f"The role {role.duty} ends before that date. Choose an earlier date.", code="ended-before"
            )
    return locked


def _step(role: Role, successor: Person, on: date) -> dict:
    day = max(on, role.starts_on or on)
    ended_before = role.ends_before
    begun = successor_role(role, successor, on)
    Role.objects.filter(pk=role.pk).update(ends_before=day)
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
    """The successor's role, unsaved; None where the successor already has it."""
    begun = Role(
        person=successor, kind=role.kind, role=role.role, trial_id=role.trial_id, trial_site_id=role.trial_site_id,
        affiliation=role.affiliation, position=role.position,
        starts_on=max(on, role.starts_on or on), ends_before=role.ends_before,
    )  # fmt: skip
    return None if successor.pk and find_equal_roles(begun).exists() else begun


def _version_of(pk: int) -> int:
    return Role.objects.values_list("version", flat=True).get(pk=pk)


@transaction.atomic
def undo_replacement(replacement: Replacement, *, author: str) -> Replacement:
    """Restore the end dates of the leaver's roles and cancel the successor's roles. A second call does nothing.

    ValidationError when one of these roles has been changed since, or its contact erased or merged.
    """
    current = Replacement.objects.select_for_update().get(pk=replacement.pk)
    if current.undone_at:
        return current
    lock_person(current.leaver)
    _check_unchanged(current.steps)
    with authored(author, reason="Replacement undone"):
        for step in current.steps:
            Role.objects.filter(pk=step["ended"]).update(ends_before=step["ended_before"])
            _cancel_role(step["begun"])
        current.undone_at, current.undone_by = timezone.now(), author
        current.save(update_fields=["undone_at", "undone_by"])
    return current


def _cancel_role(begun: int | None) -> None:
    """Keep the role with an empty period, so that its history remains."""
    for role in Role.objects.filter(pk=begun):
        Role.objects.filter(pk=role.pk).update(ends_before=role.starts_on)


def _check_unchanged(steps: list[dict]) -> None:
    expected = {step[name]: step[f"{name}_version"] for step in steps for name in ("ended", "begun") if step[name]}
    rows = Role.objects.select_for_update(of=("self",)).filter(pk__in=expected).order_by("pk")
    if dict(rows.values_list("pk", "version")) != expected:
        raise ValidationError("Not undone: some of these roles were changed since.", code="changed")
