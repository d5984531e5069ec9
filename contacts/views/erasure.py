"""Erasing a person, with the matching contacts, the texts that mention the person, and a typed confirmation."""

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
    """For administrators and coordinators of all the person's trials; a second POST redirects to the erased person."""
    person = get_person(request, pk)
    if person.erased_at:
        return redirect(person)
    if person.merged_into_id or not may_erase(request.user, person):
        raise Http404
    matches = find_editable_matches(request.user, person)
    own = list(with_merged_records(person))
    selected = _selected_people(request, matches)
    search = find_free_text_mentions([*own, *selected], request.user)
    form = ErasureForm(request.POST or None, matches=matches, mentions=search if may_redact(request.user) else None)
    if request.method == "POST" and form.is_valid() and _erase(request, person, form, search):
        return redirect(person)
    roles = Role.objects.filter(person__in=own).with_place().order_by("pk")
    context = {"person": person, "form": form, "roles": roles, "search": search}
    return render(request, "contacts/erase.html", context)


def _selected_people(request: HttpRequest, matches: list[Match]) -> list[Person]:
    """The other contacts that the form selects; on the first page the certain matches."""
    selected = set(request.POST.getlist("also"))
    is_post = request.method == "POST"
    return [one.person for one in matches if (str(one.person.pk) in selected if is_post else one.is_certain)]


def _erase(request: HttpRequest, person: Person, form: ErasureForm, mentions: FreeTextMentions) -> bool:
    values = {name: form.cleaned_data[name] for name in ("reason", "redact_texts") if name in form.cleaned_data}
    also = {int(pk) for pk in form.cleaned_data["also"]}
    try:
        erase_person(person, author=request.user.actor, also=also, **values)
    except ValidationError as error:
        form.refuse(error)
        return False
    remaining = store_remaining_mentions(request, person, mentions)
    messages.success(request, "Person erased. Some texts still mention this person." if remaining else "Person erased.")
    return True
