"""Codes as words. Every app keeps its enumerations in its `choices` module; pages ask here, by the name of the class."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db.models import TextChoices


def choice_label(code: str, enumeration: str) -> str:
    """The words for a code of an enumeration: `code_in_words("PHASE2", "Phase")` is "Phase 2".

    A blank stays blank. A code that the enumeration does not know is told in small letters, never as a raw code.
    LookupError when there is no such enumeration: that is a mistake in a template.
    """
    if not code:
        return ""
    words = dict(_enumerations()[enumeration].choices).get(code)
    return words or str(code).replace("_", " ").strip().capitalize()


@cache
def _enumerations() -> dict[str, type[TextChoices]]:
    """Every enumeration of the installed rooms by its name; a name is taken once."""
    found: dict[str, type[TextChoices]] = {}
    for app in apps.get_app_configs():
        if find_spec(f"{app.name}.choices") is None:
            continue
        for choices in vars(import_module(f"{app.name}.choices")).values():
            if not (isinstance(choices, type) and issubclass(choices, TextChoices)):
                continue
            if found.setdefault(choices.__name__, choices) is not choices:
                raise LookupError(f"two enumerations are called {choices.__name__}")
    return found
