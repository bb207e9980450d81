"""Every page under axe-core, by the keyboard alone and on a narrow screen."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboard.address.screens import (
    ACCESSIBILITY,
    BAROMETER,
    DATA,
    INDICATOR,
    PAGES,
    PRIORITIES,
    QUARTERS,
    SHEET,
)
from dashboard.opendata.bundle import checksum
from dashboard.shell.declaration import declaration
from dashboard.story.about import TITLE

MOST_TABS = 60
HALO, OVERLAP = 7, 4
"""Pixels of the box of a name that are its halo, and those the letters of two names leave free."""
ENGLISH = re.compile(
    r"\b(open|close|clear|select(ed)?|options?|available|results?|skip|press|remove|copy|fullscreen)\b", re.I
)

# A commune opens what a page shows of one territory; the sheet is the longest content there is.
OF_A_COMMUNE = "?niveau=commune&territoire=59172&fiche=taux_chomage_rp"
OF_A_QUARTER = "?niveau=qpv&territoire=QN05950M"
VIEWS = (
    *((page, "") for page in PAGES),
    *((page, OF_A_COMMUNE) for page in (BAROMETER, INDICATOR, PRIORITIES, SHEET)),
    *((page, OF_A_QUARTER) for page in (BAROMETER, QUARTERS)),
    (BAROMETER, "?niveau=groupe&territoire=geographie_prioritaire"),
    (BAROMETER, f"{OF_A_COMMUNE}&portrait=semblables"),
    (BAROMETER, f"{OF_A_COMMUNE}&portrait=ages"),
    (QUARTERS, "?perimetre=2015"),
)
"""Every page at every level of territory it tells apart."""
LARGE, SMALL = {"width": 1280, "height": 900}, {"width": 320, "height": 800}
CORNER = (("dark", SMALL),)
OF_THE_WIDTH = ("scrollable-region-focusable", "target-size", "color-contrast", "link-in-text-block")
"""Rules that a theme or a width alone may break; the others were asked of the same page just before."""

pytestmark = pytest.mark.browser


def _open(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator(".bcs-footer")).to_be_visible(timeout=30_000)
    # Nothing is still being drawn: axe would see an element that is about to go.
    expect(page.locator('[data-stale="true"]')).to_have_count(0)
    page.wait_for_timeout(500)


def _caused_by_streamlit(page: Page, rule: str, target: str) -> bool:
    for exclusion in declaration().exclusions:
        if exclusion.rule == rule and page.evaluate(
            "([target, selector]) => document.querySelector(target)?.closest(selector) !== null",
            [target, exclusion.selector],
        ):
            return True
    return False


def _violations(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """Violations that are ours, those of good practice too, each with the element it is about."""
    # The elements that pass would be named and sent too, a thousand to a page.
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    response = Axe().run(page, options=options).response
    assert response["testEngine"]["version"] == declaration().axe_core
    found = []
    for violation in response["violations"]:
        for node in violation["nodes"]:
            target = node["target"][0]
            if not _caused_by_streamlit(page, violation["id"], target):
                found.append(f"{violation['impact']} {violation['id']} : {target} : {node['html'][:200]}")
    return found


def _shown(page: Page, colour: Any, size: Any) -> None:
    """Put the page that is open in a theme and a width, as a reader who changes his mind does."""
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=colour)
    page.wait_for_timeout(400)
    expect(page.locator('[data-stale="true"]')).to_have_count(0)


def _holds_in_its_width(page: Page) -> None:
    """Check the structure of the page, and that nothing makes it scroll sideways."""
    assert page.evaluate("document.documentElement.lang") == "fr"
    expect(page.locator("#root h1")).to_have_count(1)
    ranks = page.eval_on_selector_all(
        "h1, h2, h3, h4, h5, h6", "found => found.map(e => Number(e.tagName.slice(1)))"
    )
    assert ranks[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(ranks)), ranks
    # The menu of file names that Streamlit makes of a folder « pages » is never there.
    expect(page.get_by_test_id("stSidebarNav")).to_have_count(0)
    wider = page.evaluate(
        """() => {
            const main = document.querySelector('[data-testid="stMain"]');
            // What scrolls in a frame of its own, or is cut by one, does not make the page scroll.
            const framed = e => {
                for (let p = e; p && p !== main; p = p.parentElement)
                    if (getComputedStyle(p).overflowX !== 'visible') return true;
                return false;
            };
            return [...main.querySelectorAll('*')]
                .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !framed(e))
                .map(e => e.tagName + '.' + e.className + ' ' + (e.textContent || '').slice(0, 60));
        }"""
    )
    assert wider == []


def _says_where_the_reader_is(page: Page, target: Any) -> None:
    """Check the link of the page in the navigation, and the title of the window."""
    current = page.locator(".st-key-navigation [aria-current=page]")
    expect(current).to_have_count(1)
    expect(current).to_have_text(target.label)
    expect(page.get_by_role("navigation", name="Pages du baromètre")).to_be_visible()
    heading = page.locator("#root h1").inner_text()
    assert page.title().startswith(heading)
    assert target.label in page.title()
    assert page.title().endswith(TITLE)


@pytest.mark.parametrize(("target", "query"), VIEWS, ids=lambda one: getattr(one, "label", one))
def test_a_page_says_where_it_is_and_violates_nothing_in_either_theme_at_either_width(
    tab: Page, address: str, target: Any, query: str
) -> None:
    _shown(tab, "light", LARGE)
    _open(tab, f"{address}/{target.url_path or ''}{query}")
    assert _violations(tab) == []
    if not query:
        _says_where_the_reader_is(tab, target)
    # The light colours were just asked; what a level changes is in the content, not in the width.
    for colour, size in (("dark", LARGE), ("dark", SMALL)) if not query else CORNER:
        _shown(tab, colour, size)
        assert _violations(tab, OF_THE_WIDTH) == []
    _holds_in_its_width(tab)


def test_a_violation_would_be_seen(page: Page, address: str) -> None:
    _open(page, f"{address}/{ACCESSIBILITY.url_path}")
    page.evaluate(
        """() => {
            const image = document.createElement('img');
            image.src = 'app/static/favicon.svg';
            document.querySelector('.bcs-footer').append(image);
        }"""
    )
    assert [found.split()[1] for found in _violations(page)] == ["image-alt"]


def _focused(page: Page) -> str:
    """Press Tab and return the name of what has the focus, after checking that the focus is seen."""
    page.keyboard.press("Tab")
    name, visible = page.evaluate(
        """() => {
            const e = document.activeElement, style = getComputedStyle(e);
            const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
            return [(e.innerText || e.getAttribute('aria-label') || '').trim(),
                    e === document.body || seen];
        }"""
    )
    assert visible, f"focus not visible on « {name} »"
    return str(name)


def _reach(page: Page, words: str) -> None:
    """Press Tab until something whose name starts with ``words`` has the focus."""
    met = []
    for _ in range(MOST_TABS):
        met.append(_focused(page))
        if met[-1].startswith(words):
            return
    raise AssertionError(f"« {words} » out of reach of the keyboard : {met}")


def test_from_arrival_to_a_download_by_the_keyboard_alone(
    page: Page, address: str, release_home: Path, tmp_path: Path
) -> None:
    _open(page, address)
    _reach(page, DATA.label)
    page.keyboard.press("Enter")
    expect(page.locator("#root h1")).to_have_text(DATA.label)
    expect(page.get_by_role("button", name="Classeur pour tableur")).to_be_visible(timeout=60_000)
    _reach(page, "Classeur pour tableur")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    saved = tmp_path / "classeur.xlsx"
    download.value.save_as(saved)
    assert download.value.suggested_filename.endswith(".xlsx")
    built = next((release_home / "opendata").glob("*/barometre.xlsx"))
    assert checksum(saved) == checksum(built)


def test_a_choice_is_announced_and_renames_the_view(page: Page, address: str) -> None:
    _open(page, f"{address}/{SHEET.url_path}{OF_A_COMMUNE}")
    before = page.title()
    page.get_by_role("combobox", name="Commune").focus()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
        page.wait_for_timeout(200)
    expect(page).not_to_have_title(before)
    heading = page.locator("#root h1").inner_text()
    expect(page.locator("body > [role=status]")).to_contain_text(heading)
    assert page.title().startswith(heading)


def test_the_skip_link_leads_to_the_title(page: Page, address: str) -> None:
    _open(page, f"{address}/{DATA.url_path}")
    assert _focused(page) == "Aller au contenu"
    page.keyboard.press("Enter")
    expect(page.locator("#root h1")).to_be_focused()


def test_the_keyboard_enters_a_bubble_and_comes_back(page: Page, address: str) -> None:
    _open(page, f"{address}/{BAROMETER.url_path}{OF_A_COMMUNE}&portrait=semblables")
    button = page.locator(".stPopover button").first
    bubble = page.get_by_test_id("stPopoverBody")
    button.focus()
    page.keyboard.press("Enter")
    expect(bubble).to_be_focused()
    for _ in range(8):
        page.keyboard.press("Tab")
        page.wait_for_timeout(200)
        if not bubble.evaluate("open => open.contains(document.activeElement)"):
            break
    expect(button).to_be_focused()
    page.keyboard.press("Escape")
    expect(bubble).to_have_count(0)
    expect(button).to_be_focused()


def test_the_keyboard_stays_on_what_a_choice_lays_out_again(page: Page, address: str) -> None:
    _open(page, f"{address}/{INDICATOR.url_path}")
    twin = page.get_by_role("combobox", name="Mettre une carte à côté")
    twin.focus()
    before = twin.element_handle()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
        page.wait_for_timeout(200)
    page.wait_for_function("before => !before.isConnected", arg=before)
    expect(twin).to_be_focused()
    _open(page, f"{address}/{BAROMETER.url_path}{OF_A_COMMUNE}")
    line = page.locator(".bcs-line", has_text="Familles monoparentales").first
    line.locator("summary").click()
    line.get_by_role("link", name="D’où vient").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Fermer la fiche Familles")).to_be_focused()


def test_lists_speak_french(page: Page, address: str) -> None:
    _open(page, f"{address}/{INDICATOR.url_path}{OF_A_COMMUNE}")
    spoken = page.locator("[role=log]")
    # By their tag: an open list takes the others out of the accessibility tree.
    for choice in page.locator("input[role=combobox]").all():
        choice.click()
        expect(spoken.filter(has_text="choix possible")).not_to_have_count(0)
        choice.press_sequentially("zzzz")
        expect(page.get_by_role("option", name="Aucun résultat")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        expect(page.get_by_role("option")).to_have_count(0)
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    names = {str(node.get("name", {}).get("value", "")) for node in nodes}
    assert "Aller au contenu" in names
    assert [name for name in names if ENGLISH.search(name)] == []


def test_names_of_a_map_never_cover_each_other(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    _open(page, f"{address}/{QUARTERS.url_path}")
    names = page.locator("[class*=st-key-cadre_carte] text.annotation-text")
    expect(names.first).to_be_attached(timeout=30_000)
    page.wait_for_timeout(1000)
    boxes = [box for name in names.all() if name.is_visible() and (box := name.bounding_box())]
    assert 0 < len(boxes) < names.count()
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 320 for box in boxes)
    for rank, one in enumerate(boxes):
        for other in boxes[rank + 1 :]:
            apart = one["x"] + one["width"] < other["x"] or other["x"] + other["width"] < one["x"]
            top, bottom = sorted((one, other), key=lambda box: box["y"])
            assert apart or top["y"] + top["height"] - HALO - OVERLAP < bottom["y"]


def test_a_file_is_read_at_its_stable_address(address: str, release_home: Path) -> None:
    with urllib.request.urlopen(f"{address}/opendata/parquet/value.parquet") as answer:
        content = answer.read()
    built = next((release_home / "opendata").glob("*/parquet/value.parquet"))
    assert content == built.read_bytes()
    for path in ("manifest.json", "../releases/CURRENT", "%2e%2e/%2e%2e/releases/CURRENT", "csv"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{address}/opendata/{path}")
        assert refused.value.code in (400, 404)
