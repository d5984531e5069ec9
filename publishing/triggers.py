"""Triggers on the source tables of documents that insert stale marks."""

from functools import partial

from contacts.models import Person, Role
from contacts.querysets import ROLE_TRIAL_ID_SQL
from history.change_queue import ChangeQueueTriggers, trigger_proxy
from sites.models import Confirmation, Facility, FacilityAlias, TrialSite
from trials import models as trials


def _queue(kind: str) -> ChangeQueueTriggers:
    return ChangeQueueTriggers(
        f"INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT '{kind}', marked.id", "publish"
    )


#: SQL for the trial id of a row `changed` that belongs to a site.
TRIAL_OF_SITE = "(SELECT site.trial_id FROM sites_trialsite AS site WHERE site.id = changed.trial_site_id)"
#: SQL for the facility of a name `changed`, and the one it is merged into.
HOSPITAL_OF_ALIAS = (
    "unnest(ARRAY[changed.facility_id,"
    " (SELECT named.merged_into_id FROM sites_facility AS named WHERE named.id = changed.facility_id)])"
)
_TRIAL, _FACILITY, _PERSON = (_queue(kind) for kind in "TFP")
_trigger_proxy = partial(trigger_proxy, "publishing", __name__)

WatchedTrial = _trigger_proxy(trials.Trial, _TRIAL.on_change("changed.id"))
WatchedSecondaryId = _trigger_proxy(trials.SecondaryId, _TRIAL.on_change("changed.trial_id"))
WatchedCollaborator = _trigger_proxy(trials.Collaborator, _TRIAL.on_change("changed.trial_id"))
WatchedArmGroup = _trigger_proxy(trials.ArmGroup, _TRIAL.on_change("changed.trial_id"))
WatchedIntervention = _trigger_proxy(trials.Intervention, _TRIAL.on_change("changed.trial_id"))
WatchedOutcome = _trigger_proxy(trials.Outcome, _TRIAL.on_change("changed.trial_id"))
WatchedReference = _trigger_proxy(trials.Reference, _TRIAL.on_change("changed.trial_id"))
WatchedSeeAlsoLink = _trigger_proxy(trials.SeeAlsoLink, _TRIAL.on_change("changed.trial_id"))
WatchedAvailableIpd = _trigger_proxy(trials.AvailableIpd, _TRIAL.on_change("changed.trial_id"))
WatchedTrialSite = _trigger_proxy(TrialSite, _TRIAL.on_change("changed.trial_id"))
WatchedConfirmation = _trigger_proxy(Confirmation, _TRIAL.on_change(TRIAL_OF_SITE))
WatchedRole = _trigger_proxy(Role, _TRIAL.on_change(ROLE_TRIAL_ID_SQL))
# A facility or person without a site or role is in no document: inserts and deletes need no mark.
WatchedFacility = _trigger_proxy(Facility, [_FACILITY.on_update("unnest(ARRAY[changed.id, changed.merged_into_id])")])
WatchedFacilityAlias = _trigger_proxy(FacilityAlias, _FACILITY.on_change(HOSPITAL_OF_ALIAS))
WatchedPerson = _trigger_proxy(Person, [_PERSON.on_update("changed.id")])
