"""Possible duplicates: list, comparison, merge, undo, and marking as different people."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from common import query_params
from contacts.duplicates import find_duplicates, may_merge
from contacts.models import PERSONAL_FIELDS, Merge, Person, Role
from contacts.services import mark_as_different_people, merge_people, undo_merge
from contacts.views.decorators import ACT, BOTH, READ, get_active_person, get_person, parse_int_or_400, people_view
from history.optimistic_locking import StaleVersion

PAIRS_ON_A_PAGE = 20


@people_view(READ)
def duplicates(request: HttpRequest) -> HttpResponse:
    """The undecided pairs."""
    query = query_params.QueryState.from_request(request)
    paginator = Paginator(find_duplicates(request.user), PAIRS_ON_A_PAGE)
    page = paginator.get_page(query.value("page"))
    people = Person.objects.in_bulk({pk for pair in page for pk in (pair.first, pair.second)})
    rows = [(people[pair.first], people[pair.second], pair.reasons) for pair in page]
    context = query_params.page_links(query, page) | {"rows": rows, "count": paginator.count}
    return render(request, "contacts/duplicates.html", context)


@people_view(BOTH)
def merge(request: HttpRequest, pk: int, other_pk: int) -> HttpResponse:
    """Both contacts side by side; the first one survives the merge, with the chosen values."""
    surviving, other = get_active_person(request, pk), get_active_person(request, other_pk)
    if surviving.pk == other.pk:
        raise Http404
    if request.method == "POST":
        return _apply_merge(request, surviving, other)
    return _merge_page(request, surviving, other)


def _apply_merge(request: HttpRequest, surviving: Person, other: Person) -> HttpResponse:
    if not may_merge(request.user, surviving, other):
        raise Http404
    sides = {"surviving": surviving, "other": other}
    values = {name: getattr(sides.get(request.POST.get(name), surviving), name) for name in PERSONAL_FIELDS}
    versions = {
        person.pk: parse_int_or_400(request.POST.get(f"version-{person.pk}", "")) for person in (surviving, other)
    }
    try:
        merge_people(surviving, other, values=values, versions=versions, author=request.user.actor)
    except StaleVersion:
        messages.warning(
            request, "Not merged: one of the two contacts was changed by someone else. Compare them again."
        )
        return redirect("person_merge", surviving.pk, other.pk)
    except ValidationError as error:
        return _merge_page(request, surviving, other, error.messages)
    messages.success(request, "Contacts merged. You can undo the merge on this page.")
    return redirect(surviving)


def _merge_page(request: HttpRequest, surviving: Person, other: Person, errors=()) -> HttpResponse:
    fields = [
        (Person._meta.get_field(name), getattr(surviving, name), getattr(other, name)) for name in PERSONAL_FIELDS
    ]
    counts = {
        person.pk: Role.objects.editable_by(request.user).filter(person=person).count() for person in (surviving, other)
    }
    context = {
        "person": surviving,
        "other": other,
        "fields": [(field, mine, theirs) for field, mine, theirs in fields if mine or theirs],
        "roles_surviving": counts[surviving.pk],
        "roles_other": counts[other.pk],
        "may_merge": may_merge(request.user, surviving, other),
        "errors": errors,
    }
    return render(request, "contacts/merge.html", context, status=422 if errors else 200)


@people_view(ACT)
def mark_different(request: HttpRequest, pk: int, other_pk: int) -> HttpResponse:
    """Marks two contacts as different people, so that they are no longer listed."""
    one, other = get_active_person(request, pk), get_active_person(request, other_pk)
    if one.pk == other.pk:
        raise Http404
    mark_as_different_people(one, other, author=request.user.actor)
    messages.success(request, "Marked as different people.")
    return redirect("people_duplicates")


@people_view(ACT)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undoes a merge."""
    merge = get_object_or_404(Merge.objects.select_related("surviving"), pk=pk)
    surviving = get_person(request, merge.surviving_id)
    if not may_merge(request.user, surviving):
        raise Http404
    try:
        undo_merge(merge, author=request.user.actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Merge undone.")
    return redirect(surviving)
