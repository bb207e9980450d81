"""Values of indicators outside what their declaration calls plausible: an index that leaves its scale."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from indicators.model import Indicator
from indicators.plausibility.findings import Finding
from indicators.rules import french
from sources.french import typographic
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl

_PLACE = ["level", "code", "perimeter", "millesime"]


def value_findings(values: pl.DataFrame, indicators: Sequence[Indicator]) -> list[Finding]:
    """Return the values that lie outside the plausible range of their indicator.

    Args:
        values: table ``value`` of the territories we follow.
        indicators: the declarations.

    Returns:
        One finding per value; its ``extract`` stands for the files it was computed from, its ``variable`` is
        the indicator, its ``column`` the series.
    """
    return [
        _finding(one, row)
        for one in indicators
        if one.plausible is not None
        for row in _outside(values, one.id, *one.plausible).iter_rows(named=True)
    ]


def _outside(values: pl.DataFrame, indicator: str, low: float, high: float) -> pl.DataFrame:
    """Return the values of an indicator out of its range: quarters go under the goalposts of communes."""
    import polars as pl

    outside = (pl.col("value") < low) | (pl.col("value") > high)
    return values.filter(outside, pl.col("indicator") == indicator, pl.col("level") != Level.QPV.value)


def _finding(one: Indicator, row: dict[str, Any]) -> Finding:
    low, high = one.plausible or (None, None)
    return Finding(
        rule="range",
        extract=hashlib.sha256(str(row["extracts"]).encode()).hexdigest()[:12],
        dataset=str(row["datasets"] or "").split(",")[0].strip(),
        file=f"indicateur {one.id}",
        level=row["level"],
        perimeter=row["perimeter"],
        code=row["code"],
        variable=one.id,
        millesime=row["millesime"],
        column=row["series"],
        found=french(round(row["value"], 3)),
        expected=typographic(f"{one.title}, entre {french(low)} et {french(high)}"),
        why="Un chiffre dont il est calculé est faux, ou les bornes de l’indice ne lui vont pas.",
    )


def without_values(
    values: pl.DataFrame, findings: pl.DataFrame, indicators: Sequence[Indicator]
) -> pl.DataFrame:
    """Make missing the values that findings hold, and those of their theme computed with them.

    Args:
        values: table ``value``.
        findings: rows with the fields of a finding, those of :func:`value_findings`.
        indicators: the declarations.

    Returns:
        The same rows and columns; a held figure, its limits and its terms are null, its status ``missing``.
    """
    import polars as pl

    if findings.is_empty():
        return values
    themes = {one.id: one.theme for one in indicators}
    held = set(findings["variable"])
    together = [
        one.id for one in indicators if one.plausible and one.theme in {themes[name] for name in held}
    ]
    places = findings.select(_PLACE).unique().with_columns(_held=pl.lit(True))
    marked = values.join(places, on=_PLACE, how="left", nulls_equal=True, maintain_order="left")
    out = (
        pl.col("_held").fill_null(False) & pl.col("indicator").is_in(together) & pl.col("value").is_not_null()
    )
    figures = ("value", "lower", "upper", "numerator", "denominator")
    return marked.with_columns(
        *(pl.when(~out).then(name).alias(name) for name in figures),
        status=pl.when(out).then(pl.lit(Status.MISSING.value)).otherwise("status"),
        note=pl.when(out)
        .then(pl.lit("Retenu pour vérification\u00a0: hors de son échelle."))
        .otherwise("note"),
    ).select(values.columns)
