"""Triggers that derive the status and stage of a site, and that protect events, confirmations and locked months.

They hold for every write, raw SQL included.
"""

import pgtrigger

from sites.choices import ActivationStage

# OFFSET 0 keeps the subquery an index lookup per event, independent of the planner's statistics.
_UNCORRECTED = "NOT EXISTS (SELECT 1 FROM sites_statusevent AS later WHERE later.corrects_id = event.id OFFSET 0)"

# A confirmation counts while its status has been in force without interruption: an uncorrected event with another
# status and a later as_of ends it.
_LAST_CONFIRMED = f"""(
        SELECT max(mark.confirmed_on) FROM sites_confirmation AS mark
        WHERE mark.trial_site_id = site.id AND mark.undone_at IS NULL AND mark.status = {{status}}
            AND NOT EXISTS (
                SELECT 1 FROM sites_statusevent AS event
                WHERE event.trial_site_id = site.id AND event.status <> mark.status
                    AND event.as_of > to_char(mark.confirmed_on, 'YYYY-MM-DD') AND {_UNCORRECTED}
            )
    )"""

_UPDATE_STATUS = f"""
    IF current_setting('sitelight.bulk_insert', true) = 'on' THEN
        RETURN NULL;  -- the bulk road writes both at once
    END IF;
    UPDATE sites_trialsite AS changed
    SET status = latest.status, status_since = latest.effective_on, status_as_of = latest.as_of,
        last_confirmed_on = latest.confirmed_on
    FROM (
        SELECT told.*, {_LAST_CONFIRMED.format(status="told.status")} AS confirmed_on
        FROM (
            SELECT touched.trial_site_id, event.status, event.effective_on, event.as_of
            FROM (SELECT DISTINCT trial_site_id FROM new_values) AS touched CROSS JOIN LATERAL (
                SELECT * FROM sites_statusevent AS event
                WHERE event.trial_site_id = touched.trial_site_id AND {_UNCORRECTED}
                ORDER BY event.as_of DESC, event.id DESC LIMIT 1
            ) AS event
        ) AS told JOIN sites_trialsite AS site ON site.id = told.trial_site_id
    ) AS latest
    WHERE latest.trial_site_id = changed.id
        AND (changed.status, changed.status_since, changed.status_as_of, changed.last_confirmed_on)
            IS DISTINCT FROM (latest.status, latest.effective_on, latest.as_of, latest.confirmed_on);
    RETURN NULL;
"""

_UPDATE_LAST_CONFIRMED = f"""
    UPDATE sites_trialsite AS changed
    SET last_confirmed_on = latest.confirmed_on
    FROM (
        SELECT site.id, {_LAST_CONFIRMED.format(status="site.status")} AS confirmed_on
        FROM sites_trialsite AS site WHERE site.id IN (SELECT trial_site_id FROM new_values)
    ) AS latest
    WHERE latest.id = changed.id AND changed.last_confirmed_on IS DISTINCT FROM latest.confirmed_on;
    RETURN NULL;
"""

_REFUSE_DIRECT = """
    IF pg_trigger_depth() > 1 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A site''s status changes by recording a status event or a confirmation'
        USING ERRCODE = 'check_violation';
"""


# Whitespace as in the first migration: a change of it would need a new migration
_REFUSE_INITIAL_STATUS = """
            IF COALESCE(current_setting('sitelight.bulk_insert', true), '') <> 'on' AND EXISTS (
                SELECT 1 FROM new_values
                WHERE status <> '' OR status_as_of IS NOT NULL OR last_confirmed_on IS NOT NULL
            ) THEN
                RAISE EXCEPTION 'A new site''s status is recorded as a status event'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """


def _after(name: str, operation: pgtrigger.Operation, func: str, **rows: str) -> pgtrigger.Trigger:
    """A statement-level trigger with the new rows as `new_values`, and the transition tables in `rows`."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(new="new_values", **rows),
        func=func,
    )


def _site_follows_events() -> pgtrigger.Trigger:
    """Copy the latest uncorrected event to the site after an insert of events."""
    return _after("site_follows_events", pgtrigger.Insert, _UPDATE_STATUS)


def _site_follows_confirmations() -> pgtrigger.Trigger:
    """Copy the last confirmation of the current status to the site after an insert of confirmations."""
    return _after("site_follows_confirmations", pgtrigger.Insert, _UPDATE_LAST_CONFIRMED)


def _site_follows_undone_confirmations() -> pgtrigger.Trigger:
    return _after("site_follows_undone", pgtrigger.Update, _UPDATE_LAST_CONFIRMED, old="old_values")


def _refuse_direct_status_update() -> pgtrigger.Trigger:
    """Refuse direct updates of the derived columns; only the triggers above may write them."""
    return pgtrigger.Trigger(
        name="status_only_by_events",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange("status", "status_since", "status_as_of", "last_confirmed_on"),
        func=_REFUSE_DIRECT,
    )


def _refuse_initial_status() -> pgtrigger.Trigger:
    """Refuse a new site with a status, except in a bulk insert, which writes its events too."""
    return _after("no_status_at_birth", pgtrigger.Insert, _REFUSE_INITIAL_STATUS)


def _require_correction_of_same_site() -> pgtrigger.Trigger:
    """Refuse a correction of another site's event."""
    return pgtrigger.Trigger(
        name="corrects_its_own_site",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition("NEW.corrects_id IS NOT NULL"),
        func="""
            IF NOT EXISTS (
                SELECT 1 FROM sites_statusevent WHERE id = NEW.corrects_id AND trial_site_id = NEW.trial_site_id
            ) THEN
                RAISE EXCEPTION 'A correction belongs to the site whose status event it corrects'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


def _protect_confirmations() -> list[pgtrigger.Trigger]:
    """Refuse deletes of confirmations, and updates other than undoing."""
    fields = ["trial_site", "status", "confirmed_on", "confirmed_as", "author", "recorded_at"]
    return [
        pgtrigger.Protect(name="confirmation_stays", operation=pgtrigger.Delete),
        pgtrigger.ReadOnly(name="confirmation_as_said", fields=fields),
    ]


def _append_only(name: str) -> pgtrigger.Trigger:
    """Refuse updates and deletes."""
    return pgtrigger.Protect(name=f"{name}_append_only", operation=pgtrigger.Update | pgtrigger.Delete)


_STAGE_ORDER = ", ".join(f"'{stage}'" for stage in ActivationStage.values)
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


def _site_follows_milestones() -> list[pgtrigger.Trigger]:
    """Keep the stage equal to the latest milestone with an actual date.

    One trigger for each kind of statement, because their transition tables differ.
    """
    return [
        _update_stage_after("insert", pgtrigger.Insert, pgtrigger.Referencing(new="new_values"), "new_values"),
        _update_stage_after(
            "update", pgtrigger.Update, pgtrigger.Referencing(old="old_values", new="new_values"), "new_values"
        ),
        _update_stage_after("delete", pgtrigger.Delete, pgtrigger.Referencing(old="old_values"), "old_values"),
    ]


def _update_stage_after(kind: str, operation, referencing, changed: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=f"stage_follows_{kind}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=referencing,
        func=_UPDATE_STAGE.replace("{order}", _STAGE_ORDER).replace("{changed}", changed),
    )


# Writing a report takes a shared advisory lock of its trial, locking a month an exclusive one: a month is locked after
# the reports being written are committed, and later ones are refused.
_LOCK_OF_TRIAL = "hashtextextended('months of trial ' || {trial_id}, 0)"


def _protect_locked_months() -> pgtrigger.Trigger:
    """Refuse any insert, update or delete of a report of a locked month."""
    return pgtrigger.Trigger(
        name="locked_months_stay",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("locked_month", "text")],
        func=f"""
            PERFORM pg_advisory_xact_lock_shared({_LOCK_OF_TRIAL.format(trial_id="site.trial_id")})
            FROM sites_trialsite AS site WHERE site.id IN (OLD.trial_site_id, NEW.trial_site_id);
            SELECT month_lock.month INTO locked_month
            FROM sites_monthlock AS month_lock
            JOIN sites_trialsite AS site ON site.trial_id = month_lock.trial_id
            WHERE month_lock.unlocked_at IS NULL AND (
                (site.id = OLD.trial_site_id AND month_lock.month = OLD.month)
                OR (site.id = NEW.trial_site_id AND month_lock.month = NEW.month)
            ) LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION 'The enrollment of % is locked', locked_month USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
        """,
    )


def _lock_after_pending_reports() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="locks_after_last_report",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"PERFORM pg_advisory_xact_lock({_LOCK_OF_TRIAL.format(trial_id='NEW.trial_id')}); RETURN NEW;",
    )


def _protect_month_locks() -> list[pgtrigger.Trigger]:
    """Refuse deletes of locks, and updates other than unlocking."""
    return [
        pgtrigger.Protect(name="month_lock_stays", operation=pgtrigger.Delete),
        pgtrigger.ReadOnly(name="month_lock_as_said", fields=["trial", "month", "locked_by", "locked_at"]),
    ]


def _survivors_are_not_merged() -> pgtrigger.Trigger:
    """Refuse a merge into a merged facility, and of a survivor of others: no chains, hence no cycles.

    FOR SHARE makes merges of the two in opposite directions wait for each other.
    """
    return pgtrigger.Trigger(
        name="survivor_is_not_merged",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Q(new__merged_into__isnull=False),
        func="""
            PERFORM FROM sites_facility WHERE id = NEW.merged_into_id AND merged_into_id IS NULL FOR SHARE;
            IF NOT FOUND OR EXISTS (SELECT FROM sites_facility WHERE merged_into_id = NEW.id) THEN
                RAISE EXCEPTION 'A facility is merged into one that is not merged itself'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


#: The triggers of each model.
FACILITY_TRIGGERS = [_survivors_are_not_merged()]
TRIAL_SITE_TRIGGERS = [_refuse_direct_status_update(), _refuse_initial_status()]
STATUS_EVENT_TRIGGERS = [_append_only("status_event"), _require_correction_of_same_site(), _site_follows_events()]
CONFIRMATION_TRIGGERS = [
    _site_follows_confirmations(), _site_follows_undone_confirmations(), *_protect_confirmations(),
]  # fmt: skip
MILESTONE_TRIGGERS = _site_follows_milestones()
ENROLLMENT_REPORT_TRIGGERS = [_protect_locked_months()]
MONTH_LOCK_TRIGGERS = [_lock_after_pending_reports(), *_protect_month_locks()]
