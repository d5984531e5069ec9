"""What follows from a factor that was added."""

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator

from accounts.sessions import end_sessions_of


def welcome(sender, request, user, authenticator, **kwargs) -> None:
    """It was shown here, so this session is asked for nothing again at once. The others knew the password only: they
    must not live on as if they had shown it.
    """
    end_sessions_of(user, but=request.session.session_key)
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", type=authenticator.type, reauthenticated=True)
