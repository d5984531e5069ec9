"""The admin's page on which an administrator sets somebody's password."""

from contextlib import nullcontext

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.db import transaction
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from accounts.models import User
from accounts.sessions import end_sessions_of, update_session_key
from history.authorship import authored


class AdminSetPasswordForm(AdminPasswordChangeForm):
    why = forms.CharField(
        label="Why",
        help_text="Such as a call back on the number you have. Kept in the history with who and when.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, **kwargs):
        """Without Django's choice to have no password: whoever may not sign in is not active."""
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)
        self.fields["password1"].label = "New password"
        self.fields["password2"].label = "New password again"
        self.fields["password2"].help_text = ""
        for name in ("password1", "password2"):
            self.fields[name].required = True

    @property
    def changed_data(self) -> list[str]:
        """Django's own takes every field to be a part of the password."""
        return ["password"] if super().changed_data else []


class PasswordChangeAdminMixin:
    """For the admin of users: the password is set in one transaction with its reason, and the user's sessions end."""

    change_password_form = AdminSetPasswordForm
    change_user_password_template = "admin/password_form.html"

    @method_decorator(sensitive_post_parameters())
    def user_change_password(self, request, id, form_url=""):
        session_key = request.session.session_key
        why = request.POST.get("why", "").strip()
        with transaction.atomic(), authored(reason=why) if why and request.method == "POST" else nullcontext():
            response = super().user_change_password(request, id, form_url)
            if request.method == "POST" and response.status_code == 302:
                update_session_key(request, session_key)
                for user in User.objects.filter(pk=id):
                    end_sessions_of(user, except_key=request.session.session_key)
        return response
