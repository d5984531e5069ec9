"""manage.py createsuperuser: Django's command with an author in the history."""

from django.contrib.auth.management.commands import createsuperuser

from history.authorship import authored


class Command(createsuperuser.Command):
    def handle(self, *args, **options):
        with authored("command:createsuperuser", reason="Created on the command line"):
            return super().handle(*args, **options)
