"""Free text fields that may mention people: their registration, and the fields of contacts, history, sites and trials.

The apps above contacts register their own fields with `register_free_text`. Texts of trials and names of facilities are
public, so they are edited by hand and not redacted.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q, QuerySet, TextField
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst

from common.permissions import is_administrator
from contacts.models import Erasure, Merge, Person, Role
from history.models import Context
from sites.models import (
    DifferentFacilities,
    EnrollmentReport,
    Facility,
    FacilityAlias,
    FacilityMerge,
    MonthLock,
    StatusEvent,
    TrialSite,
)
from trials.models import Trial
from trials.models.protocol_lists import ProtocolListItem


@dataclass(frozen=True)
class FreeTextColumns:
    """Columns of free text of one table.

    `label` names the text ("" takes the column's verbose name); `location` is the title of a row and `edit_url` the
    address of its form. Administrators read all rows; `readable` gives the rows that other users may read.
    `person_paths` lead to the people whose own row it is: erasing them empties it. `guards` are the triggers that
    forbid updates. `trial` leads to the trial of a registry record: such texts are searched only for trials in which
    the person has or had a role, as a registry has half a million records and no index finds a name.

    Texts that are not redactable are public or identify somebody; they are edited by hand in their form.
    """

    model: type[Model]
    fields: tuple[str, ...]
    location: Callable[[Any], str]
    label: str = ""
    edit_url: Callable[[Any], str] = lambda row: ""
    readable: Callable[[Any], QuerySet] | None = None
    related: tuple[str, ...] = ()
    person_paths: tuple[str, ...] = ()
    is_redactable: bool = True
    guards: tuple[str, ...] = ()
    trial: str = ""

    def rows(self, user) -> QuerySet:
        """The rows that the user may read, unordered."""
        if is_administrator(user):
            return self.model._base_manager.order_by()
        return self.readable(user).order_by() if self.readable else self.model._base_manager.none()

    def within_trials(self, trials: Collection[int]) -> Q:
        """A filter of rows: those of these trials where the field belongs to a trial, else all."""
        return Q(**{f"{self.trial}__in": trials}) if self.trial else Q()

    def events_within_trials(self, trials: Collection[int]) -> Q:
        """The same filter for history events of the rows."""
        return Q(**{f"{'pgh_obj_id' if self.trial == 'pk' else self.trial}__in": trials}) if self.trial else Q()

    def own_rows(self, people) -> QuerySet:
        """The rows that belong to these people."""
        if not self.person_paths:
            return self.model._base_manager.none()
        return self.model._base_manager.filter(
            reduce(or_, (Q(**{f"{path}__in": people}) for path in self.person_paths))
        )


_registry: list[FreeTextColumns] = []


def register_free_text(*fields: FreeTextColumns) -> None:
    """Register one FreeTextColumns for each table; a second one for the same table replaces the first."""
    for field in fields:
        _registry[:] = [other for other in _registry if other.model is not field.model]
        _registry.append(field)


def registered_free_text() -> tuple[FreeTextColumns, ...]:
    return tuple(_registry)


def _format_day(moment) -> str:
    return date_format(timezone.localtime(moment), "j F Y")


def _person_form_url(pk: int) -> str:
    return reverse("admin:contacts_person_change", args=[pk])


register_free_text(
    FreeTextColumns(
        model=Role,
        fields=("affiliation",),
        location=lambda role: f"{role.person.title}: {role.duty}",
        edit_url=lambda role: "" if role.person.erased_at else _person_form_url(role.person_id),
        readable=lambda user: Role.objects.editable_by(user),
        related=("person",),
        is_redactable=False,
    ),
    FreeTextColumns(
        model=Person,
        fields=("notes",),
        label="Notes of another contact",
        location=lambda person: person.title,
        edit_url=lambda person: reverse("person_edit", args=[person.pk]),
        readable=lambda user: Person.objects.editable_by(user),
        person_paths=("pk",),
    ),
    FreeTextColumns(
        model=Merge,
        fields=("values_before", "values_chosen"),
        label="Values of a merge",
        location=lambda merge: _format_day(merge.merged_at),
        person_paths=("surviving", "merged"),
    ),
    FreeTextColumns(
        model=Erasure,
        fields=("reason",),
        label="Reason for an erasure",
        location=lambda erasure: _format_day(erasure.erased_at),
    ),
    FreeTextColumns(
        model=Context,
        fields=("metadata",),
        label="Reason in the audit trail",
        location=lambda context: f"A change on {_format_day(context.created_at)}",
    ),
)


def _site_label(site: TrialSite) -> str:
    return f"{site.facility.title} in {site.trial.number}"


def _site_form_url(site_id: int) -> str:
    return reverse("admin:sites_trialsite_change", args=[site_id])


def _site_free_text(model, label: str, **more) -> FreeTextColumns:
    """The reason column of a model of a site."""
    return FreeTextColumns(
        model=model,
        fields=("reason",),
        label=label,
        location=lambda row: _site_label(row.trial_site),
        readable=lambda user: model._base_manager.filter(trial_site__in=TrialSite.objects.editable_by(user)),
        related=("trial_site__trial", "trial_site__facility"),
        **more,
    )


register_free_text(
    FreeTextColumns(
        model=Facility,
        fields=("name",),
        label="Name of a facility",
        location=str,
        edit_url=lambda facility: reverse("admin:sites_facility_change", args=[facility.pk]),
        readable=lambda user: Facility.objects.editable_by(user),
        is_redactable=False,
    ),
    FreeTextColumns(
        model=FacilityAlias,
        fields=("name",),
        label="Other name of a facility",
        location=lambda alias: str(alias.facility),
        readable=lambda user: FacilityAlias._base_manager.filter(facility__in=Facility.objects.editable_by(user)),
        related=("facility",),
        is_redactable=False,
    ),
    FreeTextColumns(
        model=FacilityMerge,
        fields=("reason", "undo_reason"),
        label="Reason for a merge of facilities",
        location=lambda merge: str(merge.surviving),
        related=("surviving",),
    ),
    FreeTextColumns(
        model=DifferentFacilities,
        fields=("reason",),
        label="Why two facilities are different",
        location=lambda pair: str(pair.first),
        related=("first",),
    ),
    FreeTextColumns(
        model=TrialSite,
        fields=("internal_note",),
        location=_site_label,
        edit_url=lambda site: _site_form_url(site.pk),
        readable=lambda user: TrialSite.objects.editable_by(user),
        related=("trial", "facility"),
    ),
    _site_free_text(StatusEvent, "Reason for a status", guards=("sites.StatusEvent:status_event_append_only",)),
    _site_free_text(
        EnrollmentReport,
        "Reason for an enrollment count",
        edit_url=lambda report: _site_form_url(report.trial_site_id),
        guards=("sites.EnrollmentReport:locked_months_stay",),
    ),
    FreeTextColumns(
        model=MonthLock,
        fields=("unlock_reason",),
        label="Reason for unlocking a month",
        location=lambda lock: f"{lock.month} of {lock.trial.number}",
        readable=lambda user: MonthLock._base_manager.filter(trial__in=Trial.objects.editable_by(user)),
        related=("trial",),
    ),
)


def _text_fields(model) -> tuple[str, ...]:
    """The names of a model's columns of text, and of arrays of text."""
    fields = ((field.name, getattr(field, "base_field", field)) for field in model._meta.local_fields)
    return tuple(name for name, field in fields if isinstance(field, TextField))


def _trial_form_url(trial_id: int) -> str:
    return reverse("admin:trials_trial_change", args=[trial_id])


def _protocol_list_free_text(model: type[ProtocolListItem]) -> FreeTextColumns:
    return FreeTextColumns(
        model=model,
        fields=_text_fields(model),
        label=capfirst(model._meta.verbose_name),
        location=lambda item: str(item.trial),
        edit_url=lambda item: _trial_form_url(item.trial_id),
        readable=lambda user: model._base_manager.filter(trial__in=Trial.objects.editable_by(user)),
        related=("trial",),
        is_redactable=False,
        trial="trial",
    )


register_free_text(
    FreeTextColumns(
        model=Trial,
        fields=_text_fields(Trial),
        location=str,
        edit_url=lambda trial: _trial_form_url(trial.pk),
        readable=lambda user: Trial.objects.editable_by(user),
        is_redactable=False,
        trial="pk",
    ),
    *map(_protocol_list_free_text, ProtocolListItem.__subclasses__()),
)
