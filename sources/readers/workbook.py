"""Sheets of a workbook (``.xlsx``, ``.xls``) to tables of text cells."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sources.files import digest
from sources.french import plural
from sources.model import Layout
from sources.problems import ExtractRefused, quoted
from sources.readers.container import MAX_CELLS, Kind, SheetFaults, check_workbook, refuse
from sources.readers.header import column_of, column_pattern, renamed
from sources.readers.shifted import SAMPLE, Rows, shifted
from sources.readers.text import MAX_COLUMNS, TextTable, duplicated_columns, is_note

if TYPE_CHECKING:
    import polars as pl
    from fastexcel import ExcelReader

HEADER_ROWS = 30
"""How far down a sheet its header is looked for, and how far up the notes under its last row."""
HELD = 8
"""How many sheets of files are held, and how many cells in all."""
MAX_HELD = 8_000_000
_SHEETS: dict[object, pl.DataFrame] = {}
_NAMES: dict[object, list[str]] = {}
_Named = tuple[str, tuple[str, ...], frozenset[str]]
"""A sheet: its name, its header, the codes it holds."""
_Held = TypeVar("_Held", "pl.DataFrame", list[str])
_AGAIN = "Reprenez le classeur du producteur, sans le réenregistrer."


@dataclass(frozen=True)
class SheetTop:
    """The first rows of a sheet, as text."""

    name: str
    rows: tuple[tuple[str, ...], ...]


@contextmanager
def _opened(file: str, source: Path | bytes, kind: Kind) -> Iterator[tuple[_Book, Mapping[str, SheetFaults]]]:
    """Open a workbook; whatever the library says of a broken one becomes a refusal in French."""
    faults: Mapping[str, SheetFaults] = {}
    if kind is Kind.XLSX and isinstance(source, Path):
        faults = _checked(source, digest(source))
    elif kind is Kind.XLSX and isinstance(source, bytes):
        faults = check_workbook(Path(file), source)
    try:
        yield _Book(file, source), faults
    except ExtractRefused:
        raise
    except BaseException as error:
        # A panic of the Rust library derives from BaseException; a keyboard interrupt must go through.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise refuse(file, "un classeur illisible (abîmé ou tronqué)", "un classeur Excel", _AGAIN) from error


@functools.lru_cache(maxsize=64)
def _checked(path: Path, _sha256: str) -> Mapping[str, SheetFaults]:
    """Check a workbook once, as long as it holds the same bytes: each of its sheets is opened in turn."""
    return check_workbook(path, None)


def sheet_names(file: str, source: Path | bytes, kind: Kind) -> list[str]:
    """Return the names of the sheets of a workbook.

    Raises:
        ExtractRefused: the workbook cannot be opened safely.
    """
    with _opened(file, source, kind) as (workbook, _):
        return list(workbook.sheet_names)


def sheet_tops(file: str, source: Path | bytes, kind: Kind, sheets: str | None = None) -> list[SheetTop]:
    """Return the first rows of the sheets of such names, of every sheet when there is none.

    Raises:
        ExtractRefused: the workbook cannot be opened safely.
    """
    with _opened(file, source, kind) as (workbook, _):
        chosen = [name for name in workbook.sheet_names if sheets and re.search(sheets, name)]
        return [SheetTop(name, _top(workbook.load(name))) for name in chosen or workbook.sheet_names]


class _Book:
    """A workbook, opened when something of it is not held.

    The library goes through all of a sheet to give its first rows: the last ones of files are held, as a
    workbook is looked at, then read, some of them twice.
    """

    def __init__(self, file: str, source: Path | bytes) -> None:
        self._file, self._source = file, source
        self._key = digest(source) if isinstance(source, Path) else None

    @functools.cached_property
    def _reader(self) -> ExcelReader:
        import fastexcel

        return fastexcel.read_excel(self._source)

    @property
    def sheet_names(self) -> list[str]:
        """Names of its sheets, in their order."""
        return _held(_NAMES, self._key, lambda: self._reader.sheet_names)

    def load(self, name: str) -> pl.DataFrame:
        """Return the rows of a sheet as text; refuse a sheet that is too large."""
        return _held(_SHEETS, self._key and (self._key, name), lambda: self._load(name))

    def _load(self, name: str) -> pl.DataFrame:
        sheet = self._reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        if sheet.width > MAX_COLUMNS:
            found = f"{plural(sheet.width, 'colonne')} dans la feuille {quoted(name)}"
            raise refuse(self._file, found, f"au plus {MAX_COLUMNS} colonnes", _AGAIN)
        if sheet.width * sheet.total_height > MAX_CELLS:
            size = f"{plural(sheet.total_height, 'ligne')} de {plural(sheet.width, 'colonne')}"
            found = f"{size} dans la feuille {quoted(name)}"
            raise refuse(self._file, found, f"au plus {MAX_CELLS // 1_000_000} millions de cellules", _AGAIN)
        return sheet.to_polars()


def _held(held: dict[object, _Held], key: object, made: Callable[[], _Held]) -> _Held:
    """Return what is held under a key, or hold what is made, unless it is a file of no path or too large."""
    found = held.get(key)
    if found is None:
        found = made()
        if key is not None and getattr(found, "width", 0) * len(found) <= MAX_HELD // HELD:
            held[key] = found
            for old in list(held)[:-HELD]:
                held.pop(old, None)
    return found


def _top(rows: pl.DataFrame) -> tuple[tuple[str, ...], ...]:
    first = rows.head(HEADER_ROWS)
    return tuple(tuple((cell or "").strip() for cell in row) for row in first.iter_rows())


def read_workbook(file: str, source: Path | bytes, kind: Kind, layout: Layout) -> TextTable:
    """Read the declared sheets of a workbook as text.

    Raises:
        ExtractRefused: no sheet has the declared header, or the header or a cell is malformed.
    """
    import polars as pl

    key = layout.territory.column or ()
    parts: list[pl.DataFrame] = []
    seen: list[str] = []
    above = ""
    below: list[str] = []
    chosen: _Named | None = None
    with _opened(file, source, kind) as (workbook, faults):
        for name in workbook.sheet_names:
            hit = re.search(layout.sheet or "", name)
            # Loaded once: to look at its top alone would take as long.
            rows = workbook.load(name) if hit else pl.DataFrame()
            top = tuple(tuple(renamed(cells, layout)) for cells in _top(rows))
            header = _header_row(top, key, layout.header_row)
            if hit is None or header is None:
                seen.append(name)
                continue
            one = name, top[header], _codes(rows.slice(header + 1), top[header], key)
            if chosen is not None and layout.sheet is None:
                _only_one(file, chosen, one)
                continue
            chosen = one
            rows = _with_faults(rows, faults.get(name))
            year = hit.groupdict().get("year") or name
            above = "\n".join(" ".join(cells).strip() for cells in top[:header])
            rows, notes = _without_notes(rows)
            below += notes
            parts.append(_sheet(file, rows, top[header], header, layout).with_columns(_sheet=pl.lit(year)))
    if not parts:
        raise refuse(
            file,
            f"aucune feuille avec l’en-tête attendu ({', '.join(quoted(name) for name in seen)})",
            f"une feuille dont l’en-tête porte la colonne {' ou '.join(map(quoted, sorted(key)))}",
            "Si le producteur a renommé la feuille ou la colonne, corrigez le catalogue.",
        )
    frame = pl.concat(_same_names(parts, layout), how="diagonal").fill_null("")
    names = tuple(name for name in frame.columns if name != "_line")
    return TextTable(file, frame, names, above, tuple(below))


def _codes(rows: pl.DataFrame, header: tuple[str, ...], key: Sequence[str]) -> frozenset[str]:
    """Return what the column of the codes of a sheet holds below its header: titles are often the same."""
    name = column_of(key, header)
    return frozenset(rows.to_series(header.index(name)).drop_nulls()) if name else frozenset()


def _only_one(file: str, chosen: _Named, other: _Named) -> None:
    """Refuse a workbook where a second sheet has the header and territories of the one that is read."""
    if chosen[1] == other[1] and chosen[2] & other[2]:
        raise refuse(
            file,
            f"deux feuilles des mêmes territoires, {quoted(chosen[0])} et {quoted(other[0])}",
            "une seule feuille de données",
            "L’une d’elles est peut-être masquée : ne laissez dans le classeur que celle du producteur.",
        )


def read_sheets(file: str, source: Path | bytes, kind: Kind, layout: Layout) -> Iterator[TextTable]:
    """Yield the tables of a workbook: one by sheet where each is of a level, a single one otherwise.

    Raises:
        ExtractRefused: as :func:`read_workbook` does.
    """
    names = levels_of(sheet_names(file, source, kind), layout)
    for name in names:
        one = layout.model_copy(update={"sheet": f"^{re.escape(name)}$"})
        yield read_workbook(f"{file}, feuille {name}", source, kind, one)
    if not names:
        update = {"sheet": None} if has_levels(layout) else {}
        yield read_workbook(file, source, kind, layout.model_copy(update=update))


def tables_of(file: str, source: Path | bytes, kind: Kind, layout: Layout) -> list[str]:
    """Return the sheets of a workbook that have the column of the territories, in their order.

    Raises:
        ExtractRefused: the workbook cannot be opened safely.
    """
    key = layout.territory.column or ()
    with _opened(file, source, kind) as (workbook, _):
        names = workbook.sheet_names
        # Of one sheet, there is nothing to say: it is not opened again.
        tops = {name: _top(workbook.load(name)) for name in names} if len(names) > 1 else {}
    return [
        name
        for name, top in tops.items()
        if _header_row(tuple(tuple(renamed(cells, layout)) for cells in top), key, layout.header_row)
        is not None
    ]


def has_levels(layout: Layout) -> bool:
    """Whether each sheet of a workbook of this layout is a table of its own, of one level."""
    return "level" in re.compile(layout.sheet or "").groupindex


def levels_of(names: Iterable[str], layout: Layout) -> list[str]:
    """Return the sheets that hold one level each, among the names of those of a workbook."""
    return [name for name in names if has_levels(layout) and re.search(layout.sheet or "", name)]


def _with_faults(rows: pl.DataFrame, faults: SheetFaults | None) -> pl.DataFrame:
    """Write the errors and the formulas nobody computed in the cells they leave empty."""
    import polars as pl

    if faults is None:
        return rows
    places: dict[tuple[int, str], list[int]] = defaultdict(list)
    for (row, column), text in faults.cells.items():
        places[column - faults.first_column, text].append(row - 1)
    for (at, text), lines in places.items():
        if at < rows.width:
            cell = rows.columns[at]
            here = pl.int_range(pl.len()).is_in(lines) & pl.col(cell).is_null()
            rows = rows.with_columns(pl.when(here).then(pl.lit(text)).otherwise(cell).alias(cell))
    return rows


def _same_names(parts: list[pl.DataFrame], layout: Layout) -> list[pl.DataFrame]:
    """Give one name in all sheets to a column whose name holds a year, when each sheet is a year."""
    if layout.year.source != "column":
        return parts
    for name in (name for column in layout.columns.values() for name in column.column if "{yy" in name):
        pattern = column_pattern(name)
        found = [next(filter(pattern.fullmatch, part.columns), None) for part in parts]
        first = next(filter(None, found), None)
        parts = [p.rename({old: first}) if old and first else p for p, old in zip(parts, found, strict=True)]
    return parts


def _header_row(rows: tuple[tuple[str, ...], ...], key: tuple[str, ...], declared: int) -> int | None:
    """Return the position of the header: the declared row, else the first that names the territory column."""
    positions = [declared - 1, *range(len(rows))]
    return next((i for i in positions if i < len(rows) and column_of(key, rows[i])), None)


def _sheet(
    file: str, rows: pl.DataFrame, header: tuple[str, ...], position: int, layout: Layout
) -> pl.DataFrame:
    import polars as pl

    if problems := duplicated_columns(file, list(header), position + 1):
        raise ExtractRefused(problems)
    data = (
        rows.with_columns(pl.all().fill_null("").str.strip_chars())
        .with_columns(_line=pl.int_range(1, rows.height + 1, dtype=pl.Int32))
        .slice(position + 1 + layout.units_rows)
    )
    cells = [name for name in data.columns if name != "_line"]
    data = data.filter(pl.any_horizontal(pl.col(name) != "" for name in cells))
    if not data.height:
        raise refuse(file, "un en-tête sans aucune ligne de données", "au moins une ligne de données", _AGAIN)
    if moved := shifted(file, _sampled(data, cells, header), layout):
        raise ExtractRefused(moved)
    for cell, name in zip(cells, header, strict=False):
        filled = data.filter(pl.col(cell) != "") if not name else data.head(0)
        if filled.height:
            found = f"{quoted(filled[cell][0])} dans une colonne sans nom"
            raise refuse(file, found, "un nom de colonne", _AGAIN, line=int(filled["_line"][0]))
    named = {cell: name for cell, name in zip(cells, header, strict=False) if name}
    return _as_written(data.select("_line", *named).rename(named), layout)


def _without_notes(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Part a sheet from the notes under its last row: lines of one cell, empty ones between them."""
    below: list[str] = []
    end = rows.height
    for back, row in enumerate(reversed(rows.tail(HEADER_ROWS).rows()), start=1):
        written = [cell.strip() for cell in row if cell and cell.strip()]
        if written and (len(written) > 1 or not is_note(written[0])):
            break
        if written:
            below.insert(0, written[0])
            end = rows.height - back
    return rows.head(end), below


def _sampled(data: pl.DataFrame, cells: Sequence[str], header: Sequence[str]) -> Rows:
    """Take rows spread over a sheet, less the columns at its end that hold nothing."""
    sample = data.gather_every(-(-data.height // SAMPLE))
    texts, lines = sample.select(cells).rows(), sample["_line"]
    used = [at for at, name in enumerate(header) if name or any(row[at] for row in texts)]
    end = max(used) + 1
    return Rows(header[:end], [row[:end] for row in texts], lambda row: int(lines[row]))


def _as_written(data: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Give the numbers of a workbook the decimal mark their delimited twin has.

    A numeric cell has no mark of its own: the library writes it with a point, whatever the producer does.
    """
    import polars as pl

    if layout.decimal == ".":
        return data
    codes = {"_line", *(layout.territory.column or ())}
    figures = pl.col([name for name in data.columns if name not in codes])
    # A layout that allows both has one mark in a file: text cells with a comma and numbers are then alike.
    point = figures.str.contains(r"^-?\d+\.\d+$")
    return data.with_columns(
        pl.when(point).then(figures.str.replace(".", ",", literal=True)).otherwise(figures)
    )
