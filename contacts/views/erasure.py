"""Erasing a person, after showing which texts name them and asking twice."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from contacts.erasure.entries import Match, with_merged_records
from contacts.erasure.service import erase_person, find_editable_matches, may_erase, may_redact
from contacts.forms import ErasureForm
from contacts.models import Person, Role
from contacts.views.access import BOTH, get_person, people_view
from contacts.views.free_text import FreeTextMentions, find_free_text_mentions, store_remaining_mentions


@people_view(BOTH)
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Only for administrators and the coordinators of all the person's trials; a second post finds it done."""
    person = get_person(request, pk)
    if person.erased_at:
        return redirect(person)
    if person.merged_into_id or not may_erase(request.user, person):
        raise Http404
    matches = find_editable_matches(request.user, person)
    own = list(with_merged_records(person))
    chosen = _selected_people(request, matches)
    naming = find_free_text_mentions([*own, *chosen], request.user)
    form = ErasureForm(request.POST or None, matches=matches, mentions=naming if may_redact(request.user) else None)
    if request.method == "POST" and form.is_valid() and _erase(request, person, form, naming):
        return redirect(person)
    roles = Role.objects.filter(person__in=own).with_place().order_by("pk")
    context = {"person": person, "form": form, "roles": roles, "naming": naming}
    return render(request, "contacts/erase.html", context)


def _selected_people(request: HttpRequest, matches: list[Match]) -> list[Person]:
    """The other entries that are ticked, or that the page ticks at first."""
    ticked = set(request.POST.getlist("also"))
    is_sent = request.method == "POST"
    return [one.person for one in matches if (str(one.person.pk) in ticked if is_sent else one.is_certain)]


def _erase(request: HttpRequest, person: Person, form: ErasureForm, mentions: FreeTextMentions) -> bool:
    said = {name: form.cleaned_data[name] for name in ("reason", "and_black_out") if name in form.cleaned_data}
    also = {int(pk) for pk in form.cleaned_data["also"]}
    try:
        erase_person(person, author=request.user.actor, also=also, **said)
    except ValidationError as error:
        form.refuse(error)
        return False
    left = store_remaining_mentions(request, person, mentions)
    messages.success(request, "Erased. Some texts still name them." if left else "Erased.")
    return True
