"""The addresses of the registry and us."""

from django.urls import path

from registries.comparing import views as comparing_views
from registries.deciding import views

urlpatterns = [
    path("registry/", views.registry, name="registry"),
    path("registry/decide/", views.decide_conflicts, name="registry_decide"),
    path("registry/differences/", comparing_views.all_differences, name="registry_differences"),
    path("registry/<int:pk>/edit/", views.edit, name="registry_edit"),
    path("trials/<str:key>/registry/", views.registry_of_trial, name="registry_of_trial"),
    path("trials/<str:key>/registry/record.json", comparing_views.record, name="registry_record"),
]
