"""Part 2: the map of the commune, its quarters and, where the contract names them, its pockets of poverty."""

from __future__ import annotations

from functools import lru_cache

from dashboard import places, words
from dashboard.exports import plan
from dashboard.exports.dossier import Dossier
from dashboard.exports.local import NOT_PUBLISHED
from dashboard.exports.model import Block, Cell, Column, Paragraph, Picture, Table
from dashboard.figures.commune_map import Shape, project
from sources.vocabulary import Level


@lru_cache(maxsize=1)
def _shapes(contours: tuple[tuple[str, str, str], ...]) -> dict[str, Shape]:
    return {shape.code: shape for shape in project(contours)}


def blocks(dossier: Dossier) -> list[Block]:
    """Return the part."""
    shapes = _shapes(tuple(dossier.library.contours))
    communes = [shapes[c.code] for c in dossier.barometer.communes() if c.code in shapes]
    own = [shapes[q.code] for q in dossier.current_quarters if q.code in shapes]
    codes = {shape.code for shape in own}
    others = [
        shapes[t.code]
        for t in dossier.barometer.territories
        if t.level == Level.QPV and t.code in shapes and t.code not in codes
    ]
    drawn = plan.plan(communes, own, dossier.commune.code, others)
    out: list[Block] = []
    name = places.of(dossier.commune.name, Level.COMMUNE)
    if drawn is None:
        out.append(Paragraph(f"Le contour {name} n’est pas dans cette version du baromètre.", "note"))
    else:
        quarters = words.enumeration([shape.name for shape in own])
        what = f"et ses quartiers prioritaires de 2024 : {quarters}" if own else "et ses voisines"
        out.append(
            Picture(
                drawn,
                words.typographic(f"La commune {what}"),
                words.typographic(
                    f"Carte {name} dans l’agglomération. Quartiers prioritaires : {quarters or 'aucun'}."
                ),
                17.0,
            )
        )
        out.append(Paragraph(_credits(dossier), "note"))
    missing = [q.name for q in dossier.current_quarters if q.code not in shapes]
    if missing:
        text = f"Contour non disponible dans cette version : {words.enumeration(missing)}."
        out.append(Paragraph(words.typographic(text), "note"))
    return [*out, *_pockets(dossier)]


def _credits(dossier: Dossier) -> str:
    rows = dossier.library.release.query("SELECT DISTINCT source FROM geometry ORDER BY source")
    return words.typographic(f"Contours : {' ; '.join(rows['source'].to_list())}.")


def _pockets(dossier: Dossier) -> list[Block]:
    if not dossier.local.published:
        return [Paragraph(f"Poches de pauvreté\u00a0: {NOT_PUBLISHED[0].lower()}{NOT_PUBLISHED[1:]}", "note")]
    pockets = dossier.local.own("poches", dossier.commune.code)
    if not pockets:
        return [Paragraph("Le contrat ne nomme aucune poche de pauvreté dans la commune.", "note")]
    rows = tuple(
        (
            Cell(words.typographic(p["perimetre"])),
            Cell(words.number(float(p["habitants"]))),
            Cell(words.typographic(p.source)),
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
            "Leur périmètre n’est pas publié\u00a0: ni dessin, ni taux calculé.",
            "note",
        ),
    ]
