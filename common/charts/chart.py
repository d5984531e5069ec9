"""A chart: its rows, how they are drawn, and the table of the same rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from common.charts.svg import render_svg

#: Widths in CSS pixels of the two pictures of a chart; static/css/charts.css shows the one that fits.
WIDE, NARROW = 800, 300
PANEL_WIDTHS = {WIDE: (3, 222), NARROW: (1, 236)}  # panels in a row, width of one


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the rows with its heading; `unit` follows each number of the table, such as " %"."""

    field: str
    heading: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture and its table, both of `rows`.

    `name` is unique on a page and becomes the prefix of ids. `specification` is Vega-Lite without data, sizes and
    theme: a mapping with `layer`, or that of `facets`. Dates in rows are `date`, missing values None.
    """

    name: str
    title: str
    description: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, object]]
    specification: Mapping[str, object]
    height: int = 220
    caption: str = ""

    @property
    def wide_svg(self) -> SafeString:
        """The picture for wide windows; empty when it cannot be drawn."""
        return self._svg(WIDE)

    @property
    def narrow_svg(self) -> SafeString:
        """The same picture for narrow windows, with letters of the same size."""
        return self._svg(NARROW)

    @property
    def table(self) -> list[list[object]]:
        """The cells of the table, one list for each row; the first cell names the row."""
        return [[self._cell(row.get(column.field), column.unit) for column in self.columns] for row in self.rows]

    @staticmethod
    def _cell(value: object, unit: str) -> object:
        if value is None or value == "":
            return "–"
        if isinstance(value, date):
            return f"{value.day} {value:%b %Y}"
        if isinstance(value, (int, float)):
            return f"{value:,}{unit}"
        return value

    def vega_lite(self, width: int) -> dict:
        """The complete specification but for the theme."""
        data = {"values": [{name: _json_value(value) for name, value in row.items()} for row in self.rows]}
        return {"data": data, **self._sized(width)}

    def _sized(self, width: int) -> dict:
        specification = dict(self.specification)
        if "facet" not in specification:
            fit = {"type": "fit", "contains": "padding"}
            return specification | {"width": width, "height": self.height, "autosize": fit}
        panels, panel_width = PANEL_WIDTHS[width]
        inner = dict(specification["spec"]) | {"width": panel_width, "height": self.height}
        return specification | {"columns": panels, "spec": inner}

    def _svg(self, width: int) -> SafeString:
        name = f"{self.name}-{'wide' if width == WIDE else 'narrow'}"
        return render_svg(self.vega_lite(width), name=name, title=self.title, description=self.description)


def _json_value(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
