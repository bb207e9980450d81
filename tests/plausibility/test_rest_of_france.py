"""The rules on the rest of France, on counts set by hand: what a file lacks, which column is wrong."""

from __future__ import annotations

import random
from typing import Any

import polars as pl
import pytest

from indicators.plausibility.coded import coded, department
from indicators.plausibility.elsewhere import (
    ENOUGH,
    FLOORS,
    LANDMARKS,
    again_findings,
    beside_findings,
    country_findings,
    rest_findings,
    weighed,
)
from indicators.plausibility.findings import Finding, Source
from indicators.plausibility.marks import mark_findings
from sources.readers import Account, Mark
from sources.vocabulary import Level, Status

FILE: Source = {"extract": "e", "dataset": "d", "file": "f.csv"}
PLACES = {"level": pl.String, "perimeter": pl.String, "department": pl.String, "territories": pl.Int64}
COMMUNES = dict.fromkeys(LANDMARKS[Level.COMMUNE], 350)


def places(counts: dict[str, int], level: str = "commune", perimeter: str | None = None) -> pl.DataFrame:
    rows = [(level, perimeter, code, count) for code, count in counts.items()]
    return pl.DataFrame(rows, schema=PLACES, orient="row")


def held(
    counts: dict[str, int], before: dict[str, int] | None = None, *, partial: bool = False, **more: Any
) -> list[tuple[str, str]]:
    """Words of what a file with these communes by département is held for."""
    last = None if before is None else places(before, **more)
    found = country_findings(places(counts, **more), last, partial, FILE)
    for one in found:
        assert (one.rule, one.file, one.variable, one.scope) == ("coverage", "f.csv", None, "file")
        assert one.level == more.get("level", "commune") and one.perimeter == more.get("perimeter")
    return [(one.expected.replace("\u202f", " "), one.why) for one in found]


def test_the_department_is_in_the_code() -> None:
    codes = pl.DataFrame({"code": ["59172", "2A004", "97101", "QP059001", "QN09708M", "QP002001"]})
    assert codes.select(department())["code"].to_list() == ["59", "2A", "97", "59", "97", "02"]


def test_a_whole_country_is_not_held() -> None:
    assert sum(COMMUNES.values()) == 33_600 > FLOORS[Level.COMMUNE]
    assert held(COMMUNES) == []
    assert held(COMMUNES, COMMUNES) == []
    assert held(COMMUNES | {"99": 3}, COMMUNES) == []


def test_a_file_of_a_part_of_the_country_is_no_national_one() -> None:
    """Under three tenths of 31 000 communes."""
    assert held({"59": 9_299}) == []
    assert len(held({"59": 9_300})) == 1


def test_a_file_cut_short_is_held() -> None:
    short = dict.fromkeys(COMMUNES, 322)
    assert held(short) == [
        ("au moins 31 000, tous départements compris",
         "Des lignes manquent. Le fichier a sans doute été coupé ou filtré."),
    ]  # fmt: skip
    assert held(short, partial=True) == [], "a producer who leaves out what has no figure"
    ((_, why),) = held({d: n for d, n in COMMUNES.items() if d not in ("2A", "76")})
    assert why.startswith("Il y manque en tout ou partie les départements 2A, 76. ")
    ((_, why),) = held(dict.fromkeys(("01", "02", "03", "04", "05"), 3400))
    assert ", 17, …. Le" in why and why.count(",") == 12


def test_the_next_file_holds_what_the_last_one_did() -> None:
    """98 % of 33 600 territories are 32 928."""
    assert held(dict.fromkeys(COMMUNES, 343), COMMUNES) == []
    ((expected, why),) = held(dict.fromkeys(COMMUNES, 342), COMMUNES)
    assert expected.startswith("au moins 32 928,") and why.startswith("Des lignes manquent")
    # A département that lost more than a tenth, and more than three.
    assert held(COMMUNES | {"59": 315}, COMMUNES) == []
    ((_, why),) = held(COMMUNES | {"59": 314}, COMMUNES)
    assert "départements 59." in why
    small, smaller = COMMUNES | {"75": 20}, COMMUNES | {"75": 16}
    assert held(smaller, small) != [] and held(COMMUNES | {"75": 17}, small) == []
    without = {d: n for d, n in (COMMUNES | {"99": 5}).items() if d != "99"}
    assert "99" in held(without, COMMUNES | {"99": 5})[0][1]


def test_generations_of_quarters_are_weighed_apart() -> None:
    quarters = dict.fromkeys((*LANDMARKS[Level.QPV], *map(str, range(10, 50))), 30)
    assert sum(quarters.values()) == 1_440
    last = {"level": "qpv", "perimeter": "qpv_2024"}
    assert held(quarters, quarters, **last) == []
    assert len(held({d: n for d, n in quarters.items() if d != "93"}, **last)) == 1
    other = places(dict.fromkeys(quarters, 40), "qpv", "qpv_2015")
    assert country_findings(places(quarters, "qpv", "qpv_2024"), other, False, FILE) == []


def test_the_epci_that_merge_are_only_counted() -> None:
    assert held({"01": 1_190}, {"01": 2_400}, level="epci") == []
    assert len(held({"01": 1_189}, {"01": 1_189}, level="epci")) == 1


FOLLOWED = pl.DataFrame(
    {"level": ["commune"] * 2, "code": ["59001", "59002"], "perimeter": [None, None]},
    schema_overrides={"perimeter": pl.String},
)


def test_a_file_is_weighed_without_ours() -> None:
    """Ours: 10 and a hidden figure; the rest: 99 times 4, and −8, and one hidden."""
    figures = [10.0, None, *[4.0] * 99, -8.0, None]
    codes = ["59001", "59002", *(f"62{n:03d}" for n in range(101))]
    rows = pl.DataFrame(
        {"code": codes, "value": figures}, schema={"code": pl.String, "value": pl.Float64}
    ).with_columns(
        level=pl.lit("commune"), perimeter=pl.lit(None, pl.String), variable=pl.lit("v"), year=2020,
        column=pl.lit("V20"), millesime=2020, extract=pl.lit("e"), dataset=pl.lit("d"), kind=pl.lit("euro"),
        label=pl.lit("Revenu"), drift=0.3, factor=1.0,
    )  # fmt: skip
    counted, columns = weighed(coded(rows, FOLLOWED))
    assert counted.sort("department").rows() == [("commune", None, "59", 2), ("commune", None, "62", 101)]
    (column,) = columns.rows(named=True)
    expected = {
        "rest": 100, "cells": 101, "ours": 1, "cells_ours": 2, "median": 4.0, "median_ours": 10.0,
        "label": "Revenu", "year": 2020,
    }  # fmt: skip
    assert {name: column[name] for name in expected} == expected
    assert weighed(coded(rows.head(ENOUGH + 1), FOLLOWED))[1].is_empty(), "too few to say anything"
    assert weighed(coded(rows.head(ENOUGH + 2), FOLLOWED))[1].height == 1


def column(**more: Any) -> dict[str, Any]:
    """A column as full in the rest of France as in our twenty communes, and of the same size."""
    return {
        "variable": "v", "level": "commune", "perimeter": None, "year": 2021, "column": "V21",
        "millesime": 2021, "extract": "e", "dataset": "d", "kind": "euro", "label": "Revenu (€)",
        "drift": 0.3, "factor": 1.0, "rest": 1000, "cells": 1000, "ours": 20, "cells_ours": 20,
        "median": 20_000.0, "median_ours": 18_000.0, **more,
    }  # fmt: skip


def rest(now: dict[str, Any], *before: dict[str, Any]) -> list[Finding]:
    one = {"perimeter": pl.String, "rest": pl.UInt32, "median": pl.Float64, "median_ours": pl.Float64}
    past = pl.DataFrame(list(before), schema_overrides=one) if before else None
    return rest_findings(pl.DataFrame([now], schema_overrides=one), past, "f.csv")


def rules(now: dict[str, Any], *before: dict[str, Any]) -> list[str]:
    return [one.rule for one in rest(now, *before)]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        # A tenth of the share of figures ours have, not of ours that have none.
        ({"rest": 100}, []),
        ({"rest": 99}, ["emptied"]),
        ({"rest": 50, "ours": 10}, []),
        ({"rest": 49, "ours": 10}, ["emptied"]),
        ({"rest": 49, "ours": 7}, []),
        # Six times apart, except counts: places elsewhere may be larger.
        ({"median": 18_000 * 5.9}, []),
        ({"median": 18_000 * 6.1}, ["magnitude"]),
        ({"median": 18_000 / 6.1}, ["magnitude"]),
        ({"median": 18_000 * 6.1, "kind": "count"}, []),
        ({"median": 18_000 * 6.1, "ours": 7}, []),
        ({"median": 18_000 * 6.1, "ours": 8}, ["magnitude"]),
        ({"median": 18_000 * 6.1, "rest": 99, "cells": 100}, []),
        ({"median": 18_000 * 6.1, "rest": 100, "cells": 100}, ["magnitude"]),
        ({"median": 0.0}, []),
        ({"median_ours": 0.0}, []),
    ],
)
def test_a_column_against_ours(change: dict[str, Any], found: list[str]) -> None:
    assert rules(column(**change)) == found


@pytest.mark.parametrize(
    ("past", "found"),
    [
        ([{}], []),
        # Six tenths of the figures of the last file.
        ([{"rest": 1666}], []),
        ([{"rest": 1667}], ["emptied"]),
        # Moved by more than twice its usual drift: e^0.6 is 1.822.
        ([{"median": 20_000 / 1.82}], []),
        ([{"median": 20_000 / 1.83}], ["magnitude"]),
        ([{"median": 20_000 * 1.83}], ["magnitude"]),
        ([{"median": 0.0}], []),
        # The latest file counts, and the same generation of quarters only.
        ([{"rest": 5000, "year": 2019}, {"year": 2020}], []),
        ([{"year": 2019}, {"rest": 5000, "year": 2020}], ["emptied"]),
        ([{"rest": 5000, "perimeter": "qpv_2024"}], []),
        ([{"rest": 5000, "variable": "w"}], []),
        ([{"rest": 5000, "level": "qpv"}], []),
    ],
)
def test_a_column_against_the_last_file(past: list[dict[str, Any]], found: list[str]) -> None:
    assert rules(column(), *(column(**change) for change in past)) == found


def test_a_volatile_variable_may_move_more() -> None:
    assert rules(column(factor=2.0), column(median=20_000 / 1.83)) == []


def words(found: list[Finding]) -> list[str]:
    (one,) = found
    assert (one.file, one.variable, one.column, one.scope) == ("f.csv", "v", "V21", "column")
    return [text.replace("\u202f", " ").replace("\u00a0", " ") for text in (one.found, one.expected, one.why)]


def test_what_is_said_of_a_column() -> None:
    assert words(rest(column(rest=49))) == [
        "49 chiffres dans le reste de la France, sur 1 000 cellules",
        "Revenu (€), des chiffres partout",
        "Nos territoires en ont 20 : la colonne a été vidée ailleurs.",
    ]
    assert words(rest(column(), column(rest=5000, year=2020)))[1] == (
        "Revenu (€), environ 5 000 comme en 2020"
    )
    assert words(rest(column(median=200.12345)))[:2] == [
        "une médiane de 200,123 dans le reste de la France",
        "Revenu (€), de l’ordre de 18 000",
    ]
    unknown = column(ours=7, cells_ours=7)
    assert words(rest(unknown, column(median=2000.0)))[1] == "Revenu (€), de l’ordre de 2 000"


def test_unknown_marks_are_named_with_their_cells() -> None:
    counts = dict.fromkeys(Account.__dataclass_fields__, 0)
    account = Account(**(counts | {"extract": "e", "dataset": "d", "file": "f.csv", "sha256": ""}))
    marks = [Mark("n.d.", 1, 7, "V21", None), Mark("sec", 12, 9, "W21", Status.SUPPRESSED)]
    found = mark_findings([(account, marks)]).rows(named=True)
    assert [(r["rule"], r["file"], r["dataset"], r["extract"]) for r in found] == [
        ("mark", "f.csv", "d", "e")
    ] * 2
    assert [(r["mark"], r["line"], r["column"], r["code"], r["variable"]) for r in found] == [
        ("n.d.", 7, "V21", None, None),
        ("sec", 9, "W21", None, None),
    ]
    assert [r["found"].replace("\u00a0", " ") for r in found] == [
        "« n.d. » dans une cellule",
        "« sec » dans 12 cellules",
    ]
    unexplained, explained = (r["why"].replace("\u00a0", " ") for r in found)
    assert unexplained.startswith("Rien ne dit ce que veut dire cette marque :")
    assert explained == f"Déclaré : {Status.SUPPRESSED.label}."
    assert {r["expected"] for r in found} == {"un nombre ou une marque déclarée"}


def dated_rows(figures: dict[str, float], **more: Any) -> pl.DataFrame:
    """One column of a national file, a line per commune in the order given."""
    return pl.DataFrame(
        {"code": list(figures), "value": list(figures.values()), "line": range(2, len(figures) + 2)}
    ).with_columns(
        level=pl.lit("commune"), perimeter=pl.lit(None, pl.String), variable=pl.lit("v"), year=2020,
        column=pl.lit("V20"), millesime=2020, extract=pl.lit("e"), dataset=pl.lit("d"),
        kind=pl.lit(more.get("kind", "share")), label=pl.lit("Taux (%)"),
    )  # fmt: skip


def test_counts_that_follow_the_next_line_s_inhabitants_are_held() -> None:
    people = {f"62{n:03d}": 50.0 * (1 + n * 37 % 101) for n in range(ENOUGH)}
    inhabitants = pl.DataFrame(
        {"level": "commune", "code": list(people), "inhabitants": list(people.values())}
    )
    counts = {code: round(value * 0.2) for code, value in people.items()}
    assert beside_findings(coded(dated_rows(counts, kind="count"), FOLLOWED), inhabitants, "f.csv") == []
    moved = dict(zip(counts, [*list(counts.values())[1:], 10], strict=True))
    (found,) = beside_findings(coded(dated_rows(moved, kind="count"), FOLLOWED), inhabitants, "f.csv")
    assert (found.rule, found.variable) == ("shifted", "v") and "ligne voisine" in found.found
    assert beside_findings(coded(dated_rows(moved), FOLLOWED), inhabitants, "f.csv") == [], (
        "a share says nothing of size"
    )


def test_each_place_is_near_its_own_past_of_the_last_national_file() -> None:
    rates = {f"{d}{n:03d}": 5.0 + (n * 37 + d) % 61 for d in (61, 62, 63) for n in range(40)}
    before = dated_rows(rates).with_columns(year=2018, millesime=2018, edition=2019).drop("kind", "label")

    def held(figures: dict[str, float], kind: str = "share") -> list[tuple[str, str]]:
        found = again_findings(coded(dated_rows(figures, kind=kind), FOLLOWED), before, "f.csv")
        assert {one.variable for one in found} <= {"v"}
        return [(one.rule, one.why) for one in found]

    assert held({code: rate * 1.1 for code, rate in rates.items()}) == []
    ((rule, _),) = held(dict(zip(rates, [*list(rates.values())[1:], 5.0], strict=True)))
    assert rule == "shifted"
    scattered = random.Random(2).sample(list(rates.values()), len(rates))
    ((rule, _),) = held(dict(zip(rates, scattered, strict=True)))
    assert rule == "peers"
    ten_times = {code: rate * (10 if code.startswith("62") else 1) for code, rate in rates.items()}
    found = again_findings(coded(dated_rows(ten_times, kind="count"), FOLLOWED), before, "f.csv")
    assert [one.rule for one in found] == ["magnitude"] and "62" in found[0].found
