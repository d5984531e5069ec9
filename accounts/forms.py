"""Forms of sign-in and passwords, with Sitelight's labels."""

from allauth.account import forms


class FieldLabelsMixin:
    """Removes placeholders, which repeat the labels, and sets `labels` by field name."""

    labels: dict[str, str] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)


class LoginForm(FieldLabelsMixin, forms.LoginForm):
    labels = {"login": "E-mail or username", "remember": "Stay signed in"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ChangePasswordForm(FieldLabelsMixin, forms.ChangePasswordForm):
    labels = {"oldpassword": "Current password", "password1": "New password", "password2": "Confirm new password"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""  # the page has a link to reset the password


class SetPasswordForm(FieldLabelsMixin, forms.SetPasswordForm):
    labels = {"password1": "New password", "password2": "Confirm new password"}


class ResetPasswordForm(FieldLabelsMixin, forms.ResetPasswordForm):
    labels = {"email": "E-mail"}


class ResetPasswordKeyForm(FieldLabelsMixin, forms.ResetPasswordKeyForm):
    labels = {"password1": "New password", "password2": "Confirm new password"}


class ReauthenticateForm(FieldLabelsMixin, forms.ReauthenticateForm):
    pass
