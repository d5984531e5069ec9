"""URL patterns of bulk changes."""

from django.urls import path

from work.bulk_upload import views

urlpatterns = [
    path("", views.upload, name="bulk"),
    path("sheet.<str:kind>", views.download_template, name="bulk_template"),
    path("choose/", views.change_selected, name="bulk_choose"),
    path("<int:pk>/", views.bulk_change, name="bulk_change"),
    path("<int:pk>/apply/", views.apply, name="bulk_apply"),
    path("<int:pk>/undo/", views.undo, name="bulk_undo"),
]
