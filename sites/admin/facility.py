"""Facilities in the admin."""

from django import forms
from django.contrib import admin
from django.utils.html import format_html, format_html_join

from common.admin import ScopedAdmin
from history.forms import AuditedModelForm
from sites.models import Facility
from sites.permissions import FACILITY, roles_over_facility
from sites.placeholder_names import current_country_name
from sites.text_search import search_facilities
from trials.form_fields import validate_country


class CountryInput(forms.TextInput):
    """A text input that suggests the countries of existing facilities."""

    def render(self, name, value, attrs=None, renderer=None):
        countries = (
            Facility.objects.exclude(country="").order_by("country").values_list("country", flat=True).distinct()
        )
        options = format_html_join("", '<option value="{}"></option>', ((country,) for country in countries))
        text_input = super().render(name, value, (attrs or {}) | {"list": "known-countries"}, renderer)
        return format_html('{}<datalist id="known-countries">{}</datalist>', text_input, options)


class FacilityAdminForm(AuditedModelForm):
    """The facility form; a country is required unless an imported facility has none."""

    class Meta:
        model = Facility
        fields = "__all__"
        widgets = dict.fromkeys(("city", "state", "zip"), forms.TextInput) | {"country": CountryInput}

    def clean_country(self):
        """The current name of a changed country; an unchanged one stays as imported."""
        country = self.cleaned_data["country"].strip()
        if "country" not in self.changed_data:
            return self.cleaned_data["country"]
        validate_country(country)
        return current_country_name(country)

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("is_masked") and not cleaned.get("name", "").strip() and "name" in self.fields:
            self.add_error("name", "Enter the facility's name, or mark the name as a mask.")
        is_new_or_changed = self.instance.pk is None or "country" in self.changed_data
        is_required = is_new_or_changed and "country" in self.fields and "country" not in self.errors
        if is_required and not cleaned.get("country", "").strip():
            self.add_error("country", "Enter the country.")
        return cleaned


@admin.register(Facility)
class FacilityAdmin(ScopedAdmin):
    permission_table = FACILITY
    form = FacilityAdminForm
    list_display = ["title", "city", "state", "country", "is_active"]
    list_filter = ["is_active"]
    ordering = ["-id"]
    sortable_by = []
    search_fields = ["name"]
    search_help_text = "Words of the name; city or country after a comma: Mayo, Rochester."
    fieldsets = [
        (None, {"fields": ["name", "is_masked"]}),
        ("Place", {"fields": [("city", "state", "zip"), "country", ("latitude", "longitude")]}),
        ("Use", {"fields": ["is_active", "ror_id"]}),
    ]

    def scope(self, queryset, user):
        """All facilities for users who coordinate trials, so that they can add sites; else the visible ones."""
        return queryset.all() if user.coordinates_trials else queryset.visible_to(user)

    def roles_over(self, user, obj):
        return roles_over_facility(user, obj)

    def has_add_permission(self, request):
        return self.has_view_permission(request) and request.user.coordinates_trials

    def get_search_results(self, request, queryset, search_term):
        return search_facilities(queryset, search_term), False
