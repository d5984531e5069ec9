"""Quartiles of the stored scores of published trials of the same study type and phases."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection

from common.enum_labels import choice_label
from trials.models import Trial
from work.health.inputs import all_trial_health
from work.health.scores import PARTS
from work.models import StoredHealth

#: Below this number of trials nothing is compared.
MIN_TRIALS = 20
BATCH = 500
_QUARTILES_SQL = """
    SELECT part, count(*), percentile_disc(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY value)
    FROM work_storedhealth stored
    JOIN trials_trial trial ON trial.id = stored.trial_id AND trial.is_public
    CROSS JOIN LATERAL (
        SELECT 'total' AS part, stored.total AS value
        UNION ALL SELECT key, value::int FROM jsonb_each_text(stored.points)
    ) each_part
    WHERE stored.comparison_group = %s AND value IS NOT NULL
    GROUP BY part
"""


@dataclass(frozen=True, slots=True)
class Quartiles:
    """The lower quartile, median and upper quartile of a number of trials."""

    trials: int
    lower: int
    median: int
    upper: int

    @property
    def spread(self) -> int:
        return self.upper - self.lower


@dataclass(frozen=True, slots=True)
class Comparison:
    """The number of trials of the same kind with a score, and quartiles by part where there are enough of them."""

    kind: str
    trials: int
    quartiles: Mapping[str, Quartiles]

    @property
    def total(self) -> Quartiles | None:
        return self.quartiles.get("total")


def compare(trial: Trial) -> Comparison:
    """One query. The trial itself counts when it is published and its score is stored."""
    with connection.cursor() as cursor:
        cursor.execute(_QUARTILES_SQL, [comparison_group(trial)])
        rows = {part: (number, values) for part, number, values in cursor.fetchall()}
    quartiles = {part: Quartiles(number, *values) for part, (number, values) in rows.items() if number >= MIN_TRIALS}
    phases = ", ".join(choice_label(phase, "Phase") for phase in trial.phases) or "no phase"
    kind = f"{choice_label(trial.study_type, 'StudyType') or 'study type not given'}, {phases}"
    return Comparison(kind, rows.get("total", (0,))[0], quartiles)


def comparison_group(trial: Trial) -> str:
    return f"{trial.study_type}:{'/'.join(sorted(trial.phases))}"


def update_stored_health(*, today: date) -> Iterator[int]:
    """Computes and stores the scores of all trials with sites; yields the number of each batch."""
    trials = Trial.objects.filter(trial_sites__isnull=False).order_by("pk").distinct()
    last = 0
    while batch := list(trials.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        rows = [
            StoredHealth(
                trial=trial, computed_on=today, comparison_group=comparison_group(trial), total=figures.score.total,
                points={name: points for name, points in figures.score.points.items() if name in PARTS},
            )
            for trial, figures in ((one.trial, one) for one in all_trial_health(batch, today=today).values())
        ]  # fmt: skip
        StoredHealth.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["trial"],
            update_fields=["computed_on", "comparison_group", "total", "points"],
        )
        yield len(rows)
