"""The order of the codes of a file: a column of codes moved up or down without its rows.

Belongs here: telling that codes go on from the greatest to the least in the middle of a file. Does not belong
here: the names beside the codes (``labels``), nor whether figures are those of their codes
(``indicators.plausibility``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sources.problems import Problem, quoted

if TYPE_CHECKING:
    import polars as pl

ENOUGH = 20
"""Different codes of one level from which their order says something: regions come in several orders."""

IN_ORDER = 0.9
"""Share of the rows that follow the one before in the order of codes, in a file put in that order."""


def turned(file: str, rows: pl.DataFrame, column: str) -> Problem | None:
    """Say when the codes of a file are in order, but begin in its middle: they were moved without their rows.

    Codes moved by a few rows leave those of the last ones to the first, or the other way round: the least
    follows the greatest. No producer's file is in such an order.

    Args:
        file: its name.
        rows: its rows in their order, with ``level, code, perimeter, _line, _row_year`` and dimensions.
        column: name of the column of the codes.

    Returns:
        None where codes are in order from end to end, or in none at all.
    """
    import polars as pl

    block = ["level", "perimeter", "_row_year", *(name for name in rows.columns if name.startswith("_dim_"))]
    code, before = pl.col("code"), pl.col("code").shift(1)
    in_order = (
        rows.select("code", *block)
        .group_by(block, maintain_order=True)
        .agg(pl.len(), down=(code < before).sum())
        .filter(pl.col("down") > 0, pl.col("down") <= (1 - IN_ORDER) * pl.col("len"))
        .select(block)
    )
    for held in in_order.iter_slices(1):
        own = rows.join(held, on=block, how="semi", nulls_equal=True, maintain_order="left")
        restart = own.select((code == code.min()) & (before == code.max())).to_series().arg_true()
        if len(restart) != 1 or own["code"].n_unique() < ENOUGH:
            continue
        at, codes = restart[0], own["code"]
        # Two tables one under the other go through the same codes.
        if str(codes[at:].max()) > str(codes[:at].min()):
            continue
        return Problem(
            file=file,
            line=int(own["_line"][at]),
            column=column,
            found=f"{quoted(codes[at])}, le premier des codes, après {quoted(codes[at - 1])}, le dernier",
            expected="des codes dans l’ordre d’un bout à l’autre, ou sans ordre",
            advice="Les codes ont sans doute été décalés sans leurs lignes\u00a0: reprenez le fichier du "
            "producteur. Si c’est bien lui, triez ses lignes entières par code.",
        )
    return None
