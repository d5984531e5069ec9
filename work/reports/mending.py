"""Where what somebody reported is put right."""

from collections.abc import Iterator

from django.urls import reverse

from work.codes import ReportedFault
from work.models import PublicReport

Place = tuple[str, str]


def places_to_mend(report: PublicReport, user) -> list[Place]:
    """(words, address), the likeliest first; those in the admin for staff only."""
    places = [*_of_contact(report, user), *_of_site(report), *_of_trial(report, user)]
    likely = {ReportedFault.STATUS: "status", ReportedFault.PLACE: "hospital", ReportedFault.CONTACT: "contact"}
    word = likely.get(report.fault, "")
    return sorted(places, key=lambda place: word not in place[0])


def _of_contact(report: PublicReport, user) -> Iterator[Place]:
    if report.contact and user.opens_the_admin:
        yield "The contact’s entry", reverse("admin:contacts_person_change", args=[report.contact.person_id])


def _of_site(report: PublicReport) -> Iterator[Place]:
    if report.trial_site:
        yield "The site’s status", reverse("work_change", args=[report.trial_site_id])
        yield "The hospital’s name or address", reverse("work_correct", args=[report.trial_site_id, "hospital"])


def _of_trial(report: PublicReport, user) -> Iterator[Place]:
    if not report.trial_site and type(report.trial).objects.editable_by(user).filter(pk=report.trial_id).exists():
        yield "The trial’s overall status", reverse("work_overall", args=[report.trial.key])
