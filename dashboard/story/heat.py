"""Every need of every commune at a glance: its judgement against its reference, as every other page says it.

Belongs here: which needs, which communes, in which order, and the word of each cell. Does not belong here:
the judgement itself, which the release gives (``indicators.judgement``), nor how a cell is drawn.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.data.analysis import CommuneNeed, communes_by_need, needs_of_communes, statuses_of_communes
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, Territory
from dashboard.story import places, words
from indicators.judgement import UNJUDGED, WORSE
from indicators.model import Direction, Theme
from sources.french import enumeration, lowered, plural, typographic
from sources.vocabulary import Status

NAMED = 3
"""Communes named first; those that have as many needs as the last one are named with it."""


@dataclass(frozen=True)
class Cell:
    """One need of one commune."""

    judgement: str | None
    """That of the release; ``None`` where nothing is judged."""
    said: str
    """Both figures and their year, or why there are none."""
    short: str = ""
    """The one word that stands in a cell without judgement."""


@dataclass(frozen=True)
class HeatMap:
    """The needs of the communes, in order."""

    indicators: tuple[Indicator, ...]
    """In the order of the themes."""
    communes: tuple[Territory, ...]
    """The greatest need first."""
    cells: Mapping[tuple[str, str], Cell]
    """By indicator and code of the commune."""
    left_out: tuple[str, ...]
    """Short titles of the needs that nothing compares, commune by commune."""

    def high(self, commune: Territory) -> int:
        """Return how many needs of a commune are judged worse than their reference."""
        return sum(self.cells[i.indicator, commune.code].judgement == WORSE for i in self.indicators)


def heat_map(barometer: Barometer) -> HeatMap | None:
    """Return the needs of the communes; ``None`` in a release that judges none of them.

    One indicator for each need, that of most communes, besides those shown first for every territory.
    """
    compared = {(need.indicator, need.code): need for need in needs_of_communes(barometer.release)}
    known = Counter(need.indicator for need in compared.values() if need.judgement)
    declared = [
        i for i in barometer.indicators if i.theme != Theme.IDH4 and i.direction != Direction.DESCRIPTIVE
    ]
    shown = _shown(declared, known)
    if not shown:
        return None
    statuses = statuses_of_communes(barometer.release)
    communes = barometer.communes()
    cells = {
        (i.indicator, c.code): _cell(
            barometer,
            compared.get((i.indicator, c.code)),
            statuses.get((i.indicator, c.code), Status.NOT_PUBLISHED),
        )
        for i in shown
        for c in communes
    }
    ranks = {code: rank for rank, code in enumerate(communes_by_need(barometer.release))}
    ordered = sorted(communes, key=lambda c: ranks.get(c.code, len(ranks)))
    needs = {i.told_need for i in shown}
    left_out = tuple(i.short_title for i in declared if i.told_need not in needs)
    return HeatMap(tuple(shown), tuple(ordered), cells, left_out)


def _shown(declared: Sequence[Indicator], known: Mapping[str, int]) -> list[Indicator]:
    best: dict[str, Indicator] = {}
    for indicator in declared:
        kept = best.get(indicator.told_need)
        if known.get(indicator.indicator, 0) > (known[kept.indicator] if kept is not None else 0):
            best[indicator.told_need] = indicator
    return [
        i for i in declared if known.get(i.indicator) and (i.headline is not None or best[i.told_need] is i)
    ]


def _cell(barometer: Barometer, need: CommuneNeed | None, status: str) -> Cell:
    if need is None:
        usable = status in (Status.OBSERVED, Status.ESTIMATED)
        label = "sans comparaison" if usable else words.status_label(status)
        return Cell(None, label, label.split()[0])
    reference = barometer.territory(need.reference_level, need.reference_code)
    named = places.short(reference) if reference is not None else need.reference_code
    said = f"{need.figures} ({named}, {words.year(need.millesime)})"
    return Cell(need.judgement, said) if need.judgement else Cell(None, f"{UNJUDGED} : {said}", "sans")


def opening(found: HeatMap) -> str:
    """Say where needs pile up, communes that have as many together, and which one is met in most communes."""
    piled: list[str] = []
    left = NAMED
    for high, tied in itertools.groupby(sorted(found.communes, key=found.high, reverse=True), found.high):
        if left <= 0 or not high:
            break
        names = [typographic(commune.name) for commune in tied]
        who = enumeration(names) if len(names) <= 2 * NAMED else plural(len(names), "commune")
        piled.append(f"{who} ({high} sur {len(found.indicators)})")
        left -= len(names)
    if not piled:
        return "Aucun besoin n’est « moins bien » que sa référence."
    counts = {
        i: sum(found.cells[i.indicator, c.code].judgement == WORSE for c in found.communes)
        for i in found.indicators
    }
    widest = max(counts, key=lambda i: counts[i])
    name = lowered(widest.need or widest.short_title)
    return (
        f"Le plus de besoins « moins bien » : {' ; '.join(piled)}. "
        f"Le besoin le plus répandu : {name}, dans {plural(counts[widest], 'commune')}."
    )
