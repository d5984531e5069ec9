"""Two people changed the same page: both versions side by side, and a form in which nothing is lost.

Field by field: what only the other one changed is taken over, what this one changed stays as typed, what both changed
stays as typed and is marked. Saving the page again then begins from the present version.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.text import capfirst

from history.editing import Row, State, Values, digest, is_number, state_sent, state_shown, values_shown


@dataclass(frozen=True)
class Difference:
    """One field or row in both versions, in words; `is_mine`: the form now holds this person's."""

    label: str
    mine: str
    theirs: str
    is_mine: bool
    is_clash: bool


@dataclass
class Conflict:
    differences: list[Difference]
    data: object
    """The data to show the form with: this person's, and the other's where this one changed nothing."""
    seen: str
    """What the page carries from now on."""


def seen_by(form, formsets) -> str:
    """The page's hidden memory of what it shows."""
    return json.dumps(state_shown(form, formsets).digests(), separators=(",", ":"))


def find_conflict(data, form, formsets, *, is_stale: bool) -> Conflict | None:
    """None when what the page showed is what is there now. `form` and `formsets` are unbound, of the present rows.

    `is_stale`: the row's version differs, whatever the fields say.
    """
    theirs = state_shown(form, formsets)
    seen = _read(data.get("seen"))
    if not is_stale and seen in (None, theirs.digests()):
        return None
    seen = seen or {"fields": {}, "rows": {}}
    mine = state_sent(data, form, formsets)
    merged = data.copy()
    differences = [*_fields(form, seen["fields"], mine.fields, theirs.fields, merged)]
    for formset in formsets:
        differences += _rows(formset, seen["rows"].get(formset.prefix, {}), mine, theirs, merged)
    return Conflict(differences, merged, json.dumps(theirs.digests(), separators=(",", ":")))


def _read(text: str | None) -> dict | None:
    try:
        seen = json.loads(text or "")
        return {"fields": dict(seen["fields"]), "rows": {key: dict(rows) for key, rows in seen["rows"].items()}}
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _fields(form, seen: dict, mine: Values, theirs: Values, merged) -> Iterator[Difference]:
    for name, ours in mine.items():
        is_mine = digest(ours) != seen.get(name)
        if not is_mine:
            merged.setlist(name, theirs[name])
        if ours != theirs[name]:
            is_clash = is_mine and digest(theirs[name]) != seen.get(name)
            label = str(form[name].label)
            yield Difference(label, in_words(form, name, ours), in_words(form, name, theirs[name]), is_mine, is_clash)


def _rows(formset, seen: dict, mine: State, theirs: State, merged) -> list[Difference]:
    present = {row.pk: row for row in theirs.rows[formset.prefix]}
    sent = {row.pk: row for row in mine.rows[formset.prefix] if row.pk}
    blank = values_shown(formset.empty_form)
    added = [row for row in mine.rows[formset.prefix] if not row.pk and row.values != blank]
    kept, differences = [], []
    for pk, row in present.items():
        own = sent.get(pk)
        is_mine = own is not None and (own.is_deleted or digest(own.values) != seen.get(pk))
        kept.append(own if is_mine else row)
        if own is None or own.is_deleted or own.values != row.values:
            is_clash = is_mine and digest(row.values) != seen.get(pk)
            differences.append(_difference(formset, own, row, is_mine, is_clash))
    for pk, own in sent.items():
        if pk not in present and not own.is_deleted:
            is_mine = digest(own.values) != seen.get(pk)
            added += [own] if is_mine else []
            differences.append(_difference(formset, own, None, is_mine, is_mine))
    _write(formset, kept, added, merged)
    return differences


def _difference(formset, own: Row | None, row: Row | None, is_mine: bool, is_clash: bool) -> Difference:
    label = capfirst(formset.model._meta.verbose_name)
    return Difference(label, _row_in_words(formset, own), _row_in_words(formset, row), is_mine, is_clash)


def _row_in_words(formset, row: Row | None) -> str:
    if row is None:
        return "Not there"
    if row.is_deleted:
        return "Deleted"
    form = formset.empty_form
    told = ((form[name].label, in_words(form, name, texts)) for name, texts in row.values.items() if texts)
    return "\n".join(f"{label}: {words}" for label, words in told)


def _write(formset, kept: Iterable[Row], added: Iterable[Row], merged) -> None:
    """The inline list anew: the rows that are there, then this person's new ones."""
    prefix, meta = formset.prefix, formset.model._meta
    for name in [name for name in merged if name.startswith(f"{prefix}-") and is_number(name[len(prefix) + 1 :][:1])]:
        del merged[name]
    kept, added = list(kept), list(added)
    for number, row in enumerate([*kept, *added]):
        for name, texts in row.values.items():
            merged.setlist(f"{prefix}-{number}-{name}", texts)
        merged[f"{prefix}-{number}-{meta.pk.name}"] = row.pk if number < len(kept) else ""
        merged[f"{prefix}-{number}-{formset.fk.name}"] = str(formset.instance.pk)
        if row.is_deleted:
            merged[f"{prefix}-{number}-DELETE"] = "on"
    merged[f"{prefix}-TOTAL_FORMS"] = str(len(kept) + len(added))
    merged[f"{prefix}-INITIAL_FORMS"] = str(len(kept))


def in_words(form, name: str, texts: list[str]) -> str:
    """A field's texts as people read them."""
    asked = form.fields[name]
    if hasattr(asked, "queryset"):
        return ", ".join(str(row) for row in asked.queryset.filter(pk__in=[text for text in texts if is_number(text)]))
    known = {str(value): str(label) for value, label in getattr(asked, "choices", ())}
    return ", ".join(known.get(text, text) for text in texts)
