"""Two territories side by side to take away: one row for each indicator, one text for a slide."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.data.questions import Barometer
from dashboard.data.records import Territory, Value
from dashboard.pages.barometre import pair_line
from dashboard.story import words
from dashboard.story.about import About
from dashboard.story.everywhere import producers
from dashboard.story.pairs import Pair, called
from dashboard.story.readings import when
from dashboard.story.spreadsheet import Cell

SIDE = ("Territoire", "Valeur", "Statut", "Millésime", "Borne basse à 95 %", "Borne haute à 95 %", "Source")
HEADER = (
    *("Thème", "Indicateur", "Unité"),
    *(f"{name} ({side})" for side in ("premier", "second") for name in SIDE),
    *("Écart", "Comparaison", "Besoin", "Remarque", "Version"),
)


def rows(
    barometer: Barometer, found: Sequence[Pair], territories: tuple[Territory, Territory]
) -> list[tuple[Cell, ...]]:
    """Return one row for each indicator: both figures, their gap, or why they are not compared."""
    titles = {theme.theme: theme.title for theme in barometer.themes}
    return [
        (
            *(titles.get(pair.indicator.theme, ""), pair.indicator.title, pair.indicator.unit_label),
            *_side(barometer, territories[0], pair.first),
            *_side(barometer, territories[1], pair.second),
            *(pair.gap, pair.judgement or (None if pair.compared else "pas de comparaison")),
            *(pair_line.meaning(pair) or None, pair.reason or None, barometer.identity.release_id),
        )
        for pair in found
    ]


def _side(barometer: Barometer, territory: Territory, value: Value | None) -> tuple[Cell, ...]:
    name = called(territory)
    if value is None or not value.usable:
        status = value.status if value is not None else "not_published"
        return (name, None, words.status_label(status), *(None,) * 4)
    return (
        *(name, value.value, words.status_label(value.status), when(value), value.lower, value.upper),
        producers(barometer, [value]),
    )


def said(barometer: Barometer, found: Sequence[Pair], territories: tuple[Territory, Territory]) -> str:
    """Return what the comparison says as plain text, with its years, its sources and its release."""
    values = [v for pair in found if pair.compared for v in (pair.first, pair.second) if v is not None]
    known = sorted({v.millesime for v in values if v.millesime is not None})
    period = f"{known[0]} à {known[-1]}" if len(known) > 1 else "".join(map(str, known))
    names = " et ".join(called(territory) for territory in territories)
    about = About(f"{names}, côte à côte", "", period, producers(barometer, values), barometer.identity)
    return about.text(" ".join(pair_line.summary(found, territories)))
