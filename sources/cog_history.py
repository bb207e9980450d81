"""What became of the communes of earlier years, deduced from the tables d'appartenance of several years.

Belongs here: the deductions, each with its reason. Does not belong here: reading tables (``sources.cog``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sources.cog import Change, Geography
from sources.french import words_of

if TYPE_CHECKING:
    import polars as pl


def latest_geography(held: Iterable[Geography]) -> Geography | None:
    """Return the official code of the latest year held, with what the earlier ones say of mergers.

    Returns:
        The geography to give to ``read_extract(official=…)``; None when none is held.
    """
    ordered = sorted(held, key=lambda geography: geography.year)
    return with_history(ordered[-1], ordered[:-1]) if ordered else None


def with_history(geography: Geography, earlier: Iterable[Geography]) -> Geography:
    """Add to a geography what became of the communes of earlier years, deduced from the tables alone.

    A commune that disappeared is mapped when the table gives one answer: a new code of the same name; a
    commune whose new name contains its own (« Culoz » and « Béon » are « Culoz-Béon »); or the only commune
    renamed in its canton and EPCI. Otherwise it stays unexplained, and its rows are refused.
    """
    import polars as pl

    changes: dict[str, Change] = {change.old: change for change in geography.changes}
    split: dict[str, frozenset[str]] = dict(geography.split)
    unexplained: set[str] = set()
    for old in sorted((g for g in earlier if g.year < geography.year), key=lambda g: -g.year):
        gone = old.communes.join(geography.communes, on="code", how="anti")
        created = geography.communes.join(old.communes, on="code", how="anti")
        both = geography.communes.join(old.communes.select("code", old="name"), on="code")
        renamed = both.filter(pl.col("name") != pl.col("old"))
        for row in gone.filter(~pl.col("code").is_in(list(changes))).iter_rows(named=True):
            if change := _successor(row, created, renamed):
                changes[row["code"]] = change
            else:
                unexplained.add(row["code"])
        recodings = {change.new for change in changes.values() if change.recoded}
        for row in created.filter(~pl.col("code").is_in(list(recodings))).iter_rows(named=True):
            if parent := _parent(row, renamed):
                split[parent] = split.get(parent, frozenset()) | {row["code"]}
    return Geography(
        geography.year,
        geography.communes,
        geography.districts,
        tuple(changes.values()),
        split,
        tuple(sorted(unexplained - set(changes))),
        geography.zones,
    )


def _successor(row: dict[str, str], created: pl.DataFrame, renamed: pl.DataFrame) -> Change | None:
    """Return what became of a commune, when the tables leave one answer."""
    code, words = row["code"], words_of(row["name"])
    same_name = [r["code"] for r in _near(created, row, "departement") if words_of(r["name"]) == words]
    if len(same_name) == 1:
        return Change(code, same_name[0], recoded=True)
    neighbours = [
        r for r in _near(renamed, row, "departement") if words <= words_of(r["name"]) - words_of(r["old"])
    ]
    if len(neighbours) == 1:
        return Change(code, neighbours[0]["code"], recoded=False)
    # « Ingrandes-Le Fresne » becoming « Ingrandes-le-Fresne » is spelling, not a merger.
    others = [r for r in _near(renamed, row, "canton", "epci") if words_of(r["name"]) != words_of(r["old"])]
    if len(others) == 1 and not neighbours:
        return Change(code, others[0]["code"], recoded=False)
    return None


def _parent(row: dict[str, str], renamed: pl.DataFrame) -> str | None:
    """Return the commune that a new one left: the one that had its name, else the only renamed one around."""
    around = _near(renamed, row, "canton", "epci")
    by_name = [r["code"] for r in around if words_of(r["old"]) == words_of(row["name"])]
    found = by_name or [r["code"] for r in around]
    return found[0] if len(found) == 1 else None


def _near(frame: pl.DataFrame, row: dict[str, str], *columns: str) -> list[dict[str, str]]:
    return list(frame.filter(**{column: row[column] for column in columns}).iter_rows(named=True))
