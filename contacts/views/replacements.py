"""One takes over from another: choose who, tick which roles and from when, see what changes, do it, take it back."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from common import dates
from common.query_params import QueryState
from contacts.forms import ReplacementForm, ValuesForm
from contacts.models import Person, Replacement, Role
from contacts.person_search import DirectoryFilterSet, directory_people, with_roles
from contacts.services import replace_person, undo_replacement
from contacts.views.access import ACT, BOTH, READ, get_active_person, parse_int_or_400, people_view
from contacts.visibility_preview import preview_replacements
from history.actor_names import actor_names
from history.versioning import StaleVersion

OFFERED = 20


@people_view(BOTH)
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Without `by` the choice of who takes over; with it (a person's number, or "new") which roles, and from when."""
    leaver, by = get_active_person(request, pk), request.GET.get("by", "")
    if not by:
        return _choose(request, leaver)
    values = ValuesForm(request.POST or None) if by == "new" else None
    successor = get_active_person(request, parse_int_or_400(by)) if values is None else Person()
    if successor.pk == leaver.pk:
        raise Http404
    if request.method != "POST":
        return _form_page(request, leaver, successor, values, ReplacementForm(initial={"key": uuid4()}))
    return _handle_form(request, leaver, successor, values)


def _choose(request: HttpRequest, leaver: Person) -> HttpResponse:
    asked = QueryState.from_request(request)
    everybody = directory_people(request.user).exclude(pk=leaver.pk)
    found = DirectoryFilterSet(asked.query, everybody, user=request.user, today=dates.today())
    people = list(with_roles(found.qs, request.user)[:OFFERED]) if asked.value("words") and found.is_valid() else []
    context = {"person": leaver, "people": people, "asked_words": asked.value("words"), "offered": OFFERED}
    return render(request, "contacts/replace_select.html", context)


def _handle_form(request: HttpRequest, leaver: Person, successor: Person, values: ValuesForm | None) -> HttpResponse:
    form = ReplacementForm(request.POST)
    is_valid = form.is_valid() and (values is None or values.is_valid())
    chosen = _selected_roles(request)
    if is_valid and not chosen:
        form.add_error(None, "Choose at least one role.")
        is_valid = False
    if not is_valid:
        return _form_page(request, leaver, successor, values, form, chosen)
    if values:
        successor = Person(**values.cleaned_data)
    if request.POST.get("step") == "apply":
        return _apply(request, leaver, successor, values, form, chosen)
    return _form_page(request, leaver, successor, values, form, chosen, is_preview=True)


def _apply(request, leaver, successor, values, form, chosen) -> HttpResponse:
    roles = {role.pk for role in _roles_of(request, leaver)}
    known = Replacement.objects.filter(key=form.cleaned_data["key"], author=request.user.actor).first()
    if not known and not chosen.keys() <= roles:
        raise Http404
    try:
        made = known or replace_person(
            leaver, successor, roles=chosen, on=form.cleaned_data["on"], key=form.cleaned_data["key"],
            author=request.user.actor, reason="Replaced",
        )  # fmt: skip
    except ValidationError as error:
        (values or form).refuse(error)
    except StaleVersion:
        form.add_error(None, "Somebody else changed one of these roles meanwhile. Look at them again.")
    else:
        return redirect("replacement", made.pk)
    return _form_page(request, leaver, successor, values, form, chosen, status=409)


def _form_page(request, leaver, successor, values, form, chosen=None, *, is_preview=False, status=200) -> HttpResponse:
    roles, today = list(_roles_of(request, leaver)), dates.today()
    ticked = {role.pk for role in roles} if chosen is None else chosen.keys()
    context = {
        "person": leaver, "successor": successor, "values": values, "form": form, "by": request.GET.get("by"),
        "roles": [(role, role.pk in ticked) for role in roles],
    }  # fmt: skip
    if is_preview:
        moving = [role for role in roles if role.pk in ticked]
        on = form.cleaned_data["on"]
        context |= {"on": on, "handovers": list(preview_replacements(moving, successor, on=on, today=today))}
        return render(request, "contacts/replace_preview.html", context)
    return render(request, "contacts/replace.html", context, status=status)


def _roles_of(request: HttpRequest, leaver: Person):
    """The leaver's roles that the user may edit and that are not over."""
    roles = Role.objects.editable_by(request.user).filter(person=leaver).not_over(dates.today())
    return roles.with_place().order_by("trial_site__trial", "trial", "pk")


def _selected_roles(request: HttpRequest) -> dict[int, int]:
    """{role: the version that was seen}, from `role:version`."""
    pairs = (text.partition(":") for text in request.POST.getlist("role"))
    return {parse_int_or_400(role): parse_int_or_400(version) for role, _, version in pairs}


@people_view(READ)
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done, and the way back."""
    made = _replacement_of(request, pk)
    ended = Role.objects.filter(pk__in=[step["ended"] for step in made.steps]).with_place().order_by("pk")
    author = actor_names([made.author])[made.author]
    return render(request, "contacts/replaced.html", {"replacement": made, "ended": ended, "author": author})


@people_view(ACT)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything as it was; refused when one of the roles has been changed since."""
    made = _replacement_of(request, pk)
    try:
        undo_replacement(made, author=request.user.actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Taken back: everything is as it was before.")
    return redirect("replacement", made.pk)


def _replacement_of(request: HttpRequest, pk: int) -> Replacement:
    """One all of whose roles are the user's; another one answers like a missing one."""
    made = get_object_or_404(Replacement.objects.select_related("leaver", "successor"), pk=pk)
    ids = [step["ended"] for step in made.steps]
    if Role.objects.editable_by(request.user).filter(pk__in=ids).count() != len(ids):
        raise Http404
    return made
