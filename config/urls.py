"""Root URL configuration."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

import publishing.urls
import registries.urls
import sites.urls
from common.views import read_date
from config.views import health
from work.urls import mail_urlpatterns, public_urlpatterns

#: Public pages, in every language (config/languages.py); all other addresses are in English only.
translated_urlpatterns = i18n_patterns(
    path("", include(mail_urlpatterns)),
    path("trials/", include("trials.urls")),
    path("trials/", include(public_urlpatterns)),
    path("", include(registries.urls.public_urlpatterns)),
    path("", include(sites.urls.public_urlpatterns)),
    path("", include(publishing.urls.public_urlpatterns)),
    prefix_default_language=False,
)

urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("api.urls")),
    path("people/", include("contacts.urls")),
    path("work/", include("work.urls")),
    path("", include("work.overview.urls")),
    path("", include("registries.urls")),
    path("", include("sites.urls")),
    path("", include("publishing.urls")),
    path("dates/", read_date, name="read_date"),
    path("healthz", health, name="healthz"),
    *translated_urlpatterns,
]

handler400 = "config.views.bad_request"
handler403 = "config.views.permission_denied"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
handler429 = "accounts.adapter.rate_limited_response"  # used by allauth
