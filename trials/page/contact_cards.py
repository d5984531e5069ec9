"""The people of one place on a page (a site, the study's contacts, those who run it), each once. Pure.

Records print a person once for each duty: as contact with a phone, again as investigator without one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from common.credentials import is_job_title
from common.email_addresses import is_email_address
from common.enum_labels import choice_label
from common.person_names import is_same_name, parse_name
from common.phone_numbers import tel_url
from common.text import fold
from trials.choices import ResponsiblePartyType
from trials.contact_ranks import rank_labels

#: What stands beside a name: "(US)", "- Study Nurse", "/Study Nurse".
_BESIDE = re.compile(r"[(\[][^()\[\]]*[)\]]|\s[-–—|]+\s[^,]*|/[^,]*")
_CAPITALS = re.compile(r"[A-Z](?![A-Z])")


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """One way to reach somebody, as printed."""

    phone: str = ""
    extension: str = ""
    email: str = ""

    def __bool__(self) -> bool:
        return bool(self.phone or self.extension or self.email)

    @property
    def tel_url(self) -> str:
        """The address of a link that dials, or "" when the phone is not surely one number ("only use e-mail")."""
        return tel_url(self.phone, self.extension)

    @property
    def mailto_url(self) -> str:
        """The address of a link that writes, or "" when it is no address ("[email protected]")."""
        return f"mailto:{self.email.strip()}" if is_email_address(self.email) else ""


@dataclass(slots=True)
class ContactCard:
    """A person or a function; a name may be missing. Every list says each thing once. `role` is a role's key."""

    name: str
    duties: list[str] = field(default_factory=list)
    affiliations: list[str] = field(default_factory=list)
    contact_details: list[ContactDetails] = field(default_factory=list)
    role: int | None = None

    def merge(self, other: "ContactCard") -> None:
        """Add what the other entry of the same person says."""
        self.name = _merge_names(self.name, other.name)
        for mine, theirs in ((self.duties, other.duties), (self.affiliations, other.affiliations)):
            said = {text.casefold() for text in mine}
            mine += [text for text in theirs if text.casefold() not in said]
        self.contact_details += [reach for reach in other.contact_details if reach not in self.contact_details]


def merge_duplicates(entries: Iterable[ContactCard]) -> list[ContactCard]:
    """The entries of one place, those of one full name told together.

    Entries without a name, of a family name alone, or of a function that is reached otherwise stay apart.
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
    """Whether two entries of one place are told together: one name in spellings that one of them tells."""
    names = person.name, entry.name
    if _say_otherwise_beside(*names):
        return False
    if _is_run_together(*names) or _is_name_with_suffix(*names) or _is_name_with_suffix(*reversed(names)):
        return True
    if not (is_same_name(*names) and _has_same_spelling(*names)):
        return False
    if parse_name(person.name).is_full and not is_job_title(person.name):
        return True
    return person.contact_details == entry.contact_details or not (person.contact_details and entry.contact_details)


def _say_otherwise_beside(name: str, other: str) -> bool:
    """Whether both say something beside the name, and not the same: "(US) Contact" and "(Asia) Contact"."""
    one, two = ([_letters(text) for text in _BESIDE.findall(said.partition(",")[0])] for said in (name, other))
    return bool(one and two) and one != two


def _is_run_together(name: str, other: str) -> bool:
    """Whether only one of them has a space, capitals stand for it in the other: "RolfFronczek" and "Rolf Fronczek"."""
    one, two = sorted((said.partition(",")[0].split() for said in (name, other)), key=len)
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
    """Whether one spelling tells both names, degrees aside; with other initials, or in another order, each is shown."""
    return _has_equal_words(name, other) or _letters(name.partition(",")[0]) == _letters(other.partition(",")[0])


def _has_equal_words(name: str, other: str) -> bool:
    """Given names first: "Berger, Anna" has those of "Anna Berger", and "Berger Anna" has not."""
    one, two = ([*map(_letters, parse_name(text).words)] for text in (name, other))
    return one == two


def _letters(name: str) -> str:
    return "".join(fold(name).casefold().split())


def contact_cards(roles: Iterable) -> list[ContactCard]:
    """Those who hold some roles (rows with their `person`) in the order of the record, each once."""
    roles = list(roles)
    ranks = rank_labels([role.role for role in roles])
    return merge_duplicates(_role_card(role, rank) for role, rank in zip(roles, ranks, strict=True))


def sponsors_and_officials(trial, officials: Iterable) -> list[ContactCard]:
    """The sponsor where it is a person, the responsible party where it names somebody, and the officials; each once."""
    people = merge_duplicates([*_responsible_party_cards(trial), *map(_role_card, officials)])
    for person in people:
        if trial.lead_sponsor and is_same_name(person.name, trial.lead_sponsor):
            person.duties.insert(0, "Sponsor")
    return people


def _merge_names(name: str, other: str) -> str:
    """One name with what either spelling says behind it: "Yu, M.D." and "Yu, MD, PhD" as "Yu, M.D., PhD".

    "Yu, Rong" is told in the order of the other spelling, where that has no comma between the names.
    """
    given: set[str] = set()
    if parse_name(name).is_ordered != parse_name(other).is_ordered and _has_equal_words(name, other):
        given = set(parse_name(name).words)
        name, other = sorted((name, other), key=lambda text: parse_name(text).is_ordered)
    own, *behind = (part.strip() for part in name.split(","))
    own_of_other, *others = (part.strip() for part in other.split(","))
    if _is_run_together(own, own_of_other) or _is_part_of(own, own_of_other):
        own = max(own, own_of_other, key=len)
    said = {part.replace(".", "").casefold() for part in behind}
    more = (
        part for part in others if part.replace(".", "").casefold() not in said and not given.issuperset(part.split())
    )
    return ", ".join([own, *behind, *more])


def _is_part_of(name: str, other: str) -> bool:
    """Whether the other has the name in it with more beside it: "Anna Berger" and "Anna Berger (Head)"."""
    return _letters(name) != _letters(other) and _letters(name) in _letters(other)


def _role_card(role, rank: str = "") -> ContactCard:
    person = role.person
    reach = ContactDetails(person.phone, person.phone_ext, person.email)
    return ContactCard(
        person.name,
        [words] if (words := rank or choice_label(role.role, "ContactRole")) else [],
        [role.affiliation] if role.affiliation else [],
        [reach] if reach else [],
        role.pk,
    )


def _responsible_party_cards(trial) -> Iterable[ContactCard]:
    """The responsible party's own person; an older record gives name and title in one text."""
    duty = choice_label(trial.responsible_party_type, "ResponsiblePartyType")
    duties = ["Responsible party"]
    if duty and trial.responsible_party_type != ResponsiblePartyType.SPONSOR:
        duties.append(duty)
    if trial.responsible_party_name or trial.responsible_party_title or trial.responsible_party_affiliation:
        duties += [trial.responsible_party_title] if trial.responsible_party_title else []
        affiliation = trial.responsible_party_affiliation
        yield ContactCard(trial.responsible_party_name, duties, [affiliation] if affiliation else [])
    if trial.responsible_party_old_name_title or trial.responsible_party_old_organization:
        organization = trial.responsible_party_old_organization
        yield ContactCard(trial.responsible_party_old_name_title, duties[:1], [organization] if organization else [])
