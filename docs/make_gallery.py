"""Makes docs/gallery.md, every screen in both widths and themes with the counts of axe: `python docs/make_gallery.py`.

Runs the test of all screens on the demo data, so a screen that the test does not know is not in the gallery. With a
folder (`python docs/make_gallery.py FOLDER`), it takes the screenshots that SITELIGHT_SCREENS=FOLDER has put there.
"""

import html
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures" / "gallery"
PAGE = ROOT / "docs" / "gallery.md"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
NAME = re.compile(r"(?P<screen>.+)-(?P<width>\d+)-(?P<theme>light|dark)\.png")
#: Width and greatest height of a picture in the sheet, by the width of the window.
SIZES = {1280: (320, 360), 320: (150, 390)}
SHEET = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 16px; width: 1024px; box-sizing: border-box; background: #8a9099;
    font: 11px Inter, sans-serif; }}
main {{ display: flex; flex-wrap: wrap; gap: 14px; align-items: start; }}
figure {{ margin: 0; width: {width}px; }}
div {{ max-height: {height}px; overflow: hidden; }}
img {{ width: 100%; display: block; }}
figcaption {{ padding: 4px 0; font-weight: 600; }}
</style><main>{figures}</main>"""
HEADER = """# Gallery

Every screen on the demo data, at 1280 and 320 px, light and dark; long pages are cut off at the bottom. Made by
`python docs/make_gallery.py`.
"""


def take_screenshots(folder: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "tests/browser/test_screens.py"]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"SITELIGHT_SCREENS": str(folder)}, check=True)


def make_sheet(browser: Browser, room: Path, width: int, theme: str) -> str:
    """One picture of all screens of a room; returns its file name."""
    width_in_sheet, height = SIZES[width]
    shown = [
        (match["screen"], path)
        for path in sorted(room.glob(f"*-{width}-{theme}.png"))
        if (match := NAME.fullmatch(path.name))
    ]
    figures = "".join(
        f'<figure><div><img src="{path.as_uri()}"></div><figcaption>{html.escape(screen)}</figcaption></figure>'
        for screen, path in shown
    )
    source = room / f"sheet-of-{width}-{theme}.html"
    source.write_text(SHEET.format(width=width_in_sheet, height=height, figures=figures))
    page = browser.new_page(viewport={"width": 1024, "height": 900})
    page.goto(source.as_uri())
    name = f"{room.name}-{width}-{theme}.jpg"
    page.screenshot(path=PICTURES / name, full_page=True, type="jpeg", quality=40)
    page.close()
    return name


def axe_table(folder: Path) -> str:
    """Totals of all rooms as Markdown."""
    totals = {"views": Counter(), "violations": Counter(), "incomplete": Counter()}
    for path in folder.glob("*/axe.json"):
        report = json.loads(path.read_text())
        for kind, counts in totals.items():
            counts.update(report[kind])
    lines = ["| | axe-core, WCAG 2.0 to 2.2, levels A and AA |", "|---|---|"]
    lines += [
        f"| pages checked at {view.replace(' ', ' px, ')} | {count:,} |" for view, count in totals["views"].items()
    ]
    lines += [f"| violations | {totals['violations'].total():,} |"]
    lines += [f"| not decided by axe: {rule} | {count:,} |" for rule, count in sorted(totals["incomplete"].items())]
    return "\n".join(lines)


def main(given: str = "") -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(given or temporary)
        if not given:
            take_screenshots(folder)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        parts = [HEADER, axe_table(folder)]
        for room in sorted(path for path in folder.iterdir() if path.is_dir()):
            parts.append(f"\n## {room.name.capitalize()}\n")
            for width in SIZES:
                for theme in ("light", "dark"):
                    name = make_sheet(browser, room, width, theme)
                    parts.append(f"![{room.name}, {width} px, {theme}](pictures/gallery/{name})")
        browser.close()
    PAGE.write_text("\n".join(parts) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:2])
