"""Erasing a person: nothing that tells who they were stays, but that somebody held the roles."""

from collections.abc import Collection, Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from common import dates
from common.credentials import is_function
from common.person_names import parse_name
from common.phone_numbers import digits_of
from contacts.erasure.entries import Entries, Match, matches_of, remembered_signatures, values_of, with_tombstones
from contacts.erasure.free_text.patterns import Said, Spelling, all_spellings, pattern_of, their_own
from contacts.erasure.free_text.redaction import black_out
from contacts.erasure.free_text.search import trials_of
from contacts.erasure.registry import Removal, erase_everywhere
from contacts.erasure.suppression_list import remember
from contacts.models import PERSONAL, Erasure, Merge, Person, Role
from contacts.person_matching import Values, is_person_name
from contacts.services.people import locked
from history.authorship import authored
from trials.models import Trial

_SHORTEST_WORD = 3


def may_erase(user, person: Person) -> bool:
    """Administrators; and whoever coordinates every trial in which the person is named as far as a record can tell."""
    if user.is_administrator:
        return True
    certain = [match.person for match in matches_of(person, values_ever=_values_ever) if match.is_certain]
    trials = Entries.of([*with_tombstones(person), *certain]).trials
    return bool(trials) and Trial.objects.editable_by(user).filter(pk__in=trials).count() == len(trials)


def matches_for(user, person: Person) -> list[Match]:
    """The other entries that are, or may be, the person, as far as the user may edit them."""
    found = matches_of(person, values_ever=_values_ever)
    if user.is_administrator:
        return found
    ids = [match.person.pk for match in found]
    mine = set(Person.objects.editable_by(user).filter(pk__in=ids).values_list("pk", flat=True))
    return [match for match in found if match.person.pk in mine]


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
def erase_person(
    person: Person, *, reason: str, author: str, also: Collection[int] | None = None, and_black_out: bool = False
) -> Erasure:
    """Remove a person's values from every table, trail, document and received record, and know them by digests only.

    Their roles end today. `also` are the ids of the other entries that go as well; None: those that no record could
    tell from this one. What stays is not touched, and a later import brings it in as ever. `and_black_out` takes the
    person out of what people wrote, too. ValidationError when the reason is missing or names the person, and when a
    record could not tell the person from an entry that stays.
    """
    entries = _chosen(person, also)
    # The importer takes the same locks before it asks who was erased.
    list(Trial.objects.select_for_update(no_key=True).filter(pk__in=entries.trials).order_by("pk").values_list("pk"))
    locked(person)
    entries = _chosen(person, also)
    values = _values_ever(entries.people)
    _demand_reason(reason, values)
    signatures = remembered_signatures(entries, values)
    named_by = pattern_of(spellings_ever(entries.people)) if and_black_out else ""
    with authored(author, reason=reason):
        erasure = Erasure.objects.create(person=person, reason=reason, author=author)
        erased = remember(erasure, signatures)
        texts = _texts_of_their_own(entries, values)
        _empty(entries.people, on=dates.today())
        erase_everywhere(
            Removal(
                people=frozenset(entries.ids),
                trials=frozenset(entries.trials),
                places=frozenset(entries.places),
                texts=texts,
                erased=erased,
            )
        )
        black_out(named_by, trials=trials_of(entries.ids))
    return erasure


def _chosen(person: Person, also: Collection[int] | None) -> Entries:
    matches = matches_of(person, values_ever=_values_ever)
    if also is None:
        also = [match.person.pk for match in matches if match.is_certain]
    others = [match.person for match in matches if match.person.pk in also]
    return Entries.of([*with_tombstones(person), *(one for other in others for one in with_tombstones(other))])


def _texts_of_their_own(entries: Entries, values: Iterable[Values]) -> frozenset[str]:
    """Names, addresses and numbers that tell of nobody else: no function, no family name alone, nothing shared."""
    stays = Person.objects.present().exclude(pk__in=entries.ids)
    names = {said.name for said in values if is_person_name(said.name) and parse_name(said.name).is_full}
    texts = names | {" ".join(parse_name(name).words) for name in names}
    texts |= {said.email for said in values if said.email and not stays.filter(email__iexact=said.email).exists()}
    texts |= {said.phone for said in values if digits_of(said.phone) and not stays.filter(phone=said.phone).exists()}
    return frozenset(text.strip() for text in texts if text.strip())


def _values_ever(people: Iterable[Person]) -> set[Values]:
    """What the entries say and ever said: the trail of personal values is read for nothing else."""
    people = list(people)
    trail = _trail_of_values(Person).filter(pgh_obj_id__in=[person.pk for person in people])
    return {*map(values_of, people), *(Values(*row) for row in trail.values_list("name", "phone", "email"))}


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
