"""The forms of passwords, in the words of the house."""

from allauth.account import forms


class FieldLabelsMixin:
    """A label says what belongs in a field; a placeholder would only repeat it. `words`: labels of our own."""

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
    labels = {"oldpassword": "Your password now", "password1": "New password", "password2": "New password, once more"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""  # the page offers the way for those who forgot it


class SetPasswordForm(FieldLabelsMixin, forms.SetPasswordForm):
    labels = {"password1": "New password", "password2": "New password, once more"}


class ResetPasswordForm(FieldLabelsMixin, forms.ResetPasswordForm):
    labels = {"email": "E-mail"}


class ResetPasswordKeyForm(FieldLabelsMixin, forms.ResetPasswordKeyForm):
    labels = {"password1": "New password", "password2": "New password, once more"}


class ReauthenticateForm(FieldLabelsMixin, forms.ReauthenticateForm):
    pass
