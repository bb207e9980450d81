"""Long files piece by piece: a national Melodi table unpacks to more than the memory it should take.

Belongs here: cutting a delimited file at the ends of lines, each piece read as a small file of its own. Does
not belong here: choosing the rows to keep.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import IO

from sources.model import Layout
from sources.problems import ExtractRefused
from sources.readers.container import refuse, whole
from sources.readers.text import HEADER_LINES, TextTable, header_line, parse_text, without_mark

BLOCK = 8 * 1024 * 1024
"""Bytes of one piece."""
_WRITTEN = re.compile(rb"\S")


def pieces_of(file: str, handle: IO[bytes], layout: Layout, block: int = BLOCK) -> Iterator[TextTable]:
    """Yield the tables of a delimited file, each of about ``block`` bytes, with the lines of the whole file.

    Args:
        file: Name of the file, for messages.
        handle: Opened at its beginning.
        layout: Declared encoding, separator and position of the header.
        block: Bytes of one piece.

    Raises:
        ExtractRefused: As :func:`sources.readers.text.parse_text` does, with the lines of the whole file.
    """
    with whole(file):
        lines = [handle.readline(1 << 20) for _ in range(max(HEADER_LINES, layout.header_row))]
    row = header_line(b"".join(lines).decode(layout.encoding, errors="replace"), layout)
    layout = layout.model_copy(update={"header_row": row})
    header = b"".join(lines[:row])
    with whole(file):
        handle.seek(len(header))
    # Once for all: each piece begins with the header.
    header = without_mark(header, layout)
    before, carry, empty = 0, b"", True
    while True:
        with whole(file):
            read = handle.read(block)
        cut = read.rfind(b"\n") + 1
        whole_lines = cut or not read
        raw = b"".join((header, carry, memoryview(read)[:cut])) if whole_lines else header
        carry = read[cut:] if whole_lines else carry + read
        if len(carry) > block:
            raise refuse(
                file, "une ligne démesurée", "des lignes de texte", "Reprenez le fichier du producteur."
            )
        if _WRITTEN.search(raw, len(header)) or (empty and not read):
            piece = _piece(file, raw, layout, before)
            yield piece
            before, empty = before + piece.breaks, False
        else:
            before += raw.count(b"\n", len(header))
        if not read:
            return


def _piece(file: str, raw: bytes, layout: Layout, before: int) -> TextTable:
    import polars as pl

    try:
        table = parse_text(file, raw, layout)
    except ExtractRefused as error:
        shifted = (
            replace(p, line=p.line + before if p.line and p.line > layout.header_row else p.line)
            for p in error.problems
        )
        raise ExtractRefused(shifted) from error
    return replace(table, frame=table.frame.with_columns(_line=pl.col("_line") + before))
