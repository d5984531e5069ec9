"""The texts of sites: notes and reasons. A hospital's name is published, and mended by hand."""

from django.urls import reverse

from contacts.texts.kinds import Texts, may_name_people
from sites.models import EnrollmentReport, Facility, MonthLock, StatusEvent, TrialSite
from trials.models import Trial


def _place(site: TrialSite) -> str:
    return f"{site.facility.title} in {site.trial.number}"


def _form(site_id: int) -> str:
    return reverse("admin:sites_trialsite_change", args=[site_id])


def _of_site(model, words: str, **more) -> Texts:
    """Why something was entered at a site."""
    return Texts(
        model=model,
        fields=("reason",),
        words=words,
        where=lambda row: _place(row.trial_site),
        readable=lambda user: model._base_manager.filter(trial_site__in=TrialSite.objects.editable_by(user)),
        related=("trial_site__trial", "trial_site__facility"),
        **more,
    )


may_name_people(
    Texts(
        model=Facility,
        fields=("name",),
        words="Name of a hospital",
        where=str,
        mended_at=lambda facility: reverse("admin:sites_facility_change", args=[facility.pk]),
        readable=lambda user: Facility.objects.editable_by(user),
        is_blacked_out=False,
    ),
    Texts(
        model=TrialSite,
        fields=("internal_note",),
        where=_place,
        mended_at=lambda site: _form(site.pk),
        readable=lambda user: TrialSite.objects.editable_by(user),
        related=("trial", "facility"),
    ),
    _of_site(StatusEvent, "Reason of a status", guards=("sites.StatusEvent:status_event_append_only",)),
    _of_site(
        EnrollmentReport,
        "Reason of an enrollment number",
        mended_at=lambda report: _form(report.trial_site_id),
        guards=("sites.EnrollmentReport:locked_months_stay",),
    ),
    Texts(
        model=MonthLock,
        fields=("unlock_reason",),
        words="Reason for unlocking a month",
        where=lambda lock: f"{lock.month} of {lock.trial.number}",
        readable=lambda user: MonthLock._base_manager.filter(trial__in=Trial.objects.editable_by(user)),
        related=("trial",),
    ),
)
