"""Personal values: out of the trail, in a trail of their own, gone when a person is erased."""

import pytest
from django.db import DatabaseError, transaction

from contacts.models import PERSONAL, Person
from history import authored

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    with authored("user:1"):
        person = Person.objects.create(name="Canary Name", email="canary@example.org", mobile="555-0100")
        person.phone = "555-0101"
        person.save()
    return person


def test_the_trail_has_no_personal_column():
    columns = {field.name for field in Person.trail_model._meta.local_fields}
    assert not columns & set(PERSONAL)


def test_personal_values_are_kept_apart_with_who_and_when(person):
    kept = person.values_trail.order_by("pgh_id")
    assert [(row.name, row.phone, row.pgh_context.actor) for row in kept] == [
        ("Canary Name", "", "user:1"),
        ("Canary Name", "555-0101", "user:1"),
    ]


def test_personal_values_are_never_altered_but_can_be_deleted(person):
    with pytest.raises(DatabaseError), transaction.atomic():
        person.values_trail.update(name="Somebody else")
    person.values_trail.all().delete()
    assert not person.values_trail.exists()
    assert person.trail.exists()
