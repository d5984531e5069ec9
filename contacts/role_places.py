"""The trials and sites at which a user may add a role."""

from dataclasses import dataclass

from contacts.choices import RoleKind
from contacts.models.people import site_label
from sites.models import TrialSite
from trials.models import Trial
from trials.text_search import trial_key

OFFERED_TRIALS, OFFERED_SITES = 100, 2000
LISTED_TRIALS = 20


@dataclass(frozen=True)
class RolePlaceChoices:
    """`trial_key` is the requested key; `trial` the user's trial with that key, or None."""

    trial_key: str
    trial: Trial | None
    trials: list[Trial]
    choices: list[tuple[str, str]]

    @property
    def shows_trial_list(self) -> bool:
        """Whether the trial is chosen from a list instead of a text field."""
        return 0 < len(self.trials) <= LISTED_TRIALS


def role_place_choices(user, key: str) -> RolePlaceChoices:
    """Two queries without a key, four with one."""
    trials = _trials_of(user)
    trial = trials.with_key(trial_key(key)) if key.strip() else None
    listed = list(trials.order_by("nct_id", "pk").only("nct_id", "org_study_id", "acronym")[:OFFERED_TRIALS])
    if trial is None and not key.strip() and len(listed) == 1:
        trial = listed[0]
    return RolePlaceChoices(key, trial, listed, _choices(user, trial) if trial else [])


def _trials_of(user):
    """The trials that the user may edit, or of which the user may edit a site."""
    sites = TrialSite.objects.editable_by(user).values("trial")
    return (
        Trial.objects.all()
        if user.is_administrator
        else Trial.objects.filter(pk__in=sites) | _fully_editable_trials(user)
    )


def _fully_editable_trials(user):
    return Trial.objects.filter(pk__in=Trial.objects.editable_by(user).values("pk"))


def _choices(user, trial: Trial) -> list[tuple[str, str]]:
    choices = []
    if _fully_editable_trials(user).filter(pk=trial.pk).exists():
        choices = [
            (RoleKind.CENTRAL_CONTACT.value, "The whole trial: central contact"),
            (RoleKind.OFFICIAL.value, "The whole trial: study official"),
        ]
    sites = TrialSite.objects.editable_by(user).filter(trial=trial).select_related("facility")
    return choices + [
        (str(site.pk), site_label(site)) for site in sites.order_by("facility__name", "pk")[:OFFERED_SITES]
    ]
