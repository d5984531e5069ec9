"""One person: what everybody sees of them and what only coordinators see; keeping it true."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from common import dates
from contacts.erasure.service import may_erase
from contacts.forms import ValuesForm
from contacts.models import Merge, Role
from contacts.person_search import group_roles_by_period
from contacts.services import edit_person, verify_person
from contacts.views.access import ACT, BOTH, READ, get_active_person, get_person, parse_int_or_400, people_view
from contacts.views.free_text import remaining_mentions
from contacts.visibility_preview import explain_visibility
from history.edit_conflicts import dump_digests, find_conflict
from history.versioning import StaleVersion
from sites.models import TrialSite
from trials.models import Trial


@people_view(READ)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Roles in time, the two previews, and what can be done."""
    found, today = get_person(request, pk), dates.today()
    roles = list(Role.objects.editable_by(request.user).filter(person=found).with_place().order_by("starts_on", "pk"))
    told = group_roles_by_period(roles, on=today)
    is_open = not (found.erased_at or found.merged_into_id)
    context = {
        "person": found,
        "today": today,
        "roles": told,
        "showings": [explain_visibility(role, on=today) for role in [*told["present"], *told["future"]]],
        "elsewhere": _roles_elsewhere(found, request.user),
        "merges": Merge.objects.filter(kept=found, undone_at__isnull=True) if is_open else [],
        "is_open": is_open,
        "may_erase": is_open and may_erase(request.user, found),
    } | (remaining_mentions(request, found) if found.erased_at else {})
    return render(request, "contacts/person.html", context)


def _roles_elsewhere(person, user) -> int:
    """How many roles that the user may read of are somebody else's to edit."""
    places = Role.objects.filter(trial__in=Trial.objects.visible_to(user)) | Role.objects.filter(
        trial_site__in=TrialSite.objects.visible_to(user)
    )
    mine = Role.objects.editable_by(user).filter(person=person)
    return places.filter(person=person).exclude(pk__in=mine.values("pk")).active_on(dates.today()).count()


@people_view(ACT)
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Verified today, at the version that was seen."""
    found = get_active_person(request, pk)
    try:
        verify_person(found, author=request.user.actor, version=parse_int_or_400(request.POST.get("version", "")))
    except StaleVersion as error:
        if error.current.last_verified_on != dates.today():
            messages.warning(request, "This was changed since you looked, so it was not marked. Look again.")
    else:
        messages.success(request, "Verified today.")
    return redirect(found)


@people_view(BOTH)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is known. A stale form shows both versions, and nothing that was typed is lost."""
    found = get_active_person(request, pk)
    if request.method != "POST":
        form = ValuesForm(instance=found)
        return _edit_page(request, found, form, dump_digests(form, []))
    if conflict := _conflict(request, found):
        return _edit_page(request, found, ValuesForm(conflict.data, instance=found), conflict.digests, conflict)
    form = ValuesForm(request.POST, instance=found)
    if form.is_valid():
        try:
            edit_person(
                found, author=request.user.actor, version=parse_int_or_400(request.POST["version"]),
                reason=request.POST.get("why", "").strip()[:500], **form.cleaned_data,
            )  # fmt: skip
        except ValidationError as error:
            form.refuse(error)
        except StaleVersion:  # in the very moment between the look and the lock
            return redirect("person_edit", found.pk)
        else:
            messages.success(request, "Saved.")
            return redirect(found)
    return _edit_page(request, get_active_person(request, pk), form, request.POST.get("seen", ""))


def _conflict(request: HttpRequest, found):
    is_stale = request.POST.get("version") != str(found.version)
    return find_conflict(request.POST, ValuesForm(instance=found), [], is_stale=is_stale)


def _edit_page(request: HttpRequest, found, form, seen_values: str, conflict=None) -> HttpResponse:
    context = {
        "person": found,
        "form": form,
        "seen": seen_values,
        "conflict": conflict,
        "why": request.POST.get("why", ""),
    }
    return render(request, "contacts/edit.html", context, status=409 if conflict else 200)
