"""One digest of everything a release depends on: if it has not moved, there is nothing to do.

Belongs here: listing and hashing the inputs. Only the standard library and no heavy import, so that a
refresh with nothing changed ends before Dagster would have been loaded.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from sources import files
from sources.territory.place import territory_folder

PROJECT = Path(__file__).resolve().parent.parent

# The dashboard reads a release and changes none of its figures.
PACKAGES = ("sources", "indicators", "pipelines")
DATA = ("sources/catalogue", "sources/extracts")

# Another version of these may compute or store a figure differently.
LIBRARIES = ("polars", "duckdb", "pandera", "scipy")

# Files that a desktop leaves behind, never a producer's.
_LITTER = {"thumbs.db", "desktop.ini"}


def dropped_files(folders: Iterable[Path]) -> Iterator[Path]:
    """Yield the files a person put in the inbox folders, in a fixed order, without desktop litter."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            hidden = any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
            # A link to nothing is a file that someone believes is there.
            there = path.is_file() or (path.is_symlink() and not path.exists())
            if there and not hidden and path.name.lower() not in _LITTER:
                yield path


def fingerprint(
    inboxes: Iterable[Path] = (),
    project: Path = PROJECT,
    accepted: Iterable[tuple[str, str]] = (),
    territory: Path | None = None,
) -> str:
    """Return the digest of the catalogue, territories, extracts, dropped files, code and libraries.

    Args:
        inboxes: folders of dropped extracts; their files count by name and content.
        project: root of the project.
        accepted: name and sha256 of the extracts already accepted, which count the same.
        territory: folder of the territory; the one chosen by default.
    """
    # It loads the parsers of mails: `bcs --help` does without.
    import importlib.metadata

    digest = hashlib.sha256()
    lines = {f"{name}\0{files.digest(path)}\n" for name, path in _inputs(project)}
    territory = territory or territory_folder()
    declared = (path for path in territory.rglob("*") if path.is_file())
    lines |= {
        f"territory/{path.relative_to(territory).as_posix()}\0{files.digest(path)}\n" for path in declared
    }
    # The folder a file was dropped in does not matter, nor that it lies in two of them.
    lines |= {f"inbox/{path.name}\0{_readable(path)}\n" for path in dropped_files(inboxes)}
    lines |= {f"inbox/{name}\0{sha256}\n" for name, sha256 in accepted}
    for line in sorted(lines):
        # A name that is no text is a name all the same.
        digest.update(line.encode("utf-8", "surrogateescape"))
    digest.update(f"python {sys.version_info[:2]}".encode())
    for library in LIBRARIES:
        digest.update(f"{library} {importlib.metadata.version(library)}".encode())
    return digest.hexdigest()


def _inputs(project: Path) -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        for path in (project / package).rglob("*.py"):
            yield path.relative_to(project).as_posix(), path
    for path in (project / "sources").glob("*.yaml"):
        yield path.relative_to(project).as_posix(), path
    for folder in DATA:
        for path in (project / folder).rglob("*"):
            if path.is_file():
                yield path.relative_to(project).as_posix(), path


def _readable(path: Path) -> str:
    """Return the digest of a dropped file; one that cannot be read is set aside later, with its reason."""
    try:
        return files.digest(path)
    except OSError:
        return "illisible"
