"""Labels and display values for the fields of a draft whose page no longer exists."""

import re
from functools import cache

from django.apps import apps
from django.db.models import TextChoices

from accounts.drafts.models import DraftContent
from contacts import choices as contact_codes
from sites import choices as site_codes
from trials import choices as trial_codes

#: Labels of form fields that are not model columns.
_LABELS = {
    "to": "New status",
    "effective_on": "Effective date",
    "why": "Reason for change",
    "words": "Words",
    "numbers": "NCT numbers",
    "table": "Table",
    "sentence": "Question",
    "first_status": "Intermediate status 1",
    "first_since": "Intermediate status 1, effective date",
    "second_status": "Intermediate status 2",
    "second_since": "Intermediate status 2, effective date",
    "contact_name": "Contact: name or function",
    "contact_phone": "Contact: phone",
    "contact_email": "Contact: e-mail",
}
#: Fields that are not shown to users.
_TECHNICAL = frozenset(
    {
        "version",
        "seen",
        "id",
        "pk",
        "act",
        "show",
        "list",
        "page",
        "next",
        "accept",
        "accept_warnings",
        "send",
        "search",
    }
)
_MANAGEMENT_FIELD = re.compile(r"\A.+-(?:TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS\Z")
_CODES = {
    code: label
    for module in (contact_codes, site_codes, trial_codes)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, TextChoices)
    for code, label in kind.choices
}


def lines_of(content: DraftContent) -> list[tuple[str, str]]:
    """(label, value) of each field with a value, in the order of the form."""
    return [
        (label_of(name), _value(text))
        for name, texts in content.fields.items()
        if not _is_technical(name)
        for text in texts
        if text.strip()
    ]


def label_of(name: str) -> str:
    """The label of a field; a formset's field is looked up by the part after its number."""
    field_name = name.rpartition("-")[2]
    label = _LABELS.get(field_name) or _column_labels().get(field_name) or field_name.strip("_").replace("_", " ")
    return label[:1].upper() + label[1:]


def _is_technical(name: str) -> bool:
    field_name = name.rpartition("-")[2]
    return name.startswith("_") or field_name in _TECHNICAL or bool(_MANAGEMENT_FIELD.match(name))


def _value(text: str) -> str:
    return "Yes" if text == "on" else str(_CODES.get(text, text))


@cache
def _column_labels() -> dict[str, str]:
    """{column: verbose name} of all models; the first model with the column counts."""
    labels: dict[str, str] = {}
    for label in ("trials", "sites", "contacts", "accounts"):
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.concrete_fields:
                labels.setdefault(field.name, str(field.verbose_name))
    return labels
