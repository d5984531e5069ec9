"""The columns that rules look at, and the triggers that mark a trial when one of them changes.

What only adds a day (a confirmation) marks nothing. A facility or a person marks the trials where it stands when it
changes; a site or role that joins it in that moment marks its own trial, and the night judges all.
"""

from functools import partial

from contacts.models import Person, Role
from contacts.sql import TRIAL_OF_ROLE
from history.change_queue import Queue, watched
from sites.models import Facility, TrialSite
from trials.models import Trial

OF_FACILITY = "unnest(ARRAY(SELECT site.trial_id FROM sites_trialsite AS site WHERE site.facility_id = changed.id))"
OF_PERSON = (
    "unnest(ARRAY(SELECT COALESCE(role.trial_id, site.trial_id) FROM contacts_role AS role "
    "LEFT JOIN sites_trialsite AS site ON site.id = role.trial_site_id WHERE role.person_id = changed.id))"
)
OF_SITE = ("trial_id", "facility_id", "status", "status_as_of")
TO_REACH_A_PERSON = ("name", "phone", "email", "erased_at")

_judged = Queue("INSERT INTO work_judgemark (trial_id) SELECT DISTINCT marked.id", "judge")
_watched = partial(watched, "work", __name__)

# The bulk road inserts a trial with all its sites and people in one transaction: one mark is enough.
JudgedTrial = _watched(Trial, [_judged.on_insert("changed.id", by_bulk=True), _judged.on_update("changed.id")])
JudgedTrialSite = _watched(
    TrialSite,
    [
        _judged.on_insert("changed.trial_id"),
        _judged.on_update("changed.trial_id", columns=OF_SITE),
        _judged.on_delete("changed.trial_id"),
    ],
)
JudgedRole = _watched(Role, _judged.on_change(TRIAL_OF_ROLE))
JudgedFacility = _watched(Facility, [_judged.on_update(OF_FACILITY, columns=("country",))])
JudgedPerson = _watched(Person, [_judged.on_update(OF_PERSON, columns=TO_REACH_A_PERSON)])
