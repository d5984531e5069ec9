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
class InlineRow:
    """One entry of an inline list; `pk` is "" for a new one."""

    pk: str
    values: Values
    is_deleted: bool = False


@dataclass
class FormState:
    """The fields of the page's form, and the rows of its inline lists by prefix."""

    fields: Values
    rows: dict[str, list[InlineRow]] = field(default_factory=dict)

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


def initial_state(form: forms.ModelForm, formsets) -> FormState:
    """What unbound forms show, as it would come back."""
    rows = {
        formset.prefix: [InlineRow(str(one.instance.pk), initial_form_values(one)) for one in formset.initial_forms]
        for formset in formsets
    }
    return FormState(initial_form_values(form), rows)


def submitted_state(data, form: forms.ModelForm, formsets) -> FormState:
    """What came back for the same forms."""
    return FormState(
        submitted_form_values(form, data, ""), {formset.prefix: _submitted_rows(formset, data) for formset in formsets}
    )


def initial_form_values(form: forms.BaseForm) -> Values:
    return {name: initial_values(form, name) for name in _compared_fields(form)}


def submitted_form_values(form: forms.BaseForm, data, prefix: str) -> Values:
    return {
        name: submitted_values(form.fields[name], data.getlist(f"{prefix}{name}")) for name in _compared_fields(form)
    }


def initial_values(form: forms.BaseForm, name: str) -> list[str]:
    """The texts that a browser sends back for an untouched field."""
    asked = form.fields[name]
    widget = getattr(asked.widget, "widget", asked.widget)
    value = asked.prepare_value(form.get_initial_for_field(asked, name))
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if widget.check_test(value) else []
    texts = widget.format_value(value)
    return submitted_values(asked, texts if isinstance(texts, list) else [texts])


def submitted_values(form_field: forms.Field, texts: list) -> list[str]:
    """Without what browsers add: \\r before \\n, and the order of ticked boxes."""
    plain = [str(text).replace("\r\n", "\n").replace("\r", "\n") for text in texts if text not in (None, "")]
    return sorted(plain) if isinstance(form_field, forms.MultipleChoiceField) else plain


def _compared_fields(form: forms.BaseForm) -> list[str]:
    keys = {OWN_FIELDS, frozenset({form._meta.model._meta.pk.name})} if hasattr(form, "_meta") else {OWN_FIELDS}
    skipped = frozenset().union(*keys)
    return [
        name
        for name, asked in form.fields.items()
        if name not in skipped and not isinstance(asked, forms.models.InlineForeignKeyField)
    ]


def _submitted_rows(formset, data) -> list[InlineRow]:
    key = formset.model._meta.pk.name
    sample = formset.empty_form
    rows = []
    for number in range(_count(data.get(f"{formset.prefix}-TOTAL_FORMS"))):
        prefix = f"{formset.prefix}-{number}-"
        deleted = bool(data.get(f"{prefix}DELETE"))
        rows.append(InlineRow(data.get(f"{prefix}{key}", ""), submitted_form_values(sample, data, prefix), deleted))
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
    is_conflict: bool


@dataclass
class Conflict:
    differences: list[Difference]
    data: object
    """The data to show the form with: this person's, and the other's where this one changed nothing."""
    digests: str
    """What the page carries from now on."""


def dump_digests(form, formsets) -> str:
    """The page's hidden memory of what it shows."""
    return json.dumps(initial_state(form, formsets).digests(), separators=(",", ":"))


def find_conflict(data, form, formsets, *, is_stale: bool) -> Conflict | None:
    """None when what the page showed is what is there now. `form` and `formsets` are unbound, of the present rows.

    `is_stale`: the row's version differs, whatever the fields say.
    """
    theirs = initial_state(form, formsets)
    seen = _load_digests(data.get("seen"))
    if not is_stale and seen in (None, theirs.digests()):
        return None
    seen = seen or {"fields": {}, "rows": {}}
    mine = submitted_state(data, form, formsets)
    merged = data.copy()
    differences = [*_field_differences(form, seen["fields"], mine.fields, theirs.fields, merged)]
    for formset in formsets:
        differences += _row_differences(formset, seen["rows"].get(formset.prefix, {}), mine, theirs, merged)
    return Conflict(differences, merged, json.dumps(theirs.digests(), separators=(",", ":")))


def _load_digests(text: str | None) -> dict | None:
    try:
        seen = json.loads(text or "")
        return {"fields": dict(seen["fields"]), "rows": {key: dict(rows) for key, rows in seen["rows"].items()}}
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _field_differences(form, digests: dict, mine: Values, theirs: Values, merged) -> Iterator[Difference]:
    for name, ours in mine.items():
        is_mine = digest(ours) != digests.get(name)
        if not is_mine:
            merged.setlist(name, theirs[name])
        if ours != theirs[name]:
            is_clash = is_mine and digest(theirs[name]) != digests.get(name)
            label = str(form[name].label)
            yield Difference(
                label, field_text(form, name, ours), field_text(form, name, theirs[name]), is_mine, is_clash
            )


def _row_differences(formset, digests: dict, mine: FormState, theirs: FormState, merged) -> list[Difference]:
    present = {row.pk: row for row in theirs.rows[formset.prefix]}
    sent = {row.pk: row for row in mine.rows[formset.prefix] if row.pk}
    blank = initial_form_values(formset.empty_form)
    added = [row for row in mine.rows[formset.prefix] if not row.pk and row.values != blank]
    kept, differences = [], []
    for pk, row in present.items():
        own = sent.get(pk)
        is_mine = own is not None and (own.is_deleted or digest(own.values) != digests.get(pk))
        kept.append(own if is_mine else row)
        if own is None or own.is_deleted or own.values != row.values:
            is_clash = is_mine and digest(row.values) != digests.get(pk)
            differences.append(_difference(formset, own, row, is_mine, is_clash))
    for pk, own in sent.items():
        if pk not in present and not own.is_deleted:
            is_mine = digest(own.values) != digests.get(pk)
            added += [own] if is_mine else []
            differences.append(_difference(formset, own, None, is_mine, is_mine))
    _write_formset_data(formset, kept, added, merged)
    return differences


def _difference(formset, own: InlineRow | None, row: InlineRow | None, is_mine: bool, is_clash: bool) -> Difference:
    label = capfirst(formset.model._meta.verbose_name)
    return Difference(label, _row_text(formset, own), _row_text(formset, row), is_mine, is_clash)


def _row_text(formset, row: InlineRow | None) -> str:
    if row is None:
        return "Not there"
    if row.is_deleted:
        return "Deleted"
    form = formset.empty_form
    told = ((form[name].label, field_text(form, name, texts)) for name, texts in row.values.items() if texts)
    return "\n".join(f"{label}: {words}" for label, words in told)


def _write_formset_data(formset, current: Iterable[InlineRow], added: Iterable[InlineRow], merged) -> None:
    """The inline list anew: the rows that are there, then this person's new ones."""
    prefix, meta = formset.prefix, formset.model._meta
    for name in [name for name in merged if name.startswith(f"{prefix}-") and is_number(name[len(prefix) + 1 :][:1])]:
        del merged[name]
    current, added = list(current), list(added)
    for number, row in enumerate([*current, *added]):
        for name, texts in row.values.items():
            merged.setlist(f"{prefix}-{number}-{name}", texts)
        merged[f"{prefix}-{number}-{meta.pk.name}"] = row.pk if number < len(current) else ""
        merged[f"{prefix}-{number}-{formset.fk.name}"] = str(formset.instance.pk)
        if row.is_deleted:
            merged[f"{prefix}-{number}-DELETE"] = "on"
    merged[f"{prefix}-TOTAL_FORMS"] = str(len(current) + len(added))
    merged[f"{prefix}-INITIAL_FORMS"] = str(len(current))


def field_text(form, name: str, texts: list[str]) -> str:
    """A field's texts as people read them."""
    asked = form.fields[name]
    if hasattr(asked, "queryset"):
        return ", ".join(str(row) for row in asked.queryset.filter(pk__in=[text for text in texts if is_number(text)]))
    known = {str(value): str(label) for value, label in getattr(asked, "choices", ())}
    return ", ".join(known.get(text, text) for text in texts)
