"""A circle on the globe: bounding boxes for an index, and the distance of points in SQL."""

from dataclasses import dataclass
from math import asin, cos, degrees, pi, radians, sin

#: Mean radius (IUGG); the error of a sphere is at most 0.6 %.
EARTH_RADIUS_KM = 6371.0088
KM_PER_MILE = 1.609344
#: Accepted distances of a search, in its unit, and the one that is meant where none is given.
MIN_WITHIN, MAX_WITHIN, DEFAULT_WITHIN = 0.1, 1_000, 100
#: Boxes are wider by this many degrees, about 10 m, so that rounding loses no point.
_MARGIN = 1e-4


@dataclass(frozen=True, slots=True)
class Circle:
    """The points within `km` of a point given in degrees."""

    latitude: float
    longitude: float
    km: float

    @property
    def boxes(self) -> list[tuple[float, float, float, float]]:
        """(south, north, west, east) of boxes that together hold the circle: two where it crosses the antimeridian.

        Around a pole, all longitudes.
        """
        angle = min(self.km / EARTH_RADIUS_KM, pi)
        south, north = (self.latitude + sign * (degrees(angle) + _MARGIN) for sign in (-1, 1))
        if south <= -90 or north >= 90:
            return [(max(south, -90.0), min(north, 90.0), -180.0, 180.0)]
        half = degrees(asin(min(1.0, sin(angle) / cos(radians(self.latitude))))) + _MARGIN
        west, east = self.longitude - half, self.longitude + half
        if west < -180:
            return [(south, north, -180.0, east), (south, north, west + 360, 180.0)]
        if east > 180:
            return [(south, north, west, 180.0), (south, north, -180.0, east - 360)]
        return [(south, north, west, east)]

    @property
    def points_sql(self) -> tuple[str, list[float]]:
        """SQL of the facilities within the circle, and its parameters: (facility_id, km, latitude, longitude, match).

        `match` is "" for a facility's own point, else how its city was found. Answered by the covering indexes of both
        tables; a facility with a point of its own ignores a derived one that is not yet deleted.
        """
        boxes = self.boxes
        where = " OR ".join(["latitude BETWEEN %s AND %s AND longitude BETWEEN %s AND %s"] * len(boxes))
        corners = [degree for box in boxes for degree in box]
        text = f"""
            SELECT * FROM (
                SELECT facility_id, {_HAVERSINE} AS km, latitude, longitude, match FROM (
                    SELECT id AS facility_id, latitude, longitude, '' AS match FROM sites_facility WHERE {where}
                    UNION ALL
                    SELECT facility_id, latitude, longitude, match FROM sites_facilitypoint WHERE ({where})
                ) AS boxed
            ) AS measured WHERE km <= %s
        """
        origin = [self.latitude, self.latitude, self.longitude]
        return text, [*origin, *corners, *corners, self.km]


_HAVERSINE = f"""
    {2 * EARTH_RADIUS_KM} * asin(least(1, sqrt(
        power(sin(radians(latitude - %s) / 2), 2)
        + cos(radians(%s)) * cos(radians(latitude)) * power(sin(radians(longitude - %s) / 2), 2)
    )))
"""
