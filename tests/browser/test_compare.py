"""Comparing in Chromium: each choice is in the address, the arrows come back, a link reopens the view."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


def _ready(page: Page) -> None:
    # Where a choice makes the page shorter, the foot of the one before goes a moment after the new one comes.
    expect(page.locator(".bcs-footer")).to_have_count(1, timeout=60_000)
    expect(page.locator(".bcs-footer")).to_be_visible()
    expect(page.locator('[data-testid="stApp"]')).to_have_attribute("data-test-script-state", "notRunning")


def _choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=re.compile(rf"^(Selected .*)?{label}|{label}$")).first.focus()
    page.keyboard.type(option)
    page.keyboard.press("Enter")


def _view(page: Page) -> str:
    """What the page says, without its lists."""
    return "\n".join(page.locator(".stHtml").all_inner_texts())


def test_every_choice_is_in_the_address_and_the_arrows_come_back(
    page: Page, address: str, browser: Browser
) -> None:
    page.goto(f"{address}/barometre?niveau=commune&territoire=59172&theme=emploi")
    _ready(page)
    title = page.locator("#root h1")
    expect(title).to_have_text("Denain")

    steps: list[tuple[Callable[[], None], str, str]] = [
        (lambda: _choose(page, "Territoire", "Raismes"), "territoire=59491", "Raismes"),
        (lambda: _choose(page, "Thème", "Logement"), "theme=logement", "Raismes"),
        (lambda: _choose(page, "Comparer avec", "Un territoire"), "avec=commune-", "côte à côte"),
        (lambda: _choose(page, "Type de territoire comparé", "Groupe"), "avec=groupe-", "côte à côte"),
        (lambda: _choose(page, "Territoire comparé", "Composer"), "avec_groupe=", "côte à côte"),
    ]
    seen: list[tuple[str, str]] = []
    for act, in_address, heading in steps:
        seen.append((page.url, title.inner_text()))
        act()
        page.wait_for_url(re.compile(re.escape(in_address)))
        expect(title).to_contain_text(heading)
        _ready(page)
    # One commune more, by the keyboard.
    before = page.url
    page.get_by_role("combobox", name=re.compile("Communes du groupe comparé")).focus()
    page.keyboard.type("Abscon")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("59002"))
    _ready(page)
    name = page.get_by_label("Nom du groupe comparé")
    name.fill("Groupe <b>d’essai</b>")
    name.press("Tab")
    page.wait_for_url(re.compile("avec_nom="))
    expect(title).to_have_text("Raismes et Groupe <b>d’essai</b>, côte à côte")
    _ready(page)

    link, shown = page.url, _view(page)
    page.go_back()
    expect(title).not_to_contain_text("essai")
    page.go_back()
    page.wait_for_url(before)
    _ready(page)
    for url, heading in reversed(seen):
        page.go_back()
        page.wait_for_url(url)
        expect(title).to_have_text(heading)
    for _ in range(len(seen) + 2):
        page.go_forward()
    expect(title).to_have_text("Raismes et Groupe <b>d’essai</b>, côte à côte")

    elsewhere = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR")
    other = elsewhere.new_page()
    other.goto(link)
    _ready(other)
    assert _view(other) == shown
    elsewhere.close()


@pytest.mark.parametrize("width", [1280, 768, 390, 320])
def test_two_territories_are_drawn_and_nothing_makes_the_page_scroll_sideways(
    page: Page, address: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/barometre?groupe=59172,59179&nom=Duo&avec=commune-59491&theme=emploi")
    _ready(page)
    expect(page.locator(".bcs-duo").first).to_be_visible()
    first, second = (page.locator(f".bcs-duo .bcs-dot.bcs-{name}").first for name in ("first", "second"))
    boxes = first.bounding_box(), second.bounding_box()
    assert boxes[0] is not None
    assert boxes[1] is not None
    # Unemployment is higher in the group: its mark is to the right, on the line above.
    assert boxes[0]["x"] > boxes[1]["x"]
    assert boxes[0]["y"] < boxes[1]["y"]
    assert page.evaluate("document.querySelector('[data-testid=\"stMain\"]').scrollWidth <= innerWidth + 1")


def test_no_english_word_in_the_lists(page: Page, address: str) -> None:
    page.goto(f"{address}/barometre?groupe=59172,59179")
    _ready(page)
    page.get_by_role("combobox", name=re.compile("Communes du groupe")).click()
    expect(page.get_by_role("option", name="Abscon")).to_be_visible()
    listed = page.locator("body").inner_text()
    page.keyboard.press("Escape")
    page.get_by_label("Nom du groupe").focus()
    for shown in (listed, page.locator("body").inner_text()):
        assert not re.search(r"\b(Choose|Press|Select|Enter|Apply|all)\b", shown), shown
