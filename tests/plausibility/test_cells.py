"""Rules on one cell, on a few rows by hand: what is held, what is not, and what is said of it."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest

from indicators.plausibility.cells import cell_findings, limit, twin_findings
from indicators.plausibility.coded import coded
from indicators.plausibility.findings import Finding
from sources.variables import Variables

DECLARED = Variables.model_validate(
    {
        "orders": [["d1", "med", "d9"]],
        "quotients": [{"variable": "rd", "numerator": "d9", "denominator": "d1", "within": 0.1}],
        "parts": [{"part": "men", "total": "all"}],
        "sums": [{"total": "all", "parts": ["men", "women"], "within": 0.01}],
        "twins": [{"one": "v", "other": "w", "within": 0.03}],
    }
)
TEXT = dict.fromkeys(
    ("variable", "level", "perimeter", "code", "column", "status", "kind", "label", "extract", "dataset",
     "before_status", "before_dataset"), pl.String,
)  # fmt: skip
NUMBERS = dict.fromkeys(
    ("value", "low", "high", "spread", "factor", "before", "move", "median", "deviation", "widest"),
    pl.Float64,
)
WHOLE = dict.fromkeys(("line", "year", "millesime", "before_year", "pairs"), pl.Int32)
FOLLOWED = pl.DataFrame(schema=dict.fromkeys(("level", "code", "perimeter"), pl.String))
SCHEMA = {**TEXT, **NUMBERS, **WHOLE, "whole": pl.Boolean}


def cells(*changes: dict[str, Any]) -> pl.DataFrame:
    """One figure of 2021 by change, each of a commune of its own unless told otherwise."""
    rows = [
        dict.fromkeys(SCHEMA)
        | {
            "variable": "v", "level": "commune", "code": f"C{n}", "column": "V21", "status": "observed",
            "kind": "euro", "label": "Revenu", "extract": "e", "dataset": "d", "value": 1000.0,
            "spread": 0.03, "factor": 1.0, "line": n + 2, "year": 2021, "millesime": 2021, "whole": False,
        }
        | change
        for n, change in enumerate(changes)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA)


def held(*changes: dict[str, Any], past: bool = False) -> list[Finding]:
    rows = cells(*changes)
    return cell_findings(coded(rows, FOLLOWED), rows if past else rows.clear(), DECLARED, "f.csv")


def rules(*changes: dict[str, Any], past: bool = False) -> list[tuple[str, str | None, str | None]]:
    return [(one.rule, one.variable, one.code) for one in held(*changes, past=past)]


def words(one: Finding) -> list[str]:
    assert (one.file, one.extract, one.dataset, one.scope) == ("f.csv", "e", "d", "cell")
    return [text.replace("\u202f", " ").replace("\u00a0", " ") for text in (one.found, one.expected, one.why)]


def test_a_figure_out_of_its_range() -> None:
    bounds = {"low": 5000.0, "high": 60_000.0}
    assert held({"value": 5000.0} | bounds, {"value": 60_000.0} | bounds, {"value": None} | bounds) == []
    low, high = held({"value": 4999.0} | bounds, {"value": 60_001.0} | bounds)
    assert (low.rule, low.code, low.line, low.column, low.millesime) == ("range", "C0", 2, "V21", 2021)
    assert words(low)[:2] == ["4 999", "Revenu, entre 5 000 et 60 000"]
    assert words(high)[0] == "60 001" and high.code == "C1"


def test_a_count_with_decimals() -> None:
    assert rules({"value": 12.0, "whole": True}, {"value": 12.5}) == []
    assert rules({"value": 12.5, "whole": True, "status": "estimated"}) == []
    (one,) = held({"value": 12.5, "whole": True})
    assert one.rule == "whole" and words(one)[:2] == ["12,5", "Revenu, un nombre entier"]


HIDDEN = {"before_status": "suppressed", "before_year": 2020, "value": 0.0}


def test_a_secret_that_became_zero() -> None:
    (one,) = held(HIDDEN, past=True)
    assert one.rule == "unsecret"
    assert words(one)[:2] == ["0", "Revenu, sous secret comme en 2020"]
    assert rules(HIDDEN | {"before_status": "not_published"}, past=True)[0][0] == "unsecret"
    for sound in ({"value": 1.0}, {"before_status": "observed"}, {"before_status": None}, {"status": "x"}):
        assert rules(HIDDEN | sound, past=True) == [], sound


def test_a_figure_hidden_after_it_was_published() -> None:
    since = {
        "value": None,
        "status": "suppressed",
        "before": 12.0,
        "before_year": 2021,
        "before_dataset": "d",
    }
    (one,) = held(since, past=True)
    assert (one.rule, one.code) == ("hidden", "C0")
    assert words(one)[:2] == [
        "un secret statistique", "Revenu, 12, déjà diffusé pour la même année"
    ]  # fmt: skip
    of_another_year, of_another_dataset = {"before_year": 2020}, {"before_dataset": "other"}
    for sound in (of_another_year, of_another_dataset, {"before": None}, {"status": "missing"}):
        assert rules(since | sound, past=True) == [], sound


def test_small_counts_may_go_from_hidden_to_none() -> None:
    """Three of a column at least, and half of those that were hidden."""
    count = HIDDEN | {"kind": "count"}
    kept = count | {"value": 7.0}
    assert held(count, count, past=True) == []
    assert len(held(count, count, count, past=True)) == 3
    assert len(held(*[count] * 3, *[kept] * 3, past=True)) == 3
    assert held(*[count] * 3, *[kept] * 4, past=True) == []
    assert held(*[count] * 2, count | {"variable": "w"}, past=True) == [], "columns apart"


def row(hidden: int, zero: float = 0.0, line: int = 2, **more: Any) -> list[dict[str, Any]]:
    """One line: a share, and so many hidden ones beside it, of four in all."""
    place = {"line": line, "code": f"C{line}"}
    others = [{"status": "suppressed", "value": None}] * hidden + [{"value": 5.0}] * (3 - hidden)
    share = {"variable": "share", "column": "S21", "kind": "share", "value": zero, "label": "Part"}
    return [
        place | share | more,
        *(place | {"kind": "share", "variable": f"o{n}"} | one for n, one in enumerate(others)),
    ]


def test_zeros_in_rows_that_hide_the_rest() -> None:
    three = [cell for line in (2, 3, 4) for cell in row(2, line=line)]
    found = held(*three)
    assert [(one.rule, one.variable) for one in found] == [("unsecret", "share")] * 3
    assert words(found[0])[1] == "Part, sous secret comme le reste de la ligne"
    assert held(*three[:8]) == [], "two are a coincidence"
    assert held(*three[:8], *row(1, line=4)) == [], "less than half of the row is hidden"
    assert held(*three[:8], *row(2, line=4, zero=1.0)) == []
    assert held(*three[:8], *row(2, line=4, kind="count")) == []
    assert held(*three[:8], *row(2, line=4, status="estimated")) == []
    assert held(*three[:8], *row(2, line=4, column="T21")) == []
    # Nine hidden figures of the column, of which three became zeros, are a third; ten are more.
    secrets = [cell for line in range(5, 15) for cell in row(3, None, line, status="suppressed")]
    assert len(held(*three, *secrets[: 4 * 9])) == 3
    assert held(*three, *secrets) == []


def moved(after: float, before: float = 1000.0, kind: str = "euro", **more: Any) -> dict[str, Any]:
    """A figure beside the one of the year before; its deviation in spreads of 3 %."""
    move = math.log(after / before)
    return {
        "value": after, "before": before, "before_year": 2020, "move": move, "median": 0.0, "kind": kind,
        "deviation": move / 0.03, **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        # Eight spreads where nothing is known: e^0.24 is 1.271; the spread of a volatile variable counts.
        (moved(1270.0), False),
        (moved(1272.0), True),
        (moved(1000 / 1.272), True),
        (moved(1272.0, factor=2.0), False),
        (moved(1000 * math.exp(0.47), factor=2.0), False),
        (moved(1000 * math.exp(0.49), factor=2.0), True),
        # One pair of years does not teach; its widest move counts, half as much again and a little.
        (moved(1272.0, pairs=1, widest=1.0), True),
        (moved(1272.0, pairs=1, widest=5.2), False),
        (moved(1000 * math.exp(0.03 * 5.1), pairs=2, widest=1.0), True),
        (moved(1000 * math.exp(0.03 * 4.9), pairs=2, widest=1.0), False),
        (moved(1000 * math.exp(0.03 * 15.9), pairs=2, widest=10.0), False),
        (moved(1000 * math.exp(0.03 * 16.1), pairs=2, widest=10.0), True),
        # Each year more allows a twentieth more: 8.4 spreads, before or after.
        (moved(1000 * math.exp(0.03 * 8.3), before_year=2019), False),
        (moved(1000 * math.exp(0.03 * 8.5), before_year=2019), True),
        (moved(1000 * math.exp(0.03 * 8.3), before_year=2023), False),
        # Ten, a hundred or a thousand times: a slip, however much the variable moves; not a share.
        (moved(10_000.0, pairs=2, widest=60.0), True),
        (moved(100.0, pairs=2, widest=60.0), True),
        (moved(1e6, pairs=2, widest=300.0), True),
        (moved(1e7, pairs=2, widest=500.0), False),
        (moved(8000.0, pairs=2, widest=60.0), False),
        (moved(10_000.0, kind="share", pairs=2, widest=60.0), False),
        # A count moves by ten at least, and by more than half.
        (moved(19.0, 10.0, kind="count"), False),
        (moved(20.0, 10.0, kind="count"), True),
        (moved(30.0, 20.0, kind="count"), False),
        (moved(31.0, 20.0, kind="count"), True),
    ],
)
def test_a_figure_that_moved_too_far(cell: dict[str, Any], found: bool) -> None:
    assert [one.rule for one in held(cell, past=True)] == (["time"] if found else [])


def test_what_is_said_of_a_move() -> None:
    (one,) = held(moved(2000.0), past=True)
    assert words(one) == [
        "2 000",
        "Revenu, entre 787 et 1 271",
        "1 000 en 2020 : 23,1 écarts ordinaires, au plus 8.",
    ]


def test_the_limit_is_learnt_from_two_pairs_of_years() -> None:
    known = pl.DataFrame(
        {
            "pairs": [None, None, 1, 2, 2, 4],
            "widest": [None, None, 6.0, 2.0, 10.0, 1.0],
            "factor": [1.0, 1.0, 2.0, 9.0, 1.0, 1.0],
            "kind": ["euro", "count", "euro", "count", "euro", "euro"],
        }
    )
    assert known.select(limit()).to_series().to_list() == pytest.approx([8, 5.8, 16, 5, 16, 4])


def test_money_without_past_far_from_its_column() -> None:
    column = [{"value": 20_000.0 + 100 * n} for n in range(20)]
    assert held(*column) == []
    # Their median is 21 000; four times 0.1 and more, at least: beyond e^1.2 = 3.32.
    (one,) = held(*column, {"value": 75_000.0})
    assert (one.rule, one.code) == ("time", "C20")
    assert words(one)[:2] == ["75 000", "Revenu, de l’ordre de 21 000"]
    assert held(*column, {"value": 65_000.0}) == []
    assert len(held(*column, {"value": 6000.0})) == 1 and held(*column, {"value": 7000.0}) == []
    assert held(*column[:18], {"value": 75_000.0}) == [], "nineteen say too little"
    assert len(held(*column[:19], {"value": 75_000.0})) == 1
    assert held(*column, {"value": 75_000.0, "kind": "ratio"}) == []
    assert held(*column, {"value": 75_000.0, "column": "W21"}) == []
    assert held(*column, {"value": -75_000.0}) == []


def test_what_has_a_past_is_not_set_against_its_column() -> None:
    rows = cells(*({"value": 20_000.0 + 100 * n} for n in range(20)), moved(75_000.0, 74_000.0))
    assert cell_findings(coded(rows, FOLLOWED), rows.tail(1), DECLARED, "f.csv") == []
    assert (
        len(cell_findings(coded(rows, FOLLOWED), rows.tail(1).with_columns(line=9), DECLARED, "f.csv")) == 1
    )


def line(at: int = 2, **figures: float | None) -> list[dict[str, Any]]:
    place = {"line": at, "code": f"C{at}", "kind": "ratio"}
    return [place | {"variable": name, "column": name, "value": value} for name, value in figures.items()]


def test_deciles_that_do_not_go_up() -> None:
    assert held(*line(d1=10.0, med=20.0, d9=30.0), *line(3, d1=25.0, d9=26.0)) == []
    low, high = held(*line(d1=20.0, med=20.0, d9=30.0))
    assert (low.rule, low.variable, high.variable) == ("order", "d1", "med")
    assert words(low)[:2] == ["20", "Revenu, au-dessous de 20 (med)"]
    assert words(high)[1] == "Revenu, au-dessus de 20 (d1)"
    assert rules(*line(d1=10.0, med=None, d9=9.0)) == [("order", "d1", "C2"), ("order", "d9", "C2")]


def test_of_a_pair_the_one_already_doubted_is_wrong() -> None:
    wrong = line(d1=25.0, med=20.0, d9=30.0)
    doubted = wrong[0] | {k: v for k, v in moved(25.0, 10.0, "ratio").items() if k != "value"}
    rows = cells(doubted, *wrong[1:])
    found = cell_findings(coded(rows, FOLLOWED), rows.head(1), DECLARED, "f.csv")
    assert [(one.rule, one.variable) for one in found] == [("order", "d1")], "said once, as impossible"


def test_an_impossible_figure_is_no_measure_of_the_others() -> None:
    wrong = line(d1=25.0, med=20.0, d9=30.0)
    assert rules(wrong[0] | {"high": 24.0}, *wrong[1:]) == [("range", "d1", "C2")]


def test_a_quotient_against_its_terms() -> None:
    assert held(*line(d1=10.0, d9=30.0, rd=3.29), *line(3, d1=0.0, d9=30.0, rd=9.0)) == []
    assert held(*line(d1=10.0, d9=30.0, rd=2.71)) == []
    (one,) = held(*line(d1=10.0, d9=30.0, rd=3.31))
    assert (one.rule, one.variable) == ("quotient", "rd")
    assert words(one)[1:] == ["Revenu, environ 3", "Sur cette ligne, d9 / d1 donne un autre rapport."]
    assert rules(*line(d1=10.0, d9=30.0, rd=2.69))[0][0] == "quotient"
    assert held(*line(d1=10.0, rd=9.0)) == [] == held(*line(d1=10.0), *line(3, d9=30.0, rd=9.0))


def test_a_total_against_its_parts() -> None:
    """Two of rounding for each part, and one in a hundred: 1000 stands for 986 to 1014."""
    assert held(*line(men=500.0, women=514.0, all=1000.0)) == []
    assert held(*line(men=486.0, women=500.0, all=1000.0)) == []
    found = held(*line(men=500.0, women=515.0, all=1000.0))
    assert [(one.rule, one.variable) for one in found] == [
        ("total", "all"), ("total", "men"), ("total", "women"),
    ]  # fmt: skip
    assert words(found[0])[1:] == [
        "Revenu, cohérent avec all",
        "Pour ce territoire, all vaut 1 000, et men + women 1 015.",
    ]
    assert len(held(*line(men=485.0, women=500.0, all=1000.0))) == 3
    # A part alone: two at most above its total.
    assert held(*line(men=1002.0, all=1000.0)) == []
    assert len(held(*line(men=1003.0, all=1000.0))) == 2
    assert held(*line(men=10.0, women=None, all=1000.0), *line(3, women=3.0)) == []
    # In a long file the parts are on lines of their own.
    apart = [cell | {"line": n} for n, cell in enumerate(line(men=500.0, women=515.0, all=1000.0))]
    assert len(held(*apart)) == 3


@pytest.mark.parametrize(
    ("other", "year", "dataset", "rule"),
    [
        (1020.0, 2021, "o", []),
        (1040.0, 2021, "o", ["twin"]),
        # A year apart, three times as much; two years apart, or in the same file, nothing.
        (1080.0, 2020, "o", []),
        (1100.0, 2022, "o", ["twin"]),
        (2000.0, 2019, "o", []),
        (2000.0, 2021, "d", []),
    ],
)
def test_two_files_that_count_the_same_thing(other: float, year: int, dataset: str, rule: list[str]) -> None:
    past = cells({"variable": "w", "value": other, "year": year, "dataset": dataset})
    assert [one.rule for one in twin_findings(cells({}), past, DECLARED, "f.csv")] == rule


def test_most_figures_otherwise_counted_hold_the_file() -> None:
    own, past = [{}, {}, {}], [{"variable": "w", "value": v, "dataset": "o"} for v in (900.0, 1100.0, 1000.0)]
    (one,) = twin_findings(cells(*own), cells(*past), DECLARED, "f.csv")
    assert (one.rule, one.scope, one.code) == ("twin", "file", None) and "2 chiffres sur 3" in one.found
    (one,) = twin_findings(cells(*own), cells(*past[1:]), DECLARED, "f.csv")
    assert one.scope == "cell"


def test_a_large_count_that_falls_to_none() -> None:
    gone = {
        "kind": "count",
        "value": 0.0,
        "deviation": -3.0,
        "spread": 1.0,
        "before_year": 2020,
        "median": 0.0,
    }
    assert rules(gone | {"before": 29.0}, past=True) == []
    assert rules(gone | {"before": 30.0}, past=True) == [("time", "v", "C0")]
