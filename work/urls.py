"""The addresses of what needs doing."""

from django.urls import path

from work import change_views, flag_views, trial_views, views
from work.reminders.views import reminders

urlpatterns = [
    path("", views.my_work, name="work"),
    path("sites/", views.other_sites, name="work_sites"),
    path("trials/<str:key>/", trial_views.trial, name="work_trial"),
    path("flags/<int:pk>/", flag_views.flag, name="work_flag"),
    path("confirm/", views.confirm, name="work_confirm"),
    path("undo/", views.undo, name="work_undo"),
    path("reminders/", reminders, name="work_reminders"),
    path("sites/<int:pk>/change/", change_views.change, name="work_change"),
    path("sites/<int:pk>/changed/", change_views.changed, name="work_changed"),
]
