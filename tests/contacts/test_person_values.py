"""Personal values: not in the trail, but in a separate trail that erasure empties."""

import pytest
from django.db import DatabaseError, transaction

from contacts.models import PERSONAL_FIELDS, Person
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
    assert not columns & set(PERSONAL_FIELDS)


def test_personal_values_have_a_separate_trail_with_author(person):
    events = person.values_trail.order_by("pgh_id")
    assert [(row.name, row.phone, row.pgh_context.actor) for row in events] == [
        ("Canary Name", "", "user:1"),
        ("Canary Name", "555-0101", "user:1"),
    ]


def test_the_trail_of_personal_values_can_be_deleted_but_not_updated(person):
    with pytest.raises(DatabaseError), transaction.atomic():
        person.values_trail.update(name="Somebody else")
    person.values_trail.all().delete()
    assert not person.values_trail.exists()
    assert person.trail.exists()
