"""The starting values of the follow-up: found in a release by one rule, then fixed and never moved.

Belongs here: which figure starts the follow-up, and reading back those that were fixed. Does not belong here:
what is shown of them (``follow_up``), their file (``sources.local.base``).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dashboard.data.local import Entry
from dashboard.data.records import Comparison, Indicator, Territory, Value
from dashboard.documents.dossier import Dossier, Library
from dashboard.story.readings import Reading, recency
from indicators.model import Direction, Theme
from sources.french import number
from sources.vocabulary import Status

INDIRECT = ("inherited", "composite")
"""Origins of figures a quarter does not have of its own."""
START = 2024
END = 2030


@dataclass(frozen=True)
class Start:
    """Where one indicator of one territory starts from."""

    value: Value | None
    """The figure, or the row that says why there is none."""
    gap: Comparison | None
    """Its gap to the agglomeration."""
    fixed: str = ""
    """Release it was fixed in, empty while it is not."""
    revised: float | None = None
    """What the release now says of the same year, where it is something else."""
    smallest: float | None = None
    """Smallest change the source could show by the end of the contract."""
    gap_now: Comparison | None = None
    """The gap of the same year as the release gives it, where the start was fixed."""


def followed(readings: dict[str, Reading]) -> Iterator[Reading]:
    """Yield what is followed: the IDH-4, then every indicator that says more or less need."""
    parts = [key for key, reading in readings.items() if reading.indicator.theme == Theme.IDH4][1:]
    for key, reading in readings.items():
        if key not in parts and reading.indicator.direction != Direction.DESCRIPTIVE:
            yield reading


def places(dossier: Dossier) -> list[tuple[Territory, dict[str, Reading]]]:
    """Return what has a base: the commune, then each of its QPV of 2024."""
    quarters = (
        (quarter, _own(dossier.quarter_readings[quarter.code])) for quarter in dossier.current_quarters
    )
    return [(dossier.commune, dossier.readings), *quarters]


def _own(readings: dict[str, Reading]) -> dict[str, Reading]:
    """Return what is known of a quarter itself: a figure of its canton would be followed in its name."""
    return {k: r for k, r in readings.items() if r.shown is None or r.shown.origin not in INDIRECT}


def last_until(reading: Reading, year: int, definition: str) -> Value | None:
    """Return the last figure known until a year, of one definition."""
    known = (v for v in reading.history if v.usable and v.concept == definition)
    return max((v for v in known if (v.millesime or v.edition or 0) <= year), key=recency, default=None)


def start(dossier: Dossier, territory: Territory, reading: Reading) -> Start:
    """Return where an indicator starts from: as it was fixed, else the last figure known until the start."""
    shown = reading.shown
    gaps = dossier.gaps_of(territory)
    fixed = dossier.library.base.get((territory.code, reading.indicator.indicator))
    if fixed is None:
        value = last_until(reading, START, shown.concept) if shown is not None else None
        # A row without figure says why there is none.
        value = value or (shown if shown is not None and not shown.usable else None)
        return Start(value, gaps.get(value.key) if value else None)
    return _as_fixed(fixed, reading, territory, gaps.values(), dossier.library.epci.code)


def _as_fixed(
    entry: Entry, reading: Reading, territory: Territory, gaps: Iterable[Comparison], epci: str
) -> Start:
    amount, reference = float(entry["valeur"]), entry["reference"]
    year, edition = entry.whole("annee"), entry.whole("edition")
    # A figure without a year is dated by the edition of its file.
    dated = (entry["definition"], year, None if year else edition)
    known = (v for v in reading.history if v.usable)
    same = next((v for v in known if (v.concept, v.millesime, None if year else v.edition) == dated), None)
    model = same or next(iter(reading.history))
    value = dataclasses.replace(
        model,
        concept=entry["definition"],
        millesime=year,
        edition=edition,
        value=amount,
        status=same.status if same else Status.OBSERVED,
        period=same.period if same else None,
        lower=same.lower if same else None,
        upper=same.upper if same else None,
    )
    # The same year may have come again in a later edition.
    gap, key = None, (same or value).key
    limits = next((g for g in gaps if g.key == key), None)
    if reference:
        beside = float(reference)
        gap = Comparison(
            *(value.indicator, value.series, territory.level, territory.code, year, edition),
            *("epci", epci, year, amount, beside, amount - beside),
            *((limits.gap_lower, limits.gap_upper) if limits else (None, None)),
            *(None, limits.judgement if limits else None, None),
        )
    now, decimals = same.value if same else None, reading.indicator.decimals
    # As they are written: a revision a reader cannot see is none.
    moved = now is not None and number(now, decimals) != number(amount, decimals)
    smallest = float(entry["plus_petit_changement"]) if entry["plus_petit_changement"] else None
    return Start(value, gap, entry["publication"], now if moved else None, smallest, limits)


def visible(smallest: float, indicator: Indicator) -> float:
    """Return the smallest change that could be seen, as it is shown.

    Args:
        smallest: in the unit of the indicator.
        indicator: whose decimals are kept.

    Returns:
        The same, in the unit of the indicator, rounded up: less would not be seen.
    """
    step = 10.0**-indicator.decimals
    return math.ceil(round(smallest / step, 6)) * step


def starting_base(library: Library) -> list[dict[str, object]]:
    """Return the lines to fix, of every commune and QPV of 2024, by column of the section ``socle``.

    Those the release was published with come first, as they were fixed: a base whose file was lost is found
    again.
    """
    import polars as pl

    from indicators.analysis.visible import COLUMN, with_smallest_change

    found: dict[tuple[str, str], tuple[Value, Comparison | None]] = {}
    for commune in library.barometer.communes():
        dossier = Dossier(library, commune.code)
        for territory, readings in places(dossier):
            for reading in followed(readings):
                begun = start(dossier, territory, reading)
                if begun.value is not None and begun.value.usable and not begun.fixed:
                    found[territory.code, reading.indicator.indicator] = begun.value, begun.gap
    frame = pl.DataFrame([dataclasses.asdict(value) for value, _ in found.values()], infer_schema_length=None)
    smallest = with_smallest_change(frame)[COLUMN].to_list() if found else []
    release = library.barometer.identity.release_id
    already: list[dict[str, object]] = [
        {**entry.cells, "source": entry.source} for entry in library.base.values()
    ]
    return already + [
        {
            "territoire": code,
            "indicateur": indicator,
            "definition": value.concept,
            "annee": value.millesime,
            "edition": value.edition,
            "valeur": value.value,
            "reference": gap.reference_value if gap else None,
            "plus_petit_changement": least,
            "publication": release,
            "source": f"bcs socle fixer, {library.barometer.identity.created_at:%d/%m/%Y}",
        }
        for ((code, indicator), (value, gap)), least in zip(found.items(), smallest, strict=True)
    ]
