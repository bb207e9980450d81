"""What ages account for in a gap: the rate a commune would have with the ages of the agglomeration.

Direct standardisation (Fleiss, Levin & Paik, *Statistical Methods for Rates and Proportions*, 2003,
chap. 19): the commune's own rate of each age band, weighted by the agglomeration's ages. The gap is then
exactly the part of the ages and the rest (Kitagawa, *JASA* 50, 1955, with the weights of the reference).

It says what the ages account for, never what causes the rest. Only indicators whose files give each age band
(``Indicator.by_age``) are treated; one that is standardised by its very method says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from indicators.analysis import analysis_rows, analysis_schema
from indicators.analysis.words import change, difference, quantity
from indicators.frames import is_usable
from indicators.intervals import z_score
from indicators.model import POPULATION, Composite, Indicator
from indicators.registry import INDICATORS
from indicators.uncertainty import LARGE_COMMUNE, SAMPLING
from sources.authority import ANY_NOUN, Noun
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

    from indicators.resolve import TerritoryView

ADJUSTED, EFFECT, ALREADY = "taux_a_ages_egaux", "effet_des_ages", "deja_a_ages_egaux"
"""Measures of the table ``analysis``."""

Counts = Sequence[tuple[float, float]]
"""Numerator and denominator of each age band."""


@dataclass(frozen=True)
class Standardised:
    """A rate, that of the reference, and what it would be with the ages of the reference: all per 100."""

    crude: float
    reference: float
    adjusted: float
    half: float
    """Half-width at 95 % of the part of the ages."""

    @property
    def effect(self) -> float:
        """Part of the gap the ages account for, in points; the rest is ``adjusted − reference``."""
        return self.crude - self.adjusted

    @property
    def established(self) -> bool:
        """Whether the part of the ages is more than the chance of small counts."""
        return abs(self.effect) > self.half


def standardised(own: Counts, reference: Counts, drawn: float = 1.0) -> Standardised | None:
    """Return a rate with the ages of the reference.

    Args:
        own: Counts of the commune, band by band.
        reference: The same bands of the agglomeration.
        drawn: Share of the dwellings the counts of the commune rest on.

    Returns:
        None where a band of the reference has nobody in the commune, or nobody is counted.
    """
    whole, all_of_them = sum(n for _, n in own), sum(n for _, n in reference)
    if (
        not whole
        or not all_of_them
        or any(not n and m for (_, n), (_, m) in zip(own, reference, strict=True))
    ):
        return None
    rates = [count / n if n else 0.0 for count, n in own]
    ours = [n / whole for _, n in own]
    theirs = [n / all_of_them for _, n in reference]
    # The weights are taken as known: the chance left is that of each band's own rate.
    variance = sum(
        (a - b) ** 2 * p * (1 - p) / (n * drawn)
        for a, b, p, (_, n) in zip(ours, theirs, rates, own, strict=True)
        if n
    )
    return Standardised(
        100 * sum(count for count, _ in own) / whole,
        100 * sum(count for count, _ in reference) / all_of_them,
        100 * sum(b * p for b, p in zip(theirs, rates, strict=True)),
        100 * z_score() * variance**0.5,
    )


def rows(resolved: pl.DataFrame, territories: TerritoryView, authority: Noun = ANY_NOUN) -> pl.DataFrame:
    """Return what ages account for, commune by commune.

    Args:
        resolved: Resolved observations with their sums over the agglomeration.
        territories: For the communes of the agglomeration.
        authority: What it is called in a sentence.

    Returns:
        Rows of the table ``analysis``, ``ages``: the rate with the ages of the agglomeration and the part of
        the ages in the gap (a sentence), the agglomeration as reference; for an indicator standardised by its
        method, one row of the agglomeration.
    """
    import polars as pl

    found = [row for indicator in INDICATORS for row in _rows(indicator, resolved, territories, authority)]
    if not found:
        return pl.DataFrame(schema=analysis_schema())
    return analysis_rows(pl.DataFrame(found, infer_schema_length=None))


def _rows(
    indicator: Indicator, resolved: pl.DataFrame, territories: TerritoryView, authority: Noun
) -> Iterator[dict[str, Any]]:
    epci = next((code for level, code in territories.summable() if level is Level.EPCI), None)
    if epci is None:
        return
    base = {"analysis": "ages", "indicator": indicator.id, "theme": indicator.theme.value}
    if any(
        isinstance(s.formula, Composite) and s.formula.method == "estimated_icm" for s in indicator.series
    ):
        already = f"{indicator.title}\u00a0: calculé à âges égaux, ses écarts ne viennent donc pas des âges."
        yield {**base, "level": Level.EPCI.value, "code": epci, "measure": ALREADY, "text": already}
    if not indicator.by_age:
        return
    counts, year = _counts(indicator, resolved, epci)
    reference = counts.get(epci)
    if reference is None:
        return
    people = dict(
        resolved.filter(
            (resolved["level"] == Level.COMMUNE.value)
            & (resolved["variable"] == POPULATION)
            & (resolved["period"] == year)
        )
        .select("code", "value")
        .iter_rows()
    )
    for code in sorted(territories.members(Level.EPCI, epci)):
        drawn = SAMPLING["principal"]
        share = drawn.large if (people.get(code) or 0.0) >= LARGE_COMMUNE else drawn.small
        made = standardised(counts[code], reference, share) if code in counts else None
        if made is None:
            continue
        place = {
            **base,
            "level": Level.COMMUNE.value,
            "code": code,
            "millesime": year,
            "reference_level": Level.EPCI.value,
            "reference_code": epci,
        }
        yield {**place, "measure": ADJUSTED, "value": made.adjusted}
        yield {
            **place,
            "measure": EFFECT,
            "value": made.effect,
            "lower": made.effect - made.half,
            "upper": made.effect + made.half,
            "text": said(indicator, made, authority),
        }


def _counts(
    indicator: Indicator, resolved: pl.DataFrame, epci: str
) -> tuple[Mapping[str, Counts], int | None]:
    """Counts by band of each commune and of the agglomeration, for the latest year it has them all."""
    import polars as pl

    wanted = sorted({name for pair in indicator.by_age for name in pair})
    known = resolved.filter(
        pl.col("variable").is_in(wanted)
        & pl.col("level").is_in([Level.COMMUNE.value, Level.EPCI.value])
        & is_usable(pl.col("status"))
        & pl.col("millesime").is_not_null()
    )
    whole = known.filter(pl.col("code") == epci).group_by("millesime").agg(pl.col("variable").n_unique())
    years = whole.filter(pl.col("variable") == len(wanted))["millesime"].sort()
    if years.is_empty():
        return {}, None
    year = int(years[-1])
    cells: dict[str, dict[str, float]] = {}
    current = known.filter(pl.col("millesime") == year).select("code", "variable", "value")
    for code, variable, value in current.iter_rows():
        cells.setdefault(code, {})[variable] = value
    return {
        code: [(own[above], own[below]) for above, below in indicator.by_age]
        for code, own in cells.items()
        if own.keys() >= set(wanted)
    }, year


def said(indicator: Indicator, made: Standardised, authority: Noun = ANY_NOUN) -> str:
    """Return the sentence: the rate with equal ages, then what the ages account for in the gap."""
    # The differences a reader finds between the figures as they are written.
    gap = difference(made.reference, made.crude, indicator.decimals)
    effect = difference(made.adjusted, made.crude, indicator.decimals)
    start = (
        f"{indicator.short_title}\u00a0: {quantity(made.crude, indicator)}, et "
        f"{quantity(made.reference, indicator)} {authority.at}. Avec la répartition par âge "
        f"{indicator.people[1]} {authority.of}, ce serait {quantity(made.adjusted, indicator)}\u00a0: "
    )
    if not made.established or not effect:
        return f"{start}les âges ne rendent compte de rien d’établi dans l’écart."
    if effect * gap < 0:
        return f"{start}à âges égaux, l’écart serait plus grand."
    if abs(effect) >= abs(gap):
        return f"{start}la différence d’âges suffit à rendre compte de l’écart."
    return (
        f"{start}les âges rendent compte de {change(effect, indicator)} sur un écart de "
        f"{change(gap, indicator)}."
    )
