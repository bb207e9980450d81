"""One fact, one story: 47 communes × every indicator, told by pages and documents from the same choice."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.data.records import Territory
from dashboard.data.release_file import ReleaseFile, opened
from dashboard.documents import wording
from dashboard.documents.dossier import Dossier, Library
from dashboard.documents.model import Cell, Figure, Paragraph, Table
from dashboard.documents.parts import base, diagnostic, essential, follow_up, key_figures
from dashboard.documents.parts import quarters as document_quarters
from dashboard.documents.parts.quarters import _parity
from dashboard.documents.standouts import Change, standouts
from dashboard.pages.barometre import section
from dashboard.pages.indicateur.trend import trend_words
from dashboard.story import words
from dashboard.story.everywhere import everywhere
from dashboard.story.evolution import small_words, smalls
from dashboard.story.headlines import largest_needs
from dashboard.story.quarter_ratios import columns
from dashboard.story.quarters import portrait, quarters
from dashboard.story.readings import NEAREST, Against, Reading, against, when
from dashboard.widgets.row import row
from sources.french import typographic
from sources.vocabulary import Level, Perimeter

AIM = "Que viser en 2030\u00a0? "


@pytest.fixture(scope="module")
def file(published: Path) -> Iterator[ReleaseFile]:
    with opened(published) as found:
        yield found


@pytest.fixture(scope="module")
def library(file: ReleaseFile) -> Library:
    return Library(file)


@pytest.fixture(scope="module")
def dossiers(library: Library) -> list[Dossier]:
    return [Dossier(library, commune.code) for commune in library.barometer.communes()]


def _known(dossier: Dossier) -> Iterator[Reading]:
    return (r for r in dossier.readings.values() if r.shown is not None and r.shown.usable)


def _told(dossier: Dossier, reading: Reading) -> Against | None:
    return against(dossier.barometer, reading)


def test_there_are_stories_to_compare(dossiers: list[Dossier]) -> None:
    assert len(dossiers) == 47
    assert sum(r.base is not None for d in dossiers for r in _known(d)) > 500
    assert sum(_told(d, r) is not None for d in dossiers for r in _known(d)) > 1000


def test_a_figure_and_its_reference_are_of_one_year_or_the_row_says_which_and_why(
    dossiers: list[Dossier],
) -> None:
    others = 0
    for dossier in dossiers:
        for reading in _known(dossier):
            told = _told(dossier, reading)
            if told is None:
                continue
            place = (dossier.commune.name, reading.indicator.indicator)
            value, comparison = told.value, told.comparison
            assert (comparison.millesime, comparison.value) == (value.millesime, value.value), place
            if value.millesime is not None:
                assert comparison.reference_millesime == value.millesime, place
            usual = comparison.reference_level == "epci" and value is reading.shown
            assert bool(told.why) is not usual, place
            others += not usual
            if told.why:
                markup = row(dossier.barometer, dossier.commune, reading, NEAREST).html
                said = told.why if value is reading.shown else f"En {when(value)}"
                assert html.escape(typographic(said), quote=True) in markup, place
    assert others


def test_the_evolution_is_of_one_base_year_everywhere(dossiers: list[Dossier]) -> None:
    for dossier in dossiers:
        for reading in _known(dossier):
            base, shown, evolution = reading.base, reading.shown, reading.evolution
            place = (dossier.commune.name, reading.indicator.indicator)
            cell = wording.evolution_cell(reading)
            if base is None or evolution is None or shown is None:
                assert "depuis" not in cell.detail, place
                continue
            assert shown.value is not None and base.value is not None
            assert evolution.value == pytest.approx(shown.value - base.value), place
            # The sentence of the page and the cell of the document.
            assert f"en {base.millesime}" in evolution.text, place
            assert f"en {shown.millesime}" in evolution.text, place
            assert isinstance(cell.target, Figure)
            assert cell.target.millesime == base.millesime, place
        for item in (*standouts(dossier).strengths, *standouts(dossier).fragilities):
            if isinstance(item, Change):
                assert (item.before, item.after) == (item.reading.base, item.reading.shown)


def test_a_trend_in_words_is_that_same_evolution(library: Library, dossiers: list[Dossier]) -> None:
    barometer = library.barometer
    by_place = {d.commune.code: d for d in dossiers}
    for theme in barometer.themes:
        for commune in barometer.communes()[::6]:
            found, _ = smalls(barometer, commune, theme.theme)
            for small in found:
                reading = by_place[commune.code].readings[small.indicator.indicator]
                said = small_words(commune, small)
                assert (f"depuis {reading.base.millesime}" in said) if reading.base else "depuis" not in said
    for indicator in barometer.indicators:
        shown = everywhere(barometer, indicator, None, "")
        for commune in barometer.communes()[::6]:
            reading = by_place[commune.code].readings[indicator.indicator]
            points = shown.points(commune)
            if reading.base is None or reading.shown is None or not points or shown.label:
                continue
            if reading.shown.millesime != shown.millesime:
                continue
            said = trend_words(shown, commune, points, [], 0)
            assert reading.evolution is not None and said.endswith(reading.evolution.text)


def test_the_reference_is_the_same_on_the_page_and_in_the_document(dossiers: list[Dossier]) -> None:
    for dossier in dossiers:
        barometer, commune = dossier.barometer, dossier.commune
        for reading in _known(dossier):
            told = _told(dossier, reading)
            cell = wording.reference_cell(reading, barometer)
            gap = wording.gap_cell(reading, barometer)
            if told is None:
                assert cell.text == gap.text == wording.NONE
                continue
            indicator = reading.indicator
            number = words.quantity(told.comparison.reference_value, indicator.unit, indicator.decimals)
            named = told.comparison.reference_level != "epci"
            assert cell.text.endswith(number) and (len(cell.text) > len(number)) == named
            ends = told.comparison.reference_value, told.comparison.value
            assert gap.text == words.apart(*ends, indicator.unit, indicator.decimals)
            own = words.quantity(told.comparison.value, indicator.unit, indicator.decimals)
            beside = typographic(f"{when(told.value)}, commune {own}") in cell.detail
            assert beside == (told.value is not reading.shown)
            if told.value is reading.shown:
                (line,) = section.rows(barometer, commune, [reading], NEAREST)
                assert told.comparison.reference_value in line
        ours = largest_needs(barometer, commune, dossier.readings, NEAREST)
        for headline in ours:
            told = _told(dossier, headline.reading)
            assert told is not None
            assert (headline.value, headline.comparison) == (told.value, told.comparison)


def test_what_is_aimed_at_names_the_figure_the_follow_up_starts_from(dossiers: list[Dossier]) -> None:
    asked = 0
    for dossier in dossiers:
        questions = [one for block in essential.blocks(dossier) for one in getattr(block, "items", ())]
        title = next((q.removeprefix(AIM) for q in questions if q.startswith(AIM)), None)
        if title is None:
            continue
        reading = next(r for r in _known(dossier) if title.startswith(f"{r.indicator.short_title}\u00a0:"))
        begun = base.start(dossier, dossier.commune, reading).value
        if begun is None:
            continue
        asked += 1
        assert wording.number(begun.value, reading.indicator) in title, (dossier.commune.name, title)
    assert asked >= 20


def test_a_quarter_is_compared_alike_on_the_ratios_the_barometer_and_in_the_document(
    dossiers: list[Dossier],
) -> None:
    barometer = dossiers[0].barometer
    kept = {q.code: dossier for dossier in dossiers for q in dossier.current_quarters}
    compared = 0
    for perimeter in Perimeter:
        portraits = [portrait(barometer, quarter) for quarter in quarters(barometer, perimeter)]
        for column in (c for flag in (False, True) for c in columns(barometer, portraits, flag)):
            for cell in column.cells:
                place = (cell.portrait.quarter.territory.name, column.indicator.indicator)
                reading = cell.portrait.readings[column.indicator.indicator]
                told = against(barometer, reading)
                on_page = told.comparison if told is not None and told.value is cell.value else None
                if on_page is None or on_page.reference_level != "epci":
                    assert cell.comparison is None, place
                    continue
                divided = on_page.reference_value > 0 and column.indicator.scale != "points"
                assert cell.comparison == (on_page if divided else None), place
                dossier = kept.get(cell.portrait.quarter.code)
                if dossier is not None:
                    assert _parity(dossier, reading)[Level.EPCI] == on_page, place
                    series = barometer.series[on_page.indicator, on_page.series]
                    if series.caveat:
                        texts = [
                            b.text for b in document_quarters.blocks(dossier) if isinstance(b, Paragraph)
                        ]
                        assert any(typographic(series.caveat) in said for said in texts), place
                        assert on_page.reason is not None and series.caveat in on_page.reason, place
                compared += 1
    assert compared > 100


def _figures(dossier: Dossier) -> Iterator[tuple[str, Figure]]:
    parts = (("diagnostic", diagnostic.blocks(dossier)), ("clés", key_figures.blocks(dossier)))
    for name, blocks in parts:
        for block in blocks:
            # A quarter is set beside its commune in the year of the quarter, which the cell says.
            if isinstance(block, Table) and not block.caption.startswith("Quartiers,"):
                for cell in (c for line in block.rows for c in line):
                    if isinstance(cell, Cell) and isinstance(cell.target, Figure):
                        yield name, cell.target


def test_a_document_tells_each_figure_of_the_commune_with_those_years_only(dossiers: list[Dossier]) -> None:
    for dossier in dossiers[::4]:
        for name, figure in _figures(dossier):
            if (figure.level, figure.code) != ("commune", dossier.commune.code):
                continue
            reading = dossier.readings[figure.indicator]
            allowed = {v.millesime for v in (reading.shown, reading.base) if v is not None}
            assert figure.millesime in allowed, (name, dossier.commune.name, figure)


def test_the_follow_up_starts_from_the_last_year_known_until_2024_whatever_the_diagnostic_shows(
    dossiers: list[Dossier],
) -> None:
    for dossier in dossiers:
        territory, lines = follow_up.followed(dossier)[0]
        assert isinstance(territory, Territory)
        for line in lines:
            reading = dossier.readings[line.indicator.indicator]
            assert reading.shown is not None
            known = [v for v in reading.history if v.usable and v.concept == reading.shown.concept]
            years = [v.millesime or v.edition or 0 for v in known]
            before, after = [y for y in years if y <= 2024], [y for y in years if y > 2024]
            place = (dossier.commune.name, line.indicator.indicator)
            started = line.start is not None and line.start.usable
            assert started is bool(before), place
            if started and line.start is not None:
                assert (line.start.millesime or line.start.edition) == max(before), place
            assert (line.latest is not None) is bool(after), place
