"""Figures without any past: the population stands in for it, or the rest of their column.

A new kind of count is not the population, but goes with it: what follows the neighbour's population and not
the territory's own has its codes shifted, and what exceeds it by far is in another unit. A rate has
nothing but those of the other territories.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.plausibility.findings import Finding, told
from indicators.plausibility.past import COLUMN
from indicators.plausibility.scales import ENOUGH, scaled
from indicators.rules import french

if TYPE_CHECKING:
    import polars as pl

MOST = 2.0
"""Times the inhabitants beyond which a count of people, households or dwellings is in another unit."""

ROOM = 50
"""And by how much at least: a hamlet may have more dwellings than inhabitants."""

LEAST_SHARES = 5
"""Percentages of one at most, most with decimals, from which a column without past is one of proportions."""

LONE, LONE_SPREADS, LEAST_SPREAD, FEW = 1.6, 8.0, 0.05, 20
"""How far from the median of its column a figure without past is held: on the scale, and in spreads of the
others, to which a little is added; the count expected from which one says something. In the real files taken
as first ones, none of ours is so far; one column in fifty has one in the other départements."""

_HEADS = ("", " pour 1 000 habitants")


def with_population(rows: pl.DataFrame, believed: pl.DataFrame, populations: tuple[str, ...]) -> pl.DataFrame:
    """Give counts without past the population of their territory as their reference.

    Args:
        rows: dated observations of one file, without any reference.
        believed: dated observations to take the population from.
        populations: variables that count inhabitants, the first one known first.

    Returns:
        The rows of counts with ``before`` (the population brought to the size of the column), ``before_year``
        and ``inhabitants``; none where no population is known.
    """
    import polars as pl

    order = {name: rank for rank, name in enumerate(populations)}
    known = (
        believed.filter(pl.col("variable").is_in(populations), pl.col("value") > 0)
        .with_columns(_rank=pl.col("variable").replace_strict(order, return_dtype=pl.Int8))
        .sort("_rank", "year", descending=[False, True])
        .unique(["level", "code", "perimeter"], keep="first", maintain_order=True)
        .select("level", "code", "perimeter", inhabitants="value", before_year="year")
    )
    joined = rows.join(
        known, on=["level", "code", "perimeter"], how="inner", nulls_equal=True, maintain_order="left"
    )
    share = (pl.col("value") / pl.col("inhabitants")).filter(pl.col("value") > 0).median().over(COLUMN)
    return joined.with_columns(
        before=pl.col("inhabitants") * share,
        before_status=pl.lit("observed"),
        before_dataset=pl.lit(None, pl.String),
        before_extract=pl.lit(None, pl.String),
    )


def fraction_findings(rows: pl.DataFrame, file: str) -> list[Finding]:
    """Return the columns of percentages without past that are all fractions of one.

    Args:
        rows: observations without past, with the ``kind`` and ``label`` of their variable.
        file: its name.
    """
    import polars as pl

    value = pl.col("value")
    shares = rows.filter(pl.col("kind") == "share", value.is_not_null())
    held = (
        shares.group_by(*COLUMN, "extract", "dataset", "millesime", "label")
        .agg(n=pl.len(), first=value.first(), most=value.abs().max(), parted=(value != value.round()).mean())
        .filter(pl.col("n") >= LEAST_SHARES, pl.col("most") <= 1, pl.col("parted") > 0.5)
    )
    return told(
        "magnitude",
        held.sort(COLUMN, nulls_last=True),
        file,
        lambda r: (
            f"{r['n']} chiffres de 1 au plus, dont {french(r['first'])}",
            f"{r['label']}, des nombres pour cent",
            "Toute la colonne est sans doute en proportions, non en pour cent.",
        ),
        cells=False,
    )


def lone_findings(rows: pl.DataFrame, file: str) -> list[Finding]:
    """Return the figures without past that are far from all the others of their column.

    Args:
        rows: observations without past, with the ``kind`` and ``label`` of their variable, and
            ``inhabitants``, null where nothing says them: a count is weighed by head.
        file: its name.
    """
    import polars as pl

    count, by_head = pl.col("kind") == "count", pl.col("value") / pl.col("inhabitants")
    # A zero is no figure in another unit, nor is a count of a few; one above the inhabitants is told as such.
    possible = pl.col("value") <= MOST * pl.col("inhabitants") + ROOM
    figures = rows.filter(pl.col("value") > 0, ~count | possible).with_columns(
        _at=pl.when(count).then(by_head.log()).otherwise(scaled("value"))
    )
    middle, few = (
        pl.col("_at").median().over(COLUMN),
        by_head.median().over(COLUMN) * pl.col("inhabitants") < FEW,
    )
    away = pl.col("_at") - middle
    held = (
        figures.with_columns(
            _away=away,
            _spread=1.4826 * away.abs().median().over(COLUMN) + LEAST_SPREAD,
            _usual=pl.when(count)
            .then(by_head.median() * 1000)
            .otherwise(pl.col("value").median())
            .over(COLUMN),
            _n=pl.len().over(COLUMN),
        )
        .filter(pl.col("_n") >= ENOUGH, ~(count & few).fill_null(False))
        .filter(pl.col("_away").abs() > LONE, pl.col("_away").abs() > LONE_SPREADS * pl.col("_spread"))
    )
    return told(
        "magnitude",
        held,
        file,
        lambda r: (
            french(r["value"]),
            f"{r['label']}, {french(round(r['_usual'], 1))}{_HEADS[r['kind'] == 'count']} en médiane ici",
            f"Loin des {r['_n']} territoires du fichier, et sans passé : virgule ou unité à vérifier.",
        ),
    )
