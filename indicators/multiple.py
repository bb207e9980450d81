"""Many gaps judged on one page: limits wide enough for those reported as established, taken together.

One gap in twenty is established by chance alone when each has its own 95 % interval. The gaps a page shows
together are a family; Benjamini & Hochberg (*JRSS B* 57, 1995) tell which of a family are established so that
at most 5 % of them are expected to be by chance. Each gap then has the interval at the level that selects
exactly those, 1 − R q / m (Benjamini & Yekutieli, *JASA* 100, 2005): the judgement is the interval printed.

Belongs here: families and levels. Does not belong here: the gaps, their words (``indicators.comparison``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.intervals import z_score
from indicators.mortality import CONFIDENCE
from sources.vocabulary import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

BY_CHANCE = 1 - CONFIDENCE
"""Share of the gaps of a page reported as established that may be so by chance alone."""

_REFERENCE = ["reference_level", "reference_code"]
ONE_INDICATOR = ["indicator", "series", "millesime", "edition", "level", "perimeter", *_REFERENCE]
"""What a page about an indicator shows together: all the communes, or the QPV, of one year."""
SHOWN_TOGETHER = (Level.COMMUNE.value, Level.QPV.value)
"""Levels whose territories a page lines up; a group or a wider area is judged by itself."""
ONE_TERRITORY = ["level", "code", "perimeter", *_REFERENCE]
"""What a page about a territory shows together: the latest year of each of its indicators."""


def controlled(rows: pl.DataFrame) -> pl.DataFrame:
    """Widen the limits of gaps that are judged together.

    Args:
        rows: Keys of the table ``comparison``, ``gap``, and its limits at 95 % where it has some.

    Returns:
        The same rows; ``gap_lower`` and ``gap_upper`` at the level ``gap_confidence`` (a share, null without
        limits), the widest that the family of the indicator and that of the territory ask.
    """
    import polars as pl

    latest = pl.col("millesime").eq_missing(pl.col("millesime").max().over("indicator", *ONE_TERRITORY))
    tried = rows.with_columns(_p=chance(pl.lit(BY_CHANCE))).with_row_index("_row")
    levels = [
        _levels(tried.filter(pl.col("level").is_in(SHOWN_TOGETHER)), ONE_INDICATOR).rename(
            {"_level": "_one"}
        ),
        _levels(tried.filter(latest), ONE_TERRITORY).rename({"_level": "_other"}),
    ]
    for found in levels:
        tried = tried.join(found, on="_row", how="left", maintain_order="left")
    # An earlier year of a group is shown with nothing else: it keeps its own level.
    alone = pl.when(pl.col("_p").is_not_null()).then(BY_CHANCE)
    level = pl.coalesce(pl.min_horizontal("_one", "_other"), alone)
    return _widened(tried, level).select(*rows.columns, "gap_confidence")


def one_family(rows: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """Widen the limits of gaps that are all judged together.

    Args:
        rows: ``gap``, ``gap_lower`` and ``gap_upper`` at 95 %.
        by: Columns that tell one family from another; all the rows are one without any.

    Returns:
        The same rows and ``gap_confidence``, as :func:`controlled` gives them.
    """
    import polars as pl

    tried = rows.with_columns(_p=chance(pl.lit(BY_CHANCE)), _all=pl.lit(0)).with_row_index("_row")
    levels = _levels(tried, ["_all", *by])
    tried = tried.join(levels, on="_row", how="left", maintain_order="left")
    return _widened(tried, pl.col("_level")).select(*rows.columns, "gap_confidence")


def _widened(rows: pl.DataFrame, level: pl.Expr) -> pl.DataFrame:
    """Limits at 95 % put at another level."""
    import polars as pl

    wider = _z(level) / z_score()
    return rows.with_columns(
        gap_lower=pl.col("gap") - (pl.col("gap") - pl.col("gap_lower")) * wider,
        gap_upper=pl.col("gap") + (pl.col("gap_upper") - pl.col("gap")) * wider,
        gap_confidence=1 - level,
    )


def chance(level: pl.Expr) -> pl.Expr:
    """Return how likely chance alone makes a gap as large, by its limit on the side of zero.

    Args:
        level: Share of chance the limits ``gap_lower`` and ``gap_upper`` leave out.

    Returns:
        p-values, two-sided; null without limits.
    """
    import polars as pl
    from scipy.special import ndtr

    gap = pl.col("gap")
    side = pl.when(gap > 0).then(gap - pl.col("gap_lower")).otherwise(pl.col("gap_upper") - gap)
    deviations = pl.when(side > 0).then(gap.abs() / side * _z(level)).when(gap != 0).then(float("inf"))
    known = pl.col("gap_lower").is_not_null() & pl.col("gap_upper").is_not_null()
    return pl.when(known).then(
        deviations.fill_null(0.0).map_batches(lambda z: pl.Series(2 * ndtr(-z.to_numpy())), pl.Float64)
    )


def _levels(tried: pl.DataFrame, family: Sequence[str]) -> pl.DataFrame:
    """The level of each row of a family that has limits: ``_row``, ``_level``."""
    import polars as pl

    families = (
        tried.filter(pl.col("_p").is_not_null()).group_by(family, maintain_order=True).agg("_row", "_p")
    )
    found = [shared_level(chances.to_numpy()) for chances in families["_p"]]
    return families.select("_row", _level=pl.Series(found, dtype=pl.Float64)).explode("_row")


def shared_level(chances: NDArray[np.float64] | Sequence[float]) -> float:
    """Return the level under which a gap is reported as established, within a family.

    Args:
        chances: p-values of the gaps of the family, at least one.

    Returns:
        R q / m, a share, for m gaps of which R are kept; q / m where none is.
    """
    return BY_CHANCE * max(int(kept(chances).sum()), 1) / len(chances)


def kept(chances: NDArray[np.float64] | Sequence[float]) -> NDArray[np.bool_]:
    """Tell which gaps of a family Benjamini and Hochberg keep (*J. R. Stat. Soc.* B 57, 1995).

    Args:
        chances: p-values of the gaps.

    Returns:
        In the same order: whether the least p m / rank, over this p-value and the larger ones, is at most
        :data:`BY_CHANCE`.
    """
    import numpy as np

    found = np.asarray(chances, dtype=np.float64)
    order = np.argsort(found)
    adjusted = found[order] * (len(found) / np.arange(1, len(found) + 1))
    within = np.minimum.accumulate(adjusted[::-1])[::-1] <= BY_CHANCE
    return within[np.argsort(order)]


def _z(share: pl.Expr) -> pl.Expr:
    """Two-sided normal quantile of a level."""
    import polars as pl
    from scipy.special import ndtri

    return share.map_batches(lambda p: pl.Series(-ndtri(p.to_numpy() / 2)), pl.Float64)
