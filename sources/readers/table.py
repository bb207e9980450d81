"""Any file to a table of text cells: the container decides who reads it.

Belongs here: choosing the reader and, in an archive, the file to read. Does not belong here: what a cell
means.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from sources.model import Dataset
from sources.problems import quoted, typographic
from sources.readers.container import (
    MAX_STREAMED,
    Kind,
    check_size,
    kind_of,
    member_names,
    open_archive,
    read_member,
    refuse,
)
from sources.readers.parquet import parquet_columns, parquet_pieces, read_parquet
from sources.readers.stream import pieces_of
from sources.readers.text import TextTable, parse_text, read_text_table, split_header
from sources.readers.workbook import read_workbook, sheet_tops

_TOP = 1 << 20


@dataclass(frozen=True)
class Header:
    """A row of a file that may be its header."""

    place: str
    """Name of the file, of the archive's member or of the sheet."""
    cells: tuple[str, ...]


def names_of(path: Path) -> list[str]:
    """Return the names a file goes by: its own, then those of the data files of an archive."""
    inner = member_names(path)[0] if kind_of(path) is Kind.ZIP else []
    return [path.name, *(PurePosixPath(name).name for name in inner)]


def peek(path: Path) -> list[Header]:
    """Return what may be the header of a file, reading its beginning only.

    Raises:
        ExtractRefused: the file is empty, too large, or cannot be opened safely.
    """
    check_size(path, MAX_STREAMED)
    kind = kind_of(path)
    if kind is Kind.CSV:
        with path.open("rb") as handle:
            return _text_header(path.name, handle.read(_TOP))
    if kind is Kind.ZIP:
        return [h for name in member_names(path)[0] for h in _member_header(path, name)]
    if kind is Kind.PARQUET:
        return [Header(path.name, parquet_columns(path.name, path))]
    return [Header(top.name, row) for top in sheet_tops(path.name, path, kind) for row in top.rows]


def _member_header(path: Path, name: str) -> list[Header]:
    if name.lower().endswith((".csv", ".txt")):
        return _text_header(name, read_member(path, name, _TOP))
    return []


def _text_header(place: str, top: bytes) -> list[Header]:
    if b"\x00" in top[:4096] or top.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"{", b"["):
        return []
    line = top.decode("utf-8-sig", errors="replace").split("\n", 1)[0].rstrip("\r")
    separator = max(";,\t", key=line.count)
    cells = split_header(line, separator)
    return [Header(place, tuple(cells))] if len(cells) > 1 else []


def read_table(path: Path, dataset: Dataset) -> TextTable:
    """Read a file as text, whatever its container.

    Args:
        path: the producer's file, never modified.
        dataset: for the layout, and for the file to choose in an archive.

    Raises:
        ExtractRefused: each fault names its line, its column, what was found and what was expected.
    """
    check_size(path)
    kind = kind_of(path)
    if kind is Kind.ZIP:
        return _from_archive(path, dataset)
    return _from_source(path.name, path, kind, dataset)


def _from_source(file: str, source: Path | bytes, kind: Kind, dataset: Dataset) -> TextTable:
    if kind is Kind.PARQUET:
        return read_parquet(file, source)
    if kind is Kind.CSV:
        if isinstance(source, bytes):
            return parse_text(file, source, dataset.layout)
        return read_text_table(source, dataset.layout)
    return read_workbook(file, source, kind, dataset.layout)


def read_pieces(path: Path, dataset: Dataset) -> Iterator[TextTable]:
    """Yield the tables of a file: several for a long delimited file, one otherwise.

    Raises:
        ExtractRefused: as :func:`read_table` does.
    """
    kind = kind_of(path)
    long = any(column.where for column in dataset.layout.columns.values())
    if long and kind is Kind.CSV:
        check_size(path, MAX_STREAMED)
        with path.open("rb") as handle:
            yield from pieces_of(path.name, handle, dataset.layout)
    elif long and kind is Kind.PARQUET:
        yield from parquet_pieces(path.name, path)
    elif long and kind is Kind.ZIP and (name := _data_member(path, dataset)).lower().endswith(".csv"):
        with open_archive(path) as archive, archive.open(name) as member:
            yield from pieces_of(_place(path, name), member, dataset.layout)
    else:
        yield read_table(path, dataset)


def _place(path: Path, name: str) -> str:
    return f"{path.name}, {PurePosixPath(name).name}"


def _data_member(path: Path, dataset: Dataset) -> str:
    """Return the one file of an archive that holds the data of a dataset."""
    data, _ = member_names(path)
    chosen = [n for n in data if any(re.search(p, PurePosixPath(n).name) for p in dataset.files)]
    chosen = chosen if len(data) > 1 else data
    if len(chosen) != 1:
        listed = ", ".join(quoted(name) for name in data[:6]) or "aucun fichier de données"
        raise refuse(
            path.name,
            f"dans l’archive : {listed}",
            f"un seul fichier de « {dataset.title} »",
            "Extrayez de l’archive le fichier voulu et déposez-le seul.",
        )
    return chosen[0]


def left_in_archive(path: Path, dataset: Dataset) -> list[str]:
    """Say which data files of an archive were not read beside the one of this dataset."""
    if kind_of(path) is not Kind.ZIP:
        return []
    chosen = _data_member(path, dataset)
    others = [quoted(PurePosixPath(name).name) for name in member_names(path)[0] if name != chosen]
    if not others:
        return []
    listed = ", ".join(others[:6]) + (", …" if len(others) > 6 else "")
    said = f"Dans l’archive, non lu : {listed} ; un fichier utile se dépose seul, extrait de l’archive."
    return [typographic(said)]


def _from_archive(path: Path, dataset: Dataset) -> TextTable:
    name = _data_member(path, dataset)
    raw = read_member(path, name)
    labels: dict[str, str] = {}
    for meta in member_names(path)[1]:
        labels |= _labels(read_member(path, meta))
    file = _place(path, name)
    kinds = {".xlsx": Kind.XLSX, ".xls": Kind.XLS, ".parquet": Kind.PARQUET}
    table = _from_source(file, raw, kinds.get(PurePosixPath(name).suffix.lower(), Kind.CSV), dataset)
    return replace(table, labels=labels)


def _labels(raw: bytes) -> dict[str, str]:
    """Return the label of every variable of a ``meta_*`` file (COD_VAR, LIB_VAR)."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    lines = text.splitlines()
    separator = ";" if lines and ";" in lines[0] else ","
    try:
        rows = list(csv.DictReader(lines, delimiter=separator))
    except csv.Error:
        # A description that cannot be read describes nothing: the columns missing will say so.
        return {}
    return {
        code.strip(): (row.get("LIB_VAR_LONG") or row.get("LIB_VAR") or "").strip()
        for row in rows
        if (code := row.get("COD_VAR"))
    }
