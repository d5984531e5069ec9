"""Reads the numbers back from a drawn picture, by the geometry of its lines."""

import re

_PATH = re.compile(r"<path\b[^>]*>")
_POINT = re.compile(r"[ML](-?[\d.]+),(-?[\d.]+)")


def heights(svg: str, stroke: str) -> list[list[float]]:
    """The y coordinates of each line of a colour, in the order drawn."""
    paths = [path for path in _PATH.findall(svg) if f'stroke="{stroke}"' in path and 'fill="' not in path]
    return [[float(y) for _, y in _POINT.findall(re.search(r'\bd="([^"]*)"', path)[1])] for path in paths]


def is_proportional(heights: list[float], values: list[float], tolerance: float = 0.02) -> bool:
    """Whether the heights show the values on one scale: higher values further up, differences in proportion."""
    if len(heights) != len(values):
        return False
    rise, growth = heights[0] - heights[-1], values[-1] - values[0]
    scale = rise / growth
    expected = [heights[0] - scale * (value - values[0]) for value in values]
    return scale > 0 and all(abs(a - b) <= tolerance + 1e-3 for a, b in zip(heights, expected, strict=True))
