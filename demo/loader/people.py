"""Loads people with their roles at trials and sites, the users, and a partner with an API key."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from knox.crypto import hash_token
from knox.models import AuthToken
from knox.settings import CONSTANTS

from accounts.models import Assignment, AssignmentKind, Partner, User
from contacts.choices import ContactRole, RoleKind
from contacts.models import Person, Role
from demo import content
from demo.loader.trials import DemoSite
from demo.notations import days_ago
from trials.models import Trial

ROLE_BY_JOB = {
    "contact": ContactRole.CONTACT,
    "investigator": ContactRole.PRINCIPAL_INVESTIGATOR,
    "sub-investigator": ContactRole.SUB_INVESTIGATOR,
}
_VALUES = ("name", "phone", "phone_ext", "email", "mobile", "private_email", "notes")


def load_people(trials: dict[str, Trial], sites: list[DemoSite], today: date) -> None:
    staff = _load_staff(today)
    Role.objects.bulk_create(role for site in sites for role in _roles_at(site, staff, today))
    by_name = {person.name: person for people in staff.values() for _, person in people}
    Role.objects.bulk_create(role for name, trial in trials.items() for role in _roles_of(trial, name, by_name))


def _load_staff(today: date) -> dict[str, list[tuple[dict[str, str], Person]]]:
    """Facility → (line of the table, person) of its staff."""
    lines = content.table("people")
    people = Person.objects.bulk_create(_person(line, number, today) for number, line in enumerate(lines))
    staff = defaultdict(list)
    for line, person in zip(lines, people, strict=True):
        staff[line["facility"]].append((line, person))
    return staff


def _person(line: dict[str, str], number: int, today: date) -> Person:
    """Two of three people's details were verified within a year."""
    verified_on = days_ago(number * 37 % 360, today=today) if number % 3 else None
    return Person(**{key: line[key] for key in _VALUES}, last_verified_on=verified_on)


def _roles_at(site: DemoSite, staff: dict, today: date) -> Iterator[Role]:
    for position, (line, person) in enumerate(_staff_of(site, staff)):
        starts_on = max((day for day in (site.begins_on, _days_ago_or_none(line["since"], today)) if day), default=None)
        ends_before = _days_ago_or_none(line["until"], today)
        if ends_before is None or starts_on is None or starts_on < ends_before:
            yield Role(
                person=person,
                kind=RoleKind.SITE_CONTACT,
                role=ROLE_BY_JOB[line["job"]],
                trial_site=site.row,
                position=position,
                starts_on=starts_on,
                ends_before=ends_before,
            )


def _staff_of(site: DemoSite, staff: dict) -> Iterator[tuple[dict[str, str], Person]]:
    """The staff of the site's facility who work for all trials or for this one."""
    for line, person in staff.get(site.facility, []):
        if not line["trials"] or site.trial in line["trials"].split():
            yield line, person


def _roles_of(trial: Trial, name: str, people: dict[str, Person]) -> Iterator[Role]:
    """The trial's central contacts and officials; an official who also works at a site is the same person."""
    values = content.trials()[name]
    for position, contact in enumerate(values.get("central_contacts", [])):
        yield Role(
            person=_get_or_create_person(contact, people),
            kind=RoleKind.CENTRAL_CONTACT,
            role=ContactRole.CONTACT,
            trial=trial,
            position=position,
        )
    for position, official in enumerate(values.get("officials", [])):
        yield Role(
            person=_get_or_create_person({"name": official["name"]}, people),
            kind=RoleKind.OFFICIAL,
            role=official["role"],
            affiliation=official["affiliation"],
            trial=trial,
            position=position,
        )


def _get_or_create_person(values: dict[str, str], people: dict[str, Person]) -> Person:
    if values["name"] not in people:
        people[values["name"]] = Person.objects.create(**values)
    return people[values["name"]]


def _days_ago_or_none(days_back: str, today: date) -> date | None:
    return days_ago(int(days_back), today=today) if days_back else None


ASSIGNED_DAYS_AGO = 420
INSPECTION_DAYS = 365
FORMER_FACILITY = "cardiff-bay"  # where the coordinator had an assignment before
_PERSONAL = ("username", "password", "email", "first_name", "last_name")


def make_logins() -> dict[str, User]:
    users = {}
    for login in content.logins():
        user = User.objects.create_user(
            **{key: login[key] for key in _PERSONAL}, is_staff=True, is_superuser=login.get("is_superuser", False)
        )
        users[user.username] = user
    return users


def assign(users: dict[str, User], trials: dict[str, Trial], sites: list[DemoSite], today: date) -> None:
    """Create the assignments of each login, and one that has ended."""
    granted = {"granted_by": users["administrator"].actor, "starts_on": days_ago(ASSIGNED_DAYS_AGO, today=today)}
    for login in content.logins():
        user = users[login["username"]]
        Assignment.objects.bulk_create(
            Assignment(user=user, kind=AssignmentKind.TRIAL_COORDINATOR, trial=trials[name], **granted)
            for name in login.get("trials", [])
        )
        Assignment.objects.bulk_create(_global_assignments(user, login, granted, today))
        Assignment.objects.bulk_create(_site_assignments(user, login.get("facilities", []), sites, granted))
    _add_former_assignment(users["coordinator"], sites, granted | {"ends_on": days_ago(60, today=today)})


def _global_assignments(user: User, login: dict, granted: dict, today: date) -> Iterator[Assignment]:
    """Assignments to all trials; an inspector's started a week ago and has an end."""
    for kind in login.get("kinds", []):
        visit = {"starts_on": days_ago(7, today=today), "ends_on": days_ago(-INSPECTION_DAYS, today=today)}
        yield Assignment(user=user, kind=kind, **granted | (visit if kind == AssignmentKind.INSPECTOR else {}))


def _site_assignments(user: User, facilities: list[str], sites: list[DemoSite], granted: dict) -> Iterator[Assignment]:
    for site in sites:
        if site.facility in facilities:
            yield Assignment(user=user, kind=AssignmentKind.SITE_COORDINATOR, trial_site=site.row, **granted)


def _add_former_assignment(user: User, sites: list[DemoSite], granted: dict) -> None:
    site = next(site for site in sites if site.facility == FORMER_FACILITY)
    Assignment.objects.create(user=user, kind=AssignmentKind.SITE_COORDINATOR, trial_site=site.row, **granted)


def make_partner() -> None:
    """The key is always the same, so that the guide can quote it. Only its digest is stored, as knox does."""
    partner = content.partner()
    user = User.objects.create_user(username=partner["username"], password=None)
    Partner.objects.create(name=partner["name"], user=user)
    key = partner["key"]
    AuthToken(digest=hash_token(key), token_key=key[: CONSTANTS.TOKEN_KEY_LENGTH], user=user).save(force_insert=True)
