"""Rules on one column by hand: twelve communes beside their year before, on both sides of each limit."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from indicators.plausibility.columns import column_findings, first_findings
from indicators.plausibility.findings import Finding, gathered
from indicators.plausibility.first import fraction_findings, lone_findings, with_population
from indicators.plausibility.pairs import pair_findings, remainder_findings
from indicators.plausibility.rows import row_findings

BEFORE = [1000.0 * (n + 1) for n in range(12)]
WIDE = [1000.0 * 4.0**n for n in (0, 5, 1, 6, 2, 7, 3, 8, 4, 9, 5.5, 2.5)]
"""Very different from one line to the next: far from any neighbour."""


def rows(after: list[float | None], before: list[float | None] | None = None, **more: Any) -> pl.DataFrame:
    """A column of 2021 beside 2020, as the past gives it: moves in logarithms, spreads of 3 %."""
    was: list[float | None] = [*(before or BEFORE)]
    logs = [[None if v is None else math.log(v) for v in values] for values in (after, was)]
    moves = [None if a is None or b is None else a - b for a, b in zip(*logs, strict=True)]
    known = sorted(move for move in moves if move is not None)
    drifted = more.pop("drifted", known[len(known) // 2] if known else None)
    one = {
        "variable": "v", "level": "commune", "perimeter": None, "year": 2021, "column": "V21", "extract": "e",
        "dataset": "d", "millesime": 2021, "kind": "euro", "label": "Revenu", "drift": 0.3, "factor": 1.0,
        "pairs": None, "unequal": None, "likeness": None, "drift_seen": None, "far": None,
        "before_year": 2020, "before_dataset": "d", **more,
    }  # fmt: skip
    made = [
        one | {
            "code": f"C{n}", "line": n + 2, "value": after[n], "before": was[n], "move": moves[n],
            "status": "observed" if after[n] is not None else "suppressed",
            "scaled": logs[0][n], "scaled_before": logs[1][n], "drifted": drifted,
            "deviation": None if moves[n] is None else (moves[n] - (drifted or 0)) / 0.03,
        }
        for n in range(len(after))
    ]  # fmt: skip
    numbers = dict.fromkeys(
        ("unequal", "likeness", "drift_seen", "far", "drifted", "deviation", "move", "value", "before",
         "scaled", "scaled_before"), pl.Float64,
    )  # fmt: skip
    return pl.DataFrame(made, schema_overrides={"perimeter": pl.String, "pairs": pl.Int64, **numbers})


def held(after: list[float | None], before: list[float | None] | None = None, **more: Any) -> list[Finding]:
    return column_findings(rows(after, before, **more), "f.csv")


def rules(after: list[float | None], before: list[float | None] | None = None, **more: Any) -> list[str]:
    return [one.rule for one in held(after, before, **more)]


def times(factor: float, figures: list[float] = BEFORE) -> list[float | None]:
    return [factor * value for value in figures]


def words(one: Finding) -> list[str]:
    assert (one.file, one.variable, one.column, one.scope) == ("f.csv", "v", "V21", "column")
    return [text.replace("\u202f", " ").replace("\u00a0", " ") for text in (one.found, one.expected, one.why)]


@pytest.mark.parametrize(
    ("factor", "more", "found"),
    [
        # The drift of a kind, a twentieth more for each year between the two: e^0.315 is 1.370.
        (1.36, {}, []),
        (1.38, {}, ["magnitude"]),
        (1 / 1.38, {}, ["magnitude"]),
        (1.38, {"before_year": 2019}, []),
        (1.40, {"before_year": 2019}, ["magnitude"]),
        (1.40, {"before_year": 2023}, ["magnitude"]),
        (1.38, {"factor": 2.0}, []),
        (1.88, {"factor": 2.0}, ["magnitude"]),
        # Twice the largest drift seen, where it is more.
        (1.38, {"drift_seen": 0.16}, []),
        (1.38, {"drift_seen": 0.1}, ["magnitude"]),
        # Counts under five say nothing.
        (1.38, {"kind": "count"}, ["magnitude"]),
    ],
)
def test_a_column_that_changed_size(factor: float, more: dict[str, Any], found: list[str]) -> None:
    assert rules(times(factor), **more) == found


def test_few_figures_do_not_make_a_column() -> None:
    few: list[float | None] = [*BEFORE[:4], *[None] * 8]
    five: list[float | None] = [*BEFORE[:5], *[None] * 7]
    assert rules(times(2), few) == []
    assert rules(times(2), five) == ["magnitude"]
    small = [4.0] * 8
    assert rules(times(2, [*small, *BEFORE[:4]]), [*small, *BEFORE[:4]], kind="count") == []
    assert rules(times(2, [*small, *BEFORE[:5]]), [*small, *BEFORE[:5]], kind="count") == ["magnitude"]


@pytest.mark.parametrize(
    ("factor", "found", "guess"),
    [
        (2.0, "2 fois plus grande", ""),
        (0.5, "2 fois plus petite", ""),
        (10.0, "10 fois plus grande", " (une décimale décalée ?)"),
        (1 / 6.55957, "6,56 fois plus petite", " (francs au lieu d’euros ?)"),
        (12.0, "12 fois plus grande", " (mois au lieu d’années ?)"),
        (0.01, "100 fois plus petite", " (centièmes, ou pour cent au lieu de proportions ?)"),
        (1000.0, "1 000 fois plus grande", " (milliers au lieu d’unités ?)"),
        (1e-6, "1 000 000 fois plus petite", " (millions au lieu d’unités ?)"),
        (8.9, "8,9 fois plus grande", " (une décimale décalée ?)"),
        (8.7, "8,7 fois plus grande", ""),
    ],
)
def test_what_is_said_of_a_size(factor: float, found: str, guess: str) -> None:
    (one,) = held(times(factor))
    assert words(one) == [
        f"une colonne {found} qu’en 2020",
        "Revenu, du même ordre qu’en 2020",
        f"Toute la colonne a changé d’ordre de grandeur{guess}.",
    ]


def test_a_share_is_not_said_to_be_so_many_times_larger() -> None:
    assert words(held(times(2), kind="share")[0])[0] == "une colonne très éloignée de celle de 2020"


def uneven(spread: float) -> list[float | None]:
    """Half up and half down by so many spreads of 3 %, over 1.4826."""
    step = 0.03 * spread / 1.4826
    return [value * math.exp(step if n % 2 else -step) for n, value in enumerate(WIDE)]


@pytest.mark.parametrize(
    ("spread", "more", "found"),
    [
        (2.9, {}, []),
        (3.1, {}, ["spread"]),
        (5.9, {"factor": 2.0}, []),
        (6.1, {"factor": 2.0}, ["spread"]),
        (7.9, {"unequal": 4.0}, []),
        (8.1, {"unequal": 4.0}, ["spread"]),
        (3.1, {"unequal": 1.0}, ["spread"]),
    ],
)
def test_moves_that_differ_too_much(spread: float, more: dict[str, Any], found: list[str]) -> None:
    assert rules(uneven(spread), [*WIDE], drifted=0.0, **more) == found
    few = [*WIDE[:7], *[None] * 5]
    assert rules(uneven(spread), few, drifted=0.0, **more) == [], "seven say too little"
    assert rules(uneven(spread), [*WIDE[:8], *[None] * 4], drifted=0.0, **more) == found


def test_what_is_said_of_moves_that_differ() -> None:
    assert words(held(uneven(4), [*WIDE], drifted=0.0)[0]) == [
        "des évolutions très inégales depuis 2020",
        "Revenu, des évolutions proches d’un territoire à l’autre",
        "Les territoires n’ont pas pu tant diverger : unités mêlées, codes ou colonnes déplacés.",
    ]


SHUFFLED: list[float | None] = [BEFORE[n] for n in (5, 11, 2, 8, 0, 6, 10, 3, 9, 1, 7, 4)]
"""Spearman's correlation with the order of before: −0.07."""


def ranks(after: list[float | None], before: list[float | None] | None = None, **more: Any) -> list[str]:
    """Rules of ranks alone: moves of any size are let pass."""
    return rules(after, before, factor=1000.0, **more)


def test_ranks_turned_upside_down() -> None:
    assert ranks(SHUFFLED) == ["peers"]
    assert ranks([*BEFORE]) == []
    assert ranks(SHUFFLED[:9], [*BEFORE[:9]]) == [], "nine are too few"
    assert ranks(SHUFFLED[:10], [*BEFORE[:10]]) == ["peers"]
    three: list[float | None] = [1000.0 * (n % 3 + 1) for n in (2, 0, 1, 1, 2, 0, 0, 2, 1, 2, 1, 0)]
    assert ranks(three) == [], "as few different figures have no order"


QUITE: list[float | None] = [BEFORE[n] for n in (3, 1, 0, 7, 9, 2, 11, 4, 5, 10, 8, 6)]
"""Spearman's correlation with the order of before: 1 − 6 × 136 / (12 × 143) = 0.52."""


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, []),
        ({"pairs": 2, "likeness": 0.99}, ["peers"]),
        # Two pairs of years at least teach; four standard errors under 0.97 are 0.64 for twelve.
        ({"pairs": 1, "likeness": 0.99}, []),
        ({"pairs": 2, "likeness": 0.9}, []),
    ],
)
def test_ranks_against_the_weakest_likeness_known(more: dict[str, Any], found: list[str]) -> None:
    assert ranks(QUITE, **more) == found


def test_what_is_said_of_ranks() -> None:
    found = words(held(SHUFFLED, factor=1000.0)[0])
    assert found[1:] == [
        "Revenu, les territoires à peu près dans leur ordre de 2020",
        "Les rangs des territoires sont bouleversés : codes ou colonnes déplacés.",
    ]
    assert found[0].startswith("une corrélation de ") and found[0].endswith(" avec 2020")
    known = words(held(SHUFFLED, factor=1000.0, pairs=2, likeness=0.987)[0])
    assert "bouleversés (jamais sous 0,99 jusqu’ici) :" in known[2]


@pytest.mark.parametrize("step", [1, -1])
def test_codes_shifted_by_a_line_are_told_first(step: int) -> None:
    moved = [WIDE[(n + step) % 12] for n in range(12)]
    (one, *others) = held(moved, [*WIDE])
    assert one.rule == "shifted" and others == [], "told once, and not as ranks or moves"
    assert words(one)[1] == "Revenu, chaque territoire proche de son propre passé"
    assert " avec la ligne voisine en 2020, " in words(one)[0]
    few = [WIDE[(n + step) % 7] for n in range(7)]
    assert "shifted" not in rules(few, [*WIDE[:7]])


def test_a_column_in_its_place_is_not_shifted() -> None:
    assert rules([*WIDE], [*WIDE]) == []
    assert rules([*BEFORE], [*BEFORE]) == [], "neighbours alike, and each as it was"


def test_a_column_emptied() -> None:
    gone = words(held([None] * 12)[0])
    assert gone == [
        "12 chiffres de moins qu’en 2020 (secret statistique)",
        "Revenu, 12 chiffres environ, comme en 2020",
        "Une colonne vidée devient un secret sans que le producteur l’ait voulu.",
    ]
    assert rules([*[None] * 5, *BEFORE[5:]]) == ["emptied"], "two in five of them"
    assert rules([*[None] * 4, *BEFORE[4:]]) == []
    assert rules([*[None] * 5, *BEFORE[5:10]], [*BEFORE[:10]]) == ["emptied"]
    assert rules([*[None] * 4, *BEFORE[4:8]], [*BEFORE[:8]]) == [], "under five"
    assert rules([None], [1.0]) == ["emptied"], "all of it"
    assert rules([None] * 12, [None] * 12) == []
    assert rules([None] * 12, level="groupe") == []


KNOWN = {"before_year": 2021}


@pytest.mark.parametrize(
    ("factor", "more", "found"),
    [
        (1.05, KNOWN, []),
        (1.06, KNOWN, ["revised"]),
        (1 / 1.06, KNOWN, ["revised"]),
        (1.10, KNOWN | {"kind": "ratio"}, []),
        (1.11, KNOWN | {"kind": "ratio"}, ["revised"]),
        (1.06, KNOWN | {"factor": 2.0}, []),
        (1.12, KNOWN | {"factor": 2.0}, ["revised"]),
        # Another year, or another producer's, may differ.
        (1.06, {}, []),
        (1.06, KNOWN | {"before_dataset": "other"}, []),
        # What changed of size is not said revised too.
        (2.0, KNOWN, ["magnitude"]),
    ],
)
def test_a_year_already_known(factor: float, more: dict[str, Any], found: list[str]) -> None:
    assert rules(times(factor), **more) == found


def test_what_is_said_of_a_revision() -> None:
    assert words(held(times(1.06), **KNOWN)[0]) == [
        "les chiffres de 2021, multipliés par 1,06 en médiane",
        "Revenu, les chiffres déjà connus de 2021 ou presque",
        "Un producteur corrige peu de chiffres d’une année : définition, unité ou mois à vérifier.",
    ]


def test_one_figure_of_a_known_year_revised() -> None:
    """Three spreads of 3 %: e^0.09 is 1.094."""

    def one(times: float, **more: Any) -> list[Finding]:
        return held([BEFORE[0] * times, *BEFORE[1:]], **KNOWN | more)

    assert one(1.09) == [] == one(1.10, factor=2.0) == one(1.10, before_dataset="other")
    (found,) = one(1.10)
    assert (found.rule, found.code, found.line, found.scope) == ("revised", "C0", 2, "cell")
    assert found.found.replace("\u202f", " ") == "1 100"
    assert found.expected.replace("\u202f", " ") == ("Revenu, 1 000 ou presque, comme déjà publié pour 2021")
    assert len(one(1 / 1.10)) == 1


POPULATION = pl.DataFrame(
    {
        "variable": ["pop", "pop", "other", "other"], "level": ["commune"] * 4, "perimeter": [None] * 4,
        "code": ["C0", "C0", "C0", "C1"], "year": [2018, 2019, 2020, 2020],
        "value": [900.0, 1000.0, 5000.0, 200.0],
    },
    schema_overrides={"perimeter": pl.String},
)  # fmt: skip


def test_the_population_stands_in_for_a_past() -> None:
    """30 of 1000 and 10 of 200 are 3 and 5 %: the middle is 4 %."""
    new = rows([30.0, 10.0, 8.0], [1.0] * 3).drop(
        "before", "before_year", "before_dataset", "move", "scaled", "scaled_before", "deviation", "drifted"
    )
    found = with_population(new, POPULATION, ("pop", "other"))
    assert found["inhabitants"].to_list() == [1000.0, 200.0], "the first variable known, its latest year"
    assert found["before_year"].to_list() == [2019, 2020]
    assert found["before"].to_list() == pytest.approx([40.0, 8.0])
    assert found["before_status"].unique().to_list() == ["observed"]
    assert found["before_dataset"].null_count() == found["before_extract"].null_count() == 2
    zero = with_population(new.with_columns(value=pl.Series([30.0, 0.0, 8.0])), POPULATION, ("pop", "other"))
    assert zero["before"].to_list() == pytest.approx([30.0, 6.0]), "none says nothing of the share"
    nobody = POPULATION.with_columns(value=pl.lit(0.0))
    assert with_population(new, nobody, ("pop", "other")).is_empty()
    assert with_population(new, POPULATION, ()).is_empty()


def test_more_than_two_for_each_inhabitant() -> None:
    first = rows([*BEFORE]).with_columns(inhabitants=pl.lit(6000.0))
    assert first_findings(first.with_columns(value=pl.lit(12_050.0)), "f.csv") == []
    found = first_findings(first.with_columns(value=pl.lit(12_051.0)).head(1), "f.csv")
    assert [(one.rule, one.code, one.file) for one in found] == [("magnitude", "C0", "f.csv")]
    said = [text.replace("\u202f", " ") for text in (found[0].found, found[0].expected)]
    assert said == ["12 051", "Revenu, guère plus que ses 6 000 habitants"]
    shifted = rows([*WIDE[1:], WIDE[0]], [*WIDE]).with_columns(inhabitants=pl.lit(1e12))
    assert [one.rule for one in first_findings(shifted, "f.csv")] == ["shifted"]


def test_percentages_without_past_that_are_proportions() -> None:
    def held(*values: float, kind: str = "share") -> list[tuple[str, str | None, str]]:
        new = rows([*BEFORE]).head(len(values)).with_columns(kind=pl.lit(kind), value=pl.Series(values))
        return [(one.rule, one.code, one.found) for one in fraction_findings(new, "f.csv")]

    assert held(0.31, 0.402, 0.2, 0.55, 1.0) == [("magnitude", None, "5 chiffres de 1 au plus, dont 0,31")]
    assert held(0.31, 0.402, 0.2, 0.55, 1.1) == [], "one of them is a percentage"
    assert held(-10.4, -9.35, -12.2, -15.1, -8.6) == [], "shares of taxes, under zero"
    assert held(0.31, 0.402, 0.2, 0.55) == [], "too few of them"
    assert held(0.0, 0.0, 1.0, 1.0, 0.5) == [], "rounded percentages"
    assert held(0.31, 0.402, 0.2, 0.55, 0.9, kind="ratio") == []


def test_a_figure_without_past_far_from_all_the_others() -> None:
    def held(*values: float, kind: str = "share", heads: float | None = None) -> list[tuple[str, str | None]]:
        new = rows([*BEFORE]).head(len(values))
        new = new.with_columns(
            kind=pl.lit(kind), value=pl.Series(values), inhabitants=pl.lit(heads, pl.Float64)
        )
        return [(one.rule, one.code) for one in lone_findings(new, "f.csv")]

    usual = [31.0, 34.5, 30.2, 38.0, 41.5, 29.0, 33.3]
    assert held(*usual, 3.41) == [("magnitude", "C7")]
    assert held(*usual, 20.0) == held(*usual, 0.0) == [], "far, but no slip of a decimal; nothing"
    assert held(*usual[1:], 3.41) == [], "too few others"
    assert held(1.0, 60.0, 5.0, 30.0, 90.0, 0.5, 12.0, 3.4) == [], "all are far from each other"
    counts = [310.0, 345.0, 302.0, 380.0, 415.0, 290.0, 333.0, 34.0]
    assert held(*counts, kind="count", heads=1000.0) == [("magnitude", "C7")]
    assert held(*counts, kind="count") == [], "nothing says how large the places are"
    assert held(*(one / 30 for one in counts), kind="count", heads=1000.0) == [], "counts of a few"


def test_two_rows_of_close_figures_are_exchanged() -> None:
    """Each figure is within four spreads of its past; together they are those of the other row."""

    def file(exchanged: bool, variables: int = 4) -> pl.DataFrame:
        columns = []
        for n in range(variables):
            # C3 and C4 are 9 % apart, one way or the other.
            before = [value * (1.09 if (n + at) % 2 else 1.0) for at, value in enumerate([20_000.0] * 12)]
            after: list[float | None] = [1.01 * value for value in before]
            if exchanged:
                after[3], after[4] = after[4], after[3]
            columns.append(rows(after, before, variable=f"v{n}", drifted=0.01))
        return pl.concat(columns).with_columns(median=pl.lit(0.01), spread=pl.lit(0.03))

    assert row_findings(file(exchanged=False), "f.csv") == []
    assert row_findings(file(exchanged=True, variables=1), "f.csv") == [], (
        "one figure meets another by chance"
    )
    assert len(row_findings(file(exchanged=True, variables=2), "f.csv")) == 2
    first, second = row_findings(file(exchanged=True), "f.csv")
    assert (first.rule, first.scope, first.code, first.line) == ("swapped", "row", "C3", 5)
    assert (second.code, second.line) == ("C4", 6) and "passé de C3" in second.found


def test_a_part_exchanged_with_what_is_left_of_its_total() -> None:
    """Women are 40 to 51 % of each: the column of men, that nobody reads, bears their name."""
    women = [n * (0.40 + 0.01 * at) for at, n in enumerate(BEFORE)]
    men = [n - w for n, w in zip(BEFORE, women, strict=True)]
    total = rows(times(1.02), variable="t", column="ABC")

    def found(now: list[float]) -> list[tuple[str, str | None]]:
        part = rows([1.02 * value for value in now], [*women], variable="f", column="ABC_F")
        return [
            (one.rule, one.column)
            for one in remainder_findings(pl.concat([part, total]), {"f": "t", "absent": "t"}, "f.csv")
        ]

    assert found(women) == []
    assert found(men) == [("swapped", "ABC_F")]


def test_columns_all_moved_by_one_are_one_thing_to_review() -> None:
    """Four counts of the same communes, of which the first is lost: each column holds the next one."""
    past = [
        [figure * 1.7**n * (1 + (n + 1) * i % 5 / 4) for i, figure in enumerate(BEFORE)] for n in range(5)
    ]

    def found(order: list[int]) -> list[Finding]:
        columns = [
            rows(times(1.02, past[now]), past[n], variable=f"v{n}", column=f"V{n}")
            for n, now in enumerate(order)
        ]
        whole = pl.concat(columns)
        return [*pair_findings(whole, "f.csv"), *column_findings(whole, "f.csv")]

    assert found([0, 1, 2, 3, 4]) == []
    held = found([1, 2, 3, 4, 0])
    (one,) = gathered(held, Counter({("commune", None): 5}))
    assert len(held) > 2 and (one.rule, one.scope) == ("swapped", "file")
    assert one.found.startswith("4 colonnes décalées, dont V0") and "chaque ligne" in one.why
    # What no reason makes right stays.
    apart = replace(held[-1], rule="range")
    assert apart in gathered([*held, apart], Counter({("commune", None): 5}))
    # Two headers exchanged are two columns, not a file.
    assert {one.scope for one in found([1, 0, 2, 3, 4]) if one.rule == "swapped"} == {"column"}
