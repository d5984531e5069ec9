"""How often the forecast's bands held: on simulated trials (as `benchmarks.forecast` wrote it), and on stored ones."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sites.enrollment.forecast import MonthForecast, TooLittleDataError, forecast
from sites.enrollment.forecast_input import trial_history
from sites.enrollment.parsing import add_months, month_of
from sites.models import TrialSite
from trials.models import Trial

BACKTEST_FILE = Path(__file__).with_name("backtest.json")
#: The scenario and the months ahead that the page quotes.
QUOTED = ("steady", "6")


@dataclass(frozen=True, slots=True)
class BandResult:
    """A band, in percent, that held in `held` of `trials` simulated trials."""

    band: int
    held: int
    trials: int

    @property
    def percent(self) -> int:
        return round(100 * self.held / self.trials)


@cache
def band_results(scenario: str = QUOTED[0], months: str = QUOTED[1]) -> tuple[BandResult, ...]:
    result = json.loads(BACKTEST_FILE.read_text())
    held = result["held"][scenario][months]
    return tuple(BandResult(int(band), count, result["trials"]) for band, count in held.items())


@dataclass(frozen=True, slots=True)
class TrialResult:
    """A past forecast of one trial beside what was reported since; without one, `reason` says why."""

    trial: str
    month: str = ""
    actual: int = 0
    forecast: MonthForecast | None = None
    reason: str = ""

    def as_text(self) -> str:
        if self.forecast is None:
            return f"{self.trial}: no forecast. {self.reason}"
        bands = ", ".join(
            f"{band} % {low} to {high} {'held' if low <= self.actual <= high else 'missed'}"
            for band, (low, high) in self.forecast.bands.items()
        )
        return f"{self.trial} {self.month}: {self.actual} enrolled; forecast {self.forecast.median} ({bands})"


def backtest_trials(*, months: int) -> Iterator[TrialResult]:
    """Each trial with reports, forecast from what was reported `months` before its last report."""
    reported = TrialSite.objects.filter(enrollment_reports__enrolled__isnull=False).order_by()
    for trial in Trial.objects.filter(pk__in=reported.values("trial")).order_by("nct_id", "pk"):
        sites = TrialSite.objects.filter(trial=trial)
        now = trial_history(sites, target=None)
        last = month_of(now.origin)
        before = trial_history(sites, target=None, until=add_months(last, -months))
        try:
            if before is None or month_of(before.origin) != add_months(last, -months):
                raise TooLittleDataError(f"Nothing was reported {months} months before the last report.")
            projection = forecast(before.inputs, horizon=months)
        except TooLittleDataError as error:
            yield TrialResult(trial.number, reason=str(error))
        else:
            yield TrialResult(trial.number, last, now.inputs.enrolled, projection.months[-1])
