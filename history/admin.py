"""Base admin of tracked models: reason for change, edit conflicts, history page. Registers no model."""

from contextlib import nullcontext

from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection
from django.http import HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.utils.text import capfirst

from history import constraint_errors
from history.authorship import actor_names, authored
from history.edit_conflicts import dump_digests, find_conflict
from history.forms import CONFLICT_PARAM, REJECTED_PARAM, AuditedModelForm
from history.related_trail import RelatedEntry, resolve_names, trail_with_related
from history.trail_filter import TrailFilter

REASON_FIELDSET = ("Reason", {"fields": ["why"]})


class AuditedModelAdmin(admin.ModelAdmin):
    """`trail_related_models` are the models edited by inlines: {model: name of the foreign key}."""

    form = AuditedModelForm
    trail_related_models: dict = {}
    change_form_template = "admin/audited_change_form.html"
    object_history_template = "admin/history.html"

    def get_fieldsets(self, request, obj=None):
        fieldsets = list(super().get_fieldsets(request, obj))
        if obj is not None and not self.has_change_permission(request, obj):
            return fieldsets
        field_names = [name for _, options in fieldsets for name in options["fields"]]
        return fieldsets if "why" in field_names else [*fieldsets, REASON_FIELDSET]

    def get_fields(self, request, obj=None):
        return [name for name in super().get_fields(request, obj) if name != "why"]

    def get_object(self, request, object_id, from_field=None):
        """Lock the row on POST, so that its version cannot change between check and save.

        Pages that save nothing (the history) run outside a transaction, where rows cannot be locked.
        """
        instance = super().get_object(request, object_id, from_field)
        if instance is None or request.method != "POST" or not connection.in_atomic_block:
            return instance
        return self.model._base_manager.select_for_update(of=("self",)).get(pk=instance.pk)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Show errors raised while saving as form errors; nothing is saved.

        They come from constraints and triggers of the database, or from checks after the save.
        """
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (DatabaseError, ValidationError) as error:
            message = constraint_errors.constraint_message(error)
            if message is None or request.method != "POST" or REJECTED_PARAM in request.POST:
                raise
            request.POST = request.POST.copy()
            request.POST[REJECTED_PARAM] = message
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _changeform_view(self, request, object_id, form_url, extra_context):
        if request.method != "POST":
            return super()._changeform_view(request, object_id, form_url, extra_context)
        request.conflict = object_id and self._find_conflict(request, object_id)
        if request.conflict:
            request.POST = request.conflict.data
            request.POST[CONFLICT_PARAM] = "1"
        why = request.POST.get("why", "").strip()
        with authored(reason=why) if why else nullcontext():
            response = super()._changeform_view(request, object_id, form_url, extra_context)
        if request.conflict:
            response.status_code = 409
        return response

    def _find_conflict(self, request, object_id):
        current = self.get_object(request, unquote(object_id))
        if current is None or not self.has_change_permission(request, current):
            return None
        form, formsets = self._unbound_forms(request, current)
        is_stale = hasattr(current, "version") and request.POST.get("version") != str(current.version)
        return find_conflict(request.POST, form, formsets, is_stale=is_stale)

    def _unbound_forms(self, request, current):
        names = admin.utils.flatten_fieldsets(self.get_fieldsets(request, current))
        form = self.get_form(request, current, change=True, fields=names)(instance=current)
        return form, self._editable_formsets(request, current)

    def _editable_formsets(self, request, current):
        """The editable inline formsets of the current rows, unbound, with the prefixes of the page."""
        formsets, used = [], {}
        for factory, inline in self.get_formsets_with_inlines(request, current):
            prefix = factory.get_default_prefix()
            used[prefix] = used.get(prefix, 0) + 1
            prefix = f"{prefix}-{used[prefix]}" if used[prefix] > 1 else prefix
            if inline.has_change_permission(request, current):
                queryset = inline.get_queryset(request)
                formsets.append(factory(instance=current, prefix=prefix, queryset=queryset))
        return formsets

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change and obj is not None and self.has_change_permission(request, obj):
            conflict = getattr(request, "conflict", None)
            context |= {
                "conflict": conflict,
                "version": getattr(obj, "version", ""),
                "seen": conflict.digests if conflict else request.POST.get("seen") or _form_digests(context),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def history_view(self, request, object_id, extra_context=None):
        """The history page: who changed what, when and why."""
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        instance = self.get_object(request, unquote(object_id))
        if instance is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.may_read_history(request, instance):
            raise PermissionDenied
        entries = self.history_of(request, instance)
        entries = resolve_names(entries, request.user)
        names = actor_names(entry.entry.actor for entry in entries)
        trail_filter = TrailFilter(request.GET, entries, names)
        entries = trail_filter.filtered_entries()
        context = {
            **self.admin_site.each_context(request),
            "title": "Audit trail",
            "subtitle": str(instance),
            "trail_filter": trail_filter,
            "entries": [(entry, names[entry.entry.actor]) for entry in entries],
            "object": instance,
            "module_name": capfirst(self.opts.verbose_name_plural),
            "opts": self.opts,
            "is_popup": IS_POPUP_VAR in request.GET,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def may_read_history(self, request, instance) -> bool:
        return self.has_view_or_change_permission(request, instance)

    def history_of(self, request, instance) -> list[RelatedEntry]:
        """Trail entries of the row and its related rows that the user may read."""
        return trail_with_related(instance, self.trail_related_models)

    # Django's admin log is not written: it stores names as text, which erasure does not cover.
    def log_addition(self, request, obj, message):
        return None

    def log_change(self, request, obj, message):
        return None

    def log_deletions(self, request, queryset):
        return None


def _form_digests(context) -> str:
    """Digests of the form that is about to be rendered."""
    editable = [inline.formset for inline in context["inline_admin_formsets"] if inline.has_change_permission]
    return dump_digests(context["adminform"].form, editable)
