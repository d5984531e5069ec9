"""The admin action that removes the second factors of users who lost them."""

from django import forms
from django.contrib import admin, messages
from django.template.response import TemplateResponse

from accounts.mfa.policy import remove_second_factors


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Reason for change",
        help_text="How you verified the user's identity, for example a call back. Saved in the audit trail.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@admin.action(description="Remove second factors")
def remove_factors(modeladmin, request, queryset):
    """Shows a form for the reason, then removes the factors; users sign in with their password only until then."""
    form = ReasonForm(request.POST if "reason" in request.POST else None)
    if not form.is_valid():
        context = {
            **modeladmin.admin_site.each_context(request),
            "title": "Remove second factors",
            "users": queryset,
            "form": form,
        }
        return TemplateResponse(request, "admin/remove_second_factors.html", context)
    for user in queryset:
        remove_second_factors(user, author=request.user.actor, reason=form.cleaned_data["reason"])
    messages.success(request, "Second factors removed. The users are signed out and can sign in with their password.")
