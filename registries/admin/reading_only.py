"""Rows that the admin shows and nobody edits."""

from django.contrib import admin


class ReadOnlyAdmin(admin.ModelAdmin):
    """For those who read everything, to read."""

    show_full_result_count = False
    actions = None

    def has_view_permission(self, request, obj=None) -> bool:
        return request.user.opens_the_admin and request.user.reads_everything

    def has_module_permission(self, request) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
