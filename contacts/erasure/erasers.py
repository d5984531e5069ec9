"""Registry of erasers: functions of other apps that remove their copies of an erased person's values.

Apps that import this one hold copies (public documents, received records); they register with `register_eraser`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from contacts.erasure.suppression_list import SuppressionList


@dataclass(frozen=True)
class ErasureRequest:
    """The contacts to erase: their ids, their trials, and the keys by which they are recognised.

    `texts` are names, e-mail addresses and phone numbers as they were written; `places` keys of `normalize_place`.
    """

    people: frozenset[int]
    trials: frozenset[int]
    places: frozenset[str]
    texts: frozenset[str]
    suppression_list: SuppressionList

    def matches_contact(self, name: str, phone: str, email: str) -> bool:
        """Whether a contact of a record is one of them, at any of their places."""
        return any(self.suppression_list.matches(name, phone, email, place) for place in self.places or {""})


Eraser = Callable[[ErasureRequest], None]
_erasers: list[Eraser] = []


def register_eraser(eraser: Eraser) -> Eraser:
    """Decorator: registers a function that runs inside the erasure's transaction."""
    _erasers.append(eraser)
    return eraser


def run_erasers(erasure_request: ErasureRequest) -> None:
    for eraser in _erasers:
        eraser(erasure_request)
