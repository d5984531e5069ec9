"""Where screens are shown: the demo, and a browser that is whoever the screen is for."""

from collections.abc import Callable
from dataclasses import dataclass, field

from history.authorship import authored
from tests.browser.conftest import WIDE

Open = Callable[["Stage"], object]
ANONYMOUS = "whoever comes in by themselves"
TIMEOUT = 10_000  # milliseconds for something to appear on a page


@dataclass
class Stage:
    """`open_page` is the fixture."""

    open_page: Callable
    _pages: dict = field(default_factory=dict)

    def page(self, login: str = ""):
        """The page of a visitor, or of somebody who is signed in; one for each name."""
        if login not in self._pages:
            self._pages[login] = self.open_page(username="" if login == ANONYMOUS else login)
            self._pages[login].set_default_timeout(TIMEOUT)
        page = self._pages[login]
        set_viewport(page, WIDE)
        return page

    def go(self, path: str, login: str = "", status: int = 200):
        page = self.page(login)
        answer = page.goto(path)
        assert answer.status == status, (path, answer.status)
        assert not login or "/accounts/login/" not in page.url, f"{login} is not signed in"
        return page


def set_viewport(page, viewport: dict) -> None:
    """Change the size of the window where it differs, since each change takes a request to the browser."""
    if page.viewport_size != viewport:
        page.set_viewport_size(viewport)


def at(path: str, login: str = "", status: int = 200) -> Open:
    """The screen as it opens."""
    return lambda stage: stage.go(path, login, status)


def follow(page, control):
    """Click what leads to another page, and wait until that page is whole."""
    with page.expect_navigation():
        control.click()
    return page


def press(page, name: str, *, exact: bool = False):
    """Push a button of the main part that leads to another page."""
    return follow(page, page.locator("main").get_by_role("button", name=name, exact=exact).first)


def change_as_other_user(row, **values) -> None:
    """Somebody else saves the row between looking and saving."""
    with authored("user:1", reason="While you looked"):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
