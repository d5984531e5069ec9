"""Adding and ending a role of a contact."""

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
    """Adds a role: the trial is chosen first, then the site or the whole trial."""
    person = get_active_person(request, pk)
    places = role_place_choices(request.user, request.GET.get("trial", ""))
    form = PlaceForm(request.POST or None, places=places)
    if places.trial and request.method == "POST" and form.is_valid():
        try:
            give_role(person, author=request.user.actor, **form.role_kwargs())
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, "Role added.")
            return redirect(person)
    return render(request, "contacts/role_add.html", {"person": person, "places": places, "form": form})


@people_view(BOTH)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sets the end date of a role; a repeated POST changes nothing."""
    roles = Role.objects.editable_by(request.user).with_place().select_related("person")
    role = get_object_or_404(roles, pk=pk, person__erased_at__isnull=True)
    form = EndForm(request.POST or None, initial={"ends_on": dates.today(), "version": role.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            if role.ends_on != values["ends_on"]:
                end_role(role, on=values["ends_on"], version=values["version"], author=request.user.actor)
        except ValidationError as error:
            form.refuse(error)
        except StaleVersion:
            return _stale(request, role)
        else:
            messages.success(request, "End date saved.")
            return redirect(role.person)
    return render(request, "contacts/role_end.html", {"role": role, "person": role.person, "form": form})


def _stale(request: HttpRequest, role: Role) -> HttpResponse:
    """The form again with the entered date and the current version; saving it again overwrites the other change."""
    data = request.POST.copy()
    data["version"] = str(role.version)
    form = EndForm(data)
    context = {"role": role, "person": role.person, "form": form, "entered_date": request.POST.get("ends_on", "")}
    return render(request, "contacts/role_end.html", context, status=409)
