"""Template tags of My work: days until a due date, review reasons and labels."""

import re
from collections.abc import Sequence
from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from common import dates
from sites.models import TrialSite
from trials.models import Trial
from work.my_work import confirmations

register = template.Library()

#: Notes in the source of a rule begin in lower case or with a count.
_REFERENCE = re.compile(r"[A-Z]|\d+ CFR\b")


@register.filter
def due(day: date | None, today: date) -> SafeString | str:
    """Such as "88 days overdue", "Today" or "in 6 days"; blank without a date."""
    if day is None:
        return ""
    days = (day - today).days
    if days < 0:
        return format_html('<span class="age stale">{} overdue</span>', _days(-days))
    if days == 0:
        return format_html('<span class="age aging">{}</span>', "Today")
    return format_html('<span class="age">in {}</span>', _days(days))


@register.simple_tag
def review_reasons(site: TrialSite) -> Sequence[str]:
    """Why the site's status needs a review today: `{% review_reasons site as reasons %}`."""
    return confirmations.review_reasons([site], on=dates.today()).get(site.pk, ())


@register.simple_tag
def new_site_label(trial: Trial, user: User) -> str:
    """Label of the link to the page of a new site; blank if the user can neither add nor request one."""
    if Trial.objects.editable_by(user).filter(pk=trial.pk).exists():
        return "Add a site"
    return "Request a site" if TrialSite.objects.editable_by(user).filter(trial=trial).exists() else ""


@register.simple_tag
def oversees(user: User, trial: Trial) -> bool:
    """Whether the user sees the figures of every site of the trial: `{% oversees user trial as may_read %}`."""
    return Trial.objects.overseen_by(user).filter(pk=trial.pk).exists()


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"


@register.filter
def rule_reference(source: str | None) -> str:
    """The regulations and guidelines in the source of a rule, without notes on how the rule was found or measured."""
    return "; ".join(part for part in (source or "").split("; ") if _REFERENCE.match(part))


@register.filter
def get_item(mapping: dict[str, str], key: str) -> str:
    """The value of a key: `{{ names|get_item:row.author }}`; blank if it is missing."""
    return mapping.get(key, "")
