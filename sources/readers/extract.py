"""One file of one dataset to tidy observations, with an account of every row and cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from sources.files import digest, shown
from sources.french import MONTHS, typographic
from sources.model import Dataset, Layout, Millesime
from sources.problems import ExtractRefused, Problem, quoted
from sources.readers.account import Account, KnownTerritories, Mark, OfficialCodes, ReadResult, Scope
from sources.readers.cells import parse_cells, with_decimal
from sources.readers.columns import said_elsewhere
from sources.readers.container import MAX_STREAMED, check_size, refuse
from sources.readers.districts import CITIES, with_districts, without_unplaced
from sources.readers.geography import combine, with_official_codes
from sources.readers.header import Match, column_of, match_columns
from sources.readers.long import no_variable, of_use, totals_of, with_selected_rows
from sources.readers.order import turned
from sources.readers.table import left_aside, read_parts
from sources.readers.territory import code_rows
from sources.readers.text import TextTable
from sources.readers.unpivot import name_variables, unpivot, with_estimated
from sources.readers.validate import MAX_PROBLEMS, out_of_bounds, part_above_total, unique, without_marks
from sources.readers.years import months_in_words, said_months
from sources.vocabulary import Status

if TYPE_CHECKING:
    import polars as pl

_TERRITORY = ("level", "code", "perimeter")


def read_extract(
    path: Path,
    dataset: Dataset,
    edition: int,
    millesime: Millesime | None,
    territories: KnownTerritories,
    *,
    scope: Scope = "territory",
    official: OfficialCodes | None = None,
    marks: Mapping[str, Status] = MappingProxyType({}),
) -> ReadResult:
    """Read one producer's file into observations.

    Args:
        path: The file, left untouched.
        dataset: Its declaration.
        edition: Edition year of the file (not the reference year of its data).
        millesime: The declared block of this edition, if any: its estimated variables and tolerance apply
            only to the extracts it lists.
        territories: Codes to keep; rows of other territories are counted as outside.
        scope: ``france`` keeps every territory of the file instead.
        official: Official geographic code the codes are checked against: a commune that merged is mapped, a
            code nobody knows is refused, each with a line in the notes.
        marks: Marks a person declared for this dataset, besides those of the catalogue.

    Returns:
        Observations in the shape of the ``observation`` table, the account and its lines.

    Raises:
        ExtractRefused: On any fault; each names file, line, column, what was found and expected.
    """
    import polars as pl

    check_size(path, MAX_STREAMED)
    before = _state(path)
    sha256 = digest(path)
    if millesime is not None and millesime.decimal is not None:
        layout = dataset.layout.model_copy(update={"decimal": millesime.decimal})
        dataset = dataset.model_copy(update={"layout": layout})
    copy = millesime if millesime and sha256 in {e.sha256 for e in millesime.extracts} else None
    notes = left_aside(path, dataset)
    read: list[_Part] = []
    for pieces in read_parts(path, dataset):
        part = _read_part(
            _read_rows(pieces, dataset, edition, territories, scope), dataset, copy, official, edition, marks
        )
        notes += part.notes
        read.append(part)
    cells = pl.concat([part.cells for part in read], how="diagonal")
    observations, problems = unique(path.name, cells, dataset)
    if problems:
        raise ExtractRefused(tuple(problems[:MAX_PROBLEMS]))

    if _state(path) != before:
        # The digest would not be that of what was read.
        raise refuse(
            path.name,
            "un fichier qui a changé pendant sa lecture",
            "un fichier entièrement copié",
            "Attendez la fin de la copie, puis recommencez.",
        )
    extract = sha256[:12]
    observations = observations.select(
        dataset=pl.lit(dataset.id),
        edition=pl.lit(edition, pl.Int32),
        millesime=pl.col("millesime").cast(pl.Int32),
        level="level",
        code="code",
        perimeter="perimeter",
        variable="variable",
        value="value",
        status="status",
        extract=pl.lit(extract),
        line=pl.col("_line").cast(pl.Int32),
        column="column",
    )
    counts = {name: sum(part.counts[name] for part in read) for name in read[0].counts}
    account = Account(
        extract=extract,
        dataset=dataset.id,
        edition=edition,
        file=shown(path),
        sha256=sha256,
        bytes=path.stat().st_size,
        **counts,
    )
    named = [part.names for part in read if part.names is not None]
    names = pl.concat(named).unique(_TERRITORY, keep="first", maintain_order=True) if named else None
    unknown = tuple(mark for part in read for mark in part.marks)
    return ReadResult(observations, account, tuple(dict.fromkeys(notes)), unknown, names)


@dataclass(frozen=True)
class _Part:
    """What one part of a file gives: the whole of it, a member of an archive or a sheet."""

    cells: pl.DataFrame
    counts: dict[str, int]
    names: pl.DataFrame | None
    notes: list[str]
    marks: tuple[Mark, ...]


def _read_part(
    read: _Read,
    dataset: Dataset,
    copy: Millesime | None,
    official: OfficialCodes | None,
    edition: int,
    marks: Mapping[str, Status],
) -> _Part:
    """Turn the rows of one part into cells, and count where its rows and cells went."""
    import polars as pl

    table, rows = read.table, read.rows
    # Of a large file, one copy is held at a time.
    read.rows = rows.clear()
    notes = [*read.notes, *said_months(rows, dataset.layout)]
    if rows.height and rows["_other_month"].is_not_null().all():
        raise _other_months(table.file, rows, dataset.layout)
    if dataset.kind == "figures":
        # Arrondissements and their communes may well be at either end, whatever their codes.
        rows, said = with_districts(rows, dataset.layout)
        notes += said
        ordered = rows.filter(~pl.col("_outside"), ~pl.col("code").is_in(CITIES))
        if wrong := turned(table.file, ordered, _code_column(table, dataset)):
            raise ExtractRefused(wrong)
    rows, said = without_unplaced(rows) if official is None else with_official_codes(rows, official, edition)
    notes += said
    rows, parts, problems = with_selected_rows(rows, read.matches, dataset, table, read.seen)
    if problems:
        raise ExtractRefused(tuple(problems[:MAX_PROBLEMS]))
    kept = rows.filter(pl.col("_outside").not_() & pl.col("_refused").not_())
    counts, names = _rows_counted(rows, read.skipped), _names(kept, dataset.layout)
    del rows
    texts = unpivot(kept, parts, dataset).collect()
    del kept
    dataset = with_decimal(dataset, texts)
    layout = dataset.layout.model_copy(update={"marks": {**marks, **dataset.layout.marks}})
    cells = parse_cells(texts, layout)
    cells, unknown, problems = without_marks(table.file, cells, dataset, marks)
    cells = with_estimated(name_variables(cells, dataset), copy)
    problems += [
        *out_of_bounds(table.file, cells, dataset),
        *part_above_total(table.file, cells, dataset, copy.tolerance if copy else 0.0),
    ]
    if problems:
        raise ExtractRefused(tuple(problems[:MAX_PROBLEMS]))
    return _Part(combine(cells, dataset), _with_cells(counts, cells), names, notes, unknown)


def _code_column(table: TextTable, dataset: Dataset) -> str:
    return column_of(dataset.layout.territory.column or (), table.columns) or "territoire"


def _other_months(file: str, rows: pl.DataFrame, layout: Layout) -> ExtractRefused:
    """Say that a file holds no row of the reference month."""
    wanted = MONTHS[(layout.year.month or 1) - 1]
    return refuse(
        file,
        f"des chiffres de {months_in_words(rows['_other_month'])} seulement",
        f"des chiffres de {wanted}, le mois de référence de ce jeu de données",
        f"Ce fichier ne sert pas : déposez l’export du producteur qui contient {wanted}.",
        line=int(rows["_line"][0]),
    )


def _names(rows: pl.DataFrame, layout: Layout) -> pl.DataFrame | None:
    """Return the names the file gives its territories; none where several rows make one of them."""
    import polars as pl

    label = next((name for name in layout.territory.label or () if name in rows.columns), None)
    if label is None or layout.aggregate is not None:
        return None
    named = rows.filter(~pl.col("_mapped"), pl.col(label) != "")
    around = layout.territory.communes
    communes = pl.col(around) if around in rows.columns else pl.lit(None)
    return named.select(
        *_TERRITORY, name=pl.col(label).cast(pl.String), communes=communes.cast(pl.String)
    ).unique(_TERRITORY, keep="first", maintain_order=True)


def _state(path: Path) -> tuple[int, int]:
    """Return what changes in a file while it is being copied: its size, and when it was last written."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


@dataclass
class _Read:
    """The rows of a file with their territory, year and dimensions."""

    table: TextTable
    """The first piece of a long file, the whole of another."""
    matches: list[Match]
    rows: pl.DataFrame
    notes: list[str]
    """What is said of its columns."""
    skipped: int = 0
    """Rows of a long file left outside as soon as they were read."""
    seen: dict[str, set[str]] = field(default_factory=dict)
    """Values met in each dimension of a long file, for messages."""


def _read_rows(
    pieces: Iterable[TextTable], dataset: Dataset, edition: int, territories: KnownTerritories, scope: Scope
) -> _Read:
    """Read the rows of a part of a file, piece by piece when it is long."""
    import polars as pl

    found: _Read | None = None
    parts: list[pl.DataFrame] = []
    known = 0
    totals: set[str] = set()
    for piece in pieces:
        if found is None:
            matches, problems = match_columns(
                piece.file, piece.columns, dataset, edition, labels=piece.labels
            )
            problems += [*_absent_columns(piece, dataset), *_older(piece, dataset.layout, edition)]
            if problems:
                raise ExtractRefused(tuple(problems))
            # A file of none of our indicators is said to be one before its codes are looked at.
            notes = said_elsewhere(piece, matches, dataset, edition)
            found = _Read(piece, matches, piece.frame, notes)
        found.notes += (
            typographic(f"Note sous le tableau, pas lue : {quoted(note)}.") for note in piece.below
        )
        frame = piece.frame
        if (useful := of_use(dataset, sorted(totals))) is not None:
            _see(found.seen, frame, dataset)
            found.skipped += frame.height
            frame = frame.filter(useful)
        known += frame.height
        rows, problems = code_rows(replace(piece, frame=frame), dataset.layout, territories, scope)
        if problems:
            raise ExtractRefused(tuple(problems[:MAX_PROBLEMS]))
        if useful is not None:
            rows = rows.filter(~pl.col("_outside"))
            found.skipped -= rows.height
            # A column that has no total yet is not known to split the figures.
            totals |= totals_of(rows, found.matches, dataset, piece)
        parts.append(rows)
    if found is None:
        raise AssertionError("a file has at least one piece")
    if found.skipped and not known:
        raise ExtractRefused((no_variable(found.table.file, dataset, found.seen),))
    found.rows = pl.concat(parts, how="diagonal")
    return found


def _see(seen: dict[str, set[str]], frame: pl.DataFrame, dataset: Dataset) -> None:
    """Add the values of the dimensions of a piece to those already met."""
    for name in {name for column in dataset.layout.columns.values() for name in column.where}:
        known = seen.setdefault(name, set())
        known.update(frame[name].filter(~frame[name].is_in(sorted(known))).unique())


def _rows_counted(rows: pl.DataFrame, skipped: int) -> dict[str, int]:
    """Count where the rows of a part went, under the names of an account."""
    refused = int(rows["_refused"].sum())
    outside = int((rows["_outside"] & ~rows["_refused"]).sum())
    return {
        "rows_read": rows.height + skipped,
        "rows_kept": rows.height - outside - refused,
        "rows_outside": outside + skipped,
        "rows_refused": refused,
    }


def _with_cells(counts: Mapping[str, int], cells: pl.DataFrame) -> dict[str, int]:
    """Add where the cells of a part went; the rows of which all are secret are counted apart."""
    import polars as pl

    statuses = dict(cells.group_by("status").len().iter_rows())
    usable = pl.col("status").is_in([Status.OBSERVED.value, Status.ESTIMATED.value])
    line = [name for name in ("_line", "_sheet") if name in cells.columns]
    secret = cells.lazy().filter(status=Status.SUPPRESSED.value).select(line).unique()
    shown = cells.lazy().filter(usable).select(line)
    hidden = Status.SUPPRESSED.value in statuses
    suppressed_rows = secret.join(shown, on=line, how="anti").collect().height if hidden else 0
    return {
        **counts,
        "rows_kept": counts["rows_kept"] - suppressed_rows,
        "rows_suppressed": suppressed_rows,
        "cells_read": cells.height,
        **{
            f"cells_{status.value}": statuses.get(status.value, 0)
            for status in Status
            if status is not Status.AWAITING_EXTRACT
        },
    }


def _older(table: TextTable, layout: Layout, edition: int) -> list[Problem]:
    """Columns that an edition has, and that a file said to be of it lacks: it is of an older one."""
    return [
        _absent(
            *(table, layout, name, f"de toutes les éditions depuis {since}"),
            f"C’est sans doute une édition d’avant {since}, rendue sous le nom de {edition}. Si le "
            "producteur ne donne plus cette colonne, corrigez le catalogue.",
        )
        for name, since in layout.since.items()
        if edition >= since and name not in table.columns
    ]


def _absent_columns(table: TextTable, dataset: Dataset) -> list[Problem]:
    """Columns the layout needs besides those of variables: territory, dimensions, year."""
    layout = dataset.layout
    needed = [dim.column for dim in layout.dimensions.values()]
    needed += [name for rule in layout.territory.rules for name in rule.where]
    needed += layout.needs
    needed += [name for column in layout.columns.values() for name in column.where]
    if layout.year.column:
        needed.append(layout.year.column)
    territory = layout.territory.column
    absent = [name for name in dict.fromkeys(needed) if name not in table.columns]
    if territory and column_of(territory, table.columns) is None:
        absent.insert(0, territory[0])
    return [
        _absent(
            *(table, layout, name, f"indispensable à la lecture de {dataset.title}"),
            "Vérifiez le fichier ; si le producteur l’a renommée, corrigez le catalogue.",
        )
        for name in absent
    ]


def _absent(table: TextTable, layout: Layout, name: str, needed: str, advice: str) -> Problem:
    return Problem(
        file=table.file,
        line=layout.header_row,
        column=name,
        found="aucune colonne de ce nom",
        expected=f"la colonne « {name} », {needed}",
        advice=advice,
    )
