"""The lines of the workbook: typed cells, nothing rounded, each figure with its status and its source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.data.records import Comparison, Indicator, Territory, Value
from dashboard.documents.dossier import Dossier, Library
from dashboard.documents.parts import follow_up
from dashboard.story import words
from indicators.model import Unit
from sources.french import capital, typographic
from sources.local.model import SECTIONS
from sources.vocabulary import Level, Status


@dataclass(frozen=True)
class Number:
    """A number shown with the decimals and the unit of its indicator, stored unrounded."""

    value: float
    shown: str
    """Number format of a spreadsheet."""


Scalar = str | float | int | Number | None

VALUE_COLUMNS = (
    ("Indicateur", 34),
    ("Territoire", 26),
    ("Échelle", 14),
    ("Année", 8),
    ("Valeur", 12),
    ("Unité", 18),
    ("Borne basse (95 %)", 11),
    ("Borne haute (95 %)", 11),
    ("Statut", 18),
    ("Valeur de l’intercommunalité", 14),
    ("Écart à l’intercommunalité", 14),
    ("Jugement", 20),
    ("Identifiant", 24),
    ("Code", 12),
    ("Périmètre", 16),
    ("Période", 18),
    ("Édition", 8),
    ("Numérateur", 12),
    ("Dénominateur", 12),
    ("Origine", 30),
    ("Série", 30),
    ("Source", 60),
    ("Remarque", 60),
)
PRINTED = 12
"""Columns a page of paper can hold: those a reader wants first."""
_UNITS = {Unit.PERCENT: '" %"', Unit.EURO_PER_CU: '" €"', Unit.POINTS: '" pts"'}
PARITY_COLUMNS = (
    ("Quartier", 40),
    ("Code", 12),
    ("Périmètre", 16),
    ("Indicateur", 44),
    ("Année", 8),
    ("Édition", 8),
    ("Valeur du quartier", 12),
    ("Référence", 44),
    ("Année de la référence", 12),
    ("Valeur de la référence", 12),
    ("Écart", 12),
    ("Borne basse de l’écart", 12),
    ("Borne haute de l’écart", 12),
    ("Unité", 24),
    ("Jugement", 24),
    ("Remarque", 60),
)
FOLLOW_COLUMNS = (
    ("Territoire", 34),
    ("Code", 12),
    ("Indicateur", 44),
    ("Année de départ", 10),
    ("Édition de départ", 10),
    ("Valeur de départ", 12),
    ("Dernière année", 10),
    ("Dernière valeur", 12),
    ("Fixée par la publication", 26),
    ("Valeur de départ révisée depuis", 12),
    ("Plus petit changement visible", 12),
    ("Année de la cible", 10),
    ("Cible", 12),
    ("Écart à l’intercommunalité au départ", 14),
    ("Dernier écart à l’intercommunalité", 14),
    ("Écart connu d’une année antérieure", 14),
    ("Année de cet écart", 10),
    ("Sens", 30),
    ("Unité", 24),
    ("Statut", 26),
    ("Source", 60),
)


def _territories(dossier: Dossier) -> list[Territory]:
    wide = (Level.EPCI, Level.DEPARTEMENT, Level.REGION, Level.METROPOLE, Level.FRANCE)
    references = [t for level in wide for t in dossier.barometer.territories if t.level == level]
    return [dossier.commune, *dossier.quarters, *references]


def theme_lines(dossier: Dossier, theme: str) -> Iterable[list[Scalar]]:
    """Yield every value of a theme, all years: the commune, its quarters, then the references."""
    for indicator in dossier.barometer.indicators:
        if indicator.theme != theme:
            continue
        for territory in _territories(dossier):
            values = dossier.values_of(territory).get(indicator.indicator, ())
            gaps = dossier.gaps_of(territory)
            for value in values:
                yield _value_row(dossier, indicator, territory, value, gaps.get(value.key))


def _value_row(
    dossier: Dossier, indicator: Indicator, territory: Territory, value: Value, gap: Comparison | None
) -> list[Scalar]:
    series = dossier.barometer.series.get((value.indicator, value.series))

    def number(amount: float | None) -> Number | None:
        return None if amount is None else Number(amount, shown)

    shown = number_format(indicator)
    return [
        indicator.title,
        territory.name,
        Level(territory.level).label if territory.level in set(Level) else territory.level,
        value.millesime,
        number(value.value if value.usable else None),
        indicator.unit_label,
        number(value.lower),
        number(value.upper),
        capital(words.status_label(value.status)),
        number(gap.reference_value if gap else None),
        number(gap.gap if gap else None),
        gap.judgement if gap else None,
        indicator.indicator,
        territory.code,
        _perimeter(territory),
        value.period,
        value.edition,
        value.numerator,
        value.denominator,
        words.ORIGINS.get(value.origin or "", value.origin) if value.usable else None,
        series.label if series else None,
        dossier.sources.name(value),
        value.note,
    ]


def number_format(indicator: Indicator) -> str:
    """Return how a spreadsheet shows a figure: its decimals, its thousands apart, its unit."""
    decimals = f".{'0' * indicator.decimals}" if indicator.decimals else ""
    return f"#,##0{decimals}{_UNITS.get(Unit(indicator.unit), '')}"


def tidy_lines(dossier: Dossier) -> Iterable[list[Scalar]]:
    """Yield every value of every theme, its theme first: one line for each, to be pivoted."""
    for theme in dossier.barometer.themes:
        for line in theme_lines(dossier, theme.theme):
            yield [theme.title, *line]


def _perimeter(territory: Territory) -> str | None:
    return {"qpv_2015": "2015", "qpv_2024": "2024"}.get(territory.perimeter or "", territory.perimeter)


def parity_lines(dossier: Dossier) -> Iterable[list[Scalar]]:
    """Yield every comparison of the quarters of the commune."""
    titles = {i.indicator: i for i in dossier.barometer.indicators}
    for quarter in dossier.quarters:
        for one in dossier.barometer.comparisons(quarter):
            indicator = titles[one.indicator]
            reference = dossier.barometer.territory(one.reference_level, one.reference_code)
            yield [
                *(
                    quarter.name,
                    quarter.code,
                    _perimeter(quarter),
                    indicator.title,
                    one.millesime,
                    one.edition,
                ),
                *(one.value, reference.name if reference else one.reference_code, one.reference_millesime),
                *(one.reference_value, one.gap, one.gap_lower, one.gap_upper),
                *(indicator.unit_label, one.judgement, one.reason),
            ]


def follow_lines(dossier: Dossier) -> Iterable[list[Scalar]]:
    """Yield the follow-up base of the commune and its quarters."""
    for territory, lines in follow_up.followed(dossier):
        for line in lines:
            start, latest = line.start, line.latest
            known = start if start is not None and start.usable else None
            told = latest or start
            yield [
                *(territory.name, territory.code, line.indicator.title),
                *((known.millesime, known.edition, known.value) if known else (None, None, None)),
                *((latest.millesime, latest.value) if latest else (None, None)),
                *(line.begun.fixed or None, line.begun.revised, line.begun.smallest),
                *(line.target or (None, None)),
                line.start_gap.gap if line.start_gap else None,
                line.latest_gap.gap if line.latest_gap else None,
                *((line.earlier[1].gap, line.earlier[0].millesime) if line.earlier else (None, None)),
                typographic(line.direction),
                line.indicator.unit_label,
                capital(words.status_label(told.status if told else Status.NOT_PUBLISHED)),
                dossier.sources.name(told) if told else None,
            ]


REGISTERS = ("engagements", "actions_suivies", "cohortes", "programmation", "financements", "tfpb")
"""Files of the local layer that follow the contract."""


def register_lines(library: Library, name: str, year: int) -> Iterable[list[Scalar]]:
    """Yield the lines of a register, those of one year where it is kept by year, numbers as numbers."""
    section = SECTIONS[name]
    numbers = {c for c in section.columns if section.declared(c).get("type") in ("number", "integer")}
    for entry in library.local.section(name):
        if "annee" in section.columns and entry["annee"] != str(year):
            continue
        cells = {**entry.cells, "commune": entry.commune or "", "source": entry.source}
        found = [cells.get(column, "") for column in section.columns]
        yield [
            (float(cell) if "." in cell else int(cell)) if column in numbers and cell else cell
            for column, cell in zip(section.columns, found, strict=True)
        ]


def local_lines(dossier: Dossier) -> Iterable[list[Scalar]]:
    """Yield the local layer as it concerns the commune, cell by cell."""
    kept = [e for e in dossier.local.entries if e.commune in (None, dossier.commune.code)]
    for number, entry in enumerate(kept, start=1):
        for column, content in entry.cells.items():
            yield [entry.section, number, column, content, entry.origin, entry.source]


def source_lines(dossier: Dossier) -> Iterable[list[Scalar]]:
    """Yield the sources of the release."""
    for dataset in dossier.barometer.datasets.values():
        if dataset.held:
            yield [
                *(dataset.title, dataset.citation, dataset.producer, dataset.licence),
                *(dataset.latest_edition, dataset.page),
            ]
