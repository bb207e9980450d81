"""One line beside each published fact: what our own data say of it, or what they lack to say it.

Belongs here: the words. Does not belong here: which figure of ours stands beside a fact (``facts``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from indicators.frames import is_usable
from indicators.registry import INDICATORS
from sources.french import NBSP, number
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

Figures = Mapping[int, float]
"""Our figures of one indicator and territory, by year."""

ALL_QPV = "ensemble_qpv_2015"
NOTHING = "Nos données ne permettent pas de le dire."
_INDICATORS = {indicator.id: indicator for indicator in INDICATORS}


def line(fact: Mapping[str, Any], values: pl.DataFrame) -> str:
    """Say what our data show about one published fact.

    Args:
        fact: Row of the table ``fact``, with ``recipe`` (how it is compared when not figure to figure),
            ``computed`` and ``computed_millesime``.
        values: Table ``value``.
    """
    if fact["scale"] is not None:
        return f"Publié sur une autre échelle que la nôtre{NBSP}: les niveaux ne se comparent pas."
    if fact["computed"] is not None:
        year = f" en {fact['computed_millesime']}" if fact["computed_millesime"] else ""
        return f"Nos données{NBSP}: {_said(fact, fact['computed'])}{year}."
    if fact["indicator"] is None:
        return NOTHING
    own = fact["territory_level"], fact["territory_code"]
    quarters = Level.GROUPE.value, ALL_QPV
    match fact["recipe"]:
        case "evolution_cinq_ans":
            return _five_years(fact, _figures(values, fact, own))
        case "ensemble_quartiers":
            return _nearest(fact, _figures(values, fact, quarters), "pour l’ensemble des quartiers de 2015")
        case "ecart_quartiers":
            return _gap(fact, _figures(values, fact, own), _figures(values, fact, quarters))
    return _nearest(fact, _figures(values, fact, own), "")


def _figures(values: pl.DataFrame, fact: Mapping[str, Any], place: tuple[str | None, str | None]) -> Figures:
    """Our figures of the fact's indicator in one territory."""
    import polars as pl

    rows = values.filter(
        (pl.col("indicator") == fact["indicator"])
        & (pl.col("level") == place[0])
        & (pl.col("code") == place[1])
        & is_usable(pl.col("status"))
        & pl.col("millesime").is_not_null()
    )
    return dict(rows.select("millesime", "value").iter_rows())


def _broken(fact: Mapping[str, Any], one: int, other: int) -> bool:
    """Whether the definition changed between two years."""
    first, last = sorted((one, other))
    return any(first < b.year <= last for b in _INDICATORS[fact["indicator"]].breaks)


def _said(fact: Mapping[str, Any], value: float) -> str:
    indicator = _INDICATORS.get(fact["indicator"] or "")
    decimals = 0 if indicator is None else indicator.decimals
    return f"{number(value, decimals)}{NBSP}{fact['unit']}"


def _signed(value: float, decimals: int) -> str:
    return f"{'+' if value > 0 else ''}{number(value, decimals)}"


def _nearest(fact: Mapping[str, Any], figures: Figures, where: str) -> str:
    if not figures:
        return f"{NOTHING} Aucun fichier reçu ne donne ce chiffre."
    wanted = fact["year"] or max(figures)
    # One definition first, then the nearest year, the earlier of two.
    year = min(figures, key=lambda y: (_broken(fact, y, wanted), abs(y - wanted), y))
    place = f" {where}" if where else ""
    broken = ", d’une autre définition" if _broken(fact, year, wanted) else ""
    return (
        f"L’année {wanted} n’est pas dans nos données{NBSP}; la plus proche{NBSP}: "
        f"{_said(fact, figures[year])}{place} en {year}{broken}."
    )


def _five_years(fact: Mapping[str, Any], figures: Figures) -> str:
    """The latest change over five years, of one definition where there is one."""
    ends = [year for year in figures if year - 5 in figures]
    if not ends:
        return f"{NOTHING} Aucune paire d’années à cinq ans d’écart."
    year = max(ends, key=lambda y: (not _broken(fact, y - 5, y), y))
    change = figures[year] - figures[year - 5]
    broken = ", mais la définition a changé entre les deux années" if _broken(fact, year - 5, year) else ""
    return f"Nos données{NBSP}: {_signed(change, 0)}{NBSP}{fact['unit']} de {year - 5} à {year}{broken}."


def _gap(fact: Mapping[str, Any], own: Figures, quarters: Figures) -> str:
    if both := sorted(set(own) & set(quarters)):
        gap = own[both[-1]] - quarters[both[-1]]
        return f"Nos données{NBSP}: {_signed(gap, 1)}{NBSP}{fact['unit']} en {both[-1]}."
    if not (own and quarters):
        return f"{NOTHING} Un des deux taux n’est dans aucun fichier reçu."
    last, theirs = max(own), max(quarters)
    return (
        f"{NOTHING} Aucune année commune{NBSP}: "
        f"{number(own[last], 1)}{NBSP}% pour l’intercommunalité en {last}, "
        f"{number(quarters[theirs], 1)}{NBSP}% pour l’ensemble des quartiers de 2015 en {theirs}."
    )
