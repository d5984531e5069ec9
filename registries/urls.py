"""URLs of registry differences and of adding trials."""

from django.urls import path

from registries import new_trial_views
from registries.conflicts import views

urlpatterns = [
    path("registry/", views.registry, name="registry"),
    path("registry/decide/", views.decide_conflicts, name="registry_decide"),
    path("registry/differences/", views.all_differences, name="registry_differences"),
    path("registry/<int:pk>/edit/", views.edit, name="registry_edit"),
    path("work/new-trial/", new_trial_views.new_trial, name="new_trial"),
    path("work/new-trial/<int:pk>/", new_trial_views.fetched_trials, name="fetched_trials"),
    path("trials/<str:key>/registry/", views.registry_of_trial, name="registry_of_trial"),
    path("trials/<str:key>/registry/record.json", views.record, name="registry_record"),
]

#: In every language.
public_urlpatterns = [
    path("trials/<str:key>/differences/", views.differences_of_trial, name="differences_of_trial"),
]
