"""Paris, Lyon and Marseille: their arrondissements are parts of a commune, never communes.

Belongs here: setting them aside, or bringing them to their commune; codes of no commune at all. Does not
belong here: communes that merged (``sources.readers.geography``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sources.french import typographic
from sources.model import Layout
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

DISTRICTS = {
    **{f"751{i:02}": "75056" for i in range(1, 21)},
    **{f"6938{i}": "69123" for i in range(1, 10)},
    **{f"132{i:02}": "13055" for i in range(1, 17)},
}
"""Arrondissement municipal → its commune; fixed by law (loi PLM, 1982)."""
_NAMES = {"75056": "Paris", "69123": "Lyon", "13055": "Marseille"}
CITIES = tuple(_NAMES)
"""Communes that have arrondissements."""


def with_districts(rows: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, list[str]]:
    """Bring the arrondissements of a city to their commune where they make it, else set them aside.

    They make it when the file gives them all, not the commune, and nothing but counts: rates and medians of
    the parts are not those of the whole.

    Args:
        rows: Coded rows, with ``_outside`` and ``_mapped``.
        layout: Of the dataset, for what its figures are.

    Returns:
        The rows, and one French line for each case.
    """
    import polars as pl

    commune = (pl.col("level") == Level.COMMUNE.value) & ~pl.col("_outside")
    told = pl.col("code").is_in([*DISTRICTS, *_NAMES])
    present = set(rows.lazy().filter(commune, told).select("code").unique().collect()["code"])
    found = sorted(present & set(DISTRICTS))
    if not found:
        return rows, []
    whole = {city for city in _NAMES if {code for code, of in DISTRICTS.items() if of == city} <= present}
    counts = layout.aggregate == "sum" or all(column.additive for column in layout.columns.values())
    moved = [code for code in found if counts and DISTRICTS[code] in whole - present]
    aside = [code for code in found if code not in moved]
    inner, brought = (commune & pl.col("code").is_in(codes) for codes in (aside, moved))
    return rows.with_columns(
        _outside=pl.col("_outside") | inner,
        _mapped=pl.col("_mapped") | brought,
        code=pl.when(brought).then(pl.col("code").replace(DISTRICTS)).otherwise("code"),
    ), [
        *_said(aside, "mis de côté, parties d’une commune et non communes"),
        *_said(moved, "additionnés, leur commune n’étant pas dans le fichier"),
    ]


def without_unplaced(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Set aside the rows of communes numbered from 990 on: people a producer could place nowhere, or totals.

    Args:
        rows: Coded rows, with ``_outside``.

    Returns:
        The rows, and a French line where there are some.
    """
    import polars as pl

    unplaced = (pl.col("level") == Level.COMMUNE.value) & pl.col("code").str.contains("^..99.$")
    held = rows.lazy().filter(unplaced & ~pl.col("_outside")).select("code").unique()
    codes = sorted(held.collect()["code"])
    said = f"Mis de côté, d’aucune commune : {', '.join(codes[:6])}{', …' if len(codes) > 6 else ''}."
    if not codes:
        return rows, []
    return rows.with_columns(_outside=pl.col("_outside") | unplaced.fill_null(False)), [typographic(said)]


def _said(codes: list[str], what: str) -> list[str]:
    if not codes:
        return []
    cities = ", ".join(sorted({_NAMES[DISTRICTS[code]] for code in codes}))
    words = "arrondissements municipaux" if len(codes) > 1 else "arrondissement municipal"
    return [typographic(f"{len(codes)} {words} ({cities}) : {what}.")]
