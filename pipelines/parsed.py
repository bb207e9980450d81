"""What reading a file gave, kept by all it depends on: an unchanged extract is never parsed again.

Belongs here: the key of a reading, its files in the work folder. Does not belong here: the reading itself
(``sources.readers``). A file that is refused is read again each time: its faults are told afresh.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.metadata
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from pipelines.fingerprint import PROJECT
from sources import files
from sources.model import Dataset, Millesime
from sources.readers import Account, ReadResult, read_extract
from sources.readers.account import KnownTerritories, Mark, OfficialCodes, Scope
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl

_One = TypeVar("_One")

LIBRARIES = ("polars", "fastexcel")
"""Libraries another version of which may read a file differently."""


class Parsed:
    """The readings kept in a folder: a JSON file each, written last, and its frames as Parquet.

    Args:
        folder: where they are kept; made when needed.
        afresh: read every file again, whatever is kept.
    """

    def __init__(self, folder: Path, *, afresh: bool = False) -> None:
        self.folder, self._afresh = folder, afresh
        self._known: dict[int, tuple[object, str]] = {}

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
    ) -> ReadResult:
        """Read a file, or find what the same reading gave (see :func:`sources.readers.read_extract`).

        Returns:
            Observations in the shape of the ``observation`` table, the account and its lines.

        Raises:
            ExtractRefused: on any fault of the file.
        """
        sha256 = files.digest(path)
        depends = [
            *(sha256, path.name, edition, scope, sorted(marks.items()), _code()),
            *(one and one.model_dump_json() for one in (dataset, millesime)),
            self._digest(territories, _codes),
            official and self._digest(official, _official),
        ]
        key = hashlib.sha256(json.dumps(depends).encode()).hexdigest()[:32]
        kept = None if self._afresh else self._kept(key)
        if kept is not None:
            return kept
        read = read_extract(
            path, dataset, edition, millesime, territories, scope=scope, official=official, marks=marks
        )
        if read.account.sha256 == sha256:
            self._keep(key, read)
        return read

    def _digest(self, one: _One, told: Callable[[_One], object]) -> str:
        """Return the digest of what the readers ask of an object, looked at once."""
        if id(one) not in self._known:
            text = json.dumps(told(one))
            self._known[id(one)] = one, hashlib.sha256(text.encode()).hexdigest()
        return self._known[id(one)][1]

    def _kept(self, key: str) -> ReadResult | None:
        """Return what is kept under a key; None when it is not there, or not whole."""
        import polars as pl

        card = self.folder / f"{key}.json"
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
            told = json.loads(card.read_text(encoding="utf-8"))
            frames = {}
            for name, sha256 in told["frames"].items():
                path = self.folder / f"{key}.{name}.parquet"
                if files.digest(path) != sha256:
                    return None
                # Without a memory map: Windows refuses to replace a mapped file.
                frames[name] = pl.read_parquet(path, memory_map=False)
            marks = (
                Mark(**{**mark, "meaning": mark["meaning"] and Status(mark["meaning"])})
                for mark in told["marks"]
            )
            result = ReadResult(
                frames["observations"],
                Account(**told["account"]),
                tuple(told["notes"]),
                tuple(marks),
                frames.get("names"),
            )
            os.utime(card)
            return result
        return None

    def _keep(self, key: str, read: ReadResult) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        frames: dict[str, pl.DataFrame] = {"observations": read.observations}
        if read.names is not None:
            frames["names"] = read.names
        told: dict[str, Any] = {
            "account": asdict(read.account),
            "notes": read.notes,
            "marks": [asdict(mark) for mark in read.marks],
            "frames": {},
        }
        for name, frame in frames.items():
            path = self.folder / f"{key}.{name}.parquet"
            frame.write_parquet(path, compression="lz4")
            told["frames"][name] = files.digest(path)
        (self.folder / f"{key}.json").write_text(json.dumps(told), encoding="utf-8")

    def forget(self, before: float) -> None:
        """Remove the readings nobody asked for since a moment, in seconds of the clock of the system."""
        for card in list(self.folder.glob("*.json")):
            if card.stat().st_mtime < before:
                for path in (card, *self.folder.glob(f"{card.stem}.*.parquet")):
                    path.unlink(missing_ok=True)


def _codes(territories: KnownTerritories | OfficialCodes) -> list[list[str]]:
    return [sorted(territories.known(level)) for level in Level]


def _official(codes: OfficialCodes) -> list[object]:
    split = {code: sorted(parts) for code, parts in codes.split.items()}
    return [codes.year, _codes(codes), dict(codes.successors), sorted(codes.recoded), split]


@functools.cache
def _code() -> str:
    """Return the digest of the readers: their code, the libraries under them."""
    digest = hashlib.sha256()
    for path in sorted((PROJECT / "sources").rglob("*.py")):
        digest.update(f"{path.relative_to(PROJECT).as_posix()}\0{files.digest(path)}\n".encode())
    for library in LIBRARIES:
        digest.update(f"{library} {importlib.metadata.version(library)}\n".encode())
    return digest.hexdigest()
