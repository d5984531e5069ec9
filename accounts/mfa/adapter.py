"""allauth's MFA adapter with encrypted secrets, so that a copy of the database is not enough to sign in."""

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import InvalidToken, MultiFernet
from django.core.exceptions import ValidationError

from accounts.encryption import fernet_for

UNREADABLE = (
    "Your second factor no longer works, because the key of this server has changed. "
    "Ask an administrator to remove it, then set up a new one."
)


class EncryptedSecretsAdapter(DefaultMFAAdapter):
    """Encrypts the secret of an authenticator app and the seed of recovery codes with a key from SECRET_KEY."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code is not correct or was already used. Wait for the next code, then try again."
    }

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """ValidationError when neither SECRET_KEY nor one of its fallbacks decrypts the text."""
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise ValidationError(UNREADABLE, code="unreadable") from None

    def generate_authenticator_name(self, user, type) -> str:
        return f"Passkey {user.authenticator_set.filter(type=type).count() + 1}"


def _fernet() -> MultiFernet:
    return fernet_for(b"sitelight second factors")
