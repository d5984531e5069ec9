"""The tables that documents are made of, and the triggers that mark what is out of date when one of them changes."""

from functools import partial

from contacts.models import Person, Role
from contacts.sql import TRIAL_OF_ROLE
from history.change_queue import Queue, watched
from sites.models import Confirmation, Facility, TrialSite
from trials import models as trials


def _queue(kind: str) -> Queue:
    return Queue(f"INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT '{kind}', marked.id", "publish")


#: The trial of a row `changed` that belongs to a site.
TRIAL_OF_SITE = "(SELECT site.trial_id FROM sites_trialsite AS site WHERE site.id = changed.trial_site_id)"
_TRIAL, _FACILITY, _PERSON = (_queue(kind) for kind in "TFP")
_watched = partial(watched, "publishing", __name__)

WatchedTrial = _watched(trials.Trial, _TRIAL.on_change("changed.id"))
WatchedSecondaryId = _watched(trials.SecondaryId, _TRIAL.on_change("changed.trial_id"))
WatchedCollaborator = _watched(trials.Collaborator, _TRIAL.on_change("changed.trial_id"))
WatchedArmGroup = _watched(trials.ArmGroup, _TRIAL.on_change("changed.trial_id"))
WatchedIntervention = _watched(trials.Intervention, _TRIAL.on_change("changed.trial_id"))
WatchedOutcome = _watched(trials.Outcome, _TRIAL.on_change("changed.trial_id"))
WatchedReference = _watched(trials.Reference, _TRIAL.on_change("changed.trial_id"))
WatchedSeeAlsoLink = _watched(trials.SeeAlsoLink, _TRIAL.on_change("changed.trial_id"))
WatchedAvailableIpd = _watched(trials.AvailableIpd, _TRIAL.on_change("changed.trial_id"))
WatchedTrialSite = _watched(TrialSite, _TRIAL.on_change("changed.trial_id"))
WatchedConfirmation = _watched(Confirmation, _TRIAL.on_change(TRIAL_OF_SITE))
WatchedRole = _watched(Role, _TRIAL.on_change(TRIAL_OF_ROLE))
# A facility or a person without a site or role is in no document: only their changes count.
WatchedFacility = _watched(Facility, [_FACILITY.on_update("changed.id")])
WatchedPerson = _watched(Person, [_PERSON.on_update("changed.id")])
