"""Forms of second factors, with Sitelight's labels."""

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.core.cache import cache

from accounts.forms import FieldLabelsMixin
from history.authorship import authored


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
