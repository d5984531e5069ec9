"""URL patterns of the overview of trials, of the sites of all trials, and of the health of a trial."""

from django.urls import path

from work.boards.views import boards
from work.health.views import trial_health_page
from work.overview.saved_views import save_view, saved_view
from work.overview.views import overview

urlpatterns = [
    path("overview/", overview, name="overview"),
    path("overview/views/", save_view, name="save_view"),
    path("overview/views/<int:pk>/", saved_view, name="saved_view"),
    path("boards/", boards, name="boards"),
    path("trials/<str:key>/health/", trial_health_page, name="trial_health"),
]
