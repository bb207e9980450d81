"""A download that was cut goes on where it stopped, never with bytes of another version."""

from __future__ import annotations

from pathlib import Path

from fetch_helpers import (
    CSV,
    OTHER,
    Clock,
    one,
    said,
    unfinished,
)
from misbehaving_server import (
    MisbehavingServer,
    cut_after,
    cut_chunked,
    file,
    half_range,
    status,
)


def test_a_cut_download_goes_on_where_it_stopped(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", cut_after(CSV, 4000, '"v1"'), file(CSV, '"v1"'))
    assert one(tmp_path, url, clock).outcome == "new"
    second = server.asked()[1].headers
    assert (second["range"], second["if-range"]) == ("bytes=4000-", '"v1"')


def test_a_cut_download_goes_on_at_the_next_command(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", cut_after(CSV, 4000, '"v1"'), status(500))
    assert "coupé" in said(one(tmp_path, url, clock, attempts=1))
    assert len(unfinished(tmp_path)) == 2
    assert one(tmp_path, url, clock, attempts=2).outcome == "failed"
    server.route("/rp.csv", file(CSV, '"v1"'))
    assert one(tmp_path, url, clock).outcome == "new"
    assert server.asked()[-1].headers["range"] == "bytes=4000-"


def test_a_cut_download_of_a_file_since_changed_starts_again(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", cut_after(CSV, 4000, '"v1"'), file(OTHER, '"v2"'))
    result = one(tmp_path, url, clock)
    assert result.path is not None
    assert result.path.read_bytes() == OTHER


def test_a_server_that_ignores_if_range_cannot_splice_two_versions(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    wrong = half_range(OTHER, len(OTHER), '"v2"')
    url = server.route("/rp.csv", cut_after(CSV, 4000, '"v1"'), wrong, file(OTHER, '"v2"'))
    result = one(tmp_path, url, clock)
    assert result.path is not None
    assert result.path.read_bytes() == OTHER
    assert "range" not in server.asked()[2].headers


def test_a_range_answered_in_part_is_asked_for_again(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    part = half_range(CSV, 7000, '"v1"')
    url = server.route("/rp.csv", cut_after(CSV, 4000, '"v1"'), part, file(CSV, '"v1"'))
    assert one(tmp_path, url, clock).outcome == "new"
    assert [a.headers.get("range") for a in server.asked()] == [None, "bytes=4000-", "bytes=7000-"]


def test_without_etag_nor_date_a_cut_download_starts_again(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    weak = cut_after(CSV, 4000, 'W/"v1"')
    url = server.route("/rp.csv", cut_after(CSV, 4000), weak, cut_chunked(CSV[:3000]), file(CSV))
    assert one(tmp_path, url, clock).outcome == "new"
    assert all("range" not in a.headers for a in server.asked())
    assert len(server.asked()) == 4


def test_a_command_killed_between_the_last_byte_and_the_store(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", cut_after(CSV, 4000, '"v1"'), file(CSV, '"v1"'))
    one(tmp_path, url, clock, attempts=1)
    (part,) = (tmp_path / "store" / "partial").glob("*.part")
    part.write_bytes(CSV)
    assert one(tmp_path, url, clock).outcome == "new"
    assert server.asked()[1].headers["range"] == f"bytes={len(CSV)}-"


def test_a_spoiled_note_of_an_unfinished_file_starts_again(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", cut_after(CSV, 4000, '"v1"'), file(CSV, '"v1"'))
    one(tmp_path, url, clock, attempts=1)
    (note,) = (tmp_path / "store" / "partial").glob("*.json")
    note.write_text('{"valida', encoding="utf-8")
    assert one(tmp_path, url, clock).outcome == "new"
    assert "range" not in server.asked()[1].headers
