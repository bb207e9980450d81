"""A file not wholly received yet, kept on disk so that a cut download goes on where it stopped.

Belongs here: the unfinished bytes and what proves they are the beginning of what is still offered. Does not
belong here: asking for the rest (``download``).
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import httpx


class Part:
    """A file being received, and what must not have changed for the rest of it to fit.

    It outlives the process: a download cut by a closed laptop goes on the next day.
    """

    def __init__(self, folder: Path, url: str) -> None:
        name = hashlib.sha256(url.encode()).hexdigest()[:32]
        self.path = folder / f"{name}.part"
        self._note = folder / f"{name}.json"
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def size(self) -> int:
        """Bytes received so far."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def validator(self) -> str | None:
        """Return the ETag or date of the version this is the beginning of, if it can be gone on with."""
        if not self.size:
            return None
        try:
            validator = json.loads(self._note.read_text(encoding="utf-8"))["validator"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return validator if isinstance(validator, str) else None

    def restart(self, response: httpx.Response) -> None:
        """Forget what was received and note what the version now coming is."""
        self.path.write_bytes(b"")
        validator = validator_of(response)
        self._note.write_text(json.dumps({"validator": validator}), encoding="utf-8")

    def discard(self) -> None:
        """Throw away what was received."""
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)


def is_plain(response: httpx.Response) -> bool:
    """Return whether the bytes sent are the bytes of the file, not a compressed form of them."""
    encoding: str = response.headers.get("Content-Encoding", "identity")
    return encoding.lower() == "identity"


def validator_of(response: httpx.Response) -> str | None:
    """Return what proves two answers to be the same bytes; a weak ETag proves nothing."""
    if not is_plain(response):
        return None
    etag: str | None = response.headers.get("ETag")
    if etag and not etag.startswith("W/"):
        return etag
    date: str | None = response.headers.get("Last-Modified")
    return date
