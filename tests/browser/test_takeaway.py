"""What is downloaded from a page opens and says what it is; the meeting mode goes from page to page."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from xml.etree import ElementTree

import fastexcel
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from test_accessibility import _violations

VIEW = "indicateur?niveau=commune&territoire=59172"

pytestmark = pytest.mark.browser


def _open(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator(".bcs-footer")).to_be_visible(timeout=30_000)
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=30_000)
    expect(page.locator('[data-stale="true"]')).to_have_count(0)


def _taken(page: Page, label: str, folder: Path) -> Path:
    """Follow a link of the first chart by the keyboard and return the file it gives."""
    page.locator(".bcs-taken-carte").get_by_role("link", name=label).focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    saved = folder / download.value.suggested_filename
    download.value.save_as(saved)
    return saved


def test_a_map_is_taken_away_as_pictures_tables_and_text(page: Page, address: str, tmp_path: Path) -> None:
    """« Puis-je emporter cette carte ? »: as a picture, a slide, a table, a text, by the keyboard."""
    _open(page, f"{address}/{VIEW}")
    title = page.locator("#root h1").inner_text()
    release = re.search(r"Version (\S+),", page.locator(".bcs-footer").inner_text())
    assert release is not None

    picture = _taken(page, "Image PNG", tmp_path)
    assert picture.suffix == ".png"
    with Image.open(picture) as image:
        assert image.size == (3000, 1687)
    slide = _taken(page, "Diapositive (PNG 16:9)", tmp_path)
    assert slide.name == f"diapositive-{picture.name}"
    with Image.open(slide) as image:
        assert image.size == (3000, 1687)

    drawing = ElementTree.parse(_taken(page, "Image SVG", tmp_path)).getroot()
    said = " ".join("".join(text.itertext()) for text in drawing.iter("{http://www.w3.org/2000/svg}text"))
    assert title in said
    assert "Source\u00a0:" in said
    assert release[1] in said

    lines = _taken(page, "Tableau CSV", tmp_path).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(lines), delimiter=";"))
    assert len(rows) == 47
    assert all(row["Statut"] and row["Source"] and row["Millésime"] for row in rows)

    sheet = fastexcel.read_excel(_taken(page, "Tableau XLSX", tmp_path)).load_sheet(0).to_polars()
    assert sheet.height == 47
    assert sheet[:, 2].dtype.is_numeric()
    denain = next(row for row in rows if row["Commune"] == "Denain")
    figure = next(v for v in denain.values() if re.fullmatch(r"\d+,\d+", v or ""))
    assert denain["Code INSEE"] == "59172"
    # The text file has one digit more than the page, the workbook all of them behind what it shows.
    full = sheet.filter(sheet["Commune"] == "Denain")[0, 2]
    assert full == pytest.approx(float(figure.replace(",", ".")), abs=0.005)

    page.locator(".bcs-taken-carte summary", has_text="Texte à copier").press("Enter")
    page.locator(".bcs-taken-carte").get_by_role("button", name="Copier le texte").click()
    expect(page.get_by_role("status").get_by_text("Texte copié")).to_be_attached()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert title in copied
    assert release[1] in copied
    assert "Le tableau" not in copied


def test_the_meeting_mode_is_entered_by_the_keyboard_and_goes_from_page_to_page(
    page: Page, address: str
) -> None:
    _open(page, f"{address}/{VIEW}")
    usual = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    figures = page.locator(".bcs-lead").first.inner_text()
    page.get_by_role("button", name="Mode réunion").press("Enter")
    expect(page.get_by_role("button", name="Quitter le mode réunion")).to_be_visible()
    assert "reunion=1" in page.url
    assert "territoire=59172" in page.url
    larger = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert larger > usual * 1.15
    assert page.locator(".bcs-lead").first.inner_text() == figures, "no figure changes"

    for width, height in ((1280, 720), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(800)
        drawn = page.locator(".js-plotly-plot").first.bounding_box()
        foot = page.locator(".bcs-footer").bounding_box()
        assert drawn is not None and foot is not None
        assert drawn["y"] + drawn["height"] <= foot["y"], "message, picture and foot on one screen"
        assert page.evaluate(
            "() => { const m = document.querySelector('[data-testid=stMain]');"
            " return m.scrollWidth <= m.clientWidth + 1; }"
        )

    assert _violations(page) == []
    page.get_by_role("link", name="Baromètre", exact=True).click()
    expect(page.locator("#root h1")).to_have_text("Denain")
    assert "reunion=1" in page.url
    page.go_back()
    expect(page.locator("#root h1")).not_to_have_text("Denain")
    assert "reunion=1" in page.url
    page.get_by_role("button", name="Quitter le mode réunion").press("Enter")
    expect(page.get_by_role("button", name="Mode réunion", exact=True)).to_be_visible()
    assert "reunion" not in page.url


def test_a_printed_page_has_neither_buttons_nor_cut_charts(page: Page, address: str) -> None:
    _open(page, f"{address}/{VIEW}")
    page.emulate_media(media="print")
    for hidden in (".st-key-navigation", ".stSelectbox", ".bcs-taken-carte", ".st-key-mode_reunion"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".bcs-onpaper")).to_contain_text("territoire=59172")
    # A4 between its margins, in pixels.
    page.set_viewport_size({"width": 703, "height": 1000})
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    wide = page.eval_on_selector_all(
        ".js-plotly-plot .main-svg", "found => found.map(e => e.getBoundingClientRect().right)"
    )
    assert wide and max(wide) <= 704
