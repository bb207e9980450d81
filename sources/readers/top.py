"""The beginning of a file: the names it goes by, and the rows that may be its header.

Belongs here: opening just enough of a file to recognise it. Does not belong here: reading it
(``sources.readers.table``).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import overload

from sources.readers.container import (
    MAX_STREAMED,
    Kind,
    check_size,
    kind_of,
    member_names,
    read_member,
)
from sources.readers.parquet import parquet_columns
from sources.readers.proof import Header
from sources.readers.text import HEADER_LINES, in_lines, split_header, utf_16
from sources.readers.workbook import SheetTop, sheet_tops

SAMPLE = 40
"""Rows below a header whose codes are looked at."""
_TOP = 1 << 20
_KINDS = {".xlsx": Kind.XLSX, ".xls": Kind.XLS, ".parquet": Kind.PARQUET}


def names_of(path: Path) -> list[str]:
    """Return the names a file goes by: its own, then those of the data files of an archive."""
    inner = member_names(path)[0] if kind_of(path) is Kind.ZIP else []
    return [path.name, *(PurePosixPath(name).name for name in inner)]


def place_of(path: Path, member: str) -> str:
    """Return how to call a file of an archive."""
    return f"{path.name}, {PurePosixPath(member).name}"


def kind_of_member(name: str) -> Kind:
    """Return what a file of an archive is, by its extension."""
    return _KINDS.get(PurePosixPath(name).suffix.lower(), Kind.CSV)


def peek(path: Path, sheets: str | None = None) -> list[Header]:
    """Return what may be the header of a file, reading its beginning only.

    Args:
        path: the file, left untouched.
        sheets: regular expression of the sheets of a workbook to look at; all of them when none has such
            a name.

    Raises:
        ExtractRefused: the file is empty, too large, or cannot be opened safely.
    """
    check_size(path, MAX_STREAMED)
    kind = kind_of(path)
    if kind is Kind.CSV:
        with path.open("rb") as handle:
            top = handle.read(_TOP)
        utf_16(path.name, top[:2])
        return _text_headers(path.name, top)
    if kind is Kind.ZIP:
        return [header for name in member_names(path)[0] for header in member_headers(path, name)]
    if kind is Kind.PARQUET:
        return [Header(path.name, parquet_columns(path.name, path))]
    return _sheet_headers(sheet_tops(path.name, path, kind, sheets))


def member_headers(path: Path, name: str) -> list[Header]:
    """Return what may be the header of one file of an archive."""
    kind = kind_of_member(name)
    if kind is Kind.CSV:
        return _text_headers(name, read_member(path, name, _TOP))
    if kind is Kind.PARQUET:
        return []
    return _sheet_headers(sheet_tops(place_of(path, name), read_member(path, name), kind))


def _sheet_headers(tops: list[SheetTop]) -> list[Header]:
    return [
        Header(top.name, row, top.rows[i + 1 : i + 1 + SAMPLE], "\n".join(map(" ".join, top.rows[:i])))
        for top in tops
        for i, row in enumerate(top.rows)
    ]


def _text_headers(place: str, top: bytes) -> list[Header]:
    if b"\x00" in top[:4096] or top.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"{", b"["):
        return []
    text = in_lines(top).decode("utf-8-sig", errors="replace")
    lines = text.split("\n", HEADER_LINES + SAMPLE)[: HEADER_LINES + SAMPLE]

    return [
        Header(place, cut[i], cut[i + 1 : i + 1 + SAMPLE], "\n".join(lines[:i]))
        for i, line in enumerate(lines[:HEADER_LINES])
        # Decimal commas may outnumber the separators of a row: each header has its own.
        if len((cut := _Rows(lines, max(";,\t", key=line.count)))[i]) > 1
    ]


class _Rows(Sequence[tuple[str, ...]]):
    """Lines of a file cut into cells when they are asked for: the first codes mostly say enough."""

    def __init__(self, lines: list[str], separator: str) -> None:
        self._lines, self._separator = lines, separator

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, at: int) -> tuple[str, ...]: ...
    @overload
    def __getitem__(self, at: slice) -> _Rows: ...
    def __getitem__(self, at: int | slice) -> tuple[str, ...] | _Rows:
        if isinstance(at, slice):
            return _Rows(self._lines[at], self._separator)
        return tuple(split_header(self._lines[at].rstrip("\r"), self._separator))
