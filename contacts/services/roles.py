"""Giving somebody a role, and ending it."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q

from contacts.models import Person, Role
from contacts.services.keeping import locked
from history.authorship import authored


@transaction.atomic
def give_role(
    person: Person, *, kind: str, role: str, author: str, trial=None, trial_site=None, affiliation: str = "",
    starts_on: date | None = None, ends_on: date | None = None, reason: str = "",
) -> Role:  # fmt: skip
    """A role at a trial or a site, last in its list. ValidationError when the person holds it there already."""
    place = {"trial": trial, "trial_site": trial_site}
    given = Role(
        person=locked(person), kind=kind, role=role, affiliation=affiliation, starts_on=starts_on, ends_on=ends_on,
        position=next_position(**place), **place,
    )  # fmt: skip
    given.full_clean()
    if the_same_as(given).exists():
        raise ValidationError("They hold this role here already.", code="held-already")
    with authored(author, reason=reason):
        given.save()
    return given


@transaction.atomic
def end_role(role: Role, *, on: date, author: str, reason: str = "", version: int | None = None) -> Role:
    """Let a role end: `on` is the first day on which it no longer holds. ValidationError; StaleVersion."""
    current = Role.refuse_stale(role.pk, role.version if version is None else version)
    current.ends_on = on
    current.full_clean()
    with authored(author, reason=reason):
        current.save(update_fields=["ends_on"])
    return current


def next_position(**place) -> int:
    """The place behind the last one of a trial's or site's list."""
    last = Role.objects.filter(**place).order_by().aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def the_same_as(role: Role, *, person: Person | None = None):
    """A person's roles (its own person's) of this kind at this place that are in force on one of its days."""
    twins = Role.objects.filter(
        person=person or role.person, kind=role.kind, role=role.role, trial=role.trial, trial_site=role.trial_site
    )
    if role.starts_on:
        twins = twins.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=role.starts_on))
    if role.ends_on:
        twins = twins.filter(Q(starts_on__isnull=True) | Q(starts_on__lt=role.ends_on))
    return twins.exclude(pk=role.pk)
