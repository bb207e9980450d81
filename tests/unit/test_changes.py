"""What changed between two releases: by hand, on a handful of rows."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from indicators.changes import (
    DERIVED,
    GONE,
    HELD,
    NEW,
    OTHER_COMPUTATION,
    OTHER_EDITION,
    OTHER_FILE,
    RESTATED,
    REVISED,
    changes,
    figures,
)
from indicators.news import NOTHING, Names, paragraph, paragraphs, parts, summary

KEY = {
    "indicator": "rsa",
    "series": "caf",
    "level": "commune",
    "code": "59172",
    "perimeter": None,
    "millesime": 2023,
    "edition": 2024,
    "value": 28.7,
    "status": "observed",
    "extracts": "aaa",
    "concept": "rsa",
    "origin": "producer",
}
TYPES = {"perimeter": pl.String, "millesime": pl.Int32, "edition": pl.Int32, "value": pl.Float64}


def values(*rows: dict[str, Any]) -> pl.DataFrame:
    schema = {name: TYPES.get(name, pl.String) for name in KEY}
    return pl.DataFrame([{**KEY, **row} for row in rows], schema=schema)


def told(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str | None]]:
    return figures(values(old), values(new)).select("kind", "reason").rows()


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ({}, {}, []),
        # Delivered again, in a later edition, by another file: the same figure says nothing.
        ({}, {"edition": 2025, "extracts": "bbb"}, []),
        ({}, {"value": 28.7 * (1 + 1e-14)}, []),
        ({}, {"value": 30.3, "edition": 2025, "extracts": "bbb"}, [(REVISED, OTHER_EDITION)]),
        ({}, {"value": 30.3, "extracts": "bbb"}, [(REVISED, OTHER_FILE)]),
        ({}, {"value": 30.3}, [(REVISED, OTHER_COMPUTATION)]),
        ({"origin": "sum"}, {"origin": "sum", "value": 30.3}, [(REVISED, DERIVED)]),
        ({}, {"status": "estimated"}, [(RESTATED, None)]),
        ({}, {"value": None, "status": "suppressed"}, [(GONE, None)]),
        ({"value": None, "status": "suppressed"}, {}, [(NEW, None)]),
        # Without a year, the edition is the period: another one is another figure.
        ({"millesime": None}, {"millesime": None, "edition": 2025}, [(GONE, None), (NEW, None)]),
    ],
)
def test_one_figure(old: dict[str, Any], new: dict[str, Any], found: list[tuple[str, str | None]]) -> None:
    assert told(old, new) == found


def test_a_row_that_only_says_why_there_is_no_figure_is_no_figure() -> None:
    reason = {"series": "", "value": None, "status": "not_deposited", "millesime": None, "edition": None}
    assert figures(values({}), values({}, reason)).is_empty()


def analysis(word: str, rank: float) -> pl.DataFrame:
    place = {"level": "commune", "code": "59172", "perimeter": None}
    rows = [
        {
            **place,
            "analysis": "reponse",
            "measure": "mot",
            "indicator": "rsa",
            "theme": "revenus",
            "text": word,
        },
        {**place, "analysis": "priority", "measure": "rang", "value": rank},
    ]
    schema = {
        **dict.fromkeys(("analysis", "measure", "indicator", "theme", "level", "code"), pl.String),
        "perimeter": pl.String,
        "text": pl.String,
        "value": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema)


def release(
    rows: pl.DataFrame, word: str, rank: float, years: list[int], towns: str
) -> dict[str, pl.DataFrame]:
    count = len(years)
    names = {"59172": "Denain", "59002": "Abscon"}
    return {
        "value": rows,
        "analysis": analysis(word, rank),
        HELD: pl.DataFrame({"dataset": ["caf"] * count, "edition": [max(years)] * count, "millesime": years}),
        "territory": pl.DataFrame(
            [("commune", code, None, names[code]) for code in towns.split()],
            schema=dict.fromkeys(("level", "code", "perimeter", "name"), pl.String),
            orient="row",
        ),
        "indicator": pl.DataFrame(
            {"indicator": ["rsa"], "title": ["Part au <RSA>"], "unit": ["percent"], "decimals": [1]}
        ),
        "dataset": pl.DataFrame({"dataset": ["caf"], "title": ["Base des Caf"]}),
    }


def test_a_release_is_told_in_french() -> None:
    before = release(values({}), "diffus", 3.0, [2023], "59172 59002")
    rows = values({"value": 30.3, "edition": 2025}, {"millesime": 2024, "edition": 2025, "value": 31.0})
    after = release(rows, "concentré", 2.0, [2023, 2024], "59172")
    found, names = changes(before, after), Names.read(before, after)
    assert summary(found).replace("\u00a0", " ") == (
        "1 chiffre nouveau, 1 révisé, 0 disparu, 1 réponse changée, 1 rang changé, "
        "1 territoire entré ou sorti."
    )
    said = {part.title: part.rows or part.lines for part in parts(found, names)}
    assert said["Millésimes"] == ("Base des Caf : millésime nouveau : 2024 (édition 2024)",)
    (revised,) = said["Chiffres révisés, le plus fort d’abord"]
    assert [cell.replace("\u00a0", " ") for cell in revised] == [
        *("Part au <RSA>", "Denain", "2023", "28,7 %", "30,3 %", "5,6 %", "édition 2025 au lieu de 2024")
    ]
    assert said["Rangs de l’ordre de priorité"] == (("Denain", "3e", "2e"),)
    assert said["Territoires"] == ("Abscon : sort de ce qui est suivi",)
    own = paragraph(found, names, "59172").replace("\u00a0", " ")
    assert own.startswith("Denain : 1 chiffre nouveau : Part au <RSA>, 2024, 31,0 %. 1 chiffre révisé")
    assert "« concentré » au lieu de « diffus »" in own
    assert paragraph(found, names, "59002") == ""


def test_two_equal_releases_say_nothing() -> None:
    same = release(values({}), "diffus", 3.0, [2023], "59172")
    again = {**same, "value": values({"edition": 2025, "extracts": "bbb"})}
    assert changes(same, again).nothing
    assert summary(changes(same, again)) == NOTHING


def test_each_commune_that_changed_has_its_paragraph_in_the_order_of_names() -> None:
    other = {"code": "59002"}
    before = release(values({}, other), "diffus", 3.0, [2023], "59172 59002")
    gone = {"value": None, "status": "suppressed"}
    after = release(values({"value": 30.3}, other | gone), "diffus", 3.0, [2023], "59172 59002")
    told = paragraphs(changes(before, after), Names.read(before, after))
    assert list(told) == ["59002", "59172"]
    assert told["59002"].replace("\u00a0", " ") == (
        "Abscon : 1 chiffre disparu : Part au <RSA>, 2023 (c’était 28,7 %)."
    )
    assert list(paragraphs(changes(before, before), Names.read(before, before))) == []


def test_every_part_has_its_heads_and_its_numbers_on_the_right() -> None:
    other = {"code": "59002"}
    before = release(values({}, other), "diffus", 3.0, [2023], "59172 59002")
    gone = other | {"value": None, "status": "suppressed"}
    new = other | {"millesime": 2024}
    after = release(values({"value": 30.3}, gone, new), "concentré", 2.0, [2023, 2024], "59172 59002")
    found = {part.title: part for part in parts(changes(before, after), Names.read(before, after))}
    tables = {title: part for title, part in found.items() if part.rows}
    for title, part in tables.items():
        assert {len(row) for row in part.rows} == {len(part.header)}, title
        assert all(isinstance(cell, str) and cell for row in part.rows for cell in row), title
    (lost,) = found["Chiffres disparus"].rows
    assert found["Chiffres disparus"].header == ("Indicateur", "Territoire", "Année", "Avant", "Maintenant")
    assert [cell.replace("\u00a0", " ") for cell in lost] == [
        *("Part au <RSA>", "Abscon", "2023", "28,7 %", "secret statistique")
    ]
    assert found["Chiffres disparus"].numeric == (3,)
