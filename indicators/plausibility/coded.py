"""The figures of one file as numbers: what is the same for a column or a territory is written once.

A national file has half a million cells of some twenty columns: the rules look at numbers alone, and texts
come back with the few cells they hold.

Belongs here: cutting the observations of a file into columns, places and cells, and putting them back. Does
not belong here: what the rules look for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from indicators.frames import in_texts

if TYPE_CHECKING:
    import polars as pl

PLACE = ("level", "code", "perimeter")

_CELL = ("code", "line", "value", "status")
"""What differs from one cell of a column to the next."""


@dataclass(frozen=True)
class Coded:
    """The observations of one file."""

    cells: pl.DataFrame
    """``of`` (row of :attr:`columns`), ``at`` (row of :attr:`places`), then the figures, in their order."""
    columns: pl.DataFrame
    """What all cells of a column say, in the order of the file, with ``of``."""
    places: pl.DataFrame
    """``at, level, perimeter, code, ours, department`` of each territory, in the order of their codes."""
    _alike: dict[tuple[str, ...], pl.Series] = field(default_factory=dict)

    @property
    def national(self) -> bool:
        """Whether some territory is not one we follow."""
        return not self.places["ours"].all()

    @cached_property
    def ours(self) -> pl.DataFrame:
        """The rows of table ``observation`` of the territories we follow, with what is described of them."""
        return self.told(self.cells.filter(self.places["ours"].gather(self.cells["at"])))

    def told(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Give back to cells the texts of their column and of their territory.

        Args:
            cells: some of :attr:`cells`, with whatever was added under other names.

        Returns:
            The same rows in the same order, with the columns of table ``observation`` and those of
            :attr:`columns` in place of ``of`` and ``at``.
        """
        import polars as pl

        columns = self.columns.drop("of").select(pl.all().gather(cells["of"]))
        code = self.places["code"].gather(cells["at"])
        own = cells.drop("of", "at", *(name for name in columns.columns if name in cells.columns))
        texts = pl.col(pl.Categorical).cast(pl.String)
        return pl.concat([columns, own.with_columns(texts, code)], how="horizontal")

    def column(self, name: str, cells: pl.DataFrame) -> pl.Series:
        """Return what the column of each cell says, a text as a category.

        Args:
            name: one of :attr:`columns`.
            cells: some of :attr:`cells`.
        """
        return _without_texts(self.columns[name]).gather(cells["of"])

    def place(self, name: str, cells: pl.DataFrame) -> pl.Series:
        """Return what the territory of each cell says, a text as a category.

        Args:
            name: one of :attr:`places`.
            cells: some of :attr:`cells`.
        """
        return _without_texts(self.places[name]).gather(cells["at"])

    def alike(self, *names: str) -> pl.Series:
        """Return, by column, the first one that says the same under some names.

        Args:
            names: of :attr:`columns`.
        """
        import polars as pl

        if names not in self._alike:
            first = pl.col("of").first().over(names)
            self._alike[names] = self.columns.select(first.alias("of")).to_series()
        return self._alike[names]

    def rows(self, cells: pl.DataFrame, year: str = "year") -> pl.Series:
        """Return a number per cell, the same for those of one territory and year.

        Args:
            cells: some of :attr:`cells`.
            year: which of :attr:`columns` says the year.
        """
        return (cells["at"] * self.columns.height + self.alike(year).gather(cells["of"])).alias("row")


def _without_texts(held: pl.Series) -> pl.Series:
    import polars as pl

    return held.cast(pl.Categorical) if held.dtype in (pl.String, pl.Enum) else held


def department() -> pl.Expr:
    """Return the département in the ``code`` of a commune or of a quarter.

    Returns:
        An expression of two characters; those overseas share « 97 ».
    """
    import polars as pl

    return pl.col("code").str.replace("^Q[PN]0?", "").str.slice(0, 2)


def coded(observations: pl.DataFrame, followed: pl.DataFrame, described: pl.DataFrame | None = None) -> Coded:
    """Cut the observations of one file.

    Args:
        observations: dated observations.
        followed: ``level, code, perimeter`` of the territories we follow.
        described: what is said of their variables, by ``variable``, to be added to their columns.
    """
    import numpy as np
    import polars as pl

    names = [name for name in observations.columns if name not in _CELL]
    # The columns of a file follow one another: few runs to compare, instead of all texts of all cells.
    run = observations.select(pl.struct(names).rle_id().alias("run")).to_series()
    runs = in_texts(observations.select(names).filter(run.is_first_distinct()))
    columns = runs.unique(maintain_order=True).with_row_index("of")
    of = runs.join(columns, on=names, how="left", nulls_equal=True, maintain_order="left")["of"].gather(run)
    levels = columns.select("level", "perimeter").unique().sort("level", "perimeter").with_row_index("where")
    where = columns.join(levels, on=["level", "perimeter"], nulls_equal=True, maintain_order="left")["where"]
    codes = observations["code"].unique().sort()
    known = observations["code"].cast(pl.Enum(codes)).to_physical().cast(pl.Int64).to_numpy()
    key = known + where.gather(of).cast(pl.Int64).to_numpy() * len(codes)
    there = np.zeros(len(codes) * levels.height, dtype=bool)
    there[key] = True
    keys = np.flatnonzero(there)
    places = (
        levels.drop("where")
        .select(pl.all().gather(keys // max(len(codes), 1)))
        .with_columns(codes.gather(keys % max(len(codes), 1)).alias("code"))
        .join(
            followed.select(*PLACE, ours=pl.lit(True)),
            on=list(PLACE),
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        .with_columns(pl.col("ours").fill_null(False), department=department())
        .with_row_index("at")
    )
    numbers = [name for name in _CELL[1:] if name in observations.columns]
    cells = observations.select(
        *(of.alias("of"), pl.Series("at", (np.cumsum(there) - 1)[key], pl.UInt32)),
        *(_without_texts(observations[name]) for name in numbers),
    )
    if described is not None:
        columns = columns.join(described, on="variable", how="left", maintain_order="left")
    return Coded(cells, columns, places)
