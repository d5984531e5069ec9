"""Placeholder names of facilities, and current names of countries."""

import pytest

from sites.placeholder_names import current_country_name, is_placeholder_name


@pytest.mark.parametrize(
    "name",
    [
        *("", "  \n", "Site 12", "site  no. 7", "Site US0004", "Site #: 3", "Research Site", "Clinical Trial   Site 4"),
        *("Pfizer Investigational Site", "Teva   Investigational\tSite 13816", "Investigational center"),
        *(
            "Local Institution - 007-872-K",
            "Local Institution",
            "CLINICAL SITE",
            "Research Site US-30001-369",
            "Reference Facility",
        ),
        "For additional information regarding investigative sites for this trial, contact 1-555-010-0001",
    ],
)
def test_a_name_that_identifies_no_facility_is_a_placeholder(name):
    assert is_placeholder_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *("Hospital 1", "Harbour Hospital, Research Site 3", "Onsite Clinic"),
        *("Opposite 12", "Clinical Site of Harbour", "Clinical Research Unit"),
    ],
)
def test_a_name_with_more_than_a_placeholder_identifies_a_facility(name):
    assert not is_placeholder_name(name)


def test_a_country_has_the_current_name_of_the_registry():
    assert current_country_name("Czech Republic") == "Czechia"
    assert current_country_name("Viet Nam") == "Vietnam"
    assert current_country_name("France") == "France"
