"""The questions an élu asks, each answered in two gestures at most from Accueil, on what the screen shows.

One page of one browser context walks them all: what is measured is the path, not how fast a browser starts.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

TELEPHONE = {"width": 390, "height": 844}
SCREENS = 6
"""Telephone screens of a territory before anything is opened, at most."""
LONGEST = 900
"""Words of it, likewise."""


@pytest.fixture
def home(tab: Page, address: str) -> Page:
    """Accueil, as a reader who arrives finds it: the count of gestures starts here."""
    tab.goto(address)
    expect(tab.locator(".bcs-heat")).to_be_visible()
    return tab


def _row(page: Page, commune: str) -> list[str]:
    """The cells of a commune in the heat map, as a screen reader reads them, by the need they are under."""
    row = page.locator(".bcs-heat tbody tr", has=page.get_by_role("link", name=commune, exact=True))
    return row.locator("td").all_inner_texts()


def test_where_is_poverty_worst(home: Page) -> None:
    """« Où la pauvreté est-elle la plus forte ? »: read on arrival; one gesture gives map and ranks."""
    first = home.locator(".bcs-heat tbody th").first
    assert first.inner_text() == "Denain"
    box = first.bounding_box()
    assert box is not None and box["y"] + box["height"] < 900, "read without scrolling"
    home.locator(".bcs-heat thead").get_by_role("link", name="Taux de pauvreté").click()
    expect(home.locator("#root h1")).to_contain_text("Taux de pauvreté")
    expect(home.locator(".js-plotly-plot").first).to_be_visible()
    expect(home.locator("[data-testid=stMain]")).to_contain_text("Denain")


def test_is_my_commune_getting_better(home: Page) -> None:
    """« Ma commune va-t-elle mieux ? »: one gesture, a sentence that counts."""
    home.locator(".bcs-heat").get_by_role("link", name="Denain", exact=True).click()
    expect(home.locator("#root h1")).to_have_text("Denain")
    lead = home.locator(".bcs-lead").first
    expect(lead).to_contain_text(re.compile(r"\d+ en progrès, \d+ en recul, \d+ sans changement établi"))
    box = lead.bounding_box()
    assert box is not None and box["y"] < 900, "read without scrolling"


def test_what_comes_first_in_my_commune(home: Page) -> None:
    """« Qu’est-ce qui vient d’abord dans ma commune ? »: its name is typed, then chosen."""
    field = home.get_by_label("Chercher ma commune")
    field.fill("denin")
    field.press("Enter")
    home.get_by_role("link", name=re.compile("^Denain")).first.click()
    expect(home.locator("#root h1")).to_have_text("Denain")
    facts = home.locator(".bcs-firstfacts li")
    expect(facts.first).to_contain_text(re.compile(r"Taux de pauvreté\s: \d"))
    assert facts.count() >= 5
    last = facts.last.bounding_box()
    assert last is not None and last["y"] + last["height"] < 900, "read without scrolling"


def test_how_do_we_stand_against_the_nord_the_region_france(home: Page) -> None:
    """« Où en est-on face au Nord, à la région, à la France ? »: the page, then any of its lines."""
    expect(home.locator(".bcs-fact").first).to_contain_text("Nord")
    expect(home.locator(".bcs-index").first).to_contain_text(re.compile(r"Hauts-de-France[^\d]{0,4}\d"))
    home.locator(".st-key-navigation").get_by_role("link", name="Baromètre").click()
    line = home.locator(".bcs-line", has=home.get_by_role("heading", name="Sans diplôme"))
    expect(line.locator(".bcs-brief")).to_contain_text(re.compile(r"Nord \d"))
    line.locator("summary").click()
    for place in ("Nord", "France"):
        expect(line.locator(".bcs-row")).to_contain_text(re.compile(rf"{place}[^\d]{{0,12}}\d"))


def test_what_changed_since_last_year(home: Page) -> None:
    """« Qu’est-ce qui a changé depuis l’an dernier ? »: said on arrival and on each commune."""
    expect(home.locator(".bcs-first")).to_contain_text(re.compile("Première publication|Depuis la version"))
    home.locator(".bcs-heat").get_by_role("link", name="Raismes", exact=True).click()
    expect(home.locator("#root h1")).to_have_text("Raismes")
    expect(home.locator("[data-testid=stMain]")).to_contain_text(
        re.compile("Première publication|[Dd]epuis la version")
    )
    expect(home.locator(".bcs-brief", has_text=re.compile("en progrès|en recul")).first).to_be_visible()


def test_can_i_trust_this_figure(home: Page) -> None:
    """« Puis-je me fier à ce chiffre ? »: one gesture from a figure to its year, source and margin."""
    home.locator(".bcs-fact").get_by_role("link", name="Taux de chômage (recensement)").click()
    sheet = home.locator(".bcs-sheet").first
    expect(sheet).to_be_visible()
    expect(sheet).to_contain_text("Insee", ignore_case=True)
    expect(sheet).to_contain_text(re.compile(r"\b20\d\d\b"))
    expect(sheet).to_contain_text(re.compile(r"[Mm]arge|[Ii]ntervalle|entre \d"))


def test_the_heat_map_is_read_and_left_by_the_keyboard(home: Page) -> None:
    cells = _row(home, "Denain")
    assert all(cell.strip() for cell in cells), "no cell is a colour alone"
    link = home.locator(".bcs-heat thead").get_by_role("link").first
    link.focus()
    met = []
    for _ in range(home.locator(".bcs-heat thead a").count()):
        met.append(home.evaluate("document.activeElement.textContent"))
        home.keyboard.press("Tab")
    assert met == home.locator(".bcs-heat thead a").all_text_contents()
    assert home.evaluate("document.activeElement.closest('th')?.scope") == "row"
    home.keyboard.press("Enter")
    expect(home.locator("#root h1")).to_have_text("Denain")


def test_a_territory_holds_on_a_few_screens_and_prints_whole(tab: Page, address: str) -> None:
    tab.set_viewport_size(TELEPHONE)
    tab.goto(f"{address}/barometre?niveau=commune&territoire=59172")
    expect(tab.locator(".bcs-footer")).to_be_visible()
    tab.wait_for_timeout(500)
    height = tab.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight")
    assert height <= SCREENS * TELEPHONE["height"]
    assert len(tab.locator("[data-testid=stMain]").inner_text().split()) < LONGEST
    folded = "document.querySelectorAll('.bcs-line:not([open])').length"
    before = tab.evaluate(folded)
    assert before > 20
    tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert tab.evaluate(folded) == 0
    tab.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert tab.evaluate(folded) == before
    tab.set_viewport_size({"width": 1280, "height": 900})
