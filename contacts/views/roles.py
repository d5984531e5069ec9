"""Giving a role, and ending it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from common import dates
from contacts.forms import EndForm, PlaceForm
from contacts.models import Role
from contacts.role_places import role_place_choices
from contacts.services import end_role, give_role
from contacts.views.access import BOTH, get_active_person, people_view
from history.versioning import StaleVersion


@people_view(BOTH)
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A role at one of the user's places: first the trial, then the place in it."""
    person = get_active_person(request, pk)
    places = role_place_choices(request.user, request.GET.get("trial", ""))
    form = PlaceForm(request.POST or None, places=places)
    if places.trial and request.method == "POST" and form.is_valid():
        try:
            give_role(person, author=request.user.actor, **form.role_kwargs())
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, "The role is added.")
            return redirect(person)
    return render(request, "contacts/role_add.html", {"person": person, "places": places, "form": form})


@people_view(BOTH)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The day on which a role ends. The same post twice has one effect."""
    roles = Role.objects.editable_by(request.user).with_place().select_related("person")
    role = get_object_or_404(roles, pk=pk, person__erased_at__isnull=True)
    form = EndForm(request.POST or None, initial={"ends_on": dates.today(), "version": role.version})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            if role.ends_on != said["ends_on"]:
                end_role(role, on=said["ends_on"], version=said["version"], author=request.user.actor)
        except ValidationError as error:
            form.refuse(error)
        except StaleVersion:
            return _stale(request, role)
        else:
            messages.success(request, "Saved.")
            return redirect(role.person)
    return render(request, "contacts/role_end.html", {"role": role, "person": role.person, "form": form})


def _stale(request: HttpRequest, role: Role) -> HttpResponse:
    """What was asked beside what somebody else saved; sending again saves it over that."""
    asked = request.POST.copy()
    asked["version"] = str(role.version)
    form = EndForm(asked)
    context = {"role": role, "person": role.person, "form": form, "stale": request.POST.get("ends_on", "")}
    return render(request, "contacts/role_end.html", context, status=409)
