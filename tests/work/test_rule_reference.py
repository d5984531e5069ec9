"""What a finding shows of its rule's source."""

import pytest

from work.templatetags.work import rule_reference


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("NCI CTRP", "NCI CTRP"),
        ("42 CFR 11.64; Regulation (EU) 536/2014 art. 36", "42 CFR 11.64; Regulation (EU) 536/2014 art. 36"),
        ("RFC 3966; 183 of 237 extensions in 2,000 records keep it, most others are country codes", "RFC 3966"),
        ("ClinicalTrials.gov PRS data element definitions; no record of 1,711 breaks it",
         "ClinicalTrials.gov PRS data element definitions"),
        ("design: both are recorded separately", ""),
        ("", ""),
        (None, ""),
    ],
)  # fmt: skip
def test_a_source_is_shown_without_notes_on_measurements(source, shown):
    assert rule_reference(source) == shown
