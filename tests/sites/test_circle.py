"""Circles on the globe: distances and boxes against a formula of their own, at the antimeridian and at the poles."""

from math import acos, asin, cos, degrees, pi, radians, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sites.places.circle import EARTH_RADIUS_KM, Circle
from sites.places.resolve import parse_point


def chord_km(one: tuple[float, float], two: tuple[float, float]) -> float:
    """The distance on a sphere from the straight line through it, not by the haversine formula."""
    (x1, y1, z1), (x2, y2, z2) = map(_vector, (one, two))
    chord = sqrt((x1 - x2) ** 2 + (y1 - y2) ** 2 + (z1 - z2) ** 2)
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, chord / 2))


def _vector(point: tuple[float, float]) -> tuple[float, float, float]:
    latitude, longitude = map(radians, point)
    return cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude)


def is_in_a_box(circle: Circle, point: tuple[float, float]) -> bool:
    return any(south <= point[0] <= north and west <= point[1] <= east for south, north, west, east in circle.boxes)


def test_the_formula_of_this_test_knows_a_quarter_of_the_globe():
    assert chord_km((0, 0), (90, 0)) == pytest.approx(EARTH_RADIUS_KM * pi / 2)
    assert chord_km((0, 0), (0, 60)) == pytest.approx(EARTH_RADIUS_KM * acos(0.5))


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(0.1, 1_000), st.floats(0, 1), st.floats(0, 2 * pi))
def test_every_point_of_a_circle_is_in_one_of_its_boxes(latitude, longitude, km, share, bearing):
    angle = share * km / EARTH_RADIUS_KM
    start = radians(latitude)
    there = asin(max(-1.0, min(1.0, sin(start) * cos(angle) + cos(start) * sin(angle) * cos(bearing))))
    from math import atan2

    turn = atan2(sin(bearing) * sin(angle) * cos(start), cos(angle) - sin(start) * sin(there))
    point = degrees(there), (longitude + degrees(turn) + 540) % 360 - 180
    assert is_in_a_box(Circle(latitude, longitude, km), point)


@pytest.mark.parametrize(
    ("circle", "boxes"), [(Circle(45, 4, 100), 1), (Circle(0, 179.9, 100), 2), (Circle(-17, -179.9, 100), 2)]
)
def test_a_circle_over_the_antimeridian_has_two_boxes(circle, boxes):
    assert len(circle.boxes) == boxes


@pytest.mark.parametrize("latitude", [89.9, -89.9, 90, -90])
def test_around_a_pole_all_longitudes_belong_to_the_box(latitude):
    [(south, north, west, east)] = Circle(latitude, 10, 100).boxes
    assert (west, east) == (-180, 180)
    assert -90 <= south <= latitude <= north <= 90


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("45.76,4.84", (45.76, 4.84)), (" -33.9 , 151.2 ", (-33.9, 151.2)), ("90,180", (90, 180)),
        ("91,0", None), ("0,181", None), ("45", None), ("Lyon", None), ("1e3,4", None), ("４５,4", None), ("", None),
    ],
)  # fmt: skip
def test_a_pair_of_coordinates_is_a_point_on_earth(text, point):
    assert parse_point(text) == point
