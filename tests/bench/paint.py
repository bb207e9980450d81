"""How long a reader waits for the first page in Debian's Chromium, with and without the browser's cache.

The reference of the same run is an empty page of the same server.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.measure import Result

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ("--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking")
READ = "premier affichage utile"
SHOWN = {
    # What a reader can read: the title of the page and what opens it, its index or its sentence.
    READ: ("h1", ".bcs-index, .bcs-lead"),
    # What a reader can use: the page itself, drawn by its scripts, with its lists and links.
    "page utilisable": ("#root h1", "#root .st-key-navigation a", "#root input"),
}
# The browser notes when the frame is drawn: asked from outside, it answers once the charts are made.
_WATCH = """moments => {
    window.drawn = {};
    const seen = (found) => document.querySelector(found)?.checkVisibility({ visibilityProperty: true });
    const look = () => {
        for (const [name, parts] of Object.entries(moments)) {
            if (name in window.drawn || !parts.every(seen)) continue;
            window.drawn[name] = null;
            setTimeout(() => { window.drawn[name] = performance.now(); });
        }
        if (Object.keys(window.drawn).length < Object.keys(moments).length) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""


def report(address: str, quick: bool) -> Iterator[str | Result]:
    """Yield the lines of the benchmark, in French, and the rows of its table.

    Args:
        address: ``http://localhost:<port>`` of a server that has already run its pages once.
        quick: Fewer runs.
    """
    if not CHROMIUM.exists():
        yield f"premier affichage : non mesuré, {CHROMIUM} est absent"
        return
    runs = 2 if quick else 5
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        visits = [_visit(browser, address) for _ in range(runs)]
        browser.close()
    empty, first, again = zip(*visits, strict=True)
    base = statistics.median(empty)
    for moment in SHOWN:
        for found, cache in ((first, "vide"), (again, "plein")):
            middle = statistics.median(visit[moment] for visit in found)
            yield (
                f"{moment}, cache du navigateur {cache} : médiane {middle:.2f} s, {middle / base:.1f} fois "
                f"une page vide ({base * 1000:.0f} ms) ; {runs} essais"
            )
            asked = moment == READ
            label, most = f"{moment.capitalize()}, cache du navigateur {cache}", "au plus 5 fois"
            yield Result(
                *(label, middle, 0.0, "une page vide", middle / base, 0.0, most if asked else ""),
                reached=middle <= 5 * base if asked else None,
            )


def _visit(browser: Browser, address: str) -> tuple[float, dict[str, float], dict[str, float]]:
    """An empty page, then the first page twice: seconds, those of each moment, the same with the cache."""
    context = browser.new_context(locale="fr-FR")
    context.add_init_script(f"({_WATCH})({json.dumps(SHOWN)})")
    page = context.new_page()
    empty = _empty(page, f"{address}/_stcore/health")
    cold = _moments(page, address)
    page.close()
    warm = _moments(context.new_page(), address)
    context.close()
    return empty, cold, warm


def _empty(page: Page, address: str) -> float:
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector("body", state="visible")
    return time.perf_counter() - start


def _moments(page: Page, address: str) -> dict[str, float]:
    page.goto(address, wait_until="commit")
    every = f"Object.values(window.drawn).filter(Boolean).length === {len(SHOWN)}"
    page.wait_for_function(every, timeout=60_000)
    drawn: dict[str, float] = page.evaluate("window.drawn")
    return {moment: drawn[moment] / 1000 for moment in SHOWN}
