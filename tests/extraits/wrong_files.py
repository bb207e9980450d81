"""The producers' real files one year later, spoiled the ways a person spoils a file."""

from __future__ import annotations

import csv
import io
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Cells = list[list[str]]

NUMBER = re.compile(r"^-?\d+(?:[.,]\d+)?$")
OURS = re.compile(r"^(?:QP0?59|59)")


@dataclass
class Sheet:
    """A file as a table of text cells."""

    name: str
    cells: Cells
    separator: str = ";"
    extra: dict[str, str] = field(default_factory=dict)
    """Other members of the archive it is put in."""

    @property
    def header(self) -> list[str]:
        return self.cells[0]

    @property
    def rows(self) -> Cells:
        return self.cells[1:]

    def at(self, start: str) -> int:
        """Position of the first column whose name starts so."""
        return next(i for i, name in enumerate(self.header) if name.startswith(start))

    def each(self, start: str, change: Callable[[float], float], where: str = "") -> None:
        """Change every number of a column, keeping its decimal mark."""
        at, comma = self.at(start), self._comma()
        for row in self.rows:
            if NUMBER.match(row[at]) and re.match(where, row[0]):
                text = f"{change(float(row[at].replace(',', '.'))):.10g}"
                row[at] = text.replace(".", ",") if comma or "," in row[at] else text

    def _comma(self) -> bool:
        return any(re.match(r"^\d+,\d+$", cell) for row in self.rows[:400] for cell in row)

    def write(self, folder: Path) -> Path:
        out = io.StringIO()
        csv.writer(out, delimiter=self.separator, lineterminator="\n").writerows(self.cells)
        path = folder / self.name
        if self.extra:
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr(path.with_suffix(".csv").name, out.getvalue())
                for name, text in self.extra.items():
                    archive.writestr(name, text)
        else:
            path.write_text(out.getvalue(), encoding="utf-8")
        return path


def next_year(path: Path, name: str, years: dict[str, str], noise: float = 0.004) -> Sheet:
    """Read a real file as that of another year: its header dated, its figures moved a little.

    Args:
        path: the real file.
        name: its new name.
        years: what to replace in the header, or in the column of years: « 21 » → « 22 ».
        noise: relative moves.
    """
    draw = random.Random(7)
    text = path.read_text(encoding="utf-8-sig")
    cells = [row for row in csv.reader(io.StringIO(text), delimiter=";") if row and row[0]]
    held = set(years)
    cells[0] = [_dated(cell, years) for cell in cells[0]]
    for row in cells[1:]:
        for i, cell in enumerate(row):
            if cell in held and i in (0, 2):
                row[i] = years[cell]
            elif i > 1 and NUMBER.match(cell) and cells[0][i] not in ("an", "annee", "NOTE", "AN"):
                value = float(cell.replace(",", ".")) * (1 + draw.gauss(0, noise))
                digits = len(re.split("[.,]", cell)[1]) if re.search("[.,]", cell) else 0
                moved = f"{min(value, 100.0) if float(cell.replace(',', '.')) <= 100 else value:.{digits}f}"
                row[i] = moved.replace(".", ",") if "," in cell else moved
    return Sheet(name, cells)


def _dated(cell: str, years: dict[str, str]) -> str:
    for old, new in years.items():
        if cell.endswith(old) and len(cell) > len(old):
            return cell[: -len(old)] + new
    return cell
