"""All that is kept under one human being: their entries, where they are named, and by what a record names them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Q

from contacts.identity import is_function, is_shared_by_all, same_place, signs_of
from contacts.models import Person, Role
from sites.places import country_today

Values = tuple[str, str, str]
"""Name, phone, e-mail."""


@dataclass
class Entries:
    """The entries of one human being; `places` by trial: what `contacts.identity` calls a place."""

    people: list[Person]
    trials: set[int] = field(default_factory=set)
    places: set[str] = field(default_factory=set)

    def signs(self, values: Iterable[Values]) -> set[str]:
        """By what a record would name them, now or as they were called before (`values`)."""
        values = set(values)
        found = {sign for said in values for place in self.places or {""} for sign in signs_of(*said, place)}
        own = {f"address {email.strip().casefold()}" for email in self._own_addresses(values)}
        return {sign for sign in found if not is_shared_by_all(sign) or sign in own}

    def _own_addresses(self, values: Iterable[Values]) -> Iterator[str]:
        """Addresses that nobody else has, and that are no function's."""
        ids = [person.pk for person in self.people]
        for name, _, email in values:
            others = Person.objects.filter(email__iexact=email.strip()).exclude(pk__in=ids)
            if email.strip() and not is_function(name) and not others.exists():
                yield email


def values_of(person: Person) -> Values:
    return person.name, person.phone, person.email


def entries_of(person: Person, *, values_ever: Callable[[list[Person]], set[Values]]) -> Entries:
    """The entry, those merged into it, and those that a record could not tell from it.

    `values_ever` gives what entries say and said before: who was renamed is known by the former name, too.
    """
    own = _with_places(list(with_tombstones(person)))
    values = values_ever(own.people)
    signs = own.signs(values)
    alike = list(_known_by(signs, _candidates(own, values)))
    return _with_places([*own.people, *alike]) if alike else own


def with_tombstones(person: Person) -> Iterator[Person]:
    yield person
    for tombstone in person.tombstones.all():
        yield from with_tombstones(tombstone)


def _with_places(people: list[Person]) -> Entries:
    roles = Role.objects.filter(person__in=people).with_place()
    entries = Entries(people)
    for role in roles:
        entries.trials.add(role.of_trial.pk)
        entries.places |= set(places_of(role))
    return entries


def places_of(role: Role) -> Iterator[str]:
    """A site's facility as it is called and as the record prints it; a trial's number."""
    if role.trial:
        yield same_place(role.trial.nct_id)
        return
    facility = role.trial_site.facility
    here = {"name": facility.name, "city": facility.city, "country": facility.country}
    for said in (here, here | {name: text for name, text in (role.trial_site.listed_as or {}).items() if name in here}):
        yield same_place(said["name"], said["city"], country_today(said["country"]))


def _candidates(entries: Entries, values: Iterable[Values]) -> Iterable[Person]:
    """Whoever is named in the same trials, or is called or reached alike."""
    alike = Q()
    for said in values:
        for name, value in zip(("name", "phone", "email"), said, strict=True):
            if value:
                alike |= Q(**{f"{name}__iexact": value})
    near = Role.objects.filter(Q(trial__in=entries.trials) | Q(trial_site__trial__in=entries.trials)).values("person")
    others = Person.objects.present().exclude(pk__in=[person.pk for person in entries.people])
    return others.filter(Q(pk__in=near) | alike if alike else Q(pk__in=near))


def _known_by(signs: set[str], candidates: Iterable[Person]) -> Iterator[Person]:
    """Those of the candidates who show one of the signs, wherever they are named. Two queries."""
    people = list(candidates)
    places: defaultdict[int, set[str]] = defaultdict(set)
    for role in Role.objects.filter(person__in=people).with_place():
        places[role.person_id] |= set(places_of(role))
    for person in people:
        shown = (sign for place in places[person.pk] or {""} for sign in signs_of(*values_of(person), place))
        if not signs.isdisjoint(shown):
            yield person
