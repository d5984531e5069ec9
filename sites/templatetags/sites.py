"""Template tags of sites: ages of confirmations, months of enrollment, and the sites of a trial's page."""

from collections.abc import Sequence
from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.localized import format_partial_date
from sites.choices import ConfirmedAs, Listing
from sites.confirmation_age import AgeLevel, confirmation_age, status_needs_confirmation
from sites.enrollment.parsing import format_month_short
from sites.maps.site_map import MapPoint, SiteMap, draw_site_map
from sites.places.facility_points import facility_point
from sites.site_cards import SiteGroups, group_sites
from sites.status_summary import StatusSummary, summarize_statuses
from trials.models import Trial

register = template.Library()
register.filter("month_short", format_month_short)

NEVER_CONFIRMED = gettext_noop("Never confirmed by the site")
#: Texts with and without the verb, by the capacity of who confirmed.
_CONFIRMED = {
    ConfirmedAs.SITE: (gettext_noop("Confirmed by the site {ago}"), gettext_noop("By the site {ago}")),
    ConfirmedAs.TRIAL_OFFICE: (
        gettext_noop("Confirmed by the trial office {ago}"),
        gettext_noop("By the trial office {ago}"),
    ),
}
_CONFIRMED_SOMEHOW = (gettext_noop("Confirmed {ago}"), gettext_noop("Confirmed {ago}"))


@register.simple_tag
def age(days: int | None, text: str = _CONFIRMED_SOMEHOW[0]) -> SafeString:
    """The age with a mark of its level: "Confirmed 3 days ago"; `text="{ago}"` leaves out the verb."""
    current = confirmation_age(days)
    if current.age_level is AgeLevel.NEVER:
        return format_html('<span class="age never">{}</span>', _(NEVER_CONFIRMED))
    shown = text.format(ago=current.text) if text == "{ago}" else _(text).format(ago=current.text)
    return format_html('<span class="age {}">{}</span>', current.age_level.value, shown)


@register.simple_tag
def confirmation(site, today: date, verb: bool = True) -> SafeString | str:
    """The last confirmation of a site: "Confirmed by the site 3 days ago"; blank where none is due.

    `verb=False` for a column headed "Last confirmed". An unconfirmed status of a listed site is shown as imported.
    """
    if not status_needs_confirmation(site.status):
        return ""
    if site.last_confirmed_on is None:
        source = _("As imported from ClinicalTrials.gov") if site.listing != Listing.OURS else _(NEVER_CONFIRMED)
        has_day = site.listing != Listing.OURS and site.status_as_of
        as_of = f", {format_partial_date(site.status_as_of)}" if has_day else ""
        return format_html('<span class="age never">{}{}</span>', source, as_of)
    with_verb, without_verb = _CONFIRMED.get(getattr(site, "confirmed_as", ""), _CONFIRMED_SOMEHOW)
    return age((today - site.last_confirmed_on).days, with_verb if verb else without_verb)


@register.simple_tag
def summary_age(summary: StatusSummary, short: bool = False) -> SafeString | str:
    """The recent confirmations of a trial's open sites, with the level of the oldest; blank where none is open."""
    if summary.age_level is None:
        return ""
    text = summary.confirmed_short if short else summary.confirmed
    return format_html('<span class="age {}">{}</span>', summary.age_level.value, text)


@register.simple_tag
def row_summary(row, today: date) -> StatusSummary:
    """The status summary of a search row."""
    return summarize_statuses(row.counts, shown_status=row.status, today=today)


@register.filter
def days_since(day: date | None, today: date) -> int | None:
    """The number of days from `day` to `today`; None without a day."""
    return None if day is None else (today - day).days


@register.filter
def month_params(month: str) -> list[tuple[str, str]]:
    """The month as the hidden parameters of a search form."""
    return [("month", str(month))]


@register.simple_tag
def site_groups(trial: Trial, sites: Sequence, today: date, is_past: bool = False) -> SiteGroups:
    """The trial's sites by country and region, with counts and public statuses."""
    return group_sites(trial, sites, today=today, is_past=is_past)


@register.simple_tag
def trial_map(groups: SiteGroups) -> SiteMap | None:
    """The map of a trial's sites; None where none has a point."""
    cards = [card for country in groups.countries for region in country.regions for card in region.cards]
    points = [(card, facility_point(card.site.facility)) for card in cards]
    shown = [
        MapPoint(*point, card.status, str(card.site.facility), f"#site-{card.site.pk}")
        for card, point in points
        if point
    ]
    title = _("Map of {n} sites; the list below names them with their status").format(n=len(shown))
    return draw_site_map(shown, title)
