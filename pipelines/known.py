"""What a dropped file is, and the official code the dropped tables make: found again for the same bytes.

Belongs here: recognition as it is kept. Does not belong here: what becomes of the files (``deposited``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipelines.kept import Kept
from sources.catalogue import Catalogue
from sources.cog import Change, Geography, load_geography, with_passage
from sources.cog_history import latest_geography
from sources.cog_movements import with_movements
from sources.problems import ExtractRefused, Problem
from sources.recognise import OtherKind, other_members, recognise
from sources.vocabulary import Level

MOVEMENTS = "insee_mouvements"
"""Dataset of the dated events of communes."""


ACCEPTED = 0
"""Rank of the folder of the files accepted with the release in place: the first that is read."""


@dataclass(frozen=True)
class Deposit:
    """A file a person dropped, and what it was recognised as."""

    path: Path
    sha256: str
    dataset: str
    edition: int
    rank: int = 0
    """Position of the folder it was in: the files of an earlier one were taken in before."""


def looked_at(path: Path, catalogue: Catalogue) -> dict[str, Any]:
    """Say what the bytes of a file are, as JSON holds it.

    Raises:
        ExtractRefused: it is refused.
    """
    try:
        found = recognise(path, catalogue)
    except OtherKind as error:
        return {"other": error.problems[0].found}
    unread: list[tuple[str, str]] = []
    with contextlib.suppress(ExtractRefused):
        members = other_members(path, found.dataset, catalogue)
        unread = [(name, dataset.id) for name, dataset in members]
    return {"dataset": found.dataset.id, "edition": found.edition, "unread": unread}


def made_of(
    deposits: Sequence[Deposit], catalogue: Catalogue, refused: dict[Deposit, tuple[Problem, ...]]
) -> Geography | None:
    """Return the official code the dropped tables make; note the faults of those that cannot be read."""
    held: list[Geography] = []
    for deposit in deposits:
        dataset = catalogue.datasets[deposit.dataset]
        if dataset.kind == "geography":
            try:
                held.append(load_geography(deposit.path, dataset, deposit.edition))
            except ExtractRefused as error:
                refused[deposit] = error.problems
    geography = latest_geography(held)
    if geography is None:
        return None
    # Dated events first: the table de passage, which INSEE draws from them, wins.
    for deposit in sorted(deposits, key=lambda deposit: deposit.dataset != MOVEMENTS):
        dataset = catalogue.datasets[deposit.dataset]
        if dataset.kind == "passage":
            add = with_movements if dataset.id == MOVEMENTS else with_passage
            try:
                geography = add(geography, deposit.path, dataset)
            except ExtractRefused as error:
                refused[deposit] = error.problems
    return geography


def known_geography(
    deposits: Sequence[Deposit], catalogue: Catalogue, refused: dict[Deposit, tuple[Problem, ...]], kept: Kept
) -> Geography | None:
    """Return the official code the dropped tables make, or find what the same tables made."""
    tables = [one for one in deposits if catalogue.datasets[one.dataset].kind in ("geography", "passage")]
    key = Kept.key(
        made_of,
        [(one.sha256, one.path.name, one.edition, catalogue.datasets[one.dataset]) for one in tables],
    )
    found = kept.find(key) if tables else None
    if found is not None:
        told = found.told
        return Geography(
            told["year"],
            found.frames["communes"].frame(),
            told["districts"],
            tuple(Change(*one) for one in told["changes"]),
            {code: frozenset(parts) for code, parts in told["split"].items()},
            tuple(told["unexplained"]),
            {(Level(level), code): name for level, code, name in told["zones"]},
        )
    made = made_of(tables, catalogue, refused)
    if made is not None and not refused:
        told = {
            "year": made.year,
            "districts": dict(made.districts),
            "unexplained": made.unexplained,
            "changes": [list(asdict(change).values()) for change in made.changes],
            "split": {code: sorted(parts) for code, parts in made.split.items()},
            "zones": [(level.value, code, name) for (level, code), name in made.zones.items()],
        }
        kept.keep(key, told, {"communes": made.communes})
    return made
