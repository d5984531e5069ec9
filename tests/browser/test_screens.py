"""Every screen in every state, at both widths and in both themes; SITELIGHT_SCREENS=folder keeps the pictures there."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test.signals import template_rendered
from django.utils import timezone

from tests.browser.screens import (
    account,
    admin,
    contacts,
    enrollment,
    facilities,
    overview,
    public,
    registries,
    work,
)
from tests.browser.screens.screenshot_checks import ScreenCheck
from tests.browser.screens.stage import Stage
from tests.demo_rows import put_demo

pytestmark = pytest.mark.browser
SCREEN_MODULES = [public, account, work, enrollment, overview, contacts, facilities, registries, admin]
TEMPLATES = settings.BASE_DIR / "templates"
#: What no screen is made of alone, and what is told by a test of its own.
FRAMES = {
    "base.html", "allauth/layouts/base.html", "admin/base_site.html", "admin/audited_change_form.html",
    "account/base_reauthenticate.html",
}  # fmt: skip
COVERED_ELSEWHERE = {
    "403.html": "tests/pages",
    "403_csrf.html": "tests/pages",
    "429.html": "tests/accounts/test_rate_limits.py",
    "500.html": "tests/pages",
}


def page_templates() -> set[str]:
    """By name; a part of a page begins with an underscore, and allauth's elements are parts too."""
    found = {path.relative_to(TEMPLATES) for path in TEMPLATES.rglob("*.html") if not path.name.startswith("_")}
    return {str(path) for path in found if "elements" not in path.parts} - FRAMES - COVERED_ELSEWHERE.keys()


def templates_of(room) -> set[str]:
    return {name for name in page_templates() if any(f"{name}/".startswith(f"{place}/") for place in room.FOLDERS)}


@pytest.fixture
def stage(open_page):
    put_demo(timezone.localdate())
    return Stage(open_page)


@pytest.fixture
def look(request) -> Iterator[ScreenCheck]:
    kept = os.environ.get("SITELIGHT_SCREENS")
    folder = Path(kept) / request.node.callspec.id if kept else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    check = ScreenCheck(folder)
    yield check
    if folder:
        (folder / "axe.json").write_text(json.dumps(check.axe.as_dict(), indent=1))


@pytest.fixture
def rendered():
    """The names of the templates that were rendered since."""
    names = set()

    def note(template, **_):
        names.add(template.name)

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("room", SCREEN_MODULES, ids=lambda room: room.__name__.rpartition(".")[2])
def test_every_screen_is_whole_at_both_widths_in_both_themes(stage, look, rendered, room):
    wrong = [fault for name, screen in room.SCREENS.items() for fault in look.at(name, screen, stage)]
    wrong += [f"{name} was never shown" for name in templates_of(room) - rendered - room.ELSEWHERE.keys()]
    assert not wrong, "\n".join(wrong)


def test_every_page_belongs_to_a_room():
    assert page_templates() - set().union(*map(templates_of, SCREEN_MODULES)) == set()
