"""What the parts of the local layer share: a cell, a reason, a source, a list of the contract."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.data.local import NOT_PUBLISHED, Entry
from dashboard.documents.dossier import Dossier
from dashboard.documents.model import Block, Cell, Column, Free, Paragraph, table_or_reason
from dashboard.story import places
from sources.french import NBSP, lowered, number, typographic
from sources.local.rich import plain
from sources.vocabulary import Level


def text_cell(entry: Entry, column: str, detail: str = "") -> Cell:
    """Return one column of a line; what the file leaves empty is a field, filled or to fill."""
    if entry[column]:
        return Cell(typographic(entry[column]), detail)
    declared = entry.to_fill(column)
    written = entry.filled(declared)
    free = Free(declared.tag(entry.reader), declared.title, typographic(declared.prompt), written)
    shown = typographic(plain(written))
    return (
        Cell(shown, detail, field=free)
        if written
        else Cell("", f"{free.prompt}\n{detail}".strip(), field=free)
    )


def amount_cell(entry: Entry, column: str, detail: str = "") -> Cell:
    """Return a sum in euros."""
    if not entry[column]:
        return text_cell(entry, column, detail)
    return Cell(f"{number(float(entry[column]))}{NBSP}€", detail)


def reason_of(dossier: Dossier, what: str) -> str:
    """Say why a table is not there: nothing published, or nothing written yet."""
    if not dossier.local.published:
        return NOT_PUBLISHED
    return typographic(
        f"{what} {places.of(dossier.commune.name, Level.COMMUNE)} : rien n’est encore inscrit."
    )


def source_of(entries: Iterable[Entry]) -> Block:
    """Return where lines come from."""
    return Paragraph(typographic(f"Source : {_sources(entries)}."), "note")


def _sources(entries: Iterable[Entry]) -> str:
    return " ; ".join(dict.fromkeys(entry.source for entry in entries))


def contract_list(dossier: Dossier, name: str, title: str, *, own: bool = False) -> list[Block]:
    """Return one list of the contract as a sentence; ``own`` for the lines that name the commune only."""
    entries = [e for e in dossier.local.listed(name, dossier.commune.code) if not own or e.commune]
    # What the contract says of all goes to the communes it names.
    if not entries or not (own or dossier.groups):
        return []
    details = {e["detail"] for e in entries}
    # Words that follow every line are written once.
    shared = details.pop() if len(details) == 1 and len(entries) > 1 else ""
    items = [
        f"{e['libelle']} ({lowered(e['detail'])})" if e["detail"] and not shared else e["libelle"]
        for e in entries
    ]
    told = f" Pour chacune : {lowered(shared)}." if shared else ""
    # As the contract writes them: a first capital may be that of a name.
    said = f"{title} : {' ; '.join(items)}.{told} ({_sources(entries)})"
    return [Paragraph(typographic(said))]


def numbered(entries: Iterable[Entry]) -> str:
    """Return a list of the contract in a sentence, each line after the number it is called by elsewhere."""
    return " ; ".join(f"{e['rang']}. {e['libelle']}" for e in entries)


def simple_table(
    dossier: Dossier, section: str, caption: str, fields: tuple[tuple[str, str, float], ...]
) -> list[Block]:
    """Return a table whose columns are the file's: field, title and width of each, then the source."""
    entries = dossier.local.of_commune(section, dossier.commune.code)
    rows: list[tuple[Cell, ...]] = [tuple(text_cell(e, field) for field, _, _ in fields) for e in entries]
    return sourced_table(
        caption,
        tuple(Column(title, width) for _, title, width in fields),
        rows,
        entries,
        reason_of(dossier, caption),
    )


def sourced_table(
    caption: str,
    columns: tuple[Column, ...],
    rows: list[tuple[Cell, ...]],
    entries: list[Entry],
    reason: str,
) -> list[Block]:
    """Return a table of the local layer and the source of its lines: once below when they share it."""
    if len({entry.source for entry in entries}) > 1:
        columns = (*columns, Column("Source", 3.0))
        sourced = zip(rows, entries, strict=True)
        rows = [(*row, Cell(typographic(entry.source))) for row, entry in sourced]
        return [table_or_reason(caption, columns, rows, reason)]
    return [table_or_reason(caption, columns, rows, reason), *([source_of(entries)] if entries else [])]
