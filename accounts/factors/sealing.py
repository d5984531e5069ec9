"""Second factors as they are kept: sealed, so that a copy of the database does not log in."""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError

UNREADABLE = (
    "Your second factor cannot be read any more, as the key of this server has changed. "
    "Ask an administrator to remove it; then set up a new one."
)


class SealedSecretsAdapter(DefaultMFAAdapter):
    """Seals the secret of an app and the seed of recovery codes with a key made from SECRET_KEY."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code is not right, or it was used before. Wait for the next one, then try again."
    }

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises ValidationError where neither SECRET_KEY nor one of its fallbacks sealed it."""
        try:
            return _seal().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise ValidationError(UNREADABLE, code="unreadable") from None

    def generate_authenticator_name(self, user, type) -> str:
        return f"Passkey {user.authenticator_set.filter(type=type).count() + 1}"


def _seal() -> MultiFernet:
    return MultiFernet([Fernet(_key_from(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key_from(secret: str) -> bytes:
    """32 bytes of their own: the same SECRET_KEY signs sessions, and neither use tells about the other."""
    derived = HKDF(SHA256(), length=32, salt=None, info=b"sitelight second factors").derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
