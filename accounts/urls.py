"""URLs of sign-in and the account; Sitelight's own come first, allauth's use templates/account and templates/mfa."""

from django.contrib.auth.decorators import login_required
from django.urls import include, path
from django.views.generic import RedirectView

from accounts import single_sign_on, views
from accounts.drafts import views as draft_views

redirect_to_account = login_required(RedirectView.as_view(pattern_name="account"))

urlpatterns = [
    path("", views.account, name="account"),
    path("second-factor/", views.set_up_second_factor, name="second_factor_set_up"),
    path("sessions/others/end/", views.end_other_sessions, name="other_sessions_end"),
    path("sessions/<int:pk>/end/", views.end_session, name="session_end"),
    path("drafts/", draft_views.drafts, name="drafts"),
    path("drafts/<int:pk>/discard/", draft_views.discard, name="draft_discard"),
    path("oidc/login/", single_sign_on.log_in, {"provider_id": "oidc"}, name="openid_connect_login"),
    path("oidc/login/callback/", single_sign_on.callback, {"provider_id": "oidc"}, name="openid_connect_callback"),
    # These pages of allauth are part of the account page.
    path("2fa/", redirect_to_account),
    path("2fa/webauthn/", redirect_to_account),
    path("email/", redirect_to_account),  # only an administrator changes the address, as it identifies the user
    path("2fa/recovery-codes/", views.recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/download/", views.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
]
