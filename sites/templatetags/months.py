"""Filters of months: `{{ month|month_short }}` is "Oct 2026"."""

from django import template

from sites.enrollment.parsing import format_month_short

register = template.Library()

register.filter("month_short", format_month_short)


@register.filter
def month_params(month: str) -> list[tuple[str, str]]:
    """The month as the hidden parameters of a search form."""
    return [("month", str(month))]
