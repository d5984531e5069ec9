"""Root URL configuration."""

from django.contrib import admin
from django.urls import include, path

from common.views import read_date
from config.views import health
from work.urls import mail_urlpatterns, public_urlpatterns

urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("api.urls")),
    path("", include(mail_urlpatterns)),
    path("people/", include("contacts.urls")),
    path("trials/", include("trials.urls")),
    path("trials/", include(public_urlpatterns)),
    path("work/", include("work.urls")),
    path("", include("work.overview.urls")),
    path("", include("registries.urls")),
    path("", include("sites.urls")),
    path("", include("publishing.urls")),
    path("dates/", read_date, name="read_date"),
    path("healthz", health, name="healthz"),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.permission_denied"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
handler429 = "accounts.adapter.rate_limited_response"  # used by allauth
