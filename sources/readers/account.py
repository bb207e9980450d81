"""What a reading gives back: observations, and the account of every row and cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl

Scope = Literal["territory", "france"]
"""``territory``: the rows the barometer follows; ``france``: every territory of the file."""


class KnownTerritories(Protocol):
    """What a reader needs of the territories: which codes it keeps."""

    def known(self, level: Level) -> frozenset[str]:
        """Codes of a level that the barometer follows."""


class OfficialCodes(Protocol):
    """What a reader needs of the official geographic code of a year (``sources.cog.Geography``)."""

    @property
    def year(self) -> int:
        """Year of the code."""

    def known(self, level: Level) -> frozenset[str]:
        """Official codes of a level; empty when this level is not checked."""

    @property
    def successors(self) -> Mapping[str, str]:
        """Commune that disappeared → the commune it is part of now."""

    @property
    def recoded(self) -> frozenset[str]:
        """Communes that only changed their code, among the successors."""

    @property
    def split(self) -> Mapping[str, frozenset[str]]:
        """Commune cut in several → the codes of those that left it."""


@dataclass(frozen=True)
class Account:
    """Where every row and every cell of an extract went. Both counts sum."""

    extract: str
    dataset: str
    edition: int
    file: str
    sha256: str
    bytes: int
    rows_read: int
    rows_kept: int
    rows_outside: int
    rows_suppressed: int
    """Rows of our territory of which every figure is suppressed; they are kept, with their status."""
    rows_refused: int
    """Rows of a territory the official geographic code does not know; ``notes`` names each."""
    cells_read: int
    cells_observed: int
    cells_estimated: int
    cells_suppressed: int
    cells_not_published: int
    cells_not_applicable: int
    cells_missing: int

    def __post_init__(self) -> None:
        """Refuse an account that does not sum: it would hide a dropped row or cell."""
        rows = self.rows_kept + self.rows_outside + self.rows_suppressed + self.rows_refused
        cells = sum(v for k, v in asdict(self).items() if k.startswith("cells_") and k != "cells_read")
        if rows != self.rows_read or cells != self.cells_read:
            raise AssertionError(f"account of {self.file} does not sum: {self}")


@dataclass(frozen=True)
class Mark:
    """A text that is neither a number nor a mark of its dataset, and the cells of a file that hold it."""

    text: str
    cells: int
    line: int
    """Of the first of them, as its column."""
    column: str
    meaning: Status | None
    """What a person declared it means; its cells are missing otherwise."""


@dataclass(frozen=True)
class ReadResult:
    """Observations of one extract, and its account."""

    observations: pl.DataFrame
    account: Account
    notes: tuple[str, ...] = ()
    """Lines of the account in French: each commune mapped to another, each row refused and why, and the files
    of an archive that were not read."""
    marks: tuple[Mark, ...] = ()
    """Texts that no declaration of the catalogue explains."""
    names: pl.DataFrame | None = None
    """``level, code, perimeter, name, communes`` as the file writes them, where it names its territories one
    by one; null where it does not say the communes of a quarter."""
