"""From files to observations: those embedded in the project, then those a person dropped.

Belongs here: which files are read, and which one wins when two give the same cell. Does not belong here: how
a file is read (``sources.readers``).
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.fingerprint import dropped_files
from pipelines.home import Home
from pipelines.tables import EXTRACT, OBSERVATION
from sources.catalogue import EXTRACTS_DIR, Catalogue
from sources.model import Dataset
from sources.problems import ExtractRefused, Problem, quoted
from sources.readers import Account, ReadResult, read_extract
from sources.recognise import NotRecognised, OtherKind, recognise
from sources.territories import Territories

if TYPE_CHECKING:
    import polars as pl

_UNREADABLE = (
    "un fichier absent, ou que le système refuse d’ouvrir",
    "un fichier lisible",
    "Vérifiez le fichier et vos droits.",
)

CELL = ("dataset", "edition", "millesime", "level", "code", "perimeter", "variable")


@dataclass(frozen=True)
class Deposit:
    """A file a person dropped, and what it was recognised as."""

    path: Path
    sha256: str
    dataset: str
    edition: int


@dataclass(frozen=True)
class Aside:
    """A dropped file that is not read, and why, in French."""

    path: Path
    reason: str


def read_embedded(dataset: Dataset, territories: Territories) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read every file embedded for a dataset, all editions.

    Returns:
        Observations and accounts, in the shape of tables ``observation`` and ``extract``.

    Raises:
        ExtractRefused: with the faults of all its files.
    """
    results: list[ReadResult] = []
    problems: list[Problem] = []
    for millesime in dataset.millesimes:
        for extract in millesime.extracts:
            path = EXTRACTS_DIR / extract.file
            try:
                result = read_extract(path, dataset, millesime.edition, millesime, territories)
                problems += _altered(path, extract.sha256, extract.rows, result.account)
                results.append(result)
            except ExtractRefused as error:
                problems += error.problems
            except FileNotFoundError:
                problems.append(Problem(path.name, None, None, "aucun fichier", f"l’extrait {extract.file}"))
    if problems:
        raise ExtractRefused(problems)
    return _observations(results), _accounts(results, dropped=False)


def _altered(path: Path, sha256: str, rows: int, account: Account) -> list[Problem]:
    """Say when an embedded file is not the one its catalogue declares."""
    advice = "Rétablissez le fichier d’origine, ou déclarez la nouvelle version au catalogue."
    if account.sha256 != sha256:
        found = f"l’empreinte {account.sha256[:12]}…"
        return [Problem(path.name, None, None, found, f"{sha256[:12]}… (catalogue)", advice)]
    if account.rows_read != rows:
        return [Problem(path.name, None, None, f"{account.rows_read} lignes", f"{rows} (catalogue)", advice)]
    return []


def recognise_deposits(
    folders: Iterable[Path], catalogue: Catalogue, ignore_unknown: bool = False
) -> tuple[list[Deposit], list[Aside]]:
    """Say what each dropped file is.

    Args:
        folders: inbox folders; the same bytes in two of them count once.
        catalogue: the declarations.
        ignore_unknown: leave aside the files no dataset recognises instead of refusing them.

    Returns:
        The deposits, and the files left aside with their reason: those of a kind declared as not ours, those
        whose very bytes are embedded already and, where asked, unknown ones.

    Raises:
        ExtractRefused: with the faults of all files.
    """
    embedded = {extract.sha256 for _, _, extract, _ in catalogue.embedded()}
    deposits: dict[str, Deposit] = {}
    aside: list[Aside] = []
    problems: list[Problem] = []
    for path in dropped_files(folders):
        try:
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError:
            problems.append(Problem(path.name, None, None, *_UNREADABLE))
            continue
        if sha256 in embedded:
            aside.append(Aside(path, "déjà embarqué dans le projet, octet pour octet"))
            continue
        try:
            found = recognise(path, catalogue)
        except NotRecognised as error:
            if ignore_unknown or isinstance(error, OtherKind):
                aside.append(Aside(path, error.problems[0].found))
            else:
                problems += error.problems
        except ExtractRefused as error:
            problems += error.problems
        else:
            deposits.setdefault(sha256, Deposit(path, sha256, found.dataset.id, found.edition))
    if problems:
        raise ExtractRefused(problems)
    return list(deposits.values()), aside


def read_deposits(
    deposits: Sequence[Deposit], catalogue: Catalogue, territories: Territories
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read every dropped file.

    Returns:
        Observations and accounts, in the shape of tables ``observation`` and ``extract``.

    Raises:
        ExtractRefused: with the faults of all files, or when two files give the same cell.
    """
    results: list[ReadResult] = []
    problems: list[Problem] = []
    for deposit in deposits:
        dataset = catalogue.datasets[deposit.dataset]
        declared = next((m for m in dataset.millesimes if m.edition == deposit.edition), None)
        try:
            result = read_extract(deposit.path, dataset, deposit.edition, declared, territories)
            problems += _changed(deposit, result.account)
            results.append(result)
        except ExtractRefused as error:
            problems += error.problems
    observations, accounts = _observations(results), _accounts(results, dropped=True)
    problems += _overlaps(observations, accounts)
    if problems:
        raise ExtractRefused(problems)
    return observations, accounts


def _changed(deposit: Deposit, account: Account) -> list[Problem]:
    """Say when a dropped file is not what it was when it was recognised: its copy was not over."""
    if account.sha256 == deposit.sha256:
        return []
    advice = "Attendez la fin de la copie, puis recommencez."
    found = "un fichier qui a changé depuis le début de la mise à jour"
    return [Problem(deposit.path.name, None, None, found, "un fichier entièrement copié", advice)]


def _overlaps(observations: pl.DataFrame, accounts: pl.DataFrame) -> list[Problem]:
    """Refuse two dropped files that give the same cell: nothing says which one to believe."""
    import polars as pl

    names = dict(accounts.select("extract", "file").iter_rows())
    shared = (
        observations.group_by(CELL, maintain_order=True)
        .agg(pl.col("extract").unique().sort())
        .filter(pl.col("extract").list.len() > 1)
        .select("dataset", "edition", "extract")
        .unique(maintain_order=True)
    )
    return [
        Problem(
            file=names[pair[1]],
            line=None,
            column=None,
            found=f"les mêmes chiffres que dans {quoted(names[pair[0]])} ({dataset}, édition {edition})",
            expected="un seul fichier déposé par jeu de données, édition et territoire",
            advice="Retirez du dossier de dépôt celui des deux qui ne doit plus servir.",
        )
        for dataset, edition, pair in shared.iter_rows()
    ]


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


def keep_deposits(home: Home, deposits: Iterable[Deposit]) -> None:
    """Copy accepted files into the inbox of the home, so that the next refresh still has them.

    A file of the same name and other bytes is not overwritten: the new one goes in a folder of its own.
    """
    held = {hashlib.sha256(path.read_bytes()).hexdigest() for path in dropped_files([home.inbox])}
    for deposit in deposits:
        if deposit.sha256 not in held:
            target = home.inbox / deposit.path.name
            if target.exists():
                target = home.inbox / deposit.sha256[:12] / deposit.path.name
                target.parent.mkdir(exist_ok=True)
            shutil.copyfile(deposit.path, target)


def _observations(results: Sequence[ReadResult]) -> pl.DataFrame:
    import polars as pl

    frames = [result.observations.select(OBSERVATION.names).cast(OBSERVATION.schema) for result in results]
    return pl.concat([OBSERVATION.schema.to_frame(), *frames])


def _accounts(results: Sequence[ReadResult], *, dropped: bool) -> pl.DataFrame:
    import polars as pl

    rows = [{**asdict(result.account), "dropped": dropped, "cells_replaced": 0} for result in results]
    return pl.DataFrame(rows, schema=EXTRACT.schema)
