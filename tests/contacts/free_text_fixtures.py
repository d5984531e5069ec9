"""Somebody about whom people wrote wherever they can write, for tests of erasure."""

from django.utils import timezone

from contacts.models import Erasure, Merge, Person
from contacts.services import edit_person
from history import authored
from registries.models import Conflict, ImportRun, QuarantinedRecord
from sites.models import EnrollmentReport, MonthLock, StatusEvent, TrialSite
from tests.contacts.fixtures import a_person
from tests.factories import a_contact, a_user, make
from work.models import BulkChange, BulkDeed, Flag, Proposal, PublicReport, Reminder, RequestedReminder

CANARY = "Zanzibara"
NAME = f"{CANARY} Quill"
EMAIL = f"{CANARY.lower()}.quill@example.org"
PHONE = "+33 4 99 88 77 66"
SAID = f"Ask {NAME.upper()}\n({EMAIL}, +33-4-99-88 77 66)"


def a_named_person(site, **values) -> Person:
    return a_person(values.pop("name", f"Dr {NAME}, MD"), site, **{"email": EMAIL, "phone": PHONE} | values)


def write_of_them_everywhere(site) -> None:
    """In each text that is blacked out, and in the reason of each change."""
    with authored("user:1", reason=SAID):
        _at_the_site(site)
        _in_work(site)
        _in_imports(site.trial)
        _about_people(site)


def _at_the_site(site) -> None:
    TrialSite.objects.filter(pk=site.pk).update(internal_note=SAID)
    StatusEvent.objects.create(trial_site=site, status="SUSPENDED", as_of="2026-05-01", author="user:1", reason=SAID)
    EnrollmentReport.objects.create(trial_site=site, month="2026-01", enrolled=1, reason=SAID)
    MonthLock.objects.create(
        trial=site.trial, month="2025-12", locked_by="user:1", unlocked_by="user:1", unlocked_at=timezone.now(),
        unlock_reason=SAID,
    )  # fmt: skip
    MonthLock.objects.create(trial=site.trial, month="2026-01", locked_by="user:1")


def _in_work(site) -> None:
    user = a_user("writer")
    closed = {"closed_by": "user:1", "closed_at": timezone.now()}
    Flag.objects.create(trial=site.trial, sentence=SAID, raised_by="user:1", answer=SAID, **closed)
    Proposal.objects.create(
        trial_site=site, kind="STATUS", old={"note": SAID}, new={"note": [SAID]}, seen_version=1, why=SAID,
        proposed_by="user:1", decision="DECLINED", words=SAID, decided_by="user:1", decided_at=timezone.now(),
    )  # fmt: skip
    PublicReport.objects.create(trial=site.trial, trial_site=site, fault="CONTACT", message=SAID, email=EMAIL)
    bulk = BulkChange.objects.create(
        author="user:1", door="PASTED", name=f"{NAME}.xlsx", entries=[[1, {"NOTE": SAID}]], notices=[SAID]
    )
    BulkDeed.objects.create(
        bulk=bulk, number=1, trial_site=site, outcome="DONE", changes=[["Internal note", "", SAID]], told=[SAID],
        before={"internal_note": SAID}, after={"internal_note": SAID}, undone=SAID,
    )  # fmt: skip
    Reminder.objects.create(user=user, for_day="2026-05-01", subject=NAME, refusal=SAID)
    RequestedReminder.objects.create(
        user=user, trial_site=site, for_day="2026-05-01", refusal=SAID, requested_by="user:1"
    )


def _in_imports(trial) -> None:
    run = ImportRun.objects.create(author="user:1", source=f"{NAME}.json")
    QuarantinedRecord.objects.create(run=run, place=NAME, reason=SAID, decision_reason=SAID, received=b"{}")
    Conflict.objects.create(trial=trial, run=run, path="protocol", decision="OURS", reason=SAID)


def _about_people(site) -> None:
    other = a_contact(site=site, name="Bob Example").person
    merged = make(Person, name="B. Example", merged_into=other)
    edit_person(other, notes=SAID, author="user:1")
    Merge.objects.create(kept=other, merged=merged, author="user:1", values_before={"notes": SAID}, values_chosen={})
    Erasure.objects.create(person=make(Person, erased_at=timezone.now()), reason=SAID, author="user:1")
