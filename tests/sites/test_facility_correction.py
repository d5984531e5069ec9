"""Correcting a facility: what it may not lose, and who was quicker."""

import pytest
from django.core.exceptions import ValidationError

from history.trail import trail_of
from history.versioning import StaleVersion
from sites.models import Facility
from sites.services import correct_facility
from tests.factories import a_facility

pytestmark = pytest.mark.django_db


def correct(facility, **identity):
    return correct_facility(facility, author="user:7", **identity)


def test_what_is_given_is_written_without_the_spaces_around_it_and_what_is_not_stays():
    facility = correct(a_facility(), city="  Nice ", reason="They moved")
    facility.refresh_from_db()
    assert (facility.name, facility.city, facility.country) == ("Hospital 1", "Nice", "France")
    assert trail_of(facility)[0].reason == "They moved"


@pytest.mark.parametrize("name", ["name", "country"])
def test_a_facility_loses_neither_its_name_nor_its_country(name):
    facility = a_facility()
    with pytest.raises(ValidationError) as refused:
        correct(facility, **{name: " "})
    assert refused.value.message_dict == {name: [f"Enter the {name}."]}
    assert getattr(Facility.objects.get(), name)


def test_what_never_had_a_name_needs_none():
    facility = a_facility(name="", is_masked=True)
    correct(facility, name="", city="Nice")
    assert Facility.objects.get().city == "Nice"


def test_what_another_facility_is_already_cannot_be_taken():
    a_facility(2)
    with pytest.raises(ValidationError, match="already here"):
        correct(a_facility(), name="Hospital 2")


def test_a_facility_that_was_corrected_meanwhile_is_left():
    facility = a_facility()
    correct(facility, city="Nice", version=facility.version)
    with pytest.raises(StaleVersion):
        correct(facility, city="Paris", version=facility.version)
    assert Facility.objects.get().city == "Nice"


def test_only_its_identity_is_corrected_here():
    with pytest.raises(TypeError, match="is_active"):
        correct(a_facility(), is_active=False)
