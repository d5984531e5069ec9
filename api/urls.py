"""URLs of the read-only API, versioned as a whole."""

from django.urls import include, path

from api.views import DocumentationView

urlpatterns = [
    path("v1/", include("api.v1.urls")),
    path("docs/", DocumentationView.as_view(), name="api-docs"),
]
