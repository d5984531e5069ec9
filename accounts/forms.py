"""Forms of sign-in, passwords and second factors, with Sitelight's labels."""

from allauth.account import forms
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.core.cache import cache

from history.authorship import authored


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
        self.fields["password"].help_text = ""  # the page has a link to reset the password


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


class CodeInputMixin(FieldLabelsMixin):
    """A field for the six digits of an authenticator app, or the eight of a recovery code."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}


class SingleUseCodeMixin(CodeInputMixin):
    """Accepts a code once while it is valid: allauth accepts it for three periods but remembers it for one."""

    def clean_code(self) -> str:
        with authored(self.user.actor, reason="Recovery code used"):
            code = super().clean_code()
        key = f"accounts.used-code:{self.user.pk}:{code}"
        if not cache.add(key, True, timeout=app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)):
            raise get_adapter().validation_error("incorrect_code")
        return code


class MfaLoginForm(SingleUseCodeMixin, base.AuthenticateForm):
    pass


class MfaReauthenticateForm(SingleUseCodeMixin, base.ReauthenticateForm):
    pass


class ActivateTotpForm(CodeInputMixin, totp.ActivateTOTPForm):
    labels = {"code": "Code from the app"}


class AddPasskeyForm(FieldLabelsMixin, webauthn.AddWebAuthnForm):
    labels = {"name": "Passkey name", "passwordless": "Sign in without a password"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("passwordless", True)
        self.fields[
            "passwordless"
        ].help_text = (
            "The passkey then asks for your fingerprint, face or PIN. Otherwise you use it after the password."
        )


class RenamePasskeyForm(FieldLabelsMixin, webauthn.EditWebAuthnForm):
    labels = {"name": "Passkey name"}
