"""The files a person dropped: what each one is, and what it gives.

Belongs here: recognising and reading dropped files. Does not belong here: keeping those that were taken in
(``deposits``), which figure wins over which (``ingestion``), nor how a file is read (``sources.readers``).
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from indicators.plausibility import cut_finding, mark_findings
from pipelines.fingerprint import dropped_files
from pipelines.ingestion import CELL, accounts_of, notes_of, observations_of
from pipelines.kept import Kept, KeptFrame, digest_of
from pipelines.known import ACCEPTED, Deposit, known_geography, looked_at, made_of
from pipelines.parsed import Parsed, Reading
from sources import files
from sources.catalogue import Catalogue
from sources.cog import Geography
from sources.france import KEY
from sources.model import Dataset
from sources.problems import ExtractRefused, Problem, quoted, summary
from sources.quarters import Quarter, located
from sources.readers import ReadResult, read_extract, unfinished
from sources.readers.labels import displaced
from sources.readers.naming import named
from sources.recognise import NotRecognised, recognise
from sources.territory.declared import Territories
from sources.territory.first import Found, contours_of
from sources.vocabulary import Status

if TYPE_CHECKING:
    import polars as pl

_UNREADABLE = (
    "un fichier absent, ou que le système refuse d’ouvrir",
    "un fichier lisible",
    "Vérifiez le fichier et vos droits.",
)

READERS = 2
"""Files read at the same time: one waits for the disk and decodes while the other computes."""

_Read = TypeVar("_Read")


@dataclass(frozen=True)
class Aside:
    """A dropped file that is not read, and why, in French."""

    path: Path
    reason: str
    sha256: str | None = None
    """None when the file cannot be read at all."""
    dataset: str | None = None
    """What it was recognised as, if it was."""
    fault: bool = False
    """Whether somebody expected it to be read: nothing is then published without a yes."""

    @property
    def name(self) -> str:
        """Its name, as text."""
        return files.shown(self.path)


def recognised(
    folders: Iterable[Path], catalogue: Catalogue, ignore_unknown: bool = False, kept: Kept | None = None
) -> tuple[list[Deposit], list[Aside]]:
    """Say what each dropped file is.

    Args:
        folders: inbox folders; the same bytes in two of them count once.
        catalogue: the declarations.
        ignore_unknown: a file no dataset recognises is no fault.
        kept: what was found of the same bytes.

    Returns:
        The deposits, and the files set aside with their reason: those of a kind declared as not read, those
        whose very bytes are embedded already (no fault); unknown ones, those that cannot be opened safely and
        those given under two names that do not tell the same thing (faults).
    """
    embedded = {extract.sha256 for _, _, extract, _ in catalogue.embedded()}
    declared = digest_of(catalogue.datasets)
    deposits: dict[str, Deposit] = {}
    contested: dict[str, Aside] = {}
    aside: list[Aside] = []
    for rank, folder in enumerate(folders):
        for path in dropped_files([folder]):
            found, unread = _one(path, rank, catalogue, embedded, ignore_unknown, kept, declared)
            if isinstance(found, Aside):
                aside.append(found)
                continue
            aside += unread
            same = deposits.setdefault(found.sha256, found)
            if (same.dataset, same.edition) != (found.dataset, found.edition):
                aside.append(_aside(found, [_two_names(found, same)]))
                if found.rank == same.rank:
                    # Nothing says which of the two names is right.
                    contested[same.sha256] = _aside(same, [_two_names(same, found)])
    sound = [deposit for sha256, deposit in deposits.items() if sha256 not in contested]
    return sound, [*aside, *contested.values()]


def _one(
    path: Path,
    rank: int,
    catalogue: Catalogue,
    embedded: set[str],
    ignore_unknown: bool,
    kept: Kept | None,
    declared: str,
) -> tuple[Deposit | Aside, list[Aside]]:
    """Say what one file is, and which files in it are of another dataset than the one it is read as."""
    try:
        sha256 = files.digest(path)
    except OSError:
        return Aside(path, Problem(path.name, None, None, *_UNREADABLE).message(), fault=True), []
    if sha256 in embedded:
        return Aside(path, "déjà embarqué dans le projet, octet pour octet", sha256), []
    key = Kept.key(looked_at, sha256, path.name, declared)
    known = None if kept is None else kept.find(key)
    try:
        told = looked_at(path, catalogue) if known is None else known.told
    except ExtractRefused as error:
        ignored = ignore_unknown and isinstance(error, NotRecognised)
        return Aside(path, summary(error.problems), sha256, fault=not ignored), []
    except Exception as error:
        return Aside(path, _unexpected(path, error).message(), sha256, fault=True), []
    if kept is not None and known is None:
        # What is refused is looked at again each time: its faults are told afresh.
        kept.keep(key, told, {})
    if "other" in told:
        return Aside(path, told["other"], sha256), []
    deposit = Deposit(path, sha256, told["dataset"], told["edition"], rank)
    return deposit, [_unread(deposit, catalogue, *one) for one in told["unread"]]


def _unread(deposit: Deposit, catalogue: Catalogue, name: str, dataset: str) -> Aside:
    """Say that a file of an archive is of another dataset than the one it is read as."""
    expected = f"une archive d’un seul jeu de données (« {catalogue.datasets[deposit.dataset].title} »)"
    said = f"« {name} », de « {catalogue.datasets[dataset].title} », qui n’est pas lu"
    advice = "Extrayez-le de l’archive et déposez-le seul."
    problem = Problem(deposit.path.name, None, None, said, expected, advice)
    return Aside(deposit.path, problem.message(), None, dataset, fault=True)


def _aside(deposit: Deposit, problems: Iterable[Problem]) -> Aside:
    """Set aside a recognised file for what is wrong in it."""
    return Aside(deposit.path, summary(tuple(problems)), deposit.sha256, deposit.dataset, fault=True)


def _unexpected(path: Path, error: Exception) -> Problem:
    """Say that a file defeats the reading in a way nobody foresaw: it must not stop the others."""
    found = f"un fichier que la lecture ne sait pas traiter ({type(error).__name__})"
    advice = "Reprenez l’original du producteur\u00a0; si c’est bien lui, signalez-le."
    return Problem(path.name, None, None, found, "un fichier lisible", advice)


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
    given: pl.DataFrame
    """``level, code, perimeter`` of every territory they give figures of."""
    latest: Mapping[str, int]
    """Latest year of the figures of each file, by its extract."""
    marks: pl.DataFrame
    """Findings of the reading: texts that are neither numbers nor declared marks, files that may be cut."""
    taken: tuple[Deposit, ...]
    """Those that were read."""
    elsewhere: Mapping[Deposit, KeptFrame]
    """Observations of the other territories of each of them, which together would not fit in memory."""
    aside: tuple[Aside, ...]
    """Those that were not, each for its faults."""


def read_deposits(
    deposits: Sequence[Deposit],
    catalogue: Catalogue,
    territories: Territories,
    parsed: Parsed,
    marks: Mapping[str, Mapping[str, Status]] = MappingProxyType({}),
) -> Deposited:
    """Read every dropped file, for the whole of France; a faulty one is set aside, and the others go on.

    Args:
        deposits: the files.
        catalogue: the declarations.
        territories: what the barometer follows.
        parsed: what reading the same files gave.
        marks: those a person declared, by dataset.
    """
    import polars as pl

    refused: dict[Deposit, tuple[Problem, ...]] = {}
    geography = known_geography(deposits, catalogue, refused, parsed)
    followed = territories.territory.select(KEY)
    given: dict[Deposit, Reading] = {}

    def read(deposit: Deposit) -> Reading | ExtractRefused:
        dataset = catalogue.datasets[deposit.dataset]
        declared = next((m for m in dataset.millesimes if m.edition == deposit.edition), None)
        # A table of communes is what the codes are checked against: it is not checked itself.
        official = geography if dataset.kind == "figures" else None
        try:
            return parsed.read(
                deposit.path,
                dataset,
                deposit.edition,
                declared,
                territories,
                scope="france",
                official=official,
                marks=marks.get(dataset.id, {}),
                followed=followed,
            )
        except ExtractRefused as error:
            return error
        except Exception as error:
            return ExtractRefused(_unexpected(deposit.path, error))

    sound = [deposit for deposit in deposits if deposit not in refused]
    with ThreadPoolExecutor(READERS) as pool:
        for deposit, found in zip(sound, _in_order(pool, read, sound), strict=True):
            if isinstance(found, ExtractRefused):
                refused[deposit] = found.problems
                continue
            wrong = _displaced(found, catalogue.datasets[deposit.dataset], territories, parsed)
            if faults := [*_changed(deposit, found.result), *wrong]:
                refused[deposit] = tuple(faults)
                continue
            given[deposit] = found
    for deposit, problem in _overlaps(given):
        refused[deposit] = (problem,)
    taken = {deposit: reading for deposit, reading in given.items() if deposit not in refused}
    read_ones = [reading.result for reading in taken.values()]
    latest = sorted(read_ones, key=lambda result: -result.account.edition)
    return Deposited(
        observations_of(read_ones),
        accounts_of(read_ones, dropped=True),
        notes_of(read_ones),
        tuple(result.names for result in latest if result.names is not None),
        geography,
        pl.concat([followed.clear(), *(one.given.select(KEY) for one in taken.values())]).unique(),
        {one.result.account.extract: one.latest for one in taken.values()},
        pl.concat(
            [mark_findings([(result.account, result.marks) for result in read_ones]), *_cut(taken, catalogue)]
        ),
        tuple(taken),
        {deposit: one.elsewhere for deposit, one in taken.items() if one.elsewhere is not None},
        tuple(_aside(deposit, problems) for deposit, problems in refused.items()),
    )


def _cut(taken: Mapping[Deposit, Reading], catalogue: Catalogue) -> Iterator[pl.DataFrame]:
    """Yield the findings on the files that stop in the middle of a line."""
    for deposit, reading in taken.items():
        found = unfinished(deposit.path, catalogue.datasets[deposit.dataset].layout)
        if found is not None:
            yield cut_finding(reading.result.account, found)


def _displaced(
    reading: Reading, dataset: Dataset, territories: Territories, parsed: Parsed
) -> tuple[Problem, ...]:
    """Say when the names of a file are not those of its codes; names found sound are not looked at again."""
    if reading.names is None:
        return ()
    declared = territories.territory
    key = parsed.key(displaced, reading.names, parsed.digest(declared))
    if parsed.find(key) is not None:
        return ()
    found = displaced(reading.result, dataset, declared)
    if found is None:
        parsed.keep(key, None, {})
    return () if found is None else (found,)


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
    """Return the official code the geographic tables of these folders make; faulty ones do not count.

    Args:
        folders: inbox folders; files that are not such tables are not looked into.
        catalogue: the declarations.
    """
    tables = [dataset for dataset in catalogue.datasets.values() if dataset.kind in ("geography", "passage")]
    deposits = []
    for path in dropped_files(folders):
        if any(named(dataset, path.name) for dataset in tables):
            with contextlib.suppress(ExtractRefused):
                found = recognise(path, catalogue)
                deposits.append(Deposit(path, "", found.dataset.id, found.edition))
    return made_of(deposits, catalogue, {})


def official_files(folders: Iterable[Path], catalogue: Catalogue) -> tuple[Geography | None, Found]:
    """Return the official code the files of some folders make, with the contours and quarters they hold.

    Args:
        folders: inbox folders; files that hold none of it are not looked into, faulty lists do not count.
        catalogue: the declarations.

    Raises:
        DeclarationError: an outline cannot be read.
    """
    paths = list(dropped_files(folders))
    geography = official_code(folders, catalogue)
    found = contours_of(path for path in paths if path.suffix.lower() == ".geojson")
    if geography is not None:
        found.listed = list(_listed(paths, catalogue, geography))
    return geography, found


def _listed(
    paths: Iterable[Path], catalogue: Catalogue, geography: Geography
) -> Iterator[tuple[Quarter, str]]:
    """Yield the quarters of which a file says the communes, with its name; the latest edition wins."""
    lists = [dataset for dataset in catalogue.datasets.values() if dataset.layout.territory.communes]
    read: list[tuple[int, str, pl.DataFrame]] = []
    for path in paths:
        if not any(named(dataset, path.name) for dataset in lists):
            continue
        with contextlib.suppress(ExtractRefused):
            found = recognise(path, catalogue)
            names = read_extract(path, found.dataset, found.edition, None, geography, scope="france").names
            if names is not None:
                read.append((found.edition, path.name, names))
    read.sort(key=lambda one: (-one[0], one[1]))
    for quarter in located((names for _, _, names in read), geography):
        yield quarter, read[quarter.rank][1]


def _changed(deposit: Deposit, result: ReadResult) -> list[Problem]:
    """Say when a dropped file is not what it was when it was recognised: its copy was not over."""
    if result.account.sha256 == deposit.sha256:
        return []
    advice = "Attendez la fin de la copie, puis recommencez."
    found = "un fichier qui a changé depuis le début de la mise à jour"
    return [Problem(deposit.path.name, None, None, found, "un fichier entièrement copié", advice)]


def _overlaps(given: Mapping[Deposit, Reading]) -> list[tuple[Deposit, Problem]]:
    """Set aside the files that give the same figures as another one.

    Nothing says which one to believe, but that a file of an earlier folder was taken in before.
    """
    import polars as pl

    if not given:
        return []
    owners = {deposit.sha256[:12]: deposit for deposit in given}
    places = pl.concat([one.given for one in given.values()])
    # A file gives each place once: almost all are those of one file. Equal places would have one hash.
    places = places.filter(places.select(CELL[:-1]).hash_rows().is_duplicated())
    shared = (
        places.filter(places.select(CELL[:-1]).is_duplicated())
        .group_by(CELL[:-1], maintain_order=True)
        .agg(pl.col("extract").unique().sort())
        .filter(pl.col("extract").list.len() > 1)
        .select("extract")
        .unique(maintain_order=True)
    )
    found: dict[Deposit, Problem] = {}
    for (extracts,) in shared.iter_rows():
        for one, other in permutations((owners[extract] for extract in extracts), 2):
            same = given[one].variables & given[other].variables
            if same and one.rank >= other.rank:
                found[one] = _same_figures(one, other)
    return list(found.items())


def _same_figures(deposit: Deposit, other: Deposit) -> Problem:
    named = f"{quoted(other.path.name)} ({other.dataset}, édition {other.edition})"
    if deposit.rank > other.rank == ACCEPTED:
        found = f"des chiffres que donne aussi le fichier accepté {named}"
        advice = f"S’il le corrige, mettez-le à sa place\u00a0: bcs actualiser --sans {other.sha256[:12]}"
    else:
        found = f"des chiffres que donne aussi {named}"
        advice = "Retirez du dossier de dépôt celui des deux qui ne doit plus servir."
    return Problem(
        file=deposit.path.name,
        line=None,
        column=None,
        found=found,
        expected="un seul fichier par jeu de données, édition et territoire",
        advice=advice,
    )
