"""The fields of a form whose page is gone, in words: labels for their names, and values for their codes."""

import re
from functools import cache

from django.apps import apps
from django.db.models import TextChoices

from accounts.drafts.content import DraftContent
from contacts import choices as contact_codes
from sites import choices as site_codes
from trials import choices as trial_codes

#: Fields of forms that are no column of a model, by their labels there.
_LABELS = {
    "to": "New status",
    "effective_on": "Since",
    "why": "Reason",
    "words": "Words",
    "numbers": "NCT numbers",
    "table": "Table",
    "sentence": "Question",
    "first_status": "First status in between",
    "first_since": "First status in between, since",
    "second_status": "Second status in between",
    "second_since": "Second status in between, since",
    "contact_name": "Contact: name or function",
    "contact_phone": "Contact: phone",
    "contact_email": "Contact: e-mail",
}
#: What only the page's own software needs.
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
_OF_A_LIST = re.compile(r"\A.+-(?:TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS\Z")
_CODES = {
    code: words
    for module in (contact_codes, site_codes, trial_codes)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, TextChoices)
    for code, words in kind.choices
}


def lines_of(content: DraftContent) -> list[tuple[str, str]]:
    """(label, value) of each field that somebody filled in, in the order of the form."""
    return [
        (label_of(name), _value(text))
        for name, texts in content.fields.items()
        if not _is_technical(name)
        for text in texts
        if text.strip()
    ]


def label_of(name: str) -> str:
    """The label of a field; a field of a list by what stands behind its number."""
    own = name.rpartition("-")[2]
    words = _LABELS.get(own) or _column_labels().get(own) or own.strip("_").replace("_", " ")
    return words[:1].upper() + words[1:]


def _is_technical(name: str) -> bool:
    own = name.rpartition("-")[2]
    return name.startswith("_") or own in _TECHNICAL or bool(_OF_A_LIST.match(name))


def _value(text: str) -> str:
    return "Yes" if text == "on" else str(_CODES.get(text, text))


@cache
def _column_labels() -> dict[str, str]:
    """By name, of all models: the first that has the column."""
    labels: dict[str, str] = {}
    for label in ("trials", "sites", "contacts", "accounts"):
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.concrete_fields:
                labels.setdefault(field.name, str(field.verbose_name))
    return labels
