"""manage.py remove_second_factors USERNAME --reason …: for the administrator who lost their own."""

from django.core.management.base import BaseCommand, CommandError

from accounts.mfa.policy import remove_second_factors
from accounts.models import User
from common.text import is_blank


class Command(BaseCommand):
    help = "Takes away a user's second factors and ends their sessions. They set up new ones when they sign in."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--reason", required=True, help="how you know that it is them; kept in the trail")

    def handle(self, *, username, reason, **options):
        if is_blank(reason):
            raise CommandError("Give a reason: how you know that it is them.")
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"Nobody is called {username} here.")
        remove_second_factors(user, author="command:remove_second_factors", reason=reason)
        self.stdout.write(f"{user} signs in with the password only, and is asked for a new factor where one is needed.")
