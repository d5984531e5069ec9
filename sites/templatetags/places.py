"""Where a trial takes place, on its page: `{% whereabouts sites today as where %}`."""

from collections.abc import Sequence
from datetime import date

from django import template

from sites.grouping import Whereabouts, whereabouts_of

register = template.Library()


@register.simple_tag
def whereabouts(sites: Sequence, today: date) -> Whereabouts:
    """The sites by country and region, counted."""
    return whereabouts_of(sites, today=today)
