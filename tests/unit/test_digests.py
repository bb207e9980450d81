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


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file has settled as soon as it is written: nothing gives the date of its inode back."""
    monkeypatch.setattr(files, "SETTLED", -30 * 10**9)


def dated(path: Path, text: str, seconds: float) -> Path:
    """Write a file last changed so many seconds ago."""
    path.write_text(text, encoding="utf-8")
    moment = time.time_ns() - int(seconds * 1e9)
    os.utime(path, ns=(moment, moment))
    return path


@pytest.mark.usefixtures("settled")
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


@pytest.mark.parametrize("seconds", [1, 60])
def test_a_file_copied_with_its_old_date_is_read_each_time(
    tmp_path: Path, seconds: float, read: list[str]
) -> None:
    path = dated(tmp_path / "a.csv", "figures", seconds)
    for _ in range(2):
        files.digest(path)
    assert read == ["a.csv", "a.csv"]


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("text", ["changed", "longer than before"])
@pytest.mark.parametrize("put_back", [False, True] if os.name != "nt" else [False])
def test_a_change_is_seen(tmp_path: Path, text: str, put_back: bool, read: list[str]) -> None:
    path = dated(tmp_path / "a.csv", "figures", seconds=60)
    files.digest(path)
    state = path.stat()
    # Dates are told by a clock of some milliseconds.
    while path.stat().st_mtime_ns in (state.st_mtime_ns, state.st_ctime_ns):
        path.write_text(text, encoding="utf-8")
    if put_back:
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert files.digest(path) == hashlib.sha256(text.encode()).hexdigest()
    assert len(read) == 2


@pytest.mark.usefixtures("settled")
def test_a_link_is_not_read_and_its_file_is_not_read_again(tmp_path: Path, read: list[str]) -> None:
    path, other = dated(tmp_path / "a.csv", "figures", seconds=60), tmp_path / "shown" / "b.csv"
    files.digest(path)
    files.link(path, other)
    assert files.digest(path) == files.digest(other)
    assert read == ["a.csv"]
    path.write_text("FIGURES", encoding="utf-8")
    assert files.digest(other) == hashlib.sha256(b"FIGURES").hexdigest()


@pytest.mark.usefixtures("settled")
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


@pytest.mark.usefixtures("settled")
def test_another_process_does_not_read_it_again(
    tmp_path: Path, read: list[str], anew: Callable[[], None]
) -> None:
    kept, changed = (dated(tmp_path / name, "figures", seconds=60) for name in ("a.csv", "b.csv"))
    fresh = dated(tmp_path / "c.csv", "figures", seconds=-60)
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
    "text", ["", "{", "[1]", '{"a": 1}', '{"a": [[1, "x", 3, 4], "b"]}', '{"a": [[1, 2, 3], "b"]}']
)
@pytest.mark.usefixtures("settled")
def test_a_damaged_memory_is_as_good_as_none(text: str, tmp_path: Path, anew: Callable[[], None]) -> None:
    memo = tmp_path / "memo.json"
    memo.write_text(text, encoding="utf-8")
    path = dated(tmp_path / "a.csv", "figures", seconds=60)
    anew()
    with files.remembered(memo):
        assert files.digest(path) == hashlib.sha256(b"figures").hexdigest()
    assert str(path) in memo.read_text(encoding="utf-8")
