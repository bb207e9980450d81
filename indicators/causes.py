"""Why a figure was revised: which of its terms changed, and what file that term now comes from.

Belongs here: what two rows of one figure, and the files of both releases, show of the cause. Does not belong
here: which figures changed (``changes``), nor the words (``news``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

Row = Mapping[str, Any]
Tables = Mapping[str, "pl.DataFrame"]

TOO_SMALL = 1e-12
"""Relative difference below which two numbers are one: the order of a sum, not a revision."""

SUM = "sum"
"""Origin of a figure that adds up others."""

CONCEPT, FORMULA, DERIVED, EDITION, FILE, COMPUTATION = (
    *("concept", "formula", "derived", "edition", "file", "computation"),
)
"""Why a figure was revised: it says something else; it is computed otherwise; a sum follows what it adds up;
a term comes from another edition, or from other files; from the same ones."""

NUMERATOR, DENOMINATOR, BOTH, SOME, WHOLE = "numerator", "denominator", "both", "some", "whole"
"""The term that changed; ``some`` where the row does not show which, ``whole``: a producer's own figure."""

OF_BOTH = (
    *("concept", "origin", "extracts"),
    *("numerator", "denominator", "denominator_millesime", "denominator_next"),
)
"""Columns of a figure its cause is read from, in each of the two releases."""

GIVEN = "variable_given"
"""The extracts of the observations of a release and the variables they give, one row each."""


def differ(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Whether two numbers are not one.

    Args:
        one: A number.
        other: The one it is compared with.

    Returns:
        Booleans; null where either is missing.
    """
    return (other - one).abs() > TOO_SMALL * one.abs()


def cause_schema() -> pl.Schema:
    """Return the columns that tell a cause.

    Returns:
        ``reason`` and ``term`` as above; ``came`` and ``went``, files the term has and no longer has;
        ``edition_new`` and ``edition_old``, theirs; ``years_new`` and ``years_old``, those of the
        denominator, where it is what changed and they did.
    """
    import polars as pl

    text, year, years = pl.String(), pl.Int32(), pl.List(pl.Int32)
    files = pl.List(pl.String)
    return pl.Schema(
        {
            **dict.fromkeys(("reason", "term"), text),
            **dict.fromkeys(("came", "went"), files),
            **dict.fromkeys(("edition_old", "edition_new"), year),
            **dict.fromkeys(("years_old", "years_new"), years),
        }
    )


def causes(revised: pl.DataFrame, before: Tables, after: Tables) -> pl.DataFrame:
    """Say why figures were revised.

    Args:
        revised: One row per figure: ``indicator``, ``series``, :data:`OF_BOTH` and the same with ``_new``.
        before: Tables of the older release; those of its files and formulas say more of the cause.
        after: Those of the newer one.

    Returns:
        Columns of :func:`cause_schema`, in the order of the rows.
    """
    import polars as pl

    old, new = _Release.of(before), _Release.of(after)
    rows = [_cause(row, old, new) for row in revised.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=cause_schema())


@dataclass(frozen=True)
class _Release:
    """What a release says of its files and of its formulas; nothing of what it lacks."""

    files: Mapping[str, tuple[str, int | None, str]]
    """Extract → dataset, edition, name."""
    variables: Mapping[str, set[str]]
    """Extract → what its observations give."""
    series: Mapping[tuple[str, str], Row]

    @classmethod
    def of(cls, tables: Tables) -> _Release:
        def rows(name: str) -> Iterator[Row]:
            return tables[name].iter_rows(named=True) if name in tables else iter(())

        variables: dict[str, set[str]] = {}
        for row in rows(GIVEN):
            variables.setdefault(row["extract"], set()).add(row["variable"])
        return cls(
            {row["extract"]: (row["dataset"], row["edition"], row["file"]) for row in rows("extract")},
            variables,
            {(row["indicator"], row["series"]): row for row in rows("series")},
        )

    def formula(self, row: Row) -> str | None:
        """Return the formula of a figure in words."""
        found: str | None = self.series.get((row["indicator"], row["series"]), {}).get("formula")
        return found

    def of_term(self, row: Row, term: str, extracts: set[str]) -> set[str]:
        """Return those of some files that give a term of a figure; all of them where it is not known."""
        series = self.series.get((row["indicator"], row["series"]), {})
        divisors, wanted = (_listed(series.get(name)) for name in ("divisors", "variables"))
        if term == NUMERATOR:
            # What is in both terms would have changed both.
            wanted -= divisors
        elif term == DENOMINATOR:
            wanted = divisors or wanted
        return {one for one in extracts if not wanted or wanted & self.variables.get(one, wanted)}

    def told(self, extracts: set[str]) -> tuple[list[str], set[str], int | None]:
        """Return the names of files, their datasets, and their edition where they are all of one."""
        known = [self.files.get(one, ("", None, one)) for one in sorted(extracts)]
        return (
            sorted({name for _, _, name in known}),
            {dataset for dataset, _, _ in known},
            known[0][1] if len({edition for _, edition, _ in known}) == 1 else None,
        )


def _cause(row: Row, old: _Release, new: _Release) -> dict[str, object]:
    if row["concept"] != row["concept_new"]:
        return {"reason": CONCEPT}
    formulas = old.formula(row), new.formula(row)
    if None not in formulas and formulas[0] != formulas[1]:
        return {"reason": FORMULA}
    if row["origin"] == row["origin_new"] == SUM:
        return {"reason": DERIVED}
    term = _term(row, new)
    was, now = _listed(row["extracts"]), _listed(row["extracts_new"])
    # A file that both releases hold is another choice of the computation, not another file.
    came = new.of_term(row, term, now - was - old.files.keys())
    went = old.of_term(row, term, was - now)
    (names, datasets, edition), (others, of, before) = new.told(came), old.told(went)
    if not came and not went - new.files.keys():
        reason = COMPUTATION
    elif datasets <= of and None not in (edition, before) and edition != before:
        reason = EDITION
    else:
        reason = FILE
    return {
        "reason": reason,
        "term": term,
        "came": names,
        "went": others,
        "edition_old": before,
        "edition_new": edition,
        **(_years(row) if term == DENOMINATOR else {}),
    }


def _term(row: Row, release: _Release) -> str:
    """Return the term of a figure that is not what it was."""
    named = [name for name in (NUMERATOR, DENOMINATOR) if None not in (row[name], row[f"{name}_new"])]
    moved = [name for name in named if abs(row[f"{name}_new"] - row[name]) > TOO_SMALL * abs(row[name])]
    if len(moved) == 1:
        return moved[0]
    if moved:
        return BOTH
    series = release.series.get((row["indicator"], row["series"]), {})
    return WHOLE if series.get("published", True) and row["origin_new"] == "producer" else SOME


def _years(row: Row) -> dict[str, list[int]]:
    """Return the years of a denominator in both releases, where they differ."""
    found = [
        [row[f"{name}{of}"] for name in ("denominator_millesime", "denominator_next")] for of in ("", "_new")
    ]
    old, new = ([year for year in years if year is not None] for years in found)
    return {"years_old": old, "years_new": new} if old and new and old != new else {}


def _listed(names: str | None) -> set[str]:
    return set(filter(None, (names or "").split(", ")))
