"""The digest of a file: read once when it has settled, and again for any change."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sources import files


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files whose bytes were read, in order."""
    names: list[str] = []
    whole = hashlib.file_digest

    def counted(handle: object, name: str) -> object:
        names.append(Path(handle.name).name)  # type: ignore[attr-defined]
        return whole(handle, name)  # type: ignore[arg-type]

    monkeypatch.setattr(hashlib, "file_digest", counted)
    return names


def dated(path: Path, text: str, seconds: float) -> Path:
    """Write a file last changed so many seconds ago."""
    path.write_text(text, encoding="utf-8")
    moment = time.time_ns() - int(seconds * 1e9)
    os.utime(path, ns=(moment, moment))
    return path


def test_a_file_that_has_settled_is_read_once(tmp_path: Path, read: list[str]) -> None:
    path = dated(tmp_path / "a.csv", "figures", seconds=60)
    assert {files.digest(path) for _ in range(3)} == {hashlib.sha256(b"figures").hexdigest()}
    assert read == ["a.csv"]


def test_a_file_just_written_is_read_each_time(tmp_path: Path, read: list[str]) -> None:
    path = dated(tmp_path / "a.csv", "figures", seconds=0)
    files.digest(path)
    # The same size and the same date, as a disk with a coarse clock would give.
    state = path.stat()
    path.write_text("FIGURES", encoding="utf-8")
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert files.digest(path) == hashlib.sha256(b"FIGURES").hexdigest()
    assert read == ["a.csv", "a.csv"]


@pytest.mark.parametrize("text", ["changed", "longer than before"])
def test_a_change_is_seen(tmp_path: Path, text: str, read: list[str]) -> None:
    path = dated(tmp_path / "a.csv", "figures", seconds=60)
    files.digest(path)
    path.write_text(text, encoding="utf-8")
    assert files.digest(path) == hashlib.sha256(text.encode()).hexdigest()
    assert len(read) == 2


def test_another_file_in_its_place_is_read(tmp_path: Path) -> None:
    path = dated(tmp_path / "a.csv", "figures", seconds=60)
    files.digest(path)
    other = dated(tmp_path / "b.csv", "FIGURES", seconds=60)
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.replace(path)
    assert files.digest(path) == hashlib.sha256(b"FIGURES").hexdigest()


@pytest.fixture
def anew(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes what another process would know of files: nothing."""
    return lambda: monkeypatch.setattr(files, "_known", {})


def test_another_process_does_not_read_it_again(
    tmp_path: Path, read: list[str], anew: Callable[[], None]
) -> None:
    kept, changed = (dated(tmp_path / name, "figures", seconds=60) for name in ("a.csv", "b.csv"))
    fresh = dated(tmp_path / "c.csv", "figures", seconds=0)
    memo = tmp_path / "work" / "memo.json"
    anew()
    with files.remembered(memo):
        for path in (kept, changed, fresh):
            files.digest(path)
    dated(changed, "FIGURES", seconds=30)
    read.clear()
    anew()
    with files.remembered(memo):
        assert files.digest(kept) == hashlib.sha256(b"figures").hexdigest()
        assert files.digest(changed) == hashlib.sha256(b"FIGURES").hexdigest()
        files.digest(fresh)
    assert read == ["b.csv", "c.csv"]


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '{"a": 1}', '{"a": [[1, "x", 3], "b"]}', '{"a": [[1], "b"]}']
)
def test_a_damaged_memory_is_as_good_as_none(text: str, tmp_path: Path, anew: Callable[[], None]) -> None:
    memo = tmp_path / "memo.json"
    memo.write_text(text, encoding="utf-8")
    path = dated(tmp_path / "a.csv", "figures", seconds=60)
    anew()
    with files.remembered(memo):
        assert files.digest(path) == hashlib.sha256(b"figures").hexdigest()
    assert str(path) in memo.read_text(encoding="utf-8")
