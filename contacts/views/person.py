"""One contact: its page, verification, editing and replacement; adding and ending a role."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from common import dates, query_params
from contacts.erasure.service import may_erase
from contacts.filters import DirectoryFilterSet, directory_people, group_roles_by_period, with_roles
from contacts.forms import PersonForm, ReplacementForm, RoleEndForm, RoleForm, role_place_choices
from contacts.models import Merge, Person, Replacement, Role
from contacts.services import edit_person, end_role, give_role, replace_person, undo_replacement, verify_person
from contacts.views.decorators import ACT, BOTH, READ, get_active_person, get_person, parse_int_or_400, people_view
from contacts.views.erasure import remaining_mentions
from contacts.visibility_preview import explain_visibility, preview_replacements
from history.authorship import actor_names
from history.edit_conflicts import dump_digests, find_conflict
from history.optimistic_locking import StaleVersion
from sites.models import TrialSite
from trials.models import Trial


@people_view(READ)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Roles by period, public and private details, and the available actions."""
    contact, today = get_person(request, pk), dates.today()
    roles = list(Role.objects.editable_by(request.user).filter(person=contact).with_place().order_by("starts_on", "pk"))
    periods = group_roles_by_period(roles, on=today)
    is_open = not (contact.erased_at or contact.merged_into_id)
    context = {
        "person": contact,
        "today": today,
        "roles": periods,
        "visibilities": [explain_visibility(role, on=today) for role in [*periods["present"], *periods["future"]]],
        "other_role_count": _other_role_count(contact, request.user),
        "merges": Merge.objects.filter(surviving=contact, undone_at__isnull=True) if is_open else [],
        "is_open": is_open,
        "may_erase": is_open and may_erase(request.user, contact),
    } | (remaining_mentions(request, contact) if contact.erased_at else {})
    return render(request, "contacts/person.html", context)


def _other_role_count(person, user) -> int:
    """The number of active roles that the user may read but not edit."""
    readable = Role.objects.filter(trial__in=Trial.objects.visible_to(user)) | Role.objects.filter(
        trial_site__in=TrialSite.objects.visible_to(user)
    )
    editable = Role.objects.editable_by(user).filter(person=person)
    return readable.filter(person=person).exclude(pk__in=editable.values("pk")).active_on(dates.today()).count()


@people_view(ACT)
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks the contact as verified today, at the version that the user saw."""
    contact = get_active_person(request, pk)
    try:
        verify_person(contact, author=request.user.actor, version=parse_int_or_400(request.POST.get("version", "")))
    except StaleVersion as error:
        if error.current.last_verified_on != dates.today():
            messages.warning(
                request, "Not marked as verified: someone else changed this contact. Check the values again."
            )
    else:
        messages.success(request, "Contact marked as verified today.")
    return redirect(contact)


@people_view(BOTH)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edits a contact's values; a stale form shows both versions and keeps the user's input."""
    contact = get_active_person(request, pk)
    if request.method != "POST":
        form = PersonForm(instance=contact)
        return _edit_page(request, contact, form, dump_digests(form, []))
    if conflict := _conflict(request, contact):
        return _edit_page(request, contact, PersonForm(conflict.data, instance=contact), conflict.digests, conflict)
    form = PersonForm(request.POST, instance=contact)
    if form.is_valid():
        try:
            edit_person(
                contact, author=request.user.actor, version=parse_int_or_400(request.POST["version"]),
                reason=request.POST.get("why", "").strip()[:500], **form.cleaned_data,
            )  # fmt: skip
        except ValidationError as error:
            form.refuse(error)
        except StaleVersion:  # changed between the check and the lock
            return redirect("person_edit", contact.pk)
        else:
            messages.success(request, "Contact saved.")
            return redirect(contact)
    return _edit_page(request, get_active_person(request, pk), form, request.POST.get("seen", ""))


def _conflict(request: HttpRequest, contact):
    is_stale = request.POST.get("version") != str(contact.version)
    return find_conflict(request.POST, PersonForm(instance=contact), [], is_stale=is_stale)


def _edit_page(request: HttpRequest, contact, form, seen_values: str, conflict=None) -> HttpResponse:
    context = {
        "person": contact,
        "form": form,
        "seen": seen_values,
        "conflict": conflict,
        "why": request.POST.get("why", ""),
    }
    return render(request, "contacts/edit.html", context, status=409 if conflict else 200)


@people_view(BOTH)
def role_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Adds a role: the trial is chosen first, then the site or the whole trial."""
    person = get_active_person(request, pk)
    places = role_place_choices(request.user, request.GET.get("trial", ""))
    form = RoleForm(request.POST or None, places=places)
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
def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sets the end date of a role; a repeated POST changes nothing."""
    roles = Role.objects.editable_by(request.user).with_place().select_related("person")
    role = get_object_or_404(roles, pk=pk, person__erased_at__isnull=True)
    form = RoleEndForm(request.POST or None, initial={"ends_before": dates.today(), "version": role.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            if role.ends_before != values["ends_before"]:
                end_role(role, on=values["ends_before"], version=values["version"], author=request.user.actor)
        except ValidationError as error:
            form.refuse(error)
        except StaleVersion:
            return _stale_role_end(request, role)
        else:
            messages.success(request, "End date saved.")
            return redirect(role.person)
    return render(request, "contacts/role_end.html", {"role": role, "person": role.person, "form": form})


def _stale_role_end(request: HttpRequest, role: Role) -> HttpResponse:
    """The form again with the entered date and the current version; saving it again overwrites the other change."""
    data = request.POST.copy()
    data["version"] = str(role.version)
    form = RoleEndForm(data)
    context = {"role": role, "person": role.person, "form": form, "entered_date": request.POST.get("ends_before", "")}
    return render(request, "contacts/role_end.html", context, status=409)


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
