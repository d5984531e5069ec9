"""URLs of the public trial pages."""

from django.urls import path

from trials import views

urlpatterns = [path("<str:key>/", views.trial, name="trial")]
