"""Adding, editing and verifying contacts; giving and ending their roles."""

from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q

from common import contact_details, dates, rule_types
from contacts.choices import ContactRole, RoleKind
from contacts.models import PERSONAL_FIELDS, Person, Role
from contacts.rules import CONTACT_RULES, ContactInput
from history.authorship import authored


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
