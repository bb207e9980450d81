"""What all the dropped files give together: found again as a whole when none of them has changed.

Belongs here: what is kept of it. Does not belong here: how the files are read and which are set aside
(``deposited``), nor how things are kept (``kept``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.deposited import Deposited, read_deposits
from pipelines.kept import KeptFrame, version_of
from pipelines.parsed import WORKBOOKS, Parsed
from pipelines.recognised import Aside, Deposit
from pipelines.tables import MEMBERSHIP, TERRITORY
from sources import france
from sources.catalogue import Catalogue
from sources.territory.declared import Territories
from sources.vocabulary import Status

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class RawPart:
    """What one file says of the rest of France, before the files are put together."""

    rows: KeptFrame
    name: str
    """Of the part of table ``observation`` it enters."""
    extract: str


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

    def made() -> Mapping[str, pl.DataFrame | KeptFrame]:
        read.append(read_deposits(ordered, catalogue, territories, parsed, marks))
        return _frames(read[0], territories)

    key = parsed.key(
        take_in,
        # Which of two came first does not count where all are read: no two give the same figures.
        [(one.sha256, one.path.name, one.dataset, one.edition) for one in ordered],
        [catalogue.datasets[name] for name in sorted({one.dataset for one in deposits})],
        (parsed.codes(territories), parsed.digest(territories.territory), marks, version_of(WORKBOOKS)),
    )
    frames = parsed.whole(key, made, lambda found: found["accounts"].frame().height == len(ordered))
    raw = (RawPart(rows, *name.split(" ")) for name, rows in frames.items() if " " in name)
    return Taken(
        frames,
        dict(frames["latest"].frame().iter_rows()),
        tuple(sorted(raw, key=lambda one: (one.name, one.extract))),
        read[0].taken if read else tuple(ordered),
        read[0].aside if read else (),
    )


def _frames(read: Deposited, territories: Territories) -> dict[str, pl.DataFrame | KeptFrame]:
    """Return what is kept of the files."""
    import polars as pl

    latest = {"extract": pl.String(), "year": pl.Int64()}
    frames: dict[str, pl.DataFrame | KeptFrame] = {
        "observations": read.observations,
        "accounts": read.accounts,
        "notes": read.notes,
        "marks": read.marks,
        "latest": pl.DataFrame([*read.latest.items()], latest, orient="row"),
    }
    if read.elsewhere:
        rest = france.elsewhere(read.given, read.names, read.geography, territories.territory)
        places = france.containers(read.geography, read.names, territories.territory)
        frames[TERRITORY.name] = TERRITORY.without_followed(rest)
        frames[MEMBERSHIP.name] = MEMBERSHIP.without_followed(places.sort(MEMBERSHIP.key, nulls_last=False))
    for deposit, rows in read.elsewhere.items():
        frames[f"{deposit.dataset}@{deposit.edition} {deposit.sha256[:12]}"] = rows
    return frames
