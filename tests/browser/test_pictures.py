"""Indicateur and Quartiers in a real browser: maps and trends painted, the address, the keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.charts.palette import DARK, LIGHT, steps
from tests.browser.pixels import greys, painted

pytestmark = pytest.mark.browser

ENOUGH = 200
"""Pixels from which a colour is seen and is not the edge of a letter."""


def _open(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator(".bcs-footer")).to_be_visible(timeout=30_000)
    expect(page.locator(".js-plotly-plot .scatterlayer").first).to_be_attached(timeout=30_000)


def _map(page: Page) -> Locator:
    return page.locator(".st-key-cadre_carte .js-plotly-plot")


def _settled(page: Page) -> None:
    expect(page.locator('[data-stale="true"]')).to_have_count(0)
    page.wait_for_timeout(800)


@pytest.mark.parametrize(("scheme", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_the_map_of_an_indicator_is_painted_and_its_layer_is_in_the_address(
    page: Page, address: str, scheme: str, colours: object
) -> None:
    chosen = LIGHT if scheme == "light" else DARK
    assert colours is chosen
    page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
    _open(page, f"{address}/indicateur?indicateur=taux_chomage_rp")
    _settled(page)
    for fill in steps(chosen, 5):
        assert painted(_map(page), fill) > ENOUGH, fill
    assert painted(_map(page), chosen.selected) < ENOUGH

    page.get_by_text("Poches de pauvreté (points)").click()
    page.wait_for_url(re.compile("couche=poches"))
    _settled(page)
    assert painted(_map(page), chosen.selected) > ENOUGH
    page.go_back()
    expect(page.get_by_text("Emplacement indicatif")).to_have_count(0)
    assert "couche" not in page.url
    page.go_forward()
    # The folded text to copy says it too.
    expect(page.locator("text=Emplacement indicatif >> visible=true").first).to_be_visible()
    assert "couche=poches" in page.url


def test_secrecy_is_painted_with_its_own_pattern(page: Page, address: str) -> None:
    _open(page, f"{address}/indicateur?indicateur=taux_pauvrete")
    _settled(page)
    expect(page.get_by_text("Quadrillé : secret statistique")).to_be_visible()
    hatched = greys(_map(page))
    _open(page, f"{address}/indicateur?indicateur=taux_chomage_rp")
    _settled(page)
    # The same map with a figure everywhere: its only greys are the communes around and the edges of letters.
    assert hatched > greys(_map(page)) + 10 * ENOUGH


def test_every_number_of_a_list_leads_to_its_sheet(page: Page, address: str) -> None:
    _open(page, f"{address}/indicateur?indicateur=taux_chomage_rp")
    page.locator(".bcs-bars td a").first.click()
    page.wait_for_url(re.compile("fiche=taux_chomage_rp"))
    expect(page.get_by_role("heading", name="Ce que dit ce chiffre")).to_be_visible()
    expect(page.get_by_text("Ce qui a changé depuis la version précédente")).to_be_visible()
    expect(page.get_by_text("base_cc_comparateur.csv").first).to_be_visible()


def test_a_map_is_zoomed_by_buttons_fills_the_screen_and_follows_its_table(page: Page, address: str) -> None:
    _open(page, f"{address}/indicateur?indicateur=taux_chomage_rp")
    _settled(page)
    drawn = page.locator(".st-key-cadre_carte .js-plotly-plot")
    seen = "e => e._fullLayout.yaxis.range[1] - e._fullLayout.yaxis.range[0]"
    whole = drawn.evaluate(seen)
    for name, share in (("Agrandir la carte", 0.5), ("Revenir à la carte entière", 1.0)):
        drawn.get_by_role("button", name=name).click()
        page.wait_for_timeout(800)
        assert drawn.evaluate(seen) == pytest.approx(share * whole, rel=0.01)
    usual = drawn.bounding_box()
    drawn.get_by_role("button", name="Plein écran").click()
    page.wait_for_timeout(1000)
    full = drawn.bounding_box()
    assert usual is not None and full is not None
    assert full["height"] * full["width"] > 1.5 * usual["height"] * usual["width"]
    page.keyboard.press("Escape")
    page.locator(".bcs-bars th a", has_text="Denain").first.click()
    expect(page.locator(".bcs-bars th strong")).to_have_text("▸ Denain")
    assert "territoire=59172" in page.url
    assert painted(_map(page), LIGHT.selected) > ENOUGH, "the commune is outlined"


def test_the_map_and_the_trend_of_the_quarters_are_painted(page: Page, address: str) -> None:
    _open(page, f"{address}/quartiers?niveau=qpv&territoire=QP059053&indicateur=taux_emploi")
    _settled(page)
    expect(page.get_by_text("Pas de carte : les contours de ce périmètre")).to_be_visible()
    trend = page.locator(".st-key-evolution_quartier .js-plotly-plot")
    trend.scroll_into_view_if_needed()
    assert painted(trend, LIGHT.selected) > ENOUGH
    titles = trend.locator(".annotation-text").all_text_contents()
    # On two lines, which the text of the drawing joins.
    assert titles == ["Périmètrede 2015", "Périmètrede 2024"]

    _open(page, f"{address}/quartiers?niveau=qpv&territoire=QN05950M")
    _settled(page)
    assert painted(_map(page), steps(LIGHT, 1)[0]) > ENOUGH
    assert painted(_map(page), LIGHT.selected) > ENOUGH


def test_quarters_are_chosen_by_the_keyboard_and_the_arrows_bring_them_back(page: Page, address: str) -> None:
    _open(page, f"{address}/quartiers")
    page.get_by_role("combobox", name=re.compile("^Quartier|Quartier$")).last.focus()
    page.keyboard.type("Arenberg")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("^Arenberg"))).to_be_visible()
    page.wait_for_url(re.compile("territoire=QN05958M"))
    page.go_back()
    expect(page.get_by_role("heading", name=re.compile("^Arenberg"))).to_have_count(0)
    page.go_forward()
    expect(page.get_by_role("heading", name=re.compile("^Arenberg"))).to_be_visible()


def test_the_sheet_and_the_layer_are_within_reach_of_the_keyboard(page: Page, address: str) -> None:
    _open(page, f"{address}/indicateur?indicateur=taux_chomage_rp")
    page.get_by_role("combobox", name=re.compile("Territoire suivi")).focus()
    met = []
    for _ in range(12):
        page.keyboard.press("Tab")
        met.append(page.evaluate("(document.activeElement.innerText || '').trim()"))
        if met[-1].startswith("D’où vient ce chiffre"):
            break
    assert met[-1].startswith("D’où vient ce chiffre"), met
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ce que dit ce chiffre")).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("Poches de pauvreté")).focus()
    page.keyboard.press("Space")
    page.wait_for_url(re.compile("couche=poches"))
