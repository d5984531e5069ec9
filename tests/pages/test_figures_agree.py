"""The numbers of a picture, of the table behind it, of other pages and of the API are the same."""

import ast
import re
from collections import Counter

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from common.charts import Chart
from sites.choices import OPEN
from tests.api.conftest import ask, key, partner  # noqa: F401 - fixtures
from tests.demo_rows import put_demo
from tests.pages.html_reader import rows_of
from trials.models import Trial

pytestmark = pytest.mark.django_db
TRIAL = "/trials/NCT00000001/"
#: Every page with a chart.
PAGES = [
    "/statistics/", f"{TRIAL}enrollment/", f"{TRIAL}enrollment/?by=site", f"{TRIAL}enrollment/?count=screened",
    f"{TRIAL}activation/", f"{TRIAL}history/",
]  # fmt: skip


@pytest.fixture
def demo(db):
    put_demo(timezone.localdate())


@pytest.fixture
def manager(demo) -> Client:
    client = Client()
    client.force_login(User.objects.get(username="manager"))
    return client


def charts_of(response) -> list[Chart]:
    """The charts that the page shows."""
    rendered = zip(response.templates, response.context, strict=True)
    return [context["chart"] for template, context in rendered if template.name == "_chart.html"]


def chart_names() -> set[str]:
    """The names of all charts in the product's code."""
    names = set()
    for path in settings.BASE_DIR.glob("*/**/*.py"):
        if path.parts[len(settings.BASE_DIR.parts)] in ("tests", ".venv", "benchmarks"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Chart":
                names |= {part.value.value for part in node.keywords if part.arg == "name"}
    return names


def numbers(text: str) -> str:
    return re.sub(r"[^\d.-]", "", text)


def test_each_chart_draws_the_numbers_of_its_table(manager):
    """The data of the picture, row by row, are the cells of the table on the page."""
    seen = set()
    for address in PAGES:
        response = manager.get(address)
        assert response.status_code == 200, address
        html, rows = response.content.decode(), rows_of(response)
        for chart in charts_of(response):
            seen.add(chart.name)
            drawn = chart.vega_lite(800)["data"]["values"]
            assert len(drawn) == len(chart.table) > 0
            for values, cells in zip(drawn, chart.table, strict=True):
                for column, cell in zip(chart.columns, cells, strict=True):
                    value = values.get(column.field)
                    if isinstance(value, int | float):
                        assert float(numbers(str(cell))) == value, (chart.name, column, cell, value)
                    elif value is None:
                        assert cell == "–"
            printed = {" ".join(row.split()) for row in rows}
            assert {" ".join(map(str, cells)) for cells in chart.table} <= printed, (chart.name, sorted(printed)[:60])
            assert chart.wide_svg in html
    assert seen == chart_names()


def test_status_counts_of_page_board_and_api_are_the_sites(demo, client, ask):  # noqa: F811
    for trial in Trial.objects.filter(is_public=True):
        board = client.get(f"{trial.get_absolute_url()}sites/")
        counts = {one.status: one.count for one in board.context["status_counts"]}
        sites = ask("/api/v1/sites/", {"trial": trial.key, "page_size": "100"}).json()["results"]
        assert Counter(site["status"] or "" for site in sites) == Counter(counts), trial.key
        document = ask(f"/api/v1/trials/{trial.key}/").json()
        assert document["sites_total"] == len(sites) == sum(counts.values()) == board.context["total"]
        assert document["sites_open"] == sum(counts.get(status, 0) for status in OPEN)


def test_enrollment_of_overview_page_and_sites_is_one_number(manager):
    rows = [row for _, group in manager.get("/overview/").context["groups"] for row in group]
    [shown] = [row.figures.enrolled for row in rows if row.trial.nct_id == "NCT00000001"]
    [progress] = [chart for chart in charts_of(manager.get(f"{TRIAL}enrollment/")) if chart.name == "progress"]
    last = [row["actual"] for row in progress.rows if row.get("actual") is not None][-1]
    sites = [row.site for row in manager.get(f"{TRIAL}sites/").context["rows"]]
    assert shown == last == sum(site.enrolled or 0 for site in sites) > 0


def test_the_last_month_of_the_ribbon_has_the_status_counts_of_the_api(demo, client, ask):  # noqa: F811
    compared = 0
    for trial in Trial.objects.filter(is_public=True):
        charts = charts_of(client.get(f"{trial.get_absolute_url()}history/"))
        for ribbon in (chart for chart in charts if chart.name == "ribbon"):
            sites = ask("/api/v1/sites/", {"trial": trial.key, "page_size": "100"}).json()["results"]
            last = {status: number for status, number in ribbon.rows[-1].items() if status != "month" and number}
            assert last == Counter(site["status"] for site in sites if site["status"]), trial.key
            compared += 1
    assert compared > 3
