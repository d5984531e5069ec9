"""Figures of the whole installation, over public data only: how recently sites were confirmed, how late changes come.

Two grouped queries for any number of sites.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, DateField, F, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from common.charts import Chart, Column, line, rule, text_label
from common.charts.svg import ACTUAL, ALERT, PLAN, number_axis
from sites.choices import OPEN, Source
from sites.models import StatusEvent, TrialSite

#: Days within which a change of recruitment must be reported: 42 CFR 11.64(a)(1)(ii), in the United States; Regulation
#: (EU) No 536/2014, Articles 36 to 38, in the European Union.
UNITED_STATES_DAYS, EUROPEAN_UNION_DAYS = 30, 15
#: Median days from a change to the registry's record: Jones et al., BMJ Open 2017.
LITERATURE_DELAY = 141
DAYS_SHOWN = (0, 5, 10, 15, 20, 25, 30, 45, 60, 75, 90, 120, 150, 180)
DELAYS_IN_A_FIGURE = 10  # a median of fewer changes is not shown


@dataclass(frozen=True, slots=True)
class Freshness:
    """Recruiting sites by the days since their confirmation; those never confirmed under None."""

    days: Mapping[int | None, int]

    @property
    def sites(self) -> int:
        return sum(self.days.values())

    @property
    def never(self) -> int:
        return self.days.get(None, 0)

    def within(self, limit: int) -> int:
        """Sites confirmed within so many days."""
        return sum(number for days, number in self.days.items() if days is not None and days <= limit)

    def percent_within(self, limit: int) -> int | None:
        """The rounded percentage; None without sites."""
        return round(100 * self.within(limit) / self.sites) if self.sites else None


def public_recruiting_sites() -> QuerySet[TrialSite]:
    """Sites of published trials that are open, as the public sees it."""
    return TrialSite.objects.filter(trial__is_public=True).with_shown_status().filter(shown_status__in=OPEN)


def freshness(sites: QuerySet[TrialSite], *, today: date) -> Freshness:
    """One query."""
    confirmed = sites.order_by().values_list("last_confirmed_on").annotate(Count("pk"))
    days: Counter = Counter()
    for day, number in confirmed:
        days[None if day is None else max(0, (today - day).days)] += number
    return Freshness(days)


@dataclass(frozen=True, slots=True)
class Delays:
    """Days from a change to its entry, and so to its publication, by how many changes took them."""

    days: Mapping[int, int]

    @property
    def changes(self) -> int:
        return sum(self.days.values())

    @property
    def median(self) -> int | None:
        """The lower median; None for too few changes."""
        if self.changes < DELAYS_IN_A_FIGURE:
            return None
        counted, half = 0, self.changes / 2
        for days in sorted(self.days):
            counted += self.days[days]
            if counted >= half:
                return days
        return None


def publication_delays() -> Delays:
    """Changes that people entered for sites of published trials, with the day known; one query.

    Corrected ones do not count, nor changes entered before their day. A change is published as it is saved.
    """
    exact = r"^\d{4}-\d{2}-\d{2}$"
    events = StatusEvent.objects.filter(
        source=Source.PERSON, trial_site__trial__is_public=True, corrected_by__isnull=True, corrects__isnull=True,
        effective_on__regex=exact, as_of__regex=exact, as_of__gte=F("effective_on"),
    ).exclude(status="")  # fmt: skip
    delay = Cast("as_of", DateField()) - Cast("effective_on", DateField())
    counts = events.order_by().values_list(delay).annotate(Count("pk"))
    return Delays({delay.days: number for delay, number in counts})


def freshness_chart(figures: Freshness) -> Chart | None:
    """The share of sites confirmed within so many days, with the two legal lines; None without sites."""
    if not figures.sites:
        return None
    rows = [{"days": days, "share": figures.percent_within(days), "sites": figures.within(days)} for days in DAYS_SHOWN]
    x = {
        "field": "days", "type": "quantitative", "title": _("Days since the last confirmation"),
        "axis": {"values": [0, 15, 30, 60, 90, 120, 150, 180], "format": "d"}, "scale": {"domain": [0, DAYS_SHOWN[-1]]},
    }  # fmt: skip
    y = number_axis("share", _("Sites in %"), is_percentage=True)
    layers = [line(x, y, color=ACTUAL, points=True)]
    for limit, color in ((EUROPEAN_UNION_DAYS, PLAN), (UNITED_STATES_DAYS, ALERT)):
        layers.append(rule({"x": x}, color=color, values=[{"days": limit}]))
    last = [rows[-1] | {"text": f"{rows[-1]['share']} %"}]
    layers.append(
        text_label({"x": x, "y": y, "text": {"field": "text"}}, values=last, align="right", dy=-10, color=ACTUAL)
    )
    return Chart(
        name="freshness",
        title=_("Recruiting sites by days since their last confirmation"),
        description=_(
            "{sites} recruiting sites. Confirmed within 15 days: {eu} %; within 30 days: {us} %; never: {never}."
        ).format(
            sites=f"{figures.sites:,}",
            eu=figures.percent_within(EUROPEAN_UNION_DAYS),
            us=figures.percent_within(UNITED_STATES_DAYS),
            never=f"{figures.never:,}",
        ),
        columns=[Column("days", _("Within days")), Column("share", _("Share"), " %"), Column("sites", _("Sites"))],
        rows=rows,
        specification={"layer": layers},
        caption=_("Dashed: a change must be reported within 15 days in the European Union, 30 in the United States."),
    )


def shares(figures: Freshness) -> Sequence[tuple[int, int | None]]:
    """The limits in days with the percentage of sites confirmed within each."""
    return [(limit, figures.percent_within(limit)) for limit in (UNITED_STATES_DAYS, EUROPEAN_UNION_DAYS)]
