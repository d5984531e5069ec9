"""What follows from a factor that was added.

Who must show more than a password, and what they have to show.
"""

from dataclasses import dataclass, field

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import FactorRemoval, User
from accounts.sessions import end_sessions_of
from history.authorship import authored


def on_authenticator_added(sender, request, user, authenticator, **kwargs) -> None:
    """It was shown here, so this session is asked for nothing again at once. The others knew the password only: they
    must not live on as if they had shown it.
    """
    end_sessions_of(user, except_key=request.session.session_key)
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", type=authenticator.type, reauthenticated=True)


APP, PASSKEY, CODES = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES


@dataclass
class MfaMethods:
    """What a user has set up. `codes_left` is None where the codes cannot be read any more."""

    app: Authenticator | None = None
    passkeys: list[Authenticator] = field(default_factory=list)
    codes: Authenticator | None = None
    codes_left: int | None = 0

    def __bool__(self) -> bool:
        return bool(self.app or self.passkeys)


def get_mfa_methods(user: User) -> MfaMethods:
    factors = MfaMethods()
    for authenticator in Authenticator.objects.filter(user=user).order_by("created_at"):
        if authenticator.type == PASSKEY:
            factors.passkeys.append(authenticator)
        elif authenticator.type == APP:
            factors.app = authenticator
        else:
            factors.codes, factors.codes_left = authenticator, _unused_code_count(authenticator)
    return factors


def must_set_up_mfa(user: User) -> bool:
    """Whether the user must set up a second factor before anything else."""
    return settings.SECOND_FACTOR_DEMANDED and user.needs_second_factor and not _has_mfa_method(user)


@transaction.atomic
def remove_second_factors(user: User, *, author: str, reason: str) -> None:
    """For somebody who lost them: what they had opens nothing from now on, and wherever they are signed in ends."""
    with authored(author, reason=reason):
        Authenticator.objects.filter(user=user).delete()
        FactorRemoval.objects.create(user=user, removed_by=author)
        end_sessions_of(user)


def _has_mfa_method(user: User) -> bool:
    """Recovery codes alone are none: they open the door once each."""
    return Authenticator.objects.filter(user=user, type__in=[APP, PASSKEY]).exists()


def _unused_code_count(codes: Authenticator) -> int | None:
    try:
        return len(codes.wrap().get_unused_codes())
    except ValidationError:
        return None
