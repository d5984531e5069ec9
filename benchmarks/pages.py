"""Weight and largest paint of pages in Chromium: `python -m benchmarks.pages ADDRESS [PATH …] [--rounds 5]`.

ADDRESS is a running `./run`. Each round opens a page in a new browser context, so with an empty cache. Bytes are those
of bodies and headers as they came over the wire, without and with the typeface.
"""

import argparse
from collections import defaultdict
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATHS = ["/", "/?words=cancer", "/?near=Lyon, France&within=1000", "/trials/NCT00000001/", "/statistics/"]
#: Milliseconds from the start of the navigation to the largest contentful paint, and what was painted.
LARGEST_PAINT = """() => new Promise(done => new PerformanceObserver(list => {
    const last = list.getEntries().at(-1)
    done([last.startTime, last.element?.tagName ?? ''])
}).observe({type: 'largest-contentful-paint', buffered: true}))"""


class Visit(NamedTuple):
    paint: float
    element: str
    sizes: dict[str, int]  # bytes by type of resource


def visit(browser: Browser, address: str, path: str) -> Visit:
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    types, sizes = {}, defaultdict(int)
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.responseReceived", lambda event: types.__setitem__(event["requestId"], event["type"]))
    network.on(
        "Network.loadingFinished",
        lambda event: sizes.__setitem__(event["requestId"], event["encodedDataLength"]),
    )
    page.goto(path, wait_until="load")
    page.evaluate("document.fonts.ready.then(() => true)")
    paint, element = page.evaluate(LARGEST_PAINT)
    by_type: dict[str, int] = defaultdict(int)
    for request, size in sizes.items():
        by_type[types.get(request, "Other")] += int(size)
    context.close()
    return Visit(paint, element, by_type)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__.partition("\n")[0])
    parser.add_argument("address")
    parser.add_argument("paths", nargs="*", default=PATHS)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(f"{'path':36} {'largest paint, ms':>18} {'(slowest)':>10} {'KB':>7} {'with font':>10}  element")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for path in options.paths:
            visits = [visit(browser, options.address, path) for _ in range(options.rounds)]
            paints = sorted(one.paint for one in visits)
            sizes = visits[-1].sizes
            whole = sum(sizes.values())
            print(
                f"{path:36} {median(paints):>18.0f} {paints[-1]:>10.0f} {(whole - sizes['Font']) / 1000:>7.1f} "
                f"{whole / 1000:>10.1f}  {visits[-1].element}"
            )
        browser.close()


if __name__ == "__main__":
    main()
