"""The territories of the rest of France a release holds: their names, the figures of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.data.accounts import elsewhere
from dashboard.data.records import Value
from sources.vocabulary import Level

if TYPE_CHECKING:
    from dashboard.data.release import Release

_NAMED = """
SELECT t.level, t.code, t.name, coalesce(d.name, '')
FROM main.territory AS t
LEFT JOIN main.membership AS m
    ON m.level = t.level AND m.code = t.code AND m.parent_level = 'departement'
LEFT JOIN main.territory AS d ON d.level = 'departement' AND d.code = m.parent_code
WHERE NOT t.followed AND t.level IN ('commune', 'epci', 'departement', 'region')
QUALIFY row_number() OVER (PARTITION BY t.level, t.code ORDER BY d.code) = 1
ORDER BY t.code
"""
_PLACE = """
SELECT level, code, name, '' AS department, perimeter FROM main.territory
WHERE NOT followed AND code = ? AND level IN ('commune', 'epci', 'departement', 'region', 'qpv')
AND level = coalesce(?, level)
ORDER BY level LIMIT 1
"""
# What a territory is part of: of a département, the région that its communes are in.
_WHOLE = """
WITH place AS (
    SELECT $1 AS level, $2 AS code
    UNION
    SELECT parent_level, parent_code FROM main.membership
    WHERE level = $1 AND code = $2 AND parent_level IN ('epci', 'departement')
    UNION
    SELECT above.parent_level, above.parent_code
    FROM main.membership AS own JOIN main.membership AS above USING (level, code)
    WHERE $1 = own.parent_level AND own.parent_level = 'departement' AND own.parent_code = $2
    AND above.parent_level = 'region'
)
"""
_FIGURES = (
    _WHOLE
    + """
SELECT v.* EXCLUDE (followed)
FROM main.value AS v JOIN place USING (level, code) JOIN series AS s USING (indicator, series)
WHERE s.scored AND v.origin <> 'inherited' AND v.status IN ('observed', 'estimated', 'suppressed')
"""
)
_PLACES = f"{_WHOLE} FROM main.territory JOIN place USING (level, code) SELECT level, code, name"


@dataclass(frozen=True)
class Place:
    """A territory of the rest of France."""

    level: str
    code: str
    name: str
    department: str = ""
    perimeter: str | None = None

    @property
    def searched(self) -> str:
        """What is typed to find it alone: the code of a département is that of a région too."""
        alone = self.level not in (Level.DEPARTEMENT, Level.REGION)
        return self.code if alone else f"{self.level}-{self.code}"


@dataclass(frozen=True)
class Elsewhere:
    """What the release holds of one of them."""

    places: dict[str, Place]
    """Itself and what it is part of, by level."""
    values: dict[tuple[str, str], list[Value]]
    """Figures by level and indicator, known or under secrecy, the latest first."""


def known(release: Release) -> bool:
    """Return whether the release holds communes of the rest of France."""
    return elsewhere(release).get(Level.COMMUNE.value, 0) > 0


def place(release: Release, level: str | None, code: str) -> Place | None:
    """Return a territory of the rest of France whose figures a page shows.

    Args:
        release: Any release.
        level: Its level; that of a commune first where it is not said.
        code: Its code.
    """
    if not elsewhere(release):
        return None
    return next((Place(*row) for row in release.query(_PLACE, code, level).iter_rows()), None)


def names(release: Release) -> list[Place]:
    """Return every territory of the rest of France but the quarters, in the order of their codes."""
    return [Place(*row) for row in release.query(_NAMED).iter_rows()] if known(release) else []


def figures(release: Release, level: str, code: str) -> Elsewhere:
    """Return what the release holds of a commune, authority, département or région of the rest of France.

    Args:
        release: A release that holds some (:func:`known`).
        level: Its level.
        code: Its code.
    """
    asked = (level, code)
    places = {row[0]: Place(*row) for row in release.query(_PLACES, *asked).iter_rows()}
    values: dict[tuple[str, str], list[Value]] = {}
    for record in release.query(_FIGURES, *asked).iter_rows(named=True):
        value = Value(**record)
        values.setdefault((value.level, value.indicator), []).append(value)
    for found in values.values():
        found.sort(key=lambda v: v.millesime or v.edition or 0, reverse=True)
    return Elsewhere(places, values)
