"""The key figures of the dialogue: those of the commune, then of its quarters, beside the agglomeration."""

from __future__ import annotations

from dashboard.data.records import Comparison, Territory, Value
from dashboard.documents import wording
from dashboard.documents.dossier import Dossier
from dashboard.documents.model import Block, Cell, Column, Paragraph, table_or_reason
from dashboard.documents.parts import follow_up
from dashboard.documents.parts.follow_up import Followed
from dashboard.story import words
from indicators.model import Direction, Theme
from sources.french import capital, typographic

MOST_QUARTER_FIGURES = 3
"""Columns of the table of quarters: those most quarters have a figure for."""


def blocks(dossier: Dossier) -> list[Block]:
    """Return the tables."""
    return [_commune(dossier), *_quarters(dossier)]


def _commune(dossier: Dossier) -> Block:
    rows = []
    index = [r for r in dossier.readings.values() if r.indicator.theme == Theme.IDH4][:1]
    others = [r for r in dossier.readings.values() if r.indicator.theme != Theme.IDH4]
    for reading in (*index, *others):
        indicator, shown = reading.indicator, reading.shown
        if (
            indicator.direction == Direction.DESCRIPTIVE
            or shown is None
            or not shown.usable
            or not (reading.comparisons or reading.comparable)
        ):
            continue
        rows.append(
            (
                Cell(typographic(indicator.short_title)),
                wording.value_cell(shown, indicator, dossier.barometer),
                wording.reference_cell(reading, dossier.barometer),
                wording.gap_cell(reading, dossier.barometer),
                Cell(dossier.sources.refer(shown)),
            )
        )
    columns = (
        Column("Indicateur", 5.4),
        Column("Commune", 3.2, right=True),
        Column(dossier.authority.label, 3.2, right=True),
        Column("Écart", 3.0, right=True),
        Column("Source", 2.2),
    )
    reason = "Aucun indicateur n’a de chiffre et de référence pour cette commune."
    return table_or_reason("Indicateurs clés", columns, rows, reason)


def _quarters(dossier: Dossier) -> list[Block]:
    """Return the table of the quarters of 2024, a line for each; nothing for a commune without any."""
    base = [(place, lines) for place, lines in follow_up.followed(dossier) if place is not dossier.commune]
    if not base:
        return []
    known: dict[str, list[Followed]] = {}
    for _, lines in base:
        for line in lines:
            current = line.latest or line.start
            # What a quarter inherits from its canton is not a figure of its own.
            if current is not None and current.usable and current.origin != "inherited":
                known.setdefault(line.indicator.indicator, []).append(line)
    kept = sorted(known, key=lambda key: -sum(1 + (_gap(line) is not None) for line in known[key]))
    shown = [key for key in known if key in kept[:MOST_QUARTER_FIGURES]]
    width = 12.0 / max(len(shown), 1)
    columns = (
        Column("Quartier prioritaire de 2024", 5.0),
        *(Column(typographic(known[key][0].indicator.short_title), width, right=True) for key in shown),
    )
    rows = [
        (_name(dossier, place), *(_figure(dossier, lines, key) for key in shown))
        if shown
        else (_name(dossier, place),)
        for place, lines in base
    ]
    caption = typographic(f"Les quartiers, et leur écart {dossier.authority.to}")
    reason = "Aucun indicateur suivi n’a de chiffre pour les quartiers de la commune."
    undated = any(value.millesime is None for key in shown for value in _values(known[key]))
    note = [Paragraph(typographic(wording.UNDATED), "note")] if undated else []
    return [table_or_reason(caption, columns, rows if shown else [], reason), *note]


def _values(lines: list[Followed]) -> list[Value]:
    return [value for line in lines for value in (line.latest or line.start,) if value is not None]


def _name(dossier: Dossier, quarter: Territory) -> Cell:
    count = len(dossier.barometer.communes_of(quarter))
    shared = f", sur {count} communes" if count > 1 else ""
    return Cell(typographic(quarter.name), f"{quarter.code}{shared}", strong=True)


def _gap(line: Followed) -> Comparison | None:
    return line.latest_gap or line.start_gap


def _figure(dossier: Dossier, lines: list[Followed], key: str) -> Cell:
    line = next((line for line in lines if line.indicator.indicator == key), None)
    current = (line.latest or line.start) if line else None
    if line is None or current is None:
        return Cell(capital(words.status_label("not_published")))
    if not current.usable or current.value is None:
        return wording.value_cell(current, line.indicator, dossier.barometer)
    gap = _gap(line)
    told = f"écart {follow_up.gap(gap, line.indicator)}" if gap is not None else "sans écart comparable"
    detail = "\n".join((f"{wording.short_when(current)}, {dossier.sources.refer(current)}", told))
    return Cell(wording.number(current.value, line.indicator), typographic(detail))
