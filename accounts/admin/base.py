"""Pages that only administrators find."""

from trials.admin.base import ScopedAdmin


class AdministratorsOnly(ScopedAdmin):
    def scope(self, queryset, user):
        return queryset if user.is_superuser else queryset.none()

    def has_view_permission(self, request, obj=None):
        return request.user.is_active and request.user.is_superuser
