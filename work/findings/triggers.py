"""Triggers that add a pending evaluation for a trial when a column that the rules read changes.

Confirmations add none. A change of a facility or person adds one for each of their trials; a site or role added at the
same moment adds one for its own trial, and the nightly run evaluates all trials.
"""

from functools import partial

from contacts.models import Person, Role
from contacts.querysets import ROLE_TRIAL_ID_SQL
from history.change_queue import ChangeQueueTriggers, trigger_proxy
from sites.models import Facility, TrialSite
from trials.models import Trial

FACILITY_TRIAL_IDS_SQL = (
    "unnest(ARRAY(SELECT site.trial_id FROM sites_trialsite AS site WHERE site.facility_id = changed.id))"
)
PERSON_TRIAL_IDS_SQL = (
    "unnest(ARRAY(SELECT COALESCE(role.trial_id, site.trial_id) FROM contacts_role AS role "
    "LEFT JOIN sites_trialsite AS site ON site.id = role.trial_site_id WHERE role.person_id = changed.id))"
)
SITE_COLUMNS = ("trial_id", "facility_id", "status", "status_as_of")
PERSON_COLUMNS = ("name", "phone", "email", "erased_at")

_evaluation_queue = ChangeQueueTriggers("INSERT INTO work_judgemark (trial_id) SELECT DISTINCT marked.id", "judge")
_trigger_proxy = partial(trigger_proxy, "work", __name__)

# Bulk inserts add a trial with its sites and people in one transaction: one pending row is enough.
EvaluatedTrial = _trigger_proxy(
    Trial,
    [_evaluation_queue.on_insert("changed.id", include_bulk_inserts=True), _evaluation_queue.on_update("changed.id")],
)
EvaluatedTrialSite = _trigger_proxy(
    TrialSite,
    [
        _evaluation_queue.on_insert("changed.trial_id"),
        _evaluation_queue.on_update("changed.trial_id", columns=SITE_COLUMNS),
        _evaluation_queue.on_delete("changed.trial_id"),
    ],
)
EvaluatedRole = _trigger_proxy(Role, _evaluation_queue.on_change(ROLE_TRIAL_ID_SQL))
EvaluatedFacility = _trigger_proxy(
    Facility, [_evaluation_queue.on_update(FACILITY_TRIAL_IDS_SQL, columns=("country",))]
)
EvaluatedPerson = _trigger_proxy(Person, [_evaluation_queue.on_update(PERSON_TRIAL_IDS_SQL, columns=PERSON_COLUMNS)])
