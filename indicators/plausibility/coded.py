"""The figures of one file as numbers: what is the same for a column or a territory is written once.

A national file has half a million cells of some twenty columns: the rules look at numbers alone, and texts
come back with the few cells they hold.

Belongs here: cutting the observations of a file into columns, places and cells, and putting them back. Does
not belong here: what the rules look for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from indicators.frames import in_texts

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import polars as pl

PLACE = ("level", "code", "perimeter")

_Level = tuple[str, str | None]

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
    codes: pl.Series
    """Those of the territories, in their order."""
    levels: Mapping[_Level, int]
    """Levels and perimeters, numbered."""
    at_key: npt.NDArray[np.int64]
    """Row of :attr:`places` by level and code; -1 where there is none."""
    _alike: dict[tuple[str, ...], pl.Series] = field(default_factory=dict)

    @property
    def national(self) -> bool:
        """Whether some territory is not one we follow."""
        return not self.places["ours"].all()

    @cached_property
    def ours(self) -> pl.DataFrame:
        """The rows of table ``observation`` of the territories we follow, with what is described of them."""
        return self.told(self.cells.filter(self.places["ours"][self.cells["at"]]))

    def found(self, written: pl.Series, said: Sequence[_Level], of: pl.Series) -> npt.NDArray[np.int64]:
        """Find the territories of another file.

        Args:
            written: its codes.
            said: level and perimeter of each of its columns.
            of: the column of each code.

        Returns:
            A number of rows of :attr:`places`: that of each code, -1 where there is none.
        """
        import numpy as np

        key = _keys(written, self.codes, self.levels, said, of)
        return np.where(key < 0, -1, self.at_key[key])

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
                *(held.cast(pl.String) if held.dtype in (pl.Categorical, pl.Enum) else held for held in own),
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

    def rows(
        self, cells: pl.DataFrame, year: str = "year"
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
        """Return a number per cell, the same for those of one territory and year, and the years.

        Args:
            cells: some of :attr:`cells`.
            year: which of :attr:`columns` says the year.

        Returns:
            The number of the territory times how many years there are, plus that of the year; and a column
            of each year.
        """
        import numpy as np

        years, at_year = np.unique(self.alike(year).to_numpy(), return_inverse=True)
        place = cells["at"].to_numpy().astype(np.int64)
        return place * len(years) + at_year[cells["of"].to_numpy()], years


def _without_texts(held: pl.Series) -> pl.Series:
    import polars as pl

    return held.cast(pl.Categorical) if held.dtype == pl.String else held


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

    columns, of = columns_of(observations, [name for name in observations.columns if name not in _CELL])
    said = list(zip(columns["level"], columns["perimeter"], strict=True))
    levels = {one: at for at, one in enumerate(sorted(set(said), key=lambda one: (one[0], one[1] or "")))}
    codes = observations["code"].unique().sort()
    size = max(len(codes), 1)
    key = _keys(observations["code"], codes, levels, said, of)
    there, ours = (np.zeros(size * len(levels), dtype=bool) for _ in range(2))
    there[key] = True
    mine = list(zip(followed["level"], followed["perimeter"], strict=True))
    own = _keys(followed["code"], codes, levels, mine, pl.Series(range(followed.height), dtype=pl.UInt32))
    ours[own[own >= 0]] = True
    keys = np.flatnonzero(there)
    kinds = {"level": pl.String, "perimeter": pl.String}
    places = (
        pl.DataFrame(list(levels), schema=kinds, orient="row")[keys // size]
        .hstack([codes[keys % size], pl.Series("ours", ours[keys])])
        .with_columns(department=department())
        .with_row_index("at")
    )
    at_key = np.where(there, np.cumsum(there) - 1, -1)
    numbers = [name for name in _CELL[1:] if name in observations.columns]
    at = pl.Series("at", at_key[key].astype(np.uint32))
    cells = pl.DataFrame([of.alias("of"), at, *(_without_texts(observations[name]) for name in numbers)])
    if described is not None:
        columns = columns.join(described, on="variable", how="left", maintain_order="left")
    return Coded(cells, columns, places, codes, levels, at_key)


def columns_of(observations: pl.DataFrame, names: Sequence[str]) -> tuple[pl.DataFrame, pl.Series]:
    """Tell apart what the rows of a file say under some names.

    Returns:
        The distinct texts and years under these names, numbered by ``of`` in the order of the file; and that
        number for each observation, without null.
    """
    import numpy as np
    import polars as pl

    # The columns of a file follow one another: few runs to compare, instead of all texts of all cells.
    run = observations.select(pl.struct(names).rle_id().alias("run")).to_series()
    firsts = np.flatnonzero(np.diff(run.to_numpy().astype(np.int64), prepend=-1))
    runs = in_texts(observations[list(names)][firsts])
    columns = runs.unique(maintain_order=True).with_row_index("of")
    if columns.height == runs.height:
        return columns, run
    of = runs.join(columns, on=names, how="left", nulls_equal=True, maintain_order="left")["of"]
    return columns, of[run]


def _keys(
    written: pl.Series, codes: pl.Series, levels: Mapping[_Level, int], said: Sequence[_Level], of: pl.Series
) -> npt.NDArray[np.int64]:
    """Return a number per level and code, -1 for those that are not there.

    Args:
        written: codes.
        codes: those that are there, in their order.
        levels: those that are there, by level and perimeter.
        said: level and perimeter of each column.
        of: the column of each code.
    """
    import numpy as np
    import polars as pl

    first = np.array([levels.get(one, -1) * len(codes) for one in said], np.int64)[of.to_numpy()]
    known = written.cast(pl.Enum(codes), strict=False).to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
    return np.where((known < 0) | (first < 0), -1, known + first)
