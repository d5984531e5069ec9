"""How fast search answers: `python -m benchmarks.search [--studies 57000] [--rounds 30]`.

Per kind of question, in turns: our search (the filters, the page with its trials, the capped count) beside the better
of two statements of bare SQL that bring the same, and beside the textbook's SearchRank with an exact count.
"""

from collections.abc import Callable
from contextlib import closing
from random import Random
from statistics import median, quantiles
from time import perf_counter

import psycopg

from benchmarks.database import bare_parameters
from benchmarks.filled import arguments, filled_database

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


def measure(rounds: int) -> None:
    from benchmarks.questions import Asker

    asker = Asker(Random(11))
    print(f"{asker.trials:,} trials, {rounds} rounds, milliseconds: p50 and p95\n")
    print(f"{'':30} {'ours':>15} {'bare SQL':>15} {'textbook':>15}   ours ÷ bare")
    with closing(psycopg.connect(**bare_parameters(), autocommit=True)) as bare:
        for kind, draw in asker.kinds().items():
            tell(kind, timed(ways(bare), draw, rounds))
    print(f"\n{GOAL}")


def ways(bare: psycopg.Connection) -> dict[str, Callable]:
    """The ways to answer a question, by name."""
    from publishing.search import search

    return {
        "ours": lambda question: search(question.asked()),
        "free": lambda question: bare.execute(*statement(question, FREE)).fetchall(),
        "fenced": lambda question: bare.execute(*statement(question, FENCED)).fetchall(),
        "textbook": textbook,
    }


def timed(answering: dict[str, Callable], draw: Callable, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each way, in turns; each round asks all of them the same new question."""
    taken: dict[str, list[float]] = {name: [] for name in answering}
    for number in range(WARMING + rounds):
        question = draw()
        for name, answer in answering.items():
            started = perf_counter()
            answer(question)
            if number >= WARMING:
                taken[name].append((perf_counter() - started) * 1000)
    return taken


def tell(kind: str, taken: dict[str, list[float]]) -> None:
    best = min(taken.pop("free"), taken.pop("fenced"), key=median)
    ours, textbooks = taken["ours"], taken["textbook"]
    is_reached = median(ours) <= 2 * median(best) + 5
    print(
        f"{kind:30} {_spread(ours)} {_spread(best)} {_spread(textbooks)} "
        f"{median(ours) / median(best):10.1f}  {'' if is_reached else 'goal missed'}",
        flush=True,
    )


def _spread(milliseconds: list[float]) -> str:
    return f"{median(milliseconds):7.1f} {quantiles(milliseconds, n=20)[-1]:7.1f}"


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
