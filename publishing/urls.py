"""The addresses of the read side's own pages."""

from django.urls import path

from publishing import views

urlpatterns = [
    path("", views.search_page, name="search"),
]
