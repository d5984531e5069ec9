"""Maps of sites: marks where the sites are, small drawings, no inline style."""

import gzip
import re

import orjson
import pytest

from sites.maps.site_map import MAX_HEIGHT, WIDTH, MapPoint, draw_site_map
from sites.maps.world import country_rings
from sites.templatetags.maps import map_attributes

MAX_BYTES = 45_000


def a_point(latitude: float, longitude: float, status: str = "RECRUITING", label: str = "Hospital 1") -> MapPoint:
    return MapPoint(latitude, longitude, status, label)


def mark_places(svg: str) -> list[tuple[float, float]]:
    marks = re.findall(r'<g class="mark [\w-]+" transform="translate\((-?[\d.]+) (-?[\d.]+)\)', svg)
    return [(float(x) + 8, float(y) + 8) for x, y in marks]


def test_without_sites_there_is_no_map():
    assert draw_site_map([], "Map") is None


@pytest.mark.parametrize(
    "places",
    [
        [(45.7, 4.8)], [(45, 4), (52, 13), (40, -3)], [(45, 4), (40, -74), (35, 139), (-33, 151)],
        [(60, 179), (-17, -179)], [(89, 0)], [(-90, 0)], [(0, 180)], [(0, -180)], [(70, 20), (-50, -70)], [(78, 16)],
    ],
)  # fmt: skip
def test_every_site_is_within_the_drawing_and_the_drawing_is_small(places):
    drawn = draw_site_map([a_point(*place) for place in places], "Map")
    height = int(re.search(rf'viewBox="0 0 {WIDTH} (\d+)"', drawn.svg)[1])
    assert drawn.count == len(places)
    assert all(0 <= x <= WIDTH and 0 <= y <= height <= MAX_HEIGHT for x, y in mark_places(drawn.svg))
    assert len(drawn.svg) < MAX_BYTES
    assert "style" not in drawn.svg


def test_north_is_up_and_east_is_right():
    [first, second] = mark_places(draw_site_map([a_point(50, 5), a_point(45, 15, "COMPLETED")], "Map").svg)
    north_west, south_east = sorted((first, second))
    assert north_west[1] < south_east[1]


def test_a_mark_has_the_hue_and_the_words_of_its_status_and_near_sites_share_one():
    points = [a_point(45.7, 4.8, "COMPLETED", "B <b>"), a_point(45.71, 4.81, "RECRUITING", "A"), a_point(48, 2, "")]
    svg = draw_site_map(points, "Map").svg
    assert svg.count('<g class="mark') == 2
    assert 'class="mark is-open"' in svg
    assert "<title>A: Recruiting; B &lt;b&gt;: Completed</title>" in svg
    assert ">2</text>" in svg
    assert "Hospital 1: Not published" in svg


def test_the_shapes_are_those_of_the_world():
    boxes = [ring.box for ring in country_rings()]
    assert len(boxes) > 1_000
    assert min(box.south for box in boxes) < -85 < 83 < max(box.north for box in boxes)


def test_the_features_are_the_points_drawn():
    [feature] = draw_site_map([MapPoint(45.7, 4.8, "RECRUITING", "Hospital 1", "#site-1")], "Map").features["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [4.8, 45.7]}
    assert feature["properties"]["status"] == "Recruiting"
    assert feature["properties"]["url"] == "#site-1"


def test_the_shapes_of_countries_are_small_geojson(client):
    response = client.get("/maps/land.json")
    assert response["Content-Encoding"] == "gzip"
    assert "max-age" in response["Cache-Control"]
    assert len(response.content) < 250_000
    shapes = orjson.loads(gzip.decompress(response.content))
    assert shapes["type"] == "MultiPolygon"
    assert len(shapes["coordinates"]) > 200
    assert all(border[0] == border[-1] for [border] in shapes["coordinates"])


def test_the_operators_tiles_are_named_to_the_script(settings):
    assert "data-tiles" not in map_attributes()
    settings.MAP_TILES_URL = "https://tiles.example.org/{z}/{x}/{y}.png"
    assert 'data-tiles="https://tiles.example.org/{z}/{x}/{y}.png"' in map_attributes()
