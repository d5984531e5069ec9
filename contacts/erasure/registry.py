"""Who else keeps something of a person, and removes it when the person is erased.

Rooms to the left of this one keep copies (published documents, records as received); they add themselves with `erases`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from contacts.erasure.suppression_list import SuppressionList


@dataclass(frozen=True)
class ErasureRequest:
    """Whose values are to go: the entries' ids, the trials they were named in, and how to know them.

    `texts` are the names, addresses and numbers themselves, as they were spelt; `places` the keys of `same_place`.
    """

    people: frozenset[int]
    trials: frozenset[int]
    places: frozenset[str]
    texts: frozenset[str]
    suppression_list: SuppressionList

    def matches_contact(self, name: str, phone: str, email: str) -> bool:
        """Whether a contact at whichever of their places is one of them."""
        return any(self.suppression_list.matches(name, phone, email, place) for place in self.places or {""})


Eraser = Callable[[ErasureRequest], None]
_erasers: list[Eraser] = []


def register_eraser(eraser: Eraser) -> Eraser:
    """Decorator: a function that removes what its room keeps of some people, inside the erasure's transaction."""
    _erasers.append(eraser)
    return eraser


def run_erasers(erasure_request: ErasureRequest) -> None:
    for eraser in _erasers:
        eraser(erasure_request)
