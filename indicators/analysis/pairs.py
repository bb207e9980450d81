"""Pairs of years of one territory, and which of them may be compared.

Two years are comparable when they are of one concept, one perimeter and one definition (no declared break
between them); two censuses when they are five years apart, for nearer ones share surveys.

Belongs here: the rules and the frame of pairs. Does not belong here: the sentences about them (``trends``,
``gaps``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from indicators.model import Indicator
from indicators.noise import is_census
from indicators.registry import by_id
from indicators.years import CENSUS_YEARS_APART
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

    from sources.territory.model import PastPerimeter

FAR = 5
"""Years an evolution looks back where the figures allow it."""

KEY = ["indicator", "concept", "level", "code", "perimeter"]
CONCEPT_ORDER = "_concept_order"
FIGURES = ["value", "lower", "upper", "denominator", "rounding"]

Row = dict[str, Any]


def incomparable(indicator: Indicator, series: str, earlier: int, later: int) -> str | None:
    """Return why two years of a series give no evolution, null when they do.

    Args:
        indicator: The indicator.
        series: Id of the series of the later year.
        earlier: First reference year.
        later: Second reference year.
    """
    for rupture in indicator.breaks:
        if earlier < rupture.year <= later:
            return rupture.reason[:1].lower() + rupture.reason[1:]
    if is_census(indicator, series) and later - earlier < CENSUS_YEARS_APART:
        return (
            f"les recensements de {earlier} et {later} partagent des enquêtes\u00a0: il faut au moins "
            f"{CENSUS_YEARS_APART} ans entre deux recensements comparés"
        )
    return None


def pairs_of(dated: pl.DataFrame, perimeters: Sequence[PastPerimeter] = ()) -> pl.DataFrame:
    """Every two years of one territory, with the reason why they may not be compared.

    Args:
        dated: Figures of one series and territory per row, with ``millesime``, ``datasets`` and
            :data:`FIGURES`.
        perimeters: Past perimeters of the authority, whose figures do not follow on.

    Returns:
        :data:`KEY`, ``start`` and ``millesime``, the figures of the end and of the start (``…_start``), and
        ``reason`` in French, null where the two years compare; sorted by key and years.
    """
    import polars as pl

    earlier = dated.select(
        *KEY, pl.col("millesime").alias("start"), *(pl.col(c).alias(f"{c}_start") for c in FIGURES)
    )
    both = dated.join(earlier, on=KEY, nulls_equal=True).filter(pl.col("start") < pl.col("millesime"))
    known = {p.donnees: p for p in perimeters}
    # The perimeter of the authority alone has changed, in the figures a producer gives of it.
    past = (pl.col("level") == Level.EPCI.value) & pl.col("datasets").is_in(list(known))
    both = both.with_columns(_past=pl.when(past).then("datasets"))
    kind = ["indicator", "series", "start", "millesime", "_past"]
    kinds = both.select(kind).unique()
    reasons = [
        incomparable(by_id(i), s, start, end) or (known[past].incomparable(start, end) if past else None)
        for i, s, start, end, past in kinds.iter_rows()
    ]
    kinds = kinds.with_columns(reason=pl.Series(reasons, dtype=pl.String))
    pairs = both.join(kinds, on=kind, nulls_equal=True).drop("_past", "datasets")
    return pairs.sort(*KEY, "millesime", "start")


def latest(pairs: pl.DataFrame, by: list[str], keep: str) -> pl.DataFrame:
    """Of comparable pairs, those that end the latest and start the latest (last) or the earliest (first).

    Args:
        pairs: Rows of :func:`pairs_of`.
        by: The columns within which one end is chosen.
        keep: ``last`` or ``first``.

    Returns:
        The chosen rows, at least one per group that has a comparable pair.
    """
    import polars as pl

    fit = pairs.filter(pl.col("reason").is_null())
    ended = fit.filter(pl.col("millesime") == pl.col("millesime").max().over(by))
    edge = pl.col("start").max() if keep == "last" else pl.col("start").min()
    return ended.filter(pl.col("start") == edge.over(by))


def told(pairs: pl.DataFrame) -> pl.DataFrame:
    """Of comparable pairs, the one that shows an evolution: one start for each later year.

    It is the nearest year at least :data:`FAR` years back, else the oldest there is: every page and document
    tells a figure with this base and no other.

    Returns:
        One row for each place, concept and later year that has a comparable earlier one.
    """
    import polars as pl

    place = [*KEY, "millesime"]
    fit = pairs.filter(pl.col("reason").is_null())
    far = pl.when(pl.col("start") <= pl.col("millesime") - FAR).then(pl.col("start"))
    start = pl.coalesce(far.max().over(place), pl.col("start").min().over(place))
    return fit.filter(pl.col("start") == start)


def estimate(suffix: str, prefix: str = "") -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Value and limits of one end of a pair (:mod:`indicators.noise`).

    Args:
        suffix: ``_start`` for the first year of a pair, empty for the last.
        prefix: ``ref_`` for the figures of the reference.

    Returns:
        Value, lower and upper limit, in the unit of the indicator; a figure without limits is its own.
    """
    import polars as pl

    value, lower, upper = (pl.col(f"{prefix}{c}{suffix}") for c in ("value", "lower", "upper"))
    return value, lower.fill_null(value), upper.fill_null(value)


def known() -> pl.Expr:
    """Tell whether the error of a change is known.

    Returns:
        True where both ends of the pair have limits, or the rounding of the producer is known.
    """
    import polars as pl

    return pl.any_horizontal(
        pl.all_horizontal(pl.col("lower", "lower_start").is_not_null()), pl.col("rounding").is_not_null()
    )


def rounding(suffix: str = "", prefix: str = "") -> pl.Expr:
    """Rounding of one end of a pair, in the unit of the indicator; zero where none is known.

    Args:
        suffix: As in :func:`estimate`.
        prefix: As in :func:`estimate`.

    Returns:
        The greatest distance between the figure and what was rounded to it.
    """
    import polars as pl

    return pl.col(f"{prefix}rounding{suffix}").fill_null(0.0)


def base(row: Row, indicator: Indicator) -> Row:
    """Start a row of the table ``analysis`` for the later year of a pair."""
    concepts = [series.concept for series in indicator.series]
    concept = row["concept"]
    return {
        "analysis": "trend",
        "indicator": indicator.id,
        "theme": indicator.theme.value,
        "level": row["level"],
        "code": row["code"],
        "perimeter": row["perimeter"],
        "millesime": row["millesime"],
        CONCEPT_ORDER: concepts.index(concept) if concept in concepts else len(concepts),
    }
