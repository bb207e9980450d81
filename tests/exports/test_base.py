"""The base of the follow-up: fixed once, with its release; later releases revise it beside it."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import duckdb
import local_files
import pytest

from dashboard.data.release_file import opened
from dashboard.documents import Library, starting_base
from dashboard.documents.dossier import Dossier
from dashboard.documents.model import Table
from dashboard.documents.parts import follow_up
from sources.local import load_local
from sources.local.base import fix

CODE = "59172"


@pytest.fixture(scope="module")
def lines(release):
    with opened(release) as file:
        return starting_base(Library(file))


@pytest.fixture
def with_base(release, lines, tmp_path):
    """The release with a base fixed in it, then the same release where one figure was revised since."""
    local = local_files.write(tmp_path / "local", local_files.FILLED)
    fix(local, lines)
    copy = tmp_path / "release-base.duckdb"
    shutil.copy(release, copy)
    local_files.publish(copy, local)
    return copy


def line_of(release, indicator):
    with opened(release) as file:
        dossier = Dossier(Library(file), CODE)
        found = follow_up.followed(dossier)[0][1]
        tables = [b for b in follow_up.blocks(dossier) if isinstance(b, Table)]
        return next(one for one in found if one.indicator.indicator == indicator), tables[0]


def test_every_starting_value_is_of_2024_at_the_latest_with_its_release(lines, connection):
    ((release,),) = connection.sql("SELECT release_id FROM release").fetchall()
    assert len(lines) > 700
    assert {line["publication"] for line in lines} == {release}
    assert all((line["annee"] or line["edition"]) <= 2024 for line in lines)
    assert all(line["plus_petit_changement"] is None for line in lines if line["indicateur"] == "idh4")
    rate = next(x for x in lines if (x["territoire"], x["indicateur"]) == (CODE, "taux_chomage_rp"))
    assert rate["annee"] == 2023
    assert 0.5 < rate["plus_petit_changement"] < 5


def test_what_is_fixed_never_moves_and_what_is_missing_is_added(lines, tmp_path):
    assert fix(tmp_path, lines[:10]) == (10, 0)
    before = (tmp_path / "socle.csv").read_bytes()
    moved = [{**line, "valeur": 99.0, "publication": "plus-tard"} for line in lines[:12]]
    assert fix(tmp_path, moved[:10]) == (0, 10)
    assert (tmp_path / "socle.csv").read_bytes() == before
    assert fix(tmp_path, moved) == (2, 10)
    kept = [line.row for line in load_local(tmp_path, starting=Path("nulle-part")).of("socle")]
    assert [row.valeur for row in kept] == pytest.approx([*(x["valeur"] for x in lines[:10]), 99.0, 99.0])
    assert [row.publication for row in kept[-2:]] == ["plus-tard"] * 2


def test_a_later_release_revises_beside_and_moves_nothing(with_base):
    line, _ = line_of(with_base, "taux_chomage_rp")
    assert (line.begun.fixed, line.begun.revised) != ("", None)
    assert line.begun.revised is None
    first = line.start.value
    with duckdb.connect(str(with_base)) as connection:
        changed = "indicator = 'taux_chomage_rp' AND code = ? AND millesime = 2023"
        # In a later edition, as producers revise.
        again = "value = value + 4, edition = edition + 1"
        connection.execute(f"UPDATE value SET {again} WHERE {changed}", [CODE])
        connection.execute(f"UPDATE comparison SET {again}, gap = gap + 4 WHERE {changed}", [CODE])
    line, table = line_of(with_base, "taux_chomage_rp")
    assert line.start.value == first
    assert line.begun.revised == pytest.approx(first + 4)
    assert line.start_gap.gap == pytest.approx(first - line.start_gap.reference_value)
    row = next(row for row in table.rows if row[0].text == line.indicator.short_title)
    assert "révisé depuis" in row[1].detail
    assert "Visible dès" in [column.title for column in table.columns]
    assert line.start_gap.gap_lower is not None, "its margins are found again in the later edition"
    # The gap grew since the start as it was fixed, and not since the start as it is known now.
    revised = line.begun.gap_now
    assert revised.gap == pytest.approx(line.start_gap.gap + 4)
    bare = {"gap_lower": None, "gap_upper": None}
    start = dataclasses.replace(line.start, lower=None, upper=None)
    later = dataclasses.replace(
        line,
        start=start,
        start_gap=dataclasses.replace(line.start_gap, **bare),
        latest=dataclasses.replace(start, millesime=2029),
        begun=dataclasses.replace(line.begun, gap_now=dataclasses.replace(revised, **bare)),
    )
    gaps = {moved: dataclasses.replace(revised, gap=line.start_gap.gap + moved, **bare) for moved in (4, 40)}
    told = {moved: dataclasses.replace(later, latest_gap=gap).direction for moved, gap in gaps.items()}
    assert told == {4: follow_up.UNSURE, 40: follow_up.WIDENS}


def test_a_gap_that_moves_less_than_the_source_can_show_is_steady(with_base):
    line, _ = line_of(with_base, "taux_chomage_rp")
    smallest, start = line.begun.smallest, line.start_gap
    latest = dataclasses.replace(line.start, millesime=2029, lower=None, upper=None)
    for moved, steady in ((smallest * 0.9, True), (-smallest * 0.9, True), (smallest * 3, False)):
        bare = dataclasses.replace(start, gap_lower=None, gap_upper=None)
        gap = dataclasses.replace(bare, gap=start.gap + moved)
        begun = dataclasses.replace(line.start, lower=None, upper=None)
        later = dataclasses.replace(line, start=begun, latest=latest, start_gap=bare, latest_gap=gap)
        assert (later.direction == follow_up.STEADY) is steady, moved
