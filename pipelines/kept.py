"""What a computation gave, kept by all it depends on: with nothing changed, it is found, never done again.

Belongs here: the key of a computation, the files it is kept in. Does not belong here: what is computed.

A figure found under a wrong key would be a wrong figure, so a key is made of the bytes of everything: each
argument, the code of the module and of all it imports, the declarations where they are among it, the
libraries. What cannot be told apart in a key is refused (``TypeError``), never left out.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib
import importlib.metadata
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.fingerprint import LIBRARIES, PACKAGES, PROJECT
from pipelines.frame_digest import frame_digest
from sources import files

if TYPE_CHECKING:
    import polars as pl

DECLARED = "indicators.registry"
"""Module that holds the declarations of the indicators: they count as they are now, as well as their code."""
THEMES = "indicators.themes"
"""Package whose modules the latter imports."""

_IMPORT = re.compile(r"^[ \t]*(?:from[ ]+([\w.]+)[ ]+import[ ]+(\([^)]*\)|[^\n]*)|import[ ]+([^\n]*))", re.M)


@dataclass(frozen=True)
class KeptFrame:
    """A frame in a file, known by its bytes."""

    path: Path
    sha256: str

    def frame(self) -> pl.DataFrame:
        """Read it.

        Returns:
            The same columns, types and order of rows as when the function gave it.
        """
        import polars as pl

        # Without a memory map: Windows refuses to replace a mapped file.
        return pl.read_parquet(self.path, memory_map=False)


@dataclass(frozen=True)
class Found:
    """What is kept under one key."""

    told: Any
    """Anything JSON holds."""
    frames: Mapping[str, KeptFrame]


class Kept:
    """Results in a folder: a JSON file each, written last, and its frames as Parquet, or a file as it is.

    Args:
        folder: where they are kept; made when needed.
        afresh: compute everything again, whatever is kept.
    """

    def __init__(self, folder: Path, *, afresh: bool = False) -> None:
        self.folder, self._afresh = folder, afresh
        self._asked: set[str] = set()

    def call(
        self, function: Callable[..., Mapping[str, pl.DataFrame]], *arguments: object
    ) -> Mapping[str, KeptFrame]:
        """Call a pure function, or find what the same call gave.

        Args:
            function: its result depends on its arguments, its code and the declarations alone.
            arguments: what it is given; a :class:`KeptFrame` is read for it, and only when it is called.

        Returns:
            The frames it gives, by name.

        Raises:
            TypeError: an argument is of a kind that has no digest.
        """
        key = self.key(function, *arguments)
        found = self.find(key)
        if found is None:
            read = (one.frame() if isinstance(one, KeptFrame) else one for one in arguments)
            found = self.keep(key, None, function(*read))
        return found.frames

    def whole(
        self,
        key: str,
        make: Callable[[], Mapping[str, pl.DataFrame | KeptFrame]],
        lasts: Callable[[Mapping[str, KeptFrame]], bool] = lambda frames: True,
    ) -> Mapping[str, KeptFrame]:
        """Find what many calls together gave, or make them: then what each gave is kept as long as the whole.

        Args:
            key: of everything the whole depends on (:meth:`key`).
            make: calls :meth:`call` as often as it wants, and may give what it gave.
            lasts: whether the frames that are found can be given again.

        Returns:
            The frames it gives, by name.
        """
        found = self.find(key)
        if found is None or not lasts(found.frames):
            self._asked.clear()
            frames = make()
            found = self.keep(key, sorted(self._asked), frames)
        for part in found.told:
            with contextlib.suppress(OSError):
                os.utime(self.folder / f"{part}.json")
        return found.frames

    def once(self, key: str, check: Callable[[], None]) -> None:
        """Run a check that gives nothing when it passes, unless it passed under the same key.

        Args:
            key: of everything it looks at (:meth:`key`).
            check: raises what it finds.
        """
        if self.find(key) is None:
            check()
            self.keep(key, None, {})

    @staticmethod
    def key(function: Callable[..., object], *arguments: object) -> str:
        """Return the key of a call: of the code under a function, and of arguments.

        Raises:
            TypeError: an argument is of a kind that has no digest.
        """
        digest = hashlib.sha256(f"{function.__module__}.{function.__qualname__}\0".encode())
        digest.update(_code(function.__module__).encode())
        for one in arguments:
            digest.update(f"{digest_of(one)}\0".encode())
        return digest.hexdigest()[:32]

    def find(self, key: str) -> Found | None:
        """Return what is kept under a key; None when it is not there, or not whole."""
        self._asked.add(key)
        card = self.folder / f"{key}.json"
        if self._afresh:
            return None
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads(card.read_text(encoding="utf-8"))
            frames = {
                name: KeptFrame(self.folder / file, sha256) for name, (file, sha256) in told["frames"].items()
            }
            if all(files.digest(one.path) == one.sha256 for one in frames.values()):
                os.utime(card)
                return Found(told["told"], frames)
        return None

    def keep(self, key: str, told: object, frames: Mapping[str, pl.DataFrame | KeptFrame]) -> Found:
        """Keep what was computed under a key.

        Args:
            key: of everything it depends on (:meth:`key`).
            told: anything JSON holds.
            frames: what Parquet holds, by name; one kept here under another key is not written again.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        written = {}
        for name, frame in frames.items():
            if isinstance(frame, KeptFrame):
                written[name] = frame
                continue
            path = self.folder / f"{key}.{name}.parquet"
            frame.write_parquet(path, compression="lz4")
            written[name] = KeptFrame(path, files.digest(path))
        card = {"told": told, "frames": {name: (one.path.name, one.sha256) for name, one in written.items()}}
        (self.folder / f"{key}.json").write_text(json.dumps(card), encoding="utf-8")
        return Found(told, written)

    def file(self, key: str, target: Path, write: Callable[[Path], None]) -> None:
        """Write a file, or copy what the same key gave.

        Args:
            key: of everything the file depends on (:meth:`key`).
            target: the file to make.
            write: makes it.
        """
        kept, found = self.folder / f"{key}.whole", self.find(key)
        with contextlib.suppress(OSError):
            if found is not None and files.digest(kept) == found.told:
                shutil.copyfile(kept, target)
                return
        write(target)
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(target, kept)
        self.keep(key, files.digest(kept), {})

    def forget(self, before: float) -> None:
        """Remove what nobody asked for since a moment, in seconds of the clock of the system."""
        held: dict[str, list[Path]] = {}
        for path in self.folder.glob("*"):
            held.setdefault(path.name.partition(".")[0], []).append(path)
        for key, paths in held.items():
            card = self.folder / f"{key}.json"
            if card in paths and card.stat().st_mtime < before:
                for path in (card, *paths):
                    path.unlink(missing_ok=True)


def digest_of(one: object) -> str:
    """Return the digest of a value by its content: the same in another process, on another day.

    Raises:
        TypeError: it is of a kind that has no digest.
    """
    return hashlib.sha256(json.dumps(_told(one), ensure_ascii=True).encode()).hexdigest()


def _told(one: object) -> object:
    """Return a value as JSON holds it, without order where it has none."""
    if one is None or (isinstance(one, bool | int | float | str) and not isinstance(one, Enum)):
        return one
    import polars as pl
    from pydantic import BaseModel

    match one:
        case Enum():
            return [type(one).__name__, one.value]
        case KeptFrame():
            return ["frame", one.sha256]
        case pl.DataFrame():
            return ["frame", frame_digest(one)]
        case BaseModel():
            return [type(one).__name__, one.model_dump_json()]
        case Mapping():
            pairs = ([_told(key), _told(value)] for key, value in one.items())
            return ["mapping", *sorted(pairs, key=json.dumps)]
        case set() | frozenset():
            return ["set", *sorted((_told(part) for part in one), key=json.dumps)]
        case tuple() | list():
            return ["list", *(_told(part) for part in one)]
        case _ if is_dataclass(one) and not isinstance(one, type):
            return [type(one).__name__, *([f.name, _told(getattr(one, f.name))] for f in fields(one))]
    raise TypeError(f"no digest of {type(one).__name__}")


@functools.cache
def _code(module: str) -> str:
    """Return the digest of a module, of all it imports of ours, of the libraries under them."""
    digest = hashlib.sha256(f"python {sys.version_info[:2]}".encode())
    for library in LIBRARIES:
        digest.update(f"{library} {version_of(library)}\n".encode())
    under = modules_under(module)
    # What the producers and the authorities declare outside the catalogue is read by the code itself.
    read = {path.name: path for path in sorted((PROJECT / "sources").glob("*.yaml"))}
    for name, path in (read | {name: _file(name) for name in under}).items():
        digest.update(f"{name}\0{files.digest(path)}\n".encode())
    if DECLARED in under:
        # By its name: what is kept would otherwise depend on every declaration, through this very module.
        digest.update(digest_of(importlib.import_module(DECLARED).INDICATORS).encode())
    return digest.hexdigest()


@functools.cache
def version_of(library: str) -> str:
    """Return the version of a library, which a mail parser reads each time it is asked."""
    return importlib.metadata.version(library)


@functools.cache
def modules_under(module: str) -> tuple[str, ...]:
    """Return a module and all it imports of ours, at whatever moment and depth, in order."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            parts = name.split(".")
            waiting += [".".join(parts[:depth]) for depth in range(1, len(parts))]
            waiting += _imported(name)
    return tuple(sorted(seen))


@functools.cache
def _imported(module: str) -> tuple[str, ...]:
    """Return the modules of ours that one names in its imports, those for types alone included."""
    named = set(_named(_file(module).read_text(encoding="utf-8")))
    if module == DECLARED:
        # It imports whatever module of declarations it finds there.
        named |= {f"{THEMES}.{path.stem}" for path in PROJECT.joinpath(*THEMES.split(".")).glob("*.py")}
    return tuple(sorted(name for name in named if _is_ours(name)))


def _named(text: str) -> Iterator[str]:
    for origin, names, plain in _IMPORT.findall(text):
        if origin:
            yield origin
            yield from (f"{origin}.{word}" for word in re.findall(r"\w+", names))
        else:
            yield from re.findall(r"[\w.]+", plain)


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in PACKAGES and any(path.is_file() for path in _places(name))


def _file(module: str) -> Path:
    """Return the file of a module, of one that is not ours as Python loaded it."""
    found = next((path for path in _places(module) if path.is_file()), None)
    return found or Path(str(sys.modules[module].__file__))


def _places(module: str) -> tuple[Path, Path]:
    path = PROJECT.joinpath(*module.split("."))
    return path / "__init__.py", path.with_suffix(".py")
