"""Rules on a whole file by hand: editions that repeat, figures too old, territories that lack."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from indicators.plausibility.coded import coded
from indicators.plausibility.files import (
    column_counts,
    coverage_findings,
    identical_findings,
    late_findings,
    nothing_new,
    other_years,
)
from indicators.plausibility.findings import Finding, Source
from indicators.plausibility.rows import copied_rows
from sources.catalogue import Catalogue
from sources.variables import load_variables

FILE: Source = {"extract": "new", "dataset": "d", "file": "f.csv"}
TYPES = {
    "dataset": pl.String, "extract": pl.String, "edition": pl.Int32, "millesime": pl.Int32, "year": pl.Int32,
    "level": pl.String, "code": pl.String, "perimeter": pl.String, "variable": pl.String,
    "column": pl.String, "value": pl.Float64, "before": pl.Float64, "before_year": pl.Int32,
}  # fmt: skip


def rows(*changes: dict[str, Any]) -> pl.DataFrame:
    """One figure of 2020, edition of 2022, by change."""
    one = {
        "dataset": "d", "extract": "new", "edition": 2022, "millesime": 2020, "level": "commune",
        "code": "C0", "perimeter": None, "variable": "filo_med", "column": "MED20", "value": 100.0,
        "before": None, "before_year": 2019,
    }  # fmt: skip
    made = [one | change for change in changes]
    return pl.DataFrame([row | {"year": row["millesime"] or row["edition"]} for row in made], schema=TYPES)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def new(*earlier: dict[str, Any], file: list[dict[str, Any]] | None = None) -> list[Finding]:
    own = rows(*(file if file is not None else [{}, {"code": "C1", "value": 200.0}]))
    return nothing_new(own.drop("before"), rows(*earlier), FILE)


SAME: tuple[dict[str, Any], ...] = ({"edition": 2021}, {"edition": 2021, "code": "C1", "value": 200.0})


def test_an_edition_that_only_repeats_an_earlier_one() -> None:
    (one,) = new(*SAME)
    assert (one.rule, one.scope, one.file, one.dataset, one.extract) == (
        "identical", "file", "f.csv", "d", "new",
    )  # fmt: skip
    assert (one.found, one.expected, one.why) == (
        "les chiffres de l’édition 2021, tous identiques",
        "au moins un chiffre nouveau dans l’édition 2022",
        "Le fichier de 2021 a sans doute été rendu sous un autre nom.",
    )


@pytest.mark.parametrize(
    "earlier",
    [
        [SAME[0]],
        [SAME[0], SAME[1] | {"value": 201.0}],
        [one | {"dataset": "other"} for one in SAME],
        [one | {"edition": 2022} for one in SAME],
        [one | {"edition": 2023} for one in SAME],
        [one | {"millesime": 2019} for one in SAME],
        [one | {"perimeter": "qpv_2024"} for one in SAME],
        [one | {"variable": "filo_d1"} for one in SAME],
        [one | {"level": "epci"} for one in SAME],
        # The latest of the earlier editions counts.
        [*SAME, SAME[1] | {"edition": 2021, "value": 3.0}],
    ],
)
def test_an_edition_with_one_new_figure(earlier: list[dict[str, Any]]) -> None:
    assert new(*earlier) == []


def test_figures_without_year_or_value_repeat_nothing() -> None:
    assert new(*SAME, file=[{"value": None}, {"millesime": None}]) == []
    assert len(new(*SAME, file=[{}, {"code": "C9", "value": None}])) == 1
    assert new(*SAME, file=[]) == []


def late(own: list[dict[str, Any]], *past: dict[str, Any]) -> list[Finding]:
    return late_findings(rows(*own), rows(*past), FILE)


def test_figures_much_older_than_their_edition() -> None:
    """Usually two years old in this dataset: four are let pass, five are not."""
    usual = {"edition": 2021, "millesime": 2019}
    older = {"edition": 2021, "millesime": 2017}
    assert late([{"millesime": 2018}], usual, older) == []
    (one,) = late([{"millesime": 2017}, {"millesime": 2016}], usual, older)
    assert (one.rule, one.scope, one.file) == ("year", "file", "f.csv")
    assert (one.found, one.expected) == (
        "des chiffres de 2017 au plus, dans l’édition 2022",
        "des chiffres de 2020",
    )
    assert one.why == "Le nom du fichier et les années qu’il contient ne vont pas ensemble."
    # The largest lag of an edition is usual; another dataset says nothing, nor a file without figures.
    assert late([{"millesime": 2017}], usual, {"edition": 2020, "millesime": 2017}) == []
    assert late([{"millesime": 2017}], usual | {"dataset": "other"}) == []
    assert late([{"millesime": 2017, "value": None}], usual) == []
    assert late([{"millesime": None}], usual) == []
    assert late([{"millesime": 2017}], usual | {"millesime": None}) == []


def identical(
    catalogue: Catalogue, *own: dict[str, Any], dataset: str = "insee_filosofi_communes"
) -> list[Finding]:
    beside = rows(*own)
    layout = catalogue.datasets[dataset].layout
    return identical_findings(beside, set(beside["year"]), load_variables(), layout, FILE)


def copied(count: int, value: float = 1000.0, step: float = 10.0, **more: Any) -> list[dict[str, Any]]:
    """Figures of communes equal to those of the year before."""
    figures = [value + step * n for n in range(count)]
    return [{"code": f"C{n}", "value": v, "before": v, **more} for n, v in enumerate(figures)]


def test_a_column_of_another_year(catalogue: Catalogue) -> None:
    (one,) = identical(catalogue, *copied(8))
    assert (one.rule, one.scope, one.variable, one.millesime, one.column, one.level) == (
        "identical", "column", "filo_med", 2020, "MED20", "commune",
    )  # fmt: skip
    assert plain(one.found) == "identique au millésime 2019 (100 % des chiffres)"
    assert one.expected == "des chiffres de 2020, différents de ceux de 2019"
    assert one.why == "Un fichier de 2019 a sans doute été rendu sous un autre nom."
    # Nine in ten are enough, not less; unknown figures do not count.
    moved = [{"code": f"X{n}", "value": 5000.0, "before": 1.0} for n in range(2)]
    assert len(identical(catalogue, *copied(9), moved[0])) == 1
    assert identical(catalogue, *copied(9), *moved) == []
    unknown = [{"code": "X", "before": 7.0, "value": None}, {"code": "Y", "before": None}]
    assert plain(identical(catalogue, *copied(8), *unknown)[0].found).endswith("(100 % des chiffres)")


@pytest.mark.parametrize(
    ("count", "value", "step", "held"),
    [
        (8, 20.0, 1.0, True),
        (8, 19.0, 1.0, False),
        (8, 12.0, 1.0, False),
        (8, 10.5, 1.0, True),
        (8, 1.5, 1.0, False),
        (8, 1.25, 1.0, True),
        # Eight figures, of which three only are different.
        (30, 1.0, 1.0, True),
    ],
)
def test_a_figure_tells_by_its_digits(
    catalogue: Catalogue, count: int, value: float, step: float, held: bool
) -> None:
    small = {"code": "S", "value": 7.0, "before": 7.0}
    found = identical(catalogue, *copied(count, value, step), small)
    assert bool(found) is held


def test_a_few_values_that_repeat_are_no_copy(catalogue: Catalogue) -> None:
    three = [{**one, "value": 100.0 + n % 3, "before": 100.0 + n % 3} for n, one in enumerate(copied(8))]
    four = [{**one, "value": 100.0 + n % 4, "before": 100.0 + n % 4} for n, one in enumerate(copied(8))]
    assert identical(catalogue, *three) == []
    assert len(identical(catalogue, *four)) == 1


def test_a_file_of_one_territory_is_told_by_all_its_columns(catalogue: Catalogue) -> None:
    names = ["filo_med", "filo_d1", "filo_d9", "filo_nbpers", "filo_q1", "filo_q3", "filo_rd", "filo_gi"]
    own = [{"variable": name, "column": name, "value": 1234.0, "before": 1234.0} for name in names]
    (one,) = identical(catalogue, *own)
    assert (one.scope, one.column, one.millesime, one.level) == ("file", None, None, "commune")
    assert identical(catalogue, *own[:7]) == []
    assert identical(catalogue, *own[:7], own[7] | {"before": 1235.0}) == []


def test_a_year_given_twice_among_several_is_said_otherwise(catalogue: Catalogue) -> None:
    dated = next(d.id for d in catalogue.datasets.values() if d.layout.year.column is not None)
    other = {"code": "C0", "millesime": 2021, "before": 3.0}
    (one,) = identical(catalogue, *copied(8), other, dataset=dated)
    assert (one.rule, one.why) == ("repeated", "Les lignes de 2020 répètent celles de 2019.")
    (one,) = identical(catalogue, *copied(8), dataset=dated)
    assert one.rule == "identical"


FOLLOWED = pl.DataFrame(
    [("commune", f"C{n}", None, f"Ville {n}") for n in range(8)] + [("epci", "E", None, "Agglo")],
    schema=dict.fromkeys(("level", "code", "perimeter", "name"), pl.String),
    orient="row",
)


def coverage(
    catalogue: Catalogue, held: list[str], past: pl.DataFrame | None = None, **more: Any
) -> list[Finding]:
    own = rows(*({"code": code, **more} for code in held))
    layout = catalogue.datasets["insee_filosofi_communes"].layout
    return coverage_findings(coded(own, FOLLOWED), rows() if past is None else past, FOLLOWED, layout, FILE)


def test_territories_that_lack(catalogue: Catalogue) -> None:
    every = [f"C{n}" for n in range(8)]
    assert coverage(catalogue, every) == []
    (one,) = coverage(catalogue, ["C0", "X"])
    assert (one.rule, one.scope, one.level, one.file) == ("coverage", "file", "commune", "f.csv")
    assert plain(one.found) == "1 commune sur 8"
    assert plain(one.expected) == "8 communes, comme les suit le baromètre"
    assert (
        plain(one.why)
        == "Absents du fichier : " + ", ".join(f"Ville {n} (C{n})" for n in range(1, 7)) + ", …."
    )
    assert coverage(catalogue, every[:2])[0].why.endswith("Ville 7 (C7).")
    # Those its dataset never had are not missed; those of another dataset are no past of it.
    past = rows(*({"code": code, "edition": 2021, "millesime": 2019} for code in every[:3]))
    assert coverage(catalogue, every[:3], past) == []
    assert plain(coverage(catalogue, every[:2], past)[0].found) == "2 communes sur 3"
    assert len(coverage(catalogue, every[:3], past.with_columns(dataset=pl.lit("other")))) == 1
    # What an edition already had is not lost by a file that completes it.
    same = rows(*({"code": code} for code in every[2:]))
    assert coverage(catalogue, every[:2], same) == []


def test_a_year_given_again_without_one_of_its_territories(catalogue: Catalogue) -> None:
    """A row that a new edition no longer has would leave the figure of the earlier one without a word."""
    layout = catalogue.datasets["caf_s_ben_com_f"].layout
    every = [f"C{n}" for n in range(8)]

    def held(years: dict[int, list[str]], known: list[str] = every, **before: Any) -> list[str]:
        own = rows(
            *({"code": c, "millesime": y, "edition": 2022} for y, codes in years.items() for c in codes)
        )
        past = rows(*({"code": c, "edition": 2021} | before for c in known))
        found = coverage_findings(coded(own, FOLLOWED), past, FOLLOWED, layout, FILE)
        return [plain(f"{one.found}\u00a0; {one.why}") for one in found]

    assert held({2020: every, 2021: every}) == []
    assert held({2020: every[1:], 2021: every}) == [
        "7 communes sur 8 ; Absents du fichier : Ville 0 (C0, 2020)."
    ]
    assert held({2020: every, 2021: every[1:]}) == [
        "7 communes sur 8 ; Absents du fichier : Ville 0 (C0, 2021)."
    ]
    # It never had a figure of it, or has another year in its place.
    assert held({2020: every[1:], 2021: every}, known=every[1:]) == []
    assert held({2020: every[1:], 2021: every}, value=None) == []
    assert held({2019: every[1:], 2021: every}) == []
    assert held({2020: every[1:], 2021: every}, edition=2022) == [], "what an edition already had is not lost"


def test_a_file_of_other_places_lacks_all_of_ours(catalogue: Catalogue) -> None:
    (one,) = coverage(catalogue, ["X", "Y"])
    assert plain(one.found) == "0 commune sur 8"
    before = {"edition": 2021, "millesime": 2019}
    communes = ({"code": f"C{n}", "extract": "old"} | before for n in range(8))
    past = rows(*communes, {"code": "E", "level": "epci", "extract": "other"} | before)
    (one,) = coverage(catalogue, ["X", "Y"], past)
    assert one.level == "commune", "not the levels of the other files of its dataset"


def test_columns_are_counted_by_level() -> None:
    held = rows({}, {"code": "C1"}, {"millesime": 2019}, {"variable": "filo_d1"}, {"level": "epci"})
    assert column_counts(held) == {("commune", None): 3, ("epci", None): 1}


def test_every_other_year_is_looked_at() -> None:
    own = [{"year": 2020}, {"millesime": 2018, "year": 2018}, {"millesime": None, "year": 2022}]
    own = [one | {"value": 30.0} for one in own]
    past = rows({"millesime": 2010, "value": 30.0}, {"millesime": 2010, "dataset": "o", "code": "C9"})
    both = other_years(rows(*own).drop("before", "before_year"), past)
    # The later of two years of one file; those of the past; without a year, those of its own dataset.
    pairs = {(2020, 2010), (2020, 2018), (2018, 2010), (2022, 2010), (2022, 2018), (2022, 2020)}
    assert set(both.select("year", "before_year").iter_rows()) == pairs


def test_a_row_copied_under_another_code() -> None:
    def row(code: str, moved: float = 0.0, count: int = 5) -> list[dict[str, Any]]:
        return [{"code": code, "variable": f"v{n}", "value": 100.0 + n + moved} for n in range(count)]

    def copied(*own: dict[str, Any]) -> list[tuple[str, str | None, str]]:
        held = copied_rows(coded(rows(*own).with_columns(line=pl.lit(2, pl.Int32)), FOLLOWED), FILE)
        return [(one.scope, one.code, plain(one.found)) for one in held]

    assert copied(*row("A"), *row("B"), *row("C", 1.0)) == [
        ("row", "A", "5 chiffres, tous ceux de B"),
        ("row", "B", "5 chiffres, tous ceux de A"),
    ]
    assert copied(*row("A", count=4), *row("B", count=4)) == []
    assert copied(*row("A"), *row("B", count=4), {"code": "B", "variable": "v4", "value": 105.0}) == []


def test_a_level_that_the_last_file_had_and_no_other_new_one_has(catalogue: Catalogue) -> None:
    every = [f"C{n}" for n in range(8)]
    before = {"edition": 2021, "millesime": 2019, "extract": "old"}
    past = rows(*({"code": code} | before for code in every), {"code": "E", "level": "epci"} | before)
    (one,) = coverage(catalogue, every, past)
    assert (one.level, plain(one.found)) == ("epci", "0 intercommunalité sur 1")
    layout = catalogue.datasets["insee_filosofi_communes"].layout
    own = rows(*({"code": code} for code in every))
    assert coverage_findings(coded(own, FOLLOWED), past, FOLLOWED, layout, FILE, ["epci"]) == []
    # A file of its own says nothing of the others.
    apart = past.with_columns(
        extract=pl.when(pl.col("level") == "epci").then(pl.lit("other")).otherwise("extract")
    )
    assert coverage(catalogue, every, apart) == []
