"""The tables that documents are made of. Proxies, so that their triggers belong to this app and its migrations."""

from contacts.models import Person, Role
from publishing.triggers import marks, marks_on_update
from sites.models import Facility, TrialSite
from trials import models as trials

OF_ROLE = (
    "COALESCE(changed.trial_id, "
    "(SELECT site.trial_id FROM sites_trialsite AS site WHERE site.id = changed.trial_site_id))"
)


def watched(model, triggers):
    """A proxy of `model` with these triggers."""
    options = {"proxy": True, "app_label": "publishing", "default_permissions": (), "triggers": triggers}
    return type(f"Watched{model.__name__}", (model,), {"__module__": __name__, "Meta": type("Meta", (), options)})


WatchedTrial = watched(trials.Trial, marks("T", "changed.id"))
WatchedSecondaryId = watched(trials.SecondaryId, marks("T", "changed.trial_id"))
WatchedCollaborator = watched(trials.Collaborator, marks("T", "changed.trial_id"))
WatchedArmGroup = watched(trials.ArmGroup, marks("T", "changed.trial_id"))
WatchedIntervention = watched(trials.Intervention, marks("T", "changed.trial_id"))
WatchedOutcome = watched(trials.Outcome, marks("T", "changed.trial_id"))
WatchedReference = watched(trials.Reference, marks("T", "changed.trial_id"))
WatchedSeeAlsoLink = watched(trials.SeeAlsoLink, marks("T", "changed.trial_id"))
WatchedAvailableIpd = watched(trials.AvailableIpd, marks("T", "changed.trial_id"))
WatchedTrialSite = watched(TrialSite, marks("T", "changed.trial_id"))
WatchedRole = watched(Role, marks("T", OF_ROLE))
# A facility or a person without a site or role is in no document: only their changes count.
WatchedFacility = watched(Facility, [marks_on_update("F", "changed.id")])
WatchedPerson = watched(Person, [marks_on_update("P", "changed.id")])
