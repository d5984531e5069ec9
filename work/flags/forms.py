"""Raising a flag, and answering one."""

from django import forms

from sites.models import TrialSite
from trials.models import Trial

MAX_LENGTH = 500


class FlagForm(forms.Form):
    """About the trial, or one of its sites."""

    site = forms.ModelChoiceField(TrialSite.objects.none(), required=False, empty_label="The trial as a whole")
    text = forms.CharField(
        label="What should somebody look at?",
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say in a sentence what should be looked at."},
    )

    def __init__(self, *args, trial: Trial, **kwargs):
        super().__init__(*args, **kwargs)
        sites = TrialSite.objects.filter(trial=trial).select_related("facility").order_by("facility__name", "pk")
        self.fields["site"].queryset = sites
        self.fields["site"].label_from_instance = _site_label


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="What you found",
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what you found."},
    )


def _site_label(site: TrialSite) -> str:
    return ", ".join(filter(None, (site.facility.title, *site.facility.place)))
