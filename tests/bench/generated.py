"""Generated national files, in the layout of the embedded ones: nothing in them was ever measured.

Each embedded CSV of communes is given the rows of as many communes as asked: those of a real one, chosen in
turn, under a code that is generated. Where the file names the commune, it is named « Commune générée ».
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from sources.catalogue import load_catalogue
from sources.model import Layout
from sources.territory.files import load_territories
from sources.vocabulary import Level

NAME = "Commune générée"
LARGEST = 35_000
"""Communes of France."""


def generate(folder: Path, communes: int) -> int:
    """Write the files of so many communes, ours as they are and the others generated.

    Args:
        folder: made, and filled.
        communes: how many are generated.

    Returns:
        Size of the files, in bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "LISEZ-MOI.md").write_text("Fichiers générés : aucun chiffre n’est réel.\n", encoding="utf-8")
    known = load_territories().known(Level.COMMUNE)
    size = 0
    for dataset, _, extract, path in load_catalogue().embedded():
        if path.suffix.lower() == ".csv" and dataset.kind == "figures":
            text = _grown(path.read_bytes(), dataset.layout, known, communes)
            if text is not None:
                target = folder / Path(extract.file).name
                target.write_bytes(text)
                size += len(text)
    return size


def _grown(raw: bytes, layout: Layout, known: frozenset[str], communes: int) -> bytes | None:
    """Return a file with generated communes after its own rows; None when it is not one of communes."""
    lines = list(csv.reader(io.StringIO(raw.decode(layout.encoding)), delimiter=layout.separator))
    column = _column(lines, known)
    if column is None:
        return None
    names = _names(lines, column, known)
    of: dict[str, list[list[str]]] = {}
    for line in lines:
        if len(line) > column and line[column] in known:
            of.setdefault(line[column], []).append(line)
    templates = [of[code] for code in sorted(of)]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=layout.separator, lineterminator="\n")
    for number, code in enumerate(_codes(communes)):
        for line in templates[number % len(templates)]:
            changed = list(line)
            changed[column] = code
            for name in names:
                changed[name] = f"{NAME} {code}"
            writer.writerow(changed)
    start = raw if raw.endswith(b"\n") else raw + b"\n"
    return start + out.getvalue().encode(layout.encoding.removesuffix("-sig"))


def _column(lines: list[list[str]], known: frozenset[str]) -> int | None:
    """Return the column that holds codes of our communes in at least half of the rows."""
    width = min((len(line) for line in lines), default=0)
    held = [sum(line[position] in known for line in lines) for position in range(width)]
    best = max(range(width), key=held.__getitem__, default=0)
    return best if width and held[best] * 2 >= len(lines) else None


def _names(lines: list[list[str]], column: int, known: frozenset[str]) -> list[int]:
    """Return the columns of names: a text of letters for every commune, a different one each."""
    first = {line[column]: line for line in reversed(lines) if line[column] in known}
    return [
        position
        for position in range(min(len(line) for line in first.values()))
        if len({line[position] for line in first.values()}) == len(first)
        and all(
            line[position].replace("-", "").replace(" ", "").replace("'", "").isalpha()
            for line in first.values()
        )
    ]


def _codes(communes: int) -> Iterator[str]:
    """Yield codes of the shape of INSEE's, outside the departments of the embedded files."""
    departments = [f"{n:02d}" for n in range(1, 96) if n not in (20, 59, 62)]
    for number in range(communes):
        yield f"{departments[number % len(departments)]}{number // len(departments) + 1:03d}"
