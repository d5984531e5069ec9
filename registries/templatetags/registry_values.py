"""Pieces of registry records in words."""

from django import template
from django.db.models import TextChoices

from contacts import choices as contact_codes
from registries.path_labels import path_label
from sites import choices as site_codes
from trials import choices as trial_codes

register = template.Library()
register.filter("path_in_words", path_label)
MAX_LENGTH = 200
_LABEL_BY_CODE = {
    code: words
    for room in (contact_codes, site_codes, trial_codes)
    for kind in vars(room).values()
    if isinstance(kind, type) and issubclass(kind, TextChoices)
    for code, words in kind.choices
}


@register.filter
def as_text(value) -> str:
    """A value of a record as a line of text, not too long; nothing is said as such."""
    if value in (None, "", [], {}):
        return "not published"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dict):
        value = ", ".join(as_text(part) for part in value.values() if part not in (None, "", [], {}))
    if isinstance(value, list):
        value = "; ".join(as_text(part) for part in value)
    text = str(_LABEL_BY_CODE.get(value, value))
    return text if len(text) <= MAX_LENGTH else f"{text[:MAX_LENGTH]}…"
