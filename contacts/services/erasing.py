"""Erasing a person: nothing that tells who they were stays, but that somebody held the roles."""

from collections.abc import Collection, Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from common import dates
from contacts.entries import Values, entries_of, values_of
from contacts.erased import remember
from contacts.erasers import Removal, erase_everywhere
from contacts.identity import is_function
from contacts.models import PERSONAL, Erasure, Merge, Person, Role
from contacts.services.keeping import locked
from contacts.texts.blacking import black_out
from contacts.texts.finding import trials_of
from contacts.texts.sharing import their_own
from contacts.texts.spelling import Said, Spelling, all_spellings, pattern_of
from history.authorship import authored
from trials.models import Trial

_SHORTEST_WORD = 3


def may_erase(user, person: Person) -> bool:
    """Administrators; and whoever coordinates every trial in which the person is named."""
    if user.is_administrator:
        return True
    trials = entries_of(person, values_ever=_values_ever).trials
    return bool(trials) and Trial.objects.editable_by(user).filter(pk__in=trials).count() == len(trials)


def entries_erased_with(person: Person) -> list[Person]:
    """The entries that an erasure of this one takes along, itself among them."""
    return entries_of(person, values_ever=_values_ever).people


def spellings_ever(people: Collection[Person]) -> list[Spelling]:
    """By what texts name these entries' person, now or formerly."""
    ids = [person.pk for person in people]
    rows = [Person.objects.filter(pk__in=ids), _trail_of_values(Person).filter(pgh_obj_id__in=ids)]
    said = {Said(*values) for one in rows for values in one.order_by().values_list(*Said._fields)}
    return their_own(all_spellings(said), people)


def may_black_out(user) -> bool:
    """The trail is everybody's: administrators only."""
    return user.is_administrator


@transaction.atomic
def erase_person(person: Person, *, reason: str, author: str, and_black_out: bool = False) -> Erasure:
    """Remove a person's values from every table, trail, document and received record, and know them by digests only.

    Their roles end today. Entries that no record could tell from this one go as well. `and_black_out` takes them out
    of what people wrote, too. ValidationError when the reason is missing or names the person.
    """
    entries = entries_of(person, values_ever=_values_ever)
    # The importer takes the same locks before it asks who was erased.
    list(Trial.objects.select_for_update(no_key=True).filter(pk__in=entries.trials).order_by("pk").values_list("pk"))
    locked(person)
    entries = entries_of(person, values_ever=_values_ever)
    values = _values_ever(entries.people)
    _demand_reason(reason, values)
    named_by = pattern_of(spellings_ever(entries.people)) if and_black_out else ""
    with authored(author, reason=reason):
        erasure = Erasure.objects.create(person=person, reason=reason, author=author)
        erased = remember(erasure, entries.signs(values))
        _empty(entries.people, on=dates.today())
        erase_everywhere(
            Removal(
                people=frozenset(one.pk for one in entries.people),
                trials=frozenset(entries.trials),
                places=frozenset(entries.places),
                texts=frozenset(text for said in values for text in said if text.strip()),
                erased=erased,
            )
        )
        black_out(named_by, trials=trials_of([entry.pk for entry in entries.people]))
    return erasure


def _values_ever(people: Iterable[Person]) -> set[Values]:
    """What the entries say and ever said: the trail of personal values is read for nothing else."""
    people = list(people)
    trail = _trail_of_values(Person).filter(pgh_obj_id__in=[person.pk for person in people])
    return {*map(values_of, people), *trail.values_list("name", "phone", "email")}


def _trail_of_values(model):
    return model.values_trail.rel.related_model.objects


def _demand_reason(reason: str, values: Iterable[Values]) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "Say why, without naming the person."})
    said = _words(reason)
    named = {word for name, _, email in values for word in _words(f"{name} {email}")}
    named = {word for word in named if not is_function(word)}
    if any(len(word) >= _SHORTEST_WORD and word in said for word in named):
        raise ValidationError({"reason": "This reason names the person, and it is kept. Say it without the name."})


def _words(text: str) -> set[str]:
    return {word.strip(".,;:()<>").casefold() for word in text.split()}


def _empty(people: list[Person], *, on: date) -> None:
    """The rows, then the trails of their values, which the emptying itself has added to."""
    held = Role.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), person__in=people)
    held.filter(starts_on__gt=on).update(ends_on=F("starts_on"))
    held.filter(Q(starts_on__isnull=True) | Q(starts_on__lte=on)).update(ends_on=on)
    ids = [person.pk for person in people]
    Person.objects.filter(pk__in=ids).update(
        **dict.fromkeys(PERSONAL, ""), last_verified_on=None, erased_at=timezone.now()
    )
    _trail_of_values(Person).filter(pgh_obj_id__in=ids).delete()
    merges = Merge.objects.filter(Q(kept__in=ids) | Q(merged__in=ids))
    merge_ids = list(merges.values_list("pk", flat=True))
    merges.update(values_before={}, values_chosen={})
    _trail_of_values(Merge).filter(pgh_obj_id__in=merge_ids).delete()
