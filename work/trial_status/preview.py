"""Public effect of a change of a trial's overall status."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from common.enum_labels import choice_label
from contacts.choices import RoleKind
from contacts.models import Role
from contacts.visibility import shows_central_contacts, shows_site_contacts
from sites.choices import StatusPublication
from sites.public_status import status_publication
from sites.rules import TrialSitesInput
from trials.choices import OverallStatus
from trials.models import Trial
from trials.status_display import NOT_PUBLISHED
from trials.unknown_status import displayed_status


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
    return [_status_effect(trial, to, on), *_contacts_effect(trial, to, contacts), *_sites_effect(trial, to, statuses)]


def _status_effect(trial: Trial, to: str, on: date) -> str:
    before, after = trial.status_on(on), displayed_status(to, trial.completion_on, trial.verified_on, on=on)
    if before == after == OverallStatus.UNKNOWN:
        return "The public status will still be Unknown until the record is verified."
    return f"The public status will change from {_status_label(before)} to {_status_label(after)}."


def _contacts_effect(trial: Trial, to: str, contacts: ContactCounts) -> Iterator[str]:
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


def _status_label(status: str) -> str:
    return choice_label(status, "OverallStatus").partition(":")[0] or NOT_PUBLISHED
