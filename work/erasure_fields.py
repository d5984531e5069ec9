"""Free-text columns of `work` that may name people, registered for erasure."""

from contacts.erasure.free_text.fields import FreeTextColumns, register_free_text
from work.models import BulkChange, BulkChangeRow, Flag, Proposal, PublicReport, Reminder, RequestedReminder, SavedView


def _site_or_trial(row) -> str:
    return f"{row.trial_site.facility.title} in {row.trial.number}" if row.trial_site else str(row.trial)


_PLACE = ("trial", "trial_site__facility")

register_free_text(
    FreeTextColumns(
        model=Flag,
        fields=("text", "answer"),
        label="Flag",
        location=_site_or_trial,
        edit_url=Flag.get_absolute_url,
        readable=lambda user: Flag.objects.visible_to(user),
        related=_PLACE,
    ),
    FreeTextColumns(
        model=Proposal,
        fields=("why", "decision_note", "old", "new"),
        label="Change request",
        location=lambda proposal: f"{proposal.trial_site.facility.title} in {proposal.trial_site.trial.number}",
        edit_url=Proposal.get_absolute_url,
        readable=lambda user: Proposal.objects.visible_to(user),
        related=("trial_site__trial", "trial_site__facility"),
        guards=("work.Proposal:proposal_as_proposed",),
    ),
    FreeTextColumns(
        model=PublicReport,
        fields=("message", "email"),
        label="Public report",
        location=_site_or_trial,
        edit_url=PublicReport.get_absolute_url,
        readable=lambda user: PublicReport.objects.editable_by(user),
        related=_PLACE,
    ),
    FreeTextColumns(
        model=BulkChange,
        fields=("name", "entries", "notices"),
        label="Bulk change",
        location=str,
    ),
    FreeTextColumns(
        model=BulkChangeRow,
        fields=("changes", "messages", "before", "after", "undo_message"),
        label="Result of a bulk change",
        location=lambda row: f"{row.bulk}, row {row.number}",
        related=("bulk",),
    ),
    FreeTextColumns(
        model=Reminder,
        fields=("subject", "refusal"),
        label="Reminder e-mail",
        location=lambda reminder: f"To {reminder.user}, {reminder.for_day:%-d %B %Y}",
        related=("user",),
    ),
    FreeTextColumns(
        model=RequestedReminder,
        fields=("refusal",),
        label="Requested reminder e-mail",
        location=lambda reminder: f"To {reminder.user}, {reminder.for_day:%-d %B %Y}",
        related=("user",),
    ),
    FreeTextColumns(
        model=SavedView,
        fields=("name", "query"),
        label="Saved view",
        location=lambda view: f"Of {view.owner}",
        readable=lambda user: SavedView.objects.filter(owner=user),
        related=("owner",),
    ),
)
