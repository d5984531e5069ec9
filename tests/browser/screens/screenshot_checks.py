"""Checks of every screen at both widths and in both themes, and its screenshots."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.browser.conftest import NARROW, WIDE
from tests.browser.screens.axe import AxeReport
from tests.browser.screens.stage import Open, Stage, set_viewport

VIEWS = [(1280, "light"), (1280, "dark"), (320, "dark"), (320, "light")]
RAW = re.compile(r"\b(?:user|import|command):\w+|\bcreated=\d|\b[A-Z]{3,}_[A-Z_]{2,}\b|\{\{|\{%|<built-in|object at 0x")
#: The visible titles, the text, form fields without a name, and the ids of all elements.
CONTENT = """() => ({
    titles: [...document.querySelectorAll('h1')].filter(one =>
        one.checkVisibility({visibilityProperty: true}) && one.getBoundingClientRect().width).length,
    text: document.querySelector('main').innerText,
    unnamed: [...document.querySelectorAll('main input:not([type=hidden]), main select, main textarea')]
        .filter(one => one.checkVisibility() && !one.closest('[aria-hidden=true]') && !one.labels?.length
            && !one.ariaLabel && !one.getAttribute('aria-labelledby') && !['submit', 'button'].includes(one.type))
        .map(one => one.outerHTML),
    ids: [...document.querySelectorAll('[id]')].map(one => one.id),
})"""
#: The width outside of the window, whether the page is dark, and text with low contrast. The browser calls observers of
#: sizes after the callbacks of the next frame; scripts that listen to the theme may take some frames more.
VIEW = """async () => {
    const nextFrame = () => new Promise(requestAnimationFrame)
    await nextFrame()
    await new Promise(done => setTimeout(done))
    const pen = Object.assign(document.createElement('canvas'), {width: 1, height: 1})
        .getContext('2d', {willReadFrequently: true})
    const colours = new Map(), backgrounds = new Map()
    const rgba = colour => {
        if (!colours.has(colour)) {
            pen.clearRect(0, 0, 1, 1); pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1)
            colours.set(colour, [...pen.getImageData(0, 0, 1, 1).data])
        }
        return colours.get(colour)
    }
    const isDark = () => [document.body, document.documentElement]
        .map(one => rgba(getComputedStyle(one).backgroundColor)).find(colour => colour[3] !== 0)
        .slice(0, 3).reduce((sum, part) => sum + part, 0) < 3 * 128
    const finishAnimations = async () => {
        for (let moving; (moving = document.getAnimations()).length;) {
            moving.forEach(one => one.finish())
            await nextFrame()
        }
    }
    const theme = matchMedia('(prefers-color-scheme: dark)')
    await finishAnimations()
    for (let frames = 0; isDark() !== theme.matches && frames < 60; frames++) {
        await nextFrame()
        await finishAnimations()
    }
    const light = rgb => rgb.slice(0, 3).map(part => part / 255)
        .map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4)
        .reduce((sum, part, place) => sum + part * [.2126, .7152, .0722][place], 0)
    const background = one => {
        if (!one) return rgba('white')
        if (!backgrounds.has(one)) {
            const own = rgba(getComputedStyle(one).backgroundColor)
            backgrounds.set(one, own[3] === 255 ? own : background(one.parentElement))
        }
        return backgrounds.get(one)
    }
    const hasWords = one => [...one.childNodes].some(part => part.nodeType === 3 && part.textContent.trim())
    const isShown = one => one.checkVisibility({opacityProperty: true, visibilityProperty: true})
        && one.getBoundingClientRect().width > 2 && !one.closest('.visually-hidden, svg, [disabled]')
    const faint = [...document.body.querySelectorAll('*')].filter(one => hasWords(one) && isShown(one)).filter(one => {
        const style = getComputedStyle(one)
        const [low, high] = [light(rgba(style.color)), light(background(one))].sort((one, other) => one - other)
        return (high + .05) / (low + .05) < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5)
    })
    return {
        sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        dark: isDark(),
        faint: [...new Set(faint.map(one => `${one.tagName.toLowerCase()} “${one.textContent.trim().slice(0, 40)}”`))],
    }
}"""
TALLEST = 2600  # pixels of a picture


@dataclass
class ScreenCheck:
    """`folder` keeps the pictures; None where nobody asked for them."""

    folder: Path | None
    axe: AxeReport = field(default_factory=AxeReport)

    def at(self, name: str, screen: Open, stage: Stage) -> list[str]:
        """What is wrong with the screen, or why it did not come; its pictures are kept."""
        try:
            return self._look(screen(stage), name)
        except Exception as error:
            return [f"{name} did not come: {error!r:.300}"]

    def _look(self, page, name: str) -> list[str]:
        wrong = [f"{name}: {fault}" for fault in find_faults(page)]
        for width, theme in VIEWS:
            set_viewport(page, WIDE if width == WIDE["width"] else NARROW)
            page.emulate_media(color_scheme=theme)
            view = page.evaluate(VIEW)
            if view["sideways"] > 0:
                wrong.append(f"{name}: scrolls sideways at {width} px, {theme}")
            if view["dark"] != (theme == "dark"):
                wrong.append(f"{name}: is not {theme} where everything else is, at {width} px")
            if view["faint"]:
                wrong.append(f"{name}: hard to read at {width} px, {theme}: {view['faint'][:9]}")
            wrong += [f"{name} at {width} px, {theme}: {one}" for one in self.axe.check(page, name, f"{width} {theme}")]
            self._keep(page, f"{name}-{width}-{theme}.png", width)
        return wrong

    def _keep(self, page, name: str, width: int) -> None:
        if self.folder:
            height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
            whole = {"x": 0, "y": 0, "width": width, "height": height}
            page.screenshot(path=self.folder / name, full_page=True, clip=whole, animations="disabled")


def find_faults(page) -> list[str]:
    """What no screen may have: two titles or none, raw codes, fields without a name, one id twice."""
    content, found = page.evaluate(CONTENT), []
    if content["titles"] != 1:
        found.append(f"{content['titles']} titles")
    if raw := RAW.findall(content["text"]):
        found.append(f"raw words {sorted(set(raw))}")
    if content["unnamed"]:
        found.append(f"fields without a name {content['unnamed']}")
    if twice := [one for one, count in Counter(content["ids"]).items() if count > 1]:
        found.append(f"one id twice {sorted(twice)}")
    return found
