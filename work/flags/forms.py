"""Forms that add and answer a flag."""

from django import forms

from sites.models import TrialSite
from trials.models import Trial

MAX_LENGTH = 500


class FlagForm(forms.Form):
    """A question about the trial or one of its sites."""

    site = forms.ModelChoiceField(TrialSite.objects.none(), required=False, empty_label="Whole trial")
    text = forms.CharField(
        label="Question or issue",
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Enter a question or describe the issue."},
    )

    def __init__(self, *args, trial: Trial, **kwargs):
        super().__init__(*args, **kwargs)
        sites = TrialSite.objects.filter(trial=trial).select_related("facility").order_by("facility__name", "pk")
        self.fields["site"].queryset = sites
        self.fields["site"].label_from_instance = _site_label


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="Answer",
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter an answer."},
    )


def _site_label(site: TrialSite) -> str:
    return ", ".join(filter(None, (site.facility.title, *site.facility.place)))
