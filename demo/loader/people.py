"""Loads people with their roles at trials and sites."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

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
