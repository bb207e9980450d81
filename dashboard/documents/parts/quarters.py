"""The QPV of a commune: which they are, then each against its commune and the agglomeration."""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Iterator, Sequence

from dashboard.data.records import Comparison, Series, Territory
from dashboard.documents import wording
from dashboard.documents.dossier import Dossier
from dashboard.documents.model import Block, Cell, Column, Heading, Paragraph, table_or_reason
from dashboard.documents.parts.base import INDIRECT
from dashboard.story import places, words
from dashboard.story.quarters import unheld
from dashboard.story.readings import Reading, recency
from indicators.model import Theme
from sources.french import enumeration, number, typographic
from sources.vocabulary import Level, Perimeter

MOST = 4
"""Quarters side by side in one table."""


def blocks(dossier: Dossier) -> list[Block]:
    """Return the comparison of the quarters, or what stands in its place in a commune without any."""
    if not dossier.quarters:
        return _without(dossier)
    rule = (
        "Un quartier n’est comparé à sa commune que sur la même définition et la même année ; sous son "
        "chiffre, son écart à la commune, sans un mot là où aucune marge d’erreur n’est connue. "
        "Un quartier sur plusieurs communes est montré dans chacune, compté une fois. "
        f"{wording.UNDATED}"
    )
    out: list[Block] = [_list(dossier), Paragraph(typographic(rule), "note")]
    out += _generation(dossier, dossier.current_quarters, {})
    before = [quarter for quarter in dossier.quarters if quarter not in dossier.current_quarters]
    if before:
        said = (
            "Périmètres de 2015, pour les seuls indicateurs sans chiffre sur ceux de 2024. Les périmètres "
            "diffèrent : ces chiffres ne se prolongent pas."
        )
        out += [Heading("Sur les anciens périmètres", 3), Paragraph(typographic(said), "note")]
        known = {key: None for q in dossier.current_quarters for key in _own(dossier, q)}
        out += _generation(dossier, before, known)
    lacking = _lacking(dossier)
    return [*out, Paragraph(typographic(lacking), "note")] if lacking else out


def _own(dossier: Dossier, quarter: Territory) -> dict[str, Reading]:
    """Return the indicators a quarter has a figure of its own for."""
    return {
        key: reading
        for key, reading in dossier.quarter_readings[quarter.code].items()
        if reading.indicator.theme != Theme.IDH4
        and _figure(reading) is not None
        and reading.shown is not None
        and reading.shown.origin not in INDIRECT
    }


def _generation(dossier: Dossier, quarters: list[Territory], known: Container[str]) -> list[Block]:
    """Return the tables of the quarters of one generation, side by side, but for what is known already."""
    out: list[Block] = []
    reserved: dict[str, None] = {}
    tables = -(-len(quarters) // MOST)
    for rank in range(tables):
        # Five quarters are three and two rather than four and one.
        share = quarters[rank * len(quarters) // tables : (rank + 1) * len(quarters) // tables]
        lines: dict[tuple[object, ...], dict[str, tuple[Reading, dict[str, Comparison]]]] = {}
        for quarter in share:
            for key, reading in _own(dossier, quarter).items():
                if key not in known:
                    found = _parity(dossier, reading)
                    # Figures of other years, or set against others, are on lines of their own.
                    beside = ((c.reference_value, c.reference_millesime) for c in found.values())
                    alike = (key, recency(reading.shown) if reading.shown else (), *beside)
                    lines.setdefault(alike, {})[quarter.code] = reading, found
        order = list(dossier.readings)
        rows = [
            _row(dossier, share, lines[alike])
            for alike in sorted(lines, key=lambda a: order.index(str(a[0])))
        ]
        columns = (
            Column("Indicateur", 4.4),
            *_named(share, 8.3),
            Column("Commune", 2.0, right=True),
            Column(dossier.authority.label, 2.3, right=True),
        )
        perimeter = Perimeter(share[0].perimeter or "").label
        caption = f"Quartiers, {perimeter} : eux, la commune et {dossier.authority.the}"
        reason = "Aucun chiffre n’est encore publié sur ces périmètres."
        out.append(table_or_reason(typographic(caption), columns, rows, reason))
        reserved |= {
            f"{reading.indicator.short_title}. {series.caveat}": None
            for line in lines.values()
            for reading, found in line.values()
            if found and (series := _series(dossier, reading)) is not None and series.caveat
        }
    out += [Paragraph(typographic(said), "note") for said in reserved]
    return out


def _series(dossier: Dossier, reading: Reading) -> Series | None:
    """Return the series of the figure shown, for what it counts otherwise than the communes."""
    shown = reading.shown
    return dossier.barometer.series.get((shown.indicator, shown.series)) if shown is not None else None


def _named(quarters: Sequence[Territory], width: float) -> Iterator[Column]:
    """Yield the columns of quarters: each as wide as its longest word asks, so that none is cut."""
    titles = [f"{quarter.name} ({quarter.code})" for quarter in quarters]
    longest = [max(map(len, title.split())) for title in titles]
    for title, letters in zip(titles, longest, strict=True):
        yield Column(typographic(title), width * letters / sum(longest), right=True)


def _row(
    dossier: Dossier, quarters: list[Territory], line: dict[str, tuple[Reading, dict[str, Comparison]]]
) -> tuple[Cell, ...]:
    reading, found = next(iter(line.values()))
    indicator, shown = reading.indicator, reading.shown
    assert shown is not None
    said = wording.label_cell(indicator, f"{wording.short_when(shown)}, {dossier.sources.refer(shown)}")
    return (
        said,
        *(_quarter(dossier, line.get(quarter.code)) for quarter in quarters),
        *(_reference(dossier, found.get(level), reading) for level in (Level.COMMUNE, Level.EPCI)),
    )


def _quarter(dossier: Dossier, known: tuple[Reading, dict[str, Comparison]] | None) -> Cell:
    """Return the figure of a quarter with its gap to the commune."""
    if known is None or known[0].shown is None:
        return Cell(wording.NONE)
    reading, found = known
    cell = wording.value_cell(reading.shown, reading.indicator, dossier.barometer)
    gap = found.get(Level.COMMUNE)
    told = wording.comparison_cell(gap, reading.indicator) if gap else Cell("")
    # The year is that of the line.
    about = [*cell.detail.split("\n")[1:], told.text, told.detail]
    return dataclasses.replace(cell, detail="\n".join(filter(None, about)))


def _lacking(dossier: Dossier) -> str:
    """Say once what the quarters of 2024 lack: how many indicators, under each word."""
    absent: dict[str, set[str]] = {}
    for quarter in dossier.current_quarters:
        for key, reading in dossier.quarter_readings[quarter.code].items():
            shown = reading.shown
            if shown is not None and reading.indicator.theme != Theme.IDH4 and _figure(reading) is None:
                absent.setdefault(shown.status, set()).add(key)
    told = [f"{len(keys)} ({words.status_label(status)})" for status, keys in absent.items()]
    return f"Indicateurs qui manquent sur les quartiers de 2024 : {' ; '.join(told)}." if told else ""


def _figure(reading: Reading) -> float | None:
    shown = reading.shown
    return shown.value if shown is not None and shown.usable else None


def _without(dossier: Dossier) -> list[Block]:
    name = places.of(dossier.commune.name, Level.COMMUNE)
    held = [one.label[-4:] for one in Perimeter if one in dossier.barometer.generations]
    none = f"Aucun quartier prioritaire de {' ou de '.join(held)} ne touche le territoire {name}. "
    said = f"{none if held else ''}{unheld(dossier.barometer, *Perimeter)}".strip()
    out: list[Block] = [Paragraph(typographic(f"{said} Le diagnostic porte sur la commune entière."))]
    if dossier.groups:
        named = enumeration([f"« {group.name} »" for group in dossier.groups])
        out.append(Paragraph(typographic(f"La commune fait partie de : {named}.")))
    return out


def _list(dossier: Dossier) -> Block:
    rows = []
    for quarter in dossier.current_quarters:
        parts = dossier.barometer.communes_of(quarter)
        communes = " ; ".join(name for _, name, _ in parts)
        own = next((count for code, _, count in parts if code == dossier.commune.code), None)
        rows.append(
            (
                Cell(typographic(quarter.name), quarter.code, strong=True),
                Cell(typographic(communes)),
                Cell(number(own) if own is not None else "Répartition non connue"),
                Cell(
                    typographic(
                        quarter.note or (f"Entièrement {dossier.authority.at}." if quarter.in_epci else "")
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
    stated = " ; habitants indiqués par le contrat" if dossier.barometer.identity.contract else ""
    reason = "Aucun quartier prioritaire de 2024 : seuls des périmètres de 2015 touchent la commune."
    return table_or_reason(
        f"Quartiers prioritaires de 2024{stated}",
        columns,
        rows,
        unheld(dossier.barometer, Perimeter.QPV_2024) or typographic(reason),
    )


def _parity(dossier: Dossier, reading: Reading) -> dict[str, Comparison]:
    """Return the release's comparisons of a quarter with this commune and with the agglomeration."""
    wanted = {Level.COMMUNE: dossier.commune.code, Level.EPCI: dossier.library.epci.code}
    return {
        c.reference_level: c
        for c in reading.comparisons
        if wanted.get(Level(c.reference_level)) == c.reference_code
    }


def _reference(dossier: Dossier, comparison: Comparison | None, reading: Reading) -> Cell:
    if comparison is None:
        return Cell(wording.NONE)
    year = comparison.reference_millesime
    own = reading.shown.millesime if reading.shown else None
    return Cell(
        wording.number(comparison.reference_value, reading.indicator),
        "" if year in (None, own) else str(year),
        target=wording.reference_figure(comparison, dossier.barometer),
    )
