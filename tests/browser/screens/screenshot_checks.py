"""What is asked of every screen, at both widths and in both themes; and keeping its pictures to look at."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.browser.screens.stage import Open, Stage

VIEWS = [(width, theme) for width in (1280, 320) for theme in ("light", "dark")]
RAW = re.compile(r"\b(?:user|import|command):\w+|\bcreated=\d|\b[A-Z]{3,}_[A-Z_]{2,}\b|\{\{|\{%|<built-in|object at 0x")
UNNAMED = """() => [...document.querySelectorAll('main input:not([type=hidden]), main select, main textarea')]
    .filter(one => one.checkVisibility() && !one.closest('[aria-hidden=true]') && !one.labels?.length && !one.ariaLabel
        && !one.getAttribute('aria-labelledby') && !['submit', 'button'].includes(one.type))
    .map(one => one.outerHTML)"""
DUPLICATE_IDS = """() => { const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
    return ids.filter((id, place) => ids.indexOf(id) !== place) }"""
LOW_CONTRAST = """async () => {
    for (let moving; (moving = document.getAnimations()).length;) {
        moving.forEach(one => one.finish())
        await new Promise(requestAnimationFrame)
    }
    const pen = Object.assign(document.createElement('canvas'), {width: 1, height: 1})
        .getContext('2d', {willReadFrequently: true})
    const known = new Map()
    const rgba = colour => {
        if (!known.has(colour)) {
            pen.clearRect(0, 0, 1, 1); pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1)
            known.set(colour, [...pen.getImageData(0, 0, 1, 1).data])
        }
        return known.get(colour)
    }
    const light = rgb => rgb.slice(0, 3).map(part => part / 255)
        .map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4)
        .reduce((sum, part, place) => sum + part * [.2126, .7152, .0722][place], 0)
    const behind = one => {
        for (let at = one; at; at = at.parentElement) {
            const paper = rgba(getComputedStyle(at).backgroundColor)
            if (paper[3] === 255) return paper
        }
        return rgba('white')
    }
    const hasWords = one => [...one.childNodes].some(part => part.nodeType === 3 && part.textContent.trim())
    const isShown = one => one.checkVisibility({opacityProperty: true, visibilityProperty: true})
        && one.getBoundingClientRect().width > 2 && !one.closest('.visually-hidden, svg, [disabled]')
    const faint = [...document.body.querySelectorAll('*')].filter(one => hasWords(one) && isShown(one)).filter(one => {
        const style = getComputedStyle(one)
        const [low, high] = [light(rgba(style.color)), light(behind(one))].sort((one, other) => one - other)
        return (high + .05) / (low + .05) < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5)
    })
    return [...new Set(faint.map(one => `${one.tagName.toLowerCase()} “${one.textContent.trim().slice(0, 40)}”`))]
}"""
PAPER = """() => [document.body, document.documentElement]
    .map(one => getComputedStyle(one).backgroundColor.match(/[\\d.]+/g).map(Number)).find(paper => paper[3] !== 0)"""
#: Whoever listens to the theme has heard of it by then.
NEXT_FRAME = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
TALLEST = 2600  # pixels of a picture


@dataclass
class ScreenCheck:
    """`folder` keeps the pictures; None where nobody asked for them."""

    folder: Path | None

    def at(self, name: str, screen: Open, stage: Stage) -> list[str]:
        """What is wrong with the screen, or why it did not come; its pictures are kept."""
        try:
            return self._look(screen(stage), name)
        except Exception as error:
            return [f"{name} did not come: {error!r:.300}"]

    def _look(self, page, name: str) -> list[str]:
        wrong = [f"{name}: {fault}" for fault in find_faults(page)]
        for width, theme in VIEWS:
            page.set_viewport_size({"width": width, "height": 900 if width > 320 else 640})
            page.emulate_media(color_scheme=theme)
            page.evaluate(NEXT_FRAME)
            if page.evaluate(SIDEWAYS) > 0:
                wrong.append(f"{name}: scrolls sideways at {width} px, {theme}")
            if (sum(page.evaluate(PAPER)[:3]) < 3 * 128) != (theme == "dark"):
                wrong.append(f"{name}: is not {theme} where everything else is, at {width} px")
            if faint := page.evaluate(LOW_CONTRAST):
                wrong.append(f"{name}: hard to read at {width} px, {theme}: {faint[:9]}")
            self._keep(page, f"{name}-{width}-{theme}.png", width)
        return wrong

    def _keep(self, page, name: str, width: int) -> None:
        if self.folder:
            height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
            whole = {"x": 0, "y": 0, "width": width, "height": height}
            page.screenshot(path=self.folder / name, full_page=True, clip=whole, animations="disabled")


def find_faults(page) -> list[str]:
    """What no screen may have: two titles or none, raw codes, fields without a name, one id twice."""
    found = []
    if page.locator("h1:visible").count() != 1:
        found.append(f"{page.locator('h1:visible').count()} titles")
    if raw := RAW.findall(page.locator("main").inner_text()):
        found.append(f"raw words {sorted(set(raw))}")
    if unnamed := page.evaluate(UNNAMED):
        found.append(f"fields without a name {unnamed}")
    if twice := page.evaluate(DUPLICATE_IDS):
        found.append(f"one id twice {sorted(set(twice))}")
    return found
