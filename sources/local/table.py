"""The local layer as one long table, to be published in the release beside the figures."""

from __future__ import annotations

from collections.abc import Iterator

from sources.local.reading import LocalLayer
from sources.local.texts import TEXTS_FILE
from sources.territory.model import Pockets

COLUMNS: tuple[tuple[str, str], ...] = (
    ("section", "Fichier du volet local, ou textes, ou poches"),
    ("row", "Numéro de la ligne dans la section"),
    ("origin", "contrat (contenu de départ) ou agent"),
    ("file", "Fichier lu"),
    ("line", "Ligne dans le fichier, vide pour un texte libre"),
    ("commune", "Commune concernée, vide pour toutes"),
    ("field", "Colonne du fichier, ou champ libre"),
    ("value", "Contenu, tel qu’il a été écrit"),
    ("source", "D’où vient l’information"),
)
"""Columns of the table ``local`` and their comments; ``row`` and ``line`` are integers, the others texts."""

LocalRow = tuple[str, int, str, str, int | None, str | None, str, str, str]


def local_rows(layer: LocalLayer, pockets: Pockets | None = None) -> list[LocalRow]:
    """Return the rows of the table ``local``, one for each filled cell, in a stable order.

    Args:
        layer: what was read.
        pockets: pockets of poverty of the contract, part of the local knowledge too.
    """
    return [*_lines(layer), *_texts(layer), *(_pockets(pockets) if pockets else ())]


def _lines(layer: LocalLayer) -> Iterator[LocalRow]:
    counts: dict[str, int] = {}
    for line in layer.lines:
        row = counts[line.section] = counts.get(line.section, 0) + 1
        cells = line.row.model_dump(exclude_none=True)
        source = cells.pop("source")
        commune = cells.pop("commune", None)
        for field, value in cells.items():
            yield (
                *(line.section, row, line.origin, line.file, line.line),
                *(commune, field, _written(value), source),
            )


def _texts(layer: LocalLayer) -> Iterator[LocalRow]:
    row = 0
    for commune, fields in sorted(layer.texts.items()):
        for key, text in sorted(fields.items()):
            row += 1
            yield ("textes", row, "agent", TEXTS_FILE, None, commune, key, text, "Texte de la commune")


def _pockets(pockets: Pockets) -> Iterator[LocalRow]:
    for row, pocket in enumerate(pockets.liste, start=1):
        for field, value in (("perimetre", pocket.perimetre), ("habitants", str(pocket.habitants))):
            yield (
                *("poches", row, "contrat", "groupes.yaml", None),
                *(pocket.commune, field, value, pockets.source),
            )


def _written(value: object) -> str:
    """Write a number so that it is read back the same; whole numbers without a decimal point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
