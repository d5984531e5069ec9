"""manage.py judge [--all]: ask the rules of what changed; with --all, of every trial, as each night."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from work.freshness import work_off
from work.judging import AT_A_TIME, judge_all
from work.models import JudgeMark


class Command(BaseCommand):
    help = "Judge the trials that changed by every rule; with --all, each one, because days pass too (every night)."

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="judge every trial, changed or not")

    def handle(self, **options):
        on = timezone.localdate()
        if options["all"]:
            judgements = list(judge_all(on=on))
            told = {name: sum(getattr(one, name) for one in judgements) for name in ("trials", "opened", "closed")}
            self.stdout.write(" ".join(f"{name}={number}" for name, number in told.items()))
        while work_off(JudgeMark.objects.all(), on=on) == AT_A_TIME:
            pass
