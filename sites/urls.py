"""The addresses of sites and facilities."""

from django.urls import path

from sites import views

urlpatterns = [
    path("trials/<str:key>/sites/", views.board, name="board"),
    path("facilities/<slug:slug>/", views.facility, name="facility"),
    path("about/statuses/", views.statuses, name="statuses"),
]
