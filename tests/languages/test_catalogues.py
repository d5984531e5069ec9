"""The committed catalogues hold every text of the public pages, translated, and their compiled form."""

import pytest
from django.conf import settings

from common import catalogues

LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_exactly_the_texts_of_templates_and_code(language):
    committed = catalogues.catalogue_file(language).read_bytes()
    assert catalogues.po_text(catalogues.updated_catalogue(language)) == committed, "run manage.py catalogues"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_with_the_same_placeholders(language):
    assert catalogues.faults(catalogues.read_catalogue(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_that_of_the_text(language):
    path = catalogues.catalogue_file(language)
    assert path.with_suffix(".mo").read_bytes() == catalogues.mo_bytes(path.read_bytes(), language)
