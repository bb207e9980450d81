"""Part 1: the shared diagnostic of the commune and its quarters."""

from __future__ import annotations

import dataclasses

from dashboard.data.questions import Barometer
from dashboard.data.records import Value
from dashboard.documents import profile, standouts, wording
from dashboard.documents.dossier import Dossier
from dashboard.documents.model import Block, Bullets, Cell, Column, Heading, Paragraph, Picture, Table
from dashboard.documents.parts import quarters
from dashboard.story import places, words
from dashboard.story.readings import Reading, against, enough, of_year, when
from indicators.model import Theme
from sources.french import lowered
from sources.vocabulary import Level, Status

UNDECIDED = "Général ou concentré : les chiffres ne permettent pas de le dire pour ce thème."
BOUNDS = "Les bornes sont des extrêmes observés, figés et datés : un indice peut les dépasser."
NO_ANALYSIS = "Général ou concentré : analyse non disponible dans cette version."

_COLUMNS = (
    Column("Indicateur", 4.0),
    Column("Commune", 2.7, right=True),
    Column("Agglomération", 2.5, right=True),
    Column("Écart", 2.1, right=True),
    Column("Auparavant", 3.7, right=True),
    Column("Source", 2.0),
)


def blocks(dossier: Dossier) -> list[Block]:
    """Return the part."""
    return [
        Heading("Points forts et fragilités"),
        *standouts.blocks(dossier),
        Heading("L’indice de développement humain (IDH-4)"),
        *_index(dossier),
        Heading("Le portrait de la commune"),
        *_portrait(dossier),
        Heading("Les neuf thèmes"),
        Paragraph(
            words.typographic(
                "Chaque chiffre porte son année ; « estimé » signale un chiffre approché. L’écart "
                "est celui de la "
                "commune à l’agglomération, ou à la référence nommée quand elle n’a pas de chiffre ; "
                "un jugement n’est donné que si un intervalle de "
                "confiance le permet. "
                "« entre … et … » donne cet intervalle, à 95 % ; les écarts sont calculés avant d’arrondir."
            ),
            "note",
        ),
        *_themes(dossier),
        Heading("Les quartiers, la commune et l’agglomération"),
        *quarters.blocks(dossier),
    ]


def _index(dossier: Dossier) -> list[Block]:
    epci = dossier.library.epci_readings
    rows: list[tuple[Cell, ...]] = []
    bars: list[tuple[str, list[tuple[str, float, str]]]] = []
    name = dossier.commune.name
    shown: list[Value | None] = []
    # Its sub-indices are declared next to it, before its variants.
    index = _of_theme(dossier, Theme.IDH4)[:4]
    for reading in index:
        indicator = reading.indicator
        area = _shown(epci.get(indicator.indicator))
        own = reading.shown
        if own is not None and own.usable and indicator.indicator in epci:
            area = of_year(epci[indicator.indicator], own.millesime)
        shown.append(own)
        rows.append(
            (
                Cell(words.typographic(indicator.short_title)),
                _flat(wording.value_cell(own, indicator, dossier.barometer)),
                _flat(wording.value_cell(area, indicator, dossier.barometer)),
                Cell(dossier.sources.refer(own) if own and own.usable else wording.NONE),
            )
        )
        pairs = [(name, own), (places.short(dossier.library.epci.name, Level.EPCI), area)]
        known = [
            (n, v.value, wording.number(v.value, indicator))
            for n, v in pairs
            if v and v.usable and v.value is not None
        ]
        if known:
            bars.append((indicator.short_title, known))
    if not rows:
        return [Paragraph("L’IDH-4 n’est pas dans cette version du baromètre.", "note")]
    out: list[Block] = []
    if bars:
        told = " ; ".join(
            f"{title} – " + ", ".join(f"{n} : {w}" for n, _, w in values) for title, values in bars
        )
        out.append(
            Picture(
                profile.bars(bars),
                "L’IDH-4 et ses composantes, de 0 à 1",
                words.typographic(f"Barres horizontales de 0 à 1. {told}."),
                17.0,
            )
        )
    columns = (
        Column("Indice", 3.3),
        Column("Commune", 5.5, right=True),
        Column("Agglomération", 5.5, right=True),
        Column("Source", 2.7),
    )
    out.append(Table("IDH-4 et ses trois composantes", columns, tuple(rows)))
    used = next((own.note for own in shown if own), None)
    notes = [f"Données employées – {used}. {BOUNDS}" if used else ""]
    if shown[0] is None or not shown[0].usable:
        notes.append(index[0].indicator.caveats or "")
    out += [Paragraph(words.typographic(note), "note") for note in notes if note]
    return out


def _flat(cell: Cell) -> Cell:
    """Return a cell whose small letters hold on one line."""
    return dataclasses.replace(cell, detail=cell.detail.replace("\n", f"{words.NBSP}; "))


def _shown(reading: Reading | None) -> Value | None:
    return reading.shown if reading else None


def _portrait(dossier: Dossier) -> list[Block]:
    groups, told = [], []
    for theme in dossier.barometer.themes:
        lines = []
        for reading in _of_theme(dossier, theme.theme):
            line = _line(reading, dossier.barometer)
            if line is not None:
                lines.append(line)
                told.append(f"{line.label} : {line.written}")
        if lines and theme.theme != Theme.IDH4:
            groups.append((theme.title, lines))
    if not groups:
        return [Paragraph("Aucun indicateur n’a assez de communes connues pour situer celle-ci.", "note")]
    name = places.of(dossier.commune.name, dossier.commune.level)
    alternative = (
        f"Position {name} sur chaque indicateur, entre la commune la plus basse et la plus haute. "
        f"{' ; '.join(told)}."
    )
    caption = f"Position {name} parmi les communes de l’agglomération"
    return [Picture(profile.portrait(groups, "référence"), caption, words.typographic(alternative), 17.0)]


def _line(reading: Reading, barometer: Barometer) -> profile.Line | None:
    shown, spread, indicator = reading.shown, reading.spread, reading.indicator
    if (
        shown is None
        or shown.value is None
        or spread is None
        or not enough(spread, barometer)
        or indicator.theme == Theme.IDH4
    ):
        return None
    told = against(barometer, reading)
    main = told.comparison if told is not None and told.value is shown else None
    return profile.Line(
        label=indicator.short_title,
        low=spread.low,
        p25=spread.p25,
        p75=spread.p75,
        high=spread.high,
        value=shown.value,
        written=wording.number(shown.value, indicator),
        period=(shown.period if shown.millesime is not None else None) or f"éd. {shown.edition}",
        reference=main.reference_value if main else None,
        judgement=main.judgement if main else None,
    )


def _of_theme(dossier: Dossier, theme: str) -> list[Reading]:
    return [reading for reading in dossier.readings.values() if reading.indicator.theme == theme]


def _themes(dossier: Dossier) -> list[Block]:
    out: list[Block] = []
    analysed = dossier.library.findings is not None
    if not analysed:
        out.append(Paragraph(words.typographic(NO_ANALYSIS), "note"))
    for theme in dossier.barometer.themes:
        readings = _of_theme(dossier, theme.theme)
        if theme.theme == Theme.IDH4 or not readings:
            continue
        out.append(Heading(theme.title, 3))
        caption = f"{theme.title} : la commune et l’agglomération"
        rows = tuple(_row(dossier, reading) for reading in readings if not _nowhere(reading))
        if rows:
            out.append(Table(words.typographic(caption), _COLUMNS, rows))
        notes = [*_absent(dossier, readings), *(t for reading in readings for t in _apart(dossier, reading))]
        if notes:
            out.append(Paragraph(words.typographic(" ".join(notes)), "note"))
        answers = [*dossier.findings("reponse", theme=theme.theme)]
        for reading in readings:
            answers += dossier.findings("reponse", reading.indicator.indicator)
        if answers:
            out.append(Bullets(tuple(map(words.typographic, dict.fromkeys(answers)))))
        elif analysed:
            out.append(Paragraph(words.typographic(UNDECIDED), "note"))
    return out


def _nowhere(reading: Reading) -> bool:
    """Whether there is no figure to wait for in any year: a line would hold dashes only."""
    return reading.shown is None or reading.shown.status in (Status.NOT_PUBLISHED, Status.AWAITING_EXTRACT)


def _absent(dossier: Dossier, readings: list[Reading]) -> list[str]:
    """Name the indicators without a line, under the word that says why, with the extract that would help."""
    found: dict[str, list[str]] = {}
    for reading in filter(_nowhere, readings):
        shown = reading.shown
        status = words.status_label(shown.status if shown else Status.NOT_PUBLISHED)
        title = lowered(reading.indicator.title)
        waits = wording.awaited(shown, dossier.barometer) if shown else ""
        found.setdefault(status, []).append(f"{title} ({waits})" if waits else title)
    return [f"{words.capital(status)} : {' ; '.join(titles)}." for status, titles in found.items()]


def _row(dossier: Dossier, reading: Reading) -> tuple[Cell, ...]:
    indicator, shown = reading.indicator, reading.shown
    return (
        wording.label_cell(indicator),
        wording.shown_cell(reading, dossier.barometer),
        wording.reference_cell(reading, dossier.barometer),
        wording.gap_cell(reading, dossier.barometer),
        wording.earlier_cell(reading),
        Cell(dossier.sources.refer(shown) if shown and shown.usable else wording.NONE),
    )


def _apart(dossier: Dossier, reading: Reading) -> list[str]:
    """Neighbour concepts, said beside the table and never compared."""
    out = []
    for value in reading.apart:
        if value.value is None:
            continue
        series = dossier.barometer.series.get((value.indicator, value.series))
        label = series.label if series and series.label else reading.indicator.short_title
        number = wording.number(value.value, dossier.barometer.worded(reading.indicator, value.series))
        out.append(f"À part, {label} : {number} ({when(value)}, {dossier.sources.refer(value)}).")
    return out
