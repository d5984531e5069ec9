"""What everybody sees of a role on the trial's pages on a day, and why or why not. Pure.

What everybody will see differently once somebody takes over from somebody else.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from common.enum_labels import choice_label
from contacts.choices import RoleKind
from contacts.models import Person, Role
from contacts.services.replacements import successor_role
from contacts.visibility import is_publishable, shows_central_contacts
from trials.choices import OverallStatus
from trials.status_display import NOT_PUBLISHED


@dataclass(frozen=True, slots=True)
class PublicVisibility:
    """One role, whether it is shown, and the reason in a sentence. `reaches`: with phone and e-mail."""

    role: Role
    is_shown: bool
    why: str

    @property
    def shows_details(self) -> bool:
        return self.is_shown and self.role.kind != RoleKind.OFFICIAL


def explain_visibility(role: Role, *, on: date) -> PublicVisibility:
    """From the statuses as they are entered now."""
    for hidden, why in _reasons_against(role, on):
        if hidden:
            return PublicVisibility(role, False, why)
    return PublicVisibility(role, True, _reason_for(role))


def _reasons_against(role: Role, on: date):
    trial = role.of_trial
    yield not trial.is_public, "The trial is not public."
    yield role.starts_on is not None and role.starts_on > on, "The role has not begun."
    yield role.ends_on is not None and role.ends_on <= on, "The role has ended."
    yield not is_shown_by_status(role), _why_hidden(role)


def is_shown_by_status(role: Role) -> bool:
    return _is_publishable(role, role.of_trial.overall_status, role.of_trial.last_known_status)


def _is_publishable(role: Role, overall_status: str, last_known_status: str) -> bool:
    return is_publishable(
        role.kind, overall_status=overall_status, last_known_status=last_known_status,
        site_status=role.trial_site.status if role.trial_site else "",
    )  # fmt: skip


#: Why a trial or a site is open to newcomers: (now, when its status was last known).
_OPEN = {
    OverallStatus.RECRUITING: ("is recruiting", "was recruiting"),
    OverallStatus.NOT_YET_RECRUITING: ("is about to recruit", "was about to recruit"),
    OverallStatus.AVAILABLE: ("offers expanded access", "offered expanded access"),
}


def _reason_for(role: Role) -> str:
    if role.kind == RoleKind.OFFICIAL:
        return "Officials are always shown, without phone and e-mail."
    trial = role.of_trial
    if role.trial_site and role.trial_site.status in _OPEN:
        return f"Shown because the site {_OPEN[role.trial_site.status][0]}."
    if trial.overall_status == OverallStatus.UNKNOWN and trial.last_known_status in _OPEN:
        return f"Shown because the trial {_OPEN[trial.last_known_status][1]} when its status was last known."
    if trial.overall_status in _OPEN:
        return f"Shown because the trial {_OPEN[trial.overall_status][0]}."
    return "Shown by the rule of publication."


def _why_hidden(role: Role) -> str:
    """What is to blame: the trial's status, the site's own, or that it has none."""
    trial, site = role.of_trial, role.trial_site
    nobody = "Not shown, because nobody can join now:"
    if site and site.status and not any(_is_publishable(role, status, "") for status in _OPEN):
        return f"{nobody} the site is “{_status_text(site.status)}”."
    if site and not site.status and shows_central_contacts(trial.overall_status, trial.last_known_status):
        return "Not shown, because the site has no status."
    return f"{nobody} the trial is “{_status_text(trial.overall_status)}”."


def _status_text(status: str) -> str:
    return choice_label(status, "OverallStatus") or NOT_PUBLISHED


@dataclass(frozen=True, slots=True)
class ReplacementPreview:
    """One role before and after: how it is shown today, and from `day` on under the new name.

    `then` is None where the successor holds it already.
    """

    role: Role
    day: date
    now: PublicVisibility
    then: PublicVisibility | None


def preview_replacements(
    roles: Iterable[Role], successor: Person, *, on: date, today: date
) -> Iterator[ReplacementPreview]:
    """By the statuses as they are today; the successor may be somebody who is not saved yet."""
    for role in roles:
        day = max(on, role.starts_on or on)
        begun = successor_role(role, successor, on)
        if begun:
            begun.trial, begun.trial_site = role.trial, role.trial_site
        yield ReplacementPreview(
            role, day, explain_visibility(role, on=today), begun and explain_visibility(begun, on=day)
        )
