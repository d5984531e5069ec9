"""Erasing a person, after asking twice."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from contacts.forms import ErasureForm
from contacts.models import Role
from contacts.services import erase_person, may_erase
from contacts.services.erasing import entries_erased_with
from contacts.views.scope import BOTH, people_page, person_of


@people_page(BOTH)
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Only for administrators and the coordinators of all the person's trials; a second post finds it done."""
    person = person_of(request, pk)
    if person.erased_at:
        return redirect(person)
    if person.merged_into_id or not may_erase(request.user, person):
        raise Http404
    form = ErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            erase_person(person, reason=form.cleaned_data["reason"], author=request.user.actor)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, "Erased.")
            return redirect(person)
    others = [one for one in entries_erased_with(person) if one.pk != person.pk]
    roles = Role.objects.filter(person__in=[person, *others]).count()
    return render(request, "contacts/erase.html", {"person": person, "form": form, "others": others, "roles": roles})
