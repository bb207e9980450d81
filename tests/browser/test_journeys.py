"""The questions an élu asks, each answered in two gestures at most from Accueil, on what the screen shows.

One page for each screen walks them all, at a desk, on a tablet and on a telephone: what is measured is the
path, not how fast a browser starts.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import go_to, touch

pytestmark = pytest.mark.browser

DESK = {"width": 1280, "height": 900}
TELEPHONE = {"width": 390, "height": 844}
SCREENS = 6
"""Telephone screens of a territory before anything is opened, at most."""
LONGEST = 900
"""Words of it, likewise."""


@pytest.fixture
def home(held: Page, address: str) -> Page:
    """Accueil, as a reader who arrives finds it: the count of gestures starts here."""
    return _arrived(held, address)


def _arrived(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator("#root .bcs-heat")).to_be_visible()
    return page


def _read_at_once(place: Locator, screens: int = 1) -> None:
    """Check that words are on the first screens, and cut by neither side."""
    box, size = place.bounding_box(), place.page.viewport_size
    assert box is not None and size is not None
    assert box["y"] + box["height"] < screens * size["height"], "read without scrolling"
    assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"], "read whole"


def _row(page: Page, commune: str) -> list[str]:
    """The cells of a commune in the heat map, as a screen reader reads them, by the need they are under."""
    row = page.locator(".bcs-heat tbody tr", has=page.get_by_role("link", name=commune, exact=True))
    return row.locator("td").all_inner_texts()


def test_where_is_poverty_worst(home: Page) -> None:
    """« Où la pauvreté est-elle la plus forte ? »: read on arrival; one gesture gives map and ranks."""
    first = home.locator(".bcs-heat tbody th").first
    assert first.inner_text() == "Denain"
    _read_at_once(first, 1 if home.viewport_size == DESK else 3)
    fact = home.locator(".bcs-fact").get_by_role("link", name="Taux de pauvreté")
    _read_at_once(fact)
    touch(fact)
    expect(home.locator("#root h1")).to_contain_text("Taux de pauvreté")
    expect(home.locator(".bcs-lead").first).to_contain_text("(Denain)")
    _read_at_once(home.locator(".bcs-lead").first)
    expect(home.locator(".js-plotly-plot").first).to_be_visible()
    expect(home.locator("[data-testid=stMain]")).to_contain_text("Denain")


def test_is_my_commune_getting_better(home: Page) -> None:
    """« Ma commune va-t-elle mieux ? »: one gesture, a sentence that counts."""
    touch(home.locator(".bcs-heat").get_by_role("link", name="Denain", exact=True))
    expect(home.locator("#root h1")).to_have_text("Denain")
    lead = home.locator(".bcs-lead").first
    expect(lead).to_contain_text(re.compile(r"\d+ en progrès, \d+ en recul, \d+ sans changement établi"))
    _read_at_once(lead)


def test_what_comes_first_in_my_commune(home: Page) -> None:
    """« Qu’est-ce qui vient d’abord dans ma commune ? »: its name is typed, then chosen."""
    field = home.get_by_label("Chercher ma commune")
    field.fill("denin")
    field.press("Enter")
    touch(home.get_by_role("link", name=re.compile("^Denain")).first)
    expect(home.locator("#root h1")).to_have_text("Denain")
    facts = home.locator(".bcs-firstfacts li")
    expect(facts.first).to_contain_text(re.compile(r"Taux de pauvreté\s: \d"))
    assert facts.count() >= 5
    _read_at_once(facts.first)
    _read_at_once(facts.last, 1 if home.viewport_size == DESK else 2)


def test_how_do_we_stand_against_the_nord_the_region_france(home: Page) -> None:
    """« Où en est-on face au Nord, à la région, à la France ? »: the page, then any of its lines."""
    expect(home.locator(".bcs-fact").first).to_contain_text("Nord")
    expect(home.locator(".bcs-index").first).to_contain_text(re.compile(r"Hauts-de-France[^\d]{0,4}\d"))
    go_to(home, "Baromètre")
    line = home.locator(".bcs-line", has=home.get_by_role("heading", name="Sans diplôme"))
    expect(line.locator(".bcs-brief")).to_contain_text(re.compile(r"Nord \d"))
    line.scroll_into_view_if_needed()
    for cell in line.locator(".bcs-brief > *").all():
        _read_at_once(cell)
    touch(line.locator("summary"))
    for place in ("Nord", "France"):
        expect(line.locator(".bcs-row")).to_contain_text(re.compile(rf"{place}[^\d]{{0,12}}\d"))
    # Its sheet comes under it; what the reader had opened stays so, whatever moved.
    other = home.locator(".bcs-line", has=home.get_by_role("heading", name="Taux d’emploi", exact=True))
    touch(other.locator("summary"))
    touch(line.get_by_role("link", name="D’où vient ce chiffre"))
    expect(home.get_by_role("heading", name="Ce que dit ce chiffre")).to_be_visible()
    for opened in (line, other):
        expect(opened).to_have_js_property("open", True)


def test_what_changed_since_last_year(home: Page) -> None:
    """« Qu’est-ce qui a changé depuis l’an dernier ? »: said on arrival and on each commune."""
    expect(home.locator(".bcs-first")).to_contain_text(re.compile("Première publication|Depuis la version"))
    touch(home.locator(".bcs-heat").get_by_role("link", name="Raismes", exact=True))
    expect(home.locator("#root h1")).to_have_text("Raismes")
    expect(home.locator("[data-testid=stMain]")).to_contain_text(
        re.compile("Première publication|[Dd]epuis la version")
    )
    expect(home.locator(".bcs-brief", has_text=re.compile("en progrès|en recul")).first).to_be_visible()


def test_can_i_trust_this_figure(home: Page) -> None:
    """« Puis-je me fier à ce chiffre ? »: one gesture from a figure to its year, source and margin."""
    touch(home.locator(".bcs-fact").get_by_role("link", name="Taux de chômage (recensement)"))
    sheet = home.locator(".bcs-sheet").first
    expect(sheet).to_be_visible()
    expect(sheet).to_contain_text("Insee", ignore_case=True)
    expect(sheet).to_contain_text(re.compile(r"\b20\d\d\b"))
    expect(sheet).to_contain_text(re.compile(r"[Mm]arge|[Ii]ntervalle|entre \d"))


def test_where_is_my_commune_on_the_map(home: Page) -> None:
    """« Où est ma commune sur la carte ? »: one touch chooses it; a finger may scroll over it."""
    for commune, code in (("Denain", "59172"), ("Raismes", "59491")):
        name = home.locator(".js-plotly-plot .annotation-text", has_text=commune)
        # The map of the commune before goes a moment after the new one comes.
        expect(name).to_have_count(1)
        expect(home.locator('[data-stale="true"]')).to_have_count(0)
        # Plotly draws its names once more when the letters are there: its frame stays.
        home.wait_for_timeout(800)
        home.locator(".st-key-cadre_carte").evaluate("frame => frame.scrollIntoView({ block: 'center' })")
        label = name.bounding_box()
        assert label is not None
        at = label["x"] + label["width"] / 2, label["y"] + label["height"] / 2
        by_finger = home.evaluate("navigator.maxTouchPoints")
        (home.touchscreen.tap if by_finger else home.mouse.click)(*at)
        home.wait_for_url(re.compile(code))
        expect(home.get_by_role("heading", name=commune, exact=True)).to_be_visible()
    if by_finger:
        surface = home.locator(".js-plotly-plot .nsewdrag")
        # That of the commune before may still be there.
        expect(surface).to_have_count(1)
        _scroll_by_finger(home, surface)
        assert "59491" in home.url


def _scroll_by_finger(page: Page, place: Locator) -> None:
    """Put a finger on a place and move it upwards: the page follows."""
    place.evaluate("place => place.scrollIntoView({ block: 'center' })")
    main, box = page.get_by_test_id("stMain"), place.bounding_box()
    assert box is not None
    before = main.evaluate("main => main.scrollTop")
    session = page.context.new_cdp_session(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for kind, at in (("touchStart", y), *(("touchMove", y - 20 * step) for step in range(1, 9))):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": at}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("([main, top]) => main.scrollTop > top + 50", arg=[main.element_handle(), before])


def test_the_heat_map_is_read_and_left_by_the_keyboard(tab: Page, address: str) -> None:
    home = _arrived(tab, address)
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
