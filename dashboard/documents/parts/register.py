"""The contract's yearly review: commitments, followed actions, cohorts, programme and property tax of a year.

Belongs here: the registers of the local layer told for the steering and technical committees, of the whole
agglomeration. Does not belong here: the document of one commune (``commitments``).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from dashboard.data.local import NOT_PUBLISHED, Entry
from dashboard.documents import wording
from dashboard.documents.dossier import Library
from dashboard.documents.model import Block, Bullets, Cell, Column, Heading, Paragraph, table_or_reason
from dashboard.documents.parts import standing
from dashboard.story import words
from dashboard.story.readings import when
from sources.french import NBSP, capital, enumeration, number, percent, plural, typographic
from sources.vocabulary import Level

CLOSED = ("tenu", "abandonné")
NOT_SAID = "sans état"
Part = Callable[[Library, int], list[Block]]


def years(library: Library) -> list[int]:
    """Return the years of the registers, the latest first."""
    sections = ("programmation", "actions_suivies", "tfpb")
    dated = (e["annee"] for section in sections for e in library.local.section(section))
    return sorted({int(year) for year in dated if year}, reverse=True)


def told(library: Library, year: int) -> list[Block]:
    """Return where the contract stands, in a few lines."""
    if not library.local.published:
        return [Paragraph(NOT_PUBLISHED, "note")]
    commitments = library.local.section("engagements")
    actions, funded = _of_year(library, "programmation", year), _of_year(library, "financements", year)
    lines = [
        f"Engagements des partenaires : {_states(commitments, 'etat')}.",
        f"Programmation {year} : {_states(actions, 'avancement')}.",
        f"Coût de la programmation : {_written(actions, 'cout')}.",
        f"Financements : {_written(funded, 'montant')}.",
        f"Abattement de TFPB {year} : {_written(_of_year(library, 'tfpb', year), 'montant')}.",
    ]
    late = [e for e in commitments if _late(e, year)]
    if late:
        passed = plural(len(late), "engagement a passé son échéance", "engagements ont passé leur échéance")
        lines.append(f"{passed}.")
    return [Bullets(tuple(map(typographic, lines)))]


def commitments(library: Library, _year: int) -> list[Block]:
    """Return the commitments of the partners, by orientation."""
    entries = sorted(
        library.local.section("engagements"), key=lambda e: (e.whole("orientation") or 9, e["partenaire"])
    )
    rows: list[tuple[Cell, ...]] = []
    group = None
    for entry in entries:
        heading = _orientation(library, entry)
        if heading != group:
            rows.append((Cell(typographic(heading), strong=True),))
            group = heading
        state = entry["etat"] or NOT_SAID
        late = "échéance passée" if _late(entry, _year) else ""
        indicator = _indicator(library, entry)
        rows.append(
            (
                Cell(typographic(entry["partenaire"]), _commune(library, entry)),
                Cell(typographic(entry["engagement"]), indicator),
                Cell(entry["nature"], _euros(float(entry["montant"])) if entry["montant"] else ""),
                Cell(_day(entry["echeance"]) or wording.NONE, late),
                Cell(state),
                Cell(typographic(entry["bilan"]) or wording.NONE),
            )
        )
    columns = (
        Column("Partenaire", 2.8),
        Column("Engagement", 4.6),
        Column("Moyens", 2.6),
        Column("Échéance", 2.0),
        Column("État", 1.8),
        Column("Bilan", 3.2),
    )
    reason = "Aucun engagement n’est encore inscrit."
    return [table_or_reason("Engagements des partenaires", columns, rows, reason)]


def watched(library: Library, year: int) -> list[Block]:
    """Return the three actions followed closely, with what was reported at each committee."""
    found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in _of_year(library, "actions_suivies", year):
        found[entry["domaine"], entry["action"]].append(entry)
    out: list[Block] = []
    for (domain, action), entries in found.items():
        first = entries[0]
        told = f"Référent : {first['referent']}. Objectif : {first['objectif']}."
        indicator = _indicator(library, first)
        rows = [
            (Cell(_day(e["copil"]) or wording.NONE), Cell(typographic(e["avancement"])))
            for e in sorted(entries, key=lambda e: e["copil"])
        ]
        columns = (Column("Comité de pilotage", 4.0), Column("Avancement", 13.0))
        out += [
            Heading(typographic(f"{capital(domain)} : {action}")),
            Paragraph(typographic(" ".join(filter(None, (told, indicator))))),
            table_or_reason("Avancement", columns, rows, ""),
        ]
    missing = {"santé", "insertion-emploi", "éducation / jeunes"} - {domain for domain, _ in found}
    if missing:
        said = f"Pas encore d’action suivie en {year} pour : {', '.join(sorted(missing))}."
        out.append(Paragraph(typographic(said), "note"))
    return out


def cohorts(library: Library, _year: int) -> list[Block]:
    """Return what was counted of each cohort: groups, never people."""
    entries = sorted(library.local.section("cohortes"), key=lambda e: (e["cohorte"], e["mesure"], e["date"]))
    rows = [
        (
            Cell(typographic(e["cohorte"])),
            Cell(typographic(e["mesure"])),
            Cell(_day(e["date"]) or wording.NONE),
            Cell(f"{number(float(e['concernes']))} sur {number(float(e['effectif']))}"),
            Cell(percent(float(e["concernes"]) / float(e["effectif"])), strong=True),
        )
        for e in entries
    ]
    columns = (
        Column("Cohorte", 5.0),
        Column("Mesure", 5.0),
        Column("Date", 2.4),
        Column("Personnes", 2.6, right=True),
        Column("Part", 2.0, right=True),
    )
    return [table_or_reason("Suivis de cohortes", columns, rows, "Aucune cohorte n’est encore suivie.")]


def programme(library: Library, year: int) -> list[Block]:
    """Return the actions of a year, then its totals by orientation and by funder."""
    actions = _of_year(library, "programmation", year)
    reason = f"Aucune action n’est inscrite à la programmation {year}."
    rows = [
        (
            Cell(_commune(library, e)),
            Cell(typographic(e["action"]), "action suivie de près" if e["suivie"] == "oui" else ""),
            Cell(typographic(e["porteur"]) or wording.NONE),
            Cell(_euros(float(e["cout"])) if e["cout"] else wording.NONE),
            Cell(e["avancement"] or NOT_SAID),
            Cell(typographic(e["bilan"]) or wording.NONE),
        )
        for e in sorted(actions, key=lambda e: (_commune(library, e), e["action"]))
    ]
    columns = (
        Column("Commune", 2.8),
        Column("Action", 4.6),
        Column("Porteur", 2.8),
        Column("Coût", 2.0, right=True),
        Column("État", 2.0),
        Column("Bilan", 2.8),
    )
    out = [table_or_reason(f"Programmation {year}", columns, rows, reason)]
    if not actions:
        return out
    funded = _of_year(library, "financements", year)
    by_orientation = _sums(actions, "cout", lambda e: _orientation(library, e))
    by_funder = _sums(funded, "montant", lambda e: e["financeur"])
    out += _totals("Coût par orientation", "Orientation", by_orientation)
    return out + _totals("Financements par financeur", "Financeur", by_funder)


def property_tax(library: Library, year: int) -> list[Block]:
    """Return the programme of property tax of a year, with its totals by landlord."""
    entries = _of_year(library, "tfpb", year)
    axes = {e.whole("rang"): e["libelle"] for e in library.local.listed("axe_tfpb")}
    rows = [
        (
            Cell(typographic(e["bailleur"]), _commune(library, e)),
            Cell(typographic(e["action"]), typographic(axes.get(e.whole("axe"), ""))),
            Cell(_euros(float(e["montant"])) if e["montant"] else wording.NONE),
            Cell(e["avancement"] or NOT_SAID),
            Cell(typographic(e["bilan"]) or wording.NONE),
        )
        for e in sorted(entries, key=lambda e: (e["bailleur"], e["axe"]))
    ]
    columns = (
        Column("Bailleur", 3.4),
        Column("Action et axe", 6.0),
        Column("Montant", 2.2, right=True),
        Column("État", 2.2),
        Column("Bilan", 3.2),
    )
    reason = f"Aucune action n’est inscrite en {year}."
    by_landlord = _sums(entries, "montant", lambda e: e["bailleur"])
    table = table_or_reason(f"Abattement de TFPB {year}", columns, rows, reason)
    return [table, *_totals("Montants par bailleur", "Bailleur", by_landlord)]


def to_fill(library: Library, year: int) -> list[Block]:
    """Return what the technical committee has to complete before the steering committee."""
    kept = {
        "engagements": library.local.section("engagements"),
        "programmation": _of_year(library, "programmation", year),
        "tfpb": _of_year(library, "tfpb", year),
    }
    late = [
        f"Échéance passée : {e['partenaire']}, {e['engagement']}"
        for e in kept["engagements"]
        if _late(e, year)
    ]
    lacking = [
        f"{what} sans {column} : {e[name]}"
        for section, what, name, columns in (
            ("engagements", "Engagement", "engagement", ("etat", "bilan")),
            ("programmation", "Action", "action", ("avancement", "bilan", "cout")),
            ("tfpb", "Action de TFPB", "action", ("avancement", "bilan", "montant")),
        )
        for e in kept[section]
        for column in (", ".join(_NAMED[c] for c in columns if not e[c]),)
        if column
    ]
    lines = [*late, *lacking]
    if not lines:
        empty = "Les registres de l’année n’ont encore aucune ligne."
        told = "Rien ne manque dans les registres de l’année." if any(kept.values()) else empty
        return [Paragraph(told, "note")]
    return [Bullets(tuple(map(typographic, lines)))]


PARTS: tuple[tuple[str, Part], ...] = (
    ("Ce qu’il faut retenir", told),
    ("Où en sont les indicateurs", standing.blocks),
    ("Engagements des partenaires", commitments),
    ("Les trois actions suivies de près", watched),
    ("Les deux cohortes", cohorts),
    ("Programmation et financements", programme),
    ("Abattement de taxe foncière (TFPB)", property_tax),
    ("À compléter avant le comité de pilotage", to_fill),
)
"""What the technical committee reads; the steering committee reads all but the last."""

_NAMED = {"etat": "état", "avancement": "état", "bilan": "bilan", "cout": "coût", "montant": "montant"}


def _of_year(library: Library, section: str, year: int) -> list[Entry]:
    return [e for e in library.local.section(section) if e["annee"] == str(year)]


def _states(entries: Sequence[Entry], column: str) -> str:
    """Count lines by state: « 12, dont 5 en cours et 7 tenu »."""
    if not entries:
        return "aucune ligne inscrite"
    counts: dict[str, int] = defaultdict(int)
    for entry in entries:
        counts[entry[column] or NOT_SAID] += 1
    listed = enumeration([f"{count} {state}" for state, count in counts.items()])
    return f"{plural(len(entries), 'ligne inscrite', 'lignes inscrites')}, dont {listed}"


def _written(entries: Iterable[Entry], column: str) -> str:
    """Add up what is written: nothing written is not nought."""
    amounts = [float(e[column]) for e in entries if e[column]]
    return _euros(sum(amounts)) if amounts else "rien n’est inscrit"


def _sums(entries: Iterable[Entry], column: str, by: Callable[[Entry], str]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for entry in entries:
        if entry[column]:
            found[by(entry)] += float(entry[column])
    return dict(sorted(found.items()))


def _orientation(library: Library, entry: Entry) -> str:
    return library.local.orientation(entry.whole("orientation")) or "Toutes orientations"


def _totals(caption: str, what: str, sums: dict[str, float]) -> list[Block]:
    """Return a table of sums with their total, nothing when there is nothing to add up."""
    if not sums:
        return []
    lines = [*sums.items(), ("Total", sum(sums.values()))]
    rows = [(Cell(typographic(name), strong=name == "Total"), Cell(_euros(amount))) for name, amount in lines]
    columns = (Column(what, 12.0), Column("Montant", 5.0, right=True))
    return [table_or_reason(caption, columns, rows, "")]


def _euros(amount: float) -> str:
    return f"{number(amount)}{NBSP}€"


def _day(deadline: str) -> str:
    """Return a day as it is written in French; a year stays as it is."""
    return words.date(dt.date.fromisoformat(deadline)) if len(deadline) > 4 else deadline


def _late(entry: Entry, year: int) -> bool:
    """Whether a commitment passed its deadline by the end of a year without being kept nor dropped."""
    deadline = entry["echeance"]
    last = f"{deadline}-12-31" if len(deadline) == 4 else deadline
    return bool(deadline) and entry["etat"] not in CLOSED and last <= f"{year}-12-31"


def _commune(library: Library, entry: Entry) -> str:
    found = library.barometer.territory(Level.COMMUNE, entry.commune) if entry.commune else None
    return typographic(found.name) if found else "Toutes les communes"


def _indicator(library: Library, entry: Entry) -> str:
    """Return the figure of the agglomeration a commitment should move, with its year."""
    reading = library.epci_readings.get(entry["indicateur"])
    if reading is None:
        return ""
    shown = reading.shown
    said = f"Indicateur : {reading.indicator.short_title}"
    if shown is not None and shown.usable and shown.value is not None:
        said += f" ({library.authority.name} {wording.number(shown.value, reading.indicator)}, {when(shown)})"
    return typographic(f"{said}.")
