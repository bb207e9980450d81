"""Every indicator of the barometer, in the order of its themes, and what the declarations alone give.

Belongs here: the list, its look-ups, its consistency, the formulas in words. Does not belong here: an
indicator's own declaration (``indicators.themes``) nor a figure.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set

from indicators import themes
from indicators.model import (
    POPULATION,
    Composite,
    Difference,
    Formula,
    Indicator,
    Published,
    Ratio,
    Scale,
    Series,
    Theme,
)
from sources.french import lowered, number, shortest
from sources.vocabulary import Level

THEMES: tuple[Theme, ...] = tuple(Theme)


def _declared() -> Iterator[Indicator]:
    """Yield what the modules of ``indicators.themes`` declare: a new module needs no entry here."""
    for module in pkgutil.iter_modules(themes.__path__):
        declarations = importlib.import_module(f"{themes.__name__}.{module.name}")
        yield from getattr(declarations, "INDICATORS", ())


INDICATORS: tuple[Indicator, ...] = tuple(
    sorted(_declared(), key=lambda indicator: (THEMES.index(indicator.theme), indicator.number))
)

_BY_ID: Mapping[str, Indicator] = {indicator.id: indicator for indicator in INDICATORS}

_SHORT_TITLE_LIMIT = 32
# Singular: « … se concentre en peu d’endroits » must be grammatical for each.
_NOUN_PHRASE = re.compile(r"(La |Le |L’)\w")
_METHODS = {
    "estimated_icm": "Décès observés ÷ décès attendus aux taux de mortalité français par âge × 100",
    "idh4": "Méthode régionale de l’IDH-4, entre des bornes figées",
}


def by_id(indicator: str) -> Indicator:
    """Return an indicator by its id.

    Raises:
        KeyError: no indicator has this id.
    """
    return _BY_ID[indicator]


def by_theme(theme: Theme) -> tuple[Indicator, ...]:
    """Return the indicators of a theme, in the order of their numbers."""
    return tuple(indicator for indicator in INDICATORS if indicator.theme is theme)


_INTERPOLATED = " (dénominateur interpolé entre deux années, sinon de la plus proche)"


def formula_text(formula: Formula, labels: Mapping[str, str]) -> str:
    """Write a formula in French, from the labels of the catalogue's columns.

    Args:
        formula: Formula of a series.
        labels: Label by variable; a variable without one is written as it is.

    Returns:
        « Familles monoparentales ÷ familles × 100 ».
    """
    text = _text(formula, lambda variable: labels.get(variable, variable))
    start = len(text) - len(text.lstrip("(«\u00a0"))
    return text[:start] + text[start : start + 1].upper() + text[start + 1 :]


def _text(formula: Formula, label: Callable[[str], str]) -> str:
    match formula:
        case Published(variable):
            return f"{label(variable)}, valeur publiée par le producteur"
        case Composite(method):
            return _METHODS[method]
        case Difference(minuend, subtrahend):
            return f"({_text(minuend, label)}) − ({_text(subtrahend, label)})"
        case Ratio(numerator, denominator, scale, year):
            scaled = "" if scale == 1 else f" × {number(scale)}"
            nearest = _INTERPOLATED if year == "interpolated" else ""
            return f"{_combination(numerator, label)} ÷ {_combination(denominator, label)}{scaled}{nearest}"
    weight = _inline(label(formula.weight))
    return f"Σ ({_inline(label(formula.value))} × {weight}) ÷ Σ {weight}"


def _combination(terms: Mapping[str, float], label: Callable[[str], str]) -> str:
    """Terms joined by their signs; a label shared by several columns is written once, with their number."""
    counts: dict[tuple[str, float], int] = {}
    for variable, weight in terms.items():
        key = (_inline(label(variable)), weight)
        counts[key] = counts.get(key, 0) + 1
    text = ""
    for (name, weight), count in counts.items():
        coefficient = "" if abs(weight) == 1 else f"{shortest(abs(weight))} × "
        repeated = f" (somme de {count} colonnes)" if count > 1 else ""
        sign = ("− " if weight < 0 else "+ ") if text or weight < 0 else ""
        text += f"{' ' if text else ''}{sign}{coefficient}{name}{repeated}"
    return f"({text})" if len(counts) > 1 else text


def _inline(label: str) -> str:
    """Lower the initial of a label unless an acronym; quote one that holds an operator (« bac + 2 »)."""
    text = lowered(label)
    return f"«\u00a0{text}\u00a0»" if any(sign in text for sign in "+−×÷") else text


def declaration_problems(indicators: Iterable[Indicator] = INDICATORS) -> list[str]:
    """Return, in French, everything inconsistent in the declarations; empty when all is well."""
    listed = tuple(indicators)
    found: list[str] = []
    for what, values in (
        ("identifiant", [i.id for i in listed]),
        ("numéro", [i.number for i in listed]),
        ("titre court", [i.short_title for i in listed]),
        ("besoin", [i.need for i in listed if i.need]),
        ("rang parmi les premiers faits", [i.headline for i in listed if i.headline is not None]),
    ):
        found += [f"{what} déclaré deux fois\u00a0: {value}" for value in _repeated(values)]
    order = [(THEMES.index(i.theme), i.number) for i in listed]
    if order != sorted(order):
        found.append("les indicateurs ne sont pas dans l’ordre des thèmes et des numéros")
    for indicator in listed:
        found += [f"{indicator.id}\u00a0: {problem}" for problem in _problems(indicator)]
    return found


def _problems(indicator: Indicator) -> Iterator[str]:
    if not indicator.series:
        yield "aucune série"
    if len(indicator.short_title) > _SHORT_TITLE_LIMIT:
        yield f"titre court de plus de {_SHORT_TITLE_LIMIT} caractères"
    if indicator.judged and not _NOUN_PHRASE.match(indicator.need):
        yield "besoin sans nom, ou sans son article (« La pauvreté monétaire »)"
    if indicator.need and not indicator.judged:
        yield "un besoin nommé, alors que rien n’en est jugé"
    yield from _answer_problems(indicator)
    yield from (f"série déclarée deux fois, {s}" for s in _repeated([s.id for s in indicator.series]))
    low, high = indicator.bounds
    if low is not None and high is not None and low >= high:
        yield "bornes inversées"
    years = [rupture.year for rupture in indicator.breaks]
    if years != sorted(set(years)):
        yield "ruptures en double ou en désordre"
    for series in indicator.series:
        yield from (f"série {series.id}, {problem}" for problem in _series_problems(series, indicator))


def _answer_problems(indicator: Indicator) -> Iterator[str]:
    """What the answers need of a judged indicator."""
    least = 0 if indicator.scale is Scale.POINTS else 1
    if indicator.judged is not (indicator.equivalence is not None):
        yield "bande d’équivalence absente, ou donnée alors que rien n’en est jugé"
    elif indicator.equivalence is not None and indicator.equivalence <= least:
        yield f"bande d’équivalence d’au plus {least}"
    if indicator.same_need and indicator.same_need not in _BY_ID:
        yield f"même besoin qu’un indicateur inconnu, {indicator.same_need}"


def _series_problems(series: Series, indicator: Indicator) -> Iterator[str]:
    if not series.levels:
        yield "aucun niveau"
    first, last = series.years
    if first is not None and last is not None and first > last:
        yield "années inversées"
    if not series.scored and not (series.label and series.caveat):
        yield "une notion voisine, montrée à part, doit avoir un libellé et une réserve"
    if isinstance(series.formula, Ratio | Difference) and Level.CANTON in series.levels:
        yield "un rapport d’effectifs n’est pas diffusé par canton"
    if isinstance(series.formula, Ratio):
        if not series.formula.numerator or not series.formula.denominator:
            yield "rapport sans numérateur ou sans dénominateur"
        if series.formula.scale <= 0:
            yield "échelle nulle ou négative"
    if (
        isinstance(series.formula, Difference)
        and series.formula.minuend.scale != series.formula.subtrahend.scale
    ):
        yield "différence de deux rapports d’échelles différentes"
    sampled = _exploitation(series.formula.variables)
    if not isinstance(series.formula, Composite) and sampled not in ("no", indicator.sampled):
        yield f"exploitation du recensement annoncée {indicator.sampled}, employée {sampled}"


def _exploitation(names: Set[str]) -> str:
    """Census exploitation of a set of variables; ``no`` for the bare population, a denominator only."""
    if any(name.startswith("rpc_") for name in names):
        return "complementary"
    return "principal" if any(name.startswith("rp_") and name != POPULATION for name in names) else "no"


def _repeated(values: Iterable[str | int]) -> list[str | int]:
    seen: set[str | int] = set()
    return [value for value in values if value in seen or seen.add(value)]  # type: ignore[func-returns-value]
