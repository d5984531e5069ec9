"""Two people changed the same page: both versions side by side, and a form in which nothing is lost.

Field by field: what only the other one changed is taken over, what this one changed stays as typed, what both changed
stays as typed and is marked. Saving the page again then begins from the present version.

What a person was shown, what they send, and what is there now: three states of one page of forms.

Each state is a plain value: for every field the texts that a browser would send for it. So they can be compared field
by field whatever the widget, and the page need carry no more than a digest of each to know later who changed what.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django import forms
from django.utils.text import capfirst

OWN_FIELDS = frozenset({"why", "DELETE", "ORDER"})

Values = dict[str, list[str]]


@dataclass
class Row:
    """One entry of an inline list; `pk` is "" for a new one."""

    pk: str
    values: Values
    is_deleted: bool = False


@dataclass
class State:
    """The fields of the page's form, and the rows of its inline lists by prefix."""

    fields: Values
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def digests(self) -> dict:
        """What the page carries: a short digest of every field and of every saved row."""
        return {
            "fields": {name: digest(texts) for name, texts in self.fields.items()},
            "rows": {
                prefix: {row.pk: digest(row.values) for row in rows if row.pk} for prefix, rows in self.rows.items()
            },
        }


def digest(values) -> str:
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def state_shown(form: forms.ModelForm, formsets) -> State:
    """What unbound forms show, as it would come back."""
    rows = {
        formset.prefix: [Row(str(one.instance.pk), values_shown(one)) for one in formset.initial_forms]
        for formset in formsets
    }
    return State(values_shown(form), rows)


def state_sent(data, form: forms.ModelForm, formsets) -> State:
    """What came back for the same forms."""
    return State(values_sent(form, data, ""), {formset.prefix: _rows_sent(formset, data) for formset in formsets})


def values_shown(form: forms.BaseForm) -> Values:
    return {name: shown(form, name) for name in _names(form)}


def values_sent(form: forms.BaseForm, data, prefix: str) -> Values:
    return {name: sent(form.fields[name], data.getlist(f"{prefix}{name}")) for name in _names(form)}


def shown(form: forms.BaseForm, name: str) -> list[str]:
    """The texts that a browser sends back for an untouched field."""
    asked = form.fields[name]
    widget = getattr(asked.widget, "widget", asked.widget)
    value = asked.prepare_value(form.get_initial_for_field(asked, name))
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if widget.check_test(value) else []
    texts = widget.format_value(value)
    return sent(asked, texts if isinstance(texts, list) else [texts])


def sent(asked: forms.Field, texts: list) -> list[str]:
    """Without what browsers add: \\r before \\n, and the order of ticked boxes."""
    plain = [str(text).replace("\r\n", "\n").replace("\r", "\n") for text in texts if text not in (None, "")]
    return sorted(plain) if isinstance(asked, forms.MultipleChoiceField) else plain


def _names(form: forms.BaseForm) -> list[str]:
    keys = {OWN_FIELDS, frozenset({form._meta.model._meta.pk.name})} if hasattr(form, "_meta") else {OWN_FIELDS}
    skipped = frozenset().union(*keys)
    return [
        name
        for name, asked in form.fields.items()
        if name not in skipped and not isinstance(asked, forms.models.InlineForeignKeyField)
    ]


def _rows_sent(formset, data) -> list[Row]:
    key = formset.model._meta.pk.name
    sample = formset.empty_form
    rows = []
    for number in range(_count(data.get(f"{formset.prefix}-TOTAL_FORMS"))):
        prefix = f"{formset.prefix}-{number}-"
        deleted = bool(data.get(f"{prefix}DELETE"))
        rows.append(Row(data.get(f"{prefix}{key}", ""), values_sent(sample, data, prefix), deleted))
    return rows


def is_number(text: str) -> bool:
    """Whether it is a key or a count as our own pages write them."""
    return text.isascii() and text.isdigit() and len(text) <= 18


def _count(text: str | None) -> int:
    return min(int(text), 2000) if text and is_number(text) else 0


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
