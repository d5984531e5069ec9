"""A person mentioned in every free text field, for tests of erasure."""

from django.utils import timezone

from contacts.models import Erasure, Merge, Person
from contacts.services import edit_person
from history import authored
from registries.models import Conflict, ImportRun, QuarantinedRecord
from sites.models import DifferentFacilities, EnrollmentReport, FacilityMerge, MonthLock, StatusEvent, TrialSite
from tests.contacts.fixtures import a_person
from tests.factories import a_contact, a_facility, a_user, make
from work.models import (
    BulkChange,
    BulkChangeRow,
    Flag,
    Proposal,
    PublicReport,
    Reminder,
    RequestedReminder,
    SavedView,
)  # fmt: skip

CANARY = "Zanzibara"
NAME = f"{CANARY} Quill"
EMAIL = f"{CANARY.lower()}.quill@example.org"
PHONE = "+33 4 99 88 77 66"
MENTION_TEXT = f"Ask {NAME.upper()}\n({EMAIL}, +33-4-99-88 77 66)"


def a_named_person(site, **values) -> Person:
    return a_person(values.pop("name", f"Dr {NAME}, MD"), site, **{"email": EMAIL, "phone": PHONE} | values)


def write_mentions_everywhere(site) -> None:
    """Mentions in each redactable text and in the reason of each change."""
    with authored("user:1", reason=MENTION_TEXT):
        _at_the_site(site)
        _in_work(site)
        _in_imports(site.trial)
        _about_people(site)


def _at_the_site(site) -> None:
    TrialSite.objects.filter(pk=site.pk).update(internal_note=MENTION_TEXT)
    StatusEvent.objects.create(
        trial_site=site, status="SUSPENDED", as_of="2026-05-01", author="user:1", reason=MENTION_TEXT
    )
    EnrollmentReport.objects.create(trial_site=site, month="2026-01", enrolled=1, reason=MENTION_TEXT)
    MonthLock.objects.create(
        trial=site.trial, month="2025-12", locked_by="user:1", unlocked_by="user:1", unlocked_at=timezone.now(),
        unlock_reason=MENTION_TEXT,
    )  # fmt: skip
    MonthLock.objects.create(trial=site.trial, month="2026-01", locked_by="user:1")
    first, second = sorted((site.facility, a_facility(902)), key=lambda facility: facility.pk)
    undone = {"undone_at": timezone.now(), "undone_by": "user:1", "undo_reason": MENTION_TEXT}
    FacilityMerge.objects.create(surviving=first, merged=second, reason=MENTION_TEXT, author="user:1", **undone)
    DifferentFacilities.objects.create(first=first, second=second, reason=MENTION_TEXT, author="user:1")


def _in_work(site) -> None:
    user = a_user("writer")
    closed = {"closed_by": "user:1", "closed_at": timezone.now()}
    Flag.objects.create(trial=site.trial, text=MENTION_TEXT, raised_by="user:1", answer=MENTION_TEXT, **closed)
    Proposal.objects.create(
        trial_site=site, kind="STATUS", old={"note": MENTION_TEXT}, new={"note": [MENTION_TEXT]}, seen_version=1,
        why=MENTION_TEXT, proposed_by="user:1", decision="DECLINED", decision_note=MENTION_TEXT,
        decided_by="user:1", decided_at=timezone.now(),
    )  # fmt: skip
    PublicReport.objects.create(trial=site.trial, trial_site=site, fault="CONTACT", message=MENTION_TEXT, email=EMAIL)
    bulk = BulkChange.objects.create(
        author="user:1",
        input_method="PASTED",
        name=f"{NAME}.xlsx",
        entries=[[1, {"NOTE": MENTION_TEXT}]],
        notices=[MENTION_TEXT],
    )
    BulkChangeRow.objects.create(
        bulk=bulk, number=1, trial_site=site, outcome="DONE", changes=[["Internal note", "", MENTION_TEXT]],
        messages=[MENTION_TEXT], before={"internal_note": MENTION_TEXT}, after={"internal_note": MENTION_TEXT},
        undo_message=MENTION_TEXT,
    )  # fmt: skip
    SavedView.objects.create(owner=user, viewed_page="overview", name=f"About {NAME}", query=MENTION_TEXT)
    Reminder.objects.create(user=user, for_day="2026-05-01", subject=NAME, refusal=MENTION_TEXT)
    RequestedReminder.objects.create(
        user=user, trial_site=site, for_day="2026-05-01", refusal=MENTION_TEXT, requested_by="user:1"
    )


def _in_imports(trial) -> None:
    run = ImportRun.objects.create(author="user:1", source=f"{NAME}.json")
    QuarantinedRecord.objects.create(
        run=run, place=NAME, reason=MENTION_TEXT, decision_reason=MENTION_TEXT, received=b"{}"
    )
    Conflict.objects.create(trial=trial, run=run, path="protocol", decision="OURS", reason=MENTION_TEXT)


def _about_people(site) -> None:
    other = a_contact(site=site, name="Bob Example").person
    merged = make(Person, name="B. Example", merged_into=other)
    edit_person(other, notes=MENTION_TEXT, author="user:1")
    Merge.objects.create(
        surviving=other, merged=merged, author="user:1", values_before={"notes": MENTION_TEXT}, values_chosen={}
    )
    Erasure.objects.create(person=make(Person, erased_at=timezone.now()), reason=MENTION_TEXT, author="user:1")
