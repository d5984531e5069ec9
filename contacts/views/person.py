"""One contact: its page, verification and editing; adding and ending a role."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from common import dates
from contacts.erasure.service import may_erase
from contacts.filters import group_roles_by_period
from contacts.forms import PersonForm, RoleEndForm, RoleForm, role_place_choices
from contacts.models import Merge, Role
from contacts.services import edit_person, end_role, give_role, verify_person
from contacts.views.decorators import ACT, BOTH, READ, get_active_person, get_person, parse_int_or_400, people_view
from contacts.views.erasure import remaining_mentions
from contacts.visibility_preview import explain_visibility
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
