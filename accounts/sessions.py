"""Sessions of signed-in users: list, last use, end, and the name of the browser."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare

TOUCH_INTERVAL = timedelta(minutes=1)


def live_sessions(user) -> list[UserSession]:
    """The user's valid sessions, the last used first. Two queries."""
    listed = {session.session_key: session for session in UserSession.objects.filter(user=user)}
    stored = Session.objects.filter(session_key__in=listed, expire_date__gt=timezone.now())
    live = [listed[row.session_key] for row in stored if _is_valid(row, user)]
    return sorted(live, key=lambda session: session.last_seen_at, reverse=True)


def end_sessions(sessions: QuerySet[UserSession]) -> None:
    """Delete sessions; their browsers are signed out on the next request."""
    Session.objects.filter(session_key__in=sessions.values("session_key")).delete()
    sessions.delete()


def end_sessions_of(user, *, except_key: str | None = None) -> None:
    """End all sessions of the user, except the one with the key `except_key`."""
    end_sessions(UserSession.objects.filter(user=user).exclude(session_key=except_key or ""))


def update_session_key(request, former_key: str) -> None:
    """Keep a session in the user's list after its key has changed."""
    UserSession.objects.filter(session_key=former_key).update(session_key=request.session.session_key)


def touch_session(request) -> None:
    """Save when and with which browser a session was last used, at most once a minute."""
    now = timezone.now()
    session = UserSession.objects.filter(session_key=request.session.session_key, last_seen_at__lt=now - TOUCH_INTERVAL)
    session.update(last_seen_at=now, user_agent=request.headers.get("User-Agent", "")[:200])


def _is_valid(row: Session, user) -> bool:
    """Whether a session is newer than the last change of the password, also in the admin."""
    return constant_time_compare(row.get_decoded().get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


#: The first match counts: the header of each browser also contains the names below it.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
    "curl/": "curl",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


def format_device(user_agent: str) -> str:
    """A name such as "Firefox on Windows", or "Unknown browser"."""
    browser = _first(BROWSERS, user_agent) or "Unknown browser"
    system = _first(SYSTEMS, user_agent)
    return f"{browser} on {system}" if system else browser


def _first(names: dict[str, str], user_agent: str) -> str:
    return next((name for token, name in names.items() if token in user_agent), "")
