"""What the parts of the local layer share: a cell, a reason, a source, a list of the contract."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard import places, words
from dashboard.exports.dossier import Dossier
from dashboard.exports.local import NOT_PUBLISHED, Entry
from dashboard.exports.model import Block, Bullets, Cell, Column, Heading, Paragraph, table_or_reason
from sources.vocabulary import Level


def text_cell(entry: Entry, column: str) -> Cell:
    """Return one column of a line."""
    return Cell(words.typographic(entry[column]))


def reason_of(dossier: Dossier, what: str, section: str) -> str:
    """Say why a table is not there: nothing published, or nothing written yet."""
    if not dossier.local.published:
        return NOT_PUBLISHED
    return words.typographic(
        f"{what} {places.of(dossier.commune.name, Level.COMMUNE)} : rien n’a encore été saisi "
        f"(fichier {section}.csv du volet local)."
    )


def source_of(entries: Iterable[Entry]) -> Block:
    """Return where lines come from."""
    names = dict.fromkeys(entry.source for entry in entries)
    return Paragraph(words.typographic(f"Source : {' ; '.join(names)}."), "note")


def contract_list(dossier: Dossier, name: str, title: str, *, own: bool = False) -> list[Block]:
    """Return one list of the contract; ``own`` for the lines that name the commune only."""
    entries = [e for e in dossier.local.listed(name, dossier.commune.code) if not own or e.commune]
    if not entries:
        return []
    items = (
        f"{e['libelle']} : {e['detail'][:1].lower()}{e['detail'][1:]}"
        if e["detail"] and not own
        else f"{e['libelle']} ({e['detail']})"
        if e["detail"]
        else e["libelle"]
        for e in entries
    )
    return [Heading(title), Bullets(tuple(map(words.typographic, items))), source_of(entries)]


def simple_table(
    dossier: Dossier, section: str, caption: str, fields: tuple[tuple[str, str, float], ...]
) -> list[Block]:
    """Return a table whose columns are the file's: field, title and width of each, then the source."""
    entries = dossier.local.of_commune(section, dossier.commune.code)
    rows: list[tuple[Cell, ...]] = [
        (
            *(Cell(words.typographic(e[field]) or words.NBSP) for field, _, _ in fields),
            Cell(words.typographic(e.source)),
        )
        for e in entries
    ]
    columns = (
        *(Column(title, width) for _, title, width in fields),
        Column("Source", 17.0 - sum(w for *_, w in fields)),
    )
    return [table_or_reason(caption, columns, rows, reason_of(dossier, caption, section))]
