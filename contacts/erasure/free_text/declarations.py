"""What is written about one person at another's entry, why people were erased, and the reasons of all changes.

The texts of sites: notes and reasons. A hospital's name is published, and mended by hand.

The texts of trials: published, so mended by hand at the trial's form.
"""

from django.db.models import TextField
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst

from contacts.erasure.free_text.registry import Texts, may_name_people
from contacts.models import Erasure, Merge, Person, Role
from history.models import Context
from sites.models import EnrollmentReport, Facility, MonthLock, StatusEvent, TrialSite
from trials.models import Trial
from trials.models.protocol_lists import Part


def _day(moment) -> str:
    return date_format(timezone.localtime(moment), "j F Y")


def _person_form(pk: int) -> str:
    return reverse("admin:contacts_person_change", args=[pk])


may_name_people(
    Texts(
        model=Role,
        fields=("affiliation",),
        where=lambda role: f"{role.person.title}: {role.duty}",
        mended_at=lambda role: "" if role.person.erased_at else _person_form(role.person_id),
        readable=lambda user: Role.objects.editable_by(user),
        related=("person",),
        is_blacked_out=False,
    ),
    Texts(
        model=Person,
        fields=("notes",),
        words="Notes about somebody else",
        where=lambda person: person.title,
        mended_at=lambda person: reverse("person_edit", args=[person.pk]),
        readable=lambda user: Person.objects.editable_by(user),
        of_people=("pk",),
    ),
    Texts(
        model=Merge,
        fields=("values_before", "values_chosen"),
        words="What a merge of entries remembers",
        where=lambda merge: _day(merge.merged_at),
        of_people=("kept", "merged"),
    ),
    Texts(
        model=Erasure,
        fields=("reason",),
        words="Reason of an erasure",
        where=lambda erasure: _day(erasure.erased_at),
    ),
    Texts(
        model=Context,
        fields=("metadata",),
        words="Reason in the history",
        where=lambda context: f"A change on {_day(context.created_at)}",
    ),
)


def _place(site: TrialSite) -> str:
    return f"{site.facility.title} in {site.trial.number}"


def _site_form_url(site_id: int) -> str:
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
        mended_at=lambda site: _site_form_url(site.pk),
        readable=lambda user: TrialSite.objects.editable_by(user),
        related=("trial", "facility"),
    ),
    _of_site(StatusEvent, "Reason of a status", guards=("sites.StatusEvent:status_event_append_only",)),
    _of_site(
        EnrollmentReport,
        "Reason of an enrollment number",
        mended_at=lambda report: _site_form_url(report.trial_site_id),
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


def _texts_of(model) -> tuple[str, ...]:
    """Its columns of free text, and of lists of it."""
    fields = ((field.name, getattr(field, "base_field", field)) for field in model._meta.local_fields)
    return tuple(name for name, field in fields if isinstance(field, TextField))


def _trial_form_url(trial_id: int) -> str:
    return reverse("admin:trials_trial_change", args=[trial_id])


def _part(model: type[Part]) -> Texts:
    return Texts(
        model=model,
        fields=_texts_of(model),
        words=capfirst(model._meta.verbose_name),
        where=lambda part: str(part.trial),
        mended_at=lambda part: _trial_form_url(part.trial_id),
        readable=lambda user: model._base_manager.filter(trial__in=Trial.objects.editable_by(user)),
        related=("trial",),
        is_blacked_out=False,
        trial="trial",
    )


may_name_people(
    Texts(
        model=Trial,
        fields=_texts_of(Trial),
        where=str,
        mended_at=lambda trial: _trial_form_url(trial.pk),
        readable=lambda user: Trial.objects.editable_by(user),
        is_blacked_out=False,
        trial="pk",
    ),
    *map(_part, Part.__subclasses__()),
)
