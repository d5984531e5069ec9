"""Renders Vega-Lite specifications to SVG under a strict content security policy, with the theme and common layers."""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

#: The tokens of static/css/tokens.css that a mark may have; `light-dark()` in them gives both themes from one SVG.
ACTUAL, PLAN, FORECAST, ALERT, MUTED = "var(--open)", "var(--soon)", "var(--ongoing)", "var(--bad)", "var(--soft)"
INK, LINE, EDGE = "var(--ink)", "var(--line)", "var(--edge)"
FONT = "Inter"
FONT_SIZE = 12

CONFIG = {
    "aria": False,  # the SVG is one picture with a title and a description; the table has the numbers
    "background": None,
    "font": FONT,
    "padding": {"left": 2, "right": 14, "top": 6, "bottom": 2},
    "view": {"stroke": None},
    "axis": {
        "domainColor": EDGE,
        "gridColor": LINE,
        "labelColor": MUTED,
        "labelFontSize": FONT_SIZE,
        "tickColor": EDGE,
        "titleColor": MUTED,
        "titleFontSize": FONT_SIZE,
        "titleFontWeight": 500,
        "labelOverlap": "greedy",
        "titlePadding": 8,
    },
    "axisX": {"grid": False},
    "axisY": {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleY": -12, "titleX": 0, "domain": False},
    "header": {"labelColor": INK, "labelFontSize": FONT_SIZE, "labelFontWeight": 600, "title": None},
    "legend": {"labelColor": MUTED, "titleColor": MUTED, "labelFontSize": FONT_SIZE},
    "text": {"color": INK, "fontSize": FONT_SIZE},
    "line": {"strokeWidth": 2},
}


logger = logging.getLogger(__name__)

_ROOT = re.compile(r"\A<svg\b[^>]*\bviewBox=\"(?P<view_box>[-\d. ]+)\"[^>]*>(?P<content>.*)</svg>\s*\Z", re.DOTALL)
_ID = re.compile(r'\bid="([^"]+)"|url\(#([^)"]+)\)|href="#([^"]+)"')
_FORBIDDEN = re.compile(r"<style|<script|<image|<foreignObject|\sstyle=|\son\w+=|href=\"(?!#)", re.IGNORECASE)
#: Roles and labels that Vega gives to marks; the whole picture is one image to assistive technology.
_MARK_ROLES = re.compile(r' (?:role|aria-label|aria-roledescription)="[^"]*"(?=[^<>]*>)')
_NOTHING_DRAWN = re.compile(r'<path class="(?:background|foreground)"[^>]*\bd="(?:M0,0h0v0h0Z)?"[^>]*/>')
_CACHE_SIZE = 256  # of about 20 kB each, in every worker


def render_svg(specification: dict, *, name: str, title: str, description: str) -> SafeString:
    """The SVG element, with ids that begin with `name`; empty, and logged, when it cannot be drawn."""
    try:
        view_box, content = _picture(json.dumps(specification | {"config": CONFIG}, sort_keys=True))
    except Exception:  # the page still has the table
        logger.exception("A chart could not be drawn", extra={"chart": name})
        return SafeString("")
    return format_html(
        '<svg class="chart-picture" viewBox="{}" role="img" aria-labelledby="{}-title {}-desc" focusable="false">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}</svg>',
        view_box, name, name, name, title, name, description, mark_safe(_with_prefix(content, name)),
    )  # fmt: skip


@lru_cache(maxsize=_CACHE_SIZE)
def _picture(specification: str) -> tuple[str, str]:
    """The view box and the content of the drawn SVG. The library, with its engine, is loaded by the first picture."""
    import vl_convert

    svg = vl_convert.vegalite_to_svg(specification, allowed_base_urls=[])
    root = _ROOT.match(svg)
    if root is None or _FORBIDDEN.search(svg):
        raise ValueError("The drawn SVG has a part that the content security policy forbids.")
    return root["view_box"], _NOTHING_DRAWN.sub("", _MARK_ROLES.sub("", root["content"]))


def _with_prefix(content: str, name: str) -> str:
    """The content with every id, and every reference to one, under the chart's name."""

    def rename(match: re.Match) -> str:
        own, used, linked = match.groups()
        if own:
            return f'id="{name}-{own}"'
        return f"url(#{name}-{used})" if used else f'href="#{name}-{linked}"'

    return _ID.sub(rename, content)


Layer = dict[str, object]
#: Panels in one picture; what is left out must be said beside it.
MAX_PANELS = 12


def time_axis(field: str, title: str) -> dict:
    """A horizontal axis of days, in UTC so that a day never shifts; labelled by month and year."""
    axis = {"format": "%b %Y", "tickCount": 6, "labelFlush": True}
    return {"field": field, "type": "temporal", "title": title, "scale": {"type": "utc"}, "axis": axis}


def number_axis(field: str, title: str, *, is_percentage: bool = False) -> dict:
    """An axis from zero with whole numbers; a percentage goes to 100."""
    scale = {"domain": [0, 100]} if is_percentage else {"zero": True, "nice": True}
    axis = {"format": ",d", "tickCount": 5, "tickMinStep": 1}
    return {"field": field, "type": "quantitative", "title": title, "scale": scale, "axis": axis}


def line(
    x: dict, y: dict, *, color: str, dash: Sequence[int] = (), is_step: bool = False, points: bool = False
) -> Layer:
    """A line through the rows that have a value in the field of `y`."""
    mark = {"type": "line", "color": color, "clip": False} | ({"strokeDash": list(dash)} if dash else {})
    mark |= {"interpolate": "step-after"} if is_step else {}
    mark |= {"point": {"color": color, "size": 28, "filled": True}} if points else {}
    return {"transform": _with_value(y["field"]), "mark": mark, "encoding": {"x": x, "y": y}}


def area(x: dict, y: dict, *, color: str, opacity: float = 0.14) -> Layer:
    """The surface between zero and `y`."""
    mark = {"type": "area", "color": color, "opacity": opacity}
    return {"transform": _with_value(y["field"]), "mark": mark, "encoding": {"x": x, "y": y}}


def area_between(x: dict, low: dict, high: str, *, color: str, opacity: float) -> Layer:
    """The surface between the field of `low` and the field `high`, such as a prediction band."""
    mark = {"type": "area", "color": color, "opacity": opacity}
    return {
        "transform": _with_value(low["field"]),
        "mark": mark,
        "encoding": {"x": x, "y": low, "y2": {"field": high}},
    }


def rule(
    encoding: Mapping[str, object], *, color: str, dash: Sequence[int] = (6, 4), values: list | None = None
) -> Layer:
    """A straight line, such as a target or a deadline; `values` replaces the rows of the chart."""
    mark = {"type": "rule", "color": color, "strokeWidth": 2, "strokeDash": list(dash)}
    return _with_values({"mark": mark, "encoding": dict(encoding)}, values)


def text_label(encoding: Mapping[str, dict], *, values: list | None = None, **mark: object) -> Layer:
    """A label inside the plot at each row that has a text, such as the value at the end of a line."""
    layer = {"mark": {"type": "text", "fontWeight": 600} | mark, "encoding": dict(encoding)}
    return _with_values(layer | {"transform": _with_value(encoding["text"]["field"])}, values)


def _with_values(layer: Layer, values: list | None) -> Layer:
    return layer if values is None else layer | {"data": {"values": values}}


def _with_value(field: str) -> list[dict]:
    return [{"filter": f"isValid(datum.{field})"}]


def facets(layers: Sequence[dict], *, by: str, order: Sequence[str]) -> dict:
    """Small multiples: one panel for each value of the field `by`, in this order; the chart adds widths and columns."""
    facet = {"field": by, "type": "nominal", "sort": list(order), "title": None}
    return {"facet": facet, "spec": {"layer": list(layers)}, "spacing": {"row": 26, "column": 22}}
