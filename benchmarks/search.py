"""How fast search answers: `python -m benchmarks.search [--studies 57000] [--rounds 30]`.

Per kind of question, in turns: our search (the filters, the page with its trials, the capped count) beside the better
of two statements of bare SQL that bring the same, and beside the textbook's SearchRank with an exact count.
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
#: Two ways to the page: leave the planner free, or fence the words so that their index is always taken.
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
    chosen = parser.parse_args()
    with filled_database(chosen.studies, keep=chosen.keep):
        measure(chosen.rounds)


@dataclass(slots=True)
class SearchMethod:
    """A way to answer a question over a connection, and what each answer took."""

    answer: Callable
    connection: object
    taken: list[TimeSpent] = field(default_factory=list)

    def ask(self, question) -> None:
        started = read_clocks(self.connection)
        self.answer(question)
        self.taken.append(read_clocks(self.connection) - started)

    @property
    def milliseconds(self) -> list[float]:
        return [spent.clock * 1000 for spent in self.taken]

    @property
    def spread(self) -> str:
        return f"{median(self.milliseconds):7.1f} {quantiles(self.milliseconds, n=20)[-1]:7.1f}"

    @property
    def work(self) -> float:
        """Mean milliseconds of processor time; the server's is told in steps of ten, so one alone says nothing."""
        return sum(spent.work for spent in self.taken) / len(self.taken) * 1000


def measure(rounds: int) -> None:
    from benchmarks.search_workload import QueryGenerator

    asker = QueryGenerator(Random(11))
    print(f"{asker.trials:,} trials, {rounds} rounds; milliseconds on the clock: p50 and p95; of processors: mean\n")
    print(f"{'':30} {'ours':>15} {'bare SQL':>15} {'textbook':>15}   ours ÷ bare  processors: ours  bare SQL")
    with closing(psycopg.connect(**bare_parameters(), autocommit=True)) as bare:
        for kind, draw in asker.kinds().items():
            print_result(kind, time_methods(bare, draw, rounds))
    print(f"\n{GOAL}")


def time_methods(bare: psycopg.Connection, draw: Callable, rounds: int) -> dict[str, SearchMethod]:
    """The ways to answer a kind of question, in turns; each round asks all of them the same new one."""
    from django.db import connection

    from publishing.search.results import search

    ways = {
        "ours": SearchMethod(lambda question: search(question.asked()), connection),
        "free": SearchMethod(lambda question: bare.execute(*statement(question, FREE)).fetchall(), bare),
        "fenced": SearchMethod(lambda question: bare.execute(*statement(question, FENCED)).fetchall(), bare),
        "textbook": SearchMethod(textbook, connection),
    }
    for number in range(WARMING + rounds):
        question = draw()
        for way in ways.values():
            way.ask(question)
            if number < WARMING:
                way.taken.clear()
    return ways


def print_result(kind: str, ways: dict[str, SearchMethod]) -> None:
    ours, best = ways["ours"], min(ways["free"], ways["fenced"], key=lambda way: median(way.milliseconds))
    least = median(best.milliseconds)
    reached = median(ours.milliseconds)
    verdict = "" if reached <= 2 * least + 5 else "  goal missed"
    print(
        f"{kind:30} {ours.spread} {best.spread} {ways['textbook'].spread} {reached / least:10.1f} "
        f"{ours.work:18.1f} {best.work:9.1f}{verdict}",
        flush=True,
    )


def statement(question, template: str) -> tuple[str, list]:
    """The bare SQL of a page with its capped count; by rank there is one way only."""
    where, asked = question.conditions()
    after, keys = ("(updated_on, trial_id) < (%s, %s)", list(question.after[1:])) if question.after else ("true", [])
    ranked = [question.words] if question.by_rank else []
    rows = (_RANKED if question.by_rank else template).format(row=_ROW, where=where, after=after, order=_ORDER)
    count = _COUNT.format(where=where)
    order = "p.rank DESC, t.id DESC" if question.by_rank else "p.updated_on DESC, t.id DESC"
    return _PAGE.format(shown=_SHOWN, count=count, rows=rows, order=order), [*asked, *ranked, *asked, *keys]


def textbook(question) -> tuple[list, int]:
    trials = question.textbook()
    first = int(trials.count() * 0.9) if question.after else 0
    return list(trials[first : first + 20]), trials.count()


if __name__ == "__main__":
    main()
