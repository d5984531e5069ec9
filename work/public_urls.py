"""URL patterns of public reports, under the address of a trial."""

from django.urls import path

from work.public_reports.public_views import report, reported

urlpatterns = [
    path("<str:key>/report/", report, name="trial_report"),
    path("<str:key>/reported/", reported, name="trial_reported"),
]
