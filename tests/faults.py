"""A file layer that fails where it is told to: every change the code makes to the disk goes through it.

The changes are counted: a name created, replaced, linked or removed, a folder made, a file opened for
writing, a write, a flush to the disk. The n-th one is refused with an error of the system, or is the last
thing the process does: after it, every change is refused, those of the cleaning too, as when the machine
stops.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

CHANGES = ("replace", "rename", "unlink", "remove", "mkdir", "rmdir", "link", "fsync")


class Killed(BaseException):
    """The process stopped there; nothing of it runs any more."""


class Faulty:
    """The layer: ``at`` is the change that fails, counted from 1; 0 for none."""

    def __init__(self, at: int, *, error: int | None = None) -> None:
        """Prepare the layer; without an error number, the process stops at the change."""
        self.at, self.error, self.count, self.dead = at, error, 0, False
        self.kinds: list[str] = []

    def change(self, kind: str) -> None:
        """Count a change, and refuse it where it is its turn."""
        if self.dead:
            raise Killed
        self.count += 1
        self.kinds.append(kind)
        if self.count == self.at:
            if self.error is not None:
                raise OSError(self.error, os.strerror(self.error))
            self.dead = True
            raise Killed

    def wrapped(self, kind: str, real: Callable[..., Any]) -> Callable[..., Any]:
        """Count the calls of a function of ``os``."""

        def call(*arguments: Any, **options: Any) -> Any:
            self.change(kind)
            return real(*arguments, **options)

        return call

    def opener(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Count what is written in the files a function opens."""

        def call(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
            if not set(mode) & set("wax+"):
                return real(file, mode, *arguments, **options)
            if set(mode) & set("wax"):
                self.change("open")
            return _Handle(real(file, mode, *arguments, **options), self)

        return call


class _Handle:
    """A file whose writes are counted; a write that is refused leaves its first half, as a full disk does."""

    def __init__(self, handle: Any, layer: Faulty) -> None:
        self._handle, self._layer = handle, layer

    def write(self, data: Any) -> Any:
        try:
            self._layer.change("write")
        except BaseException:
            if self._layer.count == self._layer.at:
                self._handle.write(data[: len(data) // 2])
                self._handle.flush()
            raise
        return self._handle.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handle, name)

    def __enter__(self) -> _Handle:
        return self

    def __exit__(self, *_: object) -> None:
        self._handle.close()

    def __iter__(self) -> Any:
        return iter(self._handle)


@contextlib.contextmanager
def failing(at: int, *, error: int | None = None) -> Iterator[Faulty]:
    """Refuse one change of the disk while the block runs."""
    layer = Faulty(at, error=error)
    with contextlib.ExitStack() as stack:
        for name in CHANGES:
            stack.enter_context(mock.patch.object(os, name, layer.wrapped(name, getattr(os, name))))
        for module in (io, builtins):
            stack.enter_context(mock.patch.object(module, "open", layer.opener(io.open)))
        # Copies go through writes, that they can be cut in the middle.
        for name in ("_USE_CP_SENDFILE", "_HAS_FCOPYFILE"):
            stack.enter_context(mock.patch.object(shutil, name, False, create=True))
        yield layer
