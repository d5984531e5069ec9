"""Charts: Vega-Lite specifications drawn to SVG on the server, each with the table of its numbers."""

from common.charts.chart import Chart, Column
from common.charts.svg import area, area_between, facets, line, rule, text_label

__all__ = ["Chart", "Column", "area", "area_between", "facets", "line", "rule", "text_label"]
