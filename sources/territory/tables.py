"""The territory as tables of a release, in the columns its readers rely on.

Belongs here: declarations turned into polars frames. Does not belong here: any rule about who is part
of what (``sources.territory.declared``).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

import polars as pl

from sources.columns import Column, polars_schema
from sources.french import NBSP
from sources.territory.columns import (
    CORRESPONDENCE_COLUMNS,
    GEOMETRY_COLUMNS,
    GOALPOST_COLUMNS,
    MEMBERSHIP_COLUMNS,
    SURROUNDINGS_COLUMNS,
    TERRITORY_COLUMNS,
)
from sources.vocabulary import Level

if TYPE_CHECKING:
    from sources.territory.declared import Territories

_S, _I, _F = pl.String, pl.Int32, pl.Float64


def territory(t: Territories) -> pl.DataFrame:
    """Return one row per territory we keep figures for.

    ``in_epci`` is true for what lies wholly in the authority, hence false for a quarter shown apart; ``role``
    is the side of the contract's own comparison that a group is.

    Returns:
        ``level, code, perimeter, name, in_epci, note, role``: quarters, communes, cantons, groups, then the
        wider territories.
    """
    rows: list[tuple[object, ...]] = [
        (Level.QPV, q.code, q.perimetre, q.nom, not t.apart(q.code), q.note or _shared(t, q.code), None)
        for q in t.qpv.values()
    ]
    rows += [(Level.COMMUNE, c.code, None, c.nom, True, None, None) for c in t.communes.values()]
    for canton in t.cantons.values():
        inside = len(t.members(Level.CANTON, canton.code))
        note = f"{inside} des {canton.communes_du_canton} communes du canton." if t.cut(canton.code) else None
        rows.append((Level.CANTON, canton.code, None, t.name(Level.CANTON, canton.code), True, note, None))
    for group in t.groups.values():
        if group.code in t.known(Level.GROUPE):
            inside = not group.national
            rows.append(
                (Level.GROUPE, group.code, group.perimetre, group.nom, inside, group.description, group.role)
            )
    for level in Level:
        place = t.home.place(level)
        if place is not None:
            rows.append((level, place.code, None, place.nom, level is Level.EPCI, None, None))
    return _frame(TERRITORY_COLUMNS, rows)


def _shared(t: Territories, qpv: str) -> str | None:
    """Return the note of a quarter that runs out of the authority and has no note of its own."""
    if not t.apart(qpv):
        return None
    outside = [t.name(Level.COMMUNE, c) for c in t.communes_of(qpv) if c not in t.communes]
    return f"À cheval sur {t.home.epci.noun.the} et sur d’autres communes{NBSP}: {', '.join(outside)}."


def membership(t: Territories) -> pl.DataFrame:
    """Return which territory is part of which, many to many.

    ``whole`` says whether the first lies entirely in the second; ``inhabitants`` is what the contract
    states for that part, null where it states nothing. A quarter's other communes are given too.

    Returns:
        ``level, code, parent_level, parent_code, whole, inhabitants, note``, one row per part and container;
        ``inhabitants`` in people.
    """
    home = t.home
    rows: list[tuple[object, ...]] = []
    for commune in t.communes.values():
        if commune.canton:
            note = f"Canton coupé par la limite {t.home.epci.noun.of}." if t.cut(commune.canton) else None
            rows.append((Level.COMMUNE, commune.code, Level.CANTON, commune.canton, True, None, note))
        rows.append((Level.COMMUNE, commune.code, Level.EPCI, home.epci.code, True, None, None))
        rows.append((Level.COMMUNE, commune.code, Level.DEPARTEMENT, home.departement.code, True, None, None))
        rows.append((Level.COMMUNE, commune.code, Level.REGION, home.region.code, True, None, None))
    for group in t.groups.values():
        rows += [
            (Level.COMMUNE, m.commune, Level.GROUPE, group.code, m.entiere, m.habitants_2020, m.perimetre)
            for m in group.membres
        ]
    for part in t.memberships:
        whole = len(t.communes_of(part.qpv)) == 1
        outside = (
            None
            if part.commune in t.communes
            else f"{t.name(Level.COMMUNE, part.commune)}, hors {t.home.epci.noun.of}"
        )
        rows.append(
            (Level.QPV, part.qpv, Level.COMMUNE, part.commune, whole, part.habitants_contrat, outside)
        )
    rows += [
        (Level.QPV, q.code, Level.EPCI, home.epci.code, not t.apart(q.code), q.habitants_contrat, q.note)
        for q in t.qpv.values()
    ]
    chain = [place for level in Level if (place := home.place(level)) is not None]
    levels = [level for level in Level if home.place(level) is not None]
    for level, place, upper, above in zip(levels, chain, levels[1:], chain[1:], strict=False):
        rows.append((level, place.code, upper, above.code, True, None, None))
    return _frame(MEMBERSHIP_COLUMNS, rows)


def geometry(t: Territories) -> pl.DataFrame:
    """Return the contours at hand, as GeoJSON text.

    Returns:
        ``level, code, perimeter, geojson, source``, one row per contour, in degrees of WGS 84.
    """
    return _frame(GEOMETRY_COLUMNS, [(c.level, c.code, c.perimeter, c.geojson, c.source) for c in t.contours])


def surroundings(t: Territories) -> pl.DataFrame:
    """Return the contours of the communes that touch ours, as GeoJSON text.

    Returns:
        ``code, name, geojson, source``, one row per commune, in degrees of WGS 84.
    """
    return _frame(SURROUNDINGS_COLUMNS, [(a.code, a.name, a.geojson, a.source) for a in t.around])


def facts(t: Territories) -> pl.DataFrame:
    """Return the published facts; what we compute beside them is left null here.

    Returns:
        One row per fact, in the columns of table ``fact`` but those that say what we answer, with ``recipe``,
        how ours is computed; ``value`` in the fact's own ``unit``, ``computed`` and ``difference`` null.
    """
    rows = [
        _plain(
            (
                f.id,
                f.titre,
                f.valeur,
                f.unite,
                f.annee,
                f.niveau,
                f.territoire,
                f.source,
                f.nature,
                f.indicateur,
                None,
                None,
                f.echelle,
                f.calcul,
                f.commentaire,
            )
        )
        for f in t.published
    ]
    schema = {
        "fact": _S,
        "title": _S,
        "value": _F,
        "unit": _S,
        "year": _I,
        "territory_level": _S,
        "territory_code": _S,
        "source": _S,
        "kind": _S,
        "indicator": _S,
        "computed": _F,
        "difference": _F,
        "scale": _S,
        "recipe": _S,
        "comment": _S,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def goalposts(t: Territories) -> pl.DataFrame:
    """Return the extremes the IDH-4 is measured between.

    Returns:
        One row per set and dimension, in the columns of table ``goalpost``; ``min`` and ``max`` in the unit
        of the input of the dimension (%, euros per consumption unit, index).
    """
    rows = [
        (
            g.set,
            g.dimension,
            g.aire_de_reference,
            g.millesime,
            g.min,
            g.max,
            g.territoire_min,
            g.territoire_max,
            g.statut,
            g.par_defaut,
            g.note,
        )
        for g in t.extremes
    ]
    return _frame(GOALPOST_COLUMNS, rows)


def correspondence(t: Territories) -> pl.DataFrame:
    """Return which quarter of 2024 stands for which of 2015; series are never joined across it.

    Returns:
        ``code_2015, code_2024, nature, source``, one row per declared pair.
    """
    return _frame(
        CORRESPONDENCE_COLUMNS, [(s.qpv_2015, s.qpv_2024, s.nature, s.source) for s in t.successors]
    )


def _frame(declared: Iterable[Column], rows: Iterable[tuple[object, ...]]) -> pl.DataFrame:
    return pl.DataFrame([_plain(row) for row in rows], schema=polars_schema(declared), orient="row")


def _plain(row: tuple[object, ...]) -> tuple[object, ...]:
    """Return the row with its enumerations as text, which is how tables hold them."""
    return tuple(cell.value if isinstance(cell, StrEnum) else cell for cell in row)
