"""Conflicts between the registry and people, to read."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from registries.admin.reading_only import ReadOnlyAdmin
from registries.models import Conflict
from registries.paths import path_in_words


@admin.register(Conflict)
class ConflictAdmin(ReadOnlyAdmin):
    list_display = ["trial", "what", "theirs", "ours", "decision", "decide", "run"]
    list_filter = ["decision", "thing"]
    list_select_related = ["trial", "run"]
    search_fields = ["=trial__nct_id"]
    fields = [
        "trial",
        "what",
        "base",
        "theirs",
        "ours",
        "decision",
        "decided_by",
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
        return path_in_words(conflict.path)
