"""The entries of one human being: which others are the same or may be, and by what a record would name them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import Q

from common.email_addresses import email_key
from common.person_names import parse_name
from common.phone_numbers import last_digits
from contacts.models import Person, Role
from contacts.person_matching import (
    SHARED_VALUE_LIMIT,
    Evidence,
    Signature,
    Values,
    email_contains_name,
    is_person_name,
    known_signatures,
    normalize_place,
    possible_match_evidence,
    shown_signatures,
)
from sites.place_names import current_country_name
from trials.text_search import contains_words_q

ValueHistoryLoader = Callable[[Iterable[Person]], set[Values]]
#: How many entries that may be the same person are offered.
MAX_OFFERED = 50
_SHARED = frozenset({Evidence.EMAIL, Evidence.PHONE})


@dataclass(frozen=True)
class Match:
    """Another entry that is the same person as far as a record can tell (`is_certain`), or that may be."""

    person: Person
    evidence: Evidence
    is_certain: bool
    roles: list[Role]


@dataclass
class PersonRecords:
    """Some entries with where they are named: `trials` by id, `places` as `contacts.person_matching` calls them.

    `trial_places` are the trials' own: an official of a trial is looked for among its sites' contacts as well.
    """

    people: list[Person]
    trials: set[int] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    trial_places: set[str] = field(default_factory=set)

    @classmethod
    def for_people(cls, people: list[Person]) -> "PersonRecords":
        entries = cls(people)
        for role in Role.objects.filter(person__in=people).with_place():
            entries.trials.add(role.of_trial.pk)
            entries.places |= set(place_keys(role))
            entries.trial_places.add(normalize_place(role.of_trial.nct_id))
        return entries

    @property
    def ids(self) -> list[int]:
        return [person.pk for person in self.people]

    def signatures(self, values: Iterable[Values]) -> set[Signature]:
        """By what a record would name them, now or as they were called before (`values`)."""
        places = (self.places | self.trial_places) or {""}
        found = {one for said in values for place in places for one in known_signatures(said, place)}
        plain = {
            f"address {email_key(said.email)}" for said in values if not email_contains_name(said.email, said.name)
        }
        return {one for one in found if one.text not in plain}


def person_values(person: Person) -> Values:
    return Values(person.name, person.phone, person.email)


def with_merged_records(person: Person) -> Iterator[Person]:
    """The entry and those that were merged into it."""
    yield person
    for tombstone in person.tombstones.all():
        yield from with_merged_records(tombstone)


def place_keys(role: Role) -> Iterator[str]:
    """A site's facility as it is called and as the record prints it; a trial's number."""
    if role.trial:
        yield normalize_place(role.trial.nct_id)
        return
    facility = role.trial_site.facility
    here = {"name": facility.name, "city": facility.city, "country": facility.country}
    for said in (
        here,
        here | {name: text for name, text in (role.trial_site.printed_overrides or {}).items() if name in here},
    ):
        yield normalize_place(said["name"], said["city"], current_country_name(said["country"]))


def find_matches(person: Person, *, load_value_history: ValueHistoryLoader) -> list[Match]:
    """Other entries that are, or may be, the person: the certain ones first, with the evidence of each.

    `values_ever` gives what entries say and said before: who was renamed is known by the former name, too.
    """
    own = PersonRecords.for_people(list(with_merged_records(person)))
    values = load_value_history(own.people)
    signatures = own.signatures(values)
    found = []
    for other, roles in _with_roles(_candidates(own, values)):
        match = _match(other, roles, own, values, signatures)
        if match:
            found.append(match)
    return _rank_matches(_confirm_officials(found, own))


def suppression_signatures(entries: PersonRecords, values: set[Values]) -> set[str]:
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
        for place in _place_keys_of_roles(roles):
            shown_by |= {one.text: other for one in shown_signatures(person_values(other), place)}
    left = known - shown_by.keys()
    for person in entries.people:
        _check_distinguishable(person, entries, known, left, shown_by)
    return left


def _check_distinguishable(
    person: Person, entries: PersonRecords, known: set[str], unique_signatures: set[str], shown_by: dict
) -> None:
    for place in entries.places or {""}:
        shown = {one.text for one in shown_signatures(person_values(person), place)}
        if shown & known and not shown & unique_signatures:
            other = next(shown_by[text] for text in sorted(shown) if text in shown_by)
            raise ValidationError(
                f"A record cannot tell this person from the entry “{other.title}”, which says the same at the same "
                "place. Select that entry as well, or correct it first.",
                code="indistinguishable",
            )


def _candidates(entries: PersonRecords, values: Collection[Values]) -> list[tuple[Person, bool]]:
    """Whoever has something in common with them, and whether they are named in one of the same trials. Two queries."""
    near = Role.objects.filter(Q(trial__in=entries.trials) | Q(trial_site__trial__in=entries.trials)).order_by()
    in_trials = set(near.values_list("person", flat=True))
    others = Person.objects.present().exclude(pk__in=entries.ids).order_by("pk")
    found = others.filter(Q(pk__in=near.values("person")) | _shared_value_q(values))
    return [
        (other, other.pk in in_trials)
        for other in found
        if any(
            possible_match_evidence(said, person_values(other), in_same_trial=other.pk in in_trials) for said in values
        )
    ]


def _shared_value_q(values: Iterable[Values]) -> Q:
    """Who has the address or the number, or all words of the name, wherever they are named."""
    condition = Q(pk__in=())
    for said in values:
        if said.email.strip():
            condition |= Q(email__iexact=said.email.strip())
        if ending := last_digits(said.phone):
            condition |= Q(phone__ending=ending)
        parsed = parse_name(said.name)
        if parsed.is_full:
            condition |= contains_words_q("name", " ".join(word for word in parsed.words if len(word.strip(".")) > 1))
    return condition


def _with_roles(candidates: list[tuple[Person, bool]]) -> Iterator[tuple[Person, list[Role]]]:
    """One query."""
    roles: defaultdict[int, list[Role]] = defaultdict(list)
    people = [person for person, _ in candidates]
    for role in Role.objects.filter(person__in=people).with_place().order_by("pk"):
        roles[role.person_id].append(role)
    for person in people:
        yield person, roles[person.pk]


def _place_keys_of_roles(roles: Iterable[Role]) -> set[str]:
    return {place for role in roles for place in place_keys(role)} or {""}


def _match(
    other: Person, roles: list[Role], own: PersonRecords, values: Iterable[Values], known: set[Signature]
) -> Match | None:
    shown = {one for place in _place_keys_of_roles(roles) for one in shown_signatures(person_values(other), place)}
    found = {one.evidence for one in known & shown}
    if is_person_name(other.name):
        found.discard(Evidence.OWN_EMAIL)  # a family's, or a practice's
    certain = [evidence for evidence in Evidence if evidence in found]
    if certain:
        return Match(other, certain[0], True, roles)
    in_same_trial = any(role.of_trial.pk in own.trials for role in roles)
    likely = {possible_match_evidence(said, person_values(other), in_same_trial=in_same_trial) for said in values}
    return next((Match(other, evidence, False, roles) for evidence in Evidence if evidence in likely), None)


def _confirm_officials(matches: list[Match], own: PersonRecords) -> list[Match]:
    """A trial's official and the only person of that name at its sites are one, and the other way round."""
    named = [match for match in matches if match.evidence == Evidence.NAME_IN_TRIAL]
    facilities = {role.trial_site.facility_id for match in named for role in match.roles if role.trial_site}
    own_is_of_trial = own.places <= own.trial_places
    if own_is_of_trial and len(facilities) == 1:
        return [
            Match(match.person, match.evidence, match.is_certain or match in named, match.roles) for match in matches
        ]
    return matches


def _rank_matches(matches: list[Match]) -> list[Match]:
    """Without what many share; at most `OFFERED` of those that are not certain."""
    holders = Counter(_shared_value(match) for match in matches)
    order = {evidence: number for number, evidence in enumerate(Evidence)}
    kept = [
        match for match in matches
        if match.is_certain or match.evidence not in _SHARED or holders[_shared_value(match)] < SHARED_VALUE_LIMIT
    ]  # fmt: skip
    kept.sort(key=lambda match: (not match.is_certain, order[match.evidence], match.person.pk))
    certain = sum(match.is_certain for match in kept)
    return kept[: certain + MAX_OFFERED]


def _shared_value(match: Match) -> tuple[Evidence, str]:
    person = match.person
    return match.evidence, email_key(person.email) if match.evidence == Evidence.EMAIL else last_digits(person.phone)
