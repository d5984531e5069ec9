"""manage.py changepassword: Django's command with an author in the history."""

from django.contrib.auth.management.commands import changepassword

from history.authorship import authored


class Command(changepassword.Command):
    def handle(self, *args, **options):
        with authored("command:changepassword", reason="Set on the command line"):
            return super().handle(*args, **options)
