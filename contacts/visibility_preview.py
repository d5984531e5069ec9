"""Whether a role is shown on the public pages on a day, with the reason, and the preview of a replacement. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from common.enum_labels import choice_label
from contacts.choices import RoleKind
from contacts.models import Person, Role
from contacts.services.people import successor_role
from contacts.visibility import is_publishable, shows_central_contacts
from trials.choices import OverallStatus
from trials.status_display import NOT_PUBLISHED


@dataclass(frozen=True, slots=True)
class PublicVisibility:
    """A role, whether it is public, and the reason as a sentence. `shows_details`: with phone and e-mail."""

    role: Role
    is_shown: bool
    why: str

    @property
    def shows_details(self) -> bool:
        return self.is_shown and self.role.kind != RoleKind.OFFICIAL


def explain_visibility(role: Role, *, on: date) -> PublicVisibility:
    """Whether a role is public on a day, by the present statuses."""
    for hidden, why in _reasons_against(role, on):
        if hidden:
            return PublicVisibility(role, False, why)
    return PublicVisibility(role, True, _reason_for(role))


def _reasons_against(role: Role, on: date):
    trial = role.of_trial
    yield not trial.is_public, "The trial is not public."
    yield role.starts_on is not None and role.starts_on > on, "The role has not begun."
    yield role.ends_before is not None and role.ends_before <= on, "The role has ended."
    yield not is_shown_by_status(role), _why_hidden(role)


def is_shown_by_status(role: Role) -> bool:
    return _is_publishable(role, role.of_trial.overall_status, role.of_trial.last_known_status)


def _is_publishable(role: Role, overall_status: str, last_known_status: str) -> bool:
    return is_publishable(
        role.kind, overall_status=overall_status, last_known_status=last_known_status,
        site_status=role.trial_site.status if role.trial_site else "",
    )  # fmt: skip


#: Statuses of trials and sites with public contacts.
_JOINABLE = (OverallStatus.RECRUITING, OverallStatus.NOT_YET_RECRUITING, OverallStatus.AVAILABLE)


def _reason_for(role: Role) -> str:
    if role.kind == RoleKind.OFFICIAL:
        return "Study officials are always public, without phone and e-mail."
    trial = role.of_trial
    if role.trial_site and role.trial_site.status in _JOINABLE:
        return f"Site status: {_status_text(role.trial_site.status)}."
    if trial.overall_status == OverallStatus.UNKNOWN and trial.last_known_status in _JOINABLE:
        return f"Trial status: Unknown; last known status: {_status_text(trial.last_known_status)}."
    if trial.overall_status in _JOINABLE:
        return f"Trial status: {_status_text(trial.overall_status)}."
    return "Public by the publication rules."


def _why_hidden(role: Role) -> str:
    """The status that hides the role: the trial's, the site's, or a missing site status."""
    trial, site = role.of_trial, role.trial_site
    if site and site.status and not any(_is_publishable(role, status, "") for status in _JOINABLE):
        return f"Site status: {_status_text(site.status)}."
    if site and not site.status and shows_central_contacts(trial.overall_status, trial.last_known_status):
        return "The site has no status."
    return f"Trial status: {_status_text(trial.overall_status)}."


def _status_text(status: str) -> str:
    return choice_label(status, "OverallStatus") or NOT_PUBLISHED


@dataclass(frozen=True, slots=True)
class ReplacementPreview:
    """The visibility of one role today, and from `day` on with the successor.

    `then` is None where the successor already has the role.
    """

    role: Role
    day: date
    now: PublicVisibility
    then: PublicVisibility | None


def preview_replacements(
    roles: Iterable[Role], successor: Person, *, on: date, today: date
) -> Iterator[ReplacementPreview]:
    """The preview of each role by the present statuses; the successor may be unsaved."""
    for role in roles:
        day = max(on, role.starts_on or on)
        begun = successor_role(role, successor, on)
        if begun:
            begun.trial, begun.trial_site = role.trial, role.trial_site
        yield ReplacementPreview(
            role, day, explain_visibility(role, on=today), begun and explain_visibility(begun, on=day)
        )
