"""What people do with contacts, asked of the services themselves: what is refused, and what stands afterwards."""

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
from history.trail import trail_of
from history.versioning import StaleVersion
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
    kept, person = a_person("Bea Other"), a_person("Ann Example")
    merge(kept, person)
    return person


def merge(kept, other, values=(), **said):
    versions = {person.pk: person.version for person in (kept, other)}
    return merge_people(kept, other, values=dict(values), versions=versions, **AUTHORSHIP, **said)


OPERATIONS = {
    "edit": lambda person: edit_person(person, name="New", **AUTHORSHIP),
    "verify": lambda person: verify_person(person, **AUTHORSHIP),
    "give a role": lambda person: give_role(person, trial_site=a_recruiting_site(), **CONTACT, **AUTHORSHIP),
    "merge into another": lambda person: merge(a_person("Cid"), person),
    "merge another into it": lambda person: merge(person, a_person("Cid")),
    "erase": lambda person: erase_person(person, reason="Again.", **AUTHORSHIP),
    "take over": lambda person: replace(a_person("Dan", a_recruiting_site()), person),
}


@pytest.mark.parametrize("way", OPERATIONS)
@pytest.mark.parametrize("close", [erased, merged])
def test_an_entry_that_is_erased_or_merged_is_closed(close, way):
    person = close()
    person.refresh_from_db()
    with pytest.raises(ValidationError, match="This entry is closed"):
        OPERATIONS[way](person)


def test_a_new_person_is_kept_with_why():
    assert trail_of(add_person(phone="+33 4 11 22 33 44", reason="Called", **AUTHORSHIP))[0].reason == "Called"


@pytest.mark.parametrize("values", [{"name": "Ann"}, {"phone": "+33 4 11 22 33 44"}, {"email": "ann@example.org"}])
def test_a_name_a_number_or_an_address_is_enough(values):
    assert add_person(**values, **AUTHORSHIP).pk


@pytest.mark.parametrize(
    ("values", "field"), [({"notes": "Tall"}, "name"), ({"name": "Ann", "email": "ann at example"}, "email")]
)
def test_a_person_whom_nobody_could_name_or_write_to_is_refused(values, field):
    with pytest.raises(ValidationError) as refused:
        add_person(**values, **AUTHORSHIP)
    assert list(refused.value.message_dict) == [field]
    assert not Person.objects.exists()


def test_who_is_verified_is_so_today_or_on_the_day_that_is_given():
    person = a_person("Ann Example")
    assert verify_person(person, on=MARCH, **AUTHORSHIP).last_verified_on == MARCH
    verify_person(person, **AUTHORSHIP)
    person.refresh_from_db()
    assert person.last_verified_on == timezone.localdate()
    assert trail_of(person)[0].reason == "Verified"


def test_nobody_is_merged_with_themselves():
    person = a_person("Ann Example")
    with pytest.raises(ValidationError, match="with themselves"):
        merge(person, person)


def test_what_is_chosen_in_a_merge_keeps_the_rules():
    with pytest.raises(ValidationError, match="not an e-mail address"):
        merge(a_person("Ann"), a_person("A."), values={"email": "nowhere"})


@pytest.mark.parametrize(("said", "kept"), [({}, "The same person"), ({"reason": "Married"}, "Married")])
def test_a_merge_tells_why(said, kept):
    assert trail_of(merge(a_person("Ann"), a_person("A."), **said).merged)[0].reason == kept


def test_a_merge_moves_the_roles_of_the_merged_alone_and_undoing_moves_them_alone_back(site):
    kept, other, third = a_person("Ann"), a_person("A.", site), a_person("Cid", site)
    made = merge(kept, other)
    (moved,) = kept.roles.all()
    given = give_role(kept, kind="SITE_CONTACT", role="SUB_INVESTIGATOR", trial_site=site, **AUTHORSHIP)
    undo_merge(made, author="user:8")
    assert (moved.pk, given.pk) == (other.roles.get().pk, kept.roles.get().pk)
    assert third.roles.count() == 1
    made.refresh_from_db()
    assert made.undone_by == "user:8"
    assert trail_of(made)[0].reason == "Merge undone"


def test_a_merge_into_somebody_who_was_erased_since_is_not_undone(site):
    kept, other = a_person("Ann", site), a_person("A.")
    made = merge(kept, other)
    erase_person(kept, reason="By letter.", **AUTHORSHIP)
    with pytest.raises(ValidationError, match="closed"):
        undo_merge(made, **AUTHORSHIP)


def assign_role(person, site, **days) -> Role:
    return give_role(person, trial_site=site, **CONTACT, **AUTHORSHIP, **days)


@pytest.mark.parametrize(
    "days",
    [{}, {"starts_on": MARCH}, {"ends_on": MAY}, {"starts_on": MARCH, "ends_on": APRIL + timedelta(days=1)},
     {"starts_on": MAY - timedelta(days=1)}],
)  # fmt: skip
def test_a_role_that_is_held_on_one_of_its_days_is_not_given_again(site, days):
    person = a_person("Ann")
    assign_role(person, site, starts_on=APRIL, ends_on=MAY)
    with pytest.raises(ValidationError, match="hold this role here already"):
        assign_role(person, site, **days)


@pytest.mark.parametrize("days", [{"starts_on": MAY}, {"starts_on": MARCH, "ends_on": APRIL}])
def test_a_role_is_given_again_before_or_after(site, days):
    person = a_person("Ann")
    assign_role(person, site, starts_on=APRIL, ends_on=MAY)
    assert assign_role(person, site, **days).pk


def test_another_duty_place_or_person_is_another_role_and_stands_last_in_its_list(site):
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


def test_a_role_ends_with_why_for_whoever_saw_it_as_it_is(site):
    role = assign_role(a_person("Ann"), site)
    assert end_role(role, on=APRIL, reason="Left", **AUTHORSHIP).ends_on == APRIL
    assert trail_of(role)[0].reason == "Left"
    with pytest.raises(StaleVersion):
        end_role(role, on=MAY, **AUTHORSHIP)
    role.refresh_from_db()
    with pytest.raises(StaleVersion):
        end_role(role, on=MAY, version=role.version - 1, **AUTHORSHIP)
    assert end_role(role, on=MAY, version=role.version, **AUTHORSHIP).ends_on == MAY


def replace(leaver, successor, *, on=APRIL, key=None, roles=None, **said):
    roles = {role.pk: role.version for role in leaver.roles.all()} if roles is None else roles
    return replace_person(leaver, successor, roles=roles, on=on, key=key or uuid4(), **AUTHORSHIP, **said)


def test_nobody_takes_over_from_themselves(site):
    leaver = a_person("Ann", site)
    with pytest.raises(ValidationError, match="somebody else"):
        replace(leaver, leaver)


@pytest.mark.parametrize("ended", [MARCH, APRIL])
def test_what_has_ended_by_then_does_not_go_over(site, ended):
    leaver = a_person("Ann")
    assign_role(leaver, site, ends_on=ended)
    with pytest.raises(ValidationError, match="has ended by then"):
        replace(leaver, a_person("Bea"))
    assert not Role.objects.filter(person__name="Bea").exists()


def test_only_roles_of_the_leaver_go_over_and_at_least_one(site):
    leaver, other = a_person("Ann", site), a_person("Cid", site)
    theirs = {role.pk: role.version for role in other.roles.all()}
    for roles in ({}, theirs, theirs | {role.pk: role.version for role in leaver.roles.all()}):
        with pytest.raises(ValidationError, match="at least one role"):
            replace(leaver, a_person("Bea"), roles=roles)


def test_the_successor_holds_what_the_leaver_held_as_long_as_they_would_have(site):
    leaver, successor = a_person("Ann"), a_person("Bea")
    assign_role(leaver, site, ends_on=MAY, affiliation="Ward 3")
    made = replace(leaver, successor, reason="Moved away")
    begun = successor.roles.get()
    assert (begun.kind, begun.role, begun.affiliation) == ("SITE_CONTACT", "CONTACT", "Ward 3")
    assert (begun.starts_on, begun.ends_on, leaver.roles.get().ends_on) == (APRIL, MAY, APRIL)
    assert trail_of(begun)[0].reason == trail_of(made)[0].reason == "Moved away"
    assert replace(leaver, successor, key=made.key) == made
    undone = undo_replacement(made, author="user:8")
    assert (leaver.roles.get().ends_on, successor.roles.get().was_cancelled) == (MAY, True)
    assert (undone.undone_by, trail_of(undone)[0].reason) == ("user:8", "Replacement undone")


def test_what_the_successor_holds_already_is_left_and_comes_back_alone(site):
    leaver, successor = a_person("Ann", site), a_person("Bea", site)
    made = replace(leaver, successor)
    assert successor.roles.count() == 1
    undo_replacement(made, **AUTHORSHIP)
    assert (leaver.roles.get().ends_on, successor.roles.get().ends_on) == (None, None)


def test_a_leaver_who_was_erased_since_gets_no_role_back(site):
    leaver = a_person("Ann", site)
    made = replace(leaver, a_person("Bea", email="two@example.org", phone="+33 4 99 99 99 99"))
    erase_person(leaver, reason="By letter.", **AUTHORSHIP)
    with pytest.raises(ValidationError, match="closed"):
        undo_replacement(made, **AUTHORSHIP)


def test_the_roles_of_an_erased_person_end_today_at_the_latest_and_never_before_they_began(site):
    person, today = a_person("Ann Example"), timezone.localdate()
    days = [(None, None), (today, None), (today + timedelta(days=9), None), (MARCH, APRIL)]
    roles = [make(Role, person=person, trial_site=site, starts_on=start, ends_on=end, **CONTACT) for start, end in days]
    neighbour = a_person("Bob Other", site, email="bob@example.org", phone="+33 4 98 76 54 32")
    erasure = erase_person(person, reason="By letter.", **AUTHORSHIP)
    ends = [Role.objects.get(pk=role.pk).ends_on for role in roles]
    assert ends == [today, today, today + timedelta(days=9), APRIL]
    assert (neighbour.roles.get().ends_on, Person.objects.get(pk=neighbour.pk).name) == (None, "Bob Other")
    assert (erasure.author, erasure.reason, trail_of(erasure)[0].reason) == ("user:7", "By letter.", "By letter.")


@pytest.mark.parametrize("reason", ["The study coordinator asked.", "An Li wish."])
def test_a_function_and_a_short_word_may_stand_in_the_reason(site, reason):
    person = a_person("Study Coordinator Li", site)
    assert erase_person(person, reason=reason, **AUTHORSHIP)


@pytest.mark.parametrize("reason", ["(Kim) asked.", "KIM, by letter"])
def test_a_name_of_three_letters_may_not_however_it_is_written(site, reason):
    with pytest.raises(ValidationError, match="names the person"):
        erase_person(a_person("Kim", site), reason=reason, **AUTHORSHIP)


def test_a_name_that_they_once_had_may_not_either(site):
    person = a_person("Ann Maiden", site)
    with authored("test"):
        Person.objects.filter(pk=person.pk).update(name="Ann Married")
    with pytest.raises(ValidationError, match="names the person"):
        erase_person(person, reason="Maiden asked.", **AUTHORSHIP)
