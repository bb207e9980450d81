"""Archives, workbooks and Parquet files, sound ones and spoiled ones."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence

import polars as pl
import xlsxwriter

NAME = "cc_filosofi_2021_COM"
STORED, DEFLATED, BZIP2, LZMA = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA


def archive(members: Mapping[str, bytes], method: int = DEFLATED) -> bytes:
    """Return a ZIP of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as opened:
        for name, content in members.items():
            opened.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return out.getvalue()


def workbook(rows: Sequence[Sequence[str]], sheet: str = "COM") -> bytes:
    """Return a workbook of one sheet of text cells."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for i, row in enumerate(rows):
            page.write_row(i, 0, row, None) if not i else [
                page.write_string(i, j, c) for j, c in enumerate(row)
            ]
    return out.getvalue()


def parquet(frame: pl.DataFrame) -> bytes:
    """Return a Parquet file of a frame."""
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def bomb(name: str, megabytes: int) -> bytes:
    """Return an archive whose one file unpacks to that many megabytes of zeros, and says so."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = compressor.compress(bytes(1 << 20)) + compressor.flush(zlib.Z_FULL_FLUSH)
    packed = block * megabytes + zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    raw = bytearray(archive({name: packed}, STORED))
    for signature, method, size in ((b"PK\x03\x04", 8, 22), (b"PK\x01\x02", 10, 24)):
        start = raw.index(signature)
        struct.pack_into("<H", raw, start + method, DEFLATED)
        struct.pack_into("<I", raw, start + size, megabytes << 20)
    return bytes(raw)


def spoiled_data(raw: bytes, method: int) -> Iterator[bytes]:
    """Yield archives of one file whose packed bytes were damaged, its directory intact."""
    packed = archive({f"{NAME}.csv": raw}, method)
    start = 30 + len(NAME) + 4
    for offset in range(0, 200, 25):
        changed = bytearray(packed)
        changed[start + offset : start + offset + 20] = b"\xff" * 20
        yield bytes(changed)


def bad_archives(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield archives that must be refused, with what is wrong with each."""
    csv, good = f"{NAME}.csv", archive({f"{NAME}.csv": raw})
    yield "no file", archive({})
    yield "no data file", archive({"lisez-moi.pdf": b"%PDF-1.7"})
    yield "archive in an archive", archive({"interieur.zip": good})
    yield "archive named as a table", archive({csv: good})
    yield "web page inside", archive({csv: b"<!DOCTYPE html><html></html>"})
    yield "empty table inside", archive({csv: b""})
    yield "two tables", archive({csv: raw, f"copie/{csv}": raw})
    for path in (
        f"../{csv}",
        f"a/../../{csv}",
        f"/etc/{csv}",
        f"C:\\{csv}",
        f"..\\{csv}",
        f"//serveur/{csv}",
    ):
        yield f"path {path}", archive({path: raw})
    yield "five hundred and one files", archive({csv: raw, **{f"f{i}.txt": b"" for i in range(501)}})
    yield "bomb", bomb(csv, 2000)
    locked = bytearray(good)
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    yield "password", bytes(locked)
    unknown = bytearray(good)
    unknown[locked.index(b"PK\x01\x02") + 10] = 97
    yield "unknown method", bytes(unknown)
    for share in range(1, 10):
        yield f"{share} tenths", good[: len(good) * share // 10]
    for method in (DEFLATED, BZIP2, LZMA):
        for i, changed in enumerate(spoiled_data(raw, method)):
            yield f"damage {i} of method {method}", changed
    yield "table cut", archive({csv: raw[: len(raw) // 2]})
    yield "workbook that is none", archive({f"{NAME}.xlsx": b"PK\x03\x04" + bytes(40)})
    yield (
        "old workbook that is none",
        archive({f"{NAME}.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)}),
    )
    yield "Parquet that is none", archive({f"{NAME}.parquet": b"PAR1" + bytes(40) + b"PAR1"})


def bad_workbooks(rows: list[list[str]]) -> Iterator[tuple[str, bytes]]:
    """Yield workbooks that must be refused, with what is wrong with each."""
    good = workbook(rows)
    with zipfile.ZipFile(io.BytesIO(good)) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    entity = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    laughs = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    for name, part in parts.items():
        if name.endswith((".xml", ".rels")):
            for fault, text in (("external entity", entity), ("laughs", laughs)):
                changed = part.replace(b"?>", b"?>" + text, 1)
                yield f"{fault} in {name}", archive({**parts, name: changed})
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"):
        yield f"without {name}", archive({k: v for k, v in parts.items() if k != name})
        yield f"half of {name}", archive({**parts, name: parts[name][: len(parts[name]) // 2]})
        yield f"bytes in {name}", archive({**parts, name: bytes(range(256))})
    strings = parts["xl/sharedStrings.xml"]
    yield "half of the strings", archive({**parts, "xl/sharedStrings.xml": strings[: len(strings) // 2]})
    sheet = parts["xl/worksheets/sheet1.xml"]
    far = sheet.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    yield "a cell far away", archive({**parts, "xl/worksheets/sheet1.xml": far})
    for share in range(1, 10):
        yield f"{share} tenths of a workbook", good[: len(good) * share // 10]
    yield "no row", workbook(rows[:1])
    yield "no cell", workbook([])
    yield "no key", workbook([row[1:] for row in rows])
    yield "column twice", workbook([[*row, row[3]] for row in rows])
    yield "figure without a name", workbook(unnamed(rows))
    yield "10 000 columns", workbook([[*row, *["1"] * 10_000] for row in rows[:3]])
    for text in (
        '=HYPERLINK("http://x")',
        "<b>1</b>",
        "../../x",
        "1e400",
        "NaN",
        "-5",
        "\u202e12",
        "1\u20282",
    ):
        yield f"cell {text[:12]!r}", workbook([*rows[:4], [*rows[4][:3], text, *rows[4][4:]], *rows[5:]])
    for code in ("1004", "59002.0", "2a004", "", "<b>59002</b>"):
        yield f"code {code!r}", workbook([*rows[:4], [code, *rows[4][1:]], *rows[5:]])
    yield "territory twice", workbook([*rows, rows[3]])


def unnamed(rows: list[list[str]]) -> list[list[str]]:
    """Return the rows with a first column of figures that has no name."""
    return [["12" if i else "", *row] for i, row in enumerate(rows)]


def bad_parquets(rows: list[list[str]]) -> Iterator[tuple[str, bytes]]:
    """Yield Parquet files that must be refused, with what is wrong with each."""
    frame = pl.DataFrame(rows[1:], schema=dict.fromkeys(rows[0], pl.String), orient="row")
    good = parquet(frame)
    for share in range(1, 10):
        yield f"{share} tenths", good[: len(good) * share // 10]
    yield "no row", parquet(frame.head(0))
    yield "no key", parquet(frame.drop("CODGEO"))
    yield "column missing", parquet(frame.drop("MED21"))
    yield "10 000 columns", parquet(frame.with_columns(pl.lit("1").alias(f"c{i}") for i in range(10_000)))
    odd = {
        "list": pl.lit([1, 2]),
        "structure": pl.struct(a="CODGEO"),
        "bytes": pl.lit(b"\xff\xfe"),
        "date": pl.date(2020, 1, 1),
        "duration": pl.duration(days=1),
        "truth": pl.lit(value=True),
        "not a number": pl.lit(float("nan")),
        "infinity": pl.lit(float("inf")),
        "negative": pl.lit(-1.5),
        "formula": pl.lit('=HYPERLINK("http://x")'),
    }
    for fault, value in odd.items():
        yield fault, parquet(frame.with_columns(MED21=value))
    yield "code as a number", parquet(frame.with_columns(CODGEO=pl.lit(59002.0)))
    yield "territory twice", parquet(pl.concat([frame, frame.head(1)]))
    yield "only the marks of the format", b"PAR1" + bytes(64) + b"PAR1"
