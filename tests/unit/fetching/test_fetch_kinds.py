"""An answer that is not the file, and a name that is not one."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from fetch_helpers import (
    CSV,
    HTML,
    Clock,
    dataset,
    manners,
    one,
    said,
    stored,
    unfinished,
    zipped,
)
from misbehaving_server import (
    MisbehavingServer,
    file,
)

from sources.fetching import fetch
from sources.fetching.kinds import accepted_kinds, kind_of, safe_name
from sources.store import Store


@pytest.mark.parametrize(
    ("path", "layout", "body", "words"),
    [
        ("/rp.csv", "csv", HTML, "page web (HTML)"),
        ("/rp.zip", "csv", HTML, "page web (HTML)"),
        ("/rp.csv", "csv", b"\xef\xbb\xbf\r\n <?xml version='1.0'?><html></html>", "page web (HTML)"),
        ("/rp.csv", "csv", b"<?xml version='1.0'?><Error/>", "fichier XML"),
        ("/rp.csv", "csv", b'{"error": "quota"}', "fichier JSON"),
        ("/rp.csv", "csv", b"", "fichier vide"),
        ("/rp.csv", "csv", b"%PDF-1.7 ...", "PDF"),
        ("/rp.csv", "csv", b"\x00\x01\x02\x03" * 50, "rien ne permet de reconnaître"),
        ("/rp.csv", "csv", gzip.compress(CSV), "gzip"),
        ("/rp.csv", "csv", zipped(), "archive zip"),
        ("/rp.zip", "csv", CSV, "fichier texte"),
        ("/rp.zip", "csv", zipped()[:-30], "incomplète"),
        ("/apl.xlsx", "xlsx", zipped(), "archive zip"),
        ("/apl.xlsx", "xlsx", CSV, "fichier texte"),
    ],
)
def test_a_file_of_another_kind_is_refused_and_not_kept(
    server: MisbehavingServer, clock: Clock, tmp_path: Path, path: str, layout: str, body: bytes, words: str
) -> None:
    url = server.route(path, file(body, '"v1"', Content_Type="text/csv"))
    message = said(one(tmp_path, url, clock, layout=layout))
    assert words in message.partition("attendu")[0]
    assert stored(tmp_path) == set()
    assert unfinished(tmp_path) == []
    server.route(path, file(CSV, '"v1"'))
    assert all("range" not in a.headers and "if-none-match" not in a.headers for a in server.asked())


def test_a_refused_page_leaves_the_file_held_before(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", file(CSV, '"v1"'), file(HTML, '"v2"'))
    held = one(tmp_path, url, clock)
    (result,) = fetch([dataset("rp", url)], tmp_path, manners=manners(clock))
    assert result.outcome == "failed"
    assert held.path is not None
    assert held.path.read_bytes() == CSV
    assert len(Store(tmp_path).records()) == 1


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="../../../etc/passwd"', "passwd.csv"),
        ('attachment; filename="..\\\\..\\\\Windows\\\\win.ini"', "win.ini.csv"),
        ('attachment; filename="C:\\\\temp\\\\RP.csv"', "RP.csv"),
        ("attachment; filename=..", "rp.csv"),
        ('attachment; filename="NUL.csv"', "_NUL.csv"),
        ('attachment; filename="a\x01<b>|?*:.csv"', "ab.csv"),
        ("attachment; filename*=UTF-8''donn%C3%A9es%20%2F..%2Fcommunes.csv", "communes.csv"),
        ("attachment; filename*=UTF-8''donn%C3%A9es.csv", "données.csv"),
        ("attachment; filename*=klingon''x%FF.csv", None),
        ('attachment; filename="' + "a" * 400 + '.csv"', "a" * 116 + ".csv"),
        (';;;="', "rp.csv"),
    ],
)
def test_a_name_given_by_a_server_is_never_a_path(
    server: MisbehavingServer, clock: Clock, tmp_path: Path, disposition: str, name: str | None
) -> None:
    url = server.route("/rp.csv", file(CSV, Content_Disposition=disposition))
    home = tmp_path / "a" / "b" / "c" / "d"
    record = one(home, url, clock).record
    assert record is not None
    assert name in (None, record.name)
    delivered = Store(home).deliver(record, home / "inbox")
    assert delivered.parent == home / "inbox"
    outside = [p for p in tmp_path.rglob("*") if p.is_file() and home not in p.parents]
    assert outside == []
    assert len(record.name) <= 125


def test_a_name_comes_from_the_address_or_else_from_the_dataset() -> None:
    assert safe_name(None, "https://x.example/a/%2e%2e%2fRP%202022.csv?x=/y", "rp_2022") == "RP 2022.csv"
    assert safe_name(None, "https://x.example/", "rp_2022") == "rp_2022"


def test_kinds_accepted_follow_the_layout_and_the_address() -> None:
    assert accepted_kinds("csv", "https://x.example/melodi/RP_CSV_FR") == {"csv", "zip"}
    assert accepted_kinds("csv", "https://x.example/RP.ZIP?v=2") == {"zip"}
    assert accepted_kinds("xlsx", "https://x.example/apl") == {"xlsx", "xls", "zip"}
    assert accepted_kinds("zip", "https://x.example/melodi/RP_CSV_FR") == {"zip"}
    assert accepted_kinds("parquet", "https://x.example/rp") == {"parquet", "zip"}


def test_a_real_workbook_and_a_real_parquet_file_are_recognised(tmp_path: Path) -> None:
    import polars as pl

    frame = pl.DataFrame({"a": [1, 2]})
    frame.write_parquet(tmp_path / "a")
    assert kind_of(tmp_path / "a") == "parquet"
    (tmp_path / "b").write_bytes((tmp_path / "a").read_bytes()[:-2])
    assert kind_of(tmp_path / "b") == "binary"
    frame.write_excel(tmp_path / "c.xlsx")
    assert kind_of(tmp_path / "c.xlsx") == "xlsx"
