"""What everybody will see differently once a trial's overall status changes."""

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
from sites.rules.inputs import TrialSitesInput
from trials.choices import OverallStatus
from trials.models import Trial
from trials.status_display import NOT_PUBLISHED
from trials.unknown_status import displayed_status


@dataclass(frozen=True, slots=True)
class ContactCounts:
    """How many people are named for the whole study, and at sites by the sites' statuses."""

    central: int
    at_sites: Mapping[str, int]


def count_contacts(trial: Trial, *, on: date) -> ContactCounts:
    """One query."""
    roles = Role.objects.active_on(on).filter(person__erased_at__isnull=True)
    central = Q(kind=RoleKind.CENTRAL_CONTACT, trial=trial)
    at_sites = Q(kind=RoleKind.SITE_CONTACT, trial_site__trial=trial)
    groups = roles.filter(central | at_sites).order_by().values_list("trial_site__status").annotate(Count("pk"))
    counts = dict(groups)
    return ContactCounts(counts.pop(None, 0), counts)


def describe_overall_effect(
    trial: Trial, to: str, contacts: ContactCounts, *, statuses: Sequence[str], on: date
) -> list[str]:
    """In sentences, from the trial as it is now and the statuses of its sites."""
    if not trial.is_public:
        return ["The trial is not public, so nobody outside sees a difference."]
    return [_status_effect(trial, to, on), *_contacts_effect(trial, to, contacts), *_sites_effect(trial, to, statuses)]


def _status_effect(trial: Trial, to: str, on: date) -> str:
    before, after = trial.status_on(on), displayed_status(to, trial.completion_on, trial.verified_on, on=on)
    if before == after == OverallStatus.UNKNOWN:
        return "Still shown to everybody as unknown, until the record is verified."
    return f"Shown to everybody: {_status_label(before)} → {_status_label(after)}."


def _contacts_effect(trial: Trial, to: str, contacts: ContactCounts) -> Iterator[str]:
    known, now = trial.last_known_status, trial.overall_status
    central = (shows_central_contacts(now, known), shows_central_contacts(to, known))
    yield from _visibility_change(contacts.central, "for the whole study", *central)
    shown = {
        status: [shows_site_contacts(status, overall, known) for overall in (now, to)] for status in contacts.at_sites
    }
    for before in (True, False):
        number = sum(count for status, count in contacts.at_sites.items() if shown[status] == [before, not before])
        yield from _visibility_change(number, "at its sites", before, not before)


def _visibility_change(number: int, where: str, before: bool, after: bool) -> Iterator[str]:
    if number and before != after:
        who = f"The contact {where} is" if number == 1 else f"The {number} contacts {where} are"
        yield f"{who} {'shown from now on' if after else 'no longer shown'}."


def _sites_effect(trial: Trial, to: str, statuses: Sequence[str]) -> Iterator[str]:
    """The registry prints site statuses only while a trial recruits; what contradicts it is held back here."""
    held = sum(
        status_publication(to, trial.last_known_status, status) is StatusPublication.HELD_BACK for status in statuses
    )
    if held:
        yield (
            f"{held} site status{'' if held == 1 else 'es'} will contradict it and not be shown until updated: "
            "you update them in the next step."
        )
    before, after = (
        TrialSitesInput(status, (), trial.last_known_status).recruits for status in (trial.overall_status, to)
    )
    if before != after:
        yield f"The registry shows its sites’ statuses {'from now on' if after else 'no longer'}."


def _status_label(status: str) -> str:
    return choice_label(status, "OverallStatus").partition(":")[0] or NOT_PUBLISHED
