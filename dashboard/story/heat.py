"""Every need of every commune at a glance: how high it is against its reference, and how surely.

Belongs here: which needs, which communes, in which order, and the word of each cell. Does not belong here:
the answers themselves, which the release gives (``indicators.analysis``), nor how a cell is drawn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dashboard.data.analysis import CommuneNeed, communes_by_need, needs_of_communes, statuses_of_communes
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, Territory
from dashboard.story import places, words
from indicators.analysis.answers import Certainty, Niveau
from indicators.model import Direction, Theme
from sources.french import enumeration, lowered, plural, typographic
from sources.vocabulary import Status


class Heat(StrEnum):
    """How high a need is and how surely; the value is what a reader sees."""

    HIGH = "plus élevé"
    LIKELY_HIGH = "probablement plus élevé"
    ALIKE = "pas de différence établie"
    LIKELY_LOW = "probablement plus faible"
    LOW = "plus faible"
    UNKNOWN = "sans comparaison"


_SURE = {
    (Niveau.HIGHER, Certainty.FIRM): Heat.HIGH,
    (Niveau.HIGHER, Certainty.LIKELY): Heat.LIKELY_HIGH,
    (Niveau.LOWER, Certainty.FIRM): Heat.LOW,
    (Niveau.LOWER, Certainty.LIKELY): Heat.LIKELY_LOW,
}
"""Every other answer, « comparable » or on the edge of a threshold, singles out no territory."""


@dataclass(frozen=True)
class Cell:
    """One need of one commune."""

    heat: Heat
    said: str
    """Both figures and their year, or why there are none."""
    short: str = ""
    """The one word that stands in an empty cell."""


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
        """Return how many needs of a commune are established above their reference."""
        return sum(self.cells[i.indicator, commune.code].heat is Heat.HIGH for i in self.indicators)


def heat_map(barometer: Barometer) -> HeatMap | None:
    """Return the needs of the communes; ``None`` in a release that judges none of them.

    One indicator for each need, that of most communes, besides those shown first for every territory.
    """
    answered = {
        (need.indicator, need.code): need
        for need in needs_of_communes(barometer.release)
        if need.niveau != Niveau.UNKNOWN
    }
    known = Counter(indicator for indicator, _ in answered)
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
            answered.get((i.indicator, c.code)),
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
        label = Heat.UNKNOWN.value if usable else words.status_label(status)
        return Cell(Heat.UNKNOWN, label, label.split()[0])
    heat = _SURE.get((Niveau(need.niveau), Certainty(need.certainty)), Heat.ALIKE)
    reference = barometer.territory(need.reference_level, need.reference_code)
    named = places.short(reference) if reference is not None else need.reference_code
    said = f"{need.figures} ({named}, {words.year(need.millesime)})"
    return Cell(Heat.ALIKE if need.alike else heat, said)


def opening(found: HeatMap) -> str:
    """Say where needs pile up and which one is met in most communes."""
    most = sorted(found.communes, key=found.high, reverse=True)[:3]
    piled = [f"{typographic(c.name)} ({found.high(c)} sur {len(found.indicators)})" for c in most]
    counts = {
        i: sum(found.cells[i.indicator, c.code].heat is Heat.HIGH for c in found.communes)
        for i in found.indicators
    }
    widest = max(counts, key=lambda i: counts[i])
    name = lowered(widest.need or widest.short_title)
    return (
        "Communes dans l’ordre de priorité. Le plus de besoins établis au-dessus de la référence : "
        f"{enumeration(piled)}. Le besoin le plus répandu est {name}, "
        f"dans {plural(counts[widest], 'commune')}."
    )
