"""Archives, workbooks, Parquet files and things that are no file: refused, in French, at no cost."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.problems import ExtractRefused
from sources.readers import ReadResult
from tests.hostile import containers
from tests.hostile.conftest import Judge
from tests.hostile.containers import NAME, archive, bad_archives, bad_parquets, bad_workbooks, workbook
from tests.hostile.oracle import Original, figures, grid


@pytest.fixture
def original(originals: dict[str, Original]) -> Original:
    """The file that every container of these tests holds."""
    return originals[f"{NAME}.csv"]


def wrong(judge: Judge, name: str, faults: Iterable[tuple[str, bytes]]) -> list[str]:
    """Return the faults that were taken, or ended in anything but a refusal or a text held for review."""
    found = []
    for fault, content in faults:
        try:
            reading = judge.read(name, content)
            if not isinstance(reading, ExtractRefused) and not reading.marks:
                found.append(f"{fault}: taken")
        except Exception as error:
            found.append(f"{fault}: {type(error).__name__}: {str(error)[:150]}")
    return found


def rows_of(original: Original) -> list[list[str]]:
    """Return the cells of the original, header first."""
    return grid(original.raw, original.layout)


CONTAINERS: dict[str, tuple[str, Callable[[Original], Iterable[tuple[str, bytes]]], int]] = {
    "archive": (f"{NAME}.zip", lambda o: bad_archives(o.raw), 50),
    "workbook": (f"{NAME}.xlsx", lambda o: bad_workbooks(rows_of(o)), 45),
    "parquet": (f"{NAME}.parquet", lambda o: bad_parquets(rows_of(o)), 25),
}


@pytest.mark.parametrize("kind", CONTAINERS)
def test_every_bad_container_is_refused(kind: str, original: Original, judge: Judge) -> None:
    name, faults, at_least = CONTAINERS[kind]
    found = wrong(judge, name, faults(original))
    assert not found, "\n".join(found)
    assert len(judge.seen) >= at_least, len(judge.seen)


@pytest.mark.parametrize("kind", CONTAINERS)
def test_a_sound_container_gives_the_very_figures_of_the_file(
    kind: str, original: Original, judge: Judge
) -> None:
    import polars as pl

    rows = rows_of(original)
    frame = pl.DataFrame(rows[1:], schema=dict.fromkeys(rows[0], pl.String), orient="row")
    content = {
        "archive": archive({f"{NAME}.csv": original.raw, "meta_filosofi.csv": b"COD_VAR;LIB_VAR\n"}),
        "workbook": workbook(rows),
        "parquet": containers.parquet(frame),
    }[kind]
    result = judge.read(CONTAINERS[kind][0], content)
    assert isinstance(result, ReadResult), result
    assert figures(result) == figures(original.result)


@pytest.mark.parametrize(
    "meta",
    [
        b"",
        b"\x00\x01",
        b"COD_VAR;LIB_VAR\ra;b\rc;d\n",
        b'"' + b"a" * 200_000 + b'";b\n',
        b"\xff\xfeC",
        b'COD_VAR\n"x',
    ],
)
def test_a_broken_description_never_breaks_the_reading(meta: bytes, original: Original, judge: Judge) -> None:
    result = judge.read(f"{NAME}.zip", archive({f"{NAME}.csv": original.raw, "meta_filosofi.csv": meta}))
    if isinstance(result, ReadResult):
        assert figures(result) == figures(original.result)


@settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    kind=st.sampled_from([f"{NAME}.zip", f"{NAME}.xlsx"]),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_no_changed_byte_of_an_archive_changes_a_figure(
    kind: str, cuts: list[tuple[float, int]], original: Original, judge: Judge
) -> None:
    sound = archive({f"{NAME}.csv": original.raw}) if kind.endswith(".zip") else workbook(rows_of(original))
    content = bytearray(sound)
    for share, byte in cuts:
        content[int(share * (len(content) - 1))] = byte
    reading = judge.read(kind, bytes(content))
    if isinstance(reading, ReadResult):
        assert figures(reading) == figures(original.result)


def nothing(path: Path) -> None:
    """Leave no file there."""


def folder(path: Path) -> None:
    path.mkdir()


def dangling(path: Path) -> None:
    path.symlink_to(path.parent / "absent.csv")


def loop(path: Path) -> None:
    path.symlink_to(path)


def unreadable(path: Path) -> None:
    path.write_bytes(b"CODGEO;MED21\n")
    path.chmod(0)


@pytest.mark.skipif(os.name == "nt", reason="links and permissions of Unix")
@pytest.mark.parametrize("put", [nothing, folder, dangling, loop, unreadable])
@pytest.mark.parametrize("name", [f"{NAME}.csv", "inconnu.csv"])
def test_what_is_no_readable_file_is_refused(
    put: Callable[[Path], None], name: str, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = judge.folder / name
    put(path)
    if put is unreadable and os.geteuid() == 0:
        # The administrator reads anything: the system's refusal is played.
        real = Path.open

        def denied(self: Path, *arguments: object, **options: object) -> object:
            if self == path:
                raise PermissionError(13, "Permission denied", str(self))
            return real(self, *arguments, **options)  # type: ignore[call-overload]

        monkeypatch.setattr(Path, "open", denied)
    assert isinstance(judge.read_path(path), ExtractRefused)


def test_nothing_is_written_beside_an_archive(original: Original, judge: Judge) -> None:
    content = archive({f"../{NAME}.csv": original.raw, f"{NAME}.csv": original.raw})
    assert isinstance(judge.read(f"{NAME}.zip", content), ExtractRefused)
    assert [path.name for path in judge.folder.parent.rglob("*.csv")] == []
    assert zipfile.is_zipfile(judge.folder / f"{NAME}.zip")
