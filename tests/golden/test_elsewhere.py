"""The rest of France is computed by the same formulas as our territories: same figures, another way round."""

from __future__ import annotations

import polars as pl
import pytest

from indicators.elsewhere import compute_elsewhere
from indicators.frames import VALUE_KEY
from indicators.registry import INDICATORS
from sources.catalogue import Catalogue

Embedded = tuple[pl.DataFrame, pl.DataFrame]


@pytest.mark.parametrize("level", ["commune", "qpv", "epci", "departement", "france"])
def test_a_territory_has_the_same_figures_whether_it_is_followed_or_not(
    level: str, embedded: Embedded, values: pl.DataFrame, catalogue: Catalogue
) -> None:
    rows = embedded[0].filter(pl.col("level") == level)
    found = compute_elsewhere(rows, catalogue, indicators=INDICATORS)
    # What is added up, inherited or composed is of our territories alone.
    followed = values.filter((pl.col("level") == level) & (pl.col("origin") == "producer"))
    assert found.height > 0
    key = list(VALUE_KEY)
    both = found.join(followed, on=key, how="full", nulls_equal=True, suffix="_ours", coalesce=True)
    assert both.filter(pl.col("origin").is_null()).select(key).rows() == []
    # A figure of a territory alone, where ours has a sum that another series wins against.
    assert both.filter(pl.col("origin_ours").is_null()).height <= found.height // 20
    shared = both.filter(pl.col("origin_ours").is_not_null())
    assert shared.height > 0
    # Only ours says of which perimeter the figures of the authority are.
    for column in ("status", "datasets", *([] if level == "epci" else ["note"])):
        different = shared.filter(pl.col(column).ne_missing(pl.col(f"{column}_ours")))
        assert different.select(*key, column, f"{column}_ours").rows() == [], column
    for column in ("value", "numerator", "denominator", "lower", "upper"):
        # The order in which the terms of a sum are added moves its last digit.
        one, other = pl.col(column), pl.col(f"{column}_ours")
        apart = (one.is_null() != other.is_null()) | ((one - other).abs() > 1e-12 * one.abs())
        if level == "epci" and column in ("lower", "upper"):
            # Of ours, the communes are known, and how many people a published share is of.
            apart &= one.is_not_null()
        assert shared.filter(apart).select(*key, column, f"{column}_ours").rows() == [], column
