"""The addresses of what needs doing."""

from django.urls import include, path

from work import change_views, views

urlpatterns = [
    path("", views.my_work, name="work"),
    path("bulk/", include("work.bulk.urls")),
    path("confirm/", views.confirm, name="work_confirm"),
    path("undo/", views.undo, name="work_undo"),
    path("sites/<int:pk>/change/", change_views.change, name="work_change"),
    path("sites/<int:pk>/changed/", change_views.changed, name="work_changed"),
]
