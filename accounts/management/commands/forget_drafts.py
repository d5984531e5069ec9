"""manage.py forget_drafts: delete the forms that nobody came back for within the hour."""

from django.core.management.base import BaseCommand

from accounts.drafts.models import FormDraft


class Command(BaseCommand):
    help = "Deletes forms that were kept while their sender had to sign in, and that are older than an hour."

    def handle(self, **options):
        deleted, _ = FormDraft.objects.expired().delete()
        self.stdout.write(f"deleted={deleted}")
