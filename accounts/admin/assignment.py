"""The read-only admin of assignments, for inspectors and administrators; assignments are edited on the user's page."""

from django.contrib import admin

from accounts.models import Assignment
from accounts.permissions import ASSIGNMENT
from common.admin import ScopedAdmin
from history.authorship import actor_names


class AdministratorsOnly(ScopedAdmin):
    """A ModelAdmin for administrators only."""

    def scope(self, queryset, user):
        return queryset if user.is_administrator else queryset.none()

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) and request.user.is_administrator


@admin.register(Assignment)
class AssignmentAdmin(ScopedAdmin):
    permission_table = ASSIGNMENT
    list_display = ["user_name", "kind", "place", "starts_on", "ends_on"]
    list_display_links = ["user_name"]
    list_filter = ["kind"]
    list_select_related = ["user", "trial", "trial_site__facility", "trial_site__trial"]
    ordering = ["-starts_on", "-id"]
    sortable_by = []
    search_fields = ["user__first_name", "user__last_name"]
    fields = ["user_name", "kind", "trial", "trial_site", ("starts_on", "ends_on"), "granted_by_name"]
    readonly_fields = ["user_name", "granted_by_name"]

    def scope(self, queryset, user):
        return queryset.all() if _may_read(user) else queryset.none()

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) and _may_read(request.user)

    def has_change_permission(self, request, obj=None):
        return False

    def has_add_permission(self, request):
        return False

    @admin.display(description="user")
    def user_name(self, assignment):
        return str(assignment.user)

    @admin.display(description="site or trial")
    def place(self, assignment):
        return str(assignment.trial_site or (assignment.trial.number if assignment.trial else "All trials"))

    @admin.display(description="granted by")
    def granted_by_name(self, assignment):
        return actor_names([assignment.granted_by])[assignment.granted_by] or assignment.granted_by


def _may_read(user) -> bool:
    return user.is_administrator or user.is_inspector
