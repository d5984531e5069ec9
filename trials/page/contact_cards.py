"""Contact cards of one section of a page (a site, central contacts, officials), each person once. Pure.

Records list a person once for each role: as contact with a phone, again as investigator without one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from common.contact_details import is_email_address, tel_url
from common.degrees_and_job_titles import is_job_title
from common.enum_labels import choice_label
from common.person_names import is_same_name, parse_name
from common.slugs import person_slug
from common.text import fold
from trials.choices import ResponsiblePartyType
from trials.contact_ranks import CONTACT, ContactRank, contact_ranks

#: Annotations of a name: "(US)", "- Study Nurse", "/Study Nurse".
_ANNOTATION = re.compile(r"[(\[][^()\[\]]*[)\]]|\s[-–—|]+\s[^,]*|/[^,]*")
_CAPITALS = re.compile(r"[A-Z](?![A-Z])")


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """Phone, extension and e-mail as printed in the record."""

    phone: str = ""
    extension: str = ""
    email: str = ""

    def __bool__(self) -> bool:
        return bool(self.phone or self.extension or self.email)

    @property
    def tel_url(self) -> str:
        """The tel: URL, or "" when the text is not one phone number ("only use e-mail")."""
        return tel_url(self.phone, self.extension)

    @property
    def mailto_url(self) -> str:
        """The mailto: URL, or "" when the text is no e-mail address ("[email protected]")."""
        return f"mailto:{self.email.strip()}" if is_email_address(self.email) else ""


@dataclass(slots=True)
class ContactCard:
    """A person or a job title; the name may be blank. Lists have no duplicates. `role` is the key of a Role, `slug`
    that of the page of an official."""

    name: str
    duties: list[str] = field(default_factory=list)
    affiliations: list[str] = field(default_factory=list)
    contact_details: list[ContactDetails] = field(default_factory=list)
    role: int | None = None
    slug: str = ""

    def merge(self, other: "ContactCard") -> None:
        """Add the values of another entry of the same person."""
        self.name = _merge_names(self.name, other.name)
        for mine, theirs in ((self.duties, other.duties), (self.affiliations, other.affiliations)):
            known = {text.casefold() for text in mine}
            mine += [text for text in theirs if text.casefold() not in known]
        self.slug = self.slug or other.slug
        self.contact_details += [details for details in other.contact_details if details not in self.contact_details]


def merge_duplicates(entries: Iterable[ContactCard]) -> list[ContactCard]:
    """The entries of one section, merged by full name.

    Entries without a name, with a family name alone, or with a job title and other contact details are not merged.
    """
    people: list[ContactCard] = []
    for entry in entries:
        same = next((person for person in people if _is_same_person(person, entry)), None)
        if same:
            same.merge(entry)
        else:
            people.append(entry)
    return people


def _is_same_person(person: ContactCard, entry: ContactCard) -> bool:
    """Whether two entries of one section are the same person, with names that one spelling can represent."""
    names = person.name, entry.name
    if _have_different_annotations(*names):
        return False
    if _is_run_together(*names) or _is_name_with_suffix(*names) or _is_name_with_suffix(*reversed(names)):
        return True
    if not (is_same_name(*names) and _has_same_spelling(*names)):
        return False
    if parse_name(person.name).is_full and not is_job_title(person.name):
        return True
    return person.contact_details == entry.contact_details or not (person.contact_details and entry.contact_details)


def _have_different_annotations(name: str, other: str) -> bool:
    """Whether both names have annotations that differ: "(US) Contact" and "(Asia) Contact"."""
    one, two = (
        [_letters(text) for text in _ANNOTATION.findall(full_name.partition(",")[0])] for full_name in (name, other)
    )
    return bool(one and two) and one != two


def _is_run_together(name: str, other: str) -> bool:
    """Whether one name lacks the spaces of the other but has its capitals: "RolfFronczek" and "Rolf Fronczek"."""
    one, two = sorted((full_name.partition(",")[0].split() for full_name in (name, other)), key=len)
    if len(one) != 1 or len(two) < 2:
        return False
    return _letters(one[0]) == _letters("".join(two)) and len(_CAPITALS.findall(one[0])) >= len(two)


def _is_name_with_suffix(name: str, other: str) -> bool:
    """Whether the other is this whole name with more behind a comma: "Anna Berger, MD" and "Anna Berger, Head"."""
    own, own_of_other = name.partition(",")[0], other.partition(",")[0]
    if parse_name(name).is_ordered or not parse_name(other).is_ordered or len(own.split()) < 2:
        return False
    return _letters(own) == _letters(own_of_other)


def _has_same_spelling(name: str, other: str) -> bool:
    """Whether one spelling can represent both names, without regard to degrees; initials and order must be equal."""
    return _has_equal_words(name, other) or _letters(name.partition(",")[0]) == _letters(other.partition(",")[0])


def _has_equal_words(name: str, other: str) -> bool:
    """Given names first: "Berger, Anna" has those of "Anna Berger", and "Berger Anna" has not."""
    one, two = ([*map(_letters, parse_name(text).words)] for text in (name, other))
    return one == two


def _letters(name: str) -> str:
    return "".join(fold(name).casefold().split())


def contact_cards(roles: Iterable) -> list[ContactCard]:
    """The cards of some roles (rows with their `person`), in the order of the record."""
    roles = list(roles)
    ranks = _rank_labels([role.role for role in roles])
    return merge_duplicates(_role_card(role, rank) for role, rank in zip(roles, ranks, strict=True))


def sponsors_and_officials(trial, officials: Iterable) -> list[ContactCard]:
    """The sponsor where it is a person, the responsible party where it names a person, and the officials."""
    cards = [_role_card(official) for official in officials]
    for card in cards:
        card.slug = person_slug(card.name)
    people = merge_duplicates([*_responsible_party_cards(trial), *cards])
    for person in people:
        if trial.lead_sponsor and is_same_name(person.name, trial.lead_sponsor):
            person.duties.insert(0, _("Sponsor"))
    return people


def _merge_names(name: str, other: str) -> str:
    """One name with the suffixes of both spellings: "Yu, M.D." and "Yu, MD, PhD" as "Yu, M.D., PhD".

    "Yu, Rong" is written in the order of the other spelling, where that has no comma between the names.
    """
    given_names: set[str] = set()
    if parse_name(name).is_ordered != parse_name(other).is_ordered and _has_equal_words(name, other):
        given_names = set(parse_name(name).words)
        name, other = sorted((name, other), key=lambda text: parse_name(text).is_ordered)
    own, *behind = (part.strip() for part in name.split(","))
    own_of_other, *others = (part.strip() for part in other.split(","))
    if _is_run_together(own, own_of_other) or _is_part_of(own, own_of_other):
        own = max(own, own_of_other, key=len)
    known = {part.replace(".", "").casefold() for part in behind}
    more = (
        part
        for part in others
        if part.replace(".", "").casefold() not in known and not given_names.issuperset(part.split())
    )
    return ", ".join([own, *behind, *more])


def _is_part_of(name: str, other: str) -> bool:
    """Whether the other name contains this one: "Anna Berger" and "Anna Berger (Head)"."""
    return _letters(name) != _letters(other) and _letters(name) in _letters(other)


def _role_card(role, rank: str = "") -> ContactCard:
    person = role.person
    details = ContactDetails(person.phone, person.phone_ext, person.email)
    return ContactCard(
        person.name,
        [label] if (label := rank or choice_label(role.role, "ContactRole")) else [],
        [role.affiliation] if role.affiliation else [],
        [details] if details else [],
        role.pk,
    )


def _responsible_party_cards(trial) -> Iterable[ContactCard]:
    """The person of the responsible party; older records have name and title in one text."""
    duty = choice_label(trial.responsible_party_type, "ResponsiblePartyType")
    duties = [_("Responsible party")]
    if duty and trial.responsible_party_type != ResponsiblePartyType.SPONSOR:
        duties.append(duty)
    if trial.responsible_party_name or trial.responsible_party_title or trial.responsible_party_affiliation:
        duties += [trial.responsible_party_title] if trial.responsible_party_title else []
        affiliation = trial.responsible_party_affiliation
        yield ContactCard(trial.responsible_party_name, duties, [affiliation] if affiliation else [])
    if trial.responsible_party_old_name_title or trial.responsible_party_old_organization:
        organization = trial.responsible_party_old_organization
        yield ContactCard(trial.responsible_party_old_name_title, duties[:1], [organization] if organization else [])


def _rank_labels(roles: list[str]) -> list[str]:
    """The labels of `contact_ranks`; "" also where there is only one contact."""
    if roles.count(CONTACT) < 2:
        return [""] * len(roles)
    return [_(ContactRank(rank).label) if rank else "" for rank in contact_ranks(roles)]
