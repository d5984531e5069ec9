"""Erasing a person, with the matching contacts, the texts that mention the person, and a typed confirmation.

Mentions that remain are listed for the user who erased; the session stores tables and keys, no personal value.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from contacts.erasure.free_text.patterns import Spelling, build_pattern, has_namesake, known_spellings
from contacts.erasure.free_text.search import MENTIONS_SHOWN, Mention, TextLocation, find_mentions, load_mentions
from contacts.erasure.matches import PersonMatch, with_merged_records
from contacts.erasure.service import erase_person, find_editable_matches, may_erase
from contacts.forms import ErasureForm
from contacts.models import Person, Role
from contacts.views.decorators import BOTH, get_person, people_view

_SESSION_KEY = "remaining_mentions"


@dataclass(frozen=True)
class FreeTextMentions:
    """The spellings that were searched, all locations, and the mentions that are shown."""

    people: list[int]
    spellings: list[Spelling]
    places: list[TextLocation]
    mentions: list[Mention]
    has_namesake: bool

    @property
    def more(self) -> int:
        return len(self.places) - len(self.mentions)

    @property
    def can_be_redacted(self) -> bool:
        """Whether one mention is redactable; those to edit by hand are listed first."""
        return any(one.is_redactable for one in self.mentions) or self.more > 0

    @property
    def pattern(self) -> str:
        return build_pattern(self.spellings)


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
    search = _find_free_text_mentions([*own, *selected], request.user)
    may_redact = request.user.is_administrator  # redaction changes the history of all users
    form = ErasureForm(request.POST or None, matches=matches, mentions=search if may_redact else None)
    if request.method == "POST" and form.is_valid() and _erase(request, person, form, search):
        return redirect(person)
    roles = Role.objects.filter(person__in=own).with_place().order_by("pk")
    context = {"person": person, "form": form, "roles": roles, "search": search}
    return render(request, "contacts/erase.html", context)


def _selected_people(request: HttpRequest, matches: list[PersonMatch]) -> list[Person]:
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
    remaining = _store_remaining_mentions(request, person, mentions)
    messages.success(request, "Person erased. Some texts still mention this person." if remaining else "Person erased.")
    return True


def _find_free_text_mentions(people: Collection[Person], user) -> FreeTextMentions:
    """The mentions of these contacts in texts that the user may read."""
    spellings, ids = known_spellings(people), [person.pk for person in people]
    pattern = build_pattern(spellings)
    places = find_mentions(pattern, user, people=ids, is_before_erasure=True)
    mentions = load_mentions(places[:MENTIONS_SHOWN], user, pattern=pattern)
    return FreeTextMentions(ids, spellings, places, mentions, has_namesake(spellings, people))


def _store_remaining_mentions(request: HttpRequest, person: Person, mentions_before: FreeTextMentions) -> int:
    """Search again after the erasure, store the locations in the session, and return their number."""
    pattern = mentions_before.pattern
    places = find_mentions(pattern, request.user, people=mentions_before.people, is_before_erasure=False)
    shown = [one.place for one in load_mentions(places[:MENTIONS_SHOWN], request.user, pattern=pattern)]
    if places:
        request.session[_SESSION_KEY] = request.session.get(_SESSION_KEY, {}) | {str(person.pk): [len(places), shown]}
    return len(places)


def remaining_mentions(request: HttpRequest, person: Person) -> dict:
    """The context of an erased person's page: mentions for the user who erased, else none."""
    total, stored = request.session.get(_SESSION_KEY, {}).get(str(person.pk), (0, []))
    mentions = load_mentions([TextLocation(*place) for place in stored], request.user) if stored else []
    return {"remaining": mentions, "more_remaining": total - len(stored)}
