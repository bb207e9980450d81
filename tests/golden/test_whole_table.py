"""The table of values of communes beside the same one written again with pandas: every row, every column."""

from __future__ import annotations

from random import Random
from typing import Any

import polars as pl
import pytest

from indicators.elsewhere import compute_elsewhere, variables_of
from indicators.frames import VALUE_KEY, value_schema
from indicators.model import POPULATION
from indicators.registry import INDICATORS
from sources.catalogue import Catalogue
from tests.bench import plain_pandas
from tests.bench.plain_pandas import disagreements

Tables = tuple[pl.DataFrame, Any]


@pytest.fixture(scope="module")
def tables(embedded: tuple[pl.DataFrame, Any], catalogue: Catalogue) -> Tables:
    """Ours and that of pandas, from the communes of the embedded files."""
    rows = embedded[0].filter(pl.col("level") == "commune")
    ours = compute_elsewhere(rows, catalogue, indicators=INDICATORS)
    return ours, plain_pandas.values(rows.to_pandas(), catalogue)


def test_two_computations_give_one_table(tables: Tables) -> None:
    ours, theirs = tables
    assert set(ours["status"]) >= {"observed", "estimated", "suppressed"}
    assert disagreements(ours, theirs) == ""


@pytest.mark.parametrize("column", [name for name in value_schema() if name not in VALUE_KEY])
def test_one_cell_is_enough(column: str, tables: Tables) -> None:
    ours, theirs = tables
    cell = pl.col(column)
    kind = ours.schema[column]
    other = cell + "." if kind == pl.String else cell * (1 + 1e-8) if kind.is_float() else cell + 1
    filled = cell.is_not_null() if kind == pl.String else cell > 0
    for wrong in (other, None):
        first = filled & (filled.cum_sum() == 1)
        one = ours.with_columns(pl.when(first).then(wrong).otherwise(cell).alias(column))
        assert disagreements(one, theirs).startswith(f"{column} differs in 1 rows: ")


def test_a_row_of_one_alone_is_told(tables: Tables) -> None:
    ours, theirs = tables
    assert disagreements(ours[1:], theirs).startswith("1 rows are in pandas only: ")
    assert disagreements(ours, theirs[1:]).startswith("1 rows are in ours only: ")
    assert (
        disagreements(pl.concat([ours, ours[:1]]), theirs) == f"{ours.height + 1} rows beside {ours.height}"
    )


def drawn(seed: int, catalogue: Catalogue) -> pl.DataFrame:
    """Observations of ten communes drawn at random: what no file at hand holds together."""
    random = Random(seed)
    rows: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for variable in sorted(variables_of(INDICATORS)):
        for code in (f"59{number:03}" for number in range(1, 11)):
            for year in (2011, 2016, 2017, 2019, 2022, None) * 2:
                # Between two censuses there are years without one.
                if random.random() < (0.75 if variable == POPULATION else 0.5):
                    continue
                dataset, edition = random.choice(catalogue.providers(variable)), random.choice((2020, 2024))
                key = (dataset.id, edition, year, "commune", code, None, variable, random.choice("abc"))
                status = random.choices(("observed", "estimated", "suppressed", "missing"), (6, 1, 2, 1))[0]
                figure = random.choice((0, random.randint(0, 400), random.randint(9_990, 10_010)))
                rows[key] = (float(figure) if status in ("observed", "estimated") else None, status)
    names = ("dataset", "edition", "millesime", "level", "code", "perimeter", "variable", "extract")
    return pl.DataFrame(
        [(*key, *cell) for key, cell in rows.items()], schema=[*names, "value", "status"], orient="row"
    ).cast({"edition": pl.Int32, "millesime": pl.Int32, "perimeter": pl.String, "value": pl.Float64})


@pytest.mark.parametrize("seed", range(2))
def test_two_computations_give_one_table_of_anything(seed: int, catalogue: Catalogue) -> None:
    rows = drawn(seed, catalogue)
    ours = compute_elsewhere(rows, catalogue, indicators=INDICATORS)
    assert disagreements(ours, plain_pandas.values(rows.to_pandas(), catalogue)) == ""
