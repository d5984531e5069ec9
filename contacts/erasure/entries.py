"""The entries of one human being: which others are the same or may be, and by what a record would name them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import Q

from common.email_addresses import email_key
from common.person_names import parse_name
from common.phone_numbers import ending_of
from contacts.models import Person, Role
from contacts.person_matching import (
    SHARED_BY_MANY,
    Evidence,
    Signature,
    Values,
    is_made_of_name,
    is_person_name,
    known_signatures,
    likeness_of,
    same_place,
    shown_signatures,
)
from sites.place_names import country_today
from trials.text_search import having

ValuesEver = Callable[[Iterable[Person]], set[Values]]
#: How many entries that may be the same person are offered.
OFFERED = 50
_SHARED = frozenset({Evidence.EMAIL, Evidence.PHONE})


@dataclass(frozen=True)
class Match:
    """Another entry that is the same person as far as a record can tell (`is_certain`), or that may be."""

    person: Person
    evidence: Evidence
    is_certain: bool
    roles: list[Role]


@dataclass
class Entries:
    """Some entries with where they are named: `trials` by id, `places` as `contacts.person_matching` calls them.

    `trial_places` are the trials' own: an official of a trial is looked for among its sites' contacts as well.
    """

    people: list[Person]
    trials: set[int] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    trial_places: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, people: list[Person]) -> "Entries":
        entries = cls(people)
        for role in Role.objects.filter(person__in=people).with_place():
            entries.trials.add(role.of_trial.pk)
            entries.places |= set(places_of(role))
            entries.trial_places.add(same_place(role.of_trial.nct_id))
        return entries

    @property
    def ids(self) -> list[int]:
        return [person.pk for person in self.people]

    def signatures(self, values: Iterable[Values]) -> set[Signature]:
        """By what a record would name them, now or as they were called before (`values`)."""
        places = (self.places | self.trial_places) or {""}
        found = {one for said in values for place in places for one in known_signatures(said, place)}
        plain = {f"address {email_key(said.email)}" for said in values if not is_made_of_name(said.email, said.name)}
        return {one for one in found if one.text not in plain}


def values_of(person: Person) -> Values:
    return Values(person.name, person.phone, person.email)


def with_tombstones(person: Person) -> Iterator[Person]:
    """The entry and those that were merged into it."""
    yield person
    for tombstone in person.tombstones.all():
        yield from with_tombstones(tombstone)


def places_of(role: Role) -> Iterator[str]:
    """A site's facility as it is called and as the record prints it; a trial's number."""
    if role.trial:
        yield same_place(role.trial.nct_id)
        return
    facility = role.trial_site.facility
    here = {"name": facility.name, "city": facility.city, "country": facility.country}
    for said in (here, here | {name: text for name, text in (role.trial_site.listed_as or {}).items() if name in here}):
        yield same_place(said["name"], said["city"], country_today(said["country"]))


def matches_of(person: Person, *, values_ever: ValuesEver) -> list[Match]:
    """Other entries that are, or may be, the person: the certain ones first, with the evidence of each.

    `values_ever` gives what entries say and said before: who was renamed is known by the former name, too.
    """
    own = Entries.of(list(with_tombstones(person)))
    values = values_ever(own.people)
    signatures = own.signatures(values)
    found = []
    for other, roles in _with_roles(_candidates(own, values)):
        match = _match(other, roles, own, values, signatures)
        if match:
            found.append(match)
    return _sorted(_sure_of_officials(found, own))


def remembered_signatures(entries: Entries, values: set[Values]) -> set[str]:
    """What tells these entries from all that stay, in every later record. ValidationError when nothing does.

    An address that somebody else has as well is nobody's own.
    """
    candidates = _candidates(entries, values)
    shared = {email_key(other.email) for other, _ in candidates}
    known = {
        one.text
        for one in entries.signatures(values)
        if one.evidence != Evidence.OWN_EMAIL or one.text.split()[1] not in shared
    }
    shown_by: dict[str, Person] = {}
    for other, roles in _with_roles(candidates):
        for place in _places(roles):
            shown_by |= {one.text: other for one in shown_signatures(values_of(other), place)}
    left = known - shown_by.keys()
    for person in entries.people:
        _demand_difference(person, entries, known, left, shown_by)
    return left


def _demand_difference(person: Person, entries: Entries, known: set[str], left: set[str], shown_by: dict) -> None:
    for place in entries.places or {""}:
        shown = {one.text for one in shown_signatures(values_of(person), place)}
        if shown & known and not shown & left:
            other = next(shown_by[text] for text in sorted(shown) if text in shown_by)
            raise ValidationError(
                f"A record cannot tell this person from the entry “{other.title}”, which says the same at the same "
                "place. Select that entry as well, or correct it first.",
                code="indistinguishable",
            )


def _candidates(entries: Entries, values: Collection[Values]) -> list[tuple[Person, bool]]:
    """Whoever has something in common with them, and whether they are named in one of the same trials. Two queries."""
    near = Role.objects.filter(Q(trial__in=entries.trials) | Q(trial_site__trial__in=entries.trials)).order_by()
    in_trials = set(near.values_list("person", flat=True))
    others = Person.objects.present().exclude(pk__in=entries.ids).order_by("pk")
    found = others.filter(Q(pk__in=near.values("person")) | _alike(values))
    return [
        (other, other.pk in in_trials)
        for other in found
        if any(likeness_of(said, values_of(other), in_same_trial=other.pk in in_trials) for said in values)
    ]


def _alike(values: Iterable[Values]) -> Q:
    """Who has the address or the number, or all words of the name, wherever they are named."""
    condition = Q(pk__in=())
    for said in values:
        if said.email.strip():
            condition |= Q(email__iexact=said.email.strip())
        if ending := ending_of(said.phone):
            condition |= Q(phone__ending=ending)
        parsed = parse_name(said.name)
        if parsed.is_full:
            condition |= having("name", " ".join(word for word in parsed.words if len(word.strip(".")) > 1))
    return condition


def _with_roles(candidates: list[tuple[Person, bool]]) -> Iterator[tuple[Person, list[Role]]]:
    """One query."""
    roles: defaultdict[int, list[Role]] = defaultdict(list)
    people = [person for person, _ in candidates]
    for role in Role.objects.filter(person__in=people).with_place().order_by("pk"):
        roles[role.person_id].append(role)
    for person in people:
        yield person, roles[person.pk]


def _places(roles: Iterable[Role]) -> set[str]:
    return {place for role in roles for place in places_of(role)} or {""}


def _match(
    other: Person, roles: list[Role], own: Entries, values: Iterable[Values], known: set[Signature]
) -> Match | None:
    shown = {one for place in _places(roles) for one in shown_signatures(values_of(other), place)}
    found = {one.evidence for one in known & shown}
    if is_person_name(other.name):
        found.discard(Evidence.OWN_EMAIL)  # a family's, or a practice's
    certain = [evidence for evidence in Evidence if evidence in found]
    if certain:
        return Match(other, certain[0], True, roles)
    in_same_trial = any(role.of_trial.pk in own.trials for role in roles)
    likely = {likeness_of(said, values_of(other), in_same_trial=in_same_trial) for said in values}
    return next((Match(other, evidence, False, roles) for evidence in Evidence if evidence in likely), None)


def _sure_of_officials(found: list[Match], own: Entries) -> list[Match]:
    """A trial's official and the only person of that name at its sites are one, and the other way round."""
    named = [match for match in found if match.evidence == Evidence.NAME_IN_TRIAL]
    facilities = {role.trial_site.facility_id for match in named for role in match.roles if role.trial_site}
    own_is_of_trial = own.places <= own.trial_places
    if own_is_of_trial and len(facilities) == 1:
        return [Match(match.person, match.evidence, match.is_certain or match in named, match.roles) for match in found]
    return found


def _sorted(found: list[Match]) -> list[Match]:
    """Without what many share; at most `OFFERED` of those that are not certain."""
    holders = Counter(_reach(match) for match in found)
    order = {evidence: number for number, evidence in enumerate(Evidence)}
    kept = [
        match for match in found
        if match.is_certain or match.evidence not in _SHARED or holders[_reach(match)] < SHARED_BY_MANY
    ]  # fmt: skip
    kept.sort(key=lambda match: (not match.is_certain, order[match.evidence], match.person.pk))
    certain = sum(match.is_certain for match in kept)
    return kept[: certain + OFFERED]


def _reach(match: Match) -> tuple[Evidence, str]:
    person = match.person
    return match.evidence, email_key(person.email) if match.evidence == Evidence.EMAIL else ending_of(person.phone)
