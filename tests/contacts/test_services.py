"""Services of contacts: errors and saved rows."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from contacts.erasure.service import erase_person
from contacts.models import Person, Role
from contacts.services import (
    add_person,
    edit_person,
    end_role,
    give_role,
    merge_people,
    replace_person,
    undo_merge,
    undo_replacement,
    verify_person,
)
from history.authorship import authored
from history.optimistic_locking import StaleVersion
from history.trail import trail_of
from tests.contacts.fixtures import a_person, a_recruiting_site
from tests.factories import a_trial, make

pytestmark = pytest.mark.django_db
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
AUTHORSHIP = {"author": "user:7"}
CONTACT = {"kind": "SITE_CONTACT", "role": "CONTACT"}


@pytest.fixture
def site():
    return a_recruiting_site()


def erased() -> Person:
    person = a_person("Ann Example", a_recruiting_site(a_trial(8), 8))
    erase_person(person, reason="By letter.", **AUTHORSHIP)
    return person


def merged() -> Person:
    surviving, person = a_person("Bea Other"), a_person("Ann Example")
    merge(surviving, person)
    return person


def merge(surviving, other, values=(), **options):
    versions = {person.pk: person.version for person in (surviving, other)}
    return merge_people(surviving, other, values=dict(values), versions=versions, **AUTHORSHIP, **options)


OPERATIONS = {
    "edit": lambda person: edit_person(person, name="New", **AUTHORSHIP),
    "verify": lambda person: verify_person(person, **AUTHORSHIP),
    "give a role": lambda person: give_role(person, trial_site=a_recruiting_site(), **CONTACT, **AUTHORSHIP),
    "merge into another": lambda person: merge(a_person("Cid"), person),
    "merge another into it": lambda person: merge(person, a_person("Cid")),
    "erase": lambda person: erase_person(person, reason="Again.", **AUTHORSHIP),
    "replace": lambda person: replace(a_person("Dan", a_recruiting_site()), person),
}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("close", [erased, merged])
def test_an_erased_or_merged_contact_cannot_be_changed(close, operation):
    person = close()
    person.refresh_from_db()
    with pytest.raises(ValidationError, match="This contact was merged or erased"):
        OPERATIONS[operation](person)


def test_a_new_contact_is_saved_with_the_reason():
    assert trail_of(add_person(phone="+33 4 11 22 33 44", reason="Called", **AUTHORSHIP))[0].reason == "Called"


@pytest.mark.parametrize("values", [{"name": "Ann"}, {"phone": "+33 4 11 22 33 44"}, {"email": "ann@example.org"}])
def test_a_name_a_phone_or_an_email_is_enough(values):
    assert add_person(**values, **AUTHORSHIP).pk


@pytest.mark.parametrize(
    ("values", "field"), [({"notes": "Tall"}, "name"), ({"name": "Ann", "email": "ann at example"}, "email")]
)
def test_a_contact_without_name_and_details_or_with_an_invalid_email_is_refused(values, field):
    with pytest.raises(ValidationError) as error:
        add_person(**values, **AUTHORSHIP)
    assert list(error.value.message_dict) == [field]
    assert not Person.objects.exists()


def test_a_contact_is_verified_today_or_on_the_given_day():
    person = a_person("Ann Example")
    assert verify_person(person, on=MARCH, **AUTHORSHIP).last_verified_on == MARCH
    verify_person(person, **AUTHORSHIP)
    person.refresh_from_db()
    assert person.last_verified_on == timezone.localdate()
    assert trail_of(person)[0].reason == "Verified"


def test_a_contact_cannot_be_merged_with_itself():
    person = a_person("Ann Example")
    with pytest.raises(ValidationError, match="with itself"):
        merge(person, person)


def test_the_chosen_values_of_a_merge_are_validated():
    with pytest.raises(ValidationError, match="not an e-mail address"):
        merge(a_person("Ann"), a_person("A."), values={"email": "nowhere"})


@pytest.mark.parametrize(("options", "reason"), [({}, "The same person"), ({"reason": "Married"}, "Married")])
def test_a_merge_is_saved_with_the_reason(options, reason):
    assert trail_of(merge(a_person("Ann"), a_person("A."), **options).merged)[0].reason == reason


def test_a_merge_moves_only_the_roles_of_the_merged_contact_and_undo_moves_them_back(site):
    surviving, other, third = a_person("Ann"), a_person("A.", site), a_person("Cid", site)
    merge_row = merge(surviving, other)
    (moved,) = surviving.roles.all()
    own_role = give_role(surviving, kind="SITE_CONTACT", role="SUB_INVESTIGATOR", trial_site=site, **AUTHORSHIP)
    undo_merge(merge_row, author="user:8")
    assert (moved.pk, own_role.pk) == (other.roles.get().pk, surviving.roles.get().pk)
    assert third.roles.count() == 1
    merge_row.refresh_from_db()
    assert merge_row.undone_by == "user:8"
    assert trail_of(merge_row)[0].reason == "Merge undone"


def test_a_merge_into_a_contact_erased_since_is_not_undone(site):
    surviving, other = a_person("Ann", site), a_person("A.")
    merge_row = merge(surviving, other)
    erase_person(surviving, reason="By letter.", **AUTHORSHIP)
    with pytest.raises(ValidationError, match="merged or erased"):
        undo_merge(merge_row, **AUTHORSHIP)


def assign_role(person, site, **days) -> Role:
    return give_role(person, trial_site=site, **CONTACT, **AUTHORSHIP, **days)


@pytest.mark.parametrize(
    "days",
    [{}, {"starts_on": MARCH}, {"ends_before": MAY}, {"starts_on": MARCH, "ends_before": APRIL + timedelta(days=1)},
     {"starts_on": MAY - timedelta(days=1)}],
)  # fmt: skip
def test_an_equal_role_with_an_overlapping_period_is_refused(site, days):
    person = a_person("Ann")
    assign_role(person, site, starts_on=APRIL, ends_before=MAY)
    with pytest.raises(ValidationError, match="already has this role"):
        assign_role(person, site, **days)


@pytest.mark.parametrize("days", [{"starts_on": MAY}, {"starts_on": MARCH, "ends_before": APRIL}])
def test_an_equal_role_before_or_after_is_allowed(site, days):
    person = a_person("Ann")
    assign_role(person, site, starts_on=APRIL, ends_before=MAY)
    assert assign_role(person, site, **days).pk


def test_another_role_place_or_person_is_another_role_at_the_end_of_its_list(site):
    person, other = a_person("Ann"), a_recruiting_site(site.trial, 2)
    assert assign_role(person, site, reason="New here").position == 0
    assert give_role(person, kind="SITE_CONTACT", role="SUB_INVESTIGATOR", trial_site=site, **AUTHORSHIP).position == 1
    assert assign_role(a_person("Bea"), site).position == 2
    assert assign_role(person, other).position == 0
    central = {"kind": "CENTRAL_CONTACT", "role": "CONTACT", "affiliation": "Ward 3"}
    assert give_role(person, trial=site.trial, **central, **AUTHORSHIP).affiliation == "Ward 3"
    assert give_role(person, trial=a_trial(2), **central, **AUTHORSHIP).pk
    assert give_role(person, trial=site.trial, **central | {"kind": "OFFICIAL"}, **AUTHORSHIP).pk
    assert trail_of(site.roles.first())[0].reason == "New here"


def test_a_role_ends_with_a_reason_at_the_current_version_only(site):
    role = assign_role(a_person("Ann"), site)
    assert end_role(role, on=APRIL, reason="Left", **AUTHORSHIP).ends_before == APRIL
    assert trail_of(role)[0].reason == "Left"
    with pytest.raises(StaleVersion):
        end_role(role, on=MAY, **AUTHORSHIP)
    role.refresh_from_db()
    with pytest.raises(StaleVersion):
        end_role(role, on=MAY, version=role.version - 1, **AUTHORSHIP)
    assert end_role(role, on=MAY, version=role.version, **AUTHORSHIP).ends_before == MAY


def replace(leaver, successor, *, on=APRIL, key=None, roles=None, **options):
    roles = {role.pk: role.version for role in leaver.roles.all()} if roles is None else roles
    return replace_person(leaver, successor, roles=roles, on=on, key=key or uuid4(), **AUTHORSHIP, **options)


def test_a_contact_cannot_replace_itself(site):
    leaver = a_person("Ann", site)
    with pytest.raises(ValidationError, match="another contact"):
        replace(leaver, leaver)


@pytest.mark.parametrize("ended", [MARCH, APRIL])
def test_a_role_that_ends_before_is_not_transferred(site, ended):
    leaver = a_person("Ann")
    assign_role(leaver, site, ends_before=ended)
    with pytest.raises(ValidationError, match="ends before that date"):
        replace(leaver, a_person("Bea"))
    assert not Role.objects.filter(person__name="Bea").exists()


def test_a_replacement_needs_at_least_one_role_and_only_roles_of_the_leaver(site):
    leaver, other = a_person("Ann", site), a_person("Cid", site)
    other_roles = {role.pk: role.version for role in other.roles.all()}
    for roles in ({}, other_roles, other_roles | {role.pk: role.version for role in leaver.roles.all()}):
        with pytest.raises(ValidationError, match="at least one role"):
            replace(leaver, a_person("Bea"), roles=roles)


def test_the_successors_role_has_the_values_and_end_date_of_the_leavers_role(site):
    leaver, successor = a_person("Ann"), a_person("Bea")
    assign_role(leaver, site, ends_before=MAY, affiliation="Ward 3")
    replacement = replace(leaver, successor, reason="Moved away")
    begun = successor.roles.get()
    assert (begun.kind, begun.role, begun.affiliation) == ("SITE_CONTACT", "CONTACT", "Ward 3")
    assert (begun.starts_on, begun.ends_before, leaver.roles.get().ends_before) == (APRIL, MAY, APRIL)
    assert trail_of(begun)[0].reason == trail_of(replacement)[0].reason == "Moved away"
    assert replace(leaver, successor, key=replacement.key) == replacement
    undone = undo_replacement(replacement, author="user:8")
    assert (leaver.roles.get().ends_before, successor.roles.get().was_cancelled) == (MAY, True)
    assert (undone.undone_by, trail_of(undone)[0].reason) == ("user:8", "Replacement undone")


def test_an_equal_role_of_the_successor_is_unchanged(site):
    leaver, successor = a_person("Ann", site), a_person("Bea", site)
    replacement = replace(leaver, successor)
    assert successor.roles.count() == 1
    undo_replacement(replacement, **AUTHORSHIP)
    assert (leaver.roles.get().ends_before, successor.roles.get().ends_before) == (None, None)


def test_a_replacement_of_a_contact_erased_since_is_not_undone(site):
    leaver = a_person("Ann", site)
    replacement = replace(leaver, a_person("Bea", email="two@example.org", phone="+33 4 99 99 99 99"))
    erase_person(leaver, reason="By letter.", **AUTHORSHIP)
    with pytest.raises(ValidationError, match="merged or erased"):
        undo_replacement(replacement, **AUTHORSHIP)


def test_the_roles_of_an_erased_person_end_today_or_on_their_first_day(site):
    person, today = a_person("Ann Example"), timezone.localdate()
    days = [(None, None), (today, None), (today + timedelta(days=9), None), (MARCH, APRIL)]
    roles = [
        make(Role, person=person, trial_site=site, starts_on=start, ends_before=end, **CONTACT) for start, end in days
    ]
    neighbour = a_person("Bob Other", site, email="bob@example.org", phone="+33 4 98 76 54 32")
    erasure = erase_person(person, reason="By letter.", **AUTHORSHIP)
    ends = [Role.objects.get(pk=role.pk).ends_before for role in roles]
    assert ends == [today, today, today + timedelta(days=9), APRIL]
    assert (neighbour.roles.get().ends_before, Person.objects.get(pk=neighbour.pk).name) == (None, "Bob Other")
    assert (erasure.author, erasure.reason, trail_of(erasure)[0].reason) == ("user:7", "By letter.", "By letter.")


@pytest.mark.parametrize("reason", ["The study coordinator asked.", "An Li wish."])
def test_the_reason_of_an_erasure_may_contain_a_job_title_or_a_short_word(site, reason):
    person = a_person("Study Coordinator Li", site)
    assert erase_person(person, reason=reason, **AUTHORSHIP)


@pytest.mark.parametrize("reason", ["(Kim) asked.", "KIM, by letter"])
def test_the_reason_of_an_erasure_must_not_contain_the_name(site, reason):
    with pytest.raises(ValidationError, match="names the person"):
        erase_person(a_person("Kim", site), reason=reason, **AUTHORSHIP)


def test_the_reason_of_an_erasure_must_not_contain_a_former_name(site):
    person = a_person("Ann Maiden", site)
    with authored("test"):
        Person.objects.filter(pk=person.pk).update(name="Ann Married")
    with pytest.raises(ValidationError, match="names the person"):
        erase_person(person, reason="Maiden asked.", **AUTHORSHIP)
