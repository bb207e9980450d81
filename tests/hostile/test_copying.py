"""A file still being copied: what is read is one whole file, or nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import IO

import pytest

from sources.problems import ExtractRefused
from tests.hostile.conftest import Judge
from tests.hostile.oracle import Original, check_taken

NAMES = ("cc_filosofi_2021_COM.csv", "REVN_2022.csv", "neet_communes_2018.csv")


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_grows_is_refused_or_read_as_it_is_at_the_end(
    name: str, originals: dict[str, Original], judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = originals[name]
    lines = original.raw.splitlines(keepends=True)
    path = judge.folder / name
    real, times, grows = Path.open, 0, 0

    def open_and_grow(self: Path, *arguments: object, **options: object) -> IO[bytes]:
        nonlocal times
        if self == path:
            times += 1
            if times == grows:
                with real(path, "ab") as handle:
                    handle.write(b"".join(lines[6:9]))
        return real(self, *arguments, **options)  # type: ignore[call-overload, no-any-return]

    refused = 0
    for grows in range(1, 12):
        path.write_bytes(b"".join(lines[:6]))
        times = 0
        with monkeypatch.context() as growing:
            growing.setattr(Path, "open", open_and_grow)
            reading = judge.read_path(path)
        if isinstance(reading, ExtractRefused):
            refused += 1
            continue
        # Grown before its first byte was read, or never: it is taken, all of it.
        final = path.read_bytes()
        assert reading.account.sha256 == hashlib.sha256(final).hexdigest(), f"grown at opening {grows}"
        check_taken(original, final, reading)
    assert refused, "no opening came after the digest: the test looks at nothing"
