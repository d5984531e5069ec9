"""Base classes of the admin: field permissions, capped lists, form fields of columns.

A field that the user may not read is absent; a field that the user may not change is read-only.
"""

from collections.abc import Callable, Iterator

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

from common.assignment_scope import ensure_still_in_scope
from common.form_fields import CodeCheckboxesField, LinesField, ShortTextarea, parse_whole_number, strict_form_class
from common.partial_dates.forms import DayFormField
from common.permissions import HISTORY, Action, PermissionTable, UserRole, all_roles
from common.query_params import CappedPaginator
from history.admin import AuditedModelAdmin
from history.forms import AuditedInlineForm
from history.related_trail import trail_with_related


def partial_date_column(name: str, description: str) -> Callable[[object, models.Model], str | None]:
    """A display method of an admin class: a partial date written as on all pages, such as 15 January 2026."""

    @admin.display(description=description, ordering=name)
    def column(_, row: models.Model) -> str | None:
        value = getattr(row, name)
        return value.as_text() if value else None

    return column


class FieldPermissionAdminMixin:
    """Admin of a model with a permission table. Names that are no fields of the model belong to the page."""

    permission_table: PermissionTable

    def roles_over(self, user, obj) -> frozenset[UserRole]:
        """The user's roles on this object; evaluated once per object and request."""
        return all_roles(user)

    def roles_over_new(self, user) -> frozenset[UserRole]:
        """All roles of the user, for an object that is being added."""
        return all_roles(user)

    def roles(self, request, obj) -> frozenset[UserRole]:
        """The user's roles on the object, or on one that is being added."""
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
        visible = (
            (title, self._visible_options(request, obj, options))
            for title, options in super().get_fieldsets(request, obj)
        )
        return [(title, options) for title, options in visible if options["fields"]]

    def _visible_options(self, request, obj, options: dict) -> dict:
        lines = (entry if isinstance(entry, list | tuple) else (entry,) for entry in options["fields"])
        visible = [tuple(name for name in line if self._is_visible(request, obj, name)) for line in lines]
        return options | {"fields": [line if len(line) > 1 else line[0] for line in visible if line]}

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
        related_models = self.visible_related_models(request, obj)
        return trail_with_related(
            obj, related_models, without=self.hidden_history_fields(request, obj), only=self.history_filter(request)
        )

    def history_filter(self, request):
        """A function that filters the trails of related models."""
        return QuerySet.all

    def hidden_history_fields(self, request, obj) -> set[str]:
        """Columns that are not shown to the user in the object's history."""
        return {name for name in self._columns if not self.has_field_permission(request, Action.READ, name, obj)} - {
            "version"
        }

    def visible_related_models(self, request, obj) -> dict:
        """The entries of `trail_related_models` that the user may read."""
        return {
            model: key
            for model, key in self.trail_related_models.items()
            if self.has_field_permission(request, Action.READ, reverse_accessor_name(self.model, model), obj)
        }

    @property
    def _columns(self) -> set[str]:
        return {field.name for field in self.model._meta.concrete_fields} - {"id"}


class FieldPermissionInlineMixin:
    """Inline of a parent with a permission table, which names the inline by its reverse relation."""

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
    """The name of the reverse accessor from the parent model to the child model."""
    return _get_foreign_key(parent, child).remote_field.get_accessor_name()


class ValidatingAutocompleteSelect(AutocompleteSelect):
    """Ignores values that are no primary key; Django's widget would fail in the database."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [key for key in value if parse_whole_number(str(key)) is not None], attr)


class FieldWidgetsMixin:
    """Form fields of columns: lists of texts one per line, lists of codes as checkboxes, short texts as a growing line,
    numbers as ASCII digits.
    """

    long_texts: tuple[str, ...] = ()

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, ArrayField):
            return self._list_field(db_field)
        if type(db_field) is models.TextField and db_field.name not in self.long_texts and "widget" not in kwargs:
            kwargs["widget"] = ShortTextarea()
        if type(db_field) is models.DateField:
            kwargs["form_class"] = DayFormField
        if strict := strict_form_class(db_field):
            kwargs["form_class"] = strict
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        """Label the blank choice."""
        if db_field.blank and "choices" not in kwargs and "" not in dict(db_field.flatchoices):
            kwargs["choices"] = db_field.get_choices(blank_choice=[("", "Not given")])
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Only rows that the user may see are valid choices."""
        target = self.admin_site._registry.get(db_field.remote_field.model)
        if target is not None and "queryset" not in kwargs:
            kwargs["queryset"] = target.get_queryset(request)
        if "widget" not in kwargs and db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = ValidatingAutocompleteSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _list_field(self, db_field: ArrayField) -> forms.Field:
        options = {"label": capfirst(db_field.verbose_name), "required": False, "help_text": db_field.help_text}
        choices = db_field.base_field.choices
        return CodeCheckboxesField(choices=choices, **options) if choices else LinesField(**options)


class ScopedAdmin(FieldPermissionAdminMixin, FieldWidgetsMixin, AuditedModelAdmin):
    """Admin of rows that the user may edit, or read where they read everything; other rows are a 404.

    Django's permissions are not used: the scope is `editable_by` of the model's queryset (see `scope`), and the fields
    are given by `permission_table`. Nothing can be deleted unless a subclass allows it.
    """

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 50
    save_on_top = False
    actions = None
    linked_lookups: tuple[str, ...] = ()  # lookups allowed in links to the list, beside its filters

    def scope(self, queryset, user):
        """The rows that a user sees in the admin."""
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
        """Only the offered lookups; otherwise the values of any column could be guessed letter by letter."""
        return lookup in self.linked_lookups or lookup.removesuffix("__exact") in self.list_filter

    def response_action(self, request, queryset):
        """400 for selected values that are no primary keys; Django would fail in the database."""
        if any(parse_whole_number(key) is None for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("Invalid row key.")
        return super().response_action(request, queryset)

    def get_view_on_site_url(self, obj=None):
        """The page's URL, instead of Django's redirect view, which accepts any object id."""
        return obj.get_absolute_url() if obj is not None and hasattr(obj, "get_absolute_url") else None

    def save_related(self, request, form, formsets, change):
        """Check that the saved rows are still in scope; OutOfScopeError rolls everything back."""
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
    """Gives the checkbox of deletion an accessible name."""

    def get_deletion_widget(self):
        return forms.CheckboxInput(attrs={"aria-label": "Delete"})


class PermissionTabularInline(FieldPermissionInlineMixin, FieldWidgetsMixin, admin.TabularInline):
    """Gives each input the name of its column as accessible name."""

    form = AuditedInlineForm
    formset = LabelledInlineFormSet
    extra = 0

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            widget = getattr(field.widget, "widget", field.widget)  # the select within its links to related objects
            widget.attrs["aria-label"] = capfirst(field.label or db_field.verbose_name)
        return field


class ReadOnlyInline(FieldPermissionInlineMixin, admin.TabularInline):
    """Read-only inline for rows that only services write."""

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
