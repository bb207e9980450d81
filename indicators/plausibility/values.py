"""Values of indicators out of their bounds, or of what their declaration calls plausible.

An index leaves its scale, a share goes under zero: files it is computed from are wrong or do not go together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from indicators.model import Indicator
from indicators.plausibility.findings import CELLS, Finding
from indicators.rules import french
from sources.french import typographic
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl

_PLACE = ["level", "code", "perimeter", "millesime"]


def value_findings(
    values: pl.DataFrame, indicators: Sequence[Indicator], *, every: bool = False
) -> list[Finding]:
    """Return the values that lie outside the plausible range of their indicator.

    Args:
        values: table ``value``.
        indicators: the declarations.
        every: even where they are so many that the indicator itself is wrong, which the check of the values
            refuses: so many places of the rest of France are those of one wrong file.

    Returns:
        One finding per value; its ``extract`` stands for the files it was computed from, its ``variable`` is
        the indicator, its ``column`` the series.
    """
    return [
        _finding(one, row) for one in indicators for row in _outside(values, one, every).iter_rows(named=True)
    ]


def _outside(values: pl.DataFrame, one: Indicator, every: bool) -> pl.DataFrame:
    """Return the values of an indicator out of what it may be, with its ends ``low`` and ``high``."""
    import polars as pl

    # Quarters go under the goalposts of communes: only the bounds of the unit hold for them.
    (low, high), quarters = one.plausible or one.bounds, pl.col("level") == Level.QPV.value
    ends = {
        name: pl.when(quarters).then(bound).otherwise(pl.lit(end, pl.Float64))
        for name, end, bound in (("low", low, one.bounds[0]), ("high", high, one.bounds[1]))
    }
    own = values.filter(pl.col("indicator") == one.id).with_columns(**ends)
    below, above = pl.col("value") < pl.col("low"), pl.col("value") > pl.col("high")
    outside = own.filter(below.fill_null(False) | above.fill_null(False))
    # A whole indicator out of its bounds is no matter of some rows: the check of the values refuses it.
    return outside if every or one.plausible or outside.height <= CELLS else outside.clear()


def _finding(one: Indicator, row: dict[str, Any]) -> Finding:
    low, high = row["low"], row["high"]
    span = f"entre {french(low)} et {french(high)}"
    if low is None or high is None:
        span = f"au plus {french(high)}" if low is None else f"au moins {french(low)}"
    why = (
        "Un chiffre dont il est calculé est faux, ou ils ne vont pas ensemble, ou ses bornes ne lui vont pas"
    )
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
        expected=typographic(f"{one.title}, {span}"),
        why=typographic(f"{why} ({row['datasets']})."),
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
    scales = [one for one in indicators if one.plausible]
    pairs = [
        (name, other)
        for name in sorted(set(findings["variable"]))
        for other in {name, *(one.id for one in scales if one.theme is themes[name])}
    ]
    together = pl.DataFrame(pairs, schema=["variable", "indicator"], orient="row")
    places = findings.join(together, on="variable").select("indicator", *_PLACE).unique()
    marked = values.join(
        places.with_columns(_held=pl.lit(True)),
        on=["indicator", *_PLACE],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    out = pl.col("_held").fill_null(False) & pl.col("value").is_not_null()
    figures = ("value", "lower", "upper", "numerator", "denominator")
    return marked.with_columns(
        *(pl.when(~out).then(name).alias(name) for name in figures),
        status=pl.when(out).then(pl.lit(Status.MISSING.value)).otherwise("status"),
        note=pl.when(out)
        .then(pl.lit("Retenu pour vérification\u00a0: hors de son échelle."))
        .otherwise("note"),
    ).select(values.columns)
