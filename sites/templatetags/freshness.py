"""The age of a confirmation on pages: `{% age days %}`."""

from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sites.freshness import Warmth, age_of

register = template.Library()


@register.simple_tag
def age(days: int | None, said: str = "Confirmed") -> SafeString:
    """Words with a dot that warms up: "Confirmed 3 days ago"; `said=""` leaves the verb to a heading."""
    known = age_of(days)
    if known.warmth is Warmth.NEVER:
        return format_html('<span class="age never">{}</span>', "Not confirmed yet")
    return format_html('<span class="age {}">{}</span>', known.warmth.value, f"{said} {known.words}".strip())


@register.filter
def days_until(day: date | None, today: date) -> int | None:
    """How many days ago `day` was, as of `today`; None for no day."""
    return None if day is None else (today - day).days
