"""Part 11: the follow-up base 2024-2030, of the commune and of each of its quarters."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.data.questions import Barometer
from dashboard.data.records import Comparison, Indicator, Territory, Value
from dashboard.documents import wording
from dashboard.documents.dossier import Dossier
from dashboard.documents.model import Block, Cell, Column, Heading, Paragraph, table_or_reason
from dashboard.documents.parts import base
from dashboard.documents.parts.base import END, START
from dashboard.story import places, words
from dashboard.story.readings import Reading, recency, when
from indicators.model import Direction
from sources.authority import Noun
from sources.french import NBSP, capital, enumeration, lowered, number, plural, typographic
from sources.vocabulary import Status

Key = tuple[str, str, int | None, int | None]
"""What distinguishes a value from the others of its territory."""

TO_FOLLOW = "à suivre"
NARROWS, WIDENS = "l’écart se réduit", "l’écart se creuse"
CLOSED, OPENS = "l’écart est comblé", "un écart apparaît"
LEAD_SHRINKS, LEAD_GROWS = "l’avance se réduit", "l’avance s’accroît"
STEADY = "écart stable ou évolution non établie"
UNSURE = "évolution non établie : départ révisé depuis"
"""What the fixed start and the revised one do not say alike."""


def rule(noun: Noun) -> str:
    """Say what a start, a gap and its way are."""
    return (
        f"Départ : la dernière année connue jusqu’à {START}. L’écart est celui {noun.to}, pour la même "
        "année et la même définition ; entre parenthèses, l’année du dernier écart connu. Il se réduit ou se "
        "creuse si rien n’a changé dans la définition et si les intervalles ne se recouvrent pas ; c’est une "
        f"avance si la situation est meilleure que {noun.at}. « Visible dès » : le plus petit "
        "changement que la source pourrait établir, sondage, petits effectifs et arrondis compris."
    )


@dataclass(frozen=True)
class Followed:
    """One indicator of one territory over the contract."""

    indicator: Indicator
    start: Value | None
    """The last figure known when the contract began, or the row that says why there is none."""
    latest: Value | None
    """A later figure of the same concept and perimeter; ``None`` until there is one."""
    start_gap: Comparison | None
    latest_gap: Comparison | None
    target: tuple[int, float] | None
    earlier: tuple[Value, Comparison] | None = None
    """The last year whose gap is known, where neither of these years has one."""
    apart: str = ""
    """Why the two years cannot be set against each other, empty when they can."""
    begun: base.Start = field(default_factory=lambda: base.Start(None, None))
    """How the start is known: fixed or not yet, revised since, and what change could be seen."""

    @property
    def direction(self) -> str:
        """Say whether the gap to the agglomeration narrows, or why nobody can say."""
        if self.latest is None:
            return TO_FOLLOW
        if self.apart:
            return f"non calculable : {self.apart}"
        if self.start_gap is None or self.latest_gap is None:
            return "non calculable : pas de référence de même définition et de même année"
        ways = {self._way(gap, self.latest_gap) for gap in (self.start_gap, self.begun.gap_now) if gap}
        return ways.pop() if len(ways) == 1 else UNSURE

    def _way(self, start: Comparison, latest: Comparison) -> str:
        """Return which way a gap went since a start: as it was fixed, or as the producer now gives it."""
        before, after = abs(start.gap), abs(latest.gap)
        if number(start.gap, self.indicator.decimals) == number(latest.gap, self.indicator.decimals):
            return STEADY
        smallest = self.begun.smallest
        if smallest is not None and abs(latest.gap - start.gap) < smallest:
            return STEADY
        if _overlap(_gap_bounds(self.start, start), _gap_bounds(self.latest, latest)):
            return STEADY
        less = after < before
        sign = 1 if self.indicator.direction == Direction.HIGH_IS_NEED else -1
        match sign * start.gap > 0, sign * latest.gap > 0:
            case True, True:
                return NARROWS if less else WIDENS
            case True, False:
                return CLOSED
            case False, True:
                return OPENS
            case _:
                return LEAD_SHRINKS if less else LEAD_GROWS


def _gap_bounds(value: Value | None, gap: Comparison) -> tuple[float, float]:
    """Return the interval of a gap, reduced to the gap itself where the producer gives no interval."""
    if gap.gap_lower is not None and gap.gap_upper is not None:
        return gap.gap_lower, gap.gap_upper
    if value is None or value.lower is None or value.upper is None:
        return gap.gap, gap.gap
    return value.lower - gap.reference_value, value.upper - gap.reference_value


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def followed(dossier: Dossier) -> list[tuple[Territory, list[Followed]]]:
    """Return the base of a commune: its own lines, then those of each of its QPV of 2024.

    The document, the page and the workbook all show these lines and no other.
    """
    return [(place, _follow(dossier, place, readings)) for place, readings in base.places(dossier)]


def _follow(dossier: Dossier, territory: Territory, readings: dict[str, Reading]) -> list[Followed]:
    """Return the key indicators of a territory: the IDH-4, then all those that say more or less need."""
    comparisons = dossier.gaps_of(territory)
    targets: dict[str, tuple[int, float]] = {}
    for entry in dossier.local.entries:
        if entry.section == "cibles" and entry["territoire"] == territory.code:
            aimed = (int(entry["annee"]), float(entry["valeur"]))
            targets[entry["indicateur"]] = max(targets.get(entry["indicateur"], aimed), aimed)
    out = []
    for reading in base.followed(readings):
        indicator = reading.indicator
        begun = base.start(dossier, territory, reading)
        latest = _latest(reading)
        # What nobody publishes at this scale cannot be followed; all the rest is, even before its first
        # figure.
        if latest is None and (begun.value is None or begun.value.status == Status.NOT_PUBLISHED):
            continue
        last = comparisons.get(latest.key) if latest else None
        known = None
        if begun.gap is None and last is None:
            known = _earlier(latest or begun.value, reading, comparisons, dossier.barometer)
        apart = _apart(begun.value, latest, indicator, dossier.barometer) if latest else ""
        target = targets.get(indicator.indicator)
        out.append(Followed(indicator, begun.value, latest, begun.gap, last, target, known, apart, begun))
    return out


def _latest(reading: Reading) -> Value | None:
    """Return the last figure of a year after the start, of the definition shown."""
    shown = reading.shown
    if shown is None or not shown.usable:
        return None
    last = base.last_until(reading, END + 2, shown.concept)
    return last if last is not None and (last.millesime or last.edition or 0) > START else None


def _earlier(
    value: Value | None, reading: Reading, comparisons: dict[Key, Comparison], barometer: Barometer
) -> tuple[Value, Comparison] | None:
    """Return the last earlier year of the same definition that the agglomeration has too."""
    if value is None or not value.usable or value.millesime is None:
        return None
    past = (
        (v, comparisons[v.key])
        for v in sorted(reading.history, key=recency, reverse=True)
        if v.concept == value.concept and v.key in comparisons and (v.millesime or 0) < (value.millesime or 0)
    )
    return next((found for found in past if not broken(found[0], value, barometer)), None)


def broken(before: Value, after: Value, barometer: Barometer) -> list[int]:
    """Return the years in between that broke the series."""
    return [
        b.year
        for b in barometer.breaks
        if b.indicator == before.indicator and (before.millesime or 0) < b.year <= (after.millesime or 0)
    ]


def _apart(start: Value | None, latest: Value, indicator: Indicator, barometer: Barometer) -> str:
    """Say why two figures of one concept cannot be set against each other, or nothing.

    A census in the denominator alone is none: what is counted is of each year.
    """
    if start is None:
        return "pas de départ"
    if start.millesime is None or latest.millesime is None:
        return "année non précisée"
    breaks = broken(start, latest, barometer)
    if breaks:
        return f"rupture de série en {max(breaks)}"
    if latest.millesime - start.millesime < indicator.census_apart:
        return "recensements trop proches"
    return ""


def opening(dossier: Dossier, lines: Sequence[Followed]) -> str:
    """Say where the follow-up of a commune stands, from its own lines.

    Args:
        dossier: Of the commune.
        lines: Its lines, as :func:`followed` gives them.
    """
    where = capital(places.at(dossier.commune.name, dossier.commune.level))
    if not lines:
        return f"{where}, aucun indicateur n’a encore de chiffre à suivre de {START} à {END}."
    started = sum(line.start is not None and line.start.usable for line in lines)
    later = sum(line.latest is not None for line in lines)
    followed_now = plural(len(lines), "indicateur est suivi", "indicateurs sont suivis")
    known = f"{_having(started, 'valeur de départ')}, {_having(later, 'valeur plus récente')}"
    fixed = {line.begun.fixed for line in lines if line.begun.fixed}
    base_told = (
        "" if fixed else " Les valeurs de départ ne sont pas encore fixées : elles peuvent être révisées."
    )
    parts = [f"{where}, {followed_now} de {START} à {END} : {known}.{base_told}"]
    moved = [
        _moved(
            f"L’écart {dossier.authority.to}",
            lines,
            {"se réduit": (NARROWS, CLOSED), "se creuse": (WIDENS, OPENS)},
        ),
        _moved(
            f"L’avance sur {dossier.authority.the}",
            lines,
            {"s’accroît": (LEAD_GROWS,), "se réduit": (LEAD_SHRINKS,)},
        ),
    ]
    parts += filter(None, moved)
    if not any(moved):
        parts.append(f"Aucun rapprochement ni éloignement {dossier.authority.of} n’est encore établi.")
    targets = sum(line.target is not None for line in lines)
    aimed = plural(targets, "cible est fixée", "cibles sont fixées") if targets else ""
    parts.append(f"{aimed}." if aimed else "Aucune cible n’est fixée.")
    return " ".join(parts)


def _moved(what: str, lines: Sequence[Followed], ways: Mapping[str, tuple[str, ...]]) -> str:
    """Return for how many lines something goes each way, nothing where it goes none."""
    counts = {way: sum(line.direction in told for line in lines) for way, told in ways.items()}
    said = [f"{way} pour {plural(count, 'indicateur')}" for way, count in counts.items() if count]
    return f"{what} {enumeration(said)}." if said else ""


def _having(count: int, what: str) -> str:
    """Return « 21 ont une valeur », « 1 a une valeur » or « aucun n’a de valeur »."""
    if not count:
        return f"aucun n’a de {what}"
    return f"{count} {'ont' if count > 1 else 'a'} une {what}"


def blocks(dossier: Dossier) -> list[Block]:
    """Return the part."""
    found = followed(dossier)
    out: list[Block] = [
        Paragraph(typographic(opening(dossier, found[0][1])), "lead"),
        Paragraph(typographic(rule(dossier.authority)), "note"),
    ]
    for territory, lines in found:
        own = territory is dossier.commune
        if len(found) > 1:
            out.append(Heading("La commune" if own else typographic(f"{territory.name} ({territory.code})")))
        out += _table(dossier, territory, lines)
    return out


def _columns(noun: Noun) -> tuple[Column, ...]:
    return (
        Column("Indicateur", 4.4),
        Column("Départ", 3.0, right=True),
        Column("Dernière valeur", 2.6, right=True),
        Column(f"Cible {END}", 1.8, right=True),
        Column("Visible dès", 2.2, right=True),
        Column(f"Écart {noun.to}", 2.9, right=True),
        Column("Sens", 3.4),
    )


def _waits(line: Followed) -> bool:
    """Whether a line has nothing yet: no figure, no target."""
    return line.latest is None and line.target is None and (line.start is None or not line.start.usable)


def _table(dossier: Dossier, territory: Territory, lines: list[Followed]) -> list[Block]:
    rows = [_row(line, dossier) for line in lines if not _waits(line)]
    # That no line has a later figure, or a target, is written once, in the opening of the part.
    later, aimed = any(line.latest for line in lines), any(line.target for line in lines)
    seen = any(line.begun.smallest is not None for line in lines)
    shown = (True, True, later, aimed, seen, True, later)
    columns = tuple(column for column, kept in zip(_columns(dossier.authority), shown, strict=True) if kept)
    rows = [tuple(cell for cell, kept in zip(row, shown, strict=True) if kept) for row in rows]
    caption = typographic(f"{territory.name} : base de suivi {START}-{END}")
    out = [table_or_reason(caption, columns, rows, "Aucun indicateur n’a de chiffre pour ce territoire.")]
    figures = [value for line in lines for value in (line.start, line.latest) if value and value.usable]
    cited = dict.fromkeys(dossier.sources.refer(value) for value in figures)
    told = [f"Sources : {' ; '.join(filter(None, cited))}."] if cited else []
    waiting: dict[str, list[str]] = {}
    for line in filter(_waits, lines):
        why = words.status_label(line.start.status if line.start else Status.MISSING)
        waiting.setdefault(why, []).append(lowered(line.indicator.short_title))
    for why, titles in waiting.items():
        # Named for the commune: of a quarter, how many is enough.
        named = " ; ".join(titles) if territory is dossier.commune else ""
        count = plural(len(titles), "autre indicateur", "autres indicateurs")
        told.append(f"À suivre, {why} : {named or count}.")
    return [*out, Paragraph(typographic(" ".join(told)), "note")] if told else out


def _row(line: Followed, dossier: Dossier) -> tuple[Cell, ...]:
    indicator, target = line.indicator, line.target
    aimed = wording.number(target[1], indicator) if target else wording.NONE
    year = f" ({target[0]})" if target and target[0] != END else ""
    return (
        Cell(typographic(indicator.short_title)),
        _start(line, dossier),
        _figure(line.latest, indicator, dossier),
        Cell(typographic(aimed + year), "moins qu’un changement visible" if _too_close(line) else ""),
        _smallest(line),
        _gap_cell(line),
        Cell(typographic(line.direction) if line.latest is not None else wording.NONE),
    )


def _start(line: Followed, dossier: Dossier) -> Cell:
    """Return the starting value, and beside it what the producer has made of that year since."""
    cell = _figure(line.start, line.indicator, dossier)
    if line.begun.revised is None:
        return cell
    revised = typographic(f"révisé depuis : {wording.number(line.begun.revised, line.indicator)}")
    return dataclasses.replace(cell, detail=revised)


def _smallest(line: Followed) -> Cell:
    """Return the smallest change the source could show, rounded up: less would not be seen."""
    smallest, indicator = line.begun.smallest, line.indicator
    if smallest is None:
        return Cell(wording.NONE)
    least = base.visible(smallest, indicator)
    return Cell(f"±{NBSP}{words.gap(least, indicator.unit, indicator.decimals).removeprefix('+')}")


def _too_close(line: Followed) -> bool:
    """Whether a target is nearer to the start than what could ever be seen of it."""
    smallest, start = line.begun.smallest, line.start
    if line.target is None or smallest is None or start is None or start.value is None:
        return False
    return abs(line.target[1] - start.value) < smallest


def _figure(value: Value | None, indicator: Indicator, dossier: Dossier) -> Cell:
    """Return a figure and its year on one line; its source is called under the table."""
    if value is None:
        return Cell(wording.NONE)
    if not value.usable or value.value is None:
        return Cell(
            wording.value_cell(value, indicator, dossier.barometer).text, target=wording.figure(value)
        )
    said = f"{wording.number(value.value, indicator)} ({wording.short_when(value)})"
    inherited = wording.INHERITED if value.origin == "inherited" else ""
    return Cell(typographic(said), inherited, strong=True, target=wording.figure(value))


def _gap_cell(line: Followed) -> Cell:
    """Return the latest gap, then that of the start; else the last known one with its year."""
    shown = line.latest_gap or line.start_gap
    if shown is not None:
        both = line.latest_gap is not None and line.start_gap is not None
        detail = f"au départ : {gap(line.start_gap, line.indicator)}" if both and line.start_gap else ""
        return Cell(gap(shown, line.indicator), typographic(detail))
    if line.earlier is None:
        return Cell(wording.NONE)
    value, found = line.earlier
    return Cell(f"{gap(found, line.indicator)} ({when(value)})")


def gap(comparison: Comparison, indicator: Indicator) -> str:
    """Return a gap as the two figures are written."""
    return words.apart(comparison.reference_value, comparison.value, indicator.unit, indicator.decimals)
