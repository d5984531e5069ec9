"""URLs of the search page and of the trials related to a trial."""

from django.urls import path

from publishing import views

urlpatterns = [
    path("", views.search_page, name="search"),
    path("trials/<str:key>/related/", views.related_trials, name="related_trials"),
]
