"""What may be looked for in a release: its territories and its indicators."""

from __future__ import annotations

from dashboard.data.france import Place, names
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, Territory
from dashboard.story.search import Entry, Found
from sources.french import capital, typographic
from sources.vocabulary import Level, Perimeter

INDICATOR = "indicateur"
ELSEWHERE = {
    "commune d’ailleurs": Level.COMMUNE,
    "intercommunalité d’ailleurs": Level.EPCI,
    "département d’ailleurs": Level.DEPARTEMENT,
    "région d’ailleurs": Level.REGION,
}
"""What is found of the rest of France, as a reader calls it."""
_SEPARATOR = "; "
_RANKS = (Level.COMMUNE, Level.QPV, Level.EPCI)
"""Levels most looked for, in that order; an indicator comes after them, then any other level."""


def entries(barometer: Barometer) -> list[Entry]:
    """Return what may be looked for: territories the pages show, indicators, then the rest of France."""
    return [
        *(_territory(territory) for territory in barometer.territories),
        *(_indicator(indicator) for indicator in barometer.indicators),
        *(_elsewhere(place) for place in names(barometer.release)),
    ]


def _elsewhere(place: Place) -> Entry:
    kind = next(kind for kind, level in ELSEWHERE.items() if level == place.level)
    return Entry(kind, place.name, place.searched, place.department, rank=2 * len(_RANKS) + 2, far=True)


def _territory(territory: Territory) -> Entry:
    level = Level(territory.level)
    rank = 2 * _RANKS.index(level) if level in _RANKS else 2 * len(_RANKS) + 1
    # Communes outside come after those of the agglomeration, quarters of 2015 after those that replaced them.
    later = not territory.in_epci or territory.perimeter == Perimeter.QPV_2015
    perimeter = Perimeter(territory.perimeter).label if territory.perimeter in set(Perimeter) else ""
    name = typographic(territory.name)
    return Entry(level, name, territory.code, perimeter, rank=rank + later)


def _indicator(indicator: Indicator) -> Entry:
    others = (indicator.title, indicator.need or "", *_listed(indicator.synonyms))
    return Entry(
        INDICATOR,
        indicator.short_title,
        indicator.indicator,
        others=tuple(filter(None, others)),
        instead=_listed(indicator.instead),
        rank=2 * len(_RANKS),
    )


def plain_code(entry: Entry) -> str:
    """Return the code of a territory, without the level that some are looked for with."""
    return entry.code.rpartition("-")[2]


def _listed(written: str | None) -> tuple[str, ...]:
    return tuple(filter(None, (written or "").split(_SEPARATOR)))


def label(found: Found) -> str:
    """Return a result as a link says it, with what is not measured and that it stands in for."""
    entry = found.entry
    kind = Level(entry.kind).label if entry.kind in set(Level) else entry.kind
    code = plain_code(entry) if entry.kind in (Level.COMMUNE, Level.QPV, *ELSEWHERE) else ""
    said = f"{entry.name} ({', '.join(filter(None, (kind, entry.detail, code)))})"
    if found.instead:
        return f"« {capital(found.instead)} » n’est pas mesuré ici ; le plus proche : {said}"
    return said
