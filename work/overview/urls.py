"""URL patterns of the overview of trials and of the sites of all trials."""

from django.urls import path

from work.boards.views import boards
from work.overview.saved_views import save_view, saved_view
from work.overview.views import overview

urlpatterns = [
    path("overview/", overview, name="overview"),
    path("overview/views/", save_view, name="save_view"),
    path("overview/views/<int:pk>/", saved_view, name="saved_view"),
    path("boards/", boards, name="boards"),
]
