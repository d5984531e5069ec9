"""Benchmark of search: `python -m benchmarks.search [--studies 57000] [--rounds 30]`.

For each kind of query, in turns: our search (filters, page of trials, capped count), the faster of two bare SQL
statements with the same result, and Django's documented SearchRank with an exact count ("textbook").
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from random import Random
from statistics import median, quantiles

import psycopg

from benchmarks.database import bare_parameters
from benchmarks.seeded_database import arguments, filled_database
from benchmarks.timing import TimeSpent, read_clocks

#: Rounds before the first that counts.
WARMING = 3
GOAL = "goal: at most 2 × the bare SQL + 5 ms"
_SHOWN = (
    "t.id, t.nct_id, t.brief_title, t.official_title, t.acronym, t.org_study_id, t.phases, t.study_type, "
    "t.lead_sponsor, t.lead_sponsor_class, t.conditions, p.updated_on, p.status, p.sites_total, p.sites_recruiting"
)
_ROW = "trial_id, updated_on, status, sites_total, sites_recruiting"
_ORDER = "updated_on DESC, trial_id DESC"
_COUNT = "(SELECT count(*) FROM (SELECT FROM publishing_trialrow WHERE {where} LIMIT 1001) AS c)"
_PAGE = """
    SELECT {shown}, {count} FROM ({rows}) AS p JOIN trials_trial AS t ON t.id = p.trial_id ORDER BY {order}
"""
#: Two statements for a page: one leaves the plan to the planner, the other forces the index of the words (OFFSET 0).
FREE = "SELECT {row} FROM publishing_trialrow WHERE {where} AND {after} ORDER BY {order} LIMIT 20"
FENCED = (
    "SELECT * FROM (SELECT {row} FROM publishing_trialrow WHERE {where} AND {after} OFFSET 0) AS m "
    "ORDER BY {order} LIMIT 20"
)
_RANKED = (
    "SELECT * FROM (SELECT {row}, ts_rank(words, websearch_to_tsquery('english', %s)) AS rank FROM publishing_trialrow "
    "WHERE {where} ORDER BY {order} LIMIT 1000) AS m ORDER BY rank DESC, trial_id DESC LIMIT 20"
)


def main() -> None:
    parser = arguments("benchmarks.search", __doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    with filled_database(options.studies, keep=options.keep):
        measure(options.rounds)


@dataclass(slots=True)
class SearchMethod:
    """A function that executes a query over a connection, and the time of each execution."""

    execute: Callable
    connection: object
    times: list[TimeSpent] = field(default_factory=list)

    def run(self, query) -> None:
        started = read_clocks(self.connection)
        self.execute(query)
        self.times.append(read_clocks(self.connection) - started)

    @property
    def milliseconds(self) -> list[float]:
        return [spent.clock * 1000 for spent in self.times]

    @property
    def spread(self) -> str:
        return f"{median(self.milliseconds):7.1f} {quantiles(self.milliseconds, n=20)[-1]:7.1f}"

    @property
    def work(self) -> float:
        """Mean milliseconds of processor time; the server's has a resolution of ten milliseconds."""
        return sum(spent.work for spent in self.times) / len(self.times) * 1000


def measure(rounds: int) -> None:
    from benchmarks.search_workload import QueryGenerator

    generator = QueryGenerator(Random(11))
    print(
        f"{generator.trials:,} trials, {rounds} rounds; milliseconds on the clock: p50 and p95; of processors: mean\n"
    )
    print(f"{'':30} {'ours':>15} {'bare SQL':>15} {'textbook':>15}   ours ÷ bare  processors: ours  bare SQL")
    with closing(psycopg.connect(**bare_parameters(), autocommit=True)) as bare:
        for kind, draw in generator.kinds().items():
            print_result(kind, time_methods(bare, draw, rounds))
    print(f"\n{GOAL}")


def time_methods(bare: psycopg.Connection, draw: Callable, rounds: int) -> dict[str, SearchMethod]:
    """Time the methods for a kind of query, in turns; each round executes one new query with all of them."""
    from django.db import connection

    from publishing.search.results import search

    methods = {
        "ours": SearchMethod(lambda query: search(query.params()), connection),
        "free": SearchMethod(lambda query: bare.execute(*statement(query, FREE)).fetchall(), bare),
        "fenced": SearchMethod(lambda query: bare.execute(*statement(query, FENCED)).fetchall(), bare),
        "textbook": SearchMethod(textbook, connection),
    }
    for number in range(WARMING + rounds):
        query = draw()
        for method in methods.values():
            method.run(query)
            if number < WARMING:
                method.times.clear()
    return methods


def print_result(kind: str, methods: dict[str, SearchMethod]) -> None:
    ours = methods["ours"]
    best = min(methods["free"], methods["fenced"], key=lambda method: median(method.milliseconds))
    best_time, our_time = median(best.milliseconds), median(ours.milliseconds)
    verdict = "" if our_time <= 2 * best_time + 5 else "  goal missed"
    print(
        f"{kind:30} {ours.spread} {best.spread} {methods['textbook'].spread} {our_time / best_time:10.1f} "
        f"{ours.work:18.1f} {best.work:9.1f}{verdict}",
        flush=True,
    )


def statement(query, template: str) -> tuple[str, list]:
    """The bare SQL of a page with its capped count, and its parameters; by rank there is only one statement."""
    where, params = query.conditions()
    after, keys = ("(updated_on, trial_id) < (%s, %s)", list(query.after[1:])) if query.after else ("true", [])
    rank_params = [query.words] if query.by_rank else []
    rows = (_RANKED if query.by_rank else template).format(row=_ROW, where=where, after=after, order=_ORDER)
    count = _COUNT.format(where=where)
    order = "p.rank DESC, t.id DESC" if query.by_rank else "p.updated_on DESC, t.id DESC"
    return _PAGE.format(shown=_SHOWN, count=count, rows=rows, order=order), [*params, *rank_params, *params, *keys]


def textbook(query) -> tuple[list, int]:
    trials = query.textbook()
    first = int(trials.count() * 0.9) if query.after else 0
    return list(trials[first : first + 20]), trials.count()


if __name__ == "__main__":
    main()
