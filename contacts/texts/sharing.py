"""What somebody is named by and shares with others: a hospital's number, a name."""

from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet

from contacts.models import Person
from contacts.texts.spelling import Spelling, pattern_of

_REACH = ("phone", "email", "mobile", "private_email")


def others_than(people: Collection[Person]) -> QuerySet[Person]:
    return Person.objects.present().exclude(pk__in=[person.pk for person in people])


def their_own(spellings: Collection[Spelling], people: Collection[Person]) -> list[Spelling]:
    """Without the addresses and numbers by which others are reached as well. One query."""
    pattern = pattern_of(one for one in spellings if not one.is_name)
    if not pattern:
        return list(spellings)
    alike = Q()
    for name in _REACH:
        alike |= Q(**{f"{name}__iregex": pattern})
    reach = {text for row in others_than(people).filter(alike).order_by().values_list(*_REACH) for text in row}
    return [one for one in spellings if one.is_name or not any(one.is_in(text) for text in reach)]


def has_namesake(spellings: Iterable[Spelling], people: Collection[Person]) -> bool:
    """Whether somebody else has the same name, whom a text may mean. One query."""
    pattern = pattern_of(one for one in spellings if one.is_name)
    return bool(pattern) and others_than(people).filter(name__iregex=pattern).exists()
