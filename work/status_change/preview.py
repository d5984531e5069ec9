"""Public effect of a change of a site's status."""

from datetime import date

from common.enum_labels import choice_label
from contacts.choices import RoleKind
from contacts.models import Role
from contacts.visibility import shows_site_contacts
from sites.choices import StatusPublication
from sites.models import TrialSite
from sites.public_status import status_publication
from trials.status_display import NOT_PUBLISHED


def count_site_contacts(site: TrialSite, *, on: date) -> int:
    """The number of contacts at the site, shown or not."""
    roles = Role.objects.active_on(on).filter(trial_site=site, kind=RoleKind.SITE_CONTACT)
    return roles.filter(person__erased_at__isnull=True).count()


def describe_public_effect(site: TrialSite, to: str, *, contacts: int) -> str:
    """Describe how the public status and the visibility of the contacts would change."""
    if not site.trial.is_public:
        return "The trial is not public: no visible change."
    return f"{_status_effect(site, to)} {_contacts_effect(site, to, contacts)}".strip()


def _status_effect(site: TrialSite, to: str) -> str:
    overall, last_known = site.trial.overall_status, site.trial.last_known_status
    before, after = (status_publication(overall, last_known, status) for status in (site.status, to))
    if after is StatusPublication.HELD_BACK:
        return f"Will not be public: it contradicts the trial’s status, {_status_label(overall)}."
    current = "status being updated" if before is StatusPublication.HELD_BACK else _status_label(site.status)
    is_ahead = after is StatusPublication.AHEAD_OF_TRIAL
    note = ", with the note that the trial’s own status is being updated" if is_ahead else ""
    return f"The public status will change from {current} to {_status_label(to)}{note}."


def _contacts_effect(site: TrialSite, to: str, contacts: int) -> str:
    trial = site.trial
    before, after = (
        shows_site_contacts(status, trial.overall_status, trial.last_known_status) for status in (site.status, to)
    )
    if before == after or not contacts:
        return "" if contacts or not after else "No public contact at this site."
    people = "contact" if contacts == 1 else f"{contacts} contacts"
    return f"Its {people} will be {'shown' if after else 'hidden'}."


def _status_label(status: str) -> str:
    return choice_label(status, "OverallStatus") or NOT_PUBLISHED
