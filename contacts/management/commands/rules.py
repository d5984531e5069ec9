"""manage.py rules: prints docs/rules.md."""

from django.core.management.base import BaseCommand

from contacts.rules_document import rules_markdown


class Command(BaseCommand):
    requires_system_checks = []
    help = "Print the list of all rules (docs/rules.md)."

    def handle(self, **options):
        self.stdout.write(rules_markdown(), ending="")
