"""Columns of a file that are not read, and where their figures are to be found.

Belongs here: the problems they make. Does not belong here: matching the columns that are read
(``sources.readers.header``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sources.french import typographic
from sources.model import Dataset
from sources.problems import quoted
from sources.readers.container import refuse
from sources.readers.header import Match
from sources.readers.text import TextTable

_NAMED = 6
_DEFAULT = "aucun jeu de données du catalogue ne s’en sert"


def said_elsewhere(table: TextTable, matches: Iterable[Match], dataset: Dataset, edition: int) -> list[str]:
    """Say which columns of an export of many indicators are missing, or not read and what to use instead.

    Args:
        table: its header.
        matches: the columns that are read.
        dataset: its declaration.
        edition: of the file, to name a column with its year.

    Raises:
        ExtractRefused: no column of the file is read: nothing of it would be kept.
    """
    layout = dataset.layout
    read = {match.column for match in matches}
    if layout.aliases:
        absent = [column.label for column in layout.columns.values() if read.isdisjoint(column.column)]
        return [typographic(f"Absent de cet export : {', '.join(absent)}.")] if absent else []
    if not layout.elsewhere:
        return []
    # Ours start with an underscore.
    others = [n for n in table.columns if n not in {*read, *layout.needs} and not n.startswith("_")]
    where: dict[str, list[str]] = {}
    for name in others:
        advice = next((text for key, text in layout.elsewhere.items() if re.search(key, name)), _DEFAULT)
        where.setdefault(advice, []).append(name)
    lines = [f"{_listed(names)} : {advice}" for advice, names in where.items()]
    if not read:
        found = f"aucun indicateur que le baromètre lise ici ({' ; '.join(lines)})"
        wanted = [c.column[0].replace("{yyyy}", str(edition)) for c in layout.columns.values()]
        expected = "l’une des colonnes " + ", ".join(map(quoted, wanted))
        advice = "Ce fichier ne sert pas : retirez-le du dossier de dépôt."
        if where.keys() - {_DEFAULT}:
            advice = "Déposez plutôt le jeu de données indiqué ; ce fichier-ci ne sert pas."
        raise refuse(table.file, typographic(found), expected, advice)
    return [typographic(f"Non lu : {line}.") for line in lines]


def _listed(names: list[str]) -> str:
    more = f" et {len(names) - _NAMED} autres" if len(names) > _NAMED else ""
    return ", ".join(map(quoted, names[:_NAMED])) + more
