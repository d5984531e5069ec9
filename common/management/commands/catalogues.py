"""`manage.py catalogues`: update the translations of the public pages from templates and code, and compile them."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common.catalogues import faults, write_catalogue


class Command(BaseCommand):
    help = "Writes locale/*/LC_MESSAGES/django.po and .mo; fails while a text has no translation."

    def handle(self, *args, **options):
        incomplete = False
        for language, name in settings.LANGUAGES:
            if language == settings.LANGUAGE_CODE:
                continue
            catalog = write_catalogue(language)
            for fault in (reports := faults(catalog)):
                self.stdout.write(fault)
            self.stdout.write(f"{language} ({name}): {len(catalog)} texts, {len(reports)} faults")
            incomplete = incomplete or bool(reports)
        if incomplete:
            raise CommandError("Complete the catalogues and run this command again.")
