"""The application in a real browser, on the real release: the map is drawn, a click changes the commune."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.pixels import colours_of

pytestmark = pytest.mark.browser


def _ready(page: Page) -> None:
    expect(page.locator(".bcs-footer")).to_be_visible()
    expect(page.locator(".js-plotly-plot .scatterlayer path.js-fill").first).to_be_attached()


def test_the_map_is_drawn_and_a_click_changes_the_commune(page: Page, address: str) -> None:
    foreign: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((address, address.replace("http", "ws"), "data:", "blob:")):
            foreign.append(request.url)

    page.on("request", note)
    page.goto(address)
    _ready(page)

    assert page.evaluate("document.documentElement.lang") == "fr"
    expect(page.locator("#root h1")).to_have_count(1)
    colours = colours_of(page.locator(".js-plotly-plot"))
    total = sum(colours.values())
    # Five classes of communes, each a fill of its own: really painted, not only present in the document.
    painted = [c for c, count in colours.items() if count > total * 0.005]
    assert len(painted) >= 5, colours

    before = page.locator("h3").all_inner_texts()
    assert "territoire=" not in page.url
    # Denain bears its name on the map; its label lies inside its outline.
    name = page.locator(".js-plotly-plot .annotation-text", has_text="Denain")
    name.scroll_into_view_if_needed()
    label = name.bounding_box()
    assert label is not None
    page.mouse.click(label["x"] + label["width"] / 2, label["y"] + label["height"] / 2)
    page.wait_for_url(re.compile("territoire=59172"))
    expect(page.get_by_role("heading", name="Denain", exact=True)).to_be_visible()
    assert page.locator("h3").all_inner_texts() != before

    # The choice goes with the reader to the next page, and the browser's arrows bring it back.
    page.get_by_role("link", name="Tous les indicateurs de Denain").click()
    expect(page.locator("#root h1")).to_have_text("Denain")
    assert "/barometre?" in page.url
    assert "territoire=59172" in page.url
    page.go_back()
    expect(page.get_by_role("heading", name="Denain", exact=True)).to_be_visible()
    assert foreign == [], "the application must not call another site"


def test_a_link_reopens_the_same_view_and_a_list_changes_it(page: Page, address: str) -> None:
    page.goto(f"{address}/barometre?niveau=commune&territoire=59172&theme=emploi&fiche=taux_chomage_rp")
    expect(page.locator("#root h1")).to_have_text("Denain")
    expect(page.get_by_role("heading", name="Ce que dit ce chiffre")).to_be_visible()
    expect(page.locator(".bcs-spine").first).to_be_visible()
    expect(page.get_by_role("heading", name="Logement", exact=True)).to_have_count(0)

    # By the keyboard alone: the list, the first letters, the choice.
    page.get_by_role("combobox", name=re.compile("Territoire")).focus()
    page.keyboard.type("Raismes")
    page.keyboard.press("Enter")
    expect(page.locator("#root h1")).to_have_text("Raismes")
    assert "territoire=59491" in page.url
    page.go_back()
    expect(page.locator("#root h1")).to_have_text("Denain")
    page.go_forward()
    expect(page.locator("#root h1")).to_have_text("Raismes")
