"""The admin page on which an administrator sets a user's password."""

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
        label="Reason for change",
        help_text="For example, how you verified the user's identity. Saved in the audit trail.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, **kwargs):
        """Removes Django's option of an unusable password: a user who may not sign in is set inactive."""
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)
        self.fields["password1"].label = "New password"
        self.fields["password2"].label = "Confirm new password"
        self.fields["password2"].help_text = ""
        for name in ("password1", "password2"):
            self.fields[name].required = True

    @property
    def changed_data(self) -> list[str]:
        """The password only: Django's implementation counts every field of the form."""
        return ["password"] if super().changed_data else []


class PasswordChangeAdminMixin:
    """View of UserAdmin that sets a password with a reason in one transaction and ends the user's sessions."""

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
