"""What every page of the admin does the same: who sees what, how long lists stay fast, how columns are typed."""

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.text import capfirst

from history.admin import TracedAdmin
from history.forms import PartForm
from trials.admin.paging import CappedPaginator
from trials.forms import LinesField, ShortText, TickedCodesField


class TypedColumns:
    """Lists of texts are typed one a line, lists of codes ticked; a short text is one line that can grow."""

    long_texts: tuple[str, ...] = ()

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, ArrayField):
            return self._list_field(db_field)
        if type(db_field) is models.TextField and db_field.name not in self.long_texts:
            kwargs["widget"] = ShortText()
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
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _list_field(self, db_field: ArrayField) -> forms.Field:
        said = {"label": capfirst(db_field.verbose_name), "required": False, "help_text": db_field.help_text}
        choices = db_field.base_field.choices
        return TickedCodesField(choices=choices, **said) if choices else LinesField(**said)


class ScopedAdmin(TypedColumns, TracedAdmin):
    """Pages of what a person may edit, or read where they read everything; all else looks as if it did not exist.

    Nobody needs permissions of Django's: the scope is `editable_by` (or what `scope` says) of the model's queryset.
    Nothing is deleted here unless a subclass says so.
    """

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 50
    save_on_top = False
    actions = None

    def scope(self, queryset, user):
        """The rows that a user finds in the admin."""
        return queryset.all() if user.reads_everything else queryset.editable_by(user)

    def get_queryset(self, request):
        return self.scope(super().get_queryset(request), request.user)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return request.user.opens_the_admin

    def has_change_permission(self, request, obj=None):
        if not self.has_view_permission(request, obj):
            return False
        return request.user.edits_something and (obj is None or self._may_edit(request, obj))

    def _may_edit(self, request, obj) -> bool:
        """Asked once for each row of a request."""
        known = request.__dict__.setdefault("editable", {})
        key = self.model, obj.pk
        if key not in known:
            user, rows = request.user, self.model._default_manager
            known[key] = user.is_administrator or rows.editable_by(user).filter(pk=obj.pk).exists()
        return known[key]

    def has_add_permission(self, request):
        return self.has_view_permission(request) and request.user.edits_something

    def has_delete_permission(self, request, obj=None):
        return False


class OfThePage:
    """Inline lists of a page: whoever may edit the page may edit them."""

    extra = 0

    def has_view_permission(self, request, obj=None):
        return True

    def has_change_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request, obj=None):
        return True

    def has_delete_permission(self, request, obj=None):
        return True


class StackedPart(OfThePage, TypedColumns, admin.StackedInline):
    form = PartForm


class TabularPart(OfThePage, TypedColumns, admin.TabularInline):
    form = PartForm


class ReadOnlyPart(OfThePage, admin.TabularInline):
    """What is only ever added by a service: shown, not edited."""

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
