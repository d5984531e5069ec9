"""manage.py access: prints docs/access.md."""

from django.core.management.base import BaseCommand

from accounts.access_document import access_markdown


class Command(BaseCommand):
    requires_system_checks = []
    help = "Print the list of permissions (docs/access.md)."

    def handle(self, **options):
        self.stdout.write(access_markdown(), ending="")
