"""The site groups of a trial's page: `{% site_groups trial sites today as groups %}`."""

from collections.abc import Sequence
from datetime import date

from django import template

from sites.site_cards import SiteGroups, group_sites
from trials.models import Trial

register = template.Library()


@register.simple_tag
def site_groups(trial: Trial, sites: Sequence, today: date) -> SiteGroups:
    """The trial's sites by country and region, with counts and public statuses."""
    return group_sites(trial, sites, today=today)
