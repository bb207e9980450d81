"""Properties of the estimated mortality: scale, order, and limits against Byar's approximation."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.mortality import (
    CELLS,
    DEFAULT_PERIOD,
    FINE_CENSUS,
    estimated_icm,
    french_rates,
    poisson_interval,
)
from indicators.noise import _byar
from tests.golden.test_idh4 import OneCanton, worked_observations


def byar(count: float, z: float = 1.959964) -> tuple[float, float]:
    """Limits of a count by Byar's approximation, as the English indicators publish them.

    Breslow & Day, vol. II, eq. 2.13: O(1 − 1/9O − z/3√O)³ and (O+1)(1 − 1/9(O+1) + z/3√(O+1))³.
    """
    low = count * (1 - 1 / (9 * count) - z / (3 * count**0.5)) ** 3
    more = count + 1
    return low, more * (1 - 1 / (9 * more) + z / (3 * more**0.5)) ** 3


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # Worked by hand: 10 × (1 − 0.011111 − 0.206599)³ = 4.787; 11 × (1 − 0.010101 + 0.196986)³ = 18.392.
    [(10, 4.787, 18.392), (65, 50.163, 82.849), (126, 104.960, 150.022), (7985, 7810.8, 8162.1)],
)
def test_byars_limits_are_those_of_the_exact_count(count: int, low: float, high: float) -> None:
    assert byar(count) == pytest.approx((low, high), rel=2e-4)
    assert poisson_interval(count) == pytest.approx(byar(count), rel=2e-3)
    found = [end.item() for end in _byar(np.array([float(count)]))]
    assert found == pytest.approx(byar(count), rel=1e-5)


def test_the_lower_limit_of_no_count_is_zero() -> None:
    # Worked by hand: 1 × (1 − 0.111111 + 0.653321)³ = 3.668.
    assert [end.item() for end in _byar(np.zeros(1))] == pytest.approx([0.0, 3.668], abs=1e-3)


@given(st.floats(0.01, 100))
def test_the_index_does_not_move_with_the_size_of_the_population_and_its_deaths(factor: float) -> None:
    """Twice the people and twice the deaths is the same mortality; only chance is smaller."""
    rows = worked_observations()
    scaled = rows.with_columns(
        value=pl.when(pl.col("level") == "commune").then(pl.col("value") * factor).otherwise("value")
    )
    one, other = (estimated_icm(r, OneCanton()).sort("code") for r in (rows, scaled))  # type: ignore[arg-type]
    assert other["value"].to_list() == pytest.approx(one["value"].to_list())
    assert other["model"].to_list() == pytest.approx(one["model"].to_list(), abs=1e-9)


def test_france_is_100_by_construction(embedded: tuple[pl.DataFrame, object], catalogue: object) -> None:
    from indicators.resolve import resolve

    resolved = resolve(embedded[0], catalogue)  # type: ignore[arg-type]
    france = resolved.filter(level="france", period=2018)
    rates = french_rates(resolved)
    people = dict(france.select("variable", "value").iter_rows())
    total = 0.0
    for cell in CELLS:
        parts = [f"{cell[:9]}y95t99", f"{cell[:9]}y_ge100"] if cell.endswith("_y_ge95") else [cell]
        total += rates[cell] * sum(people[part] for part in parts)
    assert total == pytest.approx(609_648)
    assert DEFAULT_PERIOD.shares == {FINE_CENSUS: 1.0}


def test_an_older_population_expects_more_deaths() -> None:
    rows = worked_observations()
    swapped = {"rp_pop_f_y0t4": "rp_pop_f_y80t84", "rp_pop_f_y80t84": "rp_pop_f_y0t4"}
    commune = pl.col("level") == "commune"
    older = rows.with_columns(
        variable=pl.when(commune).then(pl.col("variable").replace(swapped)).otherwise("variable")
    )
    young, old = (estimated_icm(r, OneCanton())["expected"] for r in (rows, older))  # type: ignore[arg-type]
    assert (old > young).all()
