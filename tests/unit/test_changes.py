"""What changed between two releases: by hand, on a handful of rows."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from indicators.causes import (
    BOTH,
    COMPUTATION,
    DENOMINATOR,
    DERIVED,
    EDITION,
    FILE,
    FORMULA,
    GIVEN,
    NUMERATOR,
    SOME,
    WHOLE,
)
from indicators.changes import GONE, HELD, NEW, RESTATED, REVISED, changes, figures
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
TERMS = {"numerator": 287.0, "denominator": 1000.0, "denominator_millesime": 2016, "denominator_next": 2022}
TYPES = {
    **dict.fromkeys(("millesime", "edition", "denominator_millesime", "denominator_next"), pl.Int32),
    **dict.fromkeys(("value", "numerator", "denominator"), pl.Float64),
}
SCHEMA = {name: TYPES.get(name, pl.String) for name in (*KEY, *TERMS)}


def values(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([{**KEY, **row} for row in rows], schema=SCHEMA)


def only(*rows: dict[str, Any]) -> dict[str, pl.DataFrame]:
    return {"value": values(*rows)}


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ({}, {}, []),
        # Delivered again, in a later edition, by another file: the same figure says nothing.
        ({}, {"edition": 2025, "extracts": "bbb"}, []),
        ({}, {"value": 28.7 * (1 + 1e-14)}, []),
        ({}, {"value": 30.3, "extracts": "bbb"}, [(REVISED, FILE)]),
        ({}, {"value": 30.3}, [(REVISED, COMPUTATION)]),
        ({"origin": "sum"}, {"origin": "sum", "value": 30.3}, [(REVISED, DERIVED)]),
        # The producer's own figure is no longer there: the sum that replaces it follows nothing.
        ({}, {"origin": "sum", "value": 30.3, "extracts": "bbb"}, [(REVISED, FILE)]),
        ({}, {"status": "estimated"}, [(RESTATED, None)]),
        ({}, {"value": None, "status": "suppressed"}, [(GONE, None)]),
        ({"value": None, "status": "suppressed"}, {}, [(NEW, None)]),
        # Without a year, the edition is the period: another one is another figure.
        ({"millesime": None}, {"millesime": None, "edition": 2025}, [(GONE, None), (NEW, None)]),
    ],
)
def test_one_figure(old: dict[str, Any], new: dict[str, Any], found: list[tuple[str, str | None]]) -> None:
    assert figures(only(old), only(new)).select("kind", "reason").rows() == found


EXTRACT = ["extract", "dataset", "edition", "file"]
FILES = {
    "aaa": ("caf", 2024, "caf_2024.csv", "foyers"),
    "bbb": ("caf", 2025, "caf_2025.csv", "foyers"),
    "ccc": ("rp", 2022, "rp.csv", "pop"),
    "ddd": ("rp", 2022, "autre.csv", "pop"),
}


def holding(
    row: dict[str, Any], extracts: str, formula: str = "Foyers ÷ population"
) -> dict[str, pl.DataFrame]:
    """A release of one figure, with its files and its formula."""
    held = [(extract, *FILES[extract]) for extract in extracts.split()]
    return {
        "value": values({"extracts": extracts.replace(" ", ", "), **row}),
        "extract": pl.DataFrame(
            [one[:4] for one in held], ["extract", "dataset", "edition", "file"], orient="row"
        ),
        GIVEN: pl.DataFrame([(one[0], one[4]) for one in held], ["extract", "variable"], orient="row"),
        "series": pl.DataFrame(
            [("rsa", "caf", formula, False, "foyers, pop", "pop")],
            ["indicator", "series", "formula", "published", "variables", "divisors"],
            orient="row",
        ),
    }


ELSEWHERE, LATER = "vient d’un autre fichier : autre.csv", "de l’édition 2025 (caf_2025.csv"
MORE, LESS = {"value": 30.3, "numerator": 303.0}, {"value": 29.0, "denominator": 989.65}


@pytest.mark.parametrize(
    ("files", "new", "files_new", "reason", "term", "said"),
    [
        (
            "aaa ccc",
            LESS,
            "aaa ddd",
            FILE,
            DENOMINATOR,
            "le dénominateur vient d’un autre fichier : autre.csv",
        ),
        # The other term's file is another one too, and gives the same number: it is no cause.
        (
            "aaa ccc",
            LESS,
            "bbb ddd",
            FILE,
            DENOMINATOR,
            "le dénominateur vient d’un autre fichier : autre.csv",
        ),
        ("aaa ccc", LESS, "bbb ccc", COMPUTATION, DENOMINATOR, "le dénominateur change, des mêmes fichiers"),
        (
            *("aaa ccc", LESS | {"denominator_millesime": 2018}, "aaa ccc ddd", FILE, DENOMINATOR),
            f"le dénominateur {ELSEWHERE} (2018 et 2022 au lieu de 2016 et 2022)",
        ),
        ("aaa ccc ddd", LESS, "aaa ccc", FILE, DENOMINATOR, "le dénominateur ne vient plus de autre.csv"),
        (
            "aaa ccc",
            MORE,
            "bbb ddd",
            EDITION,
            NUMERATOR,
            f"le numérateur vient {LATER}",
        ),
        (
            *("aaa ccc", {**MORE, "denominator": 999.0}, "bbb ddd", FILE, BOTH),
            "le numérateur et le dénominateur viennent d’autres fichiers : autre.csv, caf_2025.csv",
        ),
        ("aaa ccc", MORE, "aaa ccc", COMPUTATION, NUMERATOR, "le numérateur change, des mêmes fichiers"),
        ("aaa", {"value": 30.3}, "ccc", FILE, SOME, "un de ses termes vient d’un autre fichier : rp.csv"),
    ],
)
def test_the_cause_is_told_by_the_term_that_changed(
    files: str, new: dict[str, Any], files_new: str, reason: str, term: str, said: str
) -> None:
    before, after = holding(TERMS, files), holding(TERMS | new, files_new)
    found = changes(before, after)
    assert found.figures.select("reason", "term").rows() == [(reason, term)]
    (revised,) = [part for part in parts(found, Names()) if part.title.startswith("Chiffres révisés")]
    assert revised.rows[0][-1].startswith(said)


def test_an_edition_takes_the_place_of_one_that_is_still_held() -> None:
    before, after = holding(TERMS, "aaa ccc"), holding(TERMS | MORE, "aaa bbb ccc")
    after["value"] = values({"extracts": "bbb, ccc", **TERMS, **MORE})
    assert figures(before, after).select("reason", "edition_old", "edition_new").rows() == [
        (EDITION, 2024, 2025)
    ]


def test_another_formula_is_told_before_the_files_it_reads() -> None:
    before = holding(TERMS, "aaa ccc")
    after = holding(TERMS | LESS, "aaa ddd", "Foyers ÷ ménages")
    assert figures(before, after)["reason"].to_list() == [FORMULA]


def test_a_file_both_releases_hold_is_another_choice_not_another_file() -> None:
    before, after = (holding(TERMS | row, "aaa ccc ddd") for row in ({}, LESS))
    before["value"] = values({"extracts": "aaa, ccc", **TERMS})
    after["value"] = values({"extracts": "aaa, ddd", **TERMS, **LESS})
    assert figures(before, after)["reason"].to_list() == [COMPUTATION]


def test_a_producer_s_own_figure_has_no_term() -> None:
    assert figures(only({}), only({"value": 30.3}))["term"].to_list() == [WHOLE]


def test_a_row_that_only_says_why_there_is_no_figure_is_no_figure() -> None:
    reason = {"series": "", "value": None, "status": "not_deposited", "millesime": None, "edition": None}
    assert figures(only({}), only({}, reason)).is_empty()


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
    rows = values({"value": 30.3, "extracts": "bbb"}, {"millesime": 2024, "edition": 2025, "value": 31.0})
    after = release(rows, "concentré", 2.0, [2023, 2024], "59172")
    for tables, extract in ((before, "aaa"), (after, "bbb")):
        tables["extract"] = pl.DataFrame([(extract, *FILES[extract][:3])], EXTRACT, orient="row")
    found, names = changes(before, after), Names.read(before, after)
    assert summary(found).replace("\u00a0", " ") == (
        "1 chiffre nouveau, 1 révisé, 0 disparu, 1 réponse changée, 1 rang changé, "
        "1 territoire entré ou sorti."
    )
    said = {part.title: part.rows or part.lines for part in parts(found, names)}
    assert said["Millésimes"] == ("Base des Caf : millésime nouveau : 2024 (édition 2024)",)
    (revised,) = said["Chiffres révisés, le plus fort d’abord"]
    assert [cell.replace("\u00a0", " ") for cell in revised] == [
        *("Part au <RSA>", "Denain", "2023", "28,7 %", "30,3 %", "5,6 %"),
        "le chiffre vient de l’édition 2025 (caf_2025.csv) au lieu de 2024",
    ]
    assert said["Rangs de l’ordre de priorité"] == (("Denain", "3e", "2e"),)
    assert said["Territoires"] == ("Abscon : sort de ce qui est suivi",)
    own = paragraph(found, names, "59172").replace("\u00a0", " ")
    assert own.startswith("Denain : 1 chiffre nouveau : Part au <RSA>, 2024, 31,0 %. 1 chiffre révisé")
    assert "« concentré » au lieu de « diffus »" in own
    assert paragraph(found, names, "59002") == ""


@pytest.mark.parametrize(
    ("now", "written", "spoken"),
    [
        (28.74, ["28,70 %", "28,74 %"], "28,74 % au lieu de 28,70 %"),
        (28.70000001, ["28,7 %", "écart inférieur à l’arrondi"], "28,7 %, écart inférieur à l’arrondi"),
    ],
)
def test_a_revision_is_never_told_as_the_same_figure_twice(
    now: float, written: list[str], spoken: str
) -> None:
    before = release(values({}), "diffus", 3.0, [2023], "59172")
    after = {**before, "value": values({"value": now})}
    found, names = changes(before, after), Names.read(before, after)
    (row,) = next(part.rows for part in parts(found, names) if part.title.startswith("Chiffres révisés"))
    assert [cell.replace("\u00a0", " ") for cell in row[3:5]] == written
    assert spoken in paragraph(found, names, "59172").replace("\u00a0", " ")


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


def test_what_people_typed_is_a_change_too() -> None:
    def local(*cells: tuple[str, str | None, str, str]) -> dict[str, pl.DataFrame]:
        schema = dict.fromkeys(("section", "commune", "field", "value"), pl.String)
        return {**only({}), "local": pl.DataFrame(cells, schema=schema, orient="row")}

    before = local(("textes", "59172", "enjeux", "Le parc"), ("equipe", None, "poste", "Nord"))
    after = local(("equipe", None, "poste", "Nord"), ("textes", "59172", "enjeux", "Le parc, et la gare"))
    assert changes(before, before).nothing
    found = changes(before, after)
    assert found.local.rows() == [("textes", "59172", 1)]
    assert "1\u00a0contenu du volet local changé" in summary(found)
    names = Names(territories={("commune", "59172", None): "Denain"})
    told = next(part for part in parts(found, names) if part.title == "Volet local")
    assert told.lines == ("Denain, textes\u00a0: 1\u00a0contenu du volet local changé",)
