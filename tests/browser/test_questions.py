"""The questions an élu asks, each answered in at most two gestures from the page that opens.

One page of each screen serves them all: a reader goes from one question to the next too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.address import screens
from tests.browser.hands import go_to, touch

pytestmark = pytest.mark.browser

MOST_GESTURES = 2


@dataclass
class Reader:
    """Somebody in front of the page that opens, whose gestures are counted."""

    page: Page
    gestures: int = 0

    def touch(self, target: Locator) -> None:
        """Touch something that is on the page."""
        self._counted(1)
        touch(target)

    def goes_to(self, page: screens.Page) -> None:
        """Follow the link to a page, at the top of every one; unfolding the links is a gesture too."""
        self._counted(go_to(self.page, page.label))

    def _counted(self, more: int) -> None:
        self.gestures += more
        assert self.gestures <= MOST_GESTURES

    def reads(self, place: Locator, words: str) -> str:
        """Wait for words, and return what is read where they are."""
        expect(place).to_contain_text(re.compile(words), timeout=30_000)
        return re.sub(r"[\u00a0\u202f]", " ", place.inner_text())


@pytest.fixture
def reader(held: Page, address: str) -> Reader:
    held.goto(address)
    expect(held.locator(".bcs-footer")).to_be_visible(timeout=30_000)
    return Reader(held)


def test_is_unemployment_general_or_concentrated(reader: Reader) -> None:
    """« Is unemployment general or concentrated? »"""
    reader.touch(reader.page.get_by_role("link", name="Les priorités : besoin par besoin"))
    row = reader.page.get_by_role("row").filter(has=reader.page.get_by_role("rowheader", name="Emploi"))
    read = reader.reads(row.first, "chômage")
    line = next(line for line in read.splitlines() if "le chômage" in line)
    word = read[: read.index(line)].strip().splitlines()[-1]
    assert re.search("général|concentré|marqué|réparti", word.lower()), read


def test_how_are_the_qpv_doing_against_the_rest(reader: Reader) -> None:
    """« How are the QPV doing against the rest? »"""
    reader.goes_to(screens.QUARTERS)
    table = reader.page.locator(".bcs-ratios").first
    read = reader.reads(table, "×")
    quarters = table.locator("tbody tr:not(.bcs-between)").count()
    assert len(re.findall(r"× \d", read)) >= quarters / 2, "most quarters have a ratio to the agglomeration"
    assert re.search(r"Agglomération : \d", read), "the figure it is a ratio to is there"
    expect(reader.page.get_by_text("Face à l’agglomération, d’un quartier à l’autre")).to_be_visible()


def test_which_communes_are_like_mine(reader: Reader) -> None:
    """« Which communes are like mine? »"""
    reader.touch(reader.page.get_by_role("link", name="Denain", exact=True).first)
    opener = reader.page.get_by_role("button", name="Quelles communes ressemblent à Denain")
    named = reader.reads(opener, "ressemblent")
    reader.touch(opener)
    table = reader.page.locator(".bcs-standing")
    read = reader.reads(table, "font mieux")
    assert re.search(r"\d+ des \d+ font mieux, (entre \d+ et \d+|écarts établis|sans intervalle)", read)
    assert len(named.split("?", 1)[1].split(",")) >= 2, "they are named before anything is opened"
    # Where one is older or younger is one gesture from there too.
    expect(reader.page.get_by_role("button", name="Plus jeune ou plus âgée")).to_be_visible()


def test_why_another_figure_than_the_contract(reader: Reader) -> None:
    """« Why 0,33 when the contract says 0,39? »"""
    assert "0,39" in reader.reads(reader.page.locator(".bcs-index").first, "0,39")
    explained = reader.page.locator("details", has_text="Pourquoi deux échelles")
    reader.touch(explained.locator("summary"))
    read = reader.reads(explained, "publié")
    assert re.search(r"publié : 0,39 \(.*\d{4}\)", read), "the published figure, its source and its year"
    assert len(read.split()) > 40, "and why ours differs"
    expect(explained.get_by_role("listitem").first).to_be_visible()


def test_why_does_my_commune_come_first(reader: Reader) -> None:
    """« Why does my commune come first? »"""
    reader.goes_to(screens.PRIORITIES)
    read = reader.reads(reader.page.locator(".bcs-lead").first, "presque toujours")
    assert read.startswith("Denain")
    reader.gestures = 0
    reader.touch(reader.page.locator(".bcs-ranks").get_by_role("link", name="Denain").first)
    reader.reads(reader.page.locator("[data-testid=stMain]"), r"Ce qui élève le plus son besoin\s?:")


def test_a_gesture_too_many_would_be_seen(tab: Page) -> None:
    with pytest.raises(AssertionError):
        Reader(tab, MOST_GESTURES).touch(tab.locator("body"))
