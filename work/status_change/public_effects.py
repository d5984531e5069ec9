"""Public effects of a change of a site's status, and of a change of a trial's overall status."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from common.enum_labels import choice_label
from contacts.choices import RoleKind
from contacts.models import Role
from contacts.visibility import shows_central_contacts, shows_site_contacts
from sites.choices import StatusPublication
from sites.models import TrialSite
from sites.public_status import status_publication
from sites.rules import TrialSitesInput
from trials.choices import OverallStatus
from trials.models import Trial
from trials.status_display import NOT_PUBLISHED
from trials.unknown_status import displayed_status


def count_site_contacts(site: TrialSite, *, on: date) -> int:
    """The number of contacts at the site, shown or not."""
    roles = Role.objects.active_on(on).filter(trial_site=site, kind=RoleKind.SITE_CONTACT)
    return roles.filter(person__erased_at__isnull=True).count()


def describe_site_effect(site: TrialSite, to: str, *, contacts: int) -> str:
    """Describe how the public status and the visibility of the contacts would change."""
    if not site.trial.is_public:
        return "The trial is not public: no visible change."
    return f"{_site_status_effect(site, to)} {_site_contacts_effect(site, to, contacts)}".strip()


def _site_status_effect(site: TrialSite, to: str) -> str:
    overall, last_known = site.trial.overall_status, site.trial.last_known_status
    before, after = (status_publication(overall, last_known, status) for status in (site.status, to))
    if after is StatusPublication.HELD_BACK:
        return f"Will not be public: it contradicts the trial’s status, {_site_status_label(overall)}."
    current = "status being updated" if before is StatusPublication.HELD_BACK else _site_status_label(site.status)
    is_ahead = after is StatusPublication.AHEAD_OF_TRIAL
    note = ", with the note that the trial’s own status is being updated" if is_ahead else ""
    return f"The public status will change from {current} to {_site_status_label(to)}{note}."


def _site_contacts_effect(site: TrialSite, to: str, contacts: int) -> str:
    trial = site.trial
    before, after = (
        shows_site_contacts(status, trial.overall_status, trial.last_known_status) for status in (site.status, to)
    )
    if before == after or not contacts:
        return "" if contacts or not after else "No public contact at this site."
    people = "contact" if contacts == 1 else f"{contacts} contacts"
    return f"Its {people} will be {'shown' if after else 'hidden'}."


def _site_status_label(status: str) -> str:
    return choice_label(status, "OverallStatus") or NOT_PUBLISHED


@dataclass(frozen=True, slots=True)
class ContactCounts:
    """The numbers of central contacts, and of site contacts by site status."""

    central: int
    at_sites: Mapping[str, int]


def count_contacts(trial: Trial, *, on: date) -> ContactCounts:
    """Count the active contacts of a trial. One query."""
    roles = Role.objects.active_on(on).filter(person__erased_at__isnull=True)
    central = Q(kind=RoleKind.CENTRAL_CONTACT, trial=trial)
    at_sites = Q(kind=RoleKind.SITE_CONTACT, trial_site__trial=trial)
    groups = roles.filter(central | at_sites).order_by().values_list("trial_site__status").annotate(Count("pk"))
    counts = dict(groups)
    return ContactCounts(counts.pop(None, 0), counts)


def describe_overall_effect(
    trial: Trial, to: str, contacts: ContactCounts, *, statuses: Sequence[str], on: date
) -> list[str]:
    """Sentences on the public effect, from the current trial and the statuses of its sites."""
    if not trial.is_public:
        return ["The trial is not public: no visible change."]
    return [
        _overall_status_effect(trial, to, on),
        *_overall_contacts_effect(trial, to, contacts),
        *_sites_effect(trial, to, statuses),
    ]


def _overall_status_effect(trial: Trial, to: str, on: date) -> str:
    before, after = trial.status_on(on), displayed_status(to, trial.completion_on, trial.verified_on, on=on)
    if before == after == OverallStatus.UNKNOWN:
        return "The public status will still be Unknown until the record is verified."
    return f"The public status will change from {_overall_status_label(before)} to {_overall_status_label(after)}."


def _overall_contacts_effect(trial: Trial, to: str, contacts: ContactCounts) -> Iterator[str]:
    last_known, current = trial.last_known_status, trial.overall_status
    central = (shows_central_contacts(current, last_known), shows_central_contacts(to, last_known))
    yield from _visibility_change(contacts.central, "for the whole study", *central)
    shown = {
        status: [shows_site_contacts(status, overall, last_known) for overall in (current, to)]
        for status in contacts.at_sites
    }
    for before in (True, False):
        number = sum(count for status, count in contacts.at_sites.items() if shown[status] == [before, not before])
        yield from _visibility_change(number, "at its sites", before, not before)


def _visibility_change(number: int, where: str, before: bool, after: bool) -> Iterator[str]:
    if number and before != after:
        subject = f"The contact {where}" if number == 1 else f"The {number} contacts {where}"
        yield f"{subject} will be {'shown' if after else 'hidden'}."


def _sites_effect(trial: Trial, to: str, statuses: Sequence[str]) -> Iterator[str]:
    """Site statuses that will not be public, and whether ClinicalTrials.gov shows any: only while a trial recruits."""
    held_back = sum(
        status_publication(to, trial.last_known_status, status) is StatusPublication.HELD_BACK for status in statuses
    )
    if held_back:
        yield (
            f"{held_back} site status{'' if held_back == 1 else 'es'} will contradict it and be hidden until updated. "
            "You can update them in the next step."
        )
    before, after = (
        TrialSitesInput(status, (), trial.last_known_status).recruits for status in (trial.overall_status, to)
    )
    if before != after:
        yield f"ClinicalTrials.gov will {'show' if after else 'no longer show'} site statuses."


def _overall_status_label(status: str) -> str:
    return choice_label(status, "OverallStatus").partition(":")[0] or NOT_PUBLISHED
