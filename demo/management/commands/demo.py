"""manage.py demo: invented trials to look at, five logins and a partner's key."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError

from common import dates
from demo import content
from demo.guards import find_obstacle, find_taken_username, is_loaded
from demo.loader import load


class Command(BaseCommand):
    help = (
        "Loads 12 invented trials with 160 sites, and logins with well-known passwords. Changes nothing when they are "
        "here already. Refuses a database that holds other trials or logins."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--today", type=date.fromisoformat, help="the day from which all dates are told (YYYY-MM-DD; now)"
        )
        parser.add_argument("--force", action="store_true", help="load beside other trials and logins")

    def handle(self, *, today, force, **options):
        if is_loaded():
            self.stdout.write("The demo data is here already; nothing was changed.")
        else:
            self.check_database(force)
            load(today or dates.today())
            self.stdout.write("Loaded the demo data: 12 invented trials at 60 hospitals.")
        self.stdout.write("\n".join(self.login_lines()))

    def check_database(self, force: bool) -> None:
        reason = "" if force else find_obstacle()
        if reason:
            raise CommandError(f"{reason} The demo has passwords that everybody knows. Give --force to load it here.")
        if taken := find_taken_username():
            raise CommandError(f"Somebody else is called {taken} here; the demo needs that name.")

    def login_lines(self):
        """One line a login, as they were when loaded, and the partner's key."""
        for login in content.logins():
            yield f"  {login['username']:<16} {login['password']:<20} {login['role']}"
        yield f"  partner key      {content.partner()['key']}"
