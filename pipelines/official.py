"""The official code the dropped tables make, with the contours and quarters dropped beside them.

Belongs here: what says which communes and quarters there are, found again for the same bytes. Does not belong
here: how such a table is read (``sources.cog``), nor the figures (``deposited``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.fingerprint import dropped_files
from pipelines.kept import Kept
from pipelines.recognised import Deposit
from sources.catalogue import Catalogue
from sources.cog import Change, Geography, load_geography, with_passage
from sources.cog_history import latest_geography
from sources.cog_movements import with_movements
from sources.problems import ExtractRefused, Problem
from sources.quarters import Quarter, located
from sources.readers import read_extract
from sources.recognise import recognise
from sources.territory.first import Found, contours_of
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

MOVEMENTS = "insee_mouvements"
"""Dataset of the dated events of communes."""


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
    kinds = _tables(catalogue)
    tables = [one for one in deposits if one.dataset in kinds]
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


def official_code(folders: Iterable[Path], catalogue: Catalogue) -> Geography | None:
    """Return the official code the geographic tables of these folders make; faulty ones do not count.

    Args:
        folders: inbox folders.
        catalogue: the declarations.
    """
    return made_of(list(_of(dropped_files(folders), _tables(catalogue), catalogue)), catalogue, {})


def official_files(
    folders: Iterable[Path], catalogue: Catalogue, outlines: Iterable[Path] = ()
) -> tuple[Geography | None, Found]:
    """Return the official code the files of some folders make, with the contours and quarters they hold.

    Args:
        folders: inbox folders; faulty lists do not count.
        catalogue: the declarations.
        outlines: more files that hold contours.

    Raises:
        DeclarationError: an outline cannot be read.
    """
    paths = list(dropped_files(folders))
    found = contours_of([*outlines_among(paths), *outlines])
    deposits = list(_of(paths, says_places(catalogue), catalogue))
    geography = made_of(deposits, catalogue, {})
    if geography is not None:
        found.listed = list(_listed(deposits, catalogue, geography))
    return geography, found


def outlines_among(paths: Iterable[Path]) -> list[Path]:
    """Return the files that hold contours."""
    return [path for path in paths if path.suffix.lower() == ".geojson"]


def says_places(catalogue: Catalogue) -> set[str]:
    """Return the datasets that say which communes or quarters there are."""
    return _tables(catalogue) | _lists(catalogue)


def _lists(catalogue: Catalogue) -> set[str]:
    return {dataset.id for dataset in catalogue.datasets.values() if dataset.layout.territory.communes}


def _tables(catalogue: Catalogue) -> set[str]:
    return {dataset.id for dataset in catalogue.datasets.values() if dataset.kind in ("geography", "passage")}


def _of(paths: Iterable[Path], wanted: Collection[str], catalogue: Catalogue) -> Iterator[Deposit]:
    """Yield the files that are of some datasets, whatever their name."""
    for path in paths:
        # What cannot be read is the matter of a refresh, which says it.
        with contextlib.suppress(Exception):
            found = recognise(path, catalogue)
            if found.dataset.id in wanted:
                yield Deposit(path, "", found.dataset.id, found.edition)


def _listed(
    deposits: Iterable[Deposit], catalogue: Catalogue, geography: Geography
) -> Iterator[tuple[Quarter, str]]:
    """Yield the quarters of which a file says the communes, with its name; the latest edition wins."""
    read: list[tuple[int, str, pl.DataFrame]] = []
    lists = _lists(catalogue)
    for one in (one for one in deposits if one.dataset in lists):
        dataset = catalogue.datasets[one.dataset]
        with contextlib.suppress(ExtractRefused):
            names = read_extract(one.path, dataset, one.edition, None, geography, scope="france").names
            if names is not None:
                read.append((one.edition, one.path.name, names))
    read.sort(key=lambda one: (-one[0], one[1]))
    for quarter in located((names for _, _, names in read), geography):
        yield quarter, read[quarter.rank][1]
