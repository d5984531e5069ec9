"""How another answer is typed, by what it is about: a column of the administration's, a status, a site's place."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils import timezone

from common import dates
from history.forms import TracedForm
from publishing.trial_data import Row
from registries.conflicts.open_conflicts import Question
from registries.ctgov.apply_value import Taking
from registries.ctgov.field_map import POINT
from registries.ctgov.list_paths import RELATION_OF
from registries.ctgov.study_to_rows import PLACE_COLUMNS
from sites.forms import FacilityFields, StatusForm
from sites.models import Facility, TrialSite
from sites.permissions import authority_over
from sites.services import change_status
from trials.models import Trial


class Answer:
    """`form` asks why at least; it is bound where something was posted."""

    template = "_form_fields.html"
    form: Any

    def __init__(self, question: Question, request):
        self.request, self.user = request, request.user
        self.ask(question, request.POST if request.method == "POST" else None)

    def ask(self, question: Question, data) -> None:
        """Make `form`."""
        raise NotImplementedError

    def is_valid(self) -> bool:
        return self.form.is_valid()

    @property
    def why(self) -> str:
        return self.form.cleaned_data.get("why", "")

    def write(self, question: Question) -> None:
        """Put what was typed into our rows, in the caller's signed transaction. A rule's refusal: ValidationError."""
        raise NotImplementedError


class ColumnAnswer(Answer):
    """The field that the administration has for the same thing."""

    def ask(self, question, data):
        target, trial = question.target, Trial.objects.get(pk=question.conflict.trial_id)
        page = admin.site._registry[Trial]
        if not target.is_entry:
            made = page.get_form(self.request, trial, change=True, fields=[target.column])
            self.form = made(data, instance=trial)
            return
        rows = getattr(trial, RELATION_OF[target.place])
        inline = next(one for one in page.get_inline_instances(self.request, trial) if one.model is rows.model)
        made = inline.get_formset(self.request, trial, fields=[target.column]).form
        self.form = made(data, instance=rows.get(pk=target.row))
        self.form.fields["why"] = TracedForm.base_fields["why"]

    def write(self, question):
        self.form.instance.save(update_fields=[question.target.column])


class StatusAnswer(Answer):
    """A change of status, by its rules."""

    def ask(self, question, data):
        self.site = TrialSite.objects.select_related("trial", "facility").get(pk=question.target.site_id)
        self.authority = authority_over(self.user, self.site)
        today = dates.today().isoformat()
        self.form = StatusForm(data, site=self.site, authority=self.authority, initial={"effective_on": today})
        for name in ("first_status", "first_since", "second_status", "second_since"):
            self.form.fields[name].widget = forms.HiddenInput()

    def write(self, question):
        asked = self.form.asked | {"version": None}  # the question itself is what was seen
        interim = self.form.cleaned_data["interim"]
        change_status(self.site, interim=interim, author=self.user.actor, authority=self.authority, **asked)


class TakenAnswer(Answer):
    """What is written by the road that the registry's value would take."""

    def said(self, question: Question) -> Any:
        """What was typed, as a record would say it."""
        raise NotImplementedError

    def write(self, question):
        taking = Taking(question.bundle, self.user.actor, timezone.now())
        taking.take(question.target, self.said(question))


class PlaceForm(FacilityFields):
    why = TracedForm.base_fields["why"]


class PlaceAnswer(TakenAnswer):
    """Where a site is, of this trial alone."""

    def ask(self, question, data):
        self.form = PlaceForm(data, initial=question.ours)

    def said(self, question) -> Row:
        typed = {name: self.form.cleaned_data.get(name) for name in PLACE_COLUMNS}
        return typed | point_of_town(typed)


def point_of_town(place: Row) -> Row:
    """Latitude and longitude of a facility in the same town: the registry gives one point for each town."""
    town = {name: place[name] for name in ("city", "state", "country")}
    there = Facility.objects.filter(**town, latitude__isnull=False).order_by("pk")
    return there.values(*POINT).first() or dict.fromkeys(POINT)
