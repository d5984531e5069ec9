"""URLs of the contacts pages."""

from django.urls import path

from contacts.views import directory, duplicates, erasure, person

urlpatterns = [
    path("", directory.people, name="people"),
    path("add/", directory.add, name="person_add"),
    path("duplicates/", duplicates.duplicates, name="people_duplicates"),
    path("merges/<int:pk>/undo/", duplicates.undo, name="merge_undo"),
    path("replacements/<int:pk>/", person.result, name="replacement"),
    path("replacements/<int:pk>/undo/", person.undo, name="replacement_undo"),
    path("roles/<int:pk>/end/", person.role_end, name="role_end"),
    path("<int:pk>/", person.person, name="person"),
    path("<int:pk>/verified/", person.verify, name="person_verified"),
    path("<int:pk>/edit/", person.edit, name="person_edit"),
    path("<int:pk>/roles/add/", person.role_add, name="role_add"),
    path("<int:pk>/replace/", person.replace, name="person_replace"),
    path("<int:pk>/merge/<int:other_pk>/", duplicates.merge, name="person_merge"),
    path("<int:pk>/apart/<int:other_pk>/", duplicates.mark_different, name="person_apart"),
    path("<int:pk>/erase/", erasure.erase, name="person_erase"),
]
