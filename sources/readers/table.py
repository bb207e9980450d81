"""Any file to a table of text cells: the container decides who reads it.

Belongs here: choosing the reader and, in an archive, the files to read. Does not belong here: what a cell
means, nor what the beginning of a file proves (``sources.readers.top``).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from sources.french import typographic
from sources.model import Dataset
from sources.others import reason_by_name
from sources.problems import quoted
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
from sources.readers.header import column_of
from sources.readers.naming import named, year_of_name
from sources.readers.parquet import parquet_pieces, read_parquet
from sources.readers.proof import explained, wrong_code
from sources.readers.stream import pieces_of
from sources.readers.text import TextTable, parse_text, read_text_table
from sources.readers.top import kind_of_member, member_headers, place_of
from sources.readers.workbook import has_levels, levels_of, read_sheets, sheet_names, tables_of


def read_table(path: Path, dataset: Dataset) -> TextTable:
    """Read the first table of a file as text, whatever its container.

    Args:
        path: the producer's file, never modified.
        dataset: for the layout, and for the file to choose in an archive.

    Raises:
        ExtractRefused: each fault names its line, its column, what was found and what was expected.
    """
    return next(iter(next(iter(read_parts(path, dataset)))))


def read_parts(path: Path, dataset: Dataset) -> Iterator[Iterable[TextTable]]:
    """Yield the parts of a file, each of which is read on its own, as pieces of one table.

    A delimited file has one part; an archive one by member of the dataset, a workbook one by sheet where each
    is of a level. A part has several pieces when it is long.

    Raises:
        ExtractRefused: each fault names its line, its column, what was found and what was expected.
    """
    kind = kind_of(path)
    long = any(column.where for column in dataset.layout.columns.values())
    if long and kind is Kind.CSV:
        check_size(path, MAX_STREAMED)
        with path.open("rb") as handle:
            yield pieces_of(path.name, handle, dataset.layout)
    elif long and kind is Kind.PARQUET:
        yield parquet_pieces(path.name, path)
    elif kind is Kind.ZIP:
        for name in data_members(path, dataset):
            if long and name.lower().endswith(".csv"):
                with open_archive(path) as archive, archive.open(name) as member:
                    yield pieces_of(place_of(path, name), member, dataset.layout)
            else:
                yield from ((table,) for table in _member(path, name, dataset))
    else:
        check_size(path)
        yield from ((table,) for table in _tables(path.name, path, kind, dataset))


def _tables(file: str, source: Path | bytes, kind: Kind, dataset: Dataset) -> Iterator[TextTable]:
    if kind is Kind.PARQUET:
        yield read_parquet(file, source)
    elif kind is Kind.CSV and isinstance(source, bytes):
        yield parse_text(file, source, dataset.layout)
    elif kind is Kind.CSV and isinstance(source, Path):
        yield read_text_table(source, dataset.layout)
    else:
        yield from read_sheets(file, source, kind, dataset.layout)


def _member(path: Path, name: str, dataset: Dataset) -> Iterator[TextTable]:
    check_size(path)
    raw = read_member(path, name)
    labels: dict[str, str] = {}
    for meta in member_names(path)[1]:
        labels |= _labels(read_member(path, meta))
    for table in _tables(place_of(path, name), raw, kind_of_member(name), dataset):
        yield replace(table, labels=labels)


def data_members(path: Path, dataset: Dataset) -> list[str]:
    """Return the files of an archive that hold the data of a dataset: several when each is of a level.

    Raises:
        ExtractRefused: no file, or several of which nothing says which one to read.
    """
    data, _ = member_names(path)
    chosen = [name for name in data if named(dataset, PurePosixPath(name).name)]
    # What is declared as not ours is not read for want of another.
    likely = [name for name in data if not reason_by_name(PurePosixPath(name).name)]
    if len(likely) == 1 and not chosen:
        chosen = likely
    for accepts in (_proved, _coded):
        chosen = chosen or [name for name in likely if accepts(path, name, dataset)]
    by_file = any(rule.file for rule in dataset.layout.territory.rules)
    editions = {_edition(dataset, name) for name in chosen}
    if len(chosen) != 1 and not (chosen and by_file and len(editions) == 1):
        listed = ", ".join(quoted(name) for name in data[:6]) or "aucun fichier de données"
        raise refuse(
            path.name,
            f"dans l’archive : {listed}",
            f"un seul fichier de « {dataset.title} »" + (" par échelon" if by_file else ""),
            "Extrayez de l’archive le fichier voulu et déposez-le seul.",
        )
    return chosen


def _edition(dataset: Dataset, member: str) -> int | None:
    name = PurePosixPath(member).name
    return year_of_name(named(dataset, name))


def _proved(path: Path, member: str, dataset: Dataset) -> bool:
    headers = member_headers(path, member)
    return any(explained(dataset, one) and not wrong_code(dataset, one) for one in headers)


def _coded(path: Path, member: str, dataset: Dataset) -> bool:
    """Whether a member has the territories of a dataset: its columns may be known by their labels only."""
    names = dataset.layout.territory.column or ()
    return any(
        column_of(names, one.cells) is not None and one.rows and not wrong_code(dataset, one)
        for one in member_headers(path, member)
    )


def left_aside(path: Path, dataset: Dataset) -> list[str]:
    """Say which files of an archive, or sheets of a workbook, were not read beside those of this dataset."""
    kind = kind_of(path)
    if kind is Kind.ZIP:
        chosen = data_members(path, dataset)
        others = [PurePosixPath(name).name for name in member_names(path)[0] if name not in chosen]
        notes = [f"{quoted(name)} n’est pas lu : {why}." for name in others if (why := reason_by_name(name))]
        others = [quoted(name) for name in others if not reason_by_name(name)]
        if others:
            listed = ", ".join(others[:6]) + (", …" if len(others) > 6 else "")
            said = "un fichier utile se dépose seul, extrait de l’archive."
            notes.append(f"Dans l’archive, non lu : {listed} ; {said}")
        sheets = [
            note
            for name in chosen
            if kind_of_member(name) in (Kind.XLSX, Kind.XLS)
            for note in _other_sheets(place_of(path, name), read_member(path, name), dataset, name)
        ]
        return [typographic(note) for note in (*notes, *sheets)]
    if kind in (Kind.XLSX, Kind.XLS):
        return [typographic(note) for note in _other_sheets(path.name, path, dataset, path.name)]
    return []


def _other_sheets(file: str, source: Path | bytes, dataset: Dataset, name: str) -> list[str]:
    """Say which sheets are not read: those of a level we do not follow, or the tables beside the first."""
    kind = kind_of(source) if isinstance(source, Path) else kind_of_member(name)
    names = sheet_names(file, source, kind)
    if read := levels_of(names, dataset.layout):
        others = [quoted(one) for one in names if one not in read]
        said = "Feuilles mises de côté, d’un échelon que le baromètre ne suit pas"
    elif dataset.layout.sheet is None or has_levels(dataset.layout):
        others = [quoted(one) for one in tables_of(file, source, kind, dataset.layout)[1:]]
        said = "Feuilles non lues, après la première qui porte des territoires"
    else:
        return []
    return [f"{said} : {', '.join(others)}."] if others else []


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
