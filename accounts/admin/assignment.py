"""Pages that only administrators find.

Who was granted what, to read: for inspectors and administrators. Grants are made on the page of their user.
"""

from django.contrib import admin

from accounts.models import Assignment
from accounts.permissions import GRANT
from common.admin import ScopedAdmin
from history.actor_names import actor_names


class AdministratorsOnly(ScopedAdmin):
    def scope(self, queryset, user):
        return queryset if user.is_administrator else queryset.none()

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) and request.user.is_administrator


@admin.register(Assignment)
class AssignmentAdmin(ScopedAdmin):
    permission_table = GRANT
    list_display = ["who", "kind", "place", "starts_on", "ends_on"]
    list_display_links = ["who"]
    list_filter = ["kind"]
    list_select_related = ["user", "trial", "trial_site__facility", "trial_site__trial"]
    ordering = ["-starts_on", "-id"]
    sortable_by = []
    search_fields = ["user__first_name", "user__last_name"]
    fields = ["who", "kind", "trial", "trial_site", ("starts_on", "ends_on"), "granted"]
    readonly_fields = ["who", "granted"]

    def scope(self, queryset, user):
        return queryset.all() if _may_read(user) else queryset.none()

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) and _may_read(request.user)

    def has_change_permission(self, request, obj=None):
        return False

    def has_add_permission(self, request):
        return False

    @admin.display(description="who")
    def who(self, grant):
        return str(grant.user)

    @admin.display(description="where")
    def place(self, grant):
        return str(grant.trial_site or (grant.trial.number if grant.trial else "Everywhere"))

    @admin.display(description="granted by")
    def granted(self, grant):
        return actor_names([grant.granted_by])[grant.granted_by] or grant.granted_by


def _may_read(user) -> bool:
    return user.is_administrator or user.is_inspector
