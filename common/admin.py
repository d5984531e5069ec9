"""What every page of the admin does the same: who sees what, how long lists stay fast, how columns are typed.

The matrix at work in the admin: what one may not read is absent, what one may not change is read-only.
"""

from collections.abc import Iterator

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import BadRequest
from django.db import models
from django.db.models import QuerySet
from django.forms.models import _get_foreign_key
from django.utils.text import capfirst

from common.forms import CodeCheckboxesField, LinesField, ShortText
from common.number_fields import strict_form_class
from common.numbers import parse_whole_number
from common.pagination import CappedPaginator
from common.partial_dates.forms import DayFormField
from common.permissions import HISTORY, Action, PermissionTable, Role, all_roles, ensure_still_in_scope
from history.admin import AuditedModelAdmin
from history.forms import AuditedInlineForm
from history.related_trail import trail_with_related


class FieldPermissionAdminMixin:
    """Pages of a model that has a table of rights. Names that are no fields of the model are the page's own."""

    permission_table: PermissionTable

    def roles_over(self, user, obj) -> frozenset[Role]:
        """What the user is over this object; asked once for each object of a request."""
        return all_roles(user)

    def roles_over_new(self, user) -> frozenset[Role]:
        """Whatever the user is anywhere."""
        return all_roles(user)

    def roles(self, request, obj) -> frozenset[Role]:
        """Over the object, or over one that is being added."""
        if obj is None or obj.pk is None:
            return self.roles_over_new(request.user)
        known = request.__dict__.setdefault("roles_over", {})
        key = self.model, obj.pk
        if key not in known:
            known[key] = self.roles_over(request.user, obj)
        return known[key]

    def has_field_permission(self, request, action: Action, name: str, obj=None) -> bool:
        return self.permission_table.allows(action, name, self.roles(request, obj))

    def has_change_permission(self, request, obj=None):
        if not self.has_view_permission(request, obj):
            return False
        return self.permission_table.allows_any_change(self.roles(request, obj))

    def get_fieldsets(self, request, obj=None):
        shown = (
            (title, self._visible_options(request, obj, options))
            for title, options in super().get_fieldsets(request, obj)
        )
        return [(title, options) for title, options in shown if options["fields"]]

    def _visible_options(self, request, obj, options: dict) -> dict:
        lines = (entry if isinstance(entry, list | tuple) else (entry,) for entry in options["fields"])
        kept = [tuple(name for name in line if self._is_visible(request, obj, name)) for line in lines]
        return options | {"fields": [line if len(line) > 1 else line[0] for line in kept if line]}

    def _is_visible(self, request, obj, name: str) -> bool:
        return name not in self._columns or self.has_field_permission(request, Action.READ, name, obj)

    def get_readonly_fields(self, request, obj=None):
        always = list(super().get_readonly_fields(request, obj))
        names = flatten_fieldsets(self.get_fieldsets(request, obj))
        fixed = (
            name
            for name in names
            if name in self._columns and not self.has_field_permission(request, Action.CHANGE, name, obj)
        )
        return [*always, *(name for name in fixed if name not in always)]

    def may_read_history(self, request, obj) -> bool:
        return self.has_field_permission(request, Action.READ, HISTORY, obj)

    def history_of(self, request, obj):
        parts = self.visible_related_models(request, obj)
        return trail_with_related(
            obj, parts, without=self.hidden_history_fields(request, obj), only=self.history_filter(request)
        )

    def history_filter(self, request):
        """Narrows the trails of the parts."""
        return QuerySet.all

    def hidden_history_fields(self, request, obj) -> set[str]:
        """The columns of which the history of the object does not tell the user."""
        return {name for name in self._columns if not self.has_field_permission(request, Action.READ, name, obj)} - {
            "version"
        }

    def visible_related_models(self, request, obj) -> dict:
        """Of `trail_parts`, those that the user may read."""
        return {
            model: key
            for model, key in self.trail_related_models.items()
            if self.has_field_permission(request, Action.READ, reverse_accessor_name(self.model, model), obj)
        }

    @property
    def _columns(self) -> set[str]:
        return {field.name for field in self.model._meta.concrete_fields} - {"id"}


class FieldPermissionInlineMixin:
    """A list on the page of a parent with rights, whose lines name the list by its reverse relation."""

    def has_field_permission(self, request, action: Action, obj) -> bool:
        parent = self.admin_site._registry[self.parent_model]
        return parent.has_field_permission(request, action, reverse_accessor_name(self.parent_model, self.model), obj)

    def has_view_permission(self, request, obj=None):
        return self.has_field_permission(request, Action.READ, obj)

    def has_change_permission(self, request, obj=None):
        return self.has_field_permission(request, Action.CHANGE, obj)

    def has_add_permission(self, request, obj=None):
        return self.has_field_permission(request, Action.CHANGE, obj)

    def has_delete_permission(self, request, obj=None):
        return self.has_field_permission(request, Action.CHANGE, obj)


def reverse_accessor_name(parent, child) -> str:
    """The name by which a parent calls the list of a part's rows."""
    return _get_foreign_key(parent, child).remote_field.get_accessor_name()


class ValidatingAutocompleteSelect(AutocompleteSelect):
    """What is no key of a row selects none; Django's own widget asks the database for it, and fails."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [one for one in value if parse_whole_number(str(one)) is not None], attr)


class FieldWidgetsMixin:
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
            kwargs["widget"] = ValidatingAutocompleteSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _list_field(self, db_field: ArrayField) -> forms.Field:
        said = {"label": capfirst(db_field.verbose_name), "required": False, "help_text": db_field.help_text}
        choices = db_field.base_field.choices
        return CodeCheckboxesField(choices=choices, **said) if choices else LinesField(**said)


class ScopedAdmin(FieldPermissionAdminMixin, FieldWidgetsMixin, AuditedModelAdmin):
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
        return request.user.can_open_admin

    def has_add_permission(self, request):
        return self.has_view_permission(request) and request.user.can_edit_something

    def has_delete_permission(self, request, obj=None):
        return False

    def lookup_allowed(self, lookup, value, request):
        """Only what is offered: else any column could be guessed letter by letter."""
        return lookup in self.linked_lookups or lookup.removesuffix("__exact") in self.list_filter

    def response_action(self, request, queryset):
        """Rows are chosen by their keys; Django's own asks the database for whatever was sent, and fails."""
        if any(parse_whole_number(key) is None for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("Not a key of a row.")
        return super().response_action(request, queryset)

    def get_view_on_site_url(self, obj=None):
        """The page itself, not Django's way there, which any number opens."""
        return obj.get_absolute_url() if obj is not None and hasattr(obj, "get_absolute_url") else None

    def save_related(self, request, form, formsets, change):
        """What was saved is read again through the scope; LeftScopeError undoes it all."""
        super().save_related(request, form, formsets, change)
        ensure_still_in_scope(self.get_queryset(request), form.instance)
        for row in _saved_inline_rows(formsets):
            if hasattr(type(row).objects, "editable_by"):
                ensure_still_in_scope(type(row).objects.editable_by(request.user), row)


def _saved_inline_rows(formsets) -> Iterator[models.Model]:
    for formset in formsets:
        yield from formset.new_objects
        yield from (row for row, _ in formset.changed_objects)


class PermissionStackedInline(FieldPermissionInlineMixin, FieldWidgetsMixin, admin.StackedInline):
    form = AuditedInlineForm
    extra = 0


class LabelledInlineFormSet(forms.models.BaseInlineFormSet):
    """The tick that takes a line away says so: it stands in a column of its own, without words beside it."""

    def get_deletion_widget(self):
        return forms.CheckboxInput(attrs={"aria-label": "Delete"})


class PermissionTabularInline(FieldPermissionInlineMixin, FieldWidgetsMixin, admin.TabularInline):
    """Each box carries the name of its column, which a screen reader would not read to it."""

    form = AuditedInlineForm
    formset = LabelledInlineFormSet
    extra = 0

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            field.widget.attrs["aria-label"] = capfirst(field.label or db_field.verbose_name)
        return field


class ReadOnlyInline(FieldPermissionInlineMixin, admin.TabularInline):
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
