"""A map of sites as SVG: country shapes cropped to the sites, and a mark for each site or group of near sites. Pure.

Colours are classes of the status tokens, so that one drawing serves both themes; no inline style.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import cos, radians

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.enum_labels import choice_label
from sites.choices import STATUS_ORDER
from sites.maps.world import Box, Ring, country_rings
from trials.status_display import NOT_PUBLISHED, status_display

#: Units of the drawing; marks closer than MERGED become one.
WIDTH, MIN_HEIGHT, MAX_HEIGHT, MERGED = 480, 200, 240, 20
#: Degrees of latitude that a map shows at least, and the margin around the sites as a share of their extent.
_MIN_SPAN, _MARGIN = 3.0, 0.15
#: Points of a border closer than this, in units, are left out.
_TOLERANCE = 1.6
#: Countries and islands smaller than this, in units of width and height together, are left out.
_MIN_SIZE = 4
_NAMES = 5
#: Sites that need more degrees of longitude, or lie nearer to a pole, are shown on a map of the world.
_MAX_WIDE, _MAX_LATITUDE = 120, 75


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A site on the map; `status` is its public status, "" for none; `url` leads to the site."""

    latitude: float
    longitude: float
    status: str
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class SiteMap:
    """A drawn map: its sites and the SVG."""

    points: tuple[MapPoint, ...]
    svg: SafeString

    @property
    def count(self) -> int:
        return len(self.points)

    @property
    def features(self) -> dict:
        """The sites as GeoJSON for the map that can be zoomed (static/js/site_map.js)."""
        icons = {_status_label(point.status): status_display(point.status).icon for point in self.points}
        return {
            "type": "FeatureCollection", "icons": icons, "features": [_feature(point) for point in self.points],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _View:
    """A part of the world and its scale: units for a degree of latitude, and of longitude."""

    box: Box
    height: int
    per_latitude: float
    per_longitude: float

    def place(self, latitude: float, longitude: float) -> tuple[float, float]:
        return (longitude - self.box.west) * self.per_longitude, (self.box.north - latitude) * self.per_latitude


#: The world without Antarctica, and the whole world for sites that lie further north or south.
_WORLD = _View(Box(-60.0, 84.0, -180.0, 180.0), 192, WIDTH / 360, WIDTH / 360)
_WHOLE_WORLD = _View(Box(-90.0, 90.0, -180.0, 180.0), 240, WIDTH / 360, WIDTH / 360)


def draw_site_map(
    points: Iterable[MapPoint], title: str, *, center: tuple[float, float] | None = None
) -> SiteMap | None:
    """The map of some sites, and of a place searched near (`center`) as a cross; None without a site."""
    return _draw(tuple(points), title, center, get_language())


@lru_cache(maxsize=128)
def _draw(
    points: tuple[MapPoint, ...], title: str, center: tuple[float, float] | None, language: str
) -> SiteMap | None:
    """Cached by language too, which the names of statuses follow."""
    if not points:
        return None
    places = [(point.latitude, point.longitude) for point in points]
    view = _view([*places, center] if center else places)
    marks = sorted(_groups(points, view), key=lambda group: len(group[1]))
    drawn = format_html_join("", "{}", ((_mark(place, group),) for place, group in marks))
    cross = _cross(view.place(*center)) if center else ""
    svg = format_html(
        '<svg class="site-map" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<path class="land" transform="scale(.5)" d="{}"/>{}{}</svg>',
        WIDTH,
        view.height,
        title,
        _land(view),
        cross,
        drawn,
    )
    return SiteMap(points, svg)


def _status_label(status: str) -> str:
    return choice_label(status, "SiteStatus") or _(NOT_PUBLISHED)


def _feature(point: MapPoint) -> dict:
    properties = {
        "label": point.label, "status": _status_label(point.status),
        "hue": status_display(point.status).hue, "url": point.url,
    }  # fmt: skip
    place = [round(point.longitude, 5), round(point.latitude, 5)]
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": place}, "properties": properties}


def _view(places: Sequence[tuple[float, float]]) -> _View:
    """The part of the world around some places, in the proportions of the drawing; for far ones the whole world."""
    latitudes, longitudes = zip(*places, strict=True)
    middle, center = (min(latitudes) + max(latitudes)) / 2, (min(longitudes) + max(longitudes)) / 2
    narrowing = cos(radians(middle))  # of a degree of longitude at that latitude
    tall = max(_MIN_SPAN, (max(latitudes) - min(latitudes)) * (1 + 2 * _MARGIN))
    wide = (max(longitudes) - min(longitudes)) * (1 + 2 * _MARGIN)
    world = _WORLD if min(latitudes) > _WORLD.box.south and max(latitudes) < _WORLD.box.north else _WHOLE_WORLD
    if wide > _MAX_WIDE or abs(middle) > _MAX_LATITUDE:
        return world
    wide = max(_MIN_SPAN / narrowing, wide)
    height = int(min(MAX_HEIGHT, max(MIN_HEIGHT, WIDTH * tall / (wide * narrowing))))
    scale = min(height / tall, WIDTH / (wide * narrowing))
    if scale * narrowing < WIDTH / 360:
        return world
    tall, wide = height / scale, WIDTH / (scale * narrowing)
    north, west = middle + tall / 2, center - wide / 2
    return _View(Box(north - tall, north, west, west + wide), height, scale, scale * narrowing)


@lru_cache(maxsize=64)
def _land(view: _View) -> str:
    """The path of the countries in view, in half units. Points outside move to its edge; the inside stays as it is."""
    paths = []
    for ring in country_rings():
        south, north, west, east = ring.box
        size = (east - west) * view.per_longitude + (north - south) * view.per_latitude
        if size > _MIN_SIZE and ring.box.overlaps(view.box):
            line = list(_outline(ring, view))
            if len(line) > 2:
                paths.append(_path(line))
    return "".join(paths)


def _outline(ring: Ring, view: _View) -> Iterator[tuple[int, int]]:
    """The points of a border in half units, without those that lie close together."""
    last = None
    for longitude, latitude in zip(ring.points[::2], ring.points[1::2], strict=True):
        x, y = view.place(latitude, longitude)
        x, y = min(max(x, -9.0), WIDTH + 9.0), min(max(y, -9.0), view.height + 9.0)
        if last is None or abs(x - last[0]) + abs(y - last[1]) >= _TOLERANCE:
            last = x, y
            yield round(2 * x), round(2 * y)


def _path(line: list[tuple[int, int]]) -> str:
    """A closed path by steps, which are short numbers."""
    steps = " ".join(f"{x - before_x} {y - before_y}" for (before_x, before_y), (x, y) in pairwise(line))
    return f"M{line[0][0]} {line[0][1]}l{steps}z".replace(" -", "-")


_Group = tuple[tuple[float, float], list[MapPoint]]


def _groups(points: Iterable[MapPoint], view: _View) -> list[_Group]:
    """Sites that would cover each other, together at the place of the first; open statuses first."""
    groups: list[_Group] = []
    for point in sorted(points, key=lambda one: (STATUS_ORDER.get(one.status, len(STATUS_ORDER)), one.label)):
        x, y = view.place(point.latitude, point.longitude)
        for (group_x, group_y), members in groups:
            if abs(x - group_x) < MERGED and abs(y - group_y) < MERGED:
                members.append(point)
                break
        else:
            groups.append(((x, y), [point]))
    return groups


def _mark(place: tuple[float, float], group: list[MapPoint]) -> SafeString:
    """The icon of the most open status, with the number of sites where it is several; the tooltip names them."""
    display = status_display(group[0].status)
    names = [f"{one.label}: {_status_label(one.status)}" for one in group[:_NAMES]]
    rest = [_("and {n} more").format(n=len(group) - _NAMES)] if len(group) > _NAMES else []
    number = format_html('<text x="17" y="12">{}</text>', len(group)) if len(group) > 1 else ""
    return format_html(
        '<g class="mark {}" transform="translate({} {})"><title>{}</title>'
        '<circle class="ground" cx="8" cy="8" r="8"/>{}{}</g>',
        display.hue,
        f"{place[0] - 8:.1f}",
        f"{place[1] - 8:.1f}",
        "; ".join([*names, *rest]),
        mark_safe(display.icon),
        number,
    )


def _cross(place: tuple[float, float]) -> SafeString:
    return format_html(
        '<path class="center" transform="translate({} {})" d="M-18 0H18M0-18V18"/>',
        f"{place[0]:.1f}",
        f"{place[1]:.1f}",
    )
