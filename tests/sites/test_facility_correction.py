"""Correcting a facility: required fields, identity and stale versions."""

import pytest
from django.core.exceptions import ValidationError

from history.optimistic_locking import StaleVersion
from history.trail import trail_of
from sites.models import Facility
from sites.services import correct_facility
from tests.factories import a_facility

pytestmark = pytest.mark.django_db


def correct(facility, **identity):
    return correct_facility(facility, author="user:7", **identity)


def test_given_fields_are_saved_stripped_and_others_stay():
    facility = correct(a_facility(), city="  Nice ", reason="They moved")
    facility.refresh_from_db()
    assert (facility.name, facility.city, facility.country) == ("Hospital 1", "Nice", "France")
    assert trail_of(facility)[0].reason == "They moved"


@pytest.mark.parametrize("name", ["name", "country"])
def test_name_and_country_of_a_facility_cannot_be_cleared(name):
    facility = a_facility()
    with pytest.raises(ValidationError) as refused:
        correct(facility, **{name: " "})
    assert refused.value.message_dict == {name: [f"Enter the {name}."]}
    assert getattr(Facility.objects.get(), name)


def test_a_facility_without_a_name_needs_none():
    facility = a_facility(name="", is_masked=True)
    correct(facility, name="", city="Nice")
    assert Facility.objects.get().city == "Nice"


def test_the_identity_of_another_facility_is_refused():
    a_facility(2)
    with pytest.raises(ValidationError, match="already here"):
        correct(a_facility(), name="Hospital 2")


def test_a_stale_facility_is_not_corrected():
    facility = a_facility()
    correct(facility, city="Nice", version=facility.version)
    with pytest.raises(StaleVersion):
        correct(facility, city="Paris", version=facility.version)
    assert Facility.objects.get().city == "Nice"


def test_only_fields_of_the_identity_are_accepted():
    with pytest.raises(TypeError, match="is_active"):
        correct(a_facility(), is_active=False)
