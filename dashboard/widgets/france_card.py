"""A territory of the rest of France: its figures alone, beside those of what it is part of."""

from __future__ import annotations

import itertools

from dashboard.data.france import Elsewhere, Place, figures
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, Value
from dashboard.story import words
from dashboard.story.everywhere import producers
from dashboard.story.markup import element, table, text
from dashboard.story.readings import when
from dashboard.story.spreadsheet import Amount
from dashboard.widgets.takeaway import page_view
from sources.french import typographic
from sources.vocabulary import Level, Status

ALONE = (
    "Chiffres seuls, sans jugement ni rang : ce territoire n’est pas de ceux que ce baromètre suit. "
    "L’année est celle de sa ligne, pour toutes ses colonnes."
)
NOTHING = "Aucun fichier reçu n’a de chiffre pour ce territoire."
_COLUMNS = (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT, Level.REGION)


def france_card(barometer: Barometer, level: str, code: str) -> None:
    """Show what the release holds of a territory it does not follow.

    Args:
        barometer: The release.
        level: Its level.
        code: Its code.
    """
    found = figures(barometer.release, level, code)
    columns = [place for lv in _COLUMNS if (place := found.places.get(lv)) is not None]
    own = found.places[level]
    rows = [row for i in barometer.indicators if (row := _row(found, columns, own, i)) is not None]
    title = text("h2", typographic(own.name))
    authority = found.places.get(Level.EPCI)
    advice = (
        element(
            "p",
            "L’observatoire peut ouvrir cette intercommunalité en entier, réponses et priorités : ",
            text("code", f"bcs ouvrir --territoire {authority.code}"),
            css="note",
        )
        if authority is not None
        else text("p", "")
    )
    if not rows:
        page_view("ailleurs", barometer.identity, title + text("p", NOTHING, "note") + advice)
        return
    header = ("Indicateur", "Unité", "Année", *(typographic(p.name) for p in columns))
    caption = f"{own.name}, {own.code}"
    shown = table(caption, header, rows, numeric=tuple(range(3, len(header))))
    source = producers(barometer, itertools.chain(*found.values.values()))
    read = text("p", ALONE, "note") + text("p", f"Source : {source}.", "note")
    page_view("ailleurs", barometer.identity, title + read, shown, advice)


def _row(
    found: Elsewhere, columns: list[Place], own: Place, indicator: Indicator
) -> tuple[str | Amount, ...] | None:
    """One indicator: the latest year of the territory, and the same year and definition of the others."""
    own_values = found.values.get((own.level, indicator.indicator))
    if not own_values:
        return None
    latest = next((value for value in own_values if value.usable), own_values[0])

    def same(place: Place) -> Value | None:
        among = found.values.get((place.level, indicator.indicator), ())
        return next(
            (v for v in among if (v.concept, v.millesime) == (latest.concept, latest.millesime)), None
        )

    cells = (_cell(latest if place == own else same(place), indicator) for place in columns)
    return (indicator.short_title, indicator.unit_label, when(latest), *cells)


def _cell(value: Value | None, indicator: Indicator) -> Amount:
    """A figure with its status when it is not simply observed; why there is none otherwise."""
    if value is None:
        return Amount("sans chiffre cette année-là", None, Status.MISSING, indicator.decimals)
    if not value.usable or value.value is None:
        return Amount(words.status_label(value.status), None, value.status, indicator.decimals)
    said = words.quantity(value.value, indicator.unit, indicator.decimals)
    estimated = f" ({words.status_label(value.status)})" if value.status == Status.ESTIMATED else ""
    return Amount(f"{said}{estimated}", value.value, value.status, indicator.decimals)
