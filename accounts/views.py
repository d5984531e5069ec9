"""Views of the user's own account."""

from contextlib import nullcontext
from functools import wraps

from allauth.mfa.recovery_codes import views as allauth_views
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import sessions
from accounts.mfa import get_mfa_methods, must_set_up_mfa
from history.authorship import authored


@require_safe
@login_required
@never_cache
def account(request):
    """Password, second factors, passkeys and sessions."""
    return render(
        request,
        "account/account.html",
        {
            "mfa_methods": get_mfa_methods(request.user),
            "is_mfa_missing": must_set_up_mfa(request.user),
            "sessions": sessions.live_sessions(request.user),
            "this_session": request.session.session_key,
        },
    )


def _record_codes_shown(view):
    """Decorator: allauth saves that recovery codes were shown, a write on a GET request that needs an author."""

    @wraps(view)
    def wrapper(request, **kwargs):
        with authored(request.user.actor, reason="Recovery codes shown") if request.user.pk else nullcontext():
            return view(request, **kwargs)

    return wrapper


recovery_codes = _record_codes_shown(allauth_views.view_recovery_codes)
download_recovery_codes = _record_codes_shown(allauth_views.download_recovery_codes)


@require_safe
@login_required
def set_up_second_factor(request):
    """The page to set up a second factor, for users who need one and have none."""
    return render(request, "account/second_factor.html") if must_set_up_mfa(request.user) else redirect("account")


@require_POST
@login_required
def end_session(request, pk):
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    sessions.end_sessions(UserSession.objects.filter(pk=session.pk))
    messages.success(request, "Session ended.")
    return redirect("account")


@require_POST
@login_required
def end_other_sessions(request):
    sessions.end_sessions_of(request.user, except_key=request.session.session_key)
    messages.success(request, "All other sessions ended. You are signed in on this device only.")
    return redirect("account")
