"""Message catalogues of the public pages: which texts there are, and the files that hold their translations.

Texts come from templates and code (gettext's functions) and from labels that models define: enumerations and the dates
of a trial. Files are sorted and without positions, so that changes of unrelated code leave them alone.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

from common.enum_labels import enumerations

KEYWORDS = {
    "_": None, "gettext": None, "gettext_noop": None, "gettext_lazy": None, "ngettext": (1, 2), "ngettext_noop": (1, 2),
}  # fmt: skip
#: Apps whose enumerations are shown on public pages.
_PUBLIC_ENUMERATIONS = ("trials.", "sites.", "contacts.")
_IGNORED_FOLDERS = {".venv", "benchmarks", "docs", "tests", "node_modules", "staticfiles"}
#: In the header of compiled files, which would otherwise change with the time.
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)
_BRACES = re.compile(r"\{(\w*)\}")
_PERCENTS = re.compile(r"%\((\w+)\)[sd]")


def extract_texts() -> Catalog:
    """All texts of public pages, untranslated."""
    catalog = Catalog(fuzzy=False)
    for singular, plural in _texts():
        catalog.add((singular, plural) if plural else singular)
    return catalog


def _texts() -> Iterator[tuple[str, str]]:
    for label in _labels():
        yield label, ""
    for path in _sources():
        source = path.read_text(encoding="utf-8")
        if path.suffix in (".html", ".txt"):
            source = f"({templatize(source, origin=str(path))})"  # in brackets, indentation has no meaning
        for _, message, _, _ in extract("python", BytesIO(source.encode()), KEYWORDS):
            singular, plural = message if isinstance(message, tuple) else (message, "")
            yield singular, plural


def _sources() -> Iterator[Path]:
    for path in sorted(settings.BASE_DIR.rglob("*")):
        parts = path.relative_to(settings.BASE_DIR).parts
        if parts[0] in _IGNORED_FOLDERS or parts[0].startswith("."):
            continue
        if path.suffix == ".py" or (parts[0] == "templates" and path.suffix in (".html", ".txt")):
            yield path


def _labels() -> Iterator[str]:
    for choices in enumerations().values():
        if choices.__module__.startswith(_PUBLIC_ENUMERATIONS):
            yield from (str(label) for label in choices.labels)
    for field in apps.get_model("trials", "Trial")._meta.get_fields():
        if field.name.endswith("_on"):
            name = str(field.verbose_name)
            yield name[:1].upper() + name[1:]


def catalogue_file(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / to_locale(language) / "LC_MESSAGES" / "django.po"


def read_catalogue(language: str) -> Catalog:
    """The committed translations; an empty catalogue for a new language."""
    path = catalogue_file(language)
    if not path.exists():
        return Catalog(locale=to_locale(language))
    with path.open("rb") as file:
        return read_po(file, locale=to_locale(language))


def updated_catalogue(language: str) -> Catalog:
    """The current texts with the committed translations; texts that are gone are left out."""
    known = read_catalogue(language)
    updated = Catalog(locale=to_locale(language), project="Sitelight", charset="utf-8", fuzzy=False)
    for message in extract_texts():
        if message.id:
            translated = known.get(_key(message))
            updated.add(message.id, translated.string if translated else "")
    return updated


def _key(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else message.id


def po_text(catalog: Catalog) -> bytes:
    file = BytesIO()
    write_po(file, catalog, sort_output=True, no_location=True, omit_header=True, width=120)
    return _header(catalog) + file.getvalue()


def _header(catalog: Catalog) -> bytes:
    """Without dates, which would make every run a change."""
    lines = [
        "Content-Type: text/plain; charset=utf-8",
        f"Language: {catalog.locale}",
        f"Plural-Forms: {catalog.plural_forms}",
    ]
    return ('msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines) + "\n").encode()


def mo_bytes(po: bytes, language: str) -> bytes:
    """The compiled catalogue; deterministic."""
    catalog = read_po(BytesIO(po), locale=to_locale(language))
    catalog.creation_date = catalog.revision_date = _NO_DATE
    file = BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def write_catalogue(language: str) -> Catalog:
    """Update both files of a language from the sources."""
    catalog, path = updated_catalogue(language), catalogue_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    po = po_text(catalog)
    path.write_bytes(po)
    path.with_suffix(".mo").write_bytes(mo_bytes(po, language))
    return catalog


def faults(catalog: Catalog) -> list[str]:
    """Texts without a translation, uncertain ones, and translations with other placeholders than the text."""
    reports = []
    for message in catalog:
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, (tuple, list)) else [message.string]
        if not all(strings):
            reports.append(f"not translated: {_key(message)}")
        elif message.fuzzy:
            reports.append(f"uncertain: {_key(message)}")
        elif any(_placeholders(text) != _placeholders(_last(message)) for text in strings):
            reports.append(f"other placeholders: {_key(message)}")
    return reports


def _last(message: Message) -> str:
    return message.id[-1] if isinstance(message.id, tuple) else message.id


def _placeholders(text: str) -> set[str]:
    return {*_BRACES.findall(text), *_PERCENTS.findall(text)}
