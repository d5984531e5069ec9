"""Conflicts between the registry and people, to read."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from history.names import names_of
from registries.admin.reading_only import ReadOnlyAdmin
from registries.models import Conflict
from registries.paths import path_in_words
from registries.templatetags.registry_words import as_text


@admin.register(Conflict)
class ConflictAdmin(ReadOnlyAdmin):
    list_display = ["trial", "what", "the_registrys", "our_own", "decision", "decide"]
    list_filter = ["decision", "thing"]
    list_select_related = ["trial", "run", "trial_site__facility"]
    search_fields = ["=trial__nct_id"]
    fields = [
        "trial",
        "what",
        "at_the_last_import",
        "the_registrys",
        "our_own",
        "decision",
        "who",
        "decided_at",
        "reason",
        "decide",
        "run",
    ]

    @admin.display(description="Decided where")
    def decide(self, conflict: Conflict) -> str:
        page = reverse("registry_of_trial", args=[conflict.trial.key])
        return format_html('<a href="{}">The registry and us</a>', page)

    @admin.display(description="What")
    def what(self, conflict: Conflict) -> str:
        site = conflict.trial_site
        return path_in_words(conflict.path, site.facility.title if site else "")

    @admin.display(description="At the last import")
    def at_the_last_import(self, conflict: Conflict) -> str:
        return as_text(conflict.base)

    @admin.display(description="The registry’s")
    def the_registrys(self, conflict: Conflict) -> str:
        return as_text(conflict.theirs)

    @admin.display(description="Ours")
    def our_own(self, conflict: Conflict) -> str:
        return as_text(conflict.ours)

    @admin.display(description="Decided by")
    def who(self, conflict: Conflict) -> str:
        return names_of([conflict.decided_by])[conflict.decided_by]
