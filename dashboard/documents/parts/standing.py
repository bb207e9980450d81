"""Where the indicators followed from 2024 to 2030 stand, in all the communes and quarters together.

Belongs here: counting the lines of the follow-up base, as ``follow_up`` gives them. Does not belong here: the
base of one commune.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.documents import wording
from dashboard.documents.dossier import Dossier, Library
from dashboard.documents.model import Block, Cell, Column, Paragraph, Table
from dashboard.documents.parts import follow_up
from dashboard.documents.parts.base import END, START
from dashboard.documents.parts.follow_up import (
    CLOSED,
    LEAD_GROWS,
    LEAD_SHRINKS,
    NARROWS,
    OPENS,
    STEADY,
    UNSURE,
    WIDENS,
    Followed,
)
from sources.french import enumeration, number, plural, typographic
from sources.vocabulary import Level

BETTER, WORSE, SAME = (NARROWS, CLOSED, LEAD_GROWS), (WIDENS, OPENS, LEAD_SHRINKS), (STEADY, UNSURE)
NAMED = 5
"""Territories named in one cell."""
Line = tuple[str, Followed]
"""Name of a territory, and what is followed of it."""


def blocks(library: Library, _year: int) -> list[Block]:
    """Return how many indicators have a start and a later figure, then which gaps moved, and where."""
    lines, communes, quarters = _lines(library)
    indicators = len({line.indicator.indicator for _, line in lines})
    started = sum(line.start is not None and line.start.usable for _, line in lines)
    later = [one for one in lines if one[1].latest is not None]
    compared = [one for one in later if one[1].direction in (*BETTER, *WORSE, *SAME)]
    where = plural(communes, "commune")
    if quarters:
        where += f" et {plural(quarters, 'quartier prioritaire', 'quartiers prioritaires')} de {START}"
    recent = plural(len(later), "valeur plus récente", "valeurs plus récentes") if later else ""
    alike = f"dont {number(len(compared))} à comparer au départ" if compared else "sans départ comparable"
    told = [
        (
            f"De {START} à {END}, {plural(indicators, 'indicateur')} de besoin, dans {where} : "
            f"{plural(started, 'valeur de départ', 'valeurs de départ')} ; "
            f"{f'{recent}, {alike}' if recent else 'aucune valeur plus récente'}."
        )
    ]
    if not any(line.begun.fixed for _, line in lines):
        told.append("Les valeurs de départ ne sont pas encore fixées : elles peuvent être révisées.")
    moved = [one for one in compared if one[1].direction not in SAME]
    if not moved:
        told.append(f"Aucun rapprochement ni éloignement {library.authority.of} n’est encore établi.")
    told.append("Le détail est dans la base de suivi de chaque commune (dernière partie de sa fiche).")
    out: list[Block] = [Paragraph(typographic(" ".join(told)), "lead")]
    return [*out, *_table(library, compared)] if compared else out


def _lines(library: Library) -> tuple[list[Line], int, int]:
    """Return what is followed in each territory, a quarter of several communes counted once."""
    found: dict[tuple[str, str], tuple[str, Sequence[Followed]]] = {}
    for commune in library.barometer.communes():
        for place, lines in follow_up.followed(Dossier(library, commune.code)):
            found.setdefault((place.level, place.code), (place.name, lines))
    communes = sum(level == Level.COMMUNE for level, _ in found)
    return (
        [(name, line) for name, lines in found.values() for line in lines],
        communes,
        len(found) - communes,
    )


def _table(library: Library, compared: Sequence[Line]) -> list[Block]:
    by_indicator: dict[str, list[Line]] = {}
    for one in compared:
        by_indicator.setdefault(one[1].indicator.indicator, []).append(one)
    noun = library.authority
    columns = (
        Column("Indicateur", 3.6),
        Column("Années", 2.0),
        Column("En mieux", 4.6),
        Column("En moins bien", 4.6),
        Column("Sans changement établi", 2.2, right=True),
    )
    rows = tuple(_row(lines) for lines in by_indicator.values())
    said = (
        f"En mieux : l’écart {noun.to} se réduit ou est comblé, ou l’avance s’accroît ; en moins bien : il "
        "apparaît ou se creuse, ou l’avance se réduit. Seuls comptent les changements établis, marges "
        "comprises."
    )
    caption = typographic(f"Évolution des écarts {noun.to} depuis le départ")
    return [Table(caption, columns, rows), Paragraph(typographic(said), "note")]


def _row(lines: Sequence[Line]) -> tuple[Cell, ...]:
    ways: Mapping[tuple[str, ...], list[str]] = {
        way: [name for name, line in lines if line.direction in way] for way in (BETTER, WORSE, SAME)
    }
    values = [value for _, line in lines for value in (line.start, line.latest) if value is not None]
    years = sorted({value.millesime or value.edition or 0 for value in values})
    return (
        Cell(typographic(lines[0][1].indicator.short_title)),
        Cell(f"{years[0]} à {years[-1]}"),
        _named(ways[BETTER]),
        _named(ways[WORSE]),
        Cell(number(len(ways[SAME]))),
    )


def _named(names: Sequence[str]) -> Cell:
    if not names:
        return Cell(wording.NONE)
    shown = list(names[:NAMED])
    if len(names) > NAMED:
        shown.append(plural(len(names) - NAMED, "autre"))
    return Cell(number(len(names)), typographic(enumeration(shown)))
