"""The texts that name somebody: before they are erased, and those that are left afterwards.

What is left is told to whoever erased, by table and key in their session: nothing of the person, and gone with it.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.http import HttpRequest

from contacts.erasure.free_text.patterns import Spelling, build_pattern, has_namesake
from contacts.erasure.free_text.search import MENTIONS_SHOWN, Mention, TextLocation, find_mentions, load_mentions
from contacts.erasure.service import all_known_spellings
from contacts.models import Person

_SESSION_KEY = "texts_left"


@dataclass(frozen=True)
class FreeTextMentions:
    """What texts are looked for, and where they stand."""

    people: list[int]
    spellings: list[Spelling]
    places: list[TextLocation]
    mentions: list[Mention]
    has_namesake: bool

    @property
    def more(self) -> int:
        return len(self.places) - len(self.mentions)

    @property
    def can_be_redacted(self) -> bool:
        """Whether there is one that need not be mended by hand; those that are stand first."""
        return any(one.is_redactable for one in self.mentions) or self.more > 0

    @property
    def pattern(self) -> str:
        return build_pattern(self.spellings)


def find_free_text_mentions(people: Collection[Person], user) -> FreeTextMentions:
    """As far as the user may read them."""
    spellings, ids = all_known_spellings(people), [person.pk for person in people]
    pattern = build_pattern(spellings)
    places = find_mentions(pattern, user, people=ids, is_before_erasure=True)
    mentions = load_mentions(places[:MENTIONS_SHOWN], user, pattern=pattern)
    return FreeTextMentions(ids, spellings, places, mentions, has_namesake(spellings, people))


def store_remaining_mentions(request: HttpRequest, person: Person, mentions_before: FreeTextMentions) -> int:
    """After the erasure of what `naming` looked for; gives how many there are."""
    pattern = mentions_before.pattern
    places = find_mentions(pattern, request.user, people=mentions_before.people, is_before_erasure=False)
    told = [one.place for one in load_mentions(places[:MENTIONS_SHOWN], request.user, pattern=pattern)]
    if places:
        request.session[_SESSION_KEY] = request.session.get(_SESSION_KEY, {}) | {str(person.pk): [len(places), told]}
    return len(places)


def remaining_mentions(request: HttpRequest, person: Person) -> dict:
    """For the page of somebody who was erased; nothing for whoever did not erase them."""
    total, told = request.session.get(_SESSION_KEY, {}).get(str(person.pk), (0, []))
    mentions = load_mentions([TextLocation(*place) for place in told], request.user) if told else []
    return {"left": mentions, "more_left": total - len(told)}
