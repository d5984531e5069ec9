"""Template tags of trials: statuses with icons, labels of codes, facts, and the registry's markup. None runs a query.

Blocks of markup belong inside `<div class="prose">`.
"""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from common.enum_labels import choice_label
from common.markup import Node, render, render_nodes, resolve_escapes, with_links
from trials import ages
from trials.choices import OverallStatus
from trials.criteria import Criteria, read_criteria
from trials.status_display import NOT_PUBLISHED, STATUS_DISPLAYS, status_display

register = template.Library()


@register.simple_tag
def status_icon(code: str) -> SafeString:
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
        status_label(code),
    )
    if not explain:
        return shown
    return format_html(
        '<details class="explain"><summary>{}</summary><p>{}</p></details>', shown, _(display.definition)
    )


@register.filter
def status_label(code: str) -> str:
    """The label of a status; "Not published" for a blank."""
    return choice_label(code, "OverallStatus") or _(NOT_PUBLISHED)


@register.filter
def status_hue(code: str) -> str:
    """The CSS class for the hue of a status."""
    return status_display(code).hue


@register.inclusion_tag("_status_glossary.html")
def status_glossary() -> dict:
    """All statuses with their definitions; anchors such as #status-recruiting."""
    anchors = {code: f"status-{code.lower().replace('_', '-')}" for code in OverallStatus.values}
    return {"statuses": [(code, anchor, _(STATUS_DISPLAYS[code].definition)) for code, anchor in anchors.items()]}


@register.simple_tag
@register.filter
def code_label(value: str | Iterable[str], enumeration: str) -> str:
    """Labels of one code or several: `{{ trial.phases|code_label:"Phase" }}` is "Phase 2, Phase 3"; also a tag."""
    codes = [value] if isinstance(value, str) else value or []
    return ", ".join(choice_label(code, enumeration) for code in codes)


@register.filter
def yes_no(value: bool | None) -> str:
    """Yes, No, or nothing for None."""
    return "" if value is None else _("Yes") if value else _("No")


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


@register.filter
def markup(text: str) -> SafeString:
    """A markup field as paragraphs and lists."""
    return render(text or "")


@register.filter
def markup_nodes(nodes: Iterable[Node]) -> SafeString:
    """Parsed markup, such as a section of criteria."""
    return render_nodes(nodes)


@register.filter
def plain_text(text: str) -> str:
    """A markup field on one line of a page: escapes resolved, nothing else."""
    return resolve_escapes(text or "")


@register.filter
def linked(text: str) -> SafeString:
    """A plain field whose web addresses are links."""
    return with_links(text or "")


@register.simple_tag
def criteria(text: str) -> Criteria:
    """Parsed eligibility criteria: `{% criteria text as criteria %}`, then include `_criteria.html`."""
    return read_criteria(text or "")
