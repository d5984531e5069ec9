"""Where a trial takes place, on its page: `{% whereabouts trial sites today as where %}`."""

from collections.abc import Sequence
from datetime import date

from django import template

from sites.site_cards import Whereabouts, whereabouts_of
from trials.models import Trial

register = template.Library()


@register.simple_tag
def whereabouts(trial: Trial, sites: Sequence, today: date) -> Whereabouts:
    """The trial's sites by country and region, counted, with their statuses as the public sees them."""
    return whereabouts_of(trial, sites, today=today)
