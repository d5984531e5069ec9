"""Adding a site to a trial."""

import pytest
from django.core.exceptions import ValidationError

from sites.services import add_site
from tests.factories import a_facility, a_site, a_trial

pytestmark = pytest.mark.django_db


def test_a_new_site_gets_the_last_position():
    trial = a_trial()
    a_site(trial, position=4)
    assert add_site(trial=trial, facility=a_facility(2), author="user:7").position == 5


def test_the_first_site_gets_position_zero():
    assert add_site(trial=a_trial(), facility=a_facility(), author="user:7").position == 0


def test_no_site_is_added_to_an_ended_trial_or_at_an_inactive_facility():
    with pytest.raises(ValidationError, match="has ended"):
        add_site(trial=a_trial(overall_status="COMPLETED"), facility=a_facility(), author="user:7")
    with pytest.raises(ValidationError, match="inactive"):
        add_site(trial=a_trial(2), facility=a_facility(2, is_active=False), author="user:7")


def test_a_further_site_at_a_facility_needs_takes_part_again():
    site = a_site()
    with pytest.raises(ValidationError, match="already is a site"):
        add_site(trial=site.trial, facility=site.facility, author="user:7")
    assert (
        add_site(trial=site.trial, facility=site.facility, author="user:7", takes_part_again=True).duplicate_index == 2
    )


def test_the_duplicate_index_is_counted_per_facility():
    site = a_site()
    add_site(trial=site.trial, facility=site.facility, author="user:7", takes_part_again=True)
    assert (
        add_site(trial=site.trial, facility=a_facility(2), author="user:7", takes_part_again=True).duplicate_index == 1
    )
