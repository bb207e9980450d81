"""How a delimited file ends: one that stops in the middle of a line may be cut in its last cell."""

from __future__ import annotations

import os
from pathlib import Path

from sources.model import Layout
from sources.problems import Problem, quoted
from sources.readers.container import Kind, kind_of
from sources.readers.text import header_line, is_note, split_header

_READ = 1 << 20


def unfinished(path: Path, layout: Layout) -> Problem | None:
    """Say where a delimited file stops without a line break, unless its producer is known to do so.

    Cut in its last cell, a file has as many cells as its header says, and a wrong figure.

    Args:
        path: a file that was read.
        layout: what it was read with.

    Returns:
        None where the last line is ended, or holds nothing but separators.
    """
    if layout.final_newline is not None or kind_of(path) is not Kind.CSV:
        return None
    top, breaks, tail = b"", 0, b""
    with path.open("rb") as handle:
        # Nearly all of them end, and are not read for it.
        handle.seek(-1, os.SEEK_END)
        if handle.read(1) == b"\n":
            return None
        handle.seek(0)
        while piece := handle.read(_READ):
            top = top or piece
            breaks += piece.count(b"\n")
            tail = (tail + piece)[-_READ:]
    last = tail.rpartition(b"\n")[2].decode(layout.encoding, errors="replace")
    if last.endswith("\r") or not last.strip(f"{layout.separator} \t\r") or is_note(last):
        return None
    cells = split_header(last, layout.separator) or [last]
    lines = top.decode(layout.encoding, errors="replace")
    names = split_header(lines.split("\n")[header_line(lines, layout) - 1].rstrip("\r"), layout.separator)
    return Problem(
        file=path.name,
        line=breaks + 1,
        column=names[len(cells) - 1] if len(cells) <= len(names) else None,
        found=f"{quoted(cells[-1])}, où le fichier s’arrête, sans saut de ligne",
        expected="un saut de ligne à la fin du fichier",
        advice="La dernière ligne est peut-être coupée, et d’autres perdues : téléchargez le fichier à "
        "nouveau, ou acceptez-le s’il finit bien ainsi.",
    )
