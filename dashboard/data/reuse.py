"""The figures other tools ask for: of one indicator, one place or one year; the latest of each place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from dashboard.data.release import Release

_LATEST = """
SELECT v.level, v.code, v.perimeter, v.indicator, v.value, v.millesime, v.status, v.origin
FROM value AS v JOIN indicator AS i USING (indicator)
QUALIFY row_number() OVER (
    PARTITION BY v.level, v.code, v.perimeter, v.indicator
    ORDER BY v.value IS NULL, v.millesime DESC NULLS LAST, v.edition DESC, v.series
) = 1
ORDER BY i.position, v.indicator, v.level, v.code, v.perimeter
"""
_INDICATORS = "SELECT * FROM indicator ORDER BY position, indicator"
_SERIES = "SELECT * FROM series ORDER BY indicator, position, series"
_ASKED = """
SELECT * FROM value
WHERE (? IS NULL OR indicator = ?) AND (? IS NULL OR code = ?) AND (? IS NULL OR millesime = ?) ORDER BY ALL
"""
DUCKDB_EXAMPLE = """SELECT code, millesime, value, status
FROM read_parquet('{base}/parquet/value.parquet')
WHERE indicator = '{indicator}' AND level = 'commune';"""
"""What the page « Réutiliser » gives to copy."""
_EXAMPLE = """
SELECT indicator, code FROM value JOIN indicator USING (indicator)
WHERE level = 'commune' AND value IS NOT NULL AND sampled <> 'no' ORDER BY position, indicator, code LIMIT 1
"""
_KNOWN = "SELECT indicator FROM indicator"


def latest(release: Release) -> dict[tuple[str, str, str | None], list[dict[str, Any]]]:
    """Return the latest figure of each indicator by level, code and perimeter.

    Returns:
        For each place, in the order of the indicators: ``indicator``, ``value`` (null with its ``status``),
        ``millesime`` and ``origin``.
    """
    found: dict[tuple[str, str, str | None], list[dict[str, Any]]] = {}
    for row in release.query(_LATEST).iter_rows(named=True):
        found.setdefault((row["level"], row["code"], row["perimeter"]), []).append(row)
    return found


def sheets(release: Release) -> list[dict[str, Any]]:
    """Return what is declared of each indicator, its series included."""
    series = release.query(_SERIES).to_dicts()
    return [
        {**indicator, "series": [one for one in series if one["indicator"] == indicator["indicator"]]}
        for indicator in release.query(_INDICATORS).to_dicts()
    ]


def example(release: Release) -> tuple[str, str]:
    """Return an indicator and a commune that have a figure, empty in a release without any."""
    found = release.query(_EXAMPLE).rows()
    return (found[0][0], found[0][1]) if found else ("", "")


def known(release: Release, indicator: str) -> bool:
    """Whether a release has an indicator."""
    return indicator in set(release.query(_KNOWN)["indicator"])


def asked(release: Release, indicator: str | None, code: str | None, year: int | None) -> pl.DataFrame:
    """Return the rows of table ``value`` of one indicator, one territory, one year: ``None`` for all.

    Returns:
        Every column of the table, a row per series and period; no row where nothing answers.
    """
    return release.query(_ASKED, indicator, indicator, code, code, year, year)
