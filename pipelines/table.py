"""One table of a release: its comment, its columns, its key, its partition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sources.columns import Column, polars_schema

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Table:
    """One table of a release."""

    name: str
    comment: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """Columns whose combination is unique, nulls counting as equal."""
    hashed: bool = True
    """Part of the content hash. The identity card of the release is not content."""
    partition: tuple[str, ...] | None = None
    """For a table that also holds the rest of France: the columns its rows of elsewhere are cut by, so that
    none of them has to fit in memory whole."""

    @property
    def national(self) -> bool:
        """Whether the table also holds the rest of France."""
        return self.partition is not None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in their order."""
        return tuple(column.name for column in self.columns)

    def without_followed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return rows of a national table as one part of the rest of France keeps them.

        Returns:
            The columns of the table in their types, but :data:`FOLLOWED`.
        """
        import polars as pl

        kinds = {name: kind for name, kind in self.schema.items() if name != FOLLOWED}
        return frame.select(pl.col(name).cast(kind) for name, kind in kinds.items())

    @property
    def schema(self) -> pl.Schema:
        """Types of the columns, as polars holds them."""
        return polars_schema(self.columns)


FOLLOWED = "followed"
"""Column of the tables that also hold the rest of France: whether the row is of a territory we follow."""

FOLLOWED_LINE = (
    "followed:bool | Territoire suivi par le baromètre ; les autres viennent des fichiers nationaux"
)
