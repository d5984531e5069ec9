"""manage.py judge [--all]: ask the rules of what changed; with --all, of every trial, as each night."""

from django.core.management.base import BaseCommand

from common import dates
from work.findings.evaluate import evaluate_all, evaluate_pending


class Command(BaseCommand):
    help = "Judge the trials that changed by every rule; with --all, each one, because days pass too (every night)."

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="judge every trial, changed or not")

    def handle(self, **options):
        on = dates.today()
        judgements = list(evaluate_all(on=on) if options["all"] else evaluate_pending(on=on))
        told = {name: sum(getattr(one, name) for one in judgements) for name in ("trials", "opened", "closed")}
        self.stdout.write(" ".join(f"{name}={number}" for name, number in told.items()))
