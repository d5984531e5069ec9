"""How another answer is typed, by what it is about: a column of the administration's, a status, a site's place."""

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
    """`form` asks why at least; it is bound where something was posted."""

    template = "_form_fields.html"
    form: Any

    def __init__(self, open_conflict: OpenConflict, request):
        self.request, self.user = request, request.user
        self.build_form(open_conflict, request.POST if request.method == "POST" else None)

    def build_form(self, open_conflict: OpenConflict, data) -> None:
        """Make `form`."""
        raise NotImplementedError

    def is_valid(self) -> bool:
        return self.form.is_valid()

    @property
    def why(self) -> str:
        return self.form.cleaned_data.get("why", "")

    def write(self, open_conflict: OpenConflict) -> None:
        """Put what was typed into our rows, in the caller's signed transaction. A rule's refusal: ValidationError."""
        raise NotImplementedError


class ColumnEditor(ValueEditor):
    """The field that the administration has for the same thing."""

    def build_form(self, open_conflict, data):
        target, trial = open_conflict.target, Trial.objects.get(pk=open_conflict.conflict.trial_id)
        page = admin.site._registry[Trial]
        if not target.is_entry:
            made = page.get_form(self.request, trial, change=True, fields=[target.column])
            self.form = made(data, instance=trial)
            return
        rows = getattr(trial, RELATION_BY_PATH[target.place])
        inline = next(one for one in page.get_inline_instances(self.request, trial) if one.model is rows.model)
        made = inline.get_formset(self.request, trial, fields=[target.column]).form
        self.form = made(data, instance=rows.get(pk=target.row))
        self.form.fields["why"] = AuditedModelForm.base_fields["why"]

    def write(self, open_conflict):
        self.form.instance.save(update_fields=[open_conflict.target.column])


class StatusEditor(ValueEditor):
    """A change of status, by its rules."""

    def build_form(self, open_conflict, data):
        self.site = TrialSite.objects.select_related("trial", "facility").get(pk=open_conflict.target.site_id)
        self.authority = authority_over(self.user, self.site)
        today = dates.today().isoformat()
        self.form = StatusForm(data, site=self.site, authority=self.authority, initial={"effective_on": today})
        for name in ("first_status", "first_since", "second_status", "second_since"):
            self.form.fields[name].widget = forms.HiddenInput()

    def write(self, open_conflict):
        asked = self.form.service_kwargs | {"version": None}  # the question itself is what was seen
        interim = self.form.cleaned_data["interim"]
        change_status(self.site, interim=interim, author=self.user.actor, authority=self.authority, **asked)


class AppliedValueEditor(ValueEditor):
    """What is written by the road that the registry's value would take."""

    def record_value(self, open_conflict: OpenConflict) -> Any:
        """What was typed, as a record would say it."""
        raise NotImplementedError

    def write(self, open_conflict):
        taking = ValueApplier(open_conflict.bundle, self.user.actor, timezone.now())
        taking.apply(open_conflict.target, self.record_value(open_conflict))


class SiteFacilityForm(FacilityFields):
    why = AuditedModelForm.base_fields["why"]


class SiteFacilityEditor(AppliedValueEditor):
    """Where a site is, of this trial alone."""

    def build_form(self, open_conflict, data):
        self.form = SiteFacilityForm(data, initial=open_conflict.ours)

    def record_value(self, open_conflict) -> Row:
        typed = {name: self.form.cleaned_data.get(name) for name in PLACE_COLUMNS}
        return typed | find_town_coordinates(typed)


def find_town_coordinates(place: Row) -> Row:
    """Latitude and longitude of a facility in the same town: the registry gives one point for each town."""
    town = {name: place[name] for name in ("city", "state", "country")}
    there = Facility.objects.filter(**town, latitude__isnull=False).order_by("pk")
    return there.values(*POINT).first() or dict.fromkeys(POINT)
