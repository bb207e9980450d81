"""The follow-up base: a direction only where two years compare, the same lines in every file."""

from __future__ import annotations

import csv
import dataclasses
import io
import re

import docx
import fastexcel
import pytest
from local_files import COMMUNES

from dashboard.data.release_file import opened
from dashboard.documents import export
from dashboard.documents.dossier import Dossier, Library
from dashboard.documents.parts import follow_up
from dashboard.documents.parts.follow_up import (
    CLOSED,
    LEAD_GROWS,
    LEAD_SHRINKS,
    NARROWS,
    OPENS,
    STEADY,
    TO_FOLLOW,
    WIDENS,
)
from dashboard.documents.workbook.writer import follow_csv, follow_workbook
from indicators.model import Direction


@pytest.fixture(scope="module")
def dossier(release):
    with opened(release) as file:
        yield Dossier(Library(file), "59172")


@pytest.fixture
def line(dossier):
    lines = {t.code: lines for t, lines in follow_up.followed(dossier)}["59172"]
    found = next(one for one in lines if one.start_gap is not None and one.start.lower is None)
    # Its own interval is another test's: here a gap is what it is said to be.
    known = dataclasses.replace(found.start_gap, gap_lower=None, gap_upper=None)
    return dataclasses.replace(found, start_gap=known)


def later(line, gap, **changes):
    """Return the line with a second figure, ``gap`` away from the agglomeration."""
    latest = dataclasses.replace(line.start, **{"millesime": 2028, "edition": 2028, **changes})
    return dataclasses.replace(
        line, latest=latest, latest_gap=dataclasses.replace(line.start_gap, gap=gap, millesime=2028)
    )


def test_the_gap_narrows_widens_or_stays(line):
    gap = line.start_gap.gap
    assert line.direction == TO_FOLLOW
    assert later(line, gap / 2).direction == NARROWS
    assert later(line, gap * 2).direction == WIDENS
    assert later(line, gap).direction == STEADY


@pytest.mark.parametrize("direction", [Direction.HIGH_IS_NEED, Direction.LOW_IS_NEED])
def test_a_gap_is_a_lag_or_a_lead_by_what_the_indicator_means(line, direction):
    need = 10.0 if direction == Direction.HIGH_IS_NEED else -10.0
    indicator = dataclasses.replace(line.indicator, direction=direction)
    for before, after, expected in (
        *((need, need / 2, NARROWS), (need, need * 2, WIDENS)),
        *((need, -need / 2, CLOSED), (-need, need / 2, OPENS), (need, -need, CLOSED)),
        *((-need, -need / 2, LEAD_SHRINKS), (-need, -need * 2, LEAD_GROWS)),
    ):
        start_gap = dataclasses.replace(line.start_gap, gap=before)
        known = dataclasses.replace(line, indicator=indicator, start_gap=start_gap)
        assert later(known, after).direction == expected, (before, after)


_VALUE = (
    "SELECT value, concept, perimeter FROM value WHERE level = ? AND code = ? AND indicator = ? "
    "AND series = ? AND millesime IS NOT DISTINCT FROM ? AND edition IS NOT DISTINCT FROM ?"
)
_REFERENCE = (
    "SELECT DISTINCT value FROM value WHERE level = 'epci' AND indicator = ? AND concept = ? "
    "AND millesime IS NOT DISTINCT FROM ? AND value IS NOT NULL"
)


@pytest.mark.parametrize("code", ["59172", "59491", "59564", "59446", "59526"])
def test_the_base_says_what_the_release_says(code, release):
    checked = gaps = 0
    with opened(release) as file:
        for territory, lines in follow_up.followed(Dossier(Library(file), code)):
            assert territory.perimeter in (None, "qpv_2024")
            for line in lines:
                year = line.start.millesime if line.start and line.start.usable else None
                assert year is None or year <= follow_up.START
                for value, gap in ((line.start, line.start_gap), (line.latest, line.latest_gap)):
                    if value is None or not value.usable:
                        assert gap is None
                        continue
                    rows = file.query(_VALUE, territory.level, territory.code, *value.key).rows()
                    assert rows == [(value.value, value.concept, territory.perimeter)]
                    checked += 1
                    if gap is not None:
                        asked = (value.indicator, value.concept, gap.reference_millesime)
                        ((reference,),) = file.query(_REFERENCE, *asked).rows()
                        assert gap.gap == pytest.approx(value.value - reference)
                        assert value.millesime in (None, gap.reference_millesime)
                        gaps += 1
    assert checked > 15 and gaps > 8


def test_the_idh4_opens_the_base_with_its_last_known_gap(dossier):
    first = follow_up.followed(dossier)[0][1][0]
    assert first.indicator.theme == "idh4"
    value, gap = first.earlier
    assert first.start_gap is None and value.millesime < first.start.millesime
    assert gap.gap == pytest.approx(value.value - gap.reference_value)


def test_intervals_that_overlap_establish_nothing(line):
    gap = line.start_gap.gap
    second = later(line, gap * 2)
    reference = second.latest_gap.reference_value
    latest = dataclasses.replace(second.latest, lower=reference + gap / 2, upper=reference + gap * 4)
    assert dataclasses.replace(second, latest=latest).direction == STEADY


def test_a_gap_that_cannot_be_computed_says_why(line):
    second = later(line, 1.0)
    assert "pas de référence" in dataclasses.replace(second, latest_gap=None).direction
    assert dataclasses.replace(second, apart="rupture de série en 2026").direction.endswith("en 2026")


def test_years_are_set_against_each_other_only_when_they_compare(dossier, line):
    yearly = dataclasses.replace(line.indicator, sampled="no")

    def apart(start, latest, indicator=yearly):
        return follow_up._apart(start, latest, indicator, dossier.barometer)

    second = later(line, 1.0).latest
    assert apart(line.start, second) == ""
    assert "pas de départ" in apart(None, second)
    assert "année non précisée" in apart(dataclasses.replace(line.start, millesime=None), second)
    # Counted each year, over the people of a census.
    soon = dataclasses.replace(
        second, datasets="dares_defm, insee_comparateur", millesime=line.start.millesime + 1
    )
    assert apart(line.start, soon) == ""
    census = dataclasses.replace(yearly, sampled="principal")
    assert "trop proches" in apart(line.start, soon, census)
    far = dataclasses.replace(second, millesime=line.start.millesime + 5)
    assert apart(line.start, far, census) == ""
    broken = next(iter(dossier.barometer.breaks))
    before = dataclasses.replace(line.start, indicator=broken.indicator, millesime=broken.year - 1)
    assert f"rupture de série en {broken.year}" in apart(before, dataclasses.replace(second, millesime=2040))


@pytest.mark.parametrize("code", COMMUNES)
def test_the_files_hold_the_lines_of_the_document(code, release, tmp_path):
    with opened(release) as file:
        own = Dossier(Library(file), code)
        written = list(csv.DictReader(io.StringIO(follow_csv(own).decode("utf-8-sig")), delimiter=";"))
        sheet = fastexcel.read_excel(follow_workbook(own)).load_sheet("Suivi 2024-2030").to_polars()
    (path,) = export(release, code, ("docx",), tmp_path)
    word = docx.Document(path)
    rows = []
    for table in word.tables:
        header = [cell.text for cell in table.rows[0].cells]
        if header[:2] == ["Indicateur", "Départ"]:
            rows += [dict(zip(header, (c.text for c in row.cells), strict=True)) for row in table.rows[1:]]
    # Those without figure nor target are named under the table of their territory, not given a line.
    notes = "\n".join(p.text for p in word.paragraphs if "À suivre, " in p.text)
    lists = re.findall(r"À suivre, [^:\n]+\u00a0: (.+?)\.(?= À|\n|$)", notes)
    # Of the commune each is named, of a quarter they are counted.
    counts = [re.fullmatch(r"(\d+)\s+autres?\s+indicateurs?", told) for told in lists]
    named = sum(
        int(c[1]) if c else len(told.split("\u00a0; ")) for c, told in zip(counts, lists, strict=True)
    )
    waiting = [not (w["Valeur de départ"] or w["Dernière valeur"] or w["Cible"]) for w in written]
    assert named == sum(waiting)
    assert len(rows) + named == len(written) == sheet.height > 10
    typed_rows = list(sheet.iter_rows(named=True))
    written = [line for line, waits in zip(written, waiting, strict=True) if not waits]
    typed_rows = [line for line, waits in zip(typed_rows, waiting, strict=True) if not waits]
    for shown, kept, typed in zip(rows, written, typed_rows, strict=True):
        assert kept["Sens"] == typed["Sens"]
        assert shown.get("Sens", "–") == (kept["Sens"] if kept["Dernière valeur"] else "–")
        number = re.match(r"[+−]?\d[\d\u202f]*(?:,\d+)?", shown["Départ"])
        assert bool(number) == bool(kept["Valeur de départ"]), shown
        if number:
            start = float(number[0].replace("\u202f", "").replace(",", ".").replace("−", "-"))
            assert start == pytest.approx(float(kept["Valeur de départ"].replace(",", ".")), abs=0.5)
            assert start == pytest.approx(typed["Valeur de départ"], abs=0.5)
