"""A third value, neither the registry's nor ours: typed in the field that the administration has for the same thing."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils import timezone

from history.forms import TracedForm
from registries.codes import Thing
from registries.ctgov.listing import RELATION_OF
from registries.ctgov.targets import Target
from registries.deciding import Outcome, decide_otherwise
from registries.deciding.questions import Question
from sites.authority import authority_over
from sites.forms import StatusForm
from sites.models import TrialSite
from sites.services import change_status
from trials.admin.fieldsets import DERIVED
from trials.models import Trial

NEVER_TYPED = frozenset({*DERIVED, "retractions"})


def is_editable(target: Target) -> bool:
    """Whether it is one value: a status, or a column that the administration lets people type."""
    return target.thing == Thing.SITE_STATUS or bool(target.column and target.column not in NEVER_TYPED)


class ThirdValue:
    """A question with the form for another answer, bound when it is posted. LookupError where no answer is typed."""

    def __init__(self, question: Question, request):
        if question.is_gone or not is_editable(question.target):
            raise LookupError("This is no single value.")
        self.question, self.user = question, request.user
        self.form = self._status_form(request) if question.target.site_id else self._column_form(request)

    def save(self, seen: str) -> Outcome | None:
        """What became of it; None when the form, or a rule of statuses, refuses and says why in the form."""
        if not self.form.is_valid():
            return None
        why = self.form.cleaned_data.get("why", "")
        try:
            return decide_otherwise(self.user, self.question.conflict.pk, seen, self._write, reason=why)
        except ValidationError as error:
            self.form.refuse(error)
            return None

    def _write(self, question: Question) -> None:
        if isinstance(self.form, StatusForm):
            asked = self.form.asked | {"version": None}  # the question itself is what was seen
            interim, authority = self.form.cleaned_data["interim"], authority_over(self.user, self.site)
            change_status(self.site, interim=interim, author=self.user.actor, authority=authority, **asked)
        else:
            self.form.instance.save(update_fields=[question.target.column])

    def _status_form(self, request) -> StatusForm:
        self.site = TrialSite.objects.select_related("trial", "facility").get(pk=self.question.target.site_id)
        form = StatusForm(
            _posted(request), site=self.site, authority=authority_over(request.user, self.site),
            initial={"effective_on": timezone.localdate().isoformat()},
        )  # fmt: skip
        for name in ("first_status", "first_since", "second_status", "second_since"):
            form.fields[name].widget = forms.HiddenInput()
        return form

    def _column_form(self, request) -> forms.ModelForm:
        target, trial = self.question.target, Trial.objects.get(pk=self.question.conflict.trial_id)
        page = admin.site._registry[Trial]
        if not target.is_entry:
            made = page.get_form(request, trial, change=True, fields=[target.column])
            return made(_posted(request), instance=trial)
        rows = getattr(trial, RELATION_OF[target.place])
        inline = next(one for one in page.get_inline_instances(request, trial) if one.model is rows.model)
        made = inline.get_formset(request, trial, fields=[target.column]).form
        form = made(_posted(request), instance=rows.get(pk=target.row))
        form.fields["why"] = TracedForm.base_fields["why"]
        return form


def _posted(request):
    return request.POST if request.method == "POST" else None
