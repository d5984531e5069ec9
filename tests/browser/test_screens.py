"""Every screen in every state, at both widths and in both themes; SITELIGHT_SCREENS=folder keeps the pictures there."""

import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test.signals import template_rendered

from tests.browser.screens import doors, public, work
from tests.browser.screens.looking import Look
from tests.browser.screens.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROOMS = [public, doors, work]


@pytest.fixture
def stage(open_page, live_server):
    call_command("demo", stdout=StringIO())
    return Stage(open_page, live_server.url)


@pytest.fixture
def look(request) -> Look:
    kept = os.environ.get("SITELIGHT_SCREENS")
    folder = Path(kept) / request.node.callspec.id if kept else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    return Look(folder)


@pytest.fixture
def rendered():
    """The names of the templates that were rendered since."""
    names = set()

    def note(template, **_):
        names.add(template.name)

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__.rpartition(".")[2])
def test_every_screen_is_whole_at_both_widths_in_both_themes(stage, look, rendered, room):
    wrong = [fault for name, screen in room.SCREENS.items() for fault in look.at(name, screen, stage)]
    assert wrong == []
