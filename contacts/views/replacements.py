"""Replacing a contact: choose the successor, select roles and a date, preview, apply and undo."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from common import dates, query_params
from contacts.filters import DirectoryFilterSet, directory_people, with_roles
from contacts.forms import PersonForm, ReplacementForm
from contacts.models import Person, Replacement, Role
from contacts.services import replace_person, undo_replacement
from contacts.views.decorators import ACT, BOTH, READ, get_active_person, parse_int_or_400, people_view
from contacts.visibility_preview import preview_replacements
from history.authorship import actor_names
from history.optimistic_locking import StaleVersion

MAX_RESULTS = 20


@people_view(BOTH)
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Without `by` the choice of the successor; with `by` (a contact's id, or "new") the roles and the first day."""
    leaver, by = get_active_person(request, pk), request.GET.get("by", "")
    if not by:
        return _select_successor(request, leaver)
    values = PersonForm(request.POST or None) if by == "new" else None
    successor = get_active_person(request, parse_int_or_400(by)) if values is None else Person()
    if successor.pk == leaver.pk:
        raise Http404
    if request.method != "POST":
        return _form_page(request, leaver, successor, values, ReplacementForm(initial={"key": uuid4()}))
    return _handle_form(request, leaver, successor, values)


def _select_successor(request: HttpRequest, leaver: Person) -> HttpResponse:
    query = query_params.QueryState.from_request(request)
    words = query.value("words")
    others = directory_people(request.user).exclude(pk=leaver.pk)
    filterset = DirectoryFilterSet(query.query, others, user=request.user, today=dates.today())
    people = list(with_roles(filterset.qs, request.user)[:MAX_RESULTS]) if words and filterset.is_valid() else []
    context = {"person": leaver, "people": people, "query_words": words, "max_results": MAX_RESULTS}
    return render(request, "contacts/replace_select.html", context)


def _handle_form(request: HttpRequest, leaver: Person, successor: Person, values: PersonForm | None) -> HttpResponse:
    form = ReplacementForm(request.POST)
    is_valid = form.is_valid() and (values is None or values.is_valid())
    selected = _selected_roles(request)
    if is_valid and not selected:
        form.add_error(None, "Select at least one role.")
        is_valid = False
    if not is_valid:
        return _form_page(request, leaver, successor, values, form, selected)
    if values:
        successor = Person(**values.cleaned_data)
    if request.POST.get("step") == "apply":
        return _apply(request, leaver, successor, values, form, selected)
    return _form_page(request, leaver, successor, values, form, selected, is_preview=True)


def _apply(request, leaver, successor, values, form, selected) -> HttpResponse:
    roles = {role.pk for role in _roles_of(request, leaver)}
    existing = Replacement.objects.filter(key=form.cleaned_data["key"], author=request.user.actor).first()
    if not existing and not selected.keys() <= roles:
        raise Http404
    try:
        replacement = existing or replace_person(
            leaver, successor, roles=selected, on=form.cleaned_data["on"], key=form.cleaned_data["key"],
            author=request.user.actor, reason="Replaced",
        )  # fmt: skip
    except ValidationError as error:
        (values or form).refuse(error)
    except StaleVersion:
        form.add_error(None, "Not saved: someone else changed one of these roles. Check the roles again.")
    else:
        return redirect("replacement", replacement.pk)
    return _form_page(request, leaver, successor, values, form, selected, status=409)


def _form_page(
    request, leaver, successor, values, form, selected=None, *, is_preview=False, status=200
) -> HttpResponse:
    roles, today = list(_roles_of(request, leaver)), dates.today()
    selected_ids = {role.pk for role in roles} if selected is None else selected.keys()
    context = {
        "person": leaver, "successor": successor, "values": values, "form": form, "by": request.GET.get("by"),
        "roles": [(role, role.pk in selected_ids) for role in roles],
    }  # fmt: skip
    if is_preview:
        moving = [role for role in roles if role.pk in selected_ids]
        on = form.cleaned_data["on"]
        context |= {"on": on, "previews": list(preview_replacements(moving, successor, on=on, today=today))}
        return render(request, "contacts/replace_preview.html", context)
    return render(request, "contacts/replace.html", context, status=status)


def _roles_of(request: HttpRequest, leaver: Person):
    """The leaver's roles that the user may edit and that have not ended."""
    roles = Role.objects.editable_by(request.user).filter(person=leaver).active_or_future_on(dates.today())
    return roles.with_place().order_by("trial_site__trial", "trial", "pk")


def _selected_roles(request: HttpRequest) -> dict[int, int]:
    """{role id: version that the user saw}, from values `role:version`."""
    pairs = (text.partition(":") for text in request.POST.getlist("role"))
    return {parse_int_or_400(role): parse_int_or_400(version) for role, _, version in pairs}


@people_view(READ)
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """The result of a replacement, with the button to undo it."""
    replacement = _get_replacement(request, pk)
    ended = Role.objects.filter(pk__in=[step["ended"] for step in replacement.steps]).with_place().order_by("pk")
    author = actor_names([replacement.author])[replacement.author]
    return render(request, "contacts/replaced.html", {"replacement": replacement, "ended": ended, "author": author})


@people_view(ACT)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undoes a replacement, unless one of the roles has been changed since."""
    replacement = _get_replacement(request, pk)
    try:
        undo_replacement(replacement, author=request.user.actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Replacement undone.")
    return redirect("replacement", replacement.pk)


def _get_replacement(request: HttpRequest, pk: int) -> Replacement:
    """The replacement, or Http404 when it is missing or the user may not edit all its roles."""
    replacement = get_object_or_404(Replacement.objects.select_related("leaver", "successor"), pk=pk)
    ids = [step["ended"] for step in replacement.steps]
    if Role.objects.editable_by(request.user).filter(pk__in=ids).count() != len(ids):
        raise Http404
    return replacement
