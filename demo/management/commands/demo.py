"""`manage.py demo`: loads invented trials, five logins and a partner's API key."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError

from common import dates
from demo import content
from demo.loader import find_obstacle, is_loaded, load


class Command(BaseCommand):
    help = (
        "Loads 12 invented trials with 160 sites, and logins with public passwords. Changes nothing when they are "
        "loaded already. Refuses a database that has other trials or logins."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            help="the day to which all dates are relative (YYYY-MM-DD; default: today)",
        )
        parser.add_argument("--force", action="store_true", help="load into a database with other trials and logins")

    def handle(self, *, today, force, **options):
        if is_loaded():
            self.stdout.write("The demo data is loaded already; nothing was changed.")
        else:
            if obstacle := find_obstacle(force=force):
                raise CommandError(obstacle)
            load(today or dates.today())
            self.stdout.write("Loaded the demo data: 12 invented trials at 60 hospitals.")
        self.stdout.write("\n".join(self.login_lines()))

    def login_lines(self):
        """One line for each login, as loaded, and one for the partner's key."""
        for login in content.logins():
            yield f"  {login['username']:<16} {login['password']:<20} {login['role']}"
        yield f"  partner key      {content.partner()['key']}"
