"""Template filters for values of registry records."""

from django import template
from django.db.models import TextChoices

from contacts import choices as contact_choices
from sites import choices as site_choices
from trials import choices as trial_choices

register = template.Library()
MAX_LENGTH = 200
_LABEL_BY_CODE = {
    code: label
    for module in (contact_choices, site_choices, trial_choices)
    for choices in vars(module).values()
    if isinstance(choices, type) and issubclass(choices, TextChoices)
    for code, label in choices.choices
}


@register.filter
def as_text(value) -> str:
    """A value of a record as one line of at most `MAX_LENGTH` characters; "not published" for no value."""
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
