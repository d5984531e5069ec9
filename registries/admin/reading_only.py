"""Rows that the admin shows and nobody edits."""

from django.contrib import admin
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe


class ReadOnlyAdmin(admin.ModelAdmin):
    """For those who read everything, to read."""

    show_full_result_count = False
    actions = None

    def get_queryset(self, request):
        """For all others there is none: else a number that exists would answer otherwise than one that does not."""
        found = super().get_queryset(request)
        return found if request.user.reads_everything else found.none()

    @method_decorator(require_safe)
    def history_view(self, request, object_id, extra_context=None):
        return super().history_view(request, object_id, extra_context)

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
