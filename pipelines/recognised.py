"""What each dropped file is: a file of a dataset and of an edition, or one that is not read, and why.

Belongs here: recognition as it is kept, for the same bytes under the same name. Does not belong here: how a
file is told from another (``sources.recognise``), nor what becomes of the files (``deposited``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.fingerprint import dropped_files
from pipelines.kept import Kept, digest_of
from sources import files
from sources.catalogue import Catalogue
from sources.problems import ExtractRefused, Problem, quoted, summary
from sources.recognise import NotRecognised, OtherKind, other_members, recognise

_UNREADABLE = (
    "un fichier absent, ou que le système refuse d’ouvrir",
    "un fichier lisible",
    "Vérifiez le fichier et vos droits.",
)

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
                aside.append(set_aside(found, [_two_names(found, same)]))
                if found.rank == same.rank:
                    # Nothing says which of the two names is right.
                    contested[same.sha256] = set_aside(same, [_two_names(same, found)])
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
        return Aside(path, unexpected(path, error).message(), sha256, fault=True), []
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


def set_aside(deposit: Deposit, problems: Iterable[Problem]) -> Aside:
    """Set aside a recognised file for what is wrong in it."""
    return Aside(deposit.path, summary(tuple(problems)), deposit.sha256, deposit.dataset, fault=True)


def unexpected(path: Path, error: Exception) -> Problem:
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
