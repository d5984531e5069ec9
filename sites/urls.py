"""The addresses of sites and facilities."""

from django.urls import path

from sites import views
from sites.badges import views as badges
from sites.board.views import board
from sites.contact_sheet import contact_sheet
from sites.enrollment import views as enrollment
from sites.facilities import views as facilities
from sites.milestones import views as activation
from sites.status_history.views import status_history
from sites.weeks.views import weeks

urlpatterns = [
    path("trials/<str:key>/history/", status_history, name="status_history"),
    path("trials/<str:key>/enrollment/", enrollment.enrollment, name="enrollment"),
    path("trials/<str:key>/enrollment/lock/", enrollment.lock, name="enrollment_lock"),
    path("trials/<str:key>/enrollment/<int:site>/", enrollment.site_enrollment, name="enrollment_site"),
    path("trials/<str:key>/activation/", activation.activation, name="activation"),
    path("trials/<str:key>/activation/<int:site>/", activation.site_activation, name="activation_site"),
    path("facilities/duplicates/", facilities.duplicates, name="facility_duplicates"),
    path("facilities/merges/", facilities.merges, name="facility_merges"),
    path("facilities/merges/<int:pk>/undo/", facilities.undo, name="facility_merge_undo"),
    path("facilities/<int:pk>/merge/<int:other_facility>/", facilities.merge, name="facility_merge"),
    path("facilities/<int:pk>/different/<int:other_facility>/", facilities.mark_different, name="facility_different"),
    path("facilities/<int:pk>/names/", facilities.names, name="facility_names"),
]

#: In every language.
public_urlpatterns = [
    path("trials/<str:key>/sites/", board, name="board"),
    path("trials/<str:key>/contacts/", contact_sheet, name="contact_sheet"),
    path("trials/<str:key>/weeks/", weeks, name="weeks"),
    path("facilities/<slug:slug>/", views.facility, name="facility"),
    path("facilities/<slug:slug>/embed/", badges.embedded_trials, name="facility_embed"),
    path("badges/sites/<int:pk>.svg", badges.site_status_badge, name="site_badge"),
    path("badges/trials/<str:key>.svg", badges.trial_status_badge, name="trial_badge"),
    path("maps/land.json", views.land, name="map_land"),
    path("statistics/", views.statistics, name="statistics"),
    path("about/statuses/", views.statuses, name="statuses"),
]
