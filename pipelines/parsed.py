"""What reading a file gave, kept by all it depends on: an unchanged extract is never parsed again.

Belongs here: the key of a reading, what is kept of it. Does not belong here: the reading itself
(``sources.readers``), nor how things are kept (``kept``). A file that is refused is read again each time: its
faults are told afresh.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from pipelines.kept import Found, Kept, KeptFrame, digest_of, version_of
from sources import files
from sources.model import Dataset, Millesime
from sources.readers import Account, ReadResult, read_extract
from sources.readers.account import KnownTerritories, Mark, OfficialCodes, Scope
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl

_One = TypeVar("_One")

WORKBOOKS = "fastexcel"
"""A library only readings depend on."""


@dataclass(frozen=True)
class Reading:
    """A file as it was read, its rows of the territories we follow apart from the others."""

    result: ReadResult
    """Its observations are those of the territories we follow."""
    elsewhere: KeptFrame | None
    """Those of the rest of France, in the same columns."""
    given: pl.DataFrame
    """``dataset, edition, millesime, level, code, perimeter, extract``: what the file gives figures of."""
    names: KeptFrame | None
    """The names it gives its territories, as its result has them."""
    variables: frozenset[str]
    """Those of all its figures."""

    @property
    def latest(self) -> int:
        """The latest year of its figures, or its edition where the producer states none; 0 without any."""
        import polars as pl

        year = self.given.select(pl.coalesce("millesime", "edition").max()).item()
        return year if isinstance(year, int) else 0


class Parsed(Kept):
    """The readings of a folder, beside all else that is kept there."""

    def __init__(self, folder: Path, *, afresh: bool = False) -> None:
        super().__init__(folder, afresh=afresh)
        self._known: dict[tuple[int, object], tuple[object, str]] = {}

    def read(
        self,
        path: Path,
        dataset: Dataset,
        edition: int,
        millesime: Millesime | None,
        territories: KnownTerritories,
        *,
        scope: Scope = "territory",
        official: OfficialCodes | None = None,
        marks: Mapping[str, Status] = MappingProxyType({}),
        followed: pl.DataFrame | None = None,
    ) -> Reading:
        """Read a file, or find what the same reading gave (see :func:`sources.readers.read_extract`).

        Args:
            path: the file.
            dataset: what it was recognised as.
            edition: its edition.
            millesime: the declaration of this edition, if there is one.
            territories: the codes to keep.
            scope: whether the rows of the rest of France are kept too.
            official: the official geographic code they are checked against.
            marks: what a person declared texts of the file to mean.
            followed: ``level, code, perimeter`` of the territories whose rows are set apart from those of the
                rest of France; all rows are taken for theirs when absent.

        Raises:
            ExtractRefused: on any fault of the file.
        """
        # All it depends on but the bytes.
        means = [path.name, edition, scope, marks, version_of(WORKBOOKS), dataset, millesime]
        means += [self.digest(followed), self.codes(territories)]
        means += [official and self.digest(official, _official)]
        told = digest_of(means)

        def key(sha256: str) -> str:
            return self.key(read_extract, sha256, told)

        kept = self.find(key(files.digest(path)))
        reading = None if kept is None else _reading(kept)
        if reading is None:
            read = read_extract(
                path, dataset, edition, millesime, territories, scope=scope, official=official, marks=marks
            )
            # Under the bytes that were really read: the file may be changing.
            reading = _reading(self.keep(key(read.account.sha256), *_told(read, followed)))
        assert reading is not None
        return reading

    def codes(self, territories: KnownTerritories) -> str:
        """Return the digest of the codes whose rows are kept."""
        return self.digest(territories, _codes)

    def digest(self, one: _One, told: Callable[[_One], object] = lambda one: one) -> str:
        """Return the digest of what is asked of an object that does not change, looked at once.

        Args:
            one: the object.
            told: what is asked of it.
        """
        at = id(one), told
        if at not in self._known:
            self._known[at] = one, digest_of(told(one))
        return self._known[at][1]


def _told(read: ReadResult, followed: pl.DataFrame | None) -> tuple[object, dict[str, pl.DataFrame]]:
    """Return what is kept of a reading: what JSON holds, and its frames."""
    import numpy as np
    import polars as pl

    rows = read.observations
    told = {
        "account": asdict(read.account),
        "notes": read.notes,
        "marks": [asdict(mark) for mark in read.marks],
        "variables": rows["variable"].unique().sort().to_list(),
    }
    frames = {"observations": rows, "given": _given(rows)}
    if followed is not None:
        known = rows.select(pl.col("code").is_in(followed["code"].unique().implode())).to_series().arg_true()
        ours = followed.select(_PLACE).with_columns(_ours=pl.lit(True))
        near = rows[_PLACE][known].join(ours, on=_PLACE, how="left", nulls_equal=True, maintain_order="left")
        held = known.filter(near["_ours"].is_not_null())
        frames["observations"] = rows[held]
        others = np.ones(rows.height, dtype=bool)
        others[held.to_numpy()] = False
        rest = rows.filter(pl.Series(others))
        frames |= {"elsewhere": rest.with_columns(_categories(rows))} if rest.height else {}
    return told, frames | ({} if read.names is None else {"names": read.names})


def _given(rows: pl.DataFrame) -> pl.DataFrame:
    """Return what a file gives figures of, in the order of its lines."""
    import polars as pl

    # A line of one part of a file and a year are one territory: far fewer rows to tell apart than cells.
    line, year = pl.col("line").cast(pl.UInt64), pl.col("millesime").fill_null(0).cast(pl.UInt64)
    if rows["level"].n_unique() < 2:
        lines = rows[list(GIVEN)].filter(rows.select(line * 2**32 + year).to_series().is_first_distinct())
    else:
        lines = rows.unique(["line", "millesime", "level"], keep="first", maintain_order=True).select(GIVEN)
    return lines.unique(["millesime", *_PLACE], keep="first", maintain_order=True)


def _categories(rows: pl.DataFrame) -> Iterator[pl.Expr]:
    """Yield the texts that come back from row to row as categories of the whole file, in their order.

    A national file has millions of cells: their texts are from then on numbers, in Parquet up to DuckDB too.
    """
    import polars as pl

    for name in ("dataset", "extract"):
        yield pl.lit(rows[name][0], pl.Enum(rows[name].head(1))).alias(name)
    for name in ("level", "perimeter", "variable", "column"):
        texts = rows[name].unique().sort()
        kind = pl.Enum(texts.drop_nulls())
        yield pl.lit(texts[0], kind).alias(name) if len(texts) == 1 else pl.col(name).cast(kind)
    yield pl.col("status").cast(pl.Enum(sorted(one.value for one in Status)))


_PLACE = ["level", "code", "perimeter"]
GIVEN = ("dataset", "edition", "millesime", *_PLACE, "extract")


def _reading(kept: Found) -> Reading | None:
    """Return a reading from what is kept of it; None where that is no reading."""
    with contextlib.suppress(KeyError, TypeError, ValueError):
        told, frames = kept.told, kept.frames
        marks = (
            Mark(**{**mark, "meaning": mark["meaning"] and Status(mark["meaning"])}) for mark in told["marks"]
        )
        names = frames.get("names")
        result = ReadResult(
            frames["observations"].frame(),
            Account(**told["account"]),
            tuple(told["notes"]),
            tuple(marks),
            None if names is None else names.frame(),
        )
        given = frames["given"].frame()
        return Reading(result, frames.get("elsewhere"), given, names, frozenset(told["variables"]))
    return None


def _codes(territories: KnownTerritories | OfficialCodes) -> list[str]:
    return [_listed(territories.known(level)) for level in Level]


def _official(codes: OfficialCodes) -> list[object]:
    # One text for the codes of France: as many texts would each be told apart.
    moved = (f"{old}>{new}" for old, new in codes.successors.items())
    split = (f"{old}>{_listed(parts)}" for old, parts in codes.split.items())
    return [codes.year, _codes(codes), _listed(moved), _listed(codes.recoded), _listed(split)]


def _listed(codes: Iterable[str]) -> str:
    return " ".join(sorted(codes))
