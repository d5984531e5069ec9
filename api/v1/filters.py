"""Filter sets of the API where they differ from those of the pages."""

from publishing.search.filters import TrialFilterSet
from publishing.search.near_sql import RECRUITING
from sites.filters import NearFilterSet, PointFilter
from sites.models import TrialSite


class ApiTrialFilterSet(TrialFilterSet, NearFilterSet):
    """The filters of the search page, with the circle as a point and kilometres instead of a place by name."""

    near = PointFilter(
        method="within_circle",
        label="Near",
        max_length=40,
        help_text="Latitude and longitude in degrees, `45.76,4.84`: trials with a site that recruits at most "
        "`within_km` from there, by the facility's point, or its city's where it has none.",
    )

    def within_circle(self, queryset, name, point):
        recruiting = TrialSite.objects.publicly_in(RECRUITING).order_by()
        sites = super().within_circle(recruiting, name, point)
        return queryset.filter(trial__in=sites.values("trial"))
