"""The table of values of communes beside the same one written again with pandas: every row, every column."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from indicators.elsewhere import compute_elsewhere
from indicators.frames import VALUE_KEY, value_schema
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
