"""How the IDH-4 holds under other choices of method, and how the ranks of the communes move."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.charts import ranked
from dashboard.charts.palette import LIGHT
from dashboard.charts.ranked import Interval
from dashboard.data import analysis
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.pages.priorites.bars import interval_table
from dashboard.story import places
from dashboard.story.markup import Fragment, table, text
from sources.french import capital, number, plural
from sources.vocabulary import Level

DECIMALS = 3
RANKS = "Rangs de chaque commune selon la méthode (1re : l’IDH-4 le plus bas)"


@dataclass(frozen=True)
class Sensitivity:
    """Variants of the index of the authority and of one commune, and the ranks of all the communes."""

    year: int | None
    values: Mapping[tuple[str, str], Mapping[str, float]]
    """Index by variant, for each territory."""
    labels: Mapping[str, str]
    """Variant in words."""
    agreements: Mapping[str, float]
    """Agreement of the ranks with the basic method, by variant."""
    shifts: Mapping[str, float]
    """Most places a commune moves, by variant."""
    ranks: Mapping[str, tuple[float, int, int]]
    """Rank of the basic method and its bounds over the variants, by commune."""


def sensitivity(barometer: Barometer, territory: Territory) -> Sensitivity | None:
    """Return what other choices make of the index, ``None`` when the release does not say."""
    values: dict[tuple[str, str], dict[str, float]] = {}
    labels = {"base": "Méthode de base"}
    agreements: dict[str, float] = {}
    shifts: dict[str, float] = {}
    ranks: dict[str, tuple[float, int, int]] = {}
    years: set[int] = set()
    for row in analysis.sensitivity(barometer.release, territory):
        kind, _, variant = row.measure.partition("_")
        if row.value is None:
            continue
        if row.measure == "rang" and row.lower is not None and row.upper is not None:
            ranks[row.code] = (row.value, int(row.lower), int(row.upper))
        elif kind == "accord":
            agreements[variant] = row.value
        elif kind == "deplacement":
            shifts[variant] = row.value
        elif kind == "idh4":
            values.setdefault((row.level, row.code), {})[variant] = row.value
            years |= {row.millesime} if row.millesime is not None else set()
            if variant != "base" and row.text:
                labels[variant] = re.split(r"\s:\sIDH-4", row.text)[0]
    if not values:
        return None
    return Sensitivity(max(years, default=None), values, labels, agreements, shifts, ranks)


def opening(found: Sensitivity, territory: Territory) -> str:
    """Say between which values the index stays, whatever the method."""
    own = found.values.get((territory.level, territory.code), {})
    if not own or "base" not in own:
        return "L’indice de ce territoire n’est pas calculable : une de ses trois composantes manque."
    low, high = (number(end, 2) for end in (min(own.values()), max(own.values())))
    place = places.at_short(territory)
    base = number(own["base"], 2)
    year = f" pour {found.year}" if found.year is not None else ""
    return (
        f"{capital(place)}, l’IDH-4 est estimé à {base}{year} ; avec d’autres choix de méthode, il "
        f"irait de {low} à {high}."
    )


def variants(found: Sensitivity, territories: list[Territory]) -> Fragment:
    """Return every variant: the index of each territory, the agreement of the ranks, the largest move."""
    known = [t for t in territories if (t.level, t.code) in found.values]
    rows = []
    for variant, label in found.labels.items():
        own = [found.values[t.level, t.code].get(variant) for t in known]
        rows.append(
            (
                label,
                *("non calculable" if value is None else number(value, DECIMALS) for value in own),
                "référence" if variant == "base" else _agreement(found, variant),
                "–" if variant == "base" else _shift(found, variant),
            )
        )
    header = (
        "Choix de méthode",
        *(places.short(t) for t in known),
        "Accord des rangs des communes (1 : le même ordre)",
        "Plus grand déplacement d’une commune",
    )
    return table("L’IDH-4 selon la méthode", header, rows, numeric=range(1, len(header)))


def _agreement(found: Sensitivity, variant: str) -> str:
    value = found.agreements.get(variant)
    return "non calculable" if value is None else number(value, 3)


def _shift(found: Sensitivity, variant: str) -> str:
    value = found.shifts.get(variant)
    return "non calculable" if value is None else plural(round(value), "place")


def ranks(
    found: Sensitivity, communes: list[Territory], chosen: str | None, hrefs: Mapping[str, str]
) -> Fragment:
    """Return the ranks each commune may have over all the variants, the lowest index first.

    Args:
        found: The index under every choice of method.
        communes: The communes.
        chosen: Code of the one highlighted.
        hrefs: Address of the sheet of the index of each, by code.
    """
    if not found.ranks:
        return text("p", "Les rangs des communes ne sont pas dans cette version.", "status")
    rows = intervals(found, communes, chosen, hrefs)
    picture = ranked.ranks(rows, LIGHT)
    return interval_table(RANKS, rows, picture, header=(Level.COMMUNE.label.capitalize(), "Rangs possibles"))


def intervals(
    found: Sensitivity, communes: list[Territory], chosen: str | None, hrefs: Mapping[str, str] | None = None
) -> list[Interval]:
    """Return the ranks of each commune as they are drawn."""
    ordered = sorted((c for c in communes if c.code in found.ranks), key=lambda c: found.ranks[c.code])
    return [
        Interval(
            c.name,
            found.ranks[c.code][1],
            found.ranks[c.code][2],
            found.ranks[c.code][0],
            None,
            "",
            c.code == chosen,
            (hrefs or {}).get(c.code, ""),
        )
        for c in ordered
    ]
