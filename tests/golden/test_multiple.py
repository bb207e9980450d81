"""Gaps judged together: the levels worked by hand, and the judgement that stays the interval printed."""

from __future__ import annotations

import polars as pl
import pytest
from scipy.stats import false_discovery_control, norm

from indicators.comparison import compare
from indicators.intervals import z_score
from indicators.multiple import BY_CHANCE, ONE_INDICATOR, SHOWN_TOGETHER, chance, controlled, shared_level


@pytest.mark.parametrize(
    ("chances", "expected"),
    [
        # Alone, a gap keeps its 95 % interval.
        ([0.03], 0.05),
        # m = 4, steps 0,0125 ; 0,025 ; 0,0375 ; 0,05: the third is the last one under its step.
        ([0.001, 0.02, 0.03, 0.2], 0.0375),
        # 0,04 is above 0,0375 but below 0,05: with four under 0,05 all are kept.
        ([0.001, 0.02, 0.04, 0.045], 0.05),
        # None kept: as demanding as for the first one.
        ([0.04, 0.5], 0.025),
    ],
)
def test_the_level_by_hand(chances: list[float], expected: float) -> None:
    assert shared_level(chances) == pytest.approx(expected)


def _rows(deviations: list[float]) -> pl.DataFrame:
    """Communes that differ from one reference by so many standard errors of 1."""
    return pl.DataFrame(
        {
            "indicator": "i",
            "series": "s",
            "millesime": 2022,
            "edition": 2022,
            "level": "commune",
            "code": [f"{n:02d}" for n in range(len(deviations))],
            "perimeter": pl.Series([None] * len(deviations), dtype=pl.String),
            "reference_level": "epci",
            "reference_code": "E",
            "gap": deviations,
            "gap_lower": [d - z_score() for d in deviations],
            "gap_upper": [d + z_score() for d in deviations],
        }
    )


def test_an_interval_excludes_zero_exactly_where_the_method_keeps_the_gap() -> None:
    deviations = [4.0, -3.5, 2.9, 2.4, 2.1, -2.0, 1.0, 0.3, 0.0, -0.2]
    found = controlled(_rows(deviations))
    kept = false_discovery_control([2 * norm.sf(abs(d)) for d in deviations]) <= 0.05
    excluded = found.select((pl.col("gap_lower") > 0) | (pl.col("gap_upper") < 0)).to_series()
    assert excluded.to_list() == kept.tolist()
    # 2.1 and −2.0 are beyond 1,96: alone each would be said established.
    assert sum(kept) == 4
    again = found.select(chance(1 - pl.col("gap_confidence"))).to_series()
    assert again.to_list() == pytest.approx([2 * norm.sf(abs(d)) for d in deviations])


def test_a_gap_without_limits_counts_for_nothing() -> None:
    rows = _rows([2.1, 0.1, 0.2, 0.3]).with_columns(
        pl.when(pl.col("code") == "00").then(name).alias(name) for name in ("gap_lower", "gap_upper")
    )
    found = controlled(rows)
    assert found["gap_confidence"].to_list() == pytest.approx([0.95, None, None, None])


def test_real_gaps_are_kept_by_both_pages(values, territories) -> None:
    """The release keeps fewer established gaps than one by one, all of them kept within their indicator."""
    shown = pl.col("gap_confidence").is_not_null() & pl.col("level").is_in(SHOWN_TOGETHER)
    judged = compare(values, territories).filter(shown)
    assert judged.height > 100
    assert judged["gap_confidence"].min() >= 1 - BY_CHANCE - 1e-12
    judged = judged.with_columns(p=chance(1 - pl.col("gap_confidence")))
    for _, family in judged.group_by(ONE_INDICATOR):
        kept = false_discovery_control(family["p"].to_numpy()) <= BY_CHANCE
        said = (family["judgement"] != "pas de différence établie").to_numpy()
        assert not (said & ~kept).any()


def test_a_group_is_judged_by_itself_whatever_the_other_groups() -> None:
    """Free or declared, a group has the same limits; an earlier year of it keeps its own level."""
    groups = _rows([2.1, 0.1, 0.2, 0.3]).with_columns(level=pl.lit("groupe"))
    one = groups.filter(code="00")
    earlier = one.with_columns(millesime=pl.lit(2017, pl.Int32), edition=pl.lit(2017, pl.Int32))
    both = pl.concat([one.cast({"millesime": pl.Int32, "edition": pl.Int32}), earlier])
    assert controlled(groups)["gap_confidence"].to_list() == pytest.approx([0.95] * 4)
    assert controlled(both)["gap_confidence"].to_list() == pytest.approx([0.95] * 2)


def test_the_latest_year_is_that_of_each_territory() -> None:
    """Another group known for a later year leaves the page of this one as it is: two gaps, neither kept."""
    one = _rows([2.1]).with_columns(level=pl.lit("groupe"), code=pl.lit("A"))
    other = _rows([0.1]).with_columns(level=pl.lit("groupe"), code=pl.lit("A"), indicator=pl.lit("j"))
    later = _rows([0.2]).with_columns(level=pl.lit("groupe"), code=pl.lit("B"), millesime=pl.lit(2023))
    rows = pl.concat([frame.cast({"millesime": pl.Int64}) for frame in (one, other, later)])
    # q / m = 0.05 / 2 for the two gaps of A.
    assert controlled(rows)["gap_confidence"].to_list() == pytest.approx([0.975, 0.975, 0.95])
