"""Words of My work: days to go (`{{ item.due_on|due:today }}`), and why a site is confirmed by itself."""

from collections.abc import Sequence
from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from common import dates
from sites.models import TrialSite
from trials.models import Trial
from work.my_work import review

register = template.Library()


@register.filter
def due(day: date | None, today: date) -> SafeString | str:
    """Such as "88 days over", "today" or "in 6 days", warmer the graver; nothing for no day."""
    if day is None:
        return ""
    days = (day - today).days
    if days < 0:
        return format_html('<span class="age stale">{} over</span>', _days(-days))
    if days == 0:
        return format_html('<span class="age aging">{}</span>', "Today")
    return format_html('<span class="age">in {}</span>', _days(days))


@register.simple_tag
def review_reasons(site: TrialSite) -> Sequence[str]:
    """Why the site's status is doubtful today, on its own page: `{% review_reasons site as reasons %}`."""
    return review.review_reasons([site], on=dates.today()).get(site.pk, ())


@register.simple_tag
def new_site_label(trial: Trial, user: User) -> str:
    """What the link to the page of a new site says: add it, request it; blank for whoever may do neither."""
    if Trial.objects.editable_by(user).filter(pk=trial.pk).exists():
        return "Add a site"
    return "Request a site" if TrialSite.objects.editable_by(user).filter(trial=trial).exists() else ""


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"


@register.filter
def get_item(named: dict[str, str], key: str) -> str:
    """The value of a key: `{{ names|at:row.author }}`; nothing where there is none."""
    return named.get(key, "")
