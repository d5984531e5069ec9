"""Layers of Vega-Lite specifications that several charts have in common. Pure; fields are columns of the chart."""

from collections.abc import Mapping, Sequence

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
