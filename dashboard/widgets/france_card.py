"""A commune or an authority of the rest of France: its figures alone, beside those of what it is part of."""

from __future__ import annotations

from dashboard.data.france import Elsewhere, Place, figures
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, Value
from dashboard.story import words
from dashboard.story.markup import element, table, text
from dashboard.story.readings import when
from dashboard.story.spreadsheet import Amount
from dashboard.widgets.takeaway import page_view
from sources.french import typographic
from sources.vocabulary import Level

ALONE = (
    "Chiffres seuls, sans jugement ni rang : ce territoire n’est pas de ceux que ce baromètre suit. "
    "L’année est celle de sa ligne, pour toutes ses colonnes."
)
NOTHING = "Aucun fichier reçu n’a de chiffre pour ce territoire."
_COLUMNS = (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT)


def france_card(barometer: Barometer, level: str, code: str) -> None:
    """Show what the release holds of a territory it does not follow.

    Args:
        barometer: The release.
        level: Commune or EPCI.
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
    header = ("Indicateur", "Année", *(typographic(p.name) for p in columns))
    caption = f"{own.name}, {own.code}"
    shown = table(caption, header, rows, numeric=tuple(range(2, len(header))))
    page_view("ailleurs", barometer.identity, title + text("p", ALONE, "note"), shown, advice)


def _row(
    found: Elsewhere, columns: list[Place], own: Place, indicator: Indicator
) -> tuple[str | Amount, ...] | None:
    """One indicator: the latest year of the territory, and the same year and definition of the others."""
    known = found.values.get((own.level, indicator.indicator))
    if not known:
        return None
    latest = known[0]

    def same(place: Place) -> Value | None:
        among = found.values.get((place.level, indicator.indicator), ())
        return next(
            (v for v in among if (v.concept, v.millesime) == (latest.concept, latest.millesime)), None
        )

    cells = []
    for place in columns:
        value = latest if place == own else same(place)
        if value is None or value.value is None:
            cells.append(Amount("sans chiffre", None, "missing", indicator.decimals))
        else:
            said = words.quantity(value.value, indicator.unit, indicator.decimals)
            cells.append(Amount(said, value.value, value.status, indicator.decimals))
    return (indicator.short_title, when(latest), *cells)
