"""Edit conflicts of forms: a merge, field by field, of the shown, the submitted and the current state.

A field that only the other user changed takes their value; a field that this user changed keeps the submitted value,
and is marked when both changed it. Saving again then starts from the current version.

A state holds for every field the texts that a browser would submit, so that states can be compared whatever the widget.
The page carries only a digest of each field.
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
        """Digests of every field and of every saved row, for the page's hidden input."""
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
    """The state that unbound forms would submit unchanged."""
    rows = {
        formset.prefix: [
            InlineRow(str(row_form.instance.pk), initial_form_values(row_form)) for row_form in formset.initial_forms
        ]
        for formset in formsets
    }
    return FormState(initial_form_values(form), rows)


def submitted_state(data, form: forms.ModelForm, formsets) -> FormState:
    """The state submitted for these forms."""
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
    """The texts that a browser submits for an unchanged field."""
    form_field = form.fields[name]
    widget = getattr(form_field.widget, "widget", form_field.widget)
    value = form_field.prepare_value(form.get_initial_for_field(form_field, name))
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if widget.check_test(value) else []
    texts = widget.format_value(value)
    return submitted_values(form_field, texts if isinstance(texts, list) else [texts])


def submitted_values(form_field: forms.Field, texts: list) -> list[str]:
    """Normalize line breaks, and the order of checkboxes."""
    plain = [str(text).replace("\r\n", "\n").replace("\r", "\n") for text in texts if text not in (None, "")]
    return sorted(plain) if isinstance(form_field, forms.MultipleChoiceField) else plain


def _compared_fields(form: forms.BaseForm) -> list[str]:
    keys = {OWN_FIELDS, frozenset({form._meta.model._meta.pk.name})} if hasattr(form, "_meta") else {OWN_FIELDS}
    skipped = frozenset().union(*keys)
    return [
        name
        for name, form_field in form.fields.items()
        if name not in skipped and not isinstance(form_field, forms.models.InlineForeignKeyField)
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
    """Whether a text is a key or a count as written by our pages."""
    return text.isascii() and text.isdigit() and len(text) <= 18


def _count(text: str | None) -> int:
    return min(int(text), 2000) if text and is_number(text) else 0


@dataclass(frozen=True)
class EditDifference:
    """One field or row in both versions as text; `is_mine`: the form now holds this user's value."""

    label: str
    mine: str
    theirs: str
    is_mine: bool
    is_conflict: bool


@dataclass
class EditConflict:
    differences: list[EditDifference]
    data: object
    """The merged data of the form: this user's values, and the other's where this user changed nothing."""
    digests: str
    """Digests of the current state, for the page's hidden input."""


def dump_digests(form, formsets) -> str:
    """The value of the page's hidden input `seen`."""
    return json.dumps(initial_state(form, formsets).digests(), separators=(",", ":"))


def find_conflict(data, form, formsets, *, is_stale: bool) -> EditConflict | None:
    """None when the shown state is the current one. `form` and `formsets` are unbound, of the current rows.

    `is_stale`: the version of the row differs.
    """
    theirs = initial_state(form, formsets)
    shown = _load_digests(data.get("seen"))
    if not is_stale and shown in (None, theirs.digests()):
        return None
    shown = shown or {"fields": {}, "rows": {}}
    mine = submitted_state(data, form, formsets)
    merged = data.copy()
    differences = [*_field_differences(form, shown["fields"], mine.fields, theirs.fields, merged)]
    for formset in formsets:
        differences += _row_differences(formset, shown["rows"].get(formset.prefix, {}), mine, theirs, merged)
    return EditConflict(differences, merged, json.dumps(theirs.digests(), separators=(",", ":")))


def _load_digests(text: str | None) -> dict | None:
    try:
        digests = json.loads(text or "")
        return {"fields": dict(digests["fields"]), "rows": {key: dict(rows) for key, rows in digests["rows"].items()}}
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _field_differences(form, digests: dict, mine: Values, theirs: Values, merged) -> Iterator[EditDifference]:
    for name, ours in mine.items():
        is_mine = digest(ours) != digests.get(name)
        if not is_mine:
            merged.setlist(name, theirs[name])
        if ours != theirs[name]:
            is_conflict = is_mine and digest(theirs[name]) != digests.get(name)
            label = str(form[name].label)
            yield EditDifference(
                label, field_text(form, name, ours), field_text(form, name, theirs[name]), is_mine, is_conflict
            )


def _row_differences(formset, digests: dict, mine: FormState, theirs: FormState, merged) -> list[EditDifference]:
    current = {row.pk: row for row in theirs.rows[formset.prefix]}
    submitted = {row.pk: row for row in mine.rows[formset.prefix] if row.pk}
    blank = initial_form_values(formset.empty_form)
    added = [row for row in mine.rows[formset.prefix] if not row.pk and row.values != blank]
    merged_rows, differences = [], []
    for pk, row in current.items():
        mine_row = submitted.get(pk)
        is_mine = mine_row is not None and (mine_row.is_deleted or digest(mine_row.values) != digests.get(pk))
        merged_rows.append(mine_row if is_mine else row)
        if mine_row is None or mine_row.is_deleted or mine_row.values != row.values:
            is_conflict = is_mine and digest(row.values) != digests.get(pk)
            differences.append(_difference(formset, mine_row, row, is_mine, is_conflict))
    for pk, mine_row in submitted.items():
        if pk not in current and not mine_row.is_deleted:
            is_mine = digest(mine_row.values) != digests.get(pk)
            added += [mine_row] if is_mine else []
            differences.append(_difference(formset, mine_row, None, is_mine, is_mine))
    _write_formset_data(formset, merged_rows, added, merged)
    return differences


def _difference(
    formset, mine: InlineRow | None, row: InlineRow | None, is_mine: bool, is_conflict: bool
) -> EditDifference:
    label = capfirst(formset.model._meta.verbose_name)
    return EditDifference(label, _row_text(formset, mine), _row_text(formset, row), is_mine, is_conflict)


def _row_text(formset, row: InlineRow | None) -> str:
    if row is None:
        return "Not present"
    if row.is_deleted:
        return "Deleted"
    form = formset.empty_form
    values = ((form[name].label, field_text(form, name, texts)) for name, texts in row.values.items() if texts)
    return "\n".join(f"{label}: {text}" for label, text in values)


def _write_formset_data(formset, current: Iterable[InlineRow], added: Iterable[InlineRow], merged) -> None:
    """Rewrite the data of a formset: the current rows, then this user's new ones."""
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
    """The texts of a field as shown to users: labels of choices, names of rows."""
    form_field = form.fields[name]
    if hasattr(form_field, "queryset"):
        return ", ".join(
            str(row) for row in form_field.queryset.filter(pk__in=[text for text in texts if is_number(text)])
        )
    labels = {str(value): str(label) for value, label in getattr(form_field, "choices", ())}
    return ", ".join(labels.get(text, text) for text in texts)
