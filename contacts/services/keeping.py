"""Adding a person, changing what is known of them, and saying that it is still true."""

from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from common import dates
from common.phone_numbers import split_extension
from contacts.codes import ContactRole, RoleKind
from contacts.models import PERSONAL, Person
from contacts.rules import CONTACT_RULES, Contact
from history.authorship import authored
from trials.rule import Level, broken


def locked(person: Person, version: int | None = None) -> Person:
    """The entry as it is now, locked. StaleVersion; ValidationError for one that is erased or merged."""
    if version is not None:
        current = Person.refuse_stale(person.pk, version)
    else:
        current = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if current.erased_at or current.merged_into_id:
        raise ValidationError("This entry is closed: the person was erased or merged.", code="closed")
    return current


@transaction.atomic
def add_person(*, author: str, reason: str = "", **values: str) -> Person:
    """A new person without a role. ValidationError when a value breaks a rule."""
    person = Person(**values)
    person.phone, person.phone_ext = split_extension(person.phone, person.phone_ext)
    demand_values(person)
    with authored(author, reason=reason):
        person.save()
    return person


@transaction.atomic
def edit_person(person: Person, *, author: str, reason: str = "", version: int | None = None, **values: str) -> Person:
    """Change the values given; what stays as it was is not judged. ValidationError; StaleVersion.

    An extension that is typed behind the number goes to its own column.
    """
    current = locked(person, version)
    changed = {name for name, value in values.items() if getattr(current, name) != value}
    for name, value in values.items():
        setattr(current, name, value)
    if "phone" in changed:
        current.phone, current.phone_ext = split_extension(current.phone, current.phone_ext)
        values |= {"phone_ext": current.phone_ext}
    demand_values(current, changed=changed)
    with authored(author, reason=reason):
        current.save(update_fields=list(values))
    return current


@transaction.atomic
def verify_person(person: Person, *, author: str, on: date | None = None, version: int | None = None) -> Person:
    """Say that what is known of a person is true `on` a day (today). StaleVersion when it is not what was seen."""
    current = locked(person, version)
    current.last_verified_on = on or dates.today()
    with authored(author, reason="Verified"):
        current.save(update_fields=["last_verified_on"])
    return current


def demand_values(person: Person, *, changed: Collection[str] = PERSONAL) -> None:
    """The rules of a contact's own values, by field; of those that `changed`, as records bring what nobody may type."""
    person.full_clean()
    wrong = {
        rule.fields[0]: rule.text
        for rule in broken(CONTACT_RULES, contact_of(person), on=dates.today())
        if rule.level is Level.ERROR and rule.fields[0] in changed
    }
    if not (person.name or person.phone or person.email):
        wrong["name"] = "Give a name or a function, such as Study Coordinator."
    if wrong:
        raise ValidationError(wrong)


def contact_of(person: Person) -> Contact:
    """What the rules of a contact's own values are asked about."""
    return Contact(
        RoleKind.SITE_CONTACT, ContactRole.CONTACT, person.name, person.phone, person.email, person.phone_ext,
        person.mobile, person.private_email,
    )  # fmt: skip
