"""The file of the starting values of the follow-up: written by a command, only ever added to."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from sources.files import write_text
from sources.local.model import SECTIONS
from sources.local.reading import load_local

SECTION = SECTIONS["socle"]


def fix(folder: Path, lines: Iterable[Mapping[str, object]]) -> tuple[int, int]:
    """Add to the base the lines of indicators and territories that have none yet; the others never move.

    Args:
        folder: the local layer.
        lines: starting values, by column of the section ``socle``.

    Returns:
        How many were added, how many were there already.

    Raises:
        ValidationFailed: the file that is there cannot be read.
    """
    path = folder / SECTION.file
    kept = [line.row.model_dump() for line in load_local(folder).of(SECTION.name)]
    known = {tuple(row[name] for name in SECTION.key) for row in kept}
    added = [line for line in lines if tuple(line[name] for name in SECTION.key) not in known]
    if added:
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, SECTION.columns, delimiter=";", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows([*kept, *added])
        write_text(path, f"\ufeff{out.getvalue()}")
    return len(added), len(kept)
