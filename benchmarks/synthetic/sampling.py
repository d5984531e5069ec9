"""Weighted random choices from one seeded generator."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")
Weights = dict[T, float]


def one_of(chance: Random, weights: Weights) -> T:
    """One of the keys, by its weight. The weights need not sum to one."""
    (choice,) = chance.choices(list(weights), weights.values())
    return choice


def zipf_choice(chance: Random, items: Sequence[T]) -> T:
    """One item by Zipf's law: the n-th with a probability proportional to 1/n."""
    return items[int(len(items) ** chance.random()) - 1]


def sample_few(chance: Random, items: Sequence[T], most: int, mean: float) -> list[T]:
    """One to `most` different items, about `mean`, in random order."""
    count = 1
    while count < most and chance.random() > 1 / mean:
        count += 1
    return list(dict.fromkeys(zipf_choice(chance, items) for _ in range(count)))


def drop_blanks(**fields) -> dict:
    """The fields that have a value: the registry omits the others."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
