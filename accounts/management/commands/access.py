"""Prints docs/access.md."""

from django.core.management.base import BaseCommand

from accounts.permissions_page import page


class Command(BaseCommand):
    requires_system_checks = []
    help = "Print the page of who may do what, as it stands in docs/access.md."

    def handle(self, **options):
        self.stdout.write(page(), ending="")
