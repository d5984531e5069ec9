"""The texts of work that may name people: flags, proposals, reports, bulk changes and what mail servers answered."""

from contacts.erasure.free_text.registry import Texts, may_name_people
from work.models import BulkChange, BulkDeed, Flag, Proposal, PublicReport, Reminder, RequestedReminder


def _site_or_trial(row) -> str:
    return f"{row.trial_site.facility.title} in {row.trial.number}" if row.trial_site else str(row.trial)


_PLACE = ("trial", "trial_site__facility")

may_name_people(
    Texts(
        model=Flag,
        fields=("sentence", "answer"),
        words="Flag",
        where=_site_or_trial,
        mended_at=Flag.get_absolute_url,
        readable=lambda user: Flag.objects.visible_to(user),
        related=_PLACE,
    ),
    Texts(
        model=Proposal,
        fields=("why", "words", "old", "new"),
        words="Proposal",
        where=lambda proposal: f"{proposal.trial_site.facility.title} in {proposal.trial_site.trial.number}",
        mended_at=Proposal.get_absolute_url,
        readable=lambda user: Proposal.objects.visible_to(user),
        related=("trial_site__trial", "trial_site__facility"),
        guards=("work.Proposal:proposal_as_proposed",),
    ),
    Texts(
        model=PublicReport,
        fields=("message", "email"),
        words="Report by somebody from outside",
        where=_site_or_trial,
        mended_at=PublicReport.get_absolute_url,
        readable=lambda user: PublicReport.objects.editable_by(user),
        related=_PLACE,
    ),
    Texts(
        model=BulkChange,
        fields=("name", "entries", "notices"),
        words="Bulk change",
        where=str,
    ),
    Texts(
        model=BulkDeed,
        fields=("changes", "told", "before", "after", "undone"),
        words="Receipt of a bulk change",
        where=lambda deed: f"{deed.bulk}, row {deed.number}",
        related=("bulk",),
    ),
    Texts(
        model=Reminder,
        fields=("subject", "refusal"),
        words="Reminder by mail",
        where=lambda reminder: f"To {reminder.user}, {reminder.for_day:%-d %B %Y}",
        related=("user",),
    ),
    Texts(
        model=RequestedReminder,
        fields=("refusal",),
        words="Requested reminder by mail",
        where=lambda reminder: f"To {reminder.user}, {reminder.for_day:%-d %B %Y}",
        related=("user",),
    ),
)
