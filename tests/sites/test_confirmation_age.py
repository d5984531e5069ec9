"""The age of a confirmation."""

import pytest

from sites.confirmation_age import confirmation_age
from sites.templatetags.sites import age


@pytest.mark.parametrize(
    ("days", "level", "text"),
    [
        (-1, "fresh", "today"),
        (0, "fresh", "today"),
        (1, "fresh", "yesterday"),
        (30, "fresh", "30 days ago"),
        (31, "due", "31 days ago"),
        (89, "due", "89 days ago"),
        (90, "aging", "90 days ago"),
        (179, "aging", "179 days ago"),
        (180, "stale", "180 days ago"),
        (365, "stale", "365 days ago"),
        (729, "stale", "729 days ago"),
        (1234, "stale", "1,234 days ago"),
        (None, "never", ""),
    ],
)
def test_each_age_has_a_level_and_a_text(days, level, text):
    assert (confirmation_age(days).age_level, confirmation_age(days).text) == (level, text)


def test_the_thresholds_are_settings(settings):
    settings.CONFIRMATION_DUE_DAYS = 7
    assert confirmation_age(8).age_level == "due"


def test_the_tag_shows_the_age_with_its_level():
    assert age(3) == '<span class="age fresh">Confirmed 3 days ago</span>'
    assert age(None) == '<span class="age never">Never confirmed by the site</span>'
    assert age(3, text="{ago}") == '<span class="age fresh">3 days ago</span>'
