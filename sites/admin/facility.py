"""Facilities in the admin."""

from django.contrib import admin

from sites.models import Facility
from sites.searching import facilities_like
from trials.admin.base import ScopedAdmin


@admin.register(Facility)
class FacilityAdmin(ScopedAdmin):
    list_display = ["title", "city", "state", "country", "is_active"]
    list_filter = ["is_active"]
    ordering = ["-id"]
    sortable_by = []
    search_fields = ["name"]
    search_help_text = "Words of the name; a town or country after a comma: Mayo, Rochester."
    fieldsets = [
        (None, {"fields": ["name", "is_masked"]}),
        ("Place", {"fields": [("city", "state", "zip"), "country", ("latitude", "longitude")]}),
        ("Use", {"fields": ["is_active"]}),
    ]

    def scope(self, queryset, user):
        """Facilities belong to nobody: who gives trials their sites finds them all, to choose from."""
        return queryset.all() if user.coordinates_trials else queryset.visible_to(user)

    def has_change_permission(self, request, obj=None):
        """A facility is shared by the sites there, so whoever looks after a trial with one of them decides it."""
        return super().has_change_permission(request, obj) and request.user.coordinates_trials

    def has_add_permission(self, request):
        return self.has_view_permission(request) and request.user.coordinates_trials

    def get_search_results(self, request, queryset, search_term):
        return facilities_like(queryset, search_term), False
