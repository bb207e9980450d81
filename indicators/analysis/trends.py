"""What has changed between comparable years, in words, or why the years do not compare.

A change has the limits of a difference (:func:`indicators.intervals.difference_limits`), widened
by the producer's rounding (:mod:`indicators.noise`): a change has a direction only beyond them.

Belongs here: the changes of each territory. Does not belong here: which years may be compared (``pairs``),
gaps with the references (``gaps``), the passage of QPV from 2015 to 2024 (``correspondence``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from indicators.analysis import analysis_schema
from indicators.analysis.gaps import gaps
from indicators.analysis.pairs import (
    CONCEPT_ORDER,
    KEY,
    Row,
    base,
    estimate,
    known,
    latest,
    pairs_of,
    rounding,
    told,
)
from indicators.analysis.words import change, difference, quantity
from indicators.frames import is_usable
from indicators.intervals import EXACT, difference_limits
from indicators.judgement import band_width, slight
from indicators.model import Composite, Direction, Indicator, Published, Unit
from indicators.noise import with_noise
from indicators.registry import by_id
from sources.french import NBSP
from sources.prices import load_prices

if TYPE_CHECKING:
    import polars as pl

    from sources.territory.model import PastPerimeter


_INPUTS = ("value", "lower", "upper", "numerator", "denominator")


def rows(values: pl.DataFrame, perimeters: Sequence[PastPerimeter] = ()) -> pl.DataFrame:
    """Follow every value and its gaps between comparable years.

    Args:
        values: Table ``value`` with its intervals.
        perimeters: Past perimeters of the authority in a producer's figures.

    Returns:
        Rows of the table ``analysis``, ``trend``; ``millesime`` is the later year. ``evolution_depuis_AAAA``
        (later − earlier, in the euros of the later year where it is of euros, with the interval its direction
        is read with), one for each later year, from the
        year :func:`indicators.analysis.pairs.told` chooses; ``evolution_non_calculable`` with the reason, of
        the latest year; ``ecart_depuis_AAAA`` (change of the
        size of the gap with the reference, below zero when it closes) from the oldest,
        ``ecart_non_calculable`` with the reason.
    """
    import polars as pl

    usable = values.filter(is_usable(pl.col("status"))).select(
        *KEY, "series", "millesime", "period", "edition", "origin", "datasets", *_INPUTS
    )
    dated = with_noise(usable.filter(pl.col("millesime").is_not_null()))
    # A change cannot be read on an index whose limits come from an input that did not change.
    composite = pl.col("origin") == "composite"
    dated = dated.with_columns(
        pl.when(composite).then(None).otherwise(pl.col(c)).alias(c) for c in ("lower", "upper", "rounding")
    )
    pairs = pairs_of(dated, perimeters)
    found = [*_changes(pairs), *_no_change(usable, pairs), *gaps(pairs, dated)]
    schema = analysis_schema()
    # An indicator may have a neighbour concept in the same place: the table follows the first it declares.
    place = ["indicator", "level", "code", "perimeter", "reference_level", "reference_code"]
    table = pl.DataFrame(found, schema={**schema, CONCEPT_ORDER: pl.Int32()}, orient="row")
    table = table.filter(pl.col(CONCEPT_ORDER) == pl.col(CONCEPT_ORDER).min().over(place))
    return table.select(list(schema)).sort(*place[:4], "millesime", *place[4:], "measure", nulls_last=True)


def _changes(pairs: pl.DataFrame) -> Iterator[Row]:
    import polars as pl

    chosen = told(pairs)
    low, high = difference_limits(estimate(""), estimate("_start"))
    spread = rounding() + rounding("_start")
    chosen = chosen.with_columns(
        _low=pl.when(known()).then(low - spread).round(EXACT),
        _high=pl.when(known()).then(high + spread).round(EXACT),
    )
    for row in map(_at_constant_prices, chosen.iter_rows(named=True)):
        indicator = by_id(row["indicator"])
        yield {
            **base(row, indicator),
            "measure": f"evolution_depuis_{row['start']}",
            "value": row["value"] - row["value_start"],
            "lower": row["_low"],
            "upper": row["_high"],
            "text": _told(indicator, row),
        }


def _at_constant_prices(row: Row) -> Row:
    """Bring the first of two figures in euros to the euros of the second; widen the limits by the index's.

    ``nominal`` keeps the figure as published; the limits are null where no index is known.
    """
    if by_id(row["indicator"]).unit is not Unit.EURO_PER_CU:
        return row
    start, prices = row["value_start"], load_prices().ratio(row["start"], row["millesime"])
    if prices is None:
        return {**row, "_low": None, "_high": None}
    # As written: what a reader subtracts is what is said.
    real = round(start * prices.value)
    found = {**row, "value_start": real, "nominal": start}
    if row["_low"] is not None:
        risen = start * (prices.value - 1)
        found |= {
            "_low": row["_low"] - risen - start * (prices.upper - prices.value),
            "_high": row["_high"] - risen + start * (prices.value - prices.lower),
        }
    return found


def _told(indicator: Indicator, row: Row) -> str:
    """One change in words: its way, its size, both figures, and what it means for the need."""
    between = (
        f"de {quantity(row['value_start'], indicator)} en {row['start']} "
        f"à {quantity(row['value'], indicator)} en {row['millesime']}"
    )
    end = _same_inputs(indicator)
    if "nominal" in row:
        published = quantity(row["nominal"], indicator)
        between += f", en euros de {row['millesime']} ({published} en euros de {row['start']})"
    elif indicator.unit is Unit.EURO_PER_CU:
        return f"Sans sens établi{NBSP}: {between}, en euros courants, hausse des prix comprise.{end}"
    if row["_low"] is None:
        return f"Sans sens établi{NBSP}: {between}, sans marge d’erreur connue.{end}"
    moved = difference(row["value_start"], row["value"], indicator.decimals)
    if row["_low"] <= 0 <= row["_high"]:
        why = f", un écart que {_cause(indicator)} suffit à expliquer" if moved else ""
        return f"Pas d’évolution établie{NBSP}: {between}{why}.{end}"
    if not moved:
        return f"Stable{NBSP}: {between}.{end}"
    band = band_width(indicator.equivalence, indicator.scale)
    if slight(row["value_start"], row["value"], indicator.decimals, band, indicator.scale):
        return f"Presque stable{NBSP}: {between}.{end}"
    word = "Hausse" if moved > 0 else "Baisse"
    sentence = f"{word} de {change(moved, indicator)}, {between}"
    if indicator.direction is Direction.DESCRIPTIVE:
        return f"{sentence}.{end}"
    worse = (moved > 0) is (indicator.direction is Direction.HIGH_IS_NEED)
    return f"{sentence}{NBSP}: la situation {'se dégrade' if worse else 's’améliore'}.{end}"


def _cause(indicator: Indicator) -> str:
    """What may explain a change by itself; the words agree with a singular verb."""
    if indicator.unit is Unit.EURO_PER_CU:
        return "l’arrondi du producteur ou de l’indice des prix"
    if indicator.sampled != "no":
        return "le sondage"
    if all(isinstance(series.formula, Published) for series in indicator.series):
        return "l’arrondi du producteur"
    return "le hasard des petits nombres ou l’arrondi"


def _same_inputs(indicator: Indicator) -> str:
    """Say of a composite index which of its parts the change comes from."""
    composites = (s.formula for s in indicator.series if isinstance(s.formula, Composite))
    return "".join(f" {formula.moved}" for formula in composites if formula.moved)


def _no_change(usable: pl.DataFrame, pairs: pl.DataFrame) -> Iterator[Row]:
    """Territories whose latest value has no comparable earlier one, and why."""
    last = usable.sort("millesime", "edition", nulls_last=False).unique(
        subset=KEY, keep="last", maintain_order=True
    )
    ended = latest(pairs, KEY, "last").select(*KEY, "millesime")
    left = last.join(ended, on=[*KEY, "millesime"], how="anti", nulls_equal=True)
    nearest = (
        pairs.sort("start")
        .unique(subset=[*KEY, "millesime"], keep="last", maintain_order=True)
        .select(*KEY, "millesime", "reason")
    )
    left = left.join(nearest, on=[*KEY, "millesime"], how="left", nulls_equal=True)
    for row in left.iter_rows(named=True):
        reason = row["reason"] or (
            "le producteur n’indique pas l’année de ses chiffres" if row["millesime"] is None else _alone(row)
        )
        yield {
            **base(row, by_id(row["indicator"])),
            "measure": "evolution_non_calculable",
            "text": f"Évolution non calculable{NBSP}: {reason.rstrip('.')}.",
        }


def _alone(row: Row) -> str:
    """Say the only year, or the only years when the figure gathers several, as the figure itself does."""
    year, period = str(row["millesime"]), row["period"]
    several = period is not None and period != year
    return f"une seule {'période' if several else 'année'} connue ({period if several else year})"
