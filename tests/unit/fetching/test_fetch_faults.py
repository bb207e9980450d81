"""A disk that refuses one change, or a machine that stops there: the store holds whole files or none."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest
from fetch_helpers import CSV, Clock, dataset, manners
from misbehaving_server import MisbehavingServer, file

from sources import files
from sources.fetching import fetch
from sources.problems import ExtractRefused
from sources.store import Store
from tests.faults import Killed, failing

SHA256 = hashlib.sha256(CSV).hexdigest()
ENGLISH = ("Errno", "No space", "denied", "Read-only", "rror:", "Input/output")


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EROFS, errno.EIO, None])
def test_every_change_that_fails_keeps_a_whole_file_or_none(
    fault: int | None,
    server: MisbehavingServer,
    clock: Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(files, "PATIENCE", (0, 0))
    monkeypatch.setattr(os, "fsync", lambda _handle: None)
    url = server.route("/base-rp-2022.csv", file(CSV, '"v1"', dated=True))
    at = 0
    while True:
        at += 1
        home = tmp_path / f"home-{at}"
        inbox = home / "inbox"
        with failing(at, error=fault) as layer:
            try:
                (result,) = fetch([dataset("rp", url)], home, manners=manners(clock))
                if result.record is not None:
                    Store(home).deliver(result.record, inbox)
                else:
                    assert result.problem is not None
                    assert not [word for word in ENGLISH if word in result.problem.message()]
            except ExtractRefused as error:
                assert not [word for word in ENGLISH if word in str(error)], str(error)
            except (Killed, OSError):
                pass
        where = f"{layer.kinds[-1]} {at}, {fault}"
        kept = home / "store" / SHA256[:2] / SHA256
        assert not kept.exists() or files.digest(kept) == SHA256, where
        shown = [path for path in inbox.glob("*") if not path.name.startswith(".")]
        assert all(files.digest(path) == SHA256 for path in shown), where
        (again,) = fetch([dataset("rp", url)], home, manners=manners(clock))
        assert again.record is not None and files.digest(kept) == SHA256, where
        assert files.digest(Store(home).deliver(again.record, inbox)) == SHA256, where
        if layer.count < at:
            break
    assert at > 8, "the layer sees the changes"
