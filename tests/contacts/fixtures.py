"""Coordinators and contacts for tests of the contacts pages."""

from contacts.models import Person, Role
from tests.factories import a_contact, a_facility, a_site, a_trial, a_user, assign, make

PRIVATE = {"mobile": "+33 6 55 55 55 55", "private_email": "secret@example.org", "notes": "On leave in August."}


def a_recruiting_site(trial=None, number: int = 1, **values):
    trial = trial or a_trial(1, overall_status="RECRUITING", acronym="ALDER")
    return a_site(trial, a_facility(number, **values), status="RECRUITING", position=number)


def a_coordinator(*sites, trial=None, name: str = "coordinator"):
    user = a_user(name, is_staff=False)
    for site in sites:
        assign(user, site=site)
    if trial:
        assign(user, trial=trial)
    return user


def a_person(name: str, *sites, **values) -> Person:
    """A contact with a role at each of these sites."""
    person = make(Person, **{"name": name, "phone": "+33 4 11 22 33 44", "email": "one@example.org"} | values)
    for site in sites:
        make(Role, person=person, kind="SITE_CONTACT", role="CONTACT", trial_site=site)
    return person


__all__ = ["PRIVATE", "a_contact", "a_coordinator", "a_person", "a_recruiting_site"]
