"""How long a reader waits for the first page in Debian's Chromium, with and without the browser's cache.

The reference of the same run is an empty page of the same server.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ("--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking")
USEFUL = "h1"
"""What a reader can begin to read: the title of the page, and with it the sentence that opens it."""
# The browser notes when the frame is drawn: asked from outside, it answers once the charts are made.
_WATCH = """selector => {
    const note = () => { window.usefulPaint = performance.now(); };
    const drawn = () => requestAnimationFrame(() => setTimeout(note));
    const watch = new MutationObserver(() => {
        if (document.querySelector(selector)) { watch.disconnect(); drawn(); }
    });
    watch.observe(document, { childList: true, subtree: true });
}"""


def report(address: str, quick: bool) -> Iterator[str]:
    """Yield the lines of the benchmark, in French.

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
        cold, warm, empty = [], [], []
        for _ in range(runs):
            context = browser.new_context(locale="fr-FR")
            context.add_init_script(f"({_WATCH})('{USEFUL}')")
            page = context.new_page()
            empty.append(_empty(page, f"{address}/_stcore/health"))
            cold.append(_useful(page, address))
            page.close()
            warm.append(_useful(context.new_page(), address))
            context.close()
        browser.close()
    base = statistics.median(empty)
    for name, times in (("cache du navigateur vide", cold), ("cache du navigateur plein", warm)):
        middle = statistics.median(times)
        yield (
            f"premier affichage utile, {name} : médiane {middle:.2f} s, {middle / base:.0f} fois une page "
            f"vide ({base * 1000:.0f} ms) ; {runs} essais"
        )


def _empty(page: Page, address: str) -> float:
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector("body", state="visible")
    return time.perf_counter() - start


def _useful(page: Page, address: str) -> float:
    page.goto(address, wait_until="commit")
    page.wait_for_function("window.usefulPaint", timeout=60_000)
    page.wait_for_selector(USEFUL, state="visible")
    return float(page.evaluate("window.usefulPaint")) / 1000
