"""The people of one place on a page (a site, the study's contacts, those who run it), each once. Pure.

Records print a person once for each duty: as contact with a phone, again as investigator without one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from common.text import fold
from trials.codes import ResponsiblePartyType
from trials.words import code_in_words

_DIALLED = re.compile(r"[^0-9+]")
_A_NUMBER = re.compile(r"\+?\(?\+?[0-9][0-9 ().\-/]{3,}")
_AN_ADDRESS = re.compile(r"[^@\s<>\"'\[\]()]+@[^@\s<>\"'\[\]()]+\.[^@\s<>\"'\[\]().]+")


@dataclass(frozen=True, slots=True)
class Reach:
    """One way to reach somebody, as printed."""

    phone: str = ""
    extension: str = ""
    email: str = ""

    def __bool__(self) -> bool:
        return bool(self.phone or self.extension or self.email)

    @property
    def dialled(self) -> str:
        """The address of a link that dials, or "" when the phone is not surely one number ("only use e-mail")."""
        if not _A_NUMBER.fullmatch(self.phone.strip()):
            return ""
        extension = _DIALLED.sub("", self.extension)
        return f"tel:{_DIALLED.sub('', self.phone)}" + (f";ext={extension}" if extension else "")

    @property
    def mailed(self) -> str:
        """The address of a link that writes, or "" when it is no address ("[email protected]")."""
        return f"mailto:{self.email.strip()}" if _AN_ADDRESS.fullmatch(self.email.strip()) else ""


@dataclass(slots=True)
class Named:
    """A person or a function; a name may be missing. Every list says each thing once. `role` is a role's key."""

    name: str
    duties: list[str] = field(default_factory=list)
    affiliations: list[str] = field(default_factory=list)
    reaches: list[Reach] = field(default_factory=list)
    role: int | None = None

    def take(self, other: "Named") -> None:
        """Add what the other entry of the same person says."""
        self.name = _together(self.name, other.name)
        for mine, theirs in ((self.duties, other.duties), (self.affiliations, other.affiliations)):
            said = {text.casefold() for text in mine}
            mine += [text for text in theirs if text.casefold() not in said]
        self.reaches += [reach for reach in other.reaches if reach not in self.reaches]


def once_each(entries: Iterable[Named]) -> list[Named]:
    """The entries of one place, those of one name told together; entries without a name stay apart."""
    people: dict[str, Named] = {}
    for number, entry in enumerate(entries):
        key = same_name(entry.name) or f"#{number}"
        if key in people:
            people[key].take(entry)
        else:
            people[key] = entry
    return list(people.values())


def in_roles(roles: Iterable) -> list[Named]:
    """Those who hold some roles (rows with their `person`), each once."""
    return once_each(_of_role(role) for role in roles)


def who_runs(trial, officials: Iterable) -> list[Named]:
    """The sponsor where it is a person, the responsible party where it names somebody, and the officials; each once."""
    people = once_each([*_responsible(trial), *map(_of_role, officials)])
    for person in people:
        if trial.lead_sponsor and same_name(person.name) == same_name(trial.lead_sponsor):
            person.duties.insert(0, "Sponsor")
    return people


def same_name(name: str) -> str:
    """What two spellings of a name share: "Zoë de Boer, M.D." and "Zoe deBoer" are one."""
    return fold("".join(name.partition(",")[0].split())).casefold()


def _together(name: str, other: str) -> str:
    """One name with what either spelling says behind it: "Yu, M.D." and "Yu, MD, PhD" as "Yu, M.D., PhD"."""
    own, *behind = (part.strip() for part in name.split(","))
    said = {part.replace(".", "").casefold() for part in behind}
    more = (part.strip() for part in other.split(",")[1:])
    return ", ".join([own, *behind, *(part for part in more if part.replace(".", "").casefold() not in said)])


def _of_role(role) -> Named:
    person = role.person
    reach = Reach(person.phone, person.phone_ext, person.email)
    return Named(
        person.name,
        [words] if (words := code_in_words(role.role, "ContactRole")) else [],
        [role.affiliation] if role.affiliation else [],
        [reach] if reach else [],
        role.pk,
    )


def _responsible(trial) -> Iterable[Named]:
    """The responsible party's own person; an older record gives name and title in one text."""
    duty = code_in_words(trial.responsible_party_type, "ResponsiblePartyType")
    duties = ["Responsible party"]
    if duty and trial.responsible_party_type != ResponsiblePartyType.SPONSOR:
        duties.append(duty)
    if trial.responsible_party_name or trial.responsible_party_title or trial.responsible_party_affiliation:
        duties += [trial.responsible_party_title] if trial.responsible_party_title else []
        affiliation = trial.responsible_party_affiliation
        yield Named(trial.responsible_party_name, duties, [affiliation] if affiliation else [])
    if trial.responsible_party_old_name_title or trial.responsible_party_old_organization:
        organization = trial.responsible_party_old_organization
        yield Named(trial.responsible_party_old_name_title, duties[:1], [organization] if organization else [])
