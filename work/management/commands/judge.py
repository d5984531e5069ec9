"""manage.py judge [--all]: evaluate the rules for pending trials; with --all, for every trial."""

from django.core.management.base import BaseCommand

from common import dates
from work.findings.evaluate import evaluate_all, evaluate_pending


class Command(BaseCommand):
    help = "Evaluates the rules for trials that changed; with --all, for every trial (for a nightly schedule)."

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="evaluate every trial")

    def handle(self, **options):
        on = dates.today()
        results = list(evaluate_all(on=on) if options["all"] else evaluate_pending(on=on))
        totals = {name: sum(getattr(result, name) for result in results) for name in ("trials", "opened", "closed")}
        self.stdout.write(" ".join(f"{name}={number}" for name, number in totals.items()))
