"""The folder of files of one release: built once, whole or not at all, then only read."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from dashboard.data.release_file import ExportError, opened
from dashboard.opendata.files import write_all

FORMAT = 3
"""To be raised when the files change for a same release: folders already built are then built again."""
MANIFEST = "manifest.json"
FOLDER = "opendata"
UNWRITABLE = "Les fichiers à télécharger ne peuvent pas être écrits dans le dossier des données."
REFUSED = 3
"""Exit code of ``python -m dashboard.opendata`` when it says on its error output why there are no files."""
_WAIT_SECONDS = 300


@dataclass(frozen=True)
class File:
    """One file of the folder."""

    path: str
    """With slashes, from the folder of the release."""
    title: str
    media_type: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Bundle:
    """The files of one release."""

    folder: Path
    release_id: str
    files: tuple[File, ...]

    def find(self, path: str) -> File | None:
        """Return a file by its path, ``None`` for anything that was not published."""
        return next((file for file in self.files if file.path == path), None)

    def content(self, file: File) -> bytes:
        """Return the bytes of a file."""
        return (self.folder / file.path).read_bytes()


def bundle(release: Path) -> Bundle:
    """Return the files of a release, building them at the first call.

    Args:
        release: The release's own file, ``…/releases/release-<id>.duckdb``; the files go to
            ``…/opendata/<id>``.

    Raises:
        ExportError: The release cannot be read, or the folder cannot be written.
    """
    root = release.parent.parent / FOLDER
    folder = root / _id(release)
    found = _held(folder, release)
    if found is not None:
        return found
    try:
        root.mkdir(parents=True, exist_ok=True)
        with FileLock(root / ".lock", timeout=_WAIT_SECONDS):
            # Somebody else may have built it meanwhile.
            found = _held(folder, release) or _built_apart(release, folder)
            _forget_gone(root, release.parent)
            return found
    except (OSError, Timeout) as error:
        raise ExportError(UNWRITABLE) from error


def _state(release: Path) -> dict[str, object]:
    """What the files depend on, without reading the whole release."""
    about = release.stat()
    return {"format": FORMAT, "release_bytes": about.st_size, "release_time": about.st_mtime_ns}


def _held(folder: Path, release: Path) -> Bundle | None:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["state"] != _state(release):
            return None
        files = tuple(File(**entry) for entry in manifest["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Bundle(folder, folder.name, files) if all((folder / f.path).is_file() for f in files) else None


def _built_apart(release: Path, folder: Path) -> Bundle:
    """Build in a process of its own: the memory it takes goes with it, and readers do not wait for it."""
    path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    # Our own program, on a file the server found itself.
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "dashboard.opendata", str(release)],
        env={**os.environ, "PYTHONPATH": path.strip(os.pathsep), "PYTHONUTF8": "1"},
        capture_output=True,
        check=False,
    )
    found = _held(folder, release)
    if found is not None:
        return found
    if done.returncode == REFUSED:
        raise ExportError(done.stderr.decode("utf-8").strip())
    logging.getLogger(__name__).error("files not built: %s", done.stderr.decode("utf-8", "replace"))
    raise OSError(f"python -m dashboard.opendata ended with {done.returncode}")


def build(release: Path) -> None:
    """Build the files of a release, whether they are there or not; who asks holds the lock of their folder.

    Args:
        release: The release's own file, in the folder beside that of the files.

    Raises:
        ExportError: The release cannot be read.
        OSError: The files cannot be written.
    """
    folder = release.parent.parent / FOLDER / _id(release)
    state = _state(release)
    building = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        with opened(release) as file:
            described = write_all(file, release, building)
        files = tuple(_file(building, path, title, kind) for path, title, kind in described)
        content = {"state": state, "files": [asdict(file) for file in files]}
        (building / MANIFEST).write_text(
            json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        if folder.exists():
            shutil.rmtree(folder)
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _id(release: Path) -> str:
    return release.stem.removeprefix("release-")


def _file(folder: Path, path: str, title: str, media_type: str) -> File:
    return File(path, title, media_type, (folder / path).stat().st_size, checksum(folder / path))


def checksum(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _forget_gone(root: Path, releases: Path) -> None:
    """Drop the files of releases that are no longer kept; only folders this module wrote."""
    for folder in root.iterdir():
        gone = not (releases / f"release-{folder.name}.duckdb").exists()
        if gone and os.path.lexists(folder / MANIFEST) and not folder.is_symlink():
            shutil.rmtree(folder, ignore_errors=True)
