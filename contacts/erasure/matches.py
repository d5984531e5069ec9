"""The contacts of one person: certain and possible matches, and the signatures that identify the person."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import Q

from common.contact_details import email_key, last_digits
from common.person_names import parse_name
from common.text import fold
from contacts.models import Person, Role
from contacts.person_matching import (
    SHARED_VALUE_LIMIT,
    ContactValues,
    Evidence,
    Signature,
    is_person_name,
    known_signatures,
    normalize_place,
    possible_match_evidence,
    shown_signatures,
)
from sites.placeholder_names import current_country_name
from trials.text_search import contains_words_q

ValueHistoryLoader = Callable[[Iterable[Person]], set[ContactValues]]
#: How many possible matches are listed.
MAX_OFFERED = 50
_SHORTEST_PART = 3
_SHARED = frozenset({Evidence.EMAIL, Evidence.PHONE})


@dataclass(frozen=True)
class PersonMatch:
    """Another contact that is the same person as far as a record can tell (`is_certain`), or that may be."""

    person: Person
    evidence: Evidence
    is_certain: bool
    roles: list[Role]


@dataclass
class PersonRecords:
    """Some contacts with their places: `trials` by id, `places` as keys of `normalize_place`.

    `trial_places` are the keys of the trials: an official of a trial is also matched with its sites' contacts.
    """

    people: list[Person]
    trials: set[int] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    trial_places: set[str] = field(default_factory=set)

    @classmethod
    def for_people(cls, people: list[Person]) -> "PersonRecords":
        records = cls(people)
        for role in Role.objects.filter(person__in=people).with_place():
            records.trials.add(role.of_trial.pk)
            records.places |= set(place_keys(role))
            records.trial_places.add(normalize_place(role.of_trial.nct_id))
        return records

    @property
    def ids(self) -> list[int]:
        return [person.pk for person in self.people]

    def signatures(self, values: Iterable[ContactValues]) -> set[Signature]:
        """The signatures of the present and former `values` at all places; without impersonal e-mail addresses."""
        places = (self.places | self.trial_places) or {""}
        signatures = {one for row in values for place in places for one in known_signatures(row, place)}
        impersonal = {
            f"address {email_key(row.email)}" for row in values if not _email_contains_name(row.email, row.name)
        }
        return {one for one in signatures if one.text not in impersonal}


def person_values(person: Person) -> ContactValues:
    return ContactValues(person.name, person.phone, person.email)


def _email_contains_name(email: str, name: str) -> bool:
    """Whether the local part of an e-mail address contains a word of the name: a personal address."""
    local = fold(email.partition("@")[0]).casefold()
    return any(len(token) >= _SHORTEST_PART and token in local for token in parse_name(name).tokens)


def with_merged_records(person: Person) -> Iterator[Person]:
    """The contact and those that were merged into it, recursively."""
    yield person
    for tombstone in person.tombstones.all():
        yield from with_merged_records(tombstone)


def place_keys(role: Role) -> Iterator[str]:
    """The place keys of a role: the facility's present values and those of the record, or the trial's number."""
    if role.trial:
        yield normalize_place(role.trial.nct_id)
        return
    facility = role.trial_site.facility
    current = {"name": facility.name, "city": facility.city, "country": facility.country}
    overrides = role.trial_site.printed_overrides or {}
    printed = current | {name: text for name, text in overrides.items() if name in current}
    for values in (current, printed):
        yield normalize_place(values["name"], values["city"], current_country_name(values["country"]))


def find_matches(person: Person, *, load_value_history: ValueHistoryLoader) -> list[PersonMatch]:
    """Other contacts that are, or may be, the person: certain matches first, with the evidence of each.

    `load_value_history` returns present and former values, so that a former name matches as well.
    """
    own = PersonRecords.for_people(list(with_merged_records(person)))
    values = load_value_history(own.people)
    signatures = own.signatures(values)
    matches = []
    for other, roles in _with_roles(_candidates(own, values)):
        match = _match(other, roles, own, values, signatures)
        if match:
            matches.append(match)
    return _rank_matches(_confirm_officials(matches, own))


def suppression_signatures(records: PersonRecords, values: set[ContactValues]) -> set[str]:
    """The signatures that identify these contacts and no remaining one in later records.

    ValidationError when a contact has no such signature. An e-mail address that another contact has is not personal.
    """
    candidates = _candidates(records, values)
    shared = {email_key(other.email) for other, _ in candidates}
    known = {
        one.text
        for one in records.signatures(values)
        if one.evidence != Evidence.OWN_EMAIL or one.text.split()[1] not in shared
    }
    shown_by: dict[str, Person] = {}
    for other, roles in _with_roles(candidates):
        for place in _place_keys_of_roles(roles):
            shown_by |= {one.text: other for one in shown_signatures(person_values(other), place)}
    unique_signatures = known - shown_by.keys()
    for person in records.people:
        _check_distinguishable(person, records, known, unique_signatures, shown_by)
    return unique_signatures


def _check_distinguishable(
    person: Person, records: PersonRecords, known: set[str], unique_signatures: set[str], shown_by: dict
) -> None:
    for place in records.places or {""}:
        shown = {one.text for one in shown_signatures(person_values(person), place)}
        if shown & known and not shown & unique_signatures:
            other = next(shown_by[text] for text in sorted(shown) if text in shown_by)
            raise ValidationError(
                f"A registry record cannot distinguish this person from the contact “{other.title}”, which has the "
                "same values at the same place. Select that contact as well, or correct it first.",
                code="indistinguishable",
            )


def _candidates(records: PersonRecords, values: Collection[ContactValues]) -> list[tuple[Person, bool]]:
    """The contacts with possible evidence, and whether they have a role in one of the same trials. Two queries."""
    trial_roles = Role.objects.filter(Q(trial__in=records.trials) | Q(trial_site__trial__in=records.trials)).order_by()
    in_trials = set(trial_roles.values_list("person", flat=True))
    others = Person.objects.present().exclude(pk__in=records.ids).order_by("pk")
    candidates = others.filter(Q(pk__in=trial_roles.values("person")) | _shared_value_q(values))
    return [
        (other, other.pk in in_trials)
        for other in candidates
        if any(
            possible_match_evidence(row, person_values(other), in_same_trial=other.pk in in_trials) for row in values
        )
    ]


def _shared_value_q(values: Iterable[ContactValues]) -> Q:
    """Contacts with the e-mail, the phone or all words of the name, at any place."""
    condition = Q(pk__in=())
    for row in values:
        if row.email.strip():
            condition |= Q(email__iexact=row.email.strip())
        if ending := last_digits(row.phone):
            condition |= Q(phone__ending=ending)
        parsed = parse_name(row.name)
        if parsed.is_full:
            condition |= contains_words_q("name", " ".join(word for word in parsed.words if len(word.strip(".")) > 1))
    return condition


def _with_roles(candidates: list[tuple[Person, bool]]) -> Iterator[tuple[Person, list[Role]]]:
    """Each candidate with all its roles. One query."""
    roles: defaultdict[int, list[Role]] = defaultdict(list)
    people = [person for person, _ in candidates]
    for role in Role.objects.filter(person__in=people).with_place().order_by("pk"):
        roles[role.person_id].append(role)
    for person in people:
        yield person, roles[person.pk]


def _place_keys_of_roles(roles: Iterable[Role]) -> set[str]:
    return {place for role in roles for place in place_keys(role)} or {""}


def _match(
    other: Person, roles: list[Role], own: PersonRecords, values: Iterable[ContactValues], known: set[Signature]
) -> PersonMatch | None:
    shown = {one for place in _place_keys_of_roles(roles) for one in shown_signatures(person_values(other), place)}
    shared = {one.evidence for one in known & shown}
    if is_person_name(other.name):
        shared.discard(Evidence.OWN_EMAIL)  # may be shared by a family or a practice
    certain = [evidence for evidence in Evidence if evidence in shared]
    if certain:
        return PersonMatch(other, certain[0], True, roles)
    in_same_trial = any(role.of_trial.pk in own.trials for role in roles)
    possible = {possible_match_evidence(row, person_values(other), in_same_trial=in_same_trial) for row in values}
    return next((PersonMatch(other, evidence, False, roles) for evidence in Evidence if evidence in possible), None)


def _confirm_officials(matches: list[PersonMatch], own: PersonRecords) -> list[PersonMatch]:
    """A trial's official and the only person of that name at its sites are the same person: a certain match."""
    same_name = [match for match in matches if match.evidence == Evidence.NAME_IN_TRIAL]
    facilities = {role.trial_site.facility_id for match in same_name for role in match.roles if role.trial_site}
    own_is_of_trial = own.places <= own.trial_places
    if own_is_of_trial and len(facilities) == 1:
        return [
            PersonMatch(match.person, match.evidence, match.is_certain or match in same_name, match.roles)
            for match in matches
        ]
    return matches


def _rank_matches(matches: list[PersonMatch]) -> list[PersonMatch]:
    """Certain matches first, without values that many share; at most `MAX_OFFERED` possible matches."""
    counts = Counter(_shared_value(match) for match in matches)
    order = {evidence: number for number, evidence in enumerate(Evidence)}
    ranked = [
        match for match in matches
        if match.is_certain or match.evidence not in _SHARED or counts[_shared_value(match)] < SHARED_VALUE_LIMIT
    ]  # fmt: skip
    ranked.sort(key=lambda match: (not match.is_certain, order[match.evidence], match.person.pk))
    certain = sum(match.is_certain for match in ranked)
    return ranked[: certain + MAX_OFFERED]


def _shared_value(match: PersonMatch) -> tuple[Evidence, str]:
    person = match.person
    return match.evidence, email_key(person.email) if match.evidence == Evidence.EMAIL else last_digits(person.phone)
