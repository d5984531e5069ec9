"""How often the bands of the enrollment forecast hold, on simulated trials whose future is known.

    python -m benchmarks.forecast [--trials 200] [--write]

Rates of sites are log-normal, not gamma as the model assumes; sites open later than planned, and some close early. In
the scenario `slow_start` sites moreover need three months to reach their rate, which the model does not know. `--write`
stores the table that the enrollment page quotes. The same seed gives the same trials.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import sites.enrollment.forecast
from sites.enrollment.forecast import BANDS, ForecastInput, SiteHistory, TooLittleDataError, forecast

BACKTEST_FILE = Path(sites.enrollment.forecast.__file__).with_name("backtest.json")
SEED = 1_041
HORIZONS = (3, 6, 12)
SCENARIOS = ("steady", "slow_start")
MONTHS = 48


@dataclass(frozen=True, slots=True)
class SimulatedTrial:
    """Participants of each site by month, its planned and actual opening in months, and the month of the forecast."""

    counts: np.ndarray
    planned: np.ndarray
    opened: np.ndarray
    closed: np.ndarray
    origin: int

    def as_known(self) -> ForecastInput:
        """What is known at the origin: counts, times, delays of the openings so far, plans of the others."""
        is_open = self.opened < self.origin
        sites = [
            SiteHistory(
                int(self.counts[site, : self.origin].sum()),
                float(min(self.closed[site], self.origin) - self.opened[site]),
                is_open=bool(self.closed[site] > self.origin),
            )
            for site in np.flatnonzero(is_open)
        ]
        delays = tuple((self.opened - self.planned)[is_open].tolist())
        openings = tuple((self.planned[~is_open] - self.origin).tolist())
        return ForecastInput(tuple(sites), openings, delays)

    def total(self, month: int) -> int:
        return int(self.counts[:, :month].sum())


def simulate(random: np.random.Generator, scenario: str) -> SimulatedTrial:
    """One trial of 8 to 60 sites with rates of mean 0.3 to 2 a month, opening over 6 to 18 months."""
    number = int(random.integers(8, 61))
    spread = random.uniform(0.5, 1.0)
    rates = random.uniform(0.3, 2.0) * random.lognormal(-(spread**2) / 2, spread, number)
    planned = random.uniform(0, random.uniform(6, 18), number)
    opened = planned + random.gamma(1.5, 1.0, number)
    closed = opened + random.exponential(60, number)
    months = np.arange(MONTHS)
    exposure = np.clip(months + 1 - opened[:, None], 0, 1) - np.clip(months + 1 - closed[:, None], 0, 1)
    if scenario == "slow_start":
        exposure = exposure * np.clip((months + 1 - opened[:, None]) / 3, 0, 1)
    counts = random.poisson(rates[:, None] * exposure)
    return SimulatedTrial(counts, planned, opened, closed, int(random.integers(6, 19)))


def forecastable(random: np.random.Generator, scenario: str, number: int) -> Iterator[tuple[SimulatedTrial, object]]:
    """So many simulated trials with their forecasts; those with too little data at the origin are drawn again."""
    found = 0
    while found < number:
        trial = simulate(random, scenario)
        try:
            projection = forecast.__wrapped__(trial.as_known(), horizon=max(HORIZONS))
        except TooLittleDataError:
            continue
        found += 1
        yield trial, projection


def coverage(scenario: str, number: int, *, seed: int = SEED) -> dict[str, dict[str, int]]:
    """In how many trials each band held, by horizon in months and band in percent."""
    random = np.random.default_rng([seed, SCENARIOS.index(scenario)])
    held = {horizon: dict.fromkeys(BANDS, 0) for horizon in HORIZONS}
    for trial, projection in forecastable(random, scenario, number):
        for horizon in HORIZONS:
            actual = trial.total(trial.origin + horizon)
            for band, (low, high) in projection.months[horizon - 1].bands.items():
                held[horizon][band] += low <= actual <= high
    return {str(horizon): {str(band): count for band, count in bands.items()} for horizon, bands in held.items()}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--write", action="store_true", help=f"store the table in {BACKTEST_FILE.name}")
    options = parser.parse_args(arguments)
    result = {"trials": options.trials, "seed": SEED}
    result["held"] = {scenario: coverage(scenario, options.trials) for scenario in SCENARIOS}
    for scenario, horizons in result["held"].items():
        for horizon, bands in horizons.items():
            shares = ", ".join(f"{band} % band {100 * count / options.trials:.1f} %" for band, count in bands.items())
            sys.stdout.write(f"{scenario}, {horizon} months: {shares}\n")
    if options.write:
        BACKTEST_FILE.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
