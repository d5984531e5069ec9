"""The reminder settings of a user, and the reminders sent to them."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from work.models import Pace, Reminder, ReminderPlan


class ReminderPlanForm(forms.ModelForm):
    pace = forms.ChoiceField(label="How often", choices=Pace.choices, widget=forms.RadioSelect)

    class Meta:
        model = ReminderPlan
        fields = ["pace", "weekday"]
        labels = {"weekday": "If weekly, on"}


RECENT_COUNT = 10


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: HttpRequest) -> HttpResponse:
    plan = ReminderPlan.objects.filter(user=request.user).first() or ReminderPlan(user=request.user)
    form = ReminderPlanForm(request.POST or None, instance=plan)
    if form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("work_reminders")
    sent = Reminder.objects.filter(user=request.user)[:RECENT_COUNT]
    return render(request, "work/reminders/reminders.html", {"form": form, "sent": sent})
