"""Editors for another value of a conflict: a column, a site status, a site's facility."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils import timezone

from common import dates
from history.forms import AuditedModelForm
from publishing.trial_data import Row
from registries.conflicts.open_conflicts import OpenConflict
from registries.ctgov.apply_value import ValueApplier
from registries.ctgov.field_map import POINT
from registries.ctgov.list_paths import RELATION_BY_PATH
from registries.ctgov.study_to_rows import PLACE_COLUMNS
from sites.forms import FacilityFields, StatusForm
from sites.models import Facility, TrialSite
from sites.permissions import authority_over
from sites.services import change_status
from trials.models import Trial


class ValueEditor:
    """`form` has at least the field for the reason; it is bound for POST."""

    template = "_form_fields.html"
    form: Any

    def __init__(self, open_conflict: OpenConflict, request):
        self.request, self.user = request, request.user
        self.build_form(open_conflict, request.POST if request.method == "POST" else None)

    def build_form(self, open_conflict: OpenConflict, data) -> None:
        """Set `form`."""
        raise NotImplementedError

    def is_valid(self) -> bool:
        return self.form.is_valid()

    @property
    def why(self) -> str:
        return self.form.cleaned_data.get("why", "")

    def write(self, open_conflict: OpenConflict) -> None:
        """Write the value into our rows, in the caller's authored transaction. ValidationError from a rule."""
        raise NotImplementedError


class ColumnEditor(ValueEditor):
    """The admin's form field for the column."""

    def build_form(self, open_conflict, data):
        target, trial = open_conflict.target, Trial.objects.get(pk=open_conflict.conflict.trial_id)
        trial_admin = admin.site._registry[Trial]
        if not target.is_entry:
            form_class = trial_admin.get_form(self.request, trial, change=True, fields=[target.column])
            self.form = form_class(data, instance=trial)
            return
        rows = getattr(trial, RELATION_BY_PATH[target.place])
        inlines = trial_admin.get_inline_instances(self.request, trial)
        inline = next(inline for inline in inlines if inline.model is rows.model)
        form_class = inline.get_formset(self.request, trial, fields=[target.column]).form
        self.form = form_class(data, instance=rows.get(pk=target.row))
        self.form.fields["why"] = AuditedModelForm.base_fields["why"]

    def write(self, open_conflict):
        self.form.instance.save(update_fields=[open_conflict.target.column])


class StatusEditor(ValueEditor):
    """A status change, with its rules."""

    def build_form(self, open_conflict, data):
        self.site = TrialSite.objects.select_related("trial", "facility").get(pk=open_conflict.target.site_id)
        self.authority = authority_over(self.user, self.site)
        today = dates.today().isoformat()
        self.form = StatusForm(data, site=self.site, authority=self.authority, initial={"effective_on": today})
        for name in ("first_status", "first_since", "second_status", "second_since"):
            self.form.fields[name].widget = forms.HiddenInput()

    def write(self, open_conflict):
        kwargs = self.form.service_kwargs | {"version": None}  # the conflict's digest is checked instead
        interim = self.form.cleaned_data["interim"]
        change_status(self.site, interim=interim, author=self.user.actor, authority=self.authority, **kwargs)


class AppliedValueEditor(ValueEditor):
    """A value that is written in the same way as a value of the registry."""

    def record_value(self, open_conflict: OpenConflict) -> Any:
        """The entered value, in the form of a record."""
        raise NotImplementedError

    def write(self, open_conflict):
        applier = ValueApplier(open_conflict.bundle, self.user.actor, timezone.now())
        applier.apply(open_conflict.target, self.record_value(open_conflict))


class SiteFacilityForm(FacilityFields):
    why = AuditedModelForm.base_fields["why"]


class SiteFacilityEditor(AppliedValueEditor):
    """The facility of a site; other trials at the same facility do not change."""

    def build_form(self, open_conflict, data):
        self.form = SiteFacilityForm(data, initial=open_conflict.ours)

    def record_value(self, open_conflict) -> Row:
        values = {name: self.form.cleaned_data.get(name) for name in PLACE_COLUMNS}
        return values | find_town_coordinates(values)


def find_town_coordinates(place: Row) -> Row:
    """Latitude and longitude of a facility in the same city: the registry has one point for each city."""
    city = {name: place[name] for name in ("city", "state", "country")}
    facilities = Facility.objects.filter(**city, latitude__isnull=False).order_by("pk")
    return facilities.values(*POINT).first() or dict.fromkeys(POINT)
