"""Everything about signing in. Ours come first; allauth's pages are drawn by templates/account and templates/mfa."""

from django.contrib.auth.decorators import login_required
from django.urls import include, path
from django.views.generic import RedirectView

from accounts import single_sign_on, views
from accounts.drafts import views as draft_views

to_the_account = login_required(RedirectView.as_view(pattern_name="account"))

urlpatterns = [
    path("", views.account, name="account"),
    path("second-factor/", views.set_up_second_factor, name="second_factor_set_up"),
    path("sessions/others/end/", views.end_other_sessions, name="other_sessions_end"),
    path("sessions/<int:pk>/end/", views.end_session, name="session_end"),
    path("drafts/", draft_views.drafts, name="drafts"),
    path("drafts/<int:pk>/discard/", draft_views.discard, name="draft_discard"),
    path("oidc/login/", single_sign_on.log_in, {"provider_id": "oidc"}, name="openid_connect_login"),
    path("oidc/login/callback/", single_sign_on.callback, {"provider_id": "oidc"}, name="openid_connect_callback"),
    # What allauth spreads over pages of its own stands on the account's page
    path("2fa/", to_the_account),
    path("2fa/webauthn/", to_the_account),
    path("email/", to_the_account),  # an administrator changes it: who comes in is found by it
    path("2fa/recovery-codes/", views.recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/download/", views.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
]
