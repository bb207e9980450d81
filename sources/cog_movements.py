"""What became of communes, from the events INSEE dates one by one (``v_mvtcommune``).

Belongs here: following a commune from event to event. Does not belong here: tables de passage
(``sources.cog``), nor what is deduced without either (``sources.cog_history``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sources.cog import Change, Geography, with_changes
from sources.model import Dataset
from sources.readers.table import read_table
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

_MERGED = {"31", "32", "33", "34"}
_RECODED = {"41", "50"}
_RESTORED = {"20", "21"}


def with_movements(geography: Geography, path: Path, dataset: Dataset) -> Geography:
    """Add to a geography the mergers and changes of code dated before its first of January, or on it.

    Args:
        geography: the official code to lead to.
        path: the file of events.
        dataset: its declaration (``insee_mouvements``).

    Raises:
        ExtractRefused: the file is not the expected one.
    """
    now: dict[str, str] = {}
    recoded: dict[str, bool] = {}
    for kind, old, new in _events(read_table(path, dataset).frame, geography.year):
        if kind in _RESTORED:
            # It exists again under its own code: an earlier change of it no longer holds.
            now.pop(new, None)
        elif old != new:
            for code in [code for code, current in now.items() if current == old] + [old]:
                now[code] = new
                recoded[code] = recoded.get(code, True) and kind in _RECODED
    known = geography.known(Level.COMMUNE)
    return with_changes(
        geography,
        {
            old: Change(old, new, recoded=recoded[old])
            for old, new in now.items()
            if new in known and old not in known
        },
    )


def _events(rows: pl.DataFrame, year: int) -> list[tuple[str, str, str]]:
    """Return kind, commune before and commune after of each event, oldest first."""
    import polars as pl

    commune = (pl.col("TYPECOM_AV") == "COM") & (pl.col("TYPECOM_AP") == "COM")
    kinds = [*_MERGED, *_RECODED, *_RESTORED]
    return (
        rows.filter(commune & pl.col("MOD").is_in(kinds) & (pl.col("DATE_EFF") <= f"{year}-01-01"))
        .sort("DATE_EFF", maintain_order=True)
        .select("MOD", pl.col("COM_AV").str.zfill(5), pl.col("COM_AP").str.zfill(5))
        .rows()
    )
