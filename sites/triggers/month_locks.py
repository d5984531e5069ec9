"""Triggers that protect locked months.

Writing a report takes a shared advisory lock of its trial, locking a month an exclusive one: a month is locked after
the reports being written are committed, and later ones are refused.
"""

import pgtrigger

_LOCK_OF_TRIAL = "hashtextextended('months of trial ' || {trial_id}, 0)"


def protect_locked_months() -> pgtrigger.Trigger:
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


def lock_after_pending_reports() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="locks_after_last_report",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"PERFORM pg_advisory_xact_lock({_LOCK_OF_TRIAL.format(trial_id='NEW.trial_id')}); RETURN NEW;",
    )


def protect_month_locks() -> list[pgtrigger.Trigger]:
    """Refuse deletes of locks, and updates other than unlocking."""
    return [
        pgtrigger.Protect(name="month_lock_stays", operation=pgtrigger.Delete),
        pgtrigger.ReadOnly(name="month_lock_as_said", fields=["trial", "month", "locked_by", "locked_at"]),
    ]
