"""The files a release was made with, kept by their content: what is accepted is what ``CURRENT`` says.

Belongs here: taking the bytes of a candidate's files into the store, lending those of a release to a refresh,
clearing the inbox of what is settled. Does not belong here: recognising and reading files (``deposited``). A
release lists its files on its card: publishing it, or going back to it, changes figures and files in the same
instant.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.fingerprint import dropped_files
from pipelines.home import Home
from sources import files
from sources.problems import ExtractRefused, Problem


@dataclass(frozen=True)
class KeptFile:
    """A file of a release: the producer's name, and the content the store holds."""

    name: str
    sha256: str
    size: int
    dataset: str
    edition: int


def stored(home: Home, sha256: str) -> Path:
    """Return where the store keeps this content, or would."""
    return home.store / sha256[:2] / sha256


def take(home: Home, path: Path, sha256: str, dataset: str, edition: int) -> KeptFile:
    """Put the bytes of a file in the store, and describe it for a card.

    Raises:
        ExtractRefused: it is no longer there, or no longer what was read.
    """
    target = stored(home, sha256)
    try:
        if not (target.is_file() and files.digest(target) == sha256):
            files.copy(path, target)
            if files.digest(target, ours=True) != sha256:
                files.remove(target)
                raise ExtractRefused(_changed(path, "un fichier qui a changé depuis qu’il a été lu"))
    except FileNotFoundError as error:
        raise ExtractRefused(_changed(path, "un fichier qui a disparu depuis qu’il a été lu")) from error
    return KeptFile(path.name, sha256, target.stat().st_size, dataset, edition)


def _changed(path: Path, found: str) -> Problem:
    advice = "Attendez la fin de la copie, puis recommencez."
    return Problem(path.name, None, None, found, "un fichier entièrement copié", advice)


def missing(home: Home, kept: Iterable[KeptFile]) -> list[KeptFile]:
    """Return the files the store no longer holds, or not whole."""

    def whole(file: KeptFile) -> bool:
        path = stored(home, file.sha256)
        return path.is_file() and path.stat().st_size == file.size

    return [file for file in kept if not whole(file)]


def lend(
    home: Home, kept: Sequence[KeptFile], folder: Path, dropped: Path | None = None, *, alone: bool = False
) -> None:
    """Show the files of a release in a folder, under their producers' names, for a refresh to read.

    Args:
        home: where the store is.
        kept: the files.
        folder: where they are shown; what shows them there already is left as it is.
        dropped: one more folder of dropped files, besides the inbox.
        alone: whatever else the folder holds is removed.

    Raises:
        ExtractRefused: the store lost one, and no dropped file has its bytes.
    """
    _make_whole(home, kept, dropped)
    places = {file: (folder / file.name, folder / file.sha256[:12] / file.name) for file in kept}
    shown = {file: [p for p in two if _same(stored(home, file.sha256), p)] for file, two in places.items()}
    if alone:
        left = {path for paths in shown.values() for path in paths[:1]}
        for path in folder.rglob("*"):
            if path not in left and not path.is_dir():
                files.remove(path)
    for file, (plain, apart) in places.items():
        if not shown[file]:
            files.link(stored(home, file.sha256), apart if plain.exists() else plain)


def _same(one: Path, other: Path) -> bool:
    return other.exists() and one.samefile(other)


def _make_whole(home: Home, kept: Iterable[KeptFile], dropped: Path | None) -> None:
    """Put back in the store what it lost, from the dropped files; refuse where none has the bytes."""
    problems = []
    for file in kept:
        source = stored(home, file.sha256)
        if source.is_file() and files.digest(source) == file.sha256:
            continue
        again = _among(dropped_files([home.inbox, *([dropped] if dropped else [])]), file)
        if again is not None:
            files.copy(again, source)
            continue
        found = "une copie gardée qui manque ou qui est abîmée"
        advice = f"Déposez-le de nouveau, ou retirez-le\u00a0: bcs actualiser --sans {file.sha256[:12]}"
        problems.append(Problem(file.name, None, None, found, "le fichier accepté", advice))
    if problems:
        raise ExtractRefused(problems)


def _among(paths: Iterable[Path], file: KeptFile) -> Path | None:
    """Return the first path that holds the bytes of a kept file."""
    for path in paths:
        if path.stat().st_size == file.size and files.digest(path) == file.sha256:
            return path
    return None


def wait(home: Home, kept: Iterable[KeptFile]) -> None:
    """Leave the files of a candidate in the inbox: they are read again until it is published or discarded."""
    lying = list(dropped_files([home.inbox]))
    for file in kept:
        if _among(lying, file) is None:
            target = home.inbox / file.name
            if target.exists():
                target = home.inbox / file.sha256[:12] / file.name
            files.copy(stored(home, file.sha256), target)
            lying.append(target)


def make_way(home: Home, folder: Path, waiting: Iterable[KeptFile]) -> None:
    """Take out of the inbox the files that a person drops again, corrected, under the same names."""
    names = {path.name: path for path in dropped_files([folder])}
    for file in waiting:
        again = names.get(file.name)
        if again is not None and stored(home, file.sha256).is_file():
            with contextlib.suppress(OSError):
                if files.digest(again) != file.sha256:
                    sweep(home, [file])


def sweep(home: Home, kept: Iterable[KeptFile]) -> None:
    """Take out of the inbox the files that are settled: the store holds their very bytes."""
    sizes: dict[int, set[str]] = {}
    for file in kept:
        if stored(home, file.sha256).is_file():
            sizes.setdefault(file.size, set()).add(file.sha256)
    for path in list(dropped_files([home.inbox])) if sizes else ():
        # One a program holds open is left for the next time.
        with contextlib.suppress(OSError):
            known = sizes.get(path.stat().st_size, set())
            sha256 = files.digest(path) if known else ""
            if sha256 in known and files.digest(stored(home, sha256)) == sha256:
                files.remove(path)
                if path.parent != home.inbox:
                    with contextlib.suppress(OSError):
                        path.parent.rmdir()
