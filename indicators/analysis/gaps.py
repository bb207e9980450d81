"""Gaps with the references over time: they close, widen, turn round or stay.

Belongs here: the law's own question, whether the gap between a quarter and its authority closes. Does not
belong here: the gap of one year (``indicators.comparison``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from indicators.analysis.pairs import FIGURES, KEY, Row, base, estimate, known, latest, rounding
from indicators.intervals import EXACT, difference_limits
from indicators.model import Unit
from indicators.registry import by_id
from sources.french import NBSP, number
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

STABLE_GAP = 0.10
"""A gap in euros that varies by less than this share of what it was is called stable."""

REFERENCES: dict[str, str] = {
    Level.EPCI.value: "l’intercommunalité",
    Level.DEPARTEMENT.value: "le département",
    Level.REGION.value: "la région",
    Level.METROPOLE.value: "la France métropolitaine",
    Level.FRANCE.value: "la France",
    Level.GROUPE.value: "l’ensemble des quartiers prioritaires",
}
"""Territories the gaps are followed with, as a sentence names them; the only group is that of all QPV."""


def gaps(pairs: pl.DataFrame, dated: pl.DataFrame) -> Iterator[Row]:
    """Gap of each territory with each reference at both ends of their oldest comparable pair of years."""
    import polars as pl

    whole = pl.col("level").is_in([level for level in REFERENCES if level != Level.GROUPE.value])
    all_qpv = (pl.col("level") == Level.GROUPE.value) & pl.col("perimeter").is_not_null()
    link = ["indicator", "concept", "millesime"]
    reference = pairs.filter(whole | all_qpv).select(
        *link,
        "start",
        *(pl.col(f"{c}{s}").alias(f"ref_{c}{s}") for c in FIGURES for s in ("", "_start")),
        reference_level="level",
        reference_code="code",
        _generation="perimeter",
        _ref_reason="reason",
    )
    ranks = {level.value: n for n, level in enumerate(Level)}
    joined = pairs.join(reference, on=[*link, "start"]).filter(
        # A reference is wider than the territory; all QPV are the reference of QPV of their generation.
        pl.when(pl.col("_generation").is_null())
        .then(_rank("level", ranks) < _rank("reference_level", ranks))
        .otherwise((pl.col("level") == Level.QPV.value) & (pl.col("perimeter") == pl.col("_generation")))
    )
    joined = joined.with_columns(reason=pl.coalesce("reason", "_ref_reason"))
    by = [*KEY, "reference_level", "reference_code"]
    chosen = latest(joined, by, "first")
    # Change of the territory, change of the reference, then their difference.
    low, high = difference_limits(estimate(""), estimate("_start"))
    ref_low, ref_high = difference_limits(estimate("", "ref_"), estimate("_start", "ref_"))
    own, other = (pl.col(f"{r}value") - pl.col(f"{r}value_start") for r in ("", "ref_"))
    low, high = difference_limits((own, low, high), (other, ref_low, ref_high))
    spread = rounding() + rounding("_start") + rounding("", "ref_") + rounding("_start", "ref_")
    chosen = chosen.with_columns(
        _low=pl.when(known()).then(low - spread).round(EXACT),
        _high=pl.when(known()).then(high + spread).round(EXACT),
    )
    for row in chosen.iter_rows(named=True):
        yield _gap_row(row)
    yield from _no_gap(joined, chosen, dated)


def _rank(column: str, ranks: dict[str, int]) -> pl.Expr:
    import polars as pl

    return pl.col(column).replace_strict(ranks, return_dtype=pl.Int32)


def _gap_row(row: Row) -> Row:
    """How a gap has moved: it closes, widens, turns round, or is stable."""
    indicator = by_id(row["indicator"])
    # Euros of two years are not worth the same: their gap is a share of the reference.
    relative = indicator.unit is Unit.EURO_PER_CU
    start, end = (
        (100 * (row[f"value{s}"] / row[f"ref_value{s}"] - 1))
        if relative
        else (row[f"value{s}"] - row[f"ref_value{s}"])
        for s in ("_start", "")
    )
    moved = abs(end) - abs(start)
    decimals = 1 if relative else indicator.decimals
    before, after = (
        f"{'+' if gap > 0 else ''}{number(gap, decimals)}{f'{NBSP}%' if relative else ''}"
        for gap in (start, end)
    )
    points = "" if relative or indicator.unit not in (Unit.PERCENT, Unit.POINTS, Unit.INDEX) else " points"
    if relative and abs(end - start) <= max(STABLE_GAP * abs(start), 10.0**-decimals):
        verdict = "est stable"
    elif not relative and row["_low"] is None:
        verdict = "évolue sans sens établi, faute de marge d’erreur connue"
    elif not relative and row["_low"] <= 0 <= row["_high"]:
        verdict = "n’a pas d’évolution établie, vu le hasard"
    elif start * end < 0:
        verdict = "s’inverse"
    else:
        verdict = "se creuse" if moved > 0 else "se réduit"
    text = (
        f"De {row['start']} à {row['millesime']}, l’écart avec {REFERENCES[row['reference_level']]} {verdict}"
        f"{NBSP}: de {before} à {after}{points}."
    )
    return {
        **base(row, indicator),
        "reference_level": row["reference_level"],
        "reference_code": row["reference_code"],
        "measure": f"ecart_depuis_{row['start']}",
        "value": moved,
        "text": text,
    }


def _no_gap(joined: pl.DataFrame, chosen: pl.DataFrame, dated: pl.DataFrame) -> Iterator[Row]:
    """QPV whose gap with the authority cannot be followed, which the law asks for, and why."""
    import polars as pl

    epci = dated.filter(pl.col("level") == Level.EPCI.value).select("indicator", "concept", "millesime")
    code = dated.filter(pl.col("level") == Level.EPCI.value)["code"].unique().to_list()
    qpv = dated.filter(pl.col("level") == Level.QPV.value)
    known = chosen.filter(pl.col("reference_level") == Level.EPCI.value).select(KEY)
    refused = (
        joined.filter(pl.col("reference_level") == Level.EPCI.value)
        .sort("millesime", "start")
        .unique(subset=KEY, keep="last", maintain_order=True)
        .select(*KEY, "reason")
    )
    shared = epci.select("indicator", "concept").unique()
    left = (
        qpv.sort("millesime")
        .unique(subset=KEY, keep="last", maintain_order=True)
        .join(shared, on=["indicator", "concept"], how="semi")
        .join(known, on=KEY, how="anti", nulls_equal=True)
        .join(refused, on=KEY, how="left", nulls_equal=True)
    )
    for row in left.iter_rows(named=True):
        reason = row["reason"] or "moins de deux années communes au quartier et à l’intercommunalité"
        yield {
            **base(row, by_id(row["indicator"])),
            "reference_level": Level.EPCI.value,
            "reference_code": code[0] if len(code) == 1 else None,
            "measure": "ecart_non_calculable",
            "text": f"Évolution de l’écart non calculable{NBSP}: {reason.rstrip('.')}.",
        }
