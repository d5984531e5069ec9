"""Codes as words."""

import pytest

from common.enum_labels import code_in_words
from trials.templatetags.words import words


def test_a_code_is_told_in_the_words_of_its_enumeration():
    assert code_in_words("PHASE2", "Phase") == "Phase 2"
    assert code_in_words("PRINCIPAL_INVESTIGATOR", "OfficialRole") == "Principal Investigator"


def test_a_blank_stays_blank():
    assert code_in_words("", "Phase") == ""


def test_a_code_of_a_later_registry_is_not_shown_raw():
    assert code_in_words("PHASE_ZERO", "Phase") == "Phase zero"


def test_an_enumeration_that_does_not_exist_is_a_mistake():
    with pytest.raises(LookupError):
        code_in_words("PHASE2", "Fase")


def test_several_codes_make_one_list():
    assert words(["PHASE2", "PHASE3"], "Phase") == "Phase 2, Phase 3"
    assert words(None, "Phase") == ""
