"""The map of the commune and its quarters, drawn once, and part 2: what the contract names in the commune."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from dashboard.charts.commune_map import Shape, project
from dashboard.charts.place_map import Pocket, place_map
from dashboard.data.geometry import sources
from dashboard.data.local import NOT_PUBLISHED, Entry
from dashboard.documents.dossier import Dossier
from dashboard.documents.model import Block, Cell, Column, Communes, Paragraph, Picture, Table
from dashboard.story import places
from sources.french import enumeration, number, typographic
from sources.vocabulary import Level

MAP_SIZE = (680.0, 440.0)


Outlines = tuple[tuple[str, str, str], ...]


@lru_cache(maxsize=1)
def _shapes(contours: Outlines, around: Outlines) -> dict[str, Shape]:
    return {shape.code: shape for shape in project(contours, around)}


def blocks(dossier: Dossier) -> list[Block]:
    """Return the part: the map itself opens the document."""
    shown = "de la commune et de ses quartiers" if dossier.current_quarters else "de la commune"
    return [Paragraph(f"La carte {shown} ouvre ce document."), *_pockets(dossier), *_groups(dossier)]


def plan_blocks(dossier: Dossier) -> list[Block]:
    """Return the map, and where its outlines come from."""
    shapes = _shapes(tuple(dossier.library.contours), tuple(dossier.library.around))
    beyond = [shapes[code] for code, _, _ in dossier.library.around if code in shapes]
    communes = [shapes[c.code] for c in dossier.barometer.communes() if c.code in shapes]
    own = [shapes[q.code] for q in dossier.current_quarters if q.code in shapes]
    codes = {shape.code for shape in own}
    others = [
        shapes[t.code]
        for t in dossier.barometer.territories
        if t.level == Level.QPV and t.code in shapes and t.code not in codes
    ]
    pockets = [
        Pocket(typographic(p["perimetre"]), _counted(p))
        for p in dossier.local.own("poches", dossier.commune.code)
    ]
    drawn = place_map(communes, own, dossier.commune.code, others, pockets, beyond)
    out: list[Block] = []
    name = places.of(dossier.commune.name, Level.COMMUNE)
    if drawn is None:
        out.append(Paragraph(f"Le contour {name} n’est pas dans cette version du baromètre.", "note"))
    else:
        out.append(
            Picture(
                drawn,
                typographic(_caption(own, pockets)),
                typographic(_alternative(dossier, own, pockets)),
                14.0,
                MAP_SIZE,
            )
        )
        out.append(Paragraph(_credits(dossier), "note"))
    missing = [q.name for q in dossier.current_quarters if q.code not in shapes]
    if missing:
        text = f"Contour non disponible dans cette version : {enumeration(missing)}."
        out.append(Paragraph(typographic(text), "note"))
    return out


def _caption(own: list[Shape], pockets: list[Pocket]) -> str:
    quarters = enumeration([shape.name for shape in own])
    what = (
        f"La commune et ses quartiers prioritaires de 2024 : {quarters}"
        if own
        else "La commune et ses voisines"
    )
    if not pockets:
        return what
    kind = "poche de pauvreté" if len(pockets) == 1 else "poches de pauvreté"
    return f"{what} ; en losange, {kind} (emplacement indicatif)"


def _alternative(dossier: Dossier, own: list[Shape], pockets: list[Pocket]) -> str:
    name = f"{places.of(dossier.commune.name, Level.COMMUNE)} {dossier.authority.at}"
    quarters = enumeration([shape.name for shape in own]) or dossier.without_quarter
    told = [f"{pocket.name}, {pocket.inhabitants}" for pocket in pockets]
    more = f" Poches de pauvreté, placées au milieu de la commune faute de contour : {' ; '.join(told)}."
    return f"Carte {name}, nord en haut. Quartiers prioritaires de 2024 : {quarters}.{more if told else ''}"


def _credits(dossier: Dossier) -> str:
    return typographic(f"Contours : {' ; '.join(sources(dossier.library.release))}.")


def _inhabitants(pocket: Entry) -> str:
    """Return the inhabitants stated for a pocket; a contract may name one without counting them."""
    return number(float(pocket["habitants"])) if pocket["habitants"] else ""


def _counted(pocket: Entry) -> str:
    stated = _inhabitants(pocket)
    return f"{stated} habitants estimés" if stated else "nombre d’habitants non indiqué"


def _pockets(dossier: Dossier) -> list[Block]:
    if not dossier.local.published:
        return [Paragraph(f"Poches de pauvreté\u00a0: {NOT_PUBLISHED[0].lower()}{NOT_PUBLISHED[1:]}", "note")]
    pockets = dossier.local.own("poches", dossier.commune.code)
    if not pockets:
        contract = dossier.barometer.identity.contract
        said = (
            "Le contrat ne nomme aucune poche" if contract else "Aucun contrat n’a été lu qui nomme une poche"
        )
        return [Paragraph(f"{said} de pauvreté dans la commune.", "note")]
    rows = tuple(
        (
            Cell(typographic(p["perimetre"])),
            Cell(_inhabitants(p) or "non indiqués"),
            Cell(typographic(p.source)),
        )
        for p in pockets
    )
    columns = (
        Column("Poche de pauvreté", 9.0),
        Column("Habitants estimés", 3.5, right=True),
        Column("Source", 4.5),
    )
    return [
        Table("Poches de pauvreté nommées par le contrat", columns, rows),
        Paragraph(
            "Leur périmètre n’est pas publié\u00a0: la carte les place au milieu de la commune, à titre "
            "indicatif, et aucun taux n’est calculé.",
            "note",
        ),
    ]


def _together(code: str, others: Sequence[Entry], name: str) -> Communes | None:
    """Return the communes of a group, ``None`` for one alone: its figures are the commune's own."""
    codes = sorted({code, *(entry.commune for entry in others if entry.commune)})
    return Communes(tuple(codes), name) if len(codes) > 1 else None


def _groups(dossier: Dossier) -> list[Block]:
    """The groups the agents filled the commune in."""
    local, code = dossier.local, dossier.commune.code
    if not local.published:
        return []
    names = [entry["nom"] for entry in local.own("groupes", code)]
    out: list[Block] = []
    rows: list[tuple[Cell, ...]] = []
    for name in sorted(names):
        others = [
            e for e in local.entries if e.section == "groupes" and e["nom"] == name and e.commune != code
        ]
        towns = [dossier.barometer.territory(Level.COMMUNE, e.commune or "") for e in others]
        told = enumeration([t.name for t in towns if t is not None])
        sources = ", ".join(dict.fromkeys(e.source for e in local.own("groupes", code) if e["nom"] == name))
        rows.append(
            (
                Cell(typographic(name), target=_together(code, others, name)),
                Cell(told or "elle seule"),
                Cell(typographic(sources)),
            )
        )
    columns = (Column("Groupe", 4.5), Column("Avec", 9.0), Column("Source", 3.5))
    if rows:
        out.append(Table(f"Groupes de communes nommés par {dossier.authority.the}", columns, tuple(rows)))
    return out
