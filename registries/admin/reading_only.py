"""Rows that the admin shows and nobody edits."""

from django.contrib import admin


class ReadOnlyAdmin(admin.ModelAdmin):
    """For administrators, to read."""

    show_full_result_count = False
    actions = None

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
