"""Labels of codes by the name of their enumeration. Enumerations are the TextChoices of each app's `choices` module."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db.models import TextChoices
from django.utils.translation import gettext


def choice_label(code: str, enumeration: str) -> str:
    """The label of a code: `choice_label("PHASE2", "Phase")` is "Phase 2", in the language of the page.

    A blank stays blank. An unknown code is converted to a readable text. KeyError for an unknown enumeration.
    """
    if not code:
        return ""
    label = dict(enumerations()[enumeration].choices).get(code)
    return gettext(label or str(code).replace("_", " ").strip().capitalize())


@cache
def enumerations() -> dict[str, type[TextChoices]]:
    """All enumerations of the installed apps by class name. LookupError for a duplicate name."""
    by_name: dict[str, type[TextChoices]] = {}
    for app in apps.get_app_configs():
        if find_spec(f"{app.name}.choices") is None:
            continue
        for choices in vars(import_module(f"{app.name}.choices")).values():
            if not (isinstance(choices, type) and issubclass(choices, TextChoices)):
                continue
            if by_name.setdefault(choices.__name__, choices) is not choices:
                raise LookupError(f"two enumerations are called {choices.__name__}")
    return by_name
