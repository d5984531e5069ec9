"""Template filter for partial dates: `{% load dates %}{{ trial.start_date|partial_date }}`."""

from django import template
from django.utils.html import format_html

from common.localized import format_partial_date
from common.partial_dates.value import PartialDate

register = template.Library()


@register.filter
def partial_date(value: str | None) -> str:
    """A <time> element with the formatted date and its ISO text; "" for no date."""
    if not value:
        return ""
    known = PartialDate(value)
    return format_html('<time datetime="{}">{}</time>', str(known), format_partial_date(known))
