"""Part 11: the follow-up base 2024-2030, of the commune and of each of its quarters."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard import words
from dashboard.exports import wording
from dashboard.exports.dossier import Dossier
from dashboard.exports.model import Block, Cell, Column, Heading, Paragraph, table_or_reason
from dashboard.questions import Barometer
from dashboard.readings import Reading, recency, when
from dashboard.records import Comparison, Indicator, Territory, Value
from indicators.model import Direction, Theme
from sources.vocabulary import Status

START = 2024
END = 2030
TO_FOLLOW = "à suivre"
RULE = (
    f"Départ : la dernière année connue jusqu’à {START}, début du contrat. Dernière valeur : "
    f"la plus récente publiée depuis, sinon « {TO_FOLLOW} ». Le contrat vise à réduire les écarts : "
    "l’écart est "
    "celui à l’agglomération, pour la même année et le même concept ; il se réduit ou se creuse "
    "entre le départ et "
    "la dernière valeur. La cible est celle du volet local."
)


@dataclass(frozen=True)
class Followed:
    """One indicator of one territory over the contract."""

    indicator: Indicator
    start: Value | None
    latest: Value | None
    """A later figure of the same concept and perimeter; ``None`` until there is one."""
    start_gap: Comparison | None
    latest_gap: Comparison | None
    target: tuple[int, float] | None

    @property
    def direction(self) -> str:
        """Say whether the gap to the agglomeration narrows."""
        if self.start_gap is None or self.latest_gap is None:
            return TO_FOLLOW
        before, after = (self._written(abs(c.gap)) for c in (self.start_gap, self.latest_gap))
        if before == after:
            return "écart stable"
        return "écart réduit" if abs(self.latest_gap.gap) < abs(self.start_gap.gap) else "écart creusé"

    def _written(self, value: float) -> str:
        return words.number(value, self.indicator.decimals)


def follow(dossier: Dossier, territory: Territory, readings: dict[str, Reading]) -> list[Followed]:
    """Return the key indicators of a territory: all those that say more or less need."""
    comparisons = dossier.gaps_of(territory)
    targets: dict[str, tuple[int, float]] = {}
    for entry in dossier.local.entries:
        if entry.section == "cibles" and entry["territoire"] == territory.code:
            aimed = (int(entry["annee"]), float(entry["valeur"]))
            targets[entry["indicateur"]] = max(targets.get(entry["indicateur"], aimed), aimed)
    out = []
    for key, reading in readings.items():
        indicator = reading.indicator
        if indicator.theme == Theme.IDH4 or indicator.direction == Direction.DESCRIPTIVE:
            continue
        start, latest = _ends(reading)
        out.append(
            Followed(
                indicator,
                start,
                latest,
                comparisons.get(start.key) if start else None,
                comparisons.get(latest.key) if latest else None,
                targets.get(key),
            )
        )
    return out


def _ends(reading: Reading) -> tuple[Value | None, Value | None]:
    """Return the value known at the start of the contract, then a later one of the same concept."""
    shown = reading.shown
    if shown is None:
        return None, None
    usable = sorted((v for v in reading.history if v.usable and v.concept == shown.concept), key=recency)
    known = [v for v in usable if (v.millesime or v.edition or 0) <= START]
    later = [v for v in usable if (v.millesime or v.edition or 0) > START]
    # The figure of the diagnostic, unless it is later than the start of the contract.
    start = shown if shown in known else (known or later or [shown])[-1]
    latest = later[-1] if later and later[-1] is not start else None
    return start, latest


def blocks(dossier: Dossier) -> list[Block]:
    """Return the part."""
    out: list[Block] = [
        Paragraph(words.typographic(RULE), "note"),
        Heading("La commune"),
        _table(dossier, dossier.commune, dossier.readings),
    ]
    for quarter in dossier.current_quarters:
        out.append(Heading(words.typographic(f"{quarter.name} ({quarter.code})")))
        out.append(_table(dossier, quarter, dossier.quarter_readings[quarter.code]))
    return out


def _table(dossier: Dossier, territory: Territory, readings: dict[str, Reading]) -> Block:
    followed = follow(dossier, territory, readings)
    columns = (
        Column("Indicateur", 4.6),
        Column("Départ", 2.6, right=True),
        Column("Dernière valeur", 2.4, right=True),
        Column(f"Cible {END}", 1.8, right=True),
        Column("Écart à l’agglomération", 2.9, right=True),
        Column("Sens", 2.7),
    )
    # What nobody publishes at this scale cannot be followed; all the rest is, even before its first figure.
    kept = [line for line in followed if line.start is not None and line.start.status != Status.NOT_PUBLISHED]
    rows = [_row(line, dossier.barometer) for line in kept]
    caption = words.typographic(f"{territory.name} : base de suivi {START}-{END}")
    return table_or_reason(caption, columns, rows, "Aucun indicateur n’a de chiffre pour ce territoire.")


def _row(line: Followed, barometer: Barometer) -> tuple[Cell, ...]:
    indicator, start, latest = line.indicator, line.start, line.latest
    gaps = [_gap(c, indicator) for c in (line.latest_gap, line.start_gap) if c is not None]
    target = line.target
    return (
        Cell(words.typographic(indicator.short_title)),
        _start(start, indicator, barometer),
        Cell(wording.number(latest.value, indicator), when(latest), strong=True)
        if latest is not None and latest.value is not None
        else Cell(TO_FOLLOW),
        Cell(wording.number(target[1], indicator), "" if target[0] == END else str(target[0]))
        if target
        else Cell("non fixée"),
        Cell(gaps[0], f"au départ : {gaps[1]}".replace(" :", f"{words.NBSP}:") if len(gaps) > 1 else "")
        if gaps
        else Cell(TO_FOLLOW),
        Cell(line.direction),
    )


def _start(start: Value | None, indicator: Indicator, barometer: Barometer) -> Cell:
    if start is not None and start.usable and start.value is not None:
        return Cell(wording.number(start.value, indicator), when(start), strong=True)
    return Cell(TO_FOLLOW, wording.value_cell(start, indicator, barometer).text.lower())


def _gap(comparison: Comparison, indicator: Indicator) -> str:
    return words.gap(comparison.gap, indicator.unit, indicator.decimals)
