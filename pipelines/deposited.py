"""The files a person dropped: what they give, together.

Belongs here: reading them, and setting aside those at fault. Does not belong here: what each of them is
(``recognised``), keeping those that were taken in (``deposits``), which figure wins over which
(``ingestion``), nor how a file is read (``sources.readers``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import permutations
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from indicators.plausibility import cut_finding, mark_findings
from pipelines.ingestion import CELL, accounts_of, notes_of, observations_of
from pipelines.kept import KeptFrame
from pipelines.official import known_geography
from pipelines.parsed import Parsed, Reading
from pipelines.recognised import ACCEPTED, Aside, Deposit, set_aside, unexpected
from sources.catalogue import Catalogue
from sources.cog import Geography
from sources.france import KEY
from sources.model import Dataset
from sources.problems import ExtractRefused, Problem, quoted
from sources.readers import ReadResult, unfinished
from sources.readers.labels import displaced
from sources.territory.declared import Territories
from sources.vocabulary import Status

if TYPE_CHECKING:
    import polars as pl

READERS = 2
"""Files read at the same time: one waits for the disk and decodes while the other computes."""

_Read = TypeVar("_Read")


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
            return ExtractRefused(unexpected(deposit.path, error))

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
        tuple(set_aside(deposit, problems) for deposit, problems in refused.items()),
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
