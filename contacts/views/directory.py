"""The contacts directory, and adding a contact."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from common import dates, query_params
from contacts.filters import (
    PARAMETERS,
    PEOPLE_ON_A_PAGE,
    VERIFIED_CHOICES,
    DirectoryFilterSet,
    directory_people,
    group_roles_by_period,
    with_roles,
)
from contacts.forms import PersonForm, RoleForm, role_place_choices
from contacts.models import Person
from contacts.services import add_person, give_role
from contacts.services.people import validate_person_values
from contacts.views.decorators import BOTH, READ, people_view

ROLES_IN_A_ROW = 3


@people_view(READ)
def people(request: HttpRequest) -> HttpResponse:
    """The contacts with a role at one of the user's trials or sites."""
    query, today = query_params.QueryState.from_request(request), dates.today()
    if query.has_blanks:
        return redirect(query.url)
    queryset = directory_people(request.user)
    filterset = DirectoryFilterSet(query.query, queryset, without=PARAMETERS, user=request.user, today=today)
    page = query_params.get_page(
        filterset, query, size=PEOPLE_ON_A_PAGE, order=lambda people: with_roles(people, request.user)
    )
    if page is None:
        return query_params.bad_params_response(request, query, filterset)
    count = page.paginator.count
    context = query_params.page_links(query, page) | {
        "rows": [_row(person, today) for person in page],
        "today": today,
        "count": count,
        "total": queryset.count() if filterset.has_filters else count,
        "is_filtered": filterset.has_filters,
        "query_words": query.value("words"),
        "query_verified": query.value("verified"),
        "verified_choices": VERIFIED_CHOICES,
    }
    return render(request, "contacts/people.html", context)


def _row(person, today) -> dict:
    periods = group_roles_by_period(person.editable_roles, on=today)
    roles = [*periods["present"], *periods["future"]]
    return {
        "person": person,
        "roles": roles[:ROLES_IN_A_ROW],
        "more": len(roles) - ROLES_IN_A_ROW,
        "is_former": not roles,
    }


@people_view(BOTH)
def add(request: HttpRequest) -> HttpResponse:
    """A new contact with a role at one of the user's places, without which it would be out of the user's scope."""
    places = role_place_choices(request.user, request.GET.get("trial", ""))
    values = PersonForm(request.POST or None)
    role = RoleForm(request.POST or None, places=places)
    if places.trial and request.method == "POST" and _validate_forms(values, role):
        try:
            with transaction.atomic():
                person = add_person(author=request.user.actor, reason="Added", **values.cleaned_data)
                give_role(person, author=request.user.actor, **role.role_kwargs())
        except ValidationError as error:
            values.refuse(error)
        else:
            messages.success(request, "Contact added.")
            return redirect(person)
    return render(request, "contacts/add.html", {"places": places, "values": values, "form": role})


def _validate_forms(values: PersonForm, role: RoleForm) -> bool:
    """Whether both forms are valid; both are validated, so that all errors are shown together."""
    if values.is_valid():
        try:
            validate_person_values(Person(**values.cleaned_data))
        except ValidationError as error:
            values.refuse(error)
    return role.is_valid() and values.is_valid()
