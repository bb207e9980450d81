"""What the dialogue says first: figures, priorities and actions that changed since the last one."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.data.local import Entry
from dashboard.data.records import Value
from dashboard.documents import wording
from dashboard.documents.dossier import Dossier
from dashboard.documents.model import Block, Bullets, Cell, Column, Heading, Paragraph, table_or_reason
from dashboard.documents.parts.follow_up import broken
from dashboard.story import places, words
from dashboard.story.readings import Reading
from indicators.model import Direction, Theme
from sources.french import capital, plural, typographic
from sources.vocabulary import Level

MOST = 12
"""Figures spelled out: the whole document holds in four pages."""
MOST_ENTRIES = 8
"""Lines of the local layer spelled out."""


def blocks(dossier: Dossier, previous: Dossier | None) -> list[Block]:
    """Return what changed.

    Args:
        dossier: the commune now.
        previous: the commune in the version of the last dialogue, ``None`` when there is none.
    """
    if previous is None:
        now = words.date(dossier.barometer.identity.created_at.date())
        text = (
            "Aucune version antérieure n’est jointe : rien à comparer. Les chiffres de ce document sont ceux "
            f"de la version du {now}."
        )
        return [Paragraph(typographic(text), "note")]
    since = words.date(previous.barometer.identity.created_at.date())
    return [*_figures(dossier, previous, since), *_commitments(dossier, previous, since)]


def _figures(dossier: Dossier, previous: Dossier, since: str) -> list[Block]:
    changed = []
    for key, reading in dossier.readings.items():
        old = previous.readings[key].shown if key in previous.readings else None
        if _told(old, reading) != _told(reading.shown, reading):
            changed.append((old, reading))
    # What says more or less need comes first, and the variants of the index last.
    changed.sort(key=lambda pair: (_variant(dossier, pair[1]), _descriptive(pair[1])))
    rows: list[tuple[Cell, ...]] = [
        (
            Cell(typographic(reading.indicator.short_title)),
            _brief(wording.value_cell(old, reading.indicator, previous.barometer)),
            _now(old, reading, dossier),
            Cell(dossier.sources.refer(reading.shown) if reading.shown is not None else ""),
        )
        for old, reading in changed[:MOST]
    ]
    columns = (
        Column("Indicateur", 5.6),
        Column("Avant", 4.4, right=True),
        Column("Maintenant", 4.4, right=True),
        Column("Source", 2.6),
    )
    name = places.of(dossier.commune.name, Level.COMMUNE)
    reason = f"Aucun chiffre {name} n’a changé depuis la version du {since}."
    caption = typographic(f"Chiffres qui ont changé depuis la version du {since}")
    out: list[Block] = [table_or_reason(caption, columns, rows, reason)]
    others = len(changed) - len(rows)
    if others:
        named = plural(others, "autre chiffre a changé", "autres chiffres ont changé")
        out.append(Paragraph(typographic(f"{capital(named)} : voir le tableur de la commune."), "note"))
    return out


def _variant(dossier: Dossier, reading: Reading) -> bool:
    index = next((i for i, r in dossier.readings.items() if r.indicator.theme == Theme.IDH4), None)
    return reading.indicator.theme == Theme.IDH4 and reading.indicator.indicator != index


def _descriptive(reading: Reading) -> bool:
    return reading.indicator.direction == Direction.DESCRIPTIVE


def _now(old: Value | None, reading: Reading, dossier: Dossier) -> Cell:
    """Return the present figure; where it does not follow from the former one, the reason."""
    new, indicator = reading.shown, reading.indicator
    cell = _brief(wording.value_cell(new, indicator, dossier.barometer))
    if old is None or new is None or not old.usable or not new.usable:
        return cell
    breaks = broken(old, new, dossier.barometer)
    reason = (
        f"rupture de série en {max(breaks)} : ne se compare pas"
        if breaks
        else "autre définition : ne se compare pas"
        if old.concept != new.concept
        else "chiffre révisé"
        if old.millesime == new.millesime is not None
        else ""
    )
    detail = ", ".join(filter(None, (cell.detail, typographic(reason))))
    return Cell(cell.text, detail, strong=cell.strong)


def _brief(cell: Cell) -> Cell:
    """Return a figure with its year alone: its interval is with the key figures."""
    return Cell(cell.text, cell.detail.partition("\n")[0], strong=cell.strong)


def _told(value: Value | None, reading: Reading) -> tuple[str, str, int | None, str] | None:
    """Return what a reader sees of a figure: one revised beyond its decimals did not change."""
    if value is None:
        return None
    said = "" if value.value is None else wording.number(value.value, reading.indicator)
    return said, value.status, value.millesime, value.concept


def _commitments(dossier: Dossier, previous: Dossier, since: str) -> list[Block]:
    """Say which priorities and actions came, went or changed."""
    if not (dossier.local.published and previous.local.published):
        return []
    lines = [
        *_entries(dossier, previous, "priorites", "enjeu"),
        *_entries(dossier, previous, "programmation", "action"),
    ]
    title = Heading("Priorités et programmation")
    if not lines:
        said = f"Aucune priorité ni action n’a changé depuis la version du {since}."
        return [title, Paragraph(typographic(said), "note")]
    shown = lines[:MOST_ENTRIES]
    if len(lines) > len(shown):
        shown.append(f"et {plural(len(lines) - len(shown), 'autre ligne', 'autres lignes')}")
    return [title, Bullets(tuple(map(typographic, shown)))]


def _entries(dossier: Dossier, previous: Dossier, section: str, column: str) -> Iterator[str]:
    """Yield a line for each entry of the commune that is not what it was; its wording is its identity."""
    what = {"priorites": "Priorité", "programmation": "Action"}[section]
    new = {_identity(e, column): e for e in dossier.local.own(section, dossier.commune.code)}
    old = {_identity(e, column): e for e in previous.local.own(section, dossier.commune.code)}
    for key, entry in new.items():
        if key not in old:
            yield f"{what} nouvelle : {entry[column]}"
        elif entry["etat"] != old[key]["etat"]:
            yield f"{what} {entry['etat']} (elle était {old[key]['etat']}) : {entry[column]}"
    for key in sorted(old.keys() - new.keys()):
        yield f"{what} retirée : {old[key][column]}"


def _identity(entry: Entry, column: str) -> tuple[str, str]:
    return entry[column], entry["annee"]
