"""How often somebody wants to be reminded."""

from django import forms

from work.models import Pace, ReminderPlan


class ReminderPlanForm(forms.ModelForm):
    pace = forms.ChoiceField(label="How often", choices=Pace.choices, widget=forms.RadioSelect)

    class Meta:
        model = ReminderPlan
        fields = ["pace", "weekday"]
        labels = {"weekday": "If weekly, on"}
