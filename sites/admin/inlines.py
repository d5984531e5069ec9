"""Inlines of a site in the admin: status history, enrollment, milestones and confirmations."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html

from common import dates
from common.admin import PermissionTabularInline, ReadOnlyInline, partial_date_column
from common.rules import enforce
from history.authorship import actor_names
from history.forms import AuditedInlineForm
from sites.enrollment.reports import ReportedCounts
from sites.models import Confirmation, EnrollmentReport, Milestone, StatusEvent
from sites.rules import ENROLLMENT_RULES


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
