"""Forecast of a trial's enrollment from the rates of its sites: the Poisson-gamma model.

Source: Anisimov and Fedorov, Modelling, prediction and adaptive adjustment of recruitment in multicentre trials,
Statistics in Medicine 2007; 26(27):4958-4975. Each site enrolls as a Poisson process whose rate is drawn from one gamma
distribution; the gamma is fitted to the counts and times of all sites, and each site's rate is then updated by its own
count. Beyond the source, the bands include the uncertainty of the fit, closings of sites, and late openings.

Pure: no Django, no clock; months are counted from the origin, the end of the last reported month. The same input gives
the same forecast. scipy and numpy are loaded by the first forecast.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, exp, inf, log

DRAWS = 2_000
GRID = 40  # points of shape and mean each
SEED = 20_071_201
LONGEST = 60  # months forecast at most
BANDS = (50, 80, 95)
MIN_SITES, MIN_ENROLLED, MIN_SITE_MONTHS, MIN_DELAYS = 5, 10, 20, 5
#: Sites without a delay to learn from that are past their planned opening are taken to open after so many months.
OVERDUE_OPENING = 1.0


class TooLittleDataError(Exception):
    """Nothing can be forecast; the message says why, for the page."""


@dataclass(frozen=True, slots=True)
class SiteHistory:
    """What one site has enrolled in its months open; `months_behind` lie between its last report and the origin."""

    enrolled: int
    months_open: float
    is_open: bool = True
    months_behind: float = 0.0


@dataclass(frozen=True, slots=True)
class ForecastInput:
    """All sites that have been open, the planned openings of others in months from the origin (negative for a day that
    has passed), the delays of past openings against their plan in months, and the target."""

    sites: tuple[SiteHistory, ...]
    openings: tuple[float, ...] = ()
    delays: tuple[float, ...] = ()
    target: int | None = None

    @property
    def enrolled(self) -> int:
        return sum(site.enrolled for site in self.sites)


@dataclass(frozen=True, slots=True)
class RatePrior:
    """The gamma distribution of the sites' rates, in participants a month."""

    shape: float
    rate: float

    @property
    def mean(self) -> float:
        return self.shape / self.rate

    @property
    def median(self) -> float:
        from scipy.stats import gamma

        return float(gamma.median(self.shape, scale=1 / self.rate))

    def chance_of_none(self, months: float) -> float:
        """The probability that a site enrolls nobody in so many months."""
        return (self.rate / (self.rate + months)) ** self.shape


@dataclass(frozen=True, slots=True)
class MonthForecast:
    """The total at the end of a month: its median, and the lower and upper end of each of `BANDS`."""

    month: int
    median: int
    bands: dict[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Forecast:
    """Totals by month, and the month (with fraction) of reaching the target: `inf` where not within `LONGEST`."""

    prior: RatePrior
    enrolled: int
    months: tuple[MonthForecast, ...]
    target_months: tuple[float, ...]

    def target_quantile(self, share: float) -> float:
        """By this month a share of the simulated paths has reached the target."""
        ordered = sorted(self.target_months)
        return ordered[min(len(ordered) - 1, ceil(share * len(ordered)) - 1)] if ordered else inf

    def chance_by(self, month: float) -> float:
        """The share of the simulated paths that reach the target by a month."""
        return sum(reached <= month for reached in self.target_months) / max(1, len(self.target_months))

    def median_at(self, month: float) -> float:
        """The median total at a month, between two months in proportion."""
        position = min(max(month, 0.0), float(len(self.months)))
        before = int(position)
        medians = [self.enrolled, *(row.median for row in self.months)]
        after = min(before + 1, len(self.months))
        return medians[before] + (position - before) * (medians[after] - medians[before])


def check_enough_data(sites: Sequence[SiteHistory]) -> None:
    """TooLittleDataError where a rate cannot be estimated."""
    observed = [site for site in sites if site.months_open > 0]
    enrolled, months = sum(site.enrolled for site in observed), sum(site.months_open for site in observed)
    if len(observed) < MIN_SITES:
        raise TooLittleDataError(
            f"It needs {MIN_SITES} sites that have been open and reported; there are {len(observed)}."
        )
    if enrolled < MIN_ENROLLED:
        raise TooLittleDataError(f"It needs {MIN_ENROLLED} participants enrolled; there are {enrolled}.")
    if months < MIN_SITE_MONTHS:
        raise TooLittleDataError(f"It needs {MIN_SITE_MONTHS} months of open sites in all; there are {months:.0f}.")


def fit_prior(sites: Sequence[SiteHistory]) -> RatePrior:
    """The gamma distribution of rates of the greatest likelihood; given the time open, counts are negative binomial."""
    import numpy as np
    from scipy.optimize import minimize
    from scipy.stats import nbinom

    counts = np.array([site.enrolled for site in sites if site.months_open > 0])
    times = np.array([site.months_open for site in sites if site.months_open > 0])

    def loss(parameters):
        shape, mean = np.exp(parameters)
        rate = shape / mean
        return -nbinom.logpmf(counts, shape, rate / (rate + times)).sum()

    start = [0.0, log(max(counts.sum(), 0.5) / times.sum())]
    best = minimize(loss, start, method="L-BFGS-B", bounds=[(log(0.05), log(200.0)), (log(1e-4), log(1e3))])
    shape, mean = (exp(value) for value in best.x)
    return RatePrior(shape, shape / mean)


def _drawn_priors(sites: Sequence[SiteHistory], best: RatePrior, random):
    """Shapes and rates drawn by their likelihood around the best fit, so that the bands include its uncertainty."""
    import numpy as np
    from scipy.stats import nbinom

    counts = np.array([site.enrolled for site in sites if site.months_open > 0])
    times = np.array([site.months_open for site in sites if site.months_open > 0])
    spread = 4 * (1 / max(1, counts.sum()) + 1 / (best.shape * len(counts))) ** 0.5
    shapes, means = np.meshgrid(
        np.geomspace(0.2, 20.0, GRID), best.mean * np.exp(np.linspace(-spread, spread, GRID)), indexing="ij"
    )
    rates = shapes / means
    chances = rates[..., None] / (rates[..., None] + times)
    likelihood = nbinom.logpmf(counts, shapes[..., None], chances).sum(axis=-1)
    weights = np.exp(likelihood - likelihood.max()).ravel()
    chosen = random.choice(weights.size, DRAWS, p=weights / weights.sum())
    return shapes.ravel()[chosen], rates.ravel()[chosen]


@lru_cache(maxsize=64)
def forecast(inputs: ForecastInput, *, horizon: int = LONGEST) -> Forecast:
    """The predictive distribution of the total by month. TooLittleDataError where it cannot be estimated."""
    import numpy as np

    check_enough_data(inputs.sites)
    prior, random = fit_prior(inputs.sites), np.random.default_rng(SEED)
    increments = _expected_increments(inputs, prior, horizon, random)
    totals = inputs.enrolled + np.cumsum(random.poisson(increments), axis=1)
    months = tuple(_month_forecast(index + 1, totals[:, index]) for index in range(horizon))
    start = np.full((DRAWS, 1), inputs.enrolled)
    paths = np.concatenate([start, totals], axis=1)
    reached = () if inputs.target is None else tuple(_months_to_target(paths, inputs.target).tolist())
    return Forecast(prior, inputs.enrolled, months, reached)


def _expected_increments(inputs: ForecastInput, prior: RatePrior, horizon: int, random):
    """Drawn expectations of the participants of each month: draws by months."""
    import numpy as np

    shapes, scales = _drawn_priors(inputs.sites, prior, random)
    closings = _drawn_closing_rates(inputs.sites, random)
    ends, increments = np.arange(1, horizon + 1), np.zeros((DRAWS, horizon))
    for site in inputs.sites:
        if site.is_open:
            rates = random.gamma(shapes + site.enrolled) / (scales + site.months_open)
            increments += rates[:, None] * _months_before(random.exponential(1 / closings), ends)
            increments[:, 0] += rates * site.months_behind
    draw_delays = _delay_sampler(inputs)
    for planned in inputs.openings:
        rates = random.gamma(shapes) / scales
        opens_in = planned + draw_delays(-planned, random)
        closes_in = opens_in + random.exponential(1 / closings)
        open_months = _months_before(closes_in, ends) - _months_before(opens_in, ends)
        increments += rates[:, None] * open_months
    return increments


def _months_before(moments, ends):
    """The part of each month that lies before a moment: draws by months."""
    return (moments[:, None] - (ends - 1)[None, :]).clip(0.0, 1.0)


def _drawn_closing_rates(sites: Sequence[SiteHistory], random):
    """Closings of open sites a month, drawn by those so far (gamma, with Jeffreys' prior)."""
    closed, months = sum(not site.is_open for site in sites), sum(site.months_open for site in sites)
    return random.gamma(closed + 0.5, 1 / max(months, 1.0), DRAWS).clip(1e-6)


def _delay_sampler(inputs: ForecastInput):
    """Draws delays of openings beyond an elapsed time, from the Kaplan-Meier curve of the delays so far.

    Sites that are past their planned opening and not open count as censored: without them delays would look shorter.
    """
    import numpy as np

    if len(inputs.delays) < MIN_DELAYS:
        return lambda elapsed, random: np.full(DRAWS, max(0.0, elapsed + OVERDUE_OPENING if elapsed > 0 else 0.0))
    from scipy.stats import CensoredData, ecdf

    overdue = [-planned for planned in inputs.openings if planned < 0]
    curve = ecdf(CensoredData(uncensored=list(inputs.delays), right=overdue)).sf
    days, survival = curve.quantiles, curve.probabilities
    chances = np.append(-np.diff(np.insert(survival, 0, 1.0)), survival[-1]).clip(0.0)
    beyond = max(float(days[-1]), *overdue, 0.0) + max(float(np.mean(inputs.delays)), OVERDUE_OPENING)
    delays = np.append(days, beyond)

    def draw(elapsed: float, random):
        possible = chances * (delays > elapsed)
        if possible.sum() <= 0:
            return np.full(DRAWS, elapsed + OVERDUE_OPENING)
        return random.choice(delays, DRAWS, p=possible / possible.sum())

    return draw


def _month_forecast(month: int, totals) -> MonthForecast:
    import numpy as np

    ends = {band: np.quantile(totals, [0.5 - band / 200, 0.5 + band / 200], method="inverted_cdf") for band in BANDS}
    bands = {band: (int(low), int(high)) for band, (low, high) in ends.items()}
    return MonthForecast(month, int(np.quantile(totals, 0.5, method="inverted_cdf")), bands)


def _months_to_target(paths, target: int):
    """The month of reaching the target in each projection, the days of a month in proportion."""
    import numpy as np

    reached = paths >= target
    after = reached.argmax(axis=1)
    rows = np.arange(len(paths))
    before = np.maximum(after - 1, 0)
    step = np.maximum(paths[rows, after] - paths[rows, before], 1)
    months = np.where(after == 0, 0.0, before + (target - paths[rows, before]) / step)
    return np.where(reached.any(axis=1), months, inf)


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would bring the median to the target by the planned month: more sites at the median rate, or faster ones."""

    sites: int
    median_rate: float
    rate_factor: float


def remedy(inputs: ForecastInput, projection: Forecast, *, by_month: float) -> Remedy | None:
    """None without a target, without time left, or where the median reaches the target in time."""
    if inputs.target is None or by_month <= 0 or by_month > LONGEST:
        return None
    expected = projection.median_at(by_month)
    if expected >= inputs.target:
        return None
    gained = expected - inputs.enrolled
    factor = (inputs.target - inputs.enrolled) / gained if gained > 0 else inf
    each = projection.prior.median * by_month
    return Remedy(ceil((inputs.target - expected) / each), projection.prior.median, factor)
