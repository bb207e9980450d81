"""How far a figure may be from what it stands for: drawing, chance of the counts, rounding of the producer.

Two years have a direction, and two territories a gap, only where their difference is beyond all three. A
sampled figure has its own limits; a count of everyone has those of the rate behind it. Wilson's for a share,
and for a quotient of disjoint counts (young over old), the odds of a share of their sum; Byar's for a number
beyond what it is set against (Breslow & Day, *Statistical Methods in Cancer Research* II, 1987).
Rounding is taken at its worst at both ends, for it is not a matter of chance.

Belongs here: the limits a change or a gap is read with. Does not belong here: the limits a figure is
published with (``indicators.uncertainty``), what is said of a change (``indicators.analysis.trends``) or of a
gap (``indicators.judgement``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.intervals import odds, wilson, z_score
from indicators.model import Difference, Indicator, Published, Ratio, Series, Unit
from indicators.registry import INDICATORS
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

    from indicators.intervals import Numbers

STEP = 5
"""The Cnaf and the Dares round the counts of a commune to a multiple of this."""

_STEPPED = ("caf_", "defm_")
_CENSUS_VARIABLES = ("rp_", "rpc_", "neet_")
_TENS = 10
_COARSE = (Unit.PERCENT, Unit.EURO_PER_CU)


def is_census(indicator: Indicator, series: str) -> bool:
    """Return whether what a series counts comes from the census; its denominator alone does not tell."""
    formula = next((s.formula for s in indicator.series if s.id == series), None)
    match formula:
        case Ratio(numerator=terms):
            counted = list(terms)
        case Difference(minuend=minuend, subtrahend=subtrahend):
            counted = [*minuend.numerator, *subtrahend.numerator]
        case Published() if indicator.sampled != "no":
            return True
        case Published(variable=variable):
            counted = [variable]
        case _:
            return False
    return all(variable.startswith(_CENSUS_VARIABLES) for variable in counted)


def with_noise(dated: pl.DataFrame) -> pl.DataFrame:
    """Give each figure the limits its changes and its gaps are read with.

    Args:
        dated: Rows of the table ``value``, with ``numerator``, ``denominator`` and the published limits.

    Returns:
        The same rows; ``lower`` and ``upper`` are filled for counts of everyone, and ``rounding`` is how far
        the producer's rounding may put the figure, in the unit of the indicator (null where it is not known).
    """
    import polars as pl

    steps = pl.DataFrame(
        [(i.id, s.id, *_rounded(i, s)) for i in INDICATORS for s in i.series],
        schema={
            "indicator": pl.String,
            "series": pl.String,
            "_scale": pl.Float64,
            "_top": pl.Float64,
            "_bottom": pl.Float64,
            "_published": pl.Float64,
        },
        orient="row",
    )
    rows = dated.join(steps, on=["indicator", "series"], how="left", maintain_order="left")
    counted = (
        pl.col("lower").is_null()
        & pl.col("_scale").is_not_null()
        & pl.col("numerator").is_not_null()
        & (pl.col("denominator") > 0)
    )
    low, high = (pl.Series(limit, nan_to_null=True) for limit in _chance(rows))
    share = pl.col("numerator") / pl.col("denominator")
    # Half a step on the count, half a step on what it is set against.
    stepped = (
        (STEP / 2) * (pl.col("_top") + share * pl.col("_bottom")) * pl.col("_scale") / pl.col("denominator")
    )
    # The figures of a small commune or quarter are published rounded to the unit (a rate) or to ten euros.
    coarse = pl.col("_published") * _TENS
    whole = (pl.col("value") / coarse - (pl.col("value") / coarse).round()).abs() < 1e-9
    small = pl.col("level").is_in([Level.COMMUNE.value, Level.QPV.value])
    may_be_coarse = small & pl.col("indicator").is_in([i.id for i in INDICATORS if i.unit in _COARSE])
    printed = pl.when(whole & may_be_coarse).then(coarse).otherwise("_published") / 2
    counts = pl.col("numerator").is_not_null() & (pl.col("denominator") > 0)
    return rows.with_columns(
        lower=pl.when(counted).then(pl.min_horizontal(low, "value")).otherwise("lower"),
        upper=pl.when(counted).then(pl.max_horizontal(high, "value")).otherwise("upper"),
        rounding=pl.when(pl.col("_published").is_not_null()).then(printed).when(counts).then(stepped),
    ).select(*dated.columns, "rounding")


def _chance(rows: pl.DataFrame) -> tuple[Numbers, Numbers]:
    """Limits of rates of counts, were those who are counted drawn at random."""
    import numpy as np

    numerator, denominator, scale = (
        rows[name].cast(float).to_numpy() for name in ("numerator", "denominator", "_scale")
    )
    disjoint = rows["indicator"].is_in([i.id for i in INDICATORS if i.unit is Unit.RATIO]).to_numpy()
    size = denominator + np.where(disjoint, numerator, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share, rate = np.clip(numerator / size, 0, 1), numerator / denominator
        numbers = (number / denominator for number in _byar(np.clip(numerator, 0, None)))
        low, high = (
            np.where(disjoint, odds(limit), np.where((rate >= 0) & (rate <= 1), limit, number)) * scale
            for limit, number in zip(wilson(share, size), numbers, strict=True)
        )
    return low, high


def _byar(count: Numbers) -> tuple[Numbers, Numbers]:
    """Byar's approximate limits of Poisson counts (Breslow & Day 1987, p. 69)."""
    import numpy as np

    z, more = z_score(), count + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        low = count * (1 - 1 / (9 * count) - z / (3 * np.sqrt(count))) ** 3
    high = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    return np.where(count > 0, low, 0.0), high


def _rounded(indicator: Indicator, series: Series) -> tuple[float | None, float, float, float | None]:
    """Scale of a ratio, rounded counts above and below its bar, last digit of a published figure."""
    formula = series.formula
    if isinstance(formula, Ratio):
        above, below = (
            sum(abs(times) for name, times in terms.items() if name.startswith(_STEPPED))
            for terms in (formula.numerator, formula.denominator)
        )
        return formula.scale, above, below, None
    # A rate of the census published without its counts has an error nobody can tell.
    if isinstance(formula, Published) and formula.lower is None and not is_census(indicator, series.id):
        return None, 0.0, 0.0, 10.0**-indicator.decimals
    return None, 0.0, 0.0, None
