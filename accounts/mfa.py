"""Second factors: who needs one, which a user has, what happens when one is added or removed, and encrypted storage."""

from dataclasses import dataclass, field

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.encryption import fernet_for
from accounts.models import FactorRemoval, User
from accounts.sessions import end_sessions_of
from history.authorship import authored

APP, PASSKEY, CODES = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES


def on_authenticator_added(sender, request, user, authenticator, **kwargs) -> None:
    """End the user's other sessions, which used the password only, and record the factor for this session."""
    end_sessions_of(user, except_key=request.session.session_key)
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", type=authenticator.type, reauthenticated=True)


@dataclass
class MfaMethods:
    """A user's second factors. `unused_code_count` is None when the codes cannot be decrypted."""

    app: Authenticator | None = None
    passkeys: list[Authenticator] = field(default_factory=list)
    codes: Authenticator | None = None
    unused_code_count: int | None = 0

    def __bool__(self) -> bool:
        return bool(self.app or self.passkeys)


def get_mfa_methods(user: User) -> MfaMethods:
    methods = MfaMethods()
    for authenticator in Authenticator.objects.filter(user=user).order_by("created_at"):
        if authenticator.type == PASSKEY:
            methods.passkeys.append(authenticator)
        elif authenticator.type == APP:
            methods.app = authenticator
        else:
            methods.codes, methods.unused_code_count = authenticator, _unused_code_count(authenticator)
    return methods


def must_set_up_mfa(user: User) -> bool:
    """Whether the user must set up a second factor before anything else."""
    return settings.SECOND_FACTOR_DEMANDED and user.needs_second_factor and not _has_mfa_method(user)


@transaction.atomic
def remove_second_factors(user: User, *, author: str, reason: str) -> None:
    """Delete all second factors of a user who lost them, and end the user's sessions."""
    with authored(author, reason=reason):
        Authenticator.objects.filter(user=user).delete()
        FactorRemoval.objects.create(user=user, removed_by=author)
        end_sessions_of(user)


def _has_mfa_method(user: User) -> bool:
    """Whether the user has an app or a passkey; recovery codes alone are not a second factor."""
    return Authenticator.objects.filter(user=user, type__in=[APP, PASSKEY]).exists()


def _unused_code_count(codes: Authenticator) -> int | None:
    try:
        return len(codes.wrap().get_unused_codes())
    except ValidationError:
        return None


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
