"""From files to observations: those embedded in the project, and the place dropped ones take.

Belongs here: embedded files, and which figure wins when two files give the same cell. Does not belong here:
files a person dropped (``deposited``), nor how a file is read (``sources.readers``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.frames import is_usable
from pipelines.kept import KeptFrame, version_of
from pipelines.parsed import WORKBOOKS, Parsed
from pipelines.tables import EXTRACT, EXTRACT_NOTE, FOLLOWED, OBSERVATION
from sources import files
from sources.model import Dataset
from sources.problems import ExtractRefused, Problem
from sources.readers import Account, ReadResult
from sources.territory.declared import Territories

if TYPE_CHECKING:
    import polars as pl

CELL = ("dataset", "edition", "millesime", "level", "code", "perimeter", "variable")


@dataclass(frozen=True)
class Embedded:
    """The files embedded for a dataset as they were read, in the files they are kept in."""

    observations: KeptFrame
    accounts: KeptFrame
    count: int
    """Observations."""
    usable: int
    """Those that carry a number."""
    latest: int | None
    """Latest year of their figures."""


def embedded(dataset: Dataset, extracts: Path, territories: Territories, parsed: Parsed) -> Embedded:
    """Read every file embedded for a dataset, or find what the same files gave (:func:`read_embedded`).

    Args:
        dataset: its declaration.
        extracts: folder of the embedded files.
        territories: the territories whose rows are kept.
        parsed: what reading the same files gave.

    Raises:
        ExtractRefused: with the faults of all its files.
    """
    named = [extract.file for millesime in dataset.millesimes for extract in millesime.extracts]
    sha256: dict[str, str | None] = dict.fromkeys(named)
    for name in named:
        # One that is absent is the reading's to tell.
        with contextlib.suppress(OSError):
            sha256[name] = files.digest(extracts / name)
    means = (dataset, sha256, parsed.codes(territories), version_of(WORKBOOKS))
    found = parsed.whole(
        Parsed.key(read_embedded, *means),
        lambda: _counted(*read_embedded(dataset, extracts, territories, parsed)),
    )
    counts = found["counts"].frame().row(0)
    return Embedded(found["observations"], found["accounts"], *counts)


def _counted(observations: pl.DataFrame, accounts: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    import polars as pl

    usable = is_usable(pl.col("status")).sum()
    counts = observations.select(pl.len(), usable=usable, latest=pl.col("millesime").max())
    return {"observations": observations, "accounts": accounts, "counts": counts}


def read_embedded(
    dataset: Dataset, extracts: Path, territories: Territories, parsed: Parsed
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read every file embedded for a dataset, all editions.

    A file limited to the communes of one authority says nothing of another: it is left out of the release.

    Args:
        dataset: its declaration.
        extracts: folder of the embedded files, see :class:`sources.catalogue.Catalogue`.
        territories: the territories whose rows are kept.
        parsed: what reading the same files gave.

    Returns:
        Observations and accounts, in the shape of tables ``observation`` and ``extract``.

    Raises:
        ExtractRefused: with the faults of all its files.
    """
    results: list[ReadResult] = []
    problems: list[Problem] = []
    for millesime in dataset.millesimes:
        for extract in millesime.extracts:
            path = extracts / extract.file
            try:
                result = parsed.read(path, dataset, millesime.edition, millesime, territories).result
                problems += _altered(path, extract.sha256, extract.rows, result.account)
                if result.account.rows_outside < result.account.rows_read:
                    results.append(result)
            except ExtractRefused as error:
                problems += error.problems
            except FileNotFoundError:
                problems.append(Problem(path.name, None, None, "aucun fichier", f"l’extrait {extract.file}"))
    if problems:
        raise ExtractRefused(problems)
    return observations_of(results), accounts_of(results, dropped=False)


def _altered(path: Path, sha256: str, rows: int, account: Account) -> list[Problem]:
    """Say when an embedded file is not the one its catalogue declares."""
    advice = "Rétablissez le fichier d’origine, ou déclarez la nouvelle version au catalogue."
    if account.sha256 != sha256:
        found = f"l’empreinte {account.sha256[:12]}…"
        return [Problem(path.name, None, None, found, f"{sha256[:12]}… (catalogue)", advice)]
    if account.rows_read != rows:
        return [Problem(path.name, None, None, f"{account.rows_read} lignes", f"{rows} (catalogue)", advice)]
    return []


def merge(
    embedded: tuple[pl.DataFrame, pl.DataFrame], dropped: tuple[pl.DataFrame, pl.DataFrame]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Put dropped files in place of embedded ones, cell by cell, and account for what was set aside.

    A cell is one dataset, edition, year, territory and variable: a dropped national file takes over the
    communes it gives, and what only the embedded file gives (other territories, other columns) stays.

    Args:
        embedded: observations and accounts of the embedded files.
        dropped: the same for the dropped files.

    Returns:
        Observations and accounts of both, where ``cells_replaced`` counts what was set aside by file.
    """
    import polars as pl

    replaced = embedded[0].join(dropped[0], on=CELL, how="semi", nulls_equal=True)
    kept = embedded[0].join(dropped[0], on=CELL, how="anti", nulls_equal=True)
    counts = replaced.group_by("extract", "dataset", "edition").agg(_replaced=pl.len().cast(pl.Int32))
    accounts = (
        pl.concat([embedded[1], dropped[1]])
        .join(counts, on=["extract", "dataset", "edition"], how="left")
        .with_columns(cells_replaced=pl.col("_replaced").fill_null(0))
        .drop("_replaced")
    )
    return pl.concat([kept, dropped[0]]), accounts


def observations_of(results: Sequence[ReadResult]) -> pl.DataFrame:
    """Return the observations of several files, in the shape of table ``observation``.

    Args:
        results: what was read of each file.

    Returns:
        The columns of the table but ``followed``, files in the order given; figures in the unit of the
        variable.
    """
    import polars as pl

    schema = pl.Schema({name: kind for name, kind in OBSERVATION.schema.items() if name != FOLLOWED})
    frames = [result.observations.select(list(schema)).cast(schema) for result in results]
    return pl.concat([schema.to_frame(), *frames])


def notes_of(results: Sequence[ReadResult]) -> pl.DataFrame:
    """Return the lines of the accounts of several files, in the shape of table ``extract_note``.

    Args:
        results: what was read of each file.

    Returns:
        One row per French line, numbered from 1 in each file.
    """
    import polars as pl

    rows = [
        (result.account.extract, result.account.dataset, result.account.edition, position, note)
        for result in results
        for position, note in enumerate(result.notes, 1)
    ]
    return pl.DataFrame(rows, schema=EXTRACT_NOTE.schema, orient="row")


def accounts_of(results: Sequence[ReadResult], *, dropped: bool) -> pl.DataFrame:
    """Return the accounts of several files, in the shape of table ``extract``.

    Args:
        results: what was read of each file.
        dropped: whether an agent dropped them.

    Returns:
        One row per file; rows and cells counted.
    """
    import polars as pl

    rows = [{**asdict(result.account), "dropped": dropped, "cells_replaced": 0} for result in results]
    return pl.DataFrame(rows, schema=EXTRACT.schema)
