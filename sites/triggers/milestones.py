"""Triggers that keep a site's activation stage equal to its latest milestone with an actual date."""

import pgtrigger

from sites.choices import ActivationStage

_ORDER = ", ".join(f"'{stage}'" for stage in ActivationStage.values)
_UPDATE_STAGE = """
    UPDATE sites_trialsite AS site
    SET stage = reached.stage
    FROM (
        SELECT changed.trial_site_id, COALESCE((
            SELECT milestone.stage FROM sites_milestone AS milestone
            WHERE milestone.trial_site_id = changed.trial_site_id AND milestone.actual_on IS NOT NULL
            ORDER BY array_position(ARRAY[{order}]::text[], milestone.stage::text) DESC LIMIT 1
        ), '') AS stage
        FROM (SELECT DISTINCT trial_site_id FROM {changed}) AS changed
    ) AS reached
    WHERE reached.trial_site_id = site.id AND site.stage IS DISTINCT FROM reached.stage;
    RETURN NULL;
"""


def site_follows_milestones() -> list[pgtrigger.Trigger]:
    """One trigger for each kind of statement, because their transition tables differ."""
    return [
        _follows("insert", pgtrigger.Insert, pgtrigger.Referencing(new="new_values"), "new_values"),
        _follows("update", pgtrigger.Update, pgtrigger.Referencing(old="old_values", new="new_values"), "new_values"),
        _follows("delete", pgtrigger.Delete, pgtrigger.Referencing(old="old_values"), "old_values"),
    ]


def _follows(kind: str, operation, referencing, changed: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=f"stage_follows_{kind}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=referencing,
        func=_UPDATE_STAGE.replace("{order}", _ORDER).replace("{changed}", changed),
    )
