"""Texts that mention a person: before the erasure, and those that remain afterwards.

Remaining mentions are listed for the user who erased; the session stores tables and keys, no personal value.
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
    """The spellings that were searched, all locations, and the mentions that are shown."""

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
        """Whether one mention is redactable; those to edit by hand are listed first."""
        return any(one.is_redactable for one in self.mentions) or self.more > 0

    @property
    def pattern(self) -> str:
        return build_pattern(self.spellings)


def find_free_text_mentions(people: Collection[Person], user) -> FreeTextMentions:
    """The mentions of these contacts in texts that the user may read."""
    spellings, ids = all_known_spellings(people), [person.pk for person in people]
    pattern = build_pattern(spellings)
    places = find_mentions(pattern, user, people=ids, is_before_erasure=True)
    mentions = load_mentions(places[:MENTIONS_SHOWN], user, pattern=pattern)
    return FreeTextMentions(ids, spellings, places, mentions, has_namesake(spellings, people))


def store_remaining_mentions(request: HttpRequest, person: Person, mentions_before: FreeTextMentions) -> int:
    """Search again after the erasure, store the locations in the session, and return their number."""
    pattern = mentions_before.pattern
    places = find_mentions(pattern, request.user, people=mentions_before.people, is_before_erasure=False)
    shown = [one.place for one in load_mentions(places[:MENTIONS_SHOWN], request.user, pattern=pattern)]
    if places:
        request.session[_SESSION_KEY] = request.session.get(_SESSION_KEY, {}) | {str(person.pk): [len(places), shown]}
    return len(places)


def remaining_mentions(request: HttpRequest, person: Person) -> dict:
    """The context of an erased person's page: mentions for the user who erased, else none."""
    total, stored = request.session.get(_SESSION_KEY, {}).get(str(person.pk), (0, []))
    mentions = load_mentions([TextLocation(*place) for place in stored], request.user) if stored else []
    return {"remaining": mentions, "more_remaining": total - len(stored)}
