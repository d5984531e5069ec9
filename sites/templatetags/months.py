"""Months on pages: `{{ month|month_short }}` is "Oct 2026"."""

from django import template

from sites.enrollment.parsing import short

register = template.Library()

register.filter("month_short", short)


@register.filter
def as_kept(month: str) -> list[tuple[str, str]]:
    """The month as what a search form keeps of its address."""
    return [("month", str(month))]
