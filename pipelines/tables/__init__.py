"""The tables of a release, declared once: columns, types, keys, and what each one means.

From these declarations derive the database (types and comments), the order its rows are stored and hashed in,
and the checks that the built file is whole. Comments are French: an agent reads them in any database tool.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.table import FOLLOWED, Table
from pipelines.tables.declarations import (
    AWAITED,
    DATASET,
    FACT,
    GOALPOST,
    INDICATOR,
    METHOD,
    MILLESIME,
    PERIMETER_BREAK,
    RELEASE,
    SERIES,
    SERIES_BREAK,
    THEME,
)
from pipelines.tables.figures import (
    ANALYSIS,
    COMPARISON,
    CORRESPONDENCE,
    GEOMETRY,
    LOCAL,
    MEMBERSHIP,
    PEER,
    PEER_STANDING,
    SURROUNDINGS,
    TERRITORY,
    TRAIT,
    VALUE,
)
from pipelines.tables.files import (
    EXTRACT,
    EXTRACT_NOTE,
    JOURNAL,
    OBSERVATION,
    PLAUSIBILITY,
    SECRECY_AUDIT,
    SET_ASIDE,
)

__all__ = [
    "ANALYSIS",
    "AWAITED",
    "COMPARISON",
    "CORRESPONDENCE",
    "DATASET",
    "EXTRACT",
    "EXTRACT_NOTE",
    "FACT",
    "FOLLOWED",
    "GEOMETRY",
    "GOALPOST",
    "INDICATOR",
    "JOURNAL",
    "LOCAL",
    "MEMBERSHIP",
    "METHOD",
    "MILLESIME",
    "OBSERVATION",
    "PEER",
    "PEER_STANDING",
    "PERIMETER_BREAK",
    "PLAUSIBILITY",
    "RELEASE",
    "SECRECY_AUDIT",
    "SERIES",
    "SERIES_BREAK",
    "SET_ASIDE",
    "TABLES",
    "TERRITORY",
    "THEME",
    "TRAIT",
    "VALUE",
    "Table",
    "named",
]

TABLES: tuple[Table, ...] = (
    *(
        RELEASE,
        JOURNAL,
        THEME,
        INDICATOR,
        SERIES,
        SERIES_BREAK,
        PERIMETER_BREAK,
        DATASET,
        MILLESIME,
        EXTRACT,
        EXTRACT_NOTE,
        PLAUSIBILITY,
        SECRECY_AUDIT,
        SET_ASIDE,
    ),
    *(
        TERRITORY,
        MEMBERSHIP,
        GEOMETRY,
        SURROUNDINGS,
        OBSERVATION,
        VALUE,
        AWAITED,
        COMPARISON,
        FACT,
        GOALPOST,
        CORRESPONDENCE,
        ANALYSIS,
        TRAIT,
        PEER,
        PEER_STANDING,
        METHOD,
        LOCAL,
    ),
)


def named(name: str, tables: Iterable[Table] = TABLES) -> Table:
    """Return the declaration of a table.

    Raises:
        KeyError: no table has this name.
    """
    return {table.name: table for table in tables}[name]
