"""Conflicts between the registry and people, to read."""

from django.contrib import admin

from registries.admin.reading_only import ReadOnlyAdmin
from registries.models import Conflict
from registries.paths import path_in_words


@admin.register(Conflict)
class ConflictAdmin(ReadOnlyAdmin):
    list_display = ["trial", "what", "theirs", "ours", "decision", "run"]
    list_filter = ["decision"]
    list_select_related = ["trial", "run"]
    search_fields = ["=trial__nct_id"]
    fields = ["trial", "what", "base", "theirs", "ours", "decision", "decided_by", "decided_at", "run"]

    @admin.display(description="What")
    def what(self, conflict: Conflict) -> str:
        return path_in_words(conflict.path)
