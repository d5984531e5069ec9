"""The shapes of all countries as GeoJSON, for the map that can be zoomed."""

import gzip
from functools import cache

import orjson

from sites.maps.world import country_rings

#: Points closer than this, in degrees, are left out; decimals of a degree.
_TOLERANCE, _DECIMALS = 0.2, 2


@cache
def packed_land() -> bytes:
    """A MultiPolygon, one polygon for each closed border, compressed with gzip; about 150 kB."""
    polygons = [[line] for ring in country_rings() if len(line := _outline(ring.points)) > 3]
    return gzip.compress(orjson.dumps({"type": "MultiPolygon", "coordinates": polygons}), mtime=0)


def _outline(points) -> list[list[float]]:
    line: list[list[float]] = []
    for longitude, latitude in zip(points[::2], points[1::2], strict=True):
        point = [round(longitude, _DECIMALS), round(latitude, _DECIMALS)]
        if not line or abs(point[0] - line[-1][0]) + abs(point[1] - line[-1][1]) >= _TOLERANCE:
            line.append(point)
    return [*line, line[0]] if line else line
