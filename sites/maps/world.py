"""Shapes of countries: Natural Earth, 1:50 million (public domain), from the data of the package mapcraft."""

import gzip
from array import array
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import orjson
from mapcraft.packs import PACK_DIR


class Box(NamedTuple):
    """A part of the map in degrees."""

    south: float
    north: float
    west: float
    east: float

    def overlaps(self, other: "Box") -> bool:
        return (
            self.south <= other.north and other.south <= self.north and self.west <= other.east
            and other.west <= self.east
        )  # fmt: skip


class Ring(NamedTuple):
    """A closed line as longitudes and latitudes in turns, and the box around it."""

    points: array
    box: Box


@cache
def country_rings() -> list[Ring]:
    """The borders of all countries; about a megabyte."""
    packed = (PACK_DIR / "world-countries-2024.json.gz").read_bytes()
    topology = orjson.loads(gzip.decompress(packed))["topology"]
    arcs = [list(_decoded(arc, topology["transform"])) for arc in topology["arcs"]]
    geometries = topology["objects"]["countries"]["geometries"]
    return [
        ring for geometry in geometries for indices in _rings_of(geometry) for ring in _on_the_map(_ring(indices, arcs))
    ]


def _decoded(arc: list[list[int]], transform: dict[str, Any]) -> Iterator[tuple[float, float]]:
    """Longitudes and latitudes of an arc, which holds the differences between its points."""
    (x_scale, y_scale), (x_start, y_start) = transform["scale"], transform["translate"]
    x = y = 0
    for x_step, y_step in arc:
        x, y = x + x_step, y + y_step
        yield x * x_scale + x_start, y * y_scale + y_start


def _rings_of(geometry: dict[str, Any]) -> Iterator[list[int]]:
    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    for polygon in polygons:
        yield from polygon


def _ring(indices: list[int], arcs: list[list[tuple[float, float]]]) -> Ring:
    """Arcs joined into a ring, beyond 180 degrees where it crosses the antimeridian; `~index` is an arc backwards."""
    parts = [arcs[index] if index >= 0 else arcs[~index][::-1] for index in indices]
    points = [*parts[0], *(point for part in parts[1:] for point in part[1:])]
    turns, before, unrolled = 0, points[0][0], []
    for longitude, latitude in points:
        if abs(longitude - before) > 180:
            turns += 1 if longitude < before else -1
        before = longitude
        unrolled.append((longitude + 360 * turns, latitude))
    return _with_box(unrolled)


def _with_box(points: list[tuple[float, float]]) -> Ring:
    longitudes, latitudes = zip(*points, strict=True)
    box = Box(min(latitudes), max(latitudes), min(longitudes), max(longitudes))
    return Ring(array("f", (degree for point in points for degree in point)), box)


def _on_the_map(ring: Ring) -> Iterator[Ring]:
    """The ring, and a copy at the other edge of the map where it reaches beyond one."""
    yield ring
    shift = -360 if ring.box.east > 180 else 360 if ring.box.west < -180 else 0
    if shift:
        points = zip(ring.points[::2], ring.points[1::2], strict=True)
        yield _with_box([(longitude + shift, latitude) for longitude, latitude in points])
