"""The forms of second factors, in the words of the house."""

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.core.cache import cache

from accounts.forms import FieldLabelsMixin
from history.authorship import authored


class CodeInputMixin(FieldLabelsMixin):
    """Six digits of an app, or the eight of a recovery code."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}


class SingleUseCodeMixin(CodeInputMixin):
    """A code works once for as long as it is good. allauth remembers it for one period, but accepts it for three."""

    def clean_code(self) -> str:
        with authored(self.user.actor, reason="A recovery code was used"):
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
    labels = {"code": "Code that the app shows"}


class AddPasskeyForm(FieldLabelsMixin, webauthn.AddWebAuthnForm):
    labels = {"name": "Name, to know it by", "passwordless": "Sign in with it alone, without the password"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("passwordless", True)
        self.fields[
            "passwordless"
        ].help_text = (
            "It then asks for your fingerprint, your face or its PIN. Otherwise it is asked for after the password."
        )


class RenamePasskeyForm(FieldLabelsMixin, webauthn.EditWebAuthnForm):
    labels = {"name": "Name, to know it by"}
