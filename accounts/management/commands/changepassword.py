"""manage.py changepassword: Django's command, whose change stands in the trail."""

from django.contrib.auth.management.commands import changepassword

from history.authorship import authored


class Command(changepassword.Command):
    def handle(self, *args, **options):
        with authored("command:changepassword", reason="Set at the server"):
            return super().handle(*args, **options)
