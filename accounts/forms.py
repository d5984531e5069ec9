"""The forms of passwords, in the words of the house."""

from allauth.account import forms


class PlainWords:
    """A label says what belongs in a field; a placeholder would only repeat it. `words`: labels of our own."""

    words: dict[str, str] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.words.get(name, field.label)


class LoginForm(PlainWords, forms.LoginForm):
    words = {"login": "E-mail or username", "remember": "Stay signed in"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ChangePasswordForm(PlainWords, forms.ChangePasswordForm):
    words = {"oldpassword": "Your password now", "password1": "New password", "password2": "New password, once more"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""  # the page offers the way for those who forgot it


class SetPasswordForm(PlainWords, forms.SetPasswordForm):
    words = {"password1": "New password", "password2": "New password, once more"}


class ResetPasswordForm(PlainWords, forms.ResetPasswordForm):
    words = {"email": "E-mail"}


class ResetPasswordKeyForm(PlainWords, forms.ResetPasswordKeyForm):
    words = {"password1": "New password", "password2": "New password, once more"}


class PasswordAgainForm(PlainWords, forms.ReauthenticateForm):
    pass
