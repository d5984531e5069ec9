"""Editors for another value of a conflict, which the user enters: a column, a status, a facility, contacts."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils import timezone

from common import dates
from contacts.choices import RoleKind
from history.forms import AuditedModelForm
from publishing.trial_data import Row
from registries.choices import ConflictCategory
from registries.conflicts.contact_forms import MAX_CONTACTS, ContactForm, ContactListFormSet, OfficialForm, ReasonForm
from registries.conflicts.services import OpenConflict, ResolutionResult, resolve_with_value
from registries.ctgov import field_map, path_resolution, study_to_rows
from registries.ctgov.apply_value import ValueApplier
from sites.forms import FacilityFields, StatusForm
from sites.models import Facility, TrialSite
from sites.permissions import authority_over
from sites.services import change_status
from trials.admin.fieldsets import DERIVED_FIELDS
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
        rows = getattr(trial, field_map.RELATION_BY_PATH[target.field_path])
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
        applier = ValueApplier(open_conflict.trial_data, self.user.actor, timezone.now())
        applier.apply(open_conflict.target, self.record_value(open_conflict))


class SiteFacilityForm(FacilityFields):
    why = AuditedModelForm.base_fields["why"]


class SiteFacilityEditor(AppliedValueEditor):
    """The facility of a site; other trials at the same facility do not change."""

    def build_form(self, open_conflict, data):
        self.form = SiteFacilityForm(data, initial=open_conflict.ours)

    def record_value(self, open_conflict) -> Row:
        values = {name: self.form.cleaned_data.get(name) for name in study_to_rows.PLACE_COLUMNS}
        return values | find_town_coordinates(values)


def find_town_coordinates(place: Row) -> Row:
    """Latitude and longitude of a facility in the same city: the registry has one point for each city."""
    city = {name: place[name] for name in ("city", "state", "country")}
    facilities = Facility.objects.filter(**city, latitude__isnull=False).order_by("pk")
    return facilities.values(*field_map.POINT).first() or dict.fromkeys(field_map.POINT)


class ContactListEditor(AppliedValueEditor):
    template = "registries/_contact_list_form.html"

    def build_form(self, open_conflict, data):
        is_official = path_resolution.ROLE_KIND_BY_PATH.get(open_conflict.target.field_path) == RoleKind.OFFICIAL
        formset_class = forms.formset_factory(
            OfficialForm if is_official else ContactForm,
            ContactListFormSet,
            extra=1,
            can_delete=True,
            max_num=MAX_CONTACTS,
        )
        self.form = ReasonForm(data)
        self.formset = formset_class(data, ours=open_conflict.ours or [], theirs=open_conflict.conflict.theirs or [])

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.formset.is_valid()])

    def record_value(self, open_conflict) -> list[dict[str, str]]:
        return self.formset.record_value


READ_ONLY_COLUMNS = frozenset({*DERIVED_FIELDS, "retractions"})
EDITORS: dict[ConflictCategory, type[ValueEditor]] = {
    ConflictCategory.SITE_STATUS: StatusEditor,
    ConflictCategory.SITE_PLACE: SiteFacilityEditor,
    ConflictCategory.SITE_CONTACTS: ContactListEditor,
    ConflictCategory.CONTACTS: ContactListEditor,
}


def editor_for(target: path_resolution.PathTarget) -> type[ValueEditor] | None:
    """The editor for a target; None for a whole row and for read-only columns."""
    is_editable = bool(target.column) and target.column not in READ_ONLY_COLUMNS
    return EDITORS.get(target.category) or (ColumnEditor if is_editable else None)


class ManualResolution:
    """A conflict with the form for another value, bound for POST. LookupError where no other value can be entered."""

    def __init__(self, open_conflict: OpenConflict, request):
        editor_class = None if open_conflict.is_target_missing else editor_for(open_conflict.target)
        if editor_class is None:
            raise LookupError("No other value can be entered for this conflict.")
        self.open_conflict, self.user = open_conflict, request.user
        self.editor = editor_class(open_conflict, request)

    def save(self, seen_digest: str) -> ResolutionResult | None:
        """The result; None when the form is invalid or a status rule refuses, with the errors in the form."""
        if not self.editor.is_valid():
            return None
        try:
            return resolve_with_value(
                self.user, self.open_conflict.conflict.pk, seen_digest, self.editor.write, reason=self.editor.why
            )
        except ValidationError as error:
            self.editor.form.refuse(error)
            return None
