"""Merging two contacts of one person, undoing it, and marking two contacts as different people."""

from collections.abc import Collection, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from common import dates
from contacts.models import PERSONAL_FIELDS, Merge, NotTheSame, Person, Role
from contacts.services.people import end_role, find_equal_roles, lock_person, validate_person_values
from history.authorship import authored


@transaction.atomic
def merge_people(
    surviving: Person, merged: Person, *, values: Mapping[str, str], versions: Mapping[int, int], author: str,
    reason: str = "",
) -> Merge:  # fmt: skip
    """Move every role of `merged` to `surviving`, which gets the chosen values; `merged` stays as a tombstone.

    A role that `surviving` already has ends today, so that no contact is public twice at one place.

    `values` are personal columns; `versions` the versions that the author saw, by id. ValidationError; StaleVersion.
    """
    if surviving.pk == merged.pk:
        raise ValidationError("A contact cannot be merged with itself.", code="same-person")
    current = {
        person.pk: lock_person(person, versions[person.pk])
        for person in sorted((surviving, merged), key=lambda p: p.pk)
    }
    surviving, merged = current[surviving.pk], current[merged.pk]
    before = {name: getattr(surviving, name) for name in values}
    for name, value in values.items():
        setattr(surviving, name, value)
    changed = {name for name, value in values.items() if value not in (before[name], getattr(merged, name))}
    validate_person_values(surviving, changed=changed)
    roles = list(Role.objects.select_for_update(of=("self",)).filter(person=merged))
    ended = _end_duplicate_roles(surviving, roles, author=author)
    with authored(author, reason=reason or "The same person"):
        moved = [role.pk for role in roles]
        Role.objects.filter(pk__in=moved).update(person=surviving)
        surviving.save(update_fields=list(values))
        Person.objects.filter(pk=merged.pk).update(merged_into=surviving)
        return Merge.objects.create(
            surviving=surviving, merged=merged, roles=moved, ended=ended, author=author,
            values_before=before, values_chosen=dict(values),
        )  # fmt: skip


@transaction.atomic
def undo_merge(merge: Merge, *, author: str) -> Merge:
    """Restore both contacts: roles move back, and values not changed since are restored.

    A second call does nothing. ValidationError when the surviving contact has been merged or erased since.
    """
    current = Merge.objects.select_for_update().get(pk=merge.pk)
    if current.undone_at:
        return current
    surviving = lock_person(current.surviving)
    restored = {
        name: before
        for name, before in current.values_before.items()
        if name in PERSONAL_FIELDS and getattr(surviving, name) == current.values_chosen.get(name)
    }
    for name, before in restored.items():
        setattr(surviving, name, before)
    with authored(author, reason="Merge undone"):
        surviving.save(update_fields=list(restored))
        Person.objects.filter(pk=current.merged_id).update(merged_into=None)
        Role.objects.filter(pk__in=current.roles, person=surviving).update(person=current.merged_id)
        for pk, (day, before) in current.ended.items():
            Role.objects.filter(pk=pk, ends_before=day).update(ends_before=before)
        current.undone_at, current.undone_by = timezone.now(), author
        current.save(update_fields=["undone_at", "undone_by"])
    return current


@transaction.atomic
def mark_as_different_people(one: Person, other: Person, *, author: str) -> NotTheSame:
    """Save that two contacts are different people, so that they are no longer listed as possible duplicates."""
    first, second = sorted((one.pk, other.pk))
    with authored(author, reason="Marked as different people"):
        pair, _ = NotTheSame.objects.get_or_create(first_id=first, second_id=second, defaults={"author": author})
    return pair


def _end_duplicate_roles(
    surviving: Person, moved: Collection[Role], *, author: str
) -> dict[str, tuple[str, str | None]]:
    """End moved roles that repeat a role of `surviving`; {role id: (end date, previous end date)}."""
    today, ended = dates.today(), {}
    for role in moved:
        day = max(today, role.starts_on or today)
        if role.is_active_on(on=day) and any(
            _covers(own, role, day) for own in find_equal_roles(role, person=surviving)
        ):
            ended[str(role.pk)] = (day.isoformat(), role.ends_before and role.ends_before.isoformat())
            end_role(role, on=day, author=author, reason="Duplicate role after a merge")
    return ended


def _covers(own: Role, role: Role, day: date) -> bool:
    """Whether `own` is in force on the day and ends no earlier than `role`."""
    return own.is_active_on(on=day) and (
        own.ends_before is None or (role.ends_before is not None and role.ends_before <= own.ends_before)
    )
