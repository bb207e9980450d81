"""What surrounds the pages: links on one line or folded, nothing that moves once shown, nothing missing."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.address.screens import BAROMETER, HOME, INDICATOR, PAGES
from tests.browser.conftest import PATIENCE

pytestmark = pytest.mark.browser

TABLET, TELEPHONE = (820, 1180), (390, 844)
MOST_SHIFT = 0.1
"""Cumulative layout shift that a reader does not notice (web.dev, « good »)."""
_WATCH = """
window.shift = 0;
window.titles = [];
// Once the scripts of the page have seen the same change.
new MutationObserver(() => queueMicrotask(() => {
  const [title, ...others] = document.querySelectorAll("h1");
  const place = title?.getBoundingClientRect();
  if (place) window.titles.push([place.bottom, !title.closest("#root"), others.length]);
})).observe(document, { childList: true, subtree: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


# What is laid out otherwise on a tablet is the links, the same on every page, and the maps.
SCREENS = (*((page, TELEPHONE) for page in PAGES), (HOME, TABLET), (INDICATOR, TABLET))


@pytest.mark.parametrize(("target", "size"), SCREENS, ids=lambda one: getattr(one, "label", None))
def test_nothing_moves_and_nothing_is_missing(page: Page, address: str, target: Any, size: Any) -> None:
    missing: list[str] = []
    page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
    page.add_init_script(_WATCH)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    asked = f"{address}/{target.url_path or ''}?niveau=commune&territoire=59172"
    # A shell page leaves without its opening where that takes long to make: the next one has it.
    deadline = time.monotonic() + PATIENCE / 1000
    while (shell := page.goto(asked)) and 'class="bcs-before' not in shell.text():
        assert time.monotonic() < deadline, shell.text()
    expect(page.locator(".bcs-footer")).to_be_visible(timeout=30_000)
    page.wait_for_timeout(1500)
    assert page.evaluate("window.shift") < MOST_SHIFT
    assert missing == []
    # The title the shell page opens with is there first, alone, and where that of the page takes its place.
    titles = page.evaluate("window.titles")
    assert {others for *_, others in titles} == {0}
    own = [bottom for bottom, of_the_shell, _ in titles if not of_the_shell]
    before = [bottom for bottom, of_the_shell, _ in titles if of_the_shell]
    assert before[-1] == pytest.approx(own[-1], abs=2)
    expect(page.locator(".bcs-before")).to_have_count(0)


def test_links_are_on_one_line_on_a_tablet(page: Page, address: str) -> None:
    page.set_viewport_size({"width": TABLET[0], "height": TABLET[1]})
    page.goto(f"{address}/{BAROMETER.url_path}")
    links = page.locator(".st-key-navigation a")
    expect(links).to_have_count(len(PAGES), timeout=30_000)
    boxes = [box for link in links.all() if (box := link.bounding_box())]
    assert len({round(box["y"]) for box in boxes}) == 1
    assert max(box["x"] + box["width"] for box in boxes) <= TABLET[0]
    expect(page.locator(".bcs-menu")).to_be_hidden()


def test_links_are_folded_on_a_telephone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": TELEPHONE[0], "height": TELEPHONE[1]})
    page.goto(f"{address}/{BAROMETER.url_path}")
    link = page.locator(".st-key-navigation").get_by_role("link", name="Quartiers")
    expect(page.locator("#root h1")).to_be_visible(timeout=30_000)
    expect(link).to_be_hidden()
    page.locator(".bcs-menu summary").click()
    link.click()
    expect(page.locator("#root h1")).to_have_text("Quartiers prioritaires")
