"""What every page of the admin does the same: who sees what, how long lists stay fast, how columns are typed."""

from collections.abc import Iterator

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import BadRequest
from django.db import models
from django.utils.text import capfirst

from common.number_fields import strict_form_class
from common.numbers import whole_number
from history.admin import TracedAdmin
from history.forms import PartForm
from trials.admin.by_rights import ByRights, PartByRights
from trials.admin.paging import CappedPaginator
from trials.forms import LinesField, ShortText, TickedCodesField
from trials.leaving import demand_stay
from trials.partial_dates.forms import DayFormField


class SuggestedRow(AutocompleteSelect):
    """What is no key of a row selects none; Django's own widget asks the database for it, and fails."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [one for one in value if whole_number(str(one)) is not None], attr)


class TypedColumns:
    """Lists of texts are typed one a line, lists of codes ticked; a short text is one line that can grow; a number is
    digits."""

    long_texts: tuple[str, ...] = ()

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, ArrayField):
            return self._list_field(db_field)
        if type(db_field) is models.TextField and db_field.name not in self.long_texts and "widget" not in kwargs:
            kwargs["widget"] = ShortText()
        if type(db_field) is models.DateField:
            kwargs["form_class"] = DayFormField
        if strict := strict_form_class(db_field):
            kwargs["form_class"] = strict
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        """A blank is a meaning, and is told in words."""
        if db_field.blank and "choices" not in kwargs and "" not in dict(db_field.flatchoices):
            kwargs["choices"] = db_field.get_choices(blank_choice=[("", "Not given")])
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Only rows that the person may see can be chosen, whatever number is sent."""
        target = self.admin_site._registry.get(db_field.remote_field.model)
        if target is not None and "queryset" not in kwargs:
            kwargs["queryset"] = target.get_queryset(request)
        if "widget" not in kwargs and db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = SuggestedRow(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _list_field(self, db_field: ArrayField) -> forms.Field:
        said = {"label": capfirst(db_field.verbose_name), "required": False, "help_text": db_field.help_text}
        choices = db_field.base_field.choices
        return TickedCodesField(choices=choices, **said) if choices else LinesField(**said)


class ScopedAdmin(ByRights, TypedColumns, TracedAdmin):
    """Pages of what a person may edit, or read where they read everything; all else looks as if it did not exist.

    Nobody needs permissions of Django's: the scope is `editable_by` (or what `scope` says) of the model's queryset, and
    the fields are those that `rights` gives. Nothing is deleted here unless a subclass says so.
    """

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 50
    save_on_top = False
    actions = None
    linked_lookups: tuple[str, ...] = ()  # by which links to the list narrow it, beside its filters

    def scope(self, queryset, user):
        """The rows that a user finds in the admin."""
        return queryset.all() if user.reads_everything else queryset.editable_by(user)

    def get_queryset(self, request):
        return self.scope(super().get_queryset(request), request.user)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return request.user.opens_the_admin

    def has_add_permission(self, request):
        return self.has_view_permission(request) and request.user.edits_something

    def has_delete_permission(self, request, obj=None):
        return False

    def lookup_allowed(self, lookup, value, request):
        """Only what is offered: else any column could be guessed letter by letter."""
        return lookup in self.linked_lookups or lookup.removesuffix("__exact") in self.list_filter

    def response_action(self, request, queryset):
        """Rows are chosen by their keys; Django's own asks the database for whatever was sent, and fails."""
        if any(whole_number(key) is None for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("Not a key of a row.")
        return super().response_action(request, queryset)

    def get_view_on_site_url(self, obj=None):
        """The page itself, not Django's way there, which any number opens."""
        return obj.get_absolute_url() if obj is not None and hasattr(obj, "get_absolute_url") else None

    def save_related(self, request, form, formsets, change):
        """What was saved is read again through the scope; LeftScopeError undoes it all."""
        super().save_related(request, form, formsets, change)
        demand_stay(self.get_queryset(request), form.instance)
        for row in _saved_parts(formsets):
            if hasattr(type(row).objects, "editable_by"):
                demand_stay(type(row).objects.editable_by(request.user), row)


def _saved_parts(formsets) -> Iterator[models.Model]:
    for formset in formsets:
        yield from formset.new_objects
        yield from (row for row, _ in formset.changed_objects)


class StackedPart(PartByRights, TypedColumns, admin.StackedInline):
    form = PartForm
    extra = 0


class LabelledLines(forms.models.BaseInlineFormSet):
    """The tick that takes a line away says so: it stands in a column of its own, without words beside it."""

    def get_deletion_widget(self):
        return forms.CheckboxInput(attrs={"aria-label": "Delete"})


class TabularPart(PartByRights, TypedColumns, admin.TabularInline):
    """Each box carries the name of its column, which a screen reader would not read to it."""

    form = PartForm
    formset = LabelledLines
    extra = 0

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            field.widget.attrs["aria-label"] = capfirst(field.label or db_field.verbose_name)
        return field


class ReadOnlyPart(PartByRights, admin.TabularInline):
    """What is only ever added by a service: shown, not edited."""

    extra = 0
    can_delete = False
    classes = ["readonly-part"]

    def get_readonly_fields(self, request, obj=None):
        return self.fields

    def has_change_permission(self, request, obj=None):
        return False

    def has_add_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
