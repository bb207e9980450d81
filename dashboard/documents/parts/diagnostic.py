"""Part 1: the shared diagnostic of the commune and its quarters."""

from __future__ import annotations

from dashboard.data.records import Theme as ThemeShown
from dashboard.documents import wording
from dashboard.documents.dossier import Dossier
from dashboard.documents.model import Block, Cell, Column, Heading, Paragraph, table_or_reason
from dashboard.documents.parts import quarters
from dashboard.story import words
from dashboard.story.readings import Reading, when
from indicators.model import Theme
from sources.authority import Noun
from sources.french import NBSP, capital, enumeration, lowered, typographic
from sources.vocabulary import Status

NO_ANALYSIS = "Général ou concentré : analyse non disponible dans cette version."


def _reading(noun: Noun) -> str:
    return (
        "Chaque chiffre porte son année, puis, s’il vient d’un sondage ou de petits effectifs, "
        "l’intervalle où il se tient 19 fois sur 20 ; « estimé » signale un chiffre approché. L’écart"
        f" est celui de la commune {noun.to}, ou à la référence nommée quand son chiffre manque ; il "
        "n’est jugé que s’il est établi, marges des deux chiffres et nombre d’écarts jugés ensemble "
        "comptés. Sous chaque thème, ses besoins : « marqué » ou « général », plus fort que la "
        "référence, sans détail connu ou bien partout ; « concentré », en peu d’endroits ; « à "
        "comparer », sans référence de la même année ; « à la limite », réponse fragile."
    )


def _columns(noun: Noun) -> tuple[Column, ...]:
    return (
        Column("Indicateur", 4.8),
        Column("Commune", 4.1, right=True),
        Column(noun.label, 3.1, right=True),
        Column("Écart", 2.4, right=True),
        Column("Évolution", 2.6, right=True),
    )


def blocks(dossier: Dossier) -> list[Block]:
    """Return the part."""
    return [
        Heading("Les chiffres, thème par thème"),
        *_themes(dossier),
        Heading(f"Les quartiers, la commune et {dossier.authority.the}"),
        *quarters.blocks(dossier),
    ]


def _themes(dossier: Dossier) -> list[Block]:
    """Return one table: under the name of each theme its summary, then its indicators."""
    out: list[Block] = [Paragraph(typographic(_reading(dossier.authority)), "note")]
    if dossier.library.findings is None:
        out.append(Paragraph(typographic(NO_ANALYSIS), "note"))
    rows: list[tuple[Cell, ...]] = []
    notes: list[str] = []
    missing: list[Reading] = []
    for theme in dossier.barometer.themes:
        # The sub-indices of the index are declared next to it, before its variants.
        readings = _of_theme(dossier, theme.theme)[: 4 if theme.theme == Theme.IDH4 else None]
        shown = [_row(dossier, reading) for reading in readings if not _nowhere(reading)]
        if shown:
            said = typographic("\n".join(_needs(dossier, theme)))
            rows += [(Cell(theme.title, said, strong=True),), *shown]
        missing += readings
        notes += [told for reading in readings for told in _apart(dossier, reading)]
    reason = "Aucun indicateur n’a de chiffre pour cette commune."
    out.append(
        table_or_reason(f"La commune et {dossier.authority.the}", _columns(dossier.authority), rows, reason)
    )
    told = (_absent(missing), notes, _unchanged(dossier))
    return [*out, *(Paragraph(typographic(" ".join(some)), "note") for some in told if some)]


def _needs(dossier: Dossier, theme: ThemeShown) -> list[str]:
    """Return what the analysis says of a theme, without its name, which stands just above."""
    found = dossier.findings("reponse", theme=theme.theme)
    return [capital(said.removeprefix(f"{theme.title}, ")) for said in found]


def _of_theme(dossier: Dossier, theme: str) -> list[Reading]:
    return [reading for reading in dossier.readings.values() if reading.indicator.theme == theme]


def _unchanged(dossier: Dossier) -> list[str]:
    """Say under the table why figures have no evolution, each reason once."""
    found: dict[str, list[str]] = {}
    for reading in dossier.readings.values():
        why = wording.unchanged(reading)
        if why:
            found.setdefault(why, []).append(lowered(reading.indicator.short_title))
    # The first words of a reason are enough here: its sheet gives the rest.
    told = [f"pour {enumeration(titles)} : {why.partition(f'{NBSP}: ')[0]}" for why, titles in found.items()]
    return [f"Pas d’évolution {' ; '.join(told)}."] if told else []


def _nowhere(reading: Reading) -> bool:
    """Whether there is no figure to wait for in any year: a line would hold dashes only."""
    return reading.shown is None or reading.shown.status in (Status.NOT_PUBLISHED, Status.AWAITING_EXTRACT)


def _absent(readings: list[Reading]) -> list[str]:
    """Name the indicators without a line, under the word that says why."""
    found: dict[str, list[str]] = {}
    for reading in filter(_nowhere, readings):
        shown = reading.shown
        status = words.status_label(shown.status if shown else Status.NOT_PUBLISHED)
        found.setdefault(status, []).append(lowered(reading.indicator.short_title))
    return [f"{capital(status)} : {' ; '.join(titles)}." for status, titles in found.items()]


def _row(dossier: Dossier, reading: Reading) -> tuple[Cell, ...]:
    shown = reading.shown
    source = dossier.sources.refer(shown) if shown and shown.usable else ""
    return (
        wording.label_cell(reading.indicator, source),
        wording.brief(wording.shown_cell(reading, dossier.barometer)),
        wording.brief(wording.reference_cell(reading, dossier.barometer)),
        wording.brief(wording.gap_cell(reading, dossier.barometer)),
        wording.evolution_cell(reading),
    )


def _apart(dossier: Dossier, reading: Reading) -> list[str]:
    """Neighbour concepts, mentioned beside the table and never compared."""
    out = []
    for value in reading.apart:
        if value.value is None:
            continue
        series = dossier.barometer.series.get((value.indicator, value.series))
        label = series.label if series and series.label else reading.indicator.short_title
        number = wording.number(value.value, dossier.barometer.worded(reading.indicator, value.series))
        out.append(f"À part, {lowered(label)} : {number} ({when(value)}, {dossier.sources.refer(value)}).")
    return out
