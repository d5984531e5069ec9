"""Prints docs/rules.md."""

from django.core.management.base import BaseCommand

from contacts.rules_page import page


class Command(BaseCommand):
    requires_system_checks = []
    help = "Print the page of all rules, as it stands in docs/rules.md."

    def handle(self, **options):
        self.stdout.write(page(), ending="")
