"""Hostile containers are refused before they cost anything."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import textwrap
import zipfile
import zlib
from pathlib import Path

import pytest

from sources.catalogue import Catalogue
from sources.problems import ExtractRefused
from sources.readers import read_extract
from sources.recognise import recognise
from sources.territory.declared import Territories

PEAK = 200 * 1024 * 1024
# polars, pyarrow and fastexcel loaded, nothing read yet.
PROBE = """
import resource, sys
from pathlib import Path
import polars, pyarrow.csv, fastexcel
from sources.catalogue import load_catalogue
from sources.problems import ExtractRefused
from sources.readers import read_extract
from sources.recognise import recognise
from sources.territory.files import load_territories
catalogue, territories = load_catalogue(), load_territories()
path = Path(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for attempt in (
    lambda: recognise(path, catalogue),
    lambda: read_extract(path, catalogue.datasets[sys.argv[2]], 2022, None, territories),
):
    try:
        attempt()
    except ExtractRefused as error:
        print(error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


def probed(path: Path, dataset: str) -> tuple[str, int]:
    """Try a file in a process of its own: what was said, and the memory it took above the libraries'."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROBE), str(path), dataset],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        timeout=60,
    )
    *message, peak = done.stdout.strip().splitlines()
    assert not done.stderr
    return "\n".join(message).replace("\u00a0", " "), int(peak)


def bomb(path: Path, name: str, megabytes: int) -> Path:
    """Write an archive of one file of zeros, compressed once and repeated."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = compressor.compress(bytes(1 << 20)) + compressor.flush(zlib.Z_FULL_FLUSH)
    packed = block * megabytes + zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, packed)
    raw = bytearray(content.getvalue())
    for signature, method, size in ((b"PK\x03\x04", 8, 22), (b"PK\x01\x02", 10, 24)):
        start = raw.index(signature)
        raw[start + method : start + method + 2] = (8).to_bytes(2, "little")
        raw[start + size : start + size + 4] = (megabytes << 20).to_bytes(4, "little")
    path.write_bytes(raw)
    return path


def test_a_bomb_of_two_gigabytes_costs_nothing(tmp_path: Path) -> None:
    path = bomb(tmp_path / "DEMO_2022.zip", "DEMO_2022.csv", 2047)
    assert path.stat().st_size < 20_000_000
    message, peak = probed(path, "sig_ville_demo")
    assert "une fois décompressée" in message and "au plus 500 fichiers" in message
    assert peak < PEAK


def test_ten_thousand_columns_cost_nothing(tmp_path: Path) -> None:
    path = tmp_path / "DEMO_2022.csv"
    row = ";".join("1" for _ in range(10_000))
    header = "CODGEO;" + ";".join(f"c{i}" for i in range(10_000))
    path.write_text(header + "\n" + f"QP059050;{row}\n" * 500, encoding="utf-8")
    message, peak = probed(path, "sig_ville_demo")
    assert "10001 colonnes" in message and peak < PEAK


def test_one_cell_far_away_does_not_fill_the_memory(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "table-appartenance-geo-communes-2022.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("COM")
        sheet.write(0, 0, "CODGEO")
        sheet.write(1_048_575, 16_383, "loin")
    message, peak = probed(path, "insee_appartenance")
    assert "1048576 lignes et 16384 colonnes" in message and peak < PEAK


def refusal(
    path: Path, catalogue: Catalogue, territories: Territories, dataset: str = "sig_ville_demo"
) -> str:
    said = []
    for attempt in (
        lambda: recognise(path, catalogue),
        lambda: read_extract(path, catalogue.datasets[dataset], 2022, None, territories),
    ):
        try:
            attempt()
        except ExtractRefused as error:
            said.append(str(error))
    assert said, "taken"
    return said[-1].replace("\u00a0", " ")


@pytest.mark.parametrize(
    "name", ["../DEMO_2022.csv", "a/../../DEMO_2022.csv", "/etc/DEMO_2022.csv", "C:\\x\\y.csv"]
)
def test_a_path_that_leaves_the_archive_is_refused(
    name: str, tmp_path: Path, catalogue: Catalogue, territories: Territories
) -> None:
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), "CODGEO;A\n")
    assert "un chemin qui sort de l’archive" in refusal(path, catalogue, territories)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/sharedStrings.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_workbook_with_external_entities_is_refused(
    part: str, encoding: str, tmp_path: Path, catalogue: Catalogue, territories: Territories
) -> None:
    path = tmp_path / "table-appartenance-geo-communes-2022.xlsx"
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": "<workbook/>",
        "xl/sharedStrings.xml": "<sst/>",
    }
    dtd = '<!-- x --><!DOCTYPE sst [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, (dtd + text).encode(encoding) if name == part else text)
    message = refusal(path, catalogue, territories, "insee_appartenance")
    assert "entités" in message and part in message


def test_a_directory_that_lies_about_a_size_is_refused(
    tmp_path: Path, catalogue: Catalogue, territories: Territories
) -> None:
    import xlsxwriter

    honest = io.BytesIO()
    with xlsxwriter.Workbook(honest) as book:
        book.add_worksheet("COM").write_column(0, 0, ["CODGEO", *range(5000)])
    raw = bytearray(honest.getvalue())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = raw.index(signature)
        while start >= 0:
            raw[start + offset : start + offset + 4] = (10).to_bytes(4, "little")
            start = raw.find(signature, start + 4)
    path = tmp_path / "table-appartenance-geo-communes-2022.xlsx"
    path.write_bytes(raw)
    assert "abîmé" in refusal(path, catalogue, territories, "insee_appartenance")


def test_a_locked_archive_and_too_many_files_are_refused(
    tmp_path: Path, catalogue: Catalogue, territories: Territories
) -> None:
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for i in range(501):
            archive.writestr(f"f{i}.csv", "a;b\n")
    assert "501 fichiers" in refusal(path, catalogue, territories)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("DEMO_2022.csv", "a;b\n")
    raw = bytearray(path.read_bytes())
    start = raw.index(b"PK\x01\x02")
    raw[start + 8] |= 1
    path.write_bytes(raw)
    assert "mot de passe" in refusal(path, catalogue, territories)
