"""The official geographic code (COG): which communes exist in a year, and what became of those that do not.

Belongs here: reading INSEE's tables d'appartenance and tables de passage. Does not belong here: deducing
mergers from two years (``sources.cog_history``), nor the rows of an extract (``sources.readers.geography``).
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from sources.model import Dataset, Layout
from sources.problems import ExtractRefused, Problem, quoted
from sources.readers.container import Kind, kind_of
from sources.readers.table import read_table
from sources.readers.workbook import read_workbook, sheet_names
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

# « Sans objet » of the tables d'appartenance: no EPCI, no canton.
_NONE = re.compile(r"^Z+$")
_YEARLY = re.compile(r"^CODGEO_\d{4}$")
_CANTON = ("CANOV", "CV")
_ZONE = ("CODGEO", "LIBGEO")
_ZONE_LEVELS = {
    "EPCI": Level.EPCI,
    "DEP": Level.DEPARTEMENT,
    "REG": Level.REGION,
    **dict.fromkeys(_CANTON, Level.CANTON),
}


@dataclass(frozen=True)
class Change:
    """A commune of an earlier year that is another one today."""

    old: str
    new: str
    recoded: bool
    """The same commune under another code: its rates and medians hold."""


@dataclass(frozen=True)
class Geography:
    """The official code of one year, and what led to it from the earlier years given."""

    year: int
    communes: pl.DataFrame
    """``code, name, departement, region, epci, canton, arrondissement``; null where there is none."""
    districts: Mapping[str, str] = field(default_factory=dict)
    """Arrondissement municipal → its commune."""
    changes: tuple[Change, ...] = ()
    split: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Commune cut in several → the codes of those that left it."""
    unexplained: tuple[str, ...] = ()
    """Communes of an earlier year that disappeared without a known successor."""
    zones: Mapping[tuple[Level, str], str] = field(default_factory=dict)
    """Names of the cantons, EPCI, départements and régions, where the table gives them."""

    @functools.cached_property
    def successors(self) -> Mapping[str, str]:
        """Commune that disappeared → the commune it is part of this year."""
        return MappingProxyType({change.old: change.new for change in self.changes})

    @functools.cached_property
    def recoded(self) -> frozenset[str]:
        """Communes that only changed their code."""
        return frozenset(change.old for change in self.changes if change.recoded)

    @functools.cached_property
    def _known(self) -> Mapping[Level, frozenset[str]]:
        names = {
            Level.COMMUNE: "code",
            Level.EPCI: "epci",
            Level.DEPARTEMENT: "departement",
            Level.REGION: "region",
        }
        found = {
            level: frozenset(self.communes[name].drop_nulls().to_list()) for level, name in names.items()
        }
        return MappingProxyType({**found, Level.COMMUNE: found[Level.COMMUNE] | frozenset(self.districts)})

    def known(self, level: Level) -> frozenset[str]:
        """Return the codes of a level; empty for the levels the table does not give."""
        return self._known.get(level, frozenset())


def load_geography(path: Path, dataset: Dataset, year: int) -> Geography:
    """Read one table d'appartenance.

    Args:
        path: INSEE's workbook.
        dataset: its declaration (``insee_appartenance``).
        year: year of the code, as recognised.

    Raises:
        ExtractRefused: the workbook is not the expected one.
    """
    import polars as pl

    table = read_table(path, dataset)
    missing = [name for name in ("CODGEO", *dataset.layout.needs) if name not in table.columns]
    canton = next((name for name in _CANTON if name in table.columns), None)
    if missing or canton is None:
        missing += [] if canton else ["CANOV"]
        raise ExtractRefused(
            Problem(
                table.file,
                dataset.layout.header_row,
                name,
                "aucune colonne de ce nom",
                f"la colonne {quoted(name)}",
            )
            for name in missing
        )
    columns = {
        "code": "CODGEO",
        "name": "LIBGEO",
        "departement": "DEP",
        "region": "REG",
        "epci": "EPCI",
        "canton": canton,
        "arrondissement": "ARR",
    }
    communes = table.frame.select(
        pl.when(~pl.col(name).str.contains(_NONE.pattern) & (pl.col(name) != ""))
        .then(pl.col(name))
        .alias(ours)
        for ours, name in columns.items()
    )
    return Geography(
        year,
        communes,
        districts=_districts(path, dataset.layout),
        zones=_zones(path, dataset.layout),
    )


def _districts(path: Path, layout: Layout) -> Mapping[str, str]:
    """Return the arrondissements municipaux of the workbook's own sheet, none when it has no such sheet."""
    frame = _other_sheet(path, layout, "^ARM$", ("CODGEO", "COM"))
    return {} if frame is None else dict(frame.select("CODGEO", "COM").iter_rows())


def _zones(path: Path, layout: Layout) -> Mapping[tuple[Level, str], str]:
    """Return the names of the sheet of supra-communal zones, none when it has no such sheet."""
    frame = _other_sheet(path, layout, "^Zones_supra_communales$", ("NIVGEO", *_ZONE))
    if frame is None:
        return {}
    return {
        (_ZONE_LEVELS[kind], code): name
        for kind, code, name in frame.select("NIVGEO", *_ZONE).iter_rows()
        if kind in _ZONE_LEVELS and not _NONE.match(code)
    }


def _other_sheet(path: Path, layout: Layout, sheet: str, columns: tuple[str, ...]) -> pl.DataFrame | None:
    kind = kind_of(path)
    if kind not in (Kind.XLSX, Kind.XLS):
        return None
    if not any(re.match(sheet, name) for name in sheet_names(path.name, path, kind)):
        return None
    # The sheet of zones names them without the columns a table of communes needs.
    update = {"sheet": sheet, "needs": ()}
    table = read_workbook(path.name, path, kind, layout.model_copy(update=update))
    return table.frame if set(columns) <= set(table.columns) else None


def with_passage(geography: Geography, path: Path, dataset: Dataset) -> Geography:
    """Add INSEE's own table de passage, which wins over what was deduced.

    Its columns are ``CODGEO_2003`` to ``CODGEO_2024``, or ``CODGEO_INI`` and the year it leads to.

    Args:
        geography: of which the year must be one of the table's.
        path: the workbook.
        dataset: its declaration (``insee_passage``).

    Raises:
        ExtractRefused: the table does not lead to the communes of this geography.
    """
    import polars as pl

    target = f"CODGEO_{geography.year}"
    table = read_table(path, dataset)
    if target not in table.columns:
        found = ", ".join(quoted(name) for name in table.columns if name != "_sheet")
        raise ExtractRefused(Problem(path.name, None, target, found, f"la colonne {quoted(target)}"))
    earlier = sorted(name for name in table.columns if _YEARLY.match(name) and name < target)
    now = geography.known(Level.COMMUNE)
    stated: dict[str, Change] = {}
    for column in (name for name in ("CODGEO_INI", *earlier) if name in table.columns):
        pairs = table.frame.filter(pl.col(target).is_in(list(now))).select(column, target).unique().rows()
        sources = Counter(new for _, new in pairs)
        # A table of the changes alone does not say whether the new code had inhabitants of its own.
        whole = any(old == new for old, new in pairs)
        for old, new in pairs:
            if old and old not in now:
                recoded = whole and sources[new] == 1
                stated[old] = Change(old, new, recoded=recoded)
    return with_changes(geography, stated)


def with_changes(geography: Geography, stated: Mapping[str, Change]) -> Geography:
    """Add to a geography what the producer states of communes that disappeared; it wins over deductions."""
    kept = {change.old: change for change in geography.changes} | dict(stated)
    return replace(
        geography,
        changes=tuple(kept.values()),
        unexplained=tuple(code for code in geography.unexplained if code not in stated),
    )
