"""Erasing a person: nothing that tells who they were stays, but that somebody held the roles."""

from collections.abc import Collection, Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from common import dates
from common.credentials import is_job_title
from common.person_names import parse_name
from common.phone_numbers import digits_of
from contacts.erasure.entries import (
    Match,
    PersonRecords,
    find_matches,
    person_values,
    suppression_signatures,
    with_merged_records,
)
from contacts.erasure.free_text.patterns import PersonValues, Spelling, all_spellings, build_pattern, unique_spellings
from contacts.erasure.free_text.redaction import redact_free_text
from contacts.erasure.free_text.search import trial_ids_of
from contacts.erasure.registry import ErasureRequest, run_erasers
from contacts.erasure.suppression_list import add_to_suppression_list
from contacts.models import PERSONAL, Erasure, Merge, Person, Role
from contacts.person_matching import Values, is_person_name
from contacts.services.people import lock_person
from history.authorship import authored
from trials.models import Trial

_SHORTEST_WORD = 3


def may_erase(user, person: Person) -> bool:
    """Administrators; and whoever coordinates every trial in which the person is named as far as a record can tell."""
    if user.is_administrator:
        return True
    certain = [
        match.person for match in find_matches(person, load_value_history=_load_value_history) if match.is_certain
    ]
    trials = PersonRecords.for_people([*with_merged_records(person), *certain]).trials
    return bool(trials) and Trial.objects.editable_by(user).filter(pk__in=trials).count() == len(trials)


def find_editable_matches(user, person: Person) -> list[Match]:
    """The other entries that are, or may be, the person, as far as the user may edit them."""
    found = find_matches(person, load_value_history=_load_value_history)
    if user.is_administrator:
        return found
    ids = [match.person.pk for match in found]
    mine = set(Person.objects.editable_by(user).filter(pk__in=ids).values_list("pk", flat=True))
    return [match for match in found if match.person.pk in mine]


def all_known_spellings(people: Collection[Person]) -> list[Spelling]:
    """By what texts name these entries' person, now or formerly."""
    ids = [person.pk for person in people]
    rows = [Person.objects.filter(pk__in=ids), _value_events(Person).filter(pgh_obj_id__in=ids)]
    said = {PersonValues(*values) for one in rows for values in one.order_by().values_list(*PersonValues._fields)}
    return unique_spellings(all_spellings(said), people)


def may_redact(user) -> bool:
    """The trail is everybody's: administrators only."""
    return user.is_administrator


@transaction.atomic
def erase_person(
    person: Person, *, reason: str, author: str, also: Collection[int] | None = None, redact_texts: bool = False
) -> Erasure:
    """Remove a person's values from every table, trail, document and received record, and know them by digests only.

    Their roles end today. `also` are the ids of the other entries that go as well; None: those that no record could
    tell from this one. What stays is not touched, and a later import brings it in as ever. `and_black_out` takes the
    person out of what people wrote, too. ValidationError when the reason is missing or names the person, and when a
    record could not tell the person from an entry that stays.
    """
    entries = _selected_records(person, also)
    # The importer takes the same locks before it asks who was erased.
    list(Trial.objects.select_for_update(no_key=True).filter(pk__in=entries.trials).order_by("pk").values_list("pk"))
    lock_person(person)
    entries = _selected_records(person, also)
    values = _load_value_history(entries.people)
    _validate_reason(reason, values)
    signatures = suppression_signatures(entries, values)
    named_by = build_pattern(all_known_spellings(entries.people)) if redact_texts else ""
    with authored(author, reason=reason):
        erasure = Erasure.objects.create(person=person, reason=reason, author=author)
        erased = add_to_suppression_list(erasure, signatures)
        texts = _unique_texts(entries, values)
        _clear_personal_fields(entries.people, on=dates.today())
        run_erasers(
            ErasureRequest(
                people=frozenset(entries.ids),
                trials=frozenset(entries.trials),
                places=frozenset(entries.places),
                texts=texts,
                suppression_list=erased,
            )
        )
        redact_free_text(named_by, trials=trial_ids_of(entries.ids))
    return erasure


def _selected_records(person: Person, also: Collection[int] | None) -> PersonRecords:
    matches = find_matches(person, load_value_history=_load_value_history)
    if also is None:
        also = [match.person.pk for match in matches if match.is_certain]
    others = [match.person for match in matches if match.person.pk in also]
    return PersonRecords.for_people(
        [*with_merged_records(person), *(one for other in others for one in with_merged_records(other))]
    )


def _unique_texts(entries: PersonRecords, values: Iterable[Values]) -> frozenset[str]:
    """Names, addresses and numbers that tell of nobody else: no function, no family name alone, nothing shared."""
    stays = Person.objects.present().exclude(pk__in=entries.ids)
    names = {said.name for said in values if is_person_name(said.name) and parse_name(said.name).is_full}
    texts = names | {" ".join(parse_name(name).words) for name in names}
    texts |= {said.email for said in values if said.email and not stays.filter(email__iexact=said.email).exists()}
    texts |= {said.phone for said in values if digits_of(said.phone) and not stays.filter(phone=said.phone).exists()}
    return frozenset(text.strip() for text in texts if text.strip())


def _load_value_history(people: Iterable[Person]) -> set[Values]:
    """What the entries say and ever said: the trail of personal values is read for nothing else."""
    people = list(people)
    trail = _value_events(Person).filter(pgh_obj_id__in=[person.pk for person in people])
    return {*map(person_values, people), *(Values(*row) for row in trail.values_list("name", "phone", "email"))}


def _value_events(model):
    return model.values_trail.rel.related_model.objects


def _validate_reason(reason: str, values: Iterable[Values]) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "Say why, without naming the person."})
    said = _words(reason)
    named = {word for name, _, email in values for word in _words(f"{name} {email}")}
    named = {word for word in named if not is_job_title(word)}
    if any(len(word) >= _SHORTEST_WORD and word in said for word in named):
        raise ValidationError({"reason": "This reason names the person, and it is kept. Say it without the name."})


def _words(text: str) -> set[str]:
    return {word.strip(".,;:()<>").casefold() for word in text.split()}


def _clear_personal_fields(people: list[Person], *, on: date) -> None:
    """The rows, then the trails of their values, which the emptying itself has added to."""
    held = Role.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), person__in=people)
    held.filter(starts_on__gt=on).update(ends_on=F("starts_on"))
    held.filter(Q(starts_on__isnull=True) | Q(starts_on__lte=on)).update(ends_on=on)
    ids = [person.pk for person in people]
    Person.objects.filter(pk__in=ids).update(
        **dict.fromkeys(PERSONAL, ""), last_verified_on=None, erased_at=timezone.now()
    )
    _value_events(Person).filter(pgh_obj_id__in=ids).delete()
    merges = Merge.objects.filter(Q(kept__in=ids) | Q(merged__in=ids))
    merge_ids = list(merges.values_list("pk", flat=True))
    merges.update(values_before={}, values_chosen={})
    _value_events(Merge).filter(pgh_obj_id__in=merge_ids).delete()
