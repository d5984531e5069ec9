"""`manage.py backtest_enrollment`: how often the forecast's bands held for the trials in the database."""

from django.core.management.base import BaseCommand

from sites.enrollment.backtest import backtest_trials


class Command(BaseCommand):
    help = "Forecast each trial as of earlier months, and compare with what was reported since."

    def add_arguments(self, parser):
        parser.add_argument("--months", type=int, default=6, help="months between the forecast and the comparison")

    def handle(self, *, months: int, **options):
        for row in backtest_trials(months=months):
            self.stdout.write(row.as_text())
