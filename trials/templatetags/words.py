"""Template tags for labels of codes: statuses with icons, enumerations, facts. None runs a query."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from common.enum_labels import choice_label
from trials import ages
from trials.choices import OverallStatus
from trials.status_display import NOT_PUBLISHED, STATUS_DISPLAYS, status_display

register = template.Library()


@register.simple_tag
def status_mark(code: str) -> SafeString:
    """The icon alone, where the label is shown beside it."""
    display = status_display(code)
    return format_html(
        '<svg class="mark {}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>', display.hue, mark_safe(display.icon)
    )


@register.simple_tag
def status(code: str, pill: bool = False, explain: bool = False) -> SafeString:
    """A status as icon and label; `pill` adds a frame, `explain` a disclosure with the registry's definition."""
    display = status_display(code)
    shown = format_html(
        '<span class="status {}{}"><svg viewBox="0 0 16 16" aria-hidden="true">{}</svg>{}</span>',
        display.hue,
        " pill" if pill else "",
        mark_safe(display.icon),
        status_words(code),
    )
    if not explain:
        return shown
    return format_html('<details class="explain"><summary>{}</summary><p>{}</p></details>', shown, display.definition)


@register.filter
def status_words(code: str) -> str:
    """The label of a status; "Not published" for a blank."""
    return choice_label(code, "OverallStatus") or NOT_PUBLISHED


@register.filter
def status_hue(code: str) -> str:
    """The CSS class for the hue of a status."""
    return status_display(code).hue


@register.inclusion_tag("_status_glossary.html")
def status_glossary() -> dict:
    """All statuses with their definitions; anchors such as #status-recruiting."""
    anchors = {code: f"status-{code.lower().replace('_', '-')}" for code in OverallStatus.values}
    return {"statuses": [(code, anchor, STATUS_DISPLAYS[code].definition) for code, anchor in anchors.items()]}


@register.filter
def words(value: str | Iterable[str], enumeration: str) -> str:
    """Labels of one code or several: `{{ trial.phases|words:"Phase" }}` is "Phase 2, Phase 3"."""
    codes = [value] if isinstance(value, str) else value or []
    return ", ".join(choice_label(code, enumeration) for code in codes)


@register.simple_tag
def code_words(value: str | Iterable[str], enumeration: str) -> str:
    """The filter `words` as a tag."""
    return words(value, enumeration)


@register.filter
def yes_no(value: bool | None) -> str:
    """Yes, No, or nothing for None."""
    return "" if value is None else "Yes" if value else "No"


@register.simple_tag
def fact(label: str, value: object, note: str = "", long: bool = False) -> str:
    """A label and its value inside `<dl class="facts">`; nothing without a value. Zero and False are values."""
    shown = yes_no(value) if isinstance(value, bool) else value
    if shown is None or (not isinstance(shown, int | float) and not str(shown).strip()):
        return ""
    return format_html(
        "<div{}><dt>{}</dt><dd>{}{}</dd></div>",
        mark_safe(' class="is-long"') if long else "",
        label,
        shown,
        format_html(' <span class="note">({})</span>', note) if note else "",
    )


@register.filter
def age_limit(age: str) -> str:
    """ "18 Years" as "18 years"."""
    return ages.format_age(age or "")


@register.simple_tag
def age_range(minimum: str, maximum: str) -> str:
    """Both limits as text: "18 to 80 years", "18 years and over", "Any age"."""
    return ages.format_age_range(minimum, maximum)


@register.filter
def age_groups(codes: Iterable[str]) -> str:
    """The age groups with their meaning: "Adult (18–64 years), Older adult (65 years and over)"."""
    return ", ".join(ages.format_age_group(code) for code in codes or [])
