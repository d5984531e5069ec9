"""Charts as inline SVG: allowed by the content security policy, described, unique in their ids, and dispensable."""

import re
import subprocess
import sys
from datetime import date

import pytest
from django.template.loader import render_to_string

from common.charts import Chart, Column, facets, line
from common.charts import svg as renderer
from common.charts.svg import ACTUAL, number_axis, time_axis
from tests.common.charts.pictures import heights, is_proportional

VALUES = [0, 3, 4, 9]


def a_chart(name: str = "one", specification: dict | None = None, **values) -> Chart:
    layer = line(time_axis("day", "Day"), number_axis("number", "Participants"), color=ACTUAL)
    return Chart(
        name=name,
        title="Participants <b>",
        description="From 0 to 9.",
        columns=[Column("day", "Day"), Column("number", "Participants")],
        rows=[{"day": date(2026, month, 1), "number": value, "g": "A"} for month, value in enumerate(VALUES, 1)],
        specification=specification or {"layer": [layer]},
        **values,
    )


@pytest.mark.parametrize("specification", [None, facets([], by="g", order=["A"])])
def test_a_picture_has_nothing_that_the_policy_forbids(specification):
    if specification:
        specification["spec"]["layer"] = a_chart().specification["layer"]
    for svg in (a_chart(specification=specification).wide_svg, a_chart(specification=specification).narrow_svg):
        assert svg.startswith("<svg ")
        assert not re.search(r"<style|<script|style=|xlink|https?:|\son\w+=", svg)


def test_a_picture_has_a_title_and_a_description():
    svg = a_chart().wide_svg
    assert 'role="img" aria-labelledby="one-wide-title one-wide-desc"' in svg
    assert '<title id="one-wide-title">Participants &lt;b&gt;</title>' in svg
    assert '<desc id="one-wide-desc">From 0 to 9.</desc>' in svg
    assert not re.search(r"<svg[^>]*\b(width|height)=", svg)


def test_marks_are_no_images_of_their_own():
    assert a_chart().wide_svg.count(" role=") == 1
    assert "aria-roledescription" not in a_chart().wide_svg


def test_axes_have_titles_and_colours_are_tokens():
    svg = a_chart().wide_svg
    assert ">Participants</text>" in svg
    assert ">Day</text>" in svg
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) - {"none", "transparent"}
    assert all(colour.startswith("var(--") for colour in colours), colours


def test_ids_differ_between_the_charts_of_a_page():
    page = "".join(chart.wide_svg + chart.narrow_svg for chart in (a_chart("one"), a_chart("two")))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)


def test_the_line_and_the_table_have_the_same_numbers():
    chart = a_chart()
    assert [row[1] for row in chart.table] == [str(value) for value in VALUES]
    for svg in (chart.wide_svg, chart.narrow_svg):
        [drawn] = heights(svg, ACTUAL)
        assert is_proportional(drawn, VALUES)
        assert not is_proportional(drawn, [0, 3, 5, 9])


def test_a_missing_value_is_a_dash_and_is_not_drawn():
    chart = a_chart()
    chart.rows[1]["number"] = None
    [drawn] = heights(chart.wide_svg, ACTUAL)
    assert chart.table[1] == ["1 Feb 2026", "–"]
    assert is_proportional(drawn, [0, 4, 9])


def test_the_same_numbers_are_drawn_once(monkeypatch):
    renderer._picture.cache_clear()
    first = a_chart("one").wide_svg
    monkeypatch.setattr("vl_convert.vegalite_to_svg", None)
    assert a_chart("two").wide_svg == first.replace("one-", "two-")


def test_without_the_library_the_table_remains(monkeypatch, caplog):
    renderer._picture.cache_clear()
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    page = render_to_string("_chart.html", {"chart": a_chart()})
    assert "<svg" not in page
    assert "The picture cannot be shown now" in page
    assert "<details open>" in page
    assert '<th scope="row">1 Apr 2026</th><td class="num">9</td>' in page
    assert "could not be drawn" in caplog.text


def test_a_worker_that_draws_nothing_does_not_load_the_libraries():
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; import django; django.setup()\n"
        "import config.urls; print([name for name in ('vl_convert', 'scipy') if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip().endswith("[]")
