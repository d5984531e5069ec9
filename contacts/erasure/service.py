"""Erasing a person: all identifying values are removed; the roles remain without them."""

from collections.abc import Collection, Iterable
from contextlib import nullcontext
from datetime import date

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from common import contact_details, dates, degrees_and_job_titles, person_names
from contacts.erasure.erasers import ErasureRequest, run_erasers
from contacts.erasure.free_text import fields, patterns, search
from contacts.erasure.matches import (
    PersonMatch,
    PersonRecords,
    find_matches,
    person_values,
    suppression_signatures,
    with_merged_records,
)
from contacts.erasure.suppression_list import add_to_suppression_list
from contacts.models import PERSONAL_FIELDS, Erasure, Merge, Person, Role
from contacts.person_matching import ContactValues, is_person_name
from contacts.services.people import lock_person
from history.authorship import authored
from history.redaction import matching_rows_q, redact_events, redacted_values, redaction_context
from trials.models import Trial

_SHORTEST_WORD = 3


def may_erase(user, person: Person) -> bool:
    """Whether the user is an administrator, or coordinates every trial of the person and of certain matches."""
    if user.is_administrator:
        return True
    certain = [
        match.person for match in find_matches(person, load_value_history=_load_value_history) if match.is_certain
    ]
    trials = PersonRecords.for_people([*with_merged_records(person), *certain]).trials
    return bool(trials) and Trial.objects.editable_by(user).filter(pk__in=trials).count() == len(trials)


def find_editable_matches(user, person: Person) -> list[PersonMatch]:
    """The other contacts that are, or may be, the person, and that the user may edit."""
    matches = find_matches(person, load_value_history=_load_value_history)
    if user.is_administrator:
        return matches
    ids = [match.person.pk for match in matches]
    editable = set(Person.objects.editable_by(user).filter(pk__in=ids).values_list("pk", flat=True))
    return [match for match in matches if match.person.pk in editable]


@transaction.atomic
def erase_person(
    person: Person, *, reason: str, author: str, also: Collection[int] | None = None, redact_texts: bool = False
) -> Erasure:
    """Remove a person's values from every table, trail, document and received record; only digests remain.

    The person's roles end today. `also` are the ids of other contacts to erase; None erases all certain matches.
    Other contacts are unchanged, and imports still update them. `redact_texts` also redacts mentions in free text.
    ValidationError when the reason is missing or names the person, or when a record could not distinguish the person
    from a remaining contact.
    """
    records = _selected_records(person, also)
    # The importer takes the same locks before it reads the suppression list.
    list(Trial.objects.select_for_update(no_key=True).filter(pk__in=records.trials).order_by("pk").values_list("pk"))
    lock_person(person)
    records = _selected_records(person, also)
    values = _load_value_history(records.people)
    _validate_reason(reason, values)
    signatures = suppression_signatures(records, values)
    pattern = patterns.build_pattern(patterns.known_spellings(records.people)) if redact_texts else ""
    with authored(author, reason=reason):
        erasure = Erasure.objects.create(person=person, reason=reason, author=author)
        suppression_list = add_to_suppression_list(erasure, signatures)
        texts = _unique_texts(records, values)
        _clear_personal_fields(records.people, on=dates.today())
        run_erasers(
            ErasureRequest(
                people=frozenset(records.ids),
                trials=frozenset(records.trials),
                places=frozenset(records.places),
                texts=texts,
                suppression_list=suppression_list,
            )
        )
        _redact_free_text(pattern, trials=search.trial_ids_of(records.ids))
    return erasure


def _selected_records(person: Person, also: Collection[int] | None) -> PersonRecords:
    matches = find_matches(person, load_value_history=_load_value_history)
    if also is None:
        also = [match.person.pk for match in matches if match.is_certain]
    others = [match.person for match in matches if match.person.pk in also]
    return PersonRecords.for_people(
        [*with_merged_records(person), *(one for other in others for one in with_merged_records(other))]
    )


def _unique_texts(records: PersonRecords, values: Iterable[ContactValues]) -> frozenset[str]:
    """Full names, and e-mail addresses and phone numbers that no remaining contact has; no job titles."""
    others = Person.objects.present().exclude(pk__in=records.ids)
    names = {row.name for row in values if is_person_name(row.name) and person_names.parse_name(row.name).is_full}
    texts = names | {" ".join(person_names.parse_name(name).words) for name in names}
    texts |= {row.email for row in values if row.email and not others.filter(email__iexact=row.email).exists()}
    texts |= {
        row.phone
        for row in values
        if contact_details.digits_of(row.phone) and not others.filter(phone=row.phone).exists()
    }
    return frozenset(text.strip() for text in texts if text.strip())


def _load_value_history(people: Iterable[Person]) -> set[ContactValues]:
    """The present and former values of these contacts, from the trail of personal values."""
    people = list(people)
    trail = _value_events(Person).filter(pgh_obj_id__in=[person.pk for person in people])
    return {*map(person_values, people), *(ContactValues(*row) for row in trail.values_list("name", "phone", "email"))}


def _value_events(model):
    return model.values_trail.rel.related_model.objects


def _validate_reason(reason: str, values: Iterable[ContactValues]) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "Enter a reason without naming the person."})
    reason_words = _words(reason)
    name_words = {word for name, _, email in values for word in _words(f"{name} {email}")}
    name_words = {word for word in name_words if not degrees_and_job_titles.is_job_title(word)}
    if any(len(word) >= _SHORTEST_WORD and word in reason_words for word in name_words):
        raise ValidationError(
            {"reason": "This reason names the person, but the reason is kept. Enter it without the name."}
        )


def _words(text: str) -> set[str]:
    return {word.strip(".,;:()<>").casefold() for word in text.split()}


def _clear_personal_fields(people: list[Person], *, on: date) -> None:
    """Empty the rows, then delete the trails of their values, to which emptying has added events."""
    roles = Role.objects.filter(Q(ends_before__isnull=True) | Q(ends_before__gt=on), person__in=people)
    roles.filter(starts_on__gt=on).update(ends_before=F("starts_on"))
    roles.filter(Q(starts_on__isnull=True) | Q(starts_on__lte=on)).update(ends_before=on)
    ids = [person.pk for person in people]
    Person.objects.filter(pk__in=ids).update(
        **dict.fromkeys(PERSONAL_FIELDS, ""), last_verified_on=None, erased_at=timezone.now()
    )
    _value_events(Person).filter(pgh_obj_id__in=ids).delete()
    merges = Merge.objects.filter(Q(surviving__in=ids) | Q(merged__in=ids))
    merge_ids = list(merges.values_list("pk", flat=True))
    merges.update(values_before={}, values_chosen={})
    _value_events(Merge).filter(pgh_obj_id__in=merge_ids).delete()


def _redact_free_text(pattern: str, *, trials: Collection[int]) -> None:
    """Replace all matches of the pattern, in records of these trials only.

    Texts that are edited by hand keep their present value; their former values are redacted.
    """
    if not pattern:
        return
    with redaction_context(pattern):
        for field in fields.registered_free_text():
            if field.is_redactable:
                _redact_rows(field, pattern)
            redact_events(field.model, field.fields, pattern, within=field.events_within_trials(trials))


def _redact_rows(field: fields.FreeTextColumns, pattern: str) -> None:
    rows = field.model._base_manager.filter(matching_rows_q(field.model, field.fields, pattern))
    with pgtrigger.ignore(*field.guards) if field.guards else nullcontext():
        rows.update(**redacted_values(field.model, field.fields, pattern))
