"""manage.py remove_second_factors USERNAME --reason …: for an administrator who lost their own second factors."""

from django.core.management.base import BaseCommand, CommandError

from accounts.mfa import remove_second_factors
from accounts.models import User
from common.text import is_blank


class Command(BaseCommand):
    help = "Remove a user's second factors and end the user's sessions. The user sets up new ones at the next sign-in."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument(
            "--reason", required=True, help="how you verified the user's identity; saved in the audit trail"
        )

    def handle(self, *, username, reason, **options):
        if is_blank(reason):
            raise CommandError("Enter a reason: how you verified the user's identity.")
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username}.")
        remove_second_factors(user, author="command:remove_second_factors", reason=reason)
        self.stdout.write(f"Second factors of {user} removed. The user signs in with the password only.")
