"""The texts that name somebody: before they are erased, and those that are left afterwards.

What is left is told to whoever erased, by table and key in their session: nothing of the person, and gone with it.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.http import HttpRequest

from contacts.erasure.free_text.patterns import Spelling, has_namesake, pattern_of
from contacts.erasure.free_text.search import SHOWN, Mention, Place, mentions_at, places_naming
from contacts.erasure.service import spellings_ever
from contacts.models import Person

_LEFT = "texts_left"


@dataclass(frozen=True)
class Naming:
    """What texts are looked for, and where they stand."""

    people: list[int]
    spellings: list[Spelling]
    places: list[Place]
    mentions: list[Mention]
    has_namesake: bool

    @property
    def more(self) -> int:
        return len(self.places) - len(self.mentions)

    @property
    def can_be_blacked_out(self) -> bool:
        """Whether there is one that need not be mended by hand; those that are stand first."""
        return any(one.is_blacked_out for one in self.mentions) or self.more > 0

    @property
    def pattern(self) -> str:
        return pattern_of(self.spellings)


def texts_naming(people: Collection[Person], user) -> Naming:
    """As far as the user may read them."""
    spellings, ids = spellings_ever(people), [person.pk for person in people]
    pattern = pattern_of(spellings)
    places = places_naming(pattern, user, people=ids, is_before=True)
    mentions = mentions_at(places[:SHOWN], user, pattern=pattern)
    return Naming(ids, spellings, places, mentions, has_namesake(spellings, people))


def keep_what_is_left(request: HttpRequest, person: Person, naming: Naming) -> int:
    """After the erasure of what `naming` looked for; gives how many there are."""
    pattern = naming.pattern
    places = places_naming(pattern, request.user, people=naming.people, is_before=False)
    told = [one.place for one in mentions_at(places[:SHOWN], request.user, pattern=pattern)]
    if places:
        request.session[_LEFT] = request.session.get(_LEFT, {}) | {str(person.pk): [len(places), told]}
    return len(places)


def what_is_left(request: HttpRequest, person: Person) -> dict:
    """For the page of somebody who was erased; nothing for whoever did not erase them."""
    total, told = request.session.get(_LEFT, {}).get(str(person.pk), (0, []))
    mentions = mentions_at([Place(*place) for place in told], request.user) if told else []
    return {"left": mentions, "more_left": total - len(told)}
