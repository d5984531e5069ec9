"""The admin's way to help somebody who lost their second factors."""

from django import forms
from django.contrib import admin, messages
from django.template.response import TemplateResponse

from accounts.mfa.policy import remove_second_factors


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Why",
        help_text="How you know that it is them, such as a call back on the number you have. Kept in their history.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@admin.action(description="Remove second factors")
def remove_factors(modeladmin, request, queryset):
    """Asks why first. The people sign in with their password then, and set up a new factor where they need one."""
    asked = ReasonForm(request.POST if "reason" in request.POST else None)
    if not asked.is_valid():
        context = {
            **modeladmin.admin_site.each_context(request),
            "title": "Remove second factors",
            "users": queryset,
            "form": asked,
        }
        return TemplateResponse(request, "admin/remove_second_factors.html", context)
    for user in queryset:
        remove_second_factors(user, author=request.user.actor, reason=asked.cleaned_data["reason"])
    messages.success(request, "Removed. They are signed out, and sign in with their password.")
