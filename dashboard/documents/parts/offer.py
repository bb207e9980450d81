"""Parts 3 and 4: the facilities people use, and the services and schemes at hand."""

from __future__ import annotations

from collections import Counter

from dashboard.data.local import Entry
from dashboard.documents import wording
from dashboard.documents.dossier import Dossier
from dashboard.documents.model import Block, Bullets, Cell, Column, Paragraph, table_or_reason
from dashboard.documents.parts.entries import reason_of, source_of, text_cell
from indicators.model import Theme
from sources.french import typographic

MOST_PARTNERS = 5


def facilities(dossier: Dossier) -> list[Block]:
    """Part 3."""
    out: list[Block] = []
    for reading in dossier.readings.values():
        shown = reading.shown
        if reading.indicator.theme == Theme.CULTURE_SPORT and shown is not None and shown.usable:
            said = wording.spoken(reading.indicator, dossier.commune, shown)
            out.append(Paragraph(typographic(f"{said} Source : {dossier.sources.refer(shown)}.")))
    entries = dossier.local.own("equipements", dossier.commune.code)
    rows: list[tuple[Cell, ...]] = [
        (
            Cell(typographic(e["nom"]), typographic(e["adresse"]), strong=True),
            text_cell(e, "type"),
            text_cell(e, "quartier"),
            text_cell(e, "public"),
            Cell(typographic(e.source)),
        )
        for e in entries
    ]
    columns = (
        Column("Équipement", 6.0),
        Column("Nature", 2.6),
        Column("Quartier", 3.0),
        Column("Public", 2.6),
        Column("Source", 2.8),
    )
    out.append(
        table_or_reason("Équipements du quartier vécu", columns, rows, reason_of(dossier, "Équipements"))
    )
    return out


def services(dossier: Dossier) -> list[Block]:
    """Part 4."""
    out: list[Block] = []
    own = dossier.local.own("services", dossier.commune.code)
    columns = (Column("Partenaire", 4.0), Column("Service ou dispositif", 9.0), Column("Source", 4.0))
    rows: list[tuple[Cell, ...]] = [
        (text_cell(e, "partenaire"), text_cell(e, "dispositif"), Cell(typographic(e.source))) for e in own
    ]
    out.append(
        table_or_reason(
            "Services et dispositifs de la commune", columns, rows, reason_of(dossier, "Services")
        )
    )
    shared = [e for e in dossier.local.of_commune("services", dossier.commune.code) if e.commune is None]
    return [*out, *_means(dossier, shared)]


def _means(dossier: Dossier, entries: list[Entry]) -> list[Block]:
    """The contract's own table, a line for each orientation, then what does not fit in it."""
    if not dossier.groups:
        said = (
            "Les moyens que le contrat inscrit, par orientation et par partenaire, sont dans le document des "
        )
        return [Paragraph(f"{said}communes qu’il nomme.", "note")]
    if not entries:
        return [Paragraph(reason_of(dossier, "Moyens mobilisables"), "note")]
    grouped: dict[tuple[int | None, str], list[str]] = {}
    for entry in entries:
        grouped.setdefault((entry.whole("orientation"), entry["partenaire"]), []).append(entry["dispositif"])
    numbers = sorted({number for number, _ in grouped if number})
    covered = Counter(partner for number, partner in grouped if number)
    partners = [partner for partner, count in covered.most_common(MOST_PARTNERS) if 2 * count > len(numbers)]
    rows = [
        (
            Cell(typographic(dossier.local.orientation(number)), strong=True),
            *(Cell(typographic(" ; ".join(grouped.get((number, p), ["–"])))) for p in partners),
        )
        for number in numbers
    ]
    width = 14.0 / max(len(partners), 1)
    columns = (Column("Orientation", 3.0), *(Column(typographic(p), width) for p in partners))
    rest = [
        f"{partner}{f', orientation {number}' if number else ''} : {' ; '.join(means)}"
        for (number, partner), means in grouped.items()
        if number is None or partner not in partners
    ]
    reason = "Aucun partenaire ne couvre assez d’orientations pour un tableau : voir la liste."
    out = [
        table_or_reason("Moyens mobilisables inscrits au contrat", columns, rows if partners else [], reason)
    ]
    if rest:
        out.append(Bullets(tuple(map(typographic, rest))))
    return [*out, source_of(entries)]
