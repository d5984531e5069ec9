"""Weighted draws from one seeded source."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")
Weights = dict[T, float]


def one_of(chance: Random, weights: Weights) -> T:
    """One of the keys, by its weight. The weights need not add up to one."""
    (drawn,) = chance.choices(list(weights), weights.values())
    return drawn


def zipf_choice(chance: Random, things: Sequence[T]) -> T:
    """One of the things by Zipf's law: the n-th is drawn in proportion to 1/n."""
    return things[int(len(things) ** chance.random()) - 1]


def sample_few(chance: Random, things: Sequence[T], most: int, mean: float) -> list[T]:
    """Up to `most` different things in order of drawing, at least one; about `mean` of them."""
    wanted = 1
    while wanted < most and chance.random() > 1 / mean:
        wanted += 1
    return list(dict.fromkeys(zipf_choice(chance, things) for _ in range(wanted)))


def drop_blanks(**fields) -> dict:
    """The fields that have a value: a registry leaves the others out."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
