"""The QPV of a commune: which they are, then each against its commune and the agglomeration."""

from __future__ import annotations

from dashboard.data.records import Comparison, Territory
from dashboard.documents import wording
from dashboard.documents.dossier import Dossier
from dashboard.documents.model import Block, Bullets, Cell, Column, Heading, Paragraph, table_or_reason
from dashboard.story import places, words
from dashboard.story.readings import Reading
from indicators.model import Theme
from sources.french import lowered
from sources.vocabulary import Level, Perimeter, Status

_COLUMNS = (
    Column("Indicateur", 5.6),
    Column("Quartier", 2.1, right=True),
    Column("Commune", 2.1, right=True),
    Column("Agglomération", 2.6, right=True),
    Column("Écart à la commune", 2.3, right=True),
    Column("Source", 2.3),
)
_INDIRECT = ("inherited", "composite")
"""Origins of figures a quarter does not have of its own."""


def blocks(dossier: Dossier) -> list[Block]:
    """Return the comparison of the quarters, or what stands in its place in a commune without any."""
    if not dossier.quarters:
        return _without(dossier)
    rule = (
        "Un quartier n’est comparé à sa commune que sur le même concept. Un quartier sur plusieurs "
        "communes est montré dans chacune, compté une fois. Les périmètres de 2015 et de 2024 diffèrent : "
        f"leurs chiffres ne se prolongent pas. {wording.UNDATED}"
    )
    out: list[Block] = [_list(dossier), Paragraph(words.typographic(rule), "note")]
    for quarter in dossier.quarters:
        perimeter = Perimeter(quarter.perimeter).label if quarter.perimeter in set(Perimeter) else ""
        out.append(Heading(f"{words.typographic(quarter.name)} ({quarter.code}, {perimeter})", 3))
        out += _comparison(dossier, quarter)
        if quarter.note and quarter not in dossier.current_quarters:
            out.append(Paragraph(words.typographic(quarter.note), "note"))
    lacking = _lacking(dossier)
    if lacking:
        out += [Heading("Ce qui manque sur les quartiers", 3), Bullets(tuple(lacking))]
    return out


def _lacking(dossier: Dossier) -> list[str]:
    """Say once what several quarters lack alike."""
    found: dict[str, list[Territory]] = {}
    for quarter in dossier.quarters:
        absent: dict[str, list[str]] = {}
        for reading in dossier.quarter_readings[quarter.code].values():
            shown = reading.shown
            if shown is not None and reading.indicator.theme != Theme.IDH4 and _figure(reading) is None:
                absent.setdefault(shown.status, []).append(lowered(reading.indicator.short_title))
        for status, titles in absent.items():
            said = f"{words.status_label(status)} : {', '.join(titles)}."
            if status == Status.NOT_PUBLISHED:
                count = words.plural(len(titles), "autre indicateur", "autres indicateurs")
                said = f"{count} : {Status.NOT_PUBLISHED.label}."
            found.setdefault(said, []).append(quarter)
    return [words.typographic(f"{_all_of(dossier, alike)} – {said}") for said, alike in found.items()]


def _all_of(dossier: Dossier, alike: list[Territory]) -> str:
    """Name quarters, together where they are all those of their generation."""
    if len(alike) > 1 and alike == dossier.current_quarters:
        return "Tous les quartiers de 2024"
    return words.enumeration([f"{quarter.name} ({quarter.code})" for quarter in alike])


def _figure(reading: Reading) -> float | None:
    shown = reading.shown
    return shown.value if shown is not None and shown.usable else None


def _without(dossier: Dossier) -> list[Block]:
    name = places.of(dossier.commune.name, Level.COMMUNE)
    out: list[Block] = [
        Paragraph(
            words.typographic(
                f"Aucun quartier prioritaire, de 2015 ou de 2024, ne touche le territoire {name}. "
                "Le diagnostic porte sur la commune entière."
            )
        )
    ]
    if dossier.groups:
        named = words.enumeration([f"« {group.name} »" for group in dossier.groups])
        out.append(Paragraph(words.typographic(f"La commune fait partie de : {named}.")))
    return out


def _list(dossier: Dossier) -> Block:
    rows = []
    for quarter in dossier.current_quarters:
        parts = dossier.barometer.communes_of(quarter)
        communes = " ; ".join(name for _, name, _ in parts)
        own = next((count for code, _, count in parts if code == dossier.commune.code), None)
        rows.append(
            (
                Cell(words.typographic(quarter.name), quarter.code, strong=True),
                Cell(words.typographic(communes)),
                Cell(words.number(own) if own is not None else "Non réparti par le contrat"),
                Cell(
                    words.typographic(
                        quarter.note or ("Entièrement dans l’agglomération." if quarter.in_epci else "")
                    )
                ),
            )
        )
    columns = (
        Column("Quartier", 4.6),
        Column("Communes", 4.2),
        Column("Habitants dans la commune", 2.8, right=True),
        Column("À savoir", 5.4),
    )
    reason = "Aucun quartier prioritaire de 2024 : seuls des périmètres de 2015 touchent la commune."
    return table_or_reason(
        "Quartiers prioritaires de 2024 ; habitants indiqués par le Contrat Quartiers 2030",
        columns,
        rows,
        words.typographic(reason),
    )


def _comparison(dossier: Dossier, quarter: Territory) -> list[Block]:
    rows, bare = [], []
    reasons: dict[str, None] = {}
    for reading in dossier.quarter_readings[quarter.code].values():
        shown, indicator = reading.shown, reading.indicator
        if indicator.theme == Theme.IDH4 or shown is None or shown.origin in _INDIRECT:
            continue
        figure = _figure(reading)
        if figure is None:
            continue
        found = _parity(dossier, reading)
        if found:
            rows.append(_row(dossier, reading, found))
            if shown.millesime is not None:
                reasons |= {c.reason: None for c in found.values() if c.reason}
        else:
            title, number = lowered(indicator.short_title), wording.number(figure, indicator)
            bare.append(f"{title} {number} ({wording.short_when(shown)}, {dossier.sources.refer(shown)})")
    reason = "Aucun chiffre de ce quartier n’a de référence de même définition."
    caption = words.typographic(f"{quarter.name} : le quartier, la commune et l’agglomération")
    out = [table_or_reason(caption, _COLUMNS, rows, reason)]
    if reasons:
        out.append(Paragraph(words.typographic(" ".join(reasons)), "note"))
    if bare:
        out.append(
            Paragraph(words.typographic(f"Sans référence de même définition : {' ; '.join(bare)}."), "note")
        )
    return out


def _parity(dossier: Dossier, reading: Reading) -> dict[str, Comparison]:
    """Return the release's comparisons of a quarter with this commune and with the agglomeration."""
    wanted = {Level.COMMUNE: dossier.commune.code, Level.EPCI: dossier.library.epci.code}
    return {
        c.reference_level: c
        for c in reading.comparisons
        if wanted.get(Level(c.reference_level)) == c.reference_code
    }


def _row(dossier: Dossier, reading: Reading, found: dict[str, Comparison]) -> tuple[Cell, ...]:
    indicator, shown = reading.indicator, reading.shown
    assert shown is not None
    commune, epci = found.get(Level.COMMUNE), found.get(Level.EPCI)
    return (
        wording.label_cell(indicator),
        wording.value_cell(shown, indicator, dossier.barometer),
        _reference(dossier, commune, reading),
        _reference(dossier, epci, reading),
        wording.comparison_cell(commune, indicator) if commune else Cell(wording.NONE),
        Cell(dossier.sources.refer(shown)),
    )


def _reference(dossier: Dossier, comparison: Comparison | None, reading: Reading) -> Cell:
    if comparison is None:
        return Cell(wording.NONE, "pas de chiffre de même définition")
    year = comparison.reference_millesime
    return Cell(
        wording.number(comparison.reference_value, reading.indicator),
        "" if year is None else str(year),
        target=wording.reference_figure(comparison, dossier.barometer),
    )
