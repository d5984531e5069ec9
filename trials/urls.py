"""The addresses of trials."""

from django.urls import path

from trials import views

urlpatterns = [path("<str:key>/", views.trial, name="trial")]
