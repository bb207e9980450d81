"""The priority quarters of the rest of France a release holds: a page of them at a time, never all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.data.accounts import elsewhere
from dashboard.data.records import Value
from sources.vocabulary import Level

if TYPE_CHECKING:
    from dashboard.data.release import Release

PAGE = 25
"""Quarters of a page."""

_FOUND = """
WITH part AS (
    SELECT m.code, string_agg(c.name, ', ' ORDER BY c.name) AS communes
    FROM main.membership AS m JOIN main.territory AS c ON (c.level, c.code) = ('commune', m.parent_code)
    WHERE m.level = 'qpv' AND m.parent_level = 'commune' GROUP BY m.code
), quarter AS (
    SELECT t.code, t.name, coalesce(communes, '') AS communes
    FROM main.territory AS t LEFT JOIN part USING (code)
    WHERE t.level = 'qpv' AND NOT t.followed AND t.perimeter = ?
)
SELECT code, name, communes, count(*) OVER () AS found FROM quarter
WHERE contains(strip_accents(lower(name || ' ' || communes)), strip_accents(lower(?)))
   OR contains(lower(code), lower(?))
ORDER BY strip_accents(lower(name)), code LIMIT ? OFFSET ?
"""
# The latest figure of each; one whose series is not scored is another notion.
_VALUES = """
SELECT v.* EXCLUDE (followed) FROM main.value AS v JOIN series AS s USING (indicator, series)
WHERE v.level = 'qpv' AND NOT v.followed AND v.perimeter = ? AND s.scored
  AND list_contains(string_split(?, ','), v.code) AND v.value IS NOT NULL
  AND v.status IN ('observed', 'estimated')
QUALIFY row_number() OVER (
    PARTITION BY v.indicator, v.code ORDER BY coalesce(v.millesime, v.edition) DESC, s.position
) = 1
"""


@dataclass(frozen=True)
class Elsewhere:
    """One quarter of the rest of France."""

    code: str
    name: str
    communes: str
    """Their names; empty where no file says them."""
    values: dict[str, Value]
    """Its latest figure of each indicator."""


@dataclass(frozen=True)
class Listed:
    """One page of the quarters that were looked for."""

    found: int
    """How many there are in all."""
    quarters: tuple[Elsewhere, ...]


def known(release: Release) -> bool:
    """Return whether the release holds quarters of the rest of France."""
    return elsewhere(release).get(Level.QPV.value, 0) > 0


def listed(release: Release, perimeter: str, search: str, page: int) -> Listed:
    """Return one page of the quarters of a generation whose name, communes or code hold some words.

    Args:
        release: A release that holds some (:func:`known`).
        perimeter: Generation of the quarters.
        search: Part of a name, its own or a commune’s, or of a code, accents and capitals not counting;
            empty for all of them.
        page: Rank of the page, from 1; beyond the last one there is none.
    """
    rows = release.query(_FOUND, perimeter, search, search, PAGE, PAGE * (page - 1)).rows()
    codes = ",".join(row[0] for row in rows)
    values: dict[str, dict[str, Value]] = {}
    for record in release.query(_VALUES, perimeter, codes).iter_rows(named=True) if codes else ():
        value = Value(**record)
        values.setdefault(value.code, {})[value.indicator] = value
    return Listed(
        rows[0][-1] if rows else 0,
        tuple(Elsewhere(code, name, communes, values.get(code, {})) for code, name, communes, _ in rows),
    )
