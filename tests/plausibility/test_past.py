"""The past of a new file by hand: which figures each column is set against, and how far they moved."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest

from indicators.plausibility.past import compared, dated, referenced, usual_moves

TYPES = {
    "variable": pl.String, "level": pl.String, "perimeter": pl.String, "code": pl.String, "year": pl.Int32,
    "dataset": pl.String, "extract": pl.String, "column": pl.String, "value": pl.Float64,
    "status": pl.String,
}  # fmt: skip


def cells(*deliveries: dict[str, Any], codes: int = 2) -> pl.DataFrame:
    """The figures of some communes in each delivery: of 2020, by dataset « d », in its extract « e »."""
    rows = [
        {
            "variable": "v", "level": "commune", "perimeter": None, "code": f"C{n}", "year": 2020,
            "dataset": "d", "extract": "e", "column": "V", "value": 1.0, "status": "observed", **delivery,
        }
        for delivery in deliveries
        for n in range(codes)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=TYPES)


NEW = {"extract": "new", "value": 9.0}


def reference(*past: dict[str, Any], **options: Any) -> tuple[Any, ...]:
    """Figure, year and dataset that a new file of 2020 is set against."""
    new = cells(NEW)
    found = referenced(new, pl.concat([cells(*past), new]), **options)
    assert found.select(new.columns).equals(new)
    columns = ["before", "before_status", "before_year", "before_dataset"]
    (one,) = found.select(columns).unique().rows()
    return one


def was(value: float, year: int = 2020, dataset: str = "d") -> tuple[Any, ...]:
    return value, "observed", year, dataset


def delivery(value: float, year: int = 2020, dataset: str = "d", **more: Any) -> dict[str, Any]:
    return {"value": value, "year": year, "dataset": dataset, "extract": f"{dataset}{year}", **more}


@pytest.mark.parametrize(
    ("past", "chosen"),
    [
        ([delivery(1, 2019)], was(1, 2019)),
        # The nearest year; before rather than after; the same dataset up to a year and a half further.
        ([delivery(1, 2017), delivery(2, 2018)], was(2, 2018)),
        ([delivery(1, 2019), delivery(2, 2021)], was(1, 2019)),
        ([delivery(1, 2018), delivery(2, 2021)], was(2, 2021)),
        ([delivery(1, 2019), delivery(2, 2020, "other")], was(1, 2019)),
        ([delivery(1, 2018), delivery(2, 2020, "other")], was(2, 2020, "other")),
        ([delivery(1, 2018), delivery(2, 2019, "other")], was(1, 2018)),
        # Another delivery of the same year comes before all.
        ([delivery(1, 2019), delivery(2, 2020)], was(2, 2020)),
        # Another year of the file itself, after another file of that year.
        ([delivery(1, 2019) | {"extract": "new"}, delivery(2, 2019)], was(2, 2019)),
        ([delivery(1, 2019) | {"extract": "new"}, delivery(2, 2018)], was(1, 2019)),
        # Another territory, level, generation or variable says nothing.
        ([delivery(1, 2018), delivery(2, 2019, variable="w")], was(1, 2018)),
        ([delivery(1, 2018), delivery(2, 2019, level="epci")], was(1, 2018)),
        ([delivery(1, 2018), delivery(2, 2019, perimeter="qpv_2015")], was(1, 2018)),
        ([delivery(2, 2019, code="X")], (None, None, 2019, "d")),
        ([], (None, None, None, None)),
    ],
)
def test_the_reference(past: list[dict[str, Any]], chosen: tuple[Any, ...]) -> None:
    assert reference(*past) == chosen


def test_a_past_compared_with_itself_never_takes_the_same_year() -> None:
    assert reference(delivery(1, 2019), delivery(2, 2020), other_year=True) == was(1, 2019)


def test_a_delivery_of_less_than_half_the_figures_is_no_reference() -> None:
    new = cells(NEW, codes=4)
    for known, chosen in ((2, 2019), (1, 2018)):
        near = cells(delivery(1, 2019), codes=known)
        hidden = cells(delivery(1, 2019) | {"value": None}, codes=4).tail(4 - known)
        far = cells(delivery(2, 2018), codes=4)
        found = referenced(new, pl.concat([near, hidden, far]))
        assert set(found["before_year"]) == {chosen}, known


def test_quarters_of_one_generation_are_set_against_the_same() -> None:
    new = cells(NEW | {"perimeter": "qpv_2015"})
    past = cells(delivery(1, 2019), delivery(2, 2018, perimeter="qpv_2015"))
    assert referenced(new, past)["before"].to_list() == [2.0, 2.0]


def test_a_row_without_reference_stays_in_its_place() -> None:
    new = pl.concat([cells(NEW | {"variable": "w"}), cells(NEW)])
    found = referenced(new, cells(delivery(1, 2019), codes=1))
    assert found["before"].to_list() == [None, None, 1.0, None]
    assert found["variable"].to_list() == ["w", "w", "v", "v"]


def test_a_file_that_states_no_year_has_that_of_its_edition() -> None:
    rows = pl.DataFrame({"millesime": [2019, None], "edition": [2021, 2021]})
    assert dated(rows)["year"].to_list() == [2019, 2021]


DESCRIBED = pl.DataFrame(
    {"variable": ["v"], "kind": ["euro"], "spread": [0.03], "drift": [0.3], "label": ["Revenu"],
     "factor": [1.0]}
)  # fmt: skip


def moves(
    count: int, up: float = 1.0, kind: str = "euro", befores: list[float] | None = None
) -> pl.DataFrame:
    """Figures of 1000 that become 1000 × ``up``, of ``count`` communes."""
    before = befores or [1000.0] * count
    new = cells(NEW, codes=count).with_columns(value=up * pl.Series(before))
    past = cells(delivery(1, 2019), codes=count).with_columns(value=pl.Series(before))
    return compared(referenced(new, past), DESCRIBED.with_columns(kind=pl.lit(kind)))


def test_the_move_of_the_year_is_the_median_of_enough_territories() -> None:
    # A tenth is added to both, so that zero has a place.
    up = math.log(1200.1 / 1000.1)
    found = moves(8, 1.2)
    assert found["move"].to_list() == pytest.approx([up] * 8)
    assert found["median"].to_list() == pytest.approx([up] * 8)
    assert found["deviation"].to_list() == pytest.approx([0.0] * 8)
    few = moves(7, 1.2)
    assert few["median"].to_list() == [0.0] * 7, "the move of one of them as much as of the year"
    assert few["drifted"].to_list() == pytest.approx([up] * 7)
    assert min(few["deviation"]) > 1


def test_small_counts_say_nothing_of_the_move_of_the_year() -> None:
    small = moves(12, 2.0, "count", [4.0] * 8 + [100.0] * 4)
    large = moves(12, 2.0, "count", [5.0] * 8 + [100.0] * 4)
    assert small["median"][0] == pytest.approx(max(small["move"])), "of the four large ones only"
    assert large["median"][0] == pytest.approx(min(large["move"]))
    assert moves(8, 2.0, "count", [4.0] * 8)["median"].to_list() == [0.0] * 8
    assert moves(8, 2.0, "euro", [4.0] * 8)["median"].to_list() == pytest.approx([math.log(8.1 / 4.1)] * 8)


def test_what_a_variable_usually_does_is_learnt_from_pairs_of_years() -> None:
    """Ten communes move together by 10 %, then by 20 %, of which one by 50 %."""
    years = [
        cells(delivery(1, year), codes=10).with_columns(value=pl.Series(values))
        for year, values in (
            (2018, [1000.0 + n for n in range(10)]),
            (2019, [1100.0 + 1.1 * n for n in range(10)]),
            (2020, [1320.0 + 1.32 * n for n in range(9)] + [1.5 * (1100.0 + 1.1 * 9)]),
        )
    ]
    (learnt,) = usual_moves(pl.concat(years), DESCRIBED).rows(named=True)
    assert (learnt["variable"], learnt["level"], learnt["pairs"]) == ("v", "commune", 3)
    assert learnt["drift_seen"] == pytest.approx(math.log(1.2), abs=1e-4)
    assert learnt["unequal"] == pytest.approx(0.0, abs=1e-4)
    assert learnt["widest"] > 5
    assert learnt["likeness"] == pytest.approx(1.0)
    assert usual_moves(pl.concat(year.head(7) for year in years), DESCRIBED).is_empty()


def test_the_usual_inequality_of_moves_is_a_robust_deviation() -> None:
    """Half up and half down by 3 %, one usual spread: 1.4826 times the median of the sizes of the moves."""
    before = [1e6 * (n + 1) for n in range(10)]
    after = [value * math.exp(0.03 if n % 2 else -0.03) for n, value in enumerate(before)]
    years = [
        cells(delivery(1, year), codes=10).with_columns(value=pl.Series(values))
        for year, values in ((2019, before), (2020, after))
    ]
    (learnt,) = usual_moves(pl.concat(years), DESCRIBED).rows(named=True)
    assert learnt["unequal"] == pytest.approx(1.4826, abs=1e-3)
    assert learnt["widest"] == pytest.approx(1.0, abs=1e-3)
