"""Sites in the admin with their inlines; the status is changed on separate pages, by status events."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.html import format_html

from common import dates
from common.admin import PermissionTabularInline, ReadOnlyInline, ScopedAdmin, partial_date_column
from common.rule_types import enforce
from history.admin import REASON_FIELDSET
from history.authorship import actor_names
from history.forms import AuditedInlineForm, AuditedModelForm
from sites.admin.status_views import confirm_view, correct_view, status_view
from sites.enrollment.reports import ReportedCounts
from sites.models import Confirmation, EnrollmentReport, Milestone, StatusEvent, TrialSite
from sites.permissions import SITE, roles_over_site
from sites.rules import ENROLLMENT_RULES
from sites.services import add_site, new_site
from sites.text_search import search_sites


class StatusEventInline(ReadOnlyInline):
    model = StatusEvent
    fields = ["status_label", "since", "known_as_of", "source", "author_name", "reason", "correction"]
    ordering = ["-as_of", "-id"]
    verbose_name_plural = "status history"

    since = partial_date_column("effective_on", "since")
    known_as_of = partial_date_column("as_of", "as of")

    @admin.display(description="status")
    def status_label(self, event):
        return event.get_status_display() or "Not published"

    @admin.display(description="by")
    def author_name(self, event):
        return _author_name(self.names, event.author)

    @admin.display(description="")
    def correction(self, event):
        if event.pk in self.corrected:
            return "Corrected"
        if not self.may_correct:
            return ""
        return format_html('<a href="{}">Correct</a>', reverse("admin:sites_statusevent_correct", args=[event.pk]))

    def prepare(self, names, corrected, may_correct) -> None:
        """Take over the authors' names and the corrected events, loaded once for the page."""
        self.names, self.corrected, self.may_correct = names, corrected, may_correct


class ConfirmationInline(ReadOnlyInline):
    model = Confirmation
    fields = ["confirmed_on", "status", "author_name", "recorded_at", "undone_at"]

    @admin.display(description="by")
    def author_name(self, confirmation):
        return _author_name(self.names, confirmation.author)

    def prepare(self, names, corrected, may_correct) -> None:
        self.names = names


def _author_name(names: dict[str, str], author: str) -> str:
    """The author's name, loaded again for an author added since."""
    return names.get(author) or actor_names([author])[author]


class EnrollmentForm(AuditedInlineForm):
    """The form of an enrollment report, checked by the enrollment rules; a reason accepts warnings."""

    def _post_clean(self):
        super()._post_clean()
        if self.errors or not self.instance.trial_site_id or not self.has_changed():
            return
        rule_input = ReportedCounts([self.instance.trial_site]).rule_input(self.instance)
        try:
            enforce(ENROLLMENT_RULES, rule_input, on=dates.today(), accept_warnings=bool(rule_input.reason))
        except ValidationError as error:
            self.add_error(None, error)


class EnrollmentReportInline(PermissionTabularInline):
    model = EnrollmentReport
    form = EnrollmentForm
    fields = ["month", "screened", "consented", "enrolled", "withdrawn", "completed", "reason"]


class MilestoneInline(ReadOnlyInline):
    """Milestones, read-only: they are edited on the activation page."""

    model = Milestone
    fields = ["stage", "planned_on", "forecast_on", "actual_on"]
    verbose_name_plural = "milestones (edited on the Activation page)"

    def prepare(self, names, corrected, may_correct) -> None:
        """Nothing: no names are shown."""


INLINES = [StatusEventInline, EnrollmentReportInline, MilestoneInline, ConfirmationInline]


class SiteForm(AuditedModelForm):
    class Meta:
        model = TrialSite
        fields = "__all__"


class NewSiteAdminForm(AuditedModelForm):
    """The form that adds a site; it shows the errors of the service."""

    takes_part_again = forms.BooleanField(
        label="Further site at the same facility",
        required=False,
        help_text="Tick if the facility already has a site in this trial.",
    )

    class Meta:
        model = TrialSite
        fields = ["trial", "facility", "enrollment_target", "internal_note"]

    def _post_clean(self):
        super()._post_clean()
        if self.errors:
            return
        try:
            new_site(**self.service_kwargs)
        except ValidationError as error:
            for message in error.messages:
                self.add_error(None, message)

    @property
    def service_kwargs(self) -> dict:
        """The arguments of the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "why"}


@admin.register(TrialSite)
class TrialSiteAdmin(ScopedAdmin):
    permission_table = SITE
    linked_lookups = ("trial__id__exact",)
    form = SiteForm
    inlines = INLINES
    trail_related_models = {part.model: "trial_site" for part in (EnrollmentReportInline, MilestoneInline)} | {
        StatusEvent: "trial_site"
    }
    change_form_template = "admin/site_change_form.html"
    long_texts = ("internal_note",)
    list_display = ["facility", "trial_key", "status_label", "since", "last_confirmed_on"]
    list_filter = ["status", "stage"]
    list_select_related = ["facility", "trial"]
    ordering = ["-id"]
    sortable_by = []
    search_fields = ["facility__name"]
    search_help_text = "NCT number, or words of the facility's name; city or country after a comma."
    autocomplete_fields = ["trial", "facility"]
    readonly_fields = [
        "trial_linked",
        "facility",
        "status_label",
        "since",
        "as_of",
        "last_confirmed_on",
        "stage",  # follows the milestones
        "listing",
        "order_in_record",  # set by the importer: the site's index in the last record
        "contacts_of_site",
    ]
    fieldsets = [
        (None, {"fields": ["trial_linked", "facility", "duplicate_index"]}),
        (
            "Recruitment",
            {"fields": ["status_label", ("since", "as_of"), "last_confirmed_on"]},
        ),
        ("Plan", {"fields": [("stage", "enrollment_target"), "internal_note"]}),
        ("Contacts", {"fields": ["contacts_of_site"]}),
        ("In the registry's record", {"fields": [("listing", "order_in_record")]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["trial", "facility", "takes_part_again"]}),
        ("Plan", {"fields": ["enrollment_target", "internal_note"]}),
    ]

    since = partial_date_column("status_since", "in this status since")
    as_of = partial_date_column("status_as_of", "status as of")

    @admin.display(description="order in the registry record")
    def order_in_record(self, site):
        return site.position

    @admin.display(description="trial")
    def trial_linked(self, site):
        """A link to the trial's public page: not every user of this page has access to the trial in the admin."""
        return format_html('<a href="{}">{}</a>', site.trial.get_absolute_url(), site.trial)

    def roles_over(self, user, obj):
        return roles_over_site(user, obj)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("trial", "facility")

    def editable(self, request):
        """The sites that the user may edit."""
        return self.get_queryset(request).editable_by(request.user)

    def get_search_results(self, request, queryset, search_term):
        return search_sites(queryset, search_term), False

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return [*self.add_fieldsets, REASON_FIELDSET]
        return super().get_fieldsets(request, obj)

    def get_form(self, request, obj=None, **kwargs):
        return super().get_form(request, obj, **{"form": self.form if obj else NewSiteAdminForm} | kwargs)

    def get_readonly_fields(self, request, obj=None):
        return super().get_readonly_fields(request, obj) if obj else []

    def get_inline_instances(self, request, obj=None):
        if obj is None:
            return []
        inlines = super().get_inline_instances(request, obj)
        names, corrected = _author_names_and_corrected_ids(obj)
        for inline in inlines:
            if hasattr(inline, "prepare"):
                inline.prepare(names, corrected, self.has_change_permission(request, obj))
        return inlines

    def has_add_permission(self, request):
        """Whether the user may view sites and coordinates trials."""
        return self.has_view_permission(request) and request.user.coordinates_trials

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
        else:
            added = add_site(**form.service_kwargs, author=request.user.actor, reason=form.cleaned_data["why"])
            obj.__dict__.update(added.__dict__)

    @admin.display(description="trial", ordering="trial")
    def trial_key(self, site):
        return site.trial.number

    @admin.display(description="recruitment status", ordering="status")
    def status_label(self, site):
        return site.get_status_display() or "No status yet"

    @admin.display(description="contacts")
    def contacts_of_site(self, site):
        roles = site.roles.select_related("person")
        return render_to_string("admin/_roles.html", {"roles": roles})

    def get_urls(self):
        pages = [
            ("<int:pk>/status/", status_view, "sites_trialsite_status"),
            ("<int:pk>/confirm/", confirm_view, "sites_trialsite_confirm"),
            ("event/<int:pk>/correct/", correct_view, "sites_statusevent_correct"),
        ]
        own = [path(route, self.admin_site.admin_view(view), {"page": self}, name=name) for route, view, name in pages]
        return [*own, *super().get_urls()]


def _author_names_and_corrected_ids(site: TrialSite) -> tuple[dict[str, str], set[int]]:
    """The names of the authors of the site's history, and the ids of corrected events."""
    events = list(site.status_events.order_by().values_list("author", "corrects_id"))
    confirmations = site.confirmations.order_by().values_list("author", flat=True)
    return actor_names([*(author for author, _ in events), *confirmations]), {
        corrects for _, corrects in events if corrects
    }
