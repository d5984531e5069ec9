"""Three who do the same: with a mouse, with nothing but a keyboard, and without scripts on a narrow screen."""

from playwright.sync_api import expect

from tests.browser.clipboard import copy
from tests.browser.conftest import NARROW, WIDE

FOCUS = "control => control === document.activeElement"
IS_ON_PAGE = "control => control.isConnected"
OUTLINE = "control => getComputedStyle(control).outlineStyle"
MAX_TABS = 300  # keys


class ByMouse:
    """`acts` are the clicks and keys; a text that was typed is one."""

    viewport, scripts = WIDE, True

    def __init__(self, page):
        self.page, self.acts = page, []

    def activate(self, control) -> None:
        """Follow a link, press a button, open a fold."""
        control.click()
        self.acts.append("click")

    choose = activate

    def write(self, field, text: str) -> None:
        field.click()
        self.page.keyboard.type(text)
        self.acts += ["click", "text"]

    def paste(self, cell, table: str) -> None:
        copy(self.page, table)
        self.activate(cell)
        self.page.keyboard.press("Control+v")
        self.acts.append("Control+v")

    def confirm(self, rows, number: int) -> None:
        """The first of the list, again and again."""
        for left in reversed(range(rows.count() - number, rows.count())):
            self.activate(rows.first.get_by_role("button", name="Confirm"))
            expect(rows).to_have_count(left)


class ByKeyboard(ByMouse):
    """Wherever Tab does not lead, this one does not come. Tabs are no acts."""

    def activate(self, control) -> None:
        self._go_to(control)
        self._press("Enter")

    def choose(self, control) -> None:
        self._go_to(control)
        self._press("Space")

    def write(self, field, text: str) -> None:
        self._go_to(field)
        self.page.keyboard.type(text)
        self.acts.append("text")

    def paste(self, cell, table: str) -> None:
        copy(self.page, table)
        self._go_to(cell)
        self._press("Control+v")

    def confirm(self, rows, number: int) -> None:
        """Down to the first, then one key a row: the next one has the focus."""
        self._press("j")
        for left in reversed(range(rows.count() - number, rows.count())):
            expect(self.page.locator("[data-row]:focus")).to_have_count(1)
            self._press("c")
            expect(rows).to_have_count(left)

    def _press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.acts.append(key)

    def _go_to(self, control) -> None:
        element = control.element_handle()
        for _ in range(MAX_TABS):
            if not element.evaluate(IS_ON_PAGE):  # the form was replaced after a choice
                element = control.element_handle()
            if element.evaluate(FOCUS):
                assert element.evaluate(OUTLINE) != "none", f"The focus is not seen on {control}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {control}")


class WithoutScripts(ByMouse):
    viewport, scripts = NARROW, False

    def confirm(self, rows, number: int) -> None:
        """Doubtful ones, which have no box, by their own button; the others ticked and confirmed together."""
        left = rows.count() - number
        while not rows.first.get_by_role("checkbox").count():
            self.activate(rows.first.get_by_role("button", name="Confirm"))
            number -= 1
        boxes = rows.get_by_role("checkbox")
        for place in range(number):
            self.activate(boxes.nth(place))
        self.activate(self.page.get_by_role("button", name="Confirm selected sites"))
        expect(rows).to_have_count(left)

    def paste(self, cell, table: str) -> None:
        """Into the box for tables; it is looked through before it is saved."""
        self.activate(self.page.get_by_text("Paste a table"))
        self.page.get_by_label("Rows copied from a spreadsheet").fill(table)
        self.acts.append("Control+v")
        self.activate(self.page.get_by_role("button", name="Fill table"))
