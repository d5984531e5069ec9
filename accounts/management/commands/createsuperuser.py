"""manage.py createsuperuser: Django's command, whose user stands in the trail."""

from django.contrib.auth.management.commands import createsuperuser

from history.authorship import authored


class Command(createsuperuser.Command):
    def handle(self, *args, **options):
        with authored("command:createsuperuser", reason="Made at the server"):
            return super().handle(*args, **options)
