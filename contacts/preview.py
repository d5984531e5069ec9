"""What everybody sees of a role on the trial's pages on a day, and why or why not. Pure."""

from dataclasses import dataclass
from datetime import date

from contacts.codes import RoleKind
from contacts.models import Role
from contacts.publication import is_publishable
from trials.status_looks import NOT_PUBLISHED
from trials.words import code_in_words


@dataclass(frozen=True, slots=True)
class Showing:
    """One role, whether it is shown, and the reason in a sentence. `reaches`: with phone and e-mail."""

    role: Role
    is_shown: bool
    why: str

    @property
    def reaches(self) -> bool:
        return self.is_shown and self.role.kind != RoleKind.OFFICIAL


def showing_of(role: Role, *, on: date) -> Showing:
    """From the statuses as they are entered now."""
    for hidden, why in _reasons_against(role, on):
        if hidden:
            return Showing(role, False, why)
    return Showing(role, True, _reason_for(role))


def _reasons_against(role: Role, on: date):
    trial = role.of_trial
    yield not trial.is_public, "The trial is not public."
    yield role.starts_on is not None and role.starts_on > on, "The role has not begun."
    yield role.ends_on is not None and role.ends_on <= on, "The role has ended."
    yield not is_shown_by_status(role), f"Nobody can join: {_status_in_words(role)}."


def is_shown_by_status(role: Role) -> bool:
    trial = role.of_trial
    return is_publishable(
        role.kind, overall_status=trial.overall_status, last_known_status=trial.last_known_status,
        site_status=role.trial_site.status if role.trial_site else "",
    )  # fmt: skip


def _reason_for(role: Role) -> str:
    if role.kind == RoleKind.OFFICIAL:
        return "Officials are always shown, without phone and e-mail."
    return f"People can join: {_status_in_words(role)}."


def _status_in_words(role: Role) -> str:
    """The status that decides: the site's own, else the trial's."""
    if role.trial_site and role.trial_site.status:
        return f"the site is “{_words(role.trial_site.status)}”"
    return f"the trial is “{_words(role.of_trial.overall_status)}”"


def _words(status: str) -> str:
    return code_in_words(status, "OverallStatus") or NOT_PUBLISHED
