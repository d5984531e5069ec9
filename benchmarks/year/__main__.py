"""python -m benchmarks.year: a simulated year of 500 sites."""

import argparse
import os
from datetime import timedelta

from benchmarks.database import throwaway_database
from benchmarks.year.assumptions import Assumptions


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.year", description=__doc__)
    parser.add_argument("--sites", type=int, default=500)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--never", type=float, default=0.20, help="the share that never answers")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ["EMAIL_URL"] = "dummymail://"
    with throwaway_database("year"):
        from benchmarks.year.report import report
        from benchmarks.year.simulation import simulate
        from common import dates

        plan = Assumptions(sites=options.sites, days=options.days, never_answer=options.never)
        print(report(simulate(plan, seed=options.seed, first=dates.today() - timedelta(days=options.days + 30))))


if __name__ == "__main__":
    main()
