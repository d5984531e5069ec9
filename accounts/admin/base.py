"""Pages that only administrators find."""

from trials.admin.base import ScopedAdmin


class AdministratorsOnly(ScopedAdmin):
    def scope(self, queryset, user):
        return queryset if user.is_administrator else queryset.none()

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) and request.user.is_administrator
