"""Labels of codes."""

import pytest

from common.enum_labels import choice_label
from trials.templatetags.trials import code_label


def test_a_code_has_the_label_of_its_enumeration():
    assert choice_label("PHASE2", "Phase") == "Phase 2"
    assert choice_label("PRINCIPAL_INVESTIGATOR", "OfficialRole") == "Principal Investigator"


def test_a_blank_stays_blank():
    assert choice_label("", "Phase") == ""


def test_a_code_of_a_later_registry_is_not_shown_raw():
    assert choice_label("PHASE_ZERO", "Phase") == "Phase zero"


def test_an_enumeration_that_does_not_exist_is_a_mistake():
    with pytest.raises(LookupError):
        choice_label("PHASE2", "Fase")


def test_several_codes_make_one_list():
    assert code_label(["PHASE2", "PHASE3"], "Phase") == "Phase 2, Phase 3"
    assert code_label(None, "Phase") == ""
