"""A small curve of cumulative counts, as the points of an inline SVG. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from trials.partial_dates import PartialDate

WIDTH, HEIGHT = 600, 120


@dataclass(frozen=True, slots=True)
class Curve:
    """`line` and `area` are SVG points; `target_y` is where the target lies; `words` say what the picture shows."""

    line: str
    area: str
    target_y: float | None
    words: str
    first: PartialDate
    last: PartialDate
    top: int


def curve_of(points: Sequence[tuple[PartialDate, int]], *, target: int | None) -> Curve | None:
    """None for fewer than two months, which make no curve."""
    if len(points) < 2:
        return None
    top = max(1, target or 0, *(value for _, value in points))
    step = WIDTH / (len(points) - 1)
    line = " ".join(f"{place * step:.1f},{_height(value, top)}" for place, (_, value) in enumerate(points))
    (first, began), (last, ended) = points[0], points[-1]
    words = f"From {began} in {first.in_words()} to {ended} in {last.in_words()}"
    return Curve(
        line,
        f"0,{HEIGHT} {line} {WIDTH},{HEIGHT}",
        None if target is None else _height(target, top),
        f"{words}; the target is {target}." if target is not None else f"{words}.",
        first,
        last,
        top,
    )


def _height(value: int, top: int) -> float:
    return round(HEIGHT - value / top * (HEIGHT - 4), 1)
