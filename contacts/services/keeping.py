"""Adding a person, changing what is known of them, and saying that it is still true."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from common import dates
from contacts.codes import ContactRole, RoleKind
from contacts.models import Person
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
    demand_values(person)
    with authored(author, reason=reason):
        person.save()
    return person


@transaction.atomic
def edit_person(person: Person, *, author: str, reason: str = "", version: int | None = None, **values: str) -> Person:
    """Change the values given. ValidationError when one breaks a rule; StaleVersion."""
    current = locked(person, version)
    for name, value in values.items():
        setattr(current, name, value)
    demand_values(current)
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


def demand_values(person: Person) -> None:
    """The rules of a contact's own values, by field."""
    person.full_clean()
    contact = Contact(RoleKind.SITE_CONTACT, ContactRole.CONTACT, person.name, person.phone, person.email)
    found = broken(CONTACT_RULES, contact, on=dates.today())
    wrong = {rule.fields[0]: rule.text for rule in found if rule.level is Level.ERROR}
    if not (person.name or person.phone or person.email):
        wrong["name"] = "Give a name or a function, such as Study Coordinator."
    if wrong:
        raise ValidationError(wrong)
