"""What a person was shown, what they send, and what is there now: three states of one page of forms.

Each state is a plain value: for every field the texts that a browser would send for it. So they can be compared field
by field whatever the widget, and the page need carry no more than a digest of each to know later who changed what.
"""

import hashlib
import json
from dataclasses import dataclass, field

from django import forms

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
