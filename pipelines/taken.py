"""What all the dropped files give together: found again as a whole when none of them has changed.

Belongs here: what is kept of it. Does not belong here: how the files are read and which are set aside
(``deposited``), nor how things are kept (``kept``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.deposited import Aside, Deposited, read_deposits
from pipelines.kept import KeptFrame, version_of
from pipelines.known import Deposit
from pipelines.parsed import WORKBOOKS, Parsed
from pipelines.tables import MEMBERSHIP, TERRITORY
from sources import files, france
from sources.catalogue import Catalogue
from sources.territory.declared import Territories
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class RawPart:
    """What one file says of the rest of France, before the files are put together."""

    name: str
    """Of the part of table ``observation`` it enters."""
    extract: str
    rows: KeptFrame


@dataclass(frozen=True)
class Taken:
    """What the dropped files give, in the files it is kept in."""

    frames: Mapping[str, KeptFrame]
    """``observations``, ``accounts``, ``notes`` and ``marks`` as :class:`Deposited` has them; where a file
    says something of the rest of France, its ``territory`` and ``membership`` too."""
    latest: Mapping[str, int]
    """Latest year of the figures of each file, by its extract."""
    raw: tuple[RawPart, ...]
    """In the order of their names, then of their extracts."""
    deposits: tuple[Deposit, ...]
    """Those that were read."""
    aside: tuple[Aside, ...]
    """Those that were not, each for its faults."""


def take_in(
    deposits: Sequence[Deposit],
    catalogue: Catalogue,
    territories: Territories,
    parsed: Parsed,
    marks: Mapping[str, Mapping[str, Status]],
) -> Taken:
    """Read every dropped file (:func:`pipelines.deposited.read_deposits`), or find what the same gave.

    Where one is set aside, they are all looked at again each time: its faults are told afresh.

    Args:
        deposits: the files.
        catalogue: the declarations.
        territories: what the barometer follows.
        parsed: what reading the same files gave.
        marks: those a person declared, by dataset.
    """
    read: list[Deposited] = []
    # In an order that does not depend on where each file lies: the next run finds it elsewhere.
    ordered = sorted(deposits, key=lambda one: (one.dataset, one.edition, one.path.name, one.sha256))

    def made() -> Mapping[str, pl.DataFrame]:
        read.append(read_deposits(ordered, catalogue, territories, parsed, marks))
        return _frames(read[0], territories)

    key = parsed.key(
        take_in,
        # Which of two came first does not count where all are read: no two give the same figures.
        [(one.sha256, one.path.name, one.dataset, one.edition) for one in ordered],
        [catalogue.datasets[name] for name in sorted({one.dataset for one in deposits})],
        (parsed.codes(territories), parsed.digest(territories.territory), marks, version_of(WORKBOOKS)),
    )
    frames = parsed.whole(key, made, lambda found: _is_whole(found, deposits, parsed.folder))
    return Taken(
        frames,
        dict(frames["latest"].frame().iter_rows()),
        tuple(RawPart(name, extract, rows) for name, extract, rows in _raw(frames, parsed.folder)),
        read[0].taken if read else tuple(ordered),
        read[0].aside if read else (),
    )


def _frames(read: Deposited, territories: Territories) -> dict[str, pl.DataFrame]:
    """Return what is kept of the files."""
    import polars as pl

    raw = sorted(
        (f"{deposit.dataset}@{deposit.edition}", deposit.sha256[:12], rows.path.name, rows.sha256)
        for deposit, rows in read.elsewhere.items()
    )
    text = pl.String()
    frames = {
        "observations": read.observations,
        "accounts": read.accounts,
        "notes": read.notes,
        "marks": read.marks,
        "latest": pl.DataFrame([*read.latest.items()], {"extract": text, "year": pl.Int64()}, orient="row"),
        "raw": pl.DataFrame(raw, dict.fromkeys(("name", "extract", "file", "sha256"), text), orient="row"),
    }
    if raw:
        rest = france.elsewhere(read.given, read.names, read.geography, territories.territory)
        places = france.containers(read.geography, territories.known(Level.COMMUNE))
        frames[TERRITORY.name] = TERRITORY.without_followed(rest)
        frames[MEMBERSHIP.name] = MEMBERSHIP.without_followed(places.sort(MEMBERSHIP.key, nulls_last=False))
    return frames


def _raw(frames: Mapping[str, KeptFrame], folder: Path) -> list[tuple[str, str, KeptFrame]]:
    rows = frames["raw"].frame().iter_rows()
    return [(name, extract, KeptFrame(folder / file, sha256)) for name, extract, file, sha256 in rows]


def _is_whole(frames: Mapping[str, KeptFrame], deposits: Sequence[Deposit], folder: Path) -> bool:
    """Whether every file was read, and what each says of the rest of France is there still."""
    try:
        sound = all(files.digest(one.path) == one.sha256 for _, _, one in _raw(frames, folder))
    except OSError:
        return False
    return sound and frames["accounts"].frame().height == len(deposits)
