"""Small multiples: one panel for each group, with the same axes. Pure."""

from collections.abc import Sequence

#: Panels in one picture; what is left out must be said beside it.
MAX_PANELS = 12


def facets(layers: Sequence[dict], *, by: str, order: Sequence[str]) -> dict:
    """One panel for each value of the field `by`, in this order; the chart adds widths and columns."""
    facet = {"field": by, "type": "nominal", "sort": list(order), "title": None}
    return {"facet": facet, "spec": {"layer": list(layers)}, "spacing": {"row": 26, "column": 22}}
