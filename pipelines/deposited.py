"""The files a person dropped: what each one is, what it gives, and keeping those that were taken in.

Belongs here: recognising, reading and keeping dropped files. Does not belong here: which figure wins over
which (``ingestion``), nor how a file is read (``sources.readers``).
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from indicators.plausibility import mark_findings
from pipelines.fingerprint import dropped_files
from pipelines.home import Home
from pipelines.ingestion import CELL, accounts_of, notes_of, observations_of
from pipelines.tables import FOLLOWED, OBSERVATION
from sources.catalogue import Catalogue
from sources.cog import Geography, with_passage
from sources.cog_history import latest_geography
from sources.cog_movements import with_movements
from sources.problems import ExtractRefused, Problem, quoted
from sources.readers import Account, ReadResult, read_extract
from sources.recognise import NotRecognised, OtherKind, recognise
from sources.territories import Territories
from sources.vocabulary import Status

if TYPE_CHECKING:
    import polars as pl

_UNREADABLE = (
    "un fichier absent, ou que le système refuse d’ouvrir",
    "un fichier lisible",
    "Vérifiez le fichier et vos droits.",
)

MOVEMENTS = "insee_mouvements"
"""Dataset of the dated events of communes."""
READERS = 2
"""Files read at the same time: one waits for the disk and decodes while the other computes."""

_Read = TypeVar("_Read")


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
    deposits, aside, problems = recognised(folders, catalogue, ignore_unknown)
    if problems:
        raise ExtractRefused(problems)
    return deposits, aside


def recognised(
    folders: Iterable[Path], catalogue: Catalogue, ignore_unknown: bool = False
) -> tuple[list[Deposit], list[Aside], list[Problem]]:
    """Do the same, giving the faults back: the files that were recognised may have others to tell."""
    embedded = {extract.sha256 for _, _, extract, _ in catalogue.embedded()}
    deposits: dict[str, Deposit] = {}
    aside: list[Aside] = []
    problems: list[Problem] = []
    for path in dropped_files(folders):
        try:
            sha256 = _digest(path)
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
            deposit = Deposit(path, sha256, found.dataset.id, found.edition)
            same = deposits.setdefault(sha256, deposit)
            if (same.dataset, same.edition) != (deposit.dataset, deposit.edition):
                problems.append(_two_names(deposit, same))
    return list(deposits.values()), aside, problems


def _two_names(deposit: Deposit, same: Deposit) -> Problem:
    """Say that the same bytes were dropped under two names that do not tell the same thing."""
    return Problem(
        file=deposit.path.name,
        line=None,
        column=None,
        found=f"octet pour octet {quoted(same.path.name)} ({same.dataset}, édition {same.edition})",
        expected=f"le fichier de {deposit.dataset}, édition {deposit.edition}",
        advice="L’un des deux noms est faux\u00a0: retirez ce fichier du dossier de dépôt.",
    )


@dataclass(frozen=True)
class Deposited:
    """What the dropped files give."""

    observations: pl.DataFrame
    """Of the territories the barometer follows, in the shape of table ``observation``."""
    accounts: pl.DataFrame
    notes: pl.DataFrame
    """Lines of the accounts, in the shape of table ``extract_note``."""
    names: tuple[pl.DataFrame, ...]
    """Names the files give the territories, those of the latest editions first."""
    geography: Geography | None
    """Official code of the latest table d'appartenance among them."""
    marks: pl.DataFrame
    """Findings of the reading: texts that are neither numbers nor declared marks."""


def read_deposits(
    deposits: Sequence[Deposit],
    catalogue: Catalogue,
    territories: Territories,
    keep_elsewhere: Callable[[Deposit, pl.DataFrame], None],
    known: Iterable[Problem] = (),
    declared: Mapping[str, Mapping[str, Status]] | None = None,
) -> Deposited:
    """Read every dropped file, for the whole of France.

    Args:
        deposits: the files.
        catalogue: the declarations.
        territories: what the barometer follows.
        keep_elsewhere: told of the observations of the other territories of each file, which together would
            not fit in memory.
        known: faults found before, told with the others.
        declared: marks a person declared, by dataset.

    Raises:
        ExtractRefused: with the faults of all files, or when two files give the same cell.
    """
    import polars as pl

    problems = list(known)
    known_marks = declared or {}
    geography = None
    try:
        geography = _geography(deposits, catalogue)
    except ExtractRefused as error:
        problems += error.problems
    keys = territories.territory.select("level", "code", "perimeter")
    followed = keys.with_columns(pl.lit(True).alias(FOLLOWED))
    results: list[ReadResult] = []
    given: list[_Given] = []

    def read(deposit: Deposit) -> ReadResult | ExtractRefused:
        dataset = catalogue.datasets[deposit.dataset]
        declared = next((m for m in dataset.millesimes if m.edition == deposit.edition), None)
        # A table of communes is what the codes are checked against: it is not checked itself.
        official = geography if dataset.kind == "figures" else None
        try:
            return read_extract(
                deposit.path,
                dataset,
                deposit.edition,
                declared,
                territories,
                scope="france",
                official=official,
                marks=known_marks.get(dataset.id, {}),
            )
        except ExtractRefused as error:
            return error

    with ThreadPoolExecutor(READERS) as pool:
        for deposit, result in zip(deposits, _in_order(pool, read, deposits), strict=True):
            if isinstance(result, ExtractRefused):
                problems += result.problems
                continue
            problems += _changed(deposit, result.account)
            rows = result.observations.select(OBSERVATION.names[:-1])
            given.append(_Given.of(rows))
            marked = rows.join(followed, on=keys.columns, how="left", nulls_equal=True)
            ours = marked.filter(FOLLOWED).drop(FOLLOWED)
            if ours.height < rows.height:
                keep_elsewhere(deposit, marked.filter(pl.col(FOLLOWED).is_null()).drop(FOLLOWED))
            results.append(replace(result, observations=ours))
    accounts = accounts_of(results, dropped=True)
    problems += _overlaps(given, accounts)
    if problems:
        raise ExtractRefused(problems)
    latest = sorted(results, key=lambda result: -result.account.edition)
    return Deposited(
        observations_of(results),
        accounts,
        notes_of(results),
        tuple(result.names for result in latest if result.names is not None),
        geography,
        mark_findings([(result.account, result.marks) for result in results]),
    )


def _in_order(
    pool: ThreadPoolExecutor, read: Callable[[Deposit], _Read], deposits: Sequence[Deposit]
) -> Iterator[_Read]:
    """Yield what reading each file gives, in their order, a few files ahead: not all fit in memory."""
    waiting: deque[Future[_Read]] = deque()
    for deposit in deposits:
        waiting.append(pool.submit(read, deposit))
        if len(waiting) > READERS:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def official_code(folders: Iterable[Path], catalogue: Catalogue) -> Geography | None:
    """Return the official code the geographic tables of these folders make.

    Args:
        folders: inbox folders; files that are not such tables are not looked into.
        catalogue: the declarations.

    Raises:
        ExtractRefused: a table is not what its name says.
    """
    tables = [dataset for dataset in catalogue.datasets.values() if dataset.kind != "figures"]
    patterns = [re.compile(pattern) for dataset in tables for pattern in dataset.files]
    deposits = []
    for path in dropped_files(folders):
        if any(pattern.search(path.name) for pattern in patterns):
            found = recognise(path, catalogue)
            deposits.append(Deposit(path, "", found.dataset.id, found.edition))
    return _geography(deposits, catalogue)


def _geography(deposits: Sequence[Deposit], catalogue: Catalogue) -> Geography | None:
    """Return the official code the dropped tables d'appartenance and tables de passage make."""
    tables: dict[str, list[tuple[Path, int]]] = {}
    for deposit in deposits:
        if catalogue.datasets[deposit.dataset].kind == "geography":
            tables.setdefault(deposit.dataset, []).append((deposit.path, deposit.edition))
    found = (latest_geography(paths, catalogue.datasets[dataset]) for dataset, paths in tables.items())
    geography = next((one for one in found if one is not None), None)
    # Dated events first: the table de passage, which INSEE draws from them, wins.
    for deposit in sorted(deposits, key=lambda deposit: deposit.dataset != MOVEMENTS):
        dataset = catalogue.datasets[deposit.dataset]
        # A table that stops before this year would be wrong in silence.
        serves = dataset.id == MOVEMENTS or (geography is not None and deposit.edition >= geography.year)
        if dataset.kind == "passage" and geography is not None and serves:
            add = with_movements if dataset.id == MOVEMENTS else with_passage
            geography = add(geography, deposit.path, dataset)
    return geography


def _changed(deposit: Deposit, account: Account) -> list[Problem]:
    """Say when a dropped file is not what it was when it was recognised: its copy was not over."""
    if account.sha256 == deposit.sha256:
        return []
    advice = "Attendez la fin de la copie, puis recommencez."
    found = "un fichier qui a changé depuis le début de la mise à jour"
    return [Problem(deposit.path.name, None, None, found, "un fichier entièrement copié", advice)]


@dataclass(frozen=True)
class _Given:
    """What one file gives: its territories by dataset, edition and year, and its variables."""

    territories: pl.DataFrame
    variables: frozenset[str]

    @classmethod
    def of(cls, rows: pl.DataFrame) -> _Given:
        # A line and a year are one territory: far fewer rows to tell apart than cells.
        lines = rows.unique(["line", "millesime"], keep="any")
        return cls(lines.select(*CELL[:-1], "extract").unique(), frozenset(rows["variable"].unique()))


def _overlaps(given: Sequence[_Given], accounts: pl.DataFrame) -> list[Problem]:
    """Refuse two dropped files that give the same figures: nothing says which one to believe."""
    import polars as pl

    if not given:
        return []
    names = dict(accounts.select("extract", "file").iter_rows())
    variables: dict[str, frozenset[str]] = {}
    for one in given:
        for extract in one.territories["extract"].unique():
            variables[extract] = one.variables
    shared = (
        pl.concat([one.territories for one in given])
        .group_by(CELL[:-1], maintain_order=True)
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
        if variables[pair[0]] & variables[pair[1]]
    ]


def keep_deposits(home: Home, deposits: Iterable[Deposit]) -> None:
    """Copy accepted files into the inbox of the home, so that the next refresh still has them.

    A file of the same name and other bytes is not overwritten: the new one goes in a folder of its own.
    """
    held = {_digest(path) for path in dropped_files([home.inbox])}
    for deposit in deposits:
        if deposit.sha256 not in held:
            target = home.inbox / deposit.path.name
            if target.exists():
                target = home.inbox / deposit.sha256[:12] / deposit.path.name
                target.parent.mkdir(exist_ok=True)
            # A hidden name: a copy cut by a power failure is never taken for an extract.
            partial = target.with_name(f".{target.name}.part")
            shutil.copyfile(deposit.path, partial)
            if _digest(partial) == deposit.sha256:
                partial.replace(target)
            else:
                # It changed since it was read: the figures published are those of the bytes of the account.
                partial.unlink()


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
