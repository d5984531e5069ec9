"""Adding, editing, verifying and replacing contacts; giving and ending their roles."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from common import contact_details, dates, rule_types
from contacts.choices import ContactRole, RoleKind
from contacts.models import PERSONAL_FIELDS, Person, Replacement, Role
from contacts.rules import CONTACT_RULES, ContactInput
from history.authorship import authored
from history.optimistic_locking import StaleVersion


def lock_person(person: Person, version: int | None = None) -> Person:
    """The contact's current row, locked. StaleVersion; ValidationError when it is erased or merged."""
    if version is not None:
        current = Person.lock_at_version(person.pk, version)
    else:
        current = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if current.erased_at or current.merged_into_id:
        raise ValidationError("This contact was merged or erased, so it cannot be changed.", code="closed")
    return current


@transaction.atomic
def add_person(*, author: str, reason: str = "", **values: str) -> Person:
    """A new contact without a role. ValidationError when a value violates a rule."""
    person = Person(**values)
    person.phone, person.phone_ext = contact_details.split_extension(person.phone, person.phone_ext)
    validate_person_values(person)
    with authored(author, reason=reason):
        person.save()
    return person


@transaction.atomic
def edit_person(person: Person, *, author: str, reason: str = "", version: int | None = None, **values: str) -> Person:
    """Change the given values; unchanged values are not validated. ValidationError; StaleVersion.

    An extension after the phone number moves to its own column.
    """
    current = lock_person(person, version)
    changed = {name for name, value in values.items() if getattr(current, name) != value}
    for name, value in values.items():
        setattr(current, name, value)
    if "phone" in changed:
        current.phone, current.phone_ext = contact_details.split_extension(current.phone, current.phone_ext)
        values |= {"phone_ext": current.phone_ext}
    validate_person_values(current, changed=changed)
    with authored(author, reason=reason):
        current.save(update_fields=list(values))
    return current


@transaction.atomic
def verify_person(person: Person, *, author: str, on: date | None = None, version: int | None = None) -> Person:
    """Set the day (`on`, default today) on which a contact's values were verified. StaleVersion."""
    current = lock_person(person, version)
    current.last_verified_on = on or dates.today()
    with authored(author, reason="Verified"):
        current.save(update_fields=["last_verified_on"])
    return current


def validate_person_values(person: Person, *, changed: Collection[str] = PERSONAL_FIELDS) -> None:
    """ValidationError by field for violated rules of the `changed` values; imported values may violate rules."""
    person.full_clean()
    errors = {
        rule.fields[0]: rule.text
        for rule in rule_types.violations(CONTACT_RULES, contact_input(person), on=dates.today())
        if rule.level is rule_types.Level.ERROR and rule.fields[0] in changed
    }
    if not (person.name or person.phone or person.email):
        errors["name"] = "Enter a name or a job title, such as Study Coordinator."
    if errors:
        raise ValidationError(errors)


def contact_input(person: Person) -> ContactInput:
    """The input for the rules of a contact's own values."""
    return ContactInput(
        RoleKind.SITE_CONTACT, ContactRole.CONTACT, person.name, person.phone, person.email, person.phone_ext,
        person.mobile, person.private_email,
    )  # fmt: skip


@transaction.atomic
def give_role(
    person: Person, *, kind: str, role: str, author: str, trial=None, trial_site=None, affiliation: str = "",
    starts_on: date | None = None, ends_before: date | None = None, reason: str = "",
) -> Role:  # fmt: skip
    """A new role for a trial or at a site, last in its list. ValidationError when the contact already has it."""
    place = {"trial": trial, "trial_site": trial_site}
    new_role = Role(
        person=lock_person(person), kind=kind, role=role, affiliation=affiliation,
        starts_on=starts_on, ends_before=ends_before,
        position=next_position(**place), **place,
    )  # fmt: skip
    new_role.full_clean()
    if find_equal_roles(new_role).exists():
        raise ValidationError("This contact already has this role.", code="held-already")
    with authored(author, reason=reason):
        new_role.save()
    return new_role


@transaction.atomic
def end_role(role: Role, *, on: date, author: str, reason: str = "", version: int | None = None) -> Role:
    """Set the end date of a role; `on` is the first day without the role. ValidationError; StaleVersion."""
    current = Role.lock_at_version(role.pk, role.version if version is None else version)
    current.ends_before = on
    current.full_clean()
    with authored(author, reason=reason):
        current.save(update_fields=["ends_before"])
    return current


def next_position(**place) -> int:
    """The position after the last role of a trial or site."""
    last = Role.objects.filter(**place).order_by().aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def find_equal_roles(role: Role, *, person: Person | None = None):
    """The equal roles of a person (default: the role's own) whose period overlaps the role's period."""
    equal_roles = Role.objects.filter(
        person=person or role.person, kind=role.kind, role=role.role, trial=role.trial, trial_site=role.trial_site
    )
    if role.starts_on:
        equal_roles = equal_roles.filter(Q(ends_before__isnull=True) | Q(ends_before__gt=role.starts_on))
    if role.ends_before:
        equal_roles = equal_roles.filter(Q(starts_on__isnull=True) | Q(starts_on__lt=role.ends_before))
    return equal_roles.exclude(pk=role.pk)


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
