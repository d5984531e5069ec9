"""URLs of version 1 of the API."""

from django.urls import path, re_path

from api.v1 import views
from api.v1.views import SchemaView
from api.views import NotFoundView

urlpatterns = [
    path("trials/", views.TrialList.as_view(), name="api-trials"),
    path("trials/<str:key>/", views.TrialDetail.as_view(), name="api-trial"),
    path("sites/", views.SiteList.as_view(), name="api-sites"),
    path("sites/<int:pk>/", views.SiteDetail.as_view(), name="api-site"),
    path("facilities/", views.FacilityList.as_view(), name="api-facilities"),
    path("facilities/<slug:slug>/", views.FacilityDetail.as_view(), name="api-facility"),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    re_path("", NotFoundView.as_view()),
]
