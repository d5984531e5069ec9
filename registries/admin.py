"""Admin of import runs and conflicts: read-only lists, and the import of a file in two steps (upload, apply)."""

import re

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from history.authorship import actor_names
from registries.conflicts.services import load_open_conflicts
from registries.display import path_label
from registries.forms import UploadForm
from registries.models import Conflict, ImportRun, QuarantinedRecord
from registries.services import (
    apply_held_record,
    apply_preview,
    discard_held_record,
    held_records,
    imported_trials,
    preview_upload,
    previews_of,
)
from registries.templatetags.registry_values import as_text


class ReadOnlyAdmin(admin.ModelAdmin):
    """Read-only, for users who read everything."""

    show_full_result_count = False
    actions = None

    def get_queryset(self, request):
        """Empty for other users, so that existing and missing ids give the same response."""
        queryset = super().get_queryset(request)
        return queryset if request.user.reads_everything else queryset.none()

    @method_decorator(require_safe)
    def history_view(self, request, object_id, extra_context=None):
        return super().history_view(request, object_id, extra_context)

    def has_view_permission(self, request, obj=None) -> bool:
        return request.user.can_open_admin and request.user.reads_everything

    def has_module_permission(self, request) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Conflict)
class ConflictAdmin(ReadOnlyAdmin):
    list_display = ["trial", "conflict_label", "theirs_value", "ours_value", "decision", "decide"]
    list_filter = ["decision", "category"]
    list_select_related = ["trial", "run", "trial_site__facility"]
    search_fields = ["=trial__nct_id"]
    fields = [
        "trial",
        "conflict_label",
        "base_value",
        "theirs_value",
        "ours_value",
        "decision",
        "decided_by_name",
        "decided_at",
        "reason",
        "decide",
        "run",
    ]

    @admin.display(description="Resolve")
    def decide(self, conflict: Conflict) -> str:
        page = reverse("registry_of_trial", args=[conflict.trial.key])
        return format_html('<a href="{}">Registry differences</a>', page)

    @admin.display(description="Field")
    def conflict_label(self, conflict: Conflict) -> str:
        site = conflict.trial_site
        return path_label(conflict.path, site.facility.title if site else "")

    @admin.display(description="Last import")
    def base_value(self, conflict: Conflict) -> str:
        return as_text(conflict.base)

    @admin.display(description="Registry value")
    def theirs_value(self, conflict: Conflict) -> str:
        return as_text(conflict.theirs)

    @admin.display(description="Local value")
    def ours_value(self, conflict: Conflict) -> str:
        return as_text(conflict.ours)

    @admin.display(description="Resolved by")
    def decided_by_name(self, conflict: Conflict) -> str:
        return actor_names([conflict.decided_by])[conflict.decided_by]


HELD = "held"
MAX_QUARANTINED_SHOWN = 500  # on the page; all are stored
MAX_CONFLICTS_SHOWN = 100  # on the page; all are listed under Registry differences


class HeldFilter(admin.SimpleListFilter):
    """Runs with held records that can still be applied or discarded."""

    title = "held records"
    parameter_name = HELD

    def lookups(self, request, model_admin):
        return [("waiting", "Open")]

    def queryset(self, request, queryset):
        if self.value() != "waiting":
            return queryset
        return queryset.filter(pk__in=QuarantinedRecord.objects.waiting().order_by().values("run"))


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = [
        "source",
        "started_at",
        "state",
        "is_dry",
        "created",
        "updated",
        "unchanged",
        "quarantined",
        "run_by",
    ]
    list_filter = ["state", "is_dry", HeldFilter]
    change_list_template = "admin/registries/runs.html"

    def get_changelist_instance(self, request):
        """Add the names of the authors, in one query for the page."""
        changes = super().get_changelist_instance(request)
        names = actor_names(run.author for run in changes.result_list)
        for run in changes.result_list:
            run.author_name = names[run.author]
        return changes

    @admin.display(description="by")
    def run_by(self, run: ImportRun) -> str:
        return run.author_name

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("upload/", view(self.upload), name="registries_importrun_upload"),
            path("<int:pk>/change/", view(self.run), name="registries_importrun_change"),
            path("<int:pk>/apply/", view(self.apply), name="registries_importrun_apply"),
            *super().get_urls(),
        ]

    def upload(self, request):
        """Step one: upload a file and run it dry."""
        _require_administrator(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            run = preview_upload(content=file.read(), name=file.name, author=request.user.actor)
            return redirect("admin:registries_importrun_change", run.pk)
        return render(request, "admin/registries/upload.html", self._context(request, "Import records", form=form))

    def run(self, request, pk: int):
        """A run with its counts, its changes or their preview, and the rejected and held records."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = get_object_or_404(ImportRun.objects.defer("upload"), pk=pk)
        if request.method == "POST" and "act" in request.POST:
            return self._decide(request, run)
        has_changes = run.is_dry and run.created + run.updated > 0
        quarantined = run.quarantined_records.defer("received")
        context = self._context(
            request,
            run.source,
            run=run,
            can_be_applied=has_changes and ImportRun.objects.filter(pk=pk, upload__isnull=False).exists(),
            rejected=quarantined.filter(losses=[])[:MAX_QUARANTINED_SHOWN],
            held_records=held_records(quarantined.held()[:MAX_QUARANTINED_SHOWN]),
            repeated_later=run.quarantined - quarantined.count(),
            open_conflicts=load_open_conflicts(run.conflicts.select_related("trial")[:MAX_CONFLICTS_SHOWN]),
            previews=previews_of(run.report),
            imported=[] if run.is_dry else imported_trials(run),
        )
        return render(request, "admin/registries/run.html", context)

    def _decide(self, request, run: ImportRun):
        """Apply or discard a held record."""
        _require_administrator(request)
        held, number = run.quarantined_records.held(), request.POST.get("held", "")
        record = get_object_or_404(held, pk=int(number) if re.fullmatch("[0-9]{1,18}", number) else None)
        decide = {"apply": apply_held_record, "discard": discard_held_record}.get(request.POST["act"])
        if decide is None:
            raise Http404
        try:
            decide(record, author=request.user.actor, reason=request.POST.get("reason", ""))
        except ValidationError as error:
            messages.error(request, f"{record.nct_id}: {' '.join(error.messages)}")
        else:
            record.refresh_from_db()
            messages.success(request, f"{record.nct_id}: {record.get_decision_display().lower()}.")
        return redirect("admin:registries_importrun_change", run.pk)

    def apply(self, request, pk: int):
        """Step two: import the previewed file."""
        _require_administrator(request)
        if request.method != "POST":
            raise Http404
        preview = get_object_or_404(ImportRun, pk=pk, is_dry=True)
        try:
            run = apply_preview(preview, author=request.user.actor, reason=request.POST.get("why", ""))
        except ValueError as error:
            messages.error(request, str(error))
            return redirect("admin:registries_importrun_change", pk)
        messages.success(request, "File imported.")
        return redirect("admin:registries_importrun_change", run.pk)

    def _context(self, request, title: str, **more) -> dict:
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": ImportRun._meta,
            "runs_url": reverse("admin:registries_importrun_changelist"),
            **more,
        }


def _require_administrator(request) -> None:
    """Only administrators import files: a file can change any trial."""
    if not request.user.is_administrator:
        raise PermissionDenied


__all__ = ["ConflictAdmin", "ImportRunAdmin"]
