"""The texts of the badges of a site and of a trial: what the public pages say, no more."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from common.enum_labels import choice_label
from sites.badges.svg import Badge
from sites.choices import Listing, StatusPublication
from sites.confirmation_age import format_days_ago, status_needs_confirmation
from sites.models import TrialSite
from sites.public_status import status_publication
from sites.status_summary import count_sites
from trials.models import Trial
from trials.status_display import NOT_PUBLISHED

BEING_UPDATED = gettext_noop("Status being updated")


def site_badge(site: TrialSite, *, today: date) -> Badge:
    """The badge of a site, which has its trial and facility loaded."""
    trial = site.trial
    name = f"{site.facility.title}, {trial.acronym or trial.number}"
    if status_publication(trial.overall_status, trial.last_known_status, site.status) is StatusPublication.HELD_BACK:
        return Badge("", _(BEING_UPDATED), "", f"{name}: {_(BEING_UPDATED)}")
    return _badge(site.status, _site_message(site, today), name)


def _site_message(site: TrialSite, today: date) -> str:
    if not status_needs_confirmation(site.status):
        return ""
    if site.last_confirmed_on is not None:
        return _("confirmed {ago}").format(ago=format_days_ago((today - site.last_confirmed_on).days))
    return _("never confirmed") if site.listing == Listing.OURS else _("as imported from ClinicalTrials.gov")


def trial_badge(trial: Trial, *, today: date) -> Badge:
    """The badge of a trial: its status, how many sites recruit, and the last confirmation of an open one. One query."""
    pairs = list(trial.trial_sites.order_by().values_list("status", "last_confirmed_on"))
    counts = count_sites(trial.overall_status, trial.last_known_status, pairs)
    parts = []
    if counts.recruiting:
        text = ngettext("{n} of {total} site", "{n} of {total} sites", counts.total)
        parts.append(text.format(n=f"{counts.recruiting:,}", total=f"{counts.total:,}"))
    if counts.open_confirmed_on:
        ago = format_days_ago((today - counts.open_confirmed_on[-1]).days)
        parts.append(_("last confirmed {ago}").format(ago=ago))
    return _badge(trial.status_on(today), " · ".join(parts), trial.acronym or trial.number)


def _badge(status: str, message: str, name: str) -> Badge:
    label = choice_label(status, "OverallStatus") or _(NOT_PUBLISHED)
    return Badge(status, label, message, f"{name}: {', '.join(filter(None, (label, message)))}")
