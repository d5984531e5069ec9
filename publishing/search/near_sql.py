"""SQL of a search near a place: from a circle and the filters of trials to trials and sites by distance.

Facilities within the circle come from a bounding box on covering indexes and the haversine formula
(`sites.places.circle`); their recruiting sites and trials follow by key. Filters apply to the trial, those of a country
to the site as well.
"""

from collections import defaultdict
from typing import NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db.models import Q, QuerySet

from publishing.search.cursor import Cursor
from publishing.search.filters import TrialFilterSet
from publishing.search.sql import Sql
from sites.choices import SiteStatus
from sites.models import TrialSite
from sites.places.circle import Circle
from sites.text_search import in_country

#: Site statuses in which somebody can join.
RECRUITING = (SiteStatus.RECRUITING.value, SiteStatus.AVAILABLE.value)


class RankedTrial(NamedTuple):
    """A trial of the circle: distance of its nearest site, and number of its sites."""

    trial: int
    km: float
    sites: int


class RankedSite(NamedTuple):
    """A site with its distance; `match` is "" for the facility's own point, else a `CityMatch`."""

    site: int
    km: float
    match: str


class PageOfTrials(NamedTuple):
    """Trials after a cursor, one more than a page where there are more, and counts over the circle."""

    trials: list[RankedTrial]
    count: int
    sites: int
    within: list[int]


def recruiting_sites(filterset: TrialFilterSet, user) -> QuerySet:
    """Public recruiting sites of the trials of a filter set."""
    sites = TrialSite.objects.visible_to(user).publicly_in(RECRUITING)
    for name in ("country", "recruiting_in"):
        if countries := filterset.form.cleaned_data.get(name):
            in_one = Q(pk__in=[])
            for country in countries:
                in_one |= in_country(country, "facility__")
            sites = sites.filter(in_one)
    return sites.filter(trial__in=filterset.qs.order_by().values("pk")).order_by()


def circle_sql(sites: QuerySet, circle: Circle) -> Sql | None:
    """Common table expressions `near` (facilities) and `found` (trial_id, km, sites); None when none can match."""
    points, point_params = circle.points_sql
    try:
        text, params = sites.values("trial_id", "facility_id").query.sql_with_params()
    except EmptyResultSet:
        return None
    return Sql(
        f"""
        WITH near AS MATERIALIZED ({points}),
        found AS MATERIALIZED (
            SELECT site.trial_id, min(near.km) AS km, count(*) AS sites
            FROM near JOIN ({text}) AS site USING (facility_id) GROUP BY site.trial_id
        )
        """,
        [*point_params, *params],
    )


def fetch_page(circle: Sql, after: Cursor | None, size: int, limits: list[float]) -> PageOfTrials:
    """The trials after a cursor, nearest first, and the numbers of trials within each limit in kilometres."""
    where, keys = ("(km, trial_id) > (%s, %s)", [float(after.place), after.pk]) if after else ("true", [])
    within = "".join(", count(*) FILTER (WHERE km <= %s)" for _ in limits)
    text = f"""
        {circle.text},
        page AS (SELECT * FROM found WHERE {where} ORDER BY km, trial_id LIMIT {size + 1:d}),
        counted AS (SELECT count(*), coalesce(sum(sites), 0)::bigint {within} FROM found)
        SELECT page.*, counted.* FROM counted LEFT JOIN page ON true ORDER BY km, trial_id
    """
    rows = Sql(text, [*circle.params, *keys, *limits]).fetch()
    count, sites, *counts = rows[0][3:]
    return PageOfTrials([RankedTrial(*row[:3]) for row in rows if row[0] is not None], count, sites, counts)


def fetch_trial_before(circle: Sql, after: Cursor, size: int) -> RankedTrial | None:
    """The last trial before the page that ends with the cursor's row; None where that is the first page."""
    text = f"""
        {circle.text}
        SELECT * FROM found WHERE (km, trial_id) <= (%s, %s)
        ORDER BY km DESC, trial_id DESC LIMIT 1 OFFSET {size:d}
    """
    rows = Sql(text, [*circle.params, float(after.place), after.pk]).fetch()
    return RankedTrial(*rows[0]) if rows else None


def count_trials(circle: Sql | None) -> int:
    """The number of trials in a circle."""
    return Sql(f"{circle.text} SELECT count(*) FROM found", circle.params).fetch()[0][0] if circle else 0


def fetch_nearest_sites(sites: QuerySet, circle: Circle, most: int) -> dict[int, list[RankedSite]]:
    """Trial → at most `most` of these sites in the circle, nearest first."""
    text, params = sites.values("pk", "trial_id", "facility_id").query.sql_with_params()
    points, point_params = circle.points_sql
    statement = Sql(
        f"""
        WITH near AS MATERIALIZED ({points}),
        placed AS (
            SELECT site.trial_id, site.pk, near.km, near.match,
                row_number() OVER (PARTITION BY site.trial_id ORDER BY near.km, site.pk) AS place
            FROM near JOIN ({text}) AS site USING (facility_id)
        )
        SELECT trial_id, pk, km, match FROM placed WHERE place <= {most:d} ORDER BY km, pk
        """,
        [*point_params, *params],
    )
    by_trial = defaultdict(list)
    for trial, *site in statement.fetch():
        by_trial[trial].append(RankedSite(*site))
    return by_trial
