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
        return self.told(self.cells.filter(self.places["ours"][self.cells["at"]]))

    def told(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Give back to cells the texts of their column and of their territory.

        Args:
            cells: some of :attr:`cells`, with whatever was added under other names.

        Returns:
            The same rows in the same order, with the columns of table ``observation`` and those of
            :attr:`columns` in place of ``of`` and ``at``.
        """
        import polars as pl

        texts = [name for name in self.columns.columns if name != "of"]
        own = (held for held in cells.iter_columns() if held.name not in ("of", "at", *texts))
        return self.columns[texts][cells["of"]].hstack(
            [
                *(held.cast(pl.String) if held.dtype == pl.Categorical else held for held in own),
                self.places["code"][cells["at"]],
            ]
        )

    def column(self, name: str, cells: pl.DataFrame) -> pl.Series:
        """Return what the column of each cell says, a text as a category.

        Args:
            name: one of :attr:`columns`.
            cells: some of :attr:`cells`.
        """
        return _without_texts(self.columns[name])[cells["of"]]

    def place(self, name: str, cells: pl.DataFrame) -> pl.Series:
        """Return what the territory of each cell says, a text as a category.

        Args:
            name: one of :attr:`places`.
            cells: some of :attr:`cells`.
        """
        return _without_texts(self.places[name])[cells["at"]]

    def alike(self, *names: str) -> pl.Series:
        """Return, by column, the first one that says the same under some names.

        Args:
            names: of :attr:`columns`.
        """
        import polars as pl

        if names not in self._alike:
            first: dict[tuple[object, ...], int] = {}
            said = enumerate(self.columns[list(names)].iter_rows())
            of = [first.setdefault(one, at) for at, one in said]
            self._alike[names] = pl.Series("of", of, pl.UInt32)
        return self._alike[names]

    def rows(self, cells: pl.DataFrame, year: str = "year") -> pl.Series:
        """Return a number per cell, the same for those of one territory and year.

        Args:
            cells: some of :attr:`cells`.
            year: which of :attr:`columns` says the year.
        """
        return (cells["at"] * self.columns.height + self.alike(year)[cells["of"]]).alias("row")


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
    firsts = np.flatnonzero(np.diff(run.to_numpy().astype(np.int64), prepend=-1))
    runs = in_texts(observations[names][firsts])
    columns, of = runs.unique(maintain_order=True).with_row_index("of"), run
    if columns.height < runs.height:
        of = runs.join(columns, on=names, how="left", nulls_equal=True, maintain_order="left")["of"][run]
    said = list(zip(columns["level"], columns["perimeter"], strict=True))
    levels = sorted(set(said), key=lambda one: (one[0], one[1] or ""))
    where = {one: at for at, one in enumerate(levels)}
    codes = observations["code"].unique().sort()
    known = pl.Enum(codes)
    first = np.array([where[one] * len(codes) for one in said], np.int64)
    key = observations["code"].cast(known).to_physical().to_numpy() + first[of.to_numpy()]
    there, ours = (np.zeros(len(codes) * len(levels), dtype=bool) for _ in range(2))
    there[key] = True
    written = followed["code"].cast(known, strict=False).to_physical()
    for level, perimeter, code in zip(followed["level"], followed["perimeter"], written, strict=True):
        if code is not None and (level, perimeter) in where:
            ours[code + where[level, perimeter] * len(codes)] = True
    keys = np.flatnonzero(there)
    at_code, at_level = keys % max(len(codes), 1), keys // max(len(codes), 1)
    places = (
        pl.DataFrame(levels, schema={"level": pl.String, "perimeter": pl.String}, orient="row")[at_level]
        .hstack([codes[at_code], pl.Series("ours", ours[keys])])
        .with_columns(department=department())
        .with_row_index("at")
    )
    numbers = [name for name in _CELL[1:] if name in observations.columns]
    at = (np.cumsum(there, dtype=np.uint32) - 1)[key]
    cells = pl.DataFrame(
        [of.alias("of"), pl.Series("at", at), *(_without_texts(observations[name]) for name in numbers)]
    )
    if described is not None:
        columns = columns.join(described, on="variable", how="left", maintain_order="left")
    return Coded(cells, columns, places)
