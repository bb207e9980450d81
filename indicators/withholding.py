"""Further values withheld until no hidden count can be worked out from what is published.

Belongs here: which values more are hidden when the audit (:mod:`indicators.disclosure`) finds a count too
closely bounded. Does not belong here: the audit, nor what is hidden at first (:mod:`indicators.secrecy`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from indicators.disclosure import Verdict
from indicators.frames import is_usable
from indicators.model import Composite, Difference, Formula, Indicator, Ratio
from indicators.secrecy import SECONDARY
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl

TRIED = 24
"""Values looked at for each one that is withheld: the audit is run anew for each."""

MOST = 20
"""Values withheld beyond which the candidate is refused rather than emptied."""

_FIGURES = ("value", "numerator", "denominator", "lower", "upper")
_ROW = "_row"


def withheld(
    values: pl.DataFrame, audited: Callable[[pl.DataFrame], pl.DataFrame], indicators: Sequence[Indicator]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Withhold the fewest further values that leave no hidden count exposed.

    One by one: of the values tied to an exposed count, the one that leaves the fewest counts exposed, and of
    several the one of the fewest people. What an earlier release gave is tied to it still: withholding it
    mends nothing, so it stays. What is computed with a withheld value by a method of its own, of whatever
    year, goes with it: it would say it again. A count that remains exposed is the caller's to refuse.

    Args:
        values: table ``value``, secrets hidden.
        audited: table ``secrecy_audit`` of a table ``value``.
        indicators: declarations, for the counts behind the values.

    Returns:
        The values in their order, those withheld suppressed with a note; the rows that were, as they were,
        with ``protects``, the hidden counts each protects (``variable|level|code|year``, joined by commas);
        and the audit of what is left. The values given and no row where a count stays exposed whatever is
        withheld.
    """
    import polars as pl

    numbered = values.with_row_index(_ROW)
    first = found = audited(values)
    rows: list[int] = []
    protects: dict[int, str] = {}

    def without(*more: int) -> pl.DataFrame:
        return _without(numbered, _with_computed(numbered, [*rows, *more], indicators))

    while (exposed := _exposed(found)) and len(rows) < MOST:
        near = _near(without(), found, indicators)
        audits = [(audited(without(row).drop(_ROW)), row) for row in near[:TRIED]]
        best, row = min(audits, key=lambda one: len(_exposed(one[0])), default=(found, -1))
        if len(_exposed(best)) >= len(exposed):
            break
        counts = ", ".join(sorted(exposed - _exposed(best)))
        protects |= dict.fromkeys(_with_computed(numbered, [row], indicators), counts)
        found, rows = best, [*rows, row]
    gone = numbered.filter(pl.col(_ROW).is_in([] if _exposed(found) else list(protects))).with_columns(
        protects=pl.col(_ROW).replace_strict(protects, default=None, return_dtype=pl.String)
    )
    return (
        (values, gone.drop(_ROW), first)
        if _exposed(found)
        else (without().drop(_ROW), gone.drop(_ROW), found)
    )


def _exposed(found: pl.DataFrame) -> set[str]:
    """Return the hidden counts that are exposed."""
    import polars as pl

    exposed = found.filter(pl.col("verdict") == Verdict.EXPOSED.value)
    return set(exposed.select(pl.concat_str("variable", "level", "code", "year", separator="|")).to_series())


def _without(numbered: pl.DataFrame, rows: Sequence[int]) -> pl.DataFrame:
    """Return the values less the figures of some rows."""
    import polars as pl

    gone = pl.col(_ROW).is_in(rows)
    return numbered.with_columns(
        *(pl.when(~gone).then(name).alias(name) for name in _FIGURES if name in numbered.columns),
        status=pl.when(gone).then(pl.lit(Status.SUPPRESSED.value)).otherwise("status"),
        **({"note": pl.when(gone).then(pl.lit(SECONDARY)).otherwise("note")} if "note" in numbered else {}),
    )


def _with_computed(numbered: pl.DataFrame, rows: Sequence[int], indicators: Sequence[Indicator]) -> list[int]:
    """Return rows, and those of their territories computed with them by a method of their own."""
    import polars as pl

    series = [(indicator.id, one) for indicator in indicators for one in indicator.series]
    pairs = [
        (name, of.id, computed, one.id)
        for name, of in series
        for computed, one in series
        if isinstance(one.formula, Composite) and one.formula.inputs & _counted(of.formula)
    ]
    schema = dict.fromkeys(("indicator", "series", "_indicator", "_series"), pl.String)
    tied = pl.DataFrame(pairs, schema=schema, orient="row")
    place = ["level", "code", "perimeter"]
    chosen = numbered.filter(pl.col(_ROW).is_in(rows)).join(tied, on=["indicator", "series"])
    computed = numbered.join(
        chosen.select(*place, indicator="_indicator", series="_series"),
        on=[*place, "indicator", "series"],
        how="semi",
        nulls_equal=True,
    ).filter(is_usable(pl.col("status")))
    return [*rows, *computed[_ROW].to_list()]


def _counted(formula: Formula) -> set[str]:
    """Return the variables a value says something of: not those of whom it is a share."""
    match formula:
        case Ratio():
            return set(formula.numerator)
        case Difference():
            return _counted(formula.minuend) | _counted(formula.subtrahend)
        case _:
            return set()


def _near(values: pl.DataFrame, found: pl.DataFrame, indicators: Sequence[Indicator]) -> list[int]:
    """Return the rows tied to exposed counts: members before totals, the fewest people first."""
    import polars as pl

    exposed = found.filter(pl.col("verdict") == Verdict.EXPOSED.value)
    names = {name for text in exposed["variable"] for name in text.split(" + ")}
    series = [
        (indicator.id, one.id)
        for indicator in indicators
        for one in indicator.series
        if isinstance(one.formula, Ratio | Difference) and names & set(one.formula.variables)
    ]
    tied = pl.DataFrame(series, schema=["indicator", "series"], orient="row")
    members = pl.col("level").is_in([Level.COMMUNE.value, Level.QPV.value])
    return (
        values.filter(
            is_usable(pl.col("status")),
            pl.coalesce("millesime", "edition").is_in(exposed["year"].unique().implode()),
        )
        .join(tied, on=["indicator", "series"], how="semi")
        .sort(~members, "numerator", _ROW, nulls_last=False)[_ROW]
        .to_list()
    )
