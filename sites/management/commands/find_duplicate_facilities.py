"""`manage.py find_duplicate_facilities`: stores the pairs of facilities that may be one hospital."""

from django.core.management.base import BaseCommand

from sites.facilities.possible_duplicates import update_possible_duplicates


class Command(BaseCommand):
    help = "Compare all facilities by name, city and postal code, and list those that may be one."

    def handle(self, **options):
        self.stdout.write(f"{update_possible_duplicates():,} pairs of facilities may be one hospital.")
