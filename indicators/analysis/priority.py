"""The order of priority of the communes, and apart of the QPV: intervals of ranks, what makes them, in words.

Belongs here: rows and sentences of the table ``analysis``. Does not belong here: which figures enter
(``selection``), how they are scored and ranked (``robustness``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from indicators.analysis import analysis_schema
from indicators.analysis.reference_set import ReferenceSet, landmarks
from indicators.analysis.robustness import Plan, Ranks, Score, score, simulate
from indicators.analysis.selection import FULL_THEME, Matrices, Matrix, NamedTerritories, matrix
from indicators.analysis.words import quantity
from indicators.judgement import apart, band_width
from indicators.model import Direction
from indicators.mortality import CONFIDENCE
from sources.french import NBSP, number, percent, places, plural, rounded
from sources.vocabulary import Level, Perimeter

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray


TELLING = 0.3
"""Points of score above or below the average that make an indicator worth naming in a sentence."""

NAMED = 3
"""Indicators named at most on each side."""

FEW_INDICATORS = 5
"""Below this number of indicators, the sentence says on how little the order rests."""

ORDERS: tuple[tuple[Level, Perimeter | None], ...] = (
    (Level.COMMUNE, None),
    (Level.QPV, Perimeter.QPV_2015),
    (Level.QPV, Perimeter.QPV_2024),
)
"""The orders of priority; a QPV is never ranked against a commune nor against the other generation."""

_CONFIDENCE = percent(CONFIDENCE)

Row = dict[str, Any]


def rows(
    values: pl.DataFrame,
    territories: NamedTerritories,
    plan: Plan | None = None,
    orders: Sequence[tuple[Level, Perimeter | None]] = ORDERS,
    references: Mapping[str, ReferenceSet] | None = None,
    matrices: Matrices = MappingProxyType({}),
) -> pl.DataFrame:
    """Put communes and QPV in order of priority.

    Args:
        values: Table ``value`` with its intervals (:func:`indicators.uncertainty.with_limits`).
        territories: Names, and which territories lie wholly in the authority.
        plan: Draws, seed and weights of the themes; the default ones otherwise.
        orders: Which orders, all of them by default; a page that moves the weights asks for one.
        references: What the indicators are set against, where the release has published it.
        matrices: Those of the orders, where they are built already.

    Returns:
        Rows of the table ``analysis``. ``priority``: ``score`` (0 to 100), ``rang`` (median, bounds at 95 %),
        ``part_quart`` (share of draws in the worst quarter, %), ``pourquoi``, ``hors_classement``; at the
        level of the authority ``methode``, ``retenu``, ``reference`` (and the quantiles of a
        wide one) and ``exclu``, whose ``reference_level`` and ``perimeter`` say which order they are
        about. ``contribution``, by theme then by indicator:
        ``score_theme`` (0 to 100), ``contribution`` (points, adding up to the score) and
        ``contribution_ecart`` (the same minus its mean).
    """
    import polars as pl

    plan = plan or Plan()
    found: list[Row] = []
    for order in orders:
        built = matrices.get(order) or matrix(values, territories, *order, references)
        found += _method(built, territories, plan)
        if built.indicators:
            found += _order(_Order.of(built, territories, plan))
    return pl.DataFrame(found, schema=analysis_schema(), orient="row")


@dataclass(frozen=True)
class _Order:
    """One order of priority, and what its sentences compare with."""

    built: Matrix
    plan: Plan
    names: dict[str, str]
    scored: Score
    ranks: Ranks
    average: NDArray[np.floating]
    """Mean contribution of each indicator over the ranked territories."""
    middle: NDArray[np.floating]
    """Contribution of each indicator in the middle of them, as its figure in ``medians``."""
    medians: NDArray[np.floating]

    @classmethod
    def of(cls, built: Matrix, territories: NamedTerritories, plan: Plan) -> _Order:
        import numpy as np
        import polars as pl

        scored, ranks = score(built, plan.share(built)), simulate(built, plan)
        of_level = territories.territory.filter(pl.col("level") == built.level.value)
        names = {code: code for code in built.codes} | dict(of_level.select("code", "name").iter_rows())
        nothing = np.zeros(len(built.indicators))
        some = bool(ranks.rows.size)
        brought = np.nan_to_num(scored.contributions[ranks.rows])
        average, middle = (brought.mean(axis=0), np.median(brought, axis=0)) if some else (nothing, nothing)
        medians = np.nanmedian(built.values[built.ranked], axis=0) if built.ranked.any() else nothing
        return cls(built, plan, names, scored, ranks, average, middle, medians)


def _order(order: _Order) -> Iterator[Row]:
    """Rows of every territory of one order."""
    built = order.built
    position = {int(row): n for n, row in enumerate(order.ranks.rows)}
    for i, code in enumerate(built.codes):
        base: Row = {"level": built.level.value, "code": code, "perimeter": built.perimeter}
        if i in position:
            yield from _ranked({**base, "analysis": "priority"}, order, i, position[i])
        else:
            reason = _unranked(built, i)
            yield {**base, "analysis": "priority", "measure": "hors_classement", "text": reason}
        yield from _contributions({**base, "analysis": "contribution"}, order, i)


def _ranked(base: Row, order: _Order, i: int, n: int) -> Iterator[Row]:
    """Score, rank, share of the worst quarter and sentence of one ranked territory."""
    ranks, overall = order.ranks, float(order.scored.overall[i])
    low, high, worst = int(ranks.lower[n]), int(ranks.upper[n]), 100 * float(ranks.worst[n])
    interval = f"{places(low, high)} sur {ranks.rows.size}"
    yield {
        **base,
        "measure": "score",
        "value": overall,
        "text": f"Score de besoin de {number(overall)} sur 100, par la méthode de base.",
    }
    yield {
        **base,
        "measure": "rang",
        "value": float(ranks.median[n]),
        "lower": float(low),
        "upper": float(high),
        "text": f"{interval[:1].upper()}{interval[1:]} (1re{NBSP}: le besoin le plus fort).",
    }
    quarter = f"Sa place {_share(worst)} dans le quart du besoin le plus fort."
    yield {**base, "measure": "part_quart", "value": worst, "text": quarter}
    yield {**base, "measure": "pourquoi", "text": _why(order, i, interval, quarter)}


def _why(order: _Order, i: int, interval: str, quarter: str) -> str:
    """The sentences that say why a territory is where it is."""
    import numpy as np

    built = order.built
    quarters = built.level is Level.QPV
    name = f"{'Le quartier ' if quarters else ''}{order.names[built.codes[i]]}"
    text = (
        f"{name} est {interval} dans {_CONFIDENCE} des cas, vu l’incertitude des chiffres "
        f"(la 1re place est celle du besoin le plus fort). {quarter}"
    )
    # Against the same thing as the figures beside it: the territory in the middle.
    gaps = np.nan_to_num(order.scored.contributions[i] - order.middle)
    ordered = np.argsort(-gaps, kind="stable").tolist()
    raising = [j for j in ordered if gaps[j] >= TELLING and _differs(order, i, j, gaps[j])][:NAMED]
    easing = [j for j in reversed(ordered) if gaps[j] <= -TELLING and _differs(order, i, j, gaps[j])][:NAMED]
    if raising:
        text += f" Ce qui élève le plus son besoin{NBSP}: {_listed(order, i, raising)}."
    if easing:
        text += f" Ce qui l’abaisse le plus{NBSP}: {_listed(order, i, easing)}."
    if len(built.indicators) < FEW_INDICATORS:
        text += f" Ce classement ne repose que sur {len(built.indicators)} indicateurs."
    return text


def _differs(order: _Order, i: int, j: int, gap: float) -> bool:
    """Whether a figure is beyond the band around the one it is set against, as its contribution says."""
    indicator = order.built.indicators[j]
    own, middle = float(order.built.values[i, j]), float(order.medians[j])
    more = (own < middle) if indicator.direction is Direction.LOW_IS_NEED else (own > middle)
    band = band_width(indicator.equivalence, indicator.scale) or 0.0
    return abs(apart(own, middle, indicator.scale)) > band and more == (gap > 0)


def _listed(order: _Order, i: int, columns: list[int]) -> str:
    """Indicators with their figures, and that of the territory in the middle."""
    built = order.built
    beside = "dans le quartier médian" if built.level is Level.QPV else "dans la commune médiane"
    parts = []
    for j in columns:
        indicator, period = built.indicators[j], built.periods[j]
        figure = quantity(float(built.values[i, j]), indicator)
        when = f" en {period}" if period.isdigit() else f", {_flat(period)}"
        middle = quantity(float(order.medians[j]), indicator)
        title = indicator.short_title
        label = title if title[1:2].isupper() else title[:1].lower() + title[1:]
        parts.append(f"{label} ({figure}{when}, contre {middle} {beside})")
    return f"{NBSP}; ".join(parts)


def _flat(period: str) -> str:
    """A period without parentheses of its own, to stand between some."""
    return period.replace(" (", ", ").removesuffix(")")


def _share(percent: float) -> str:
    """A share of draws, without claiming more than the draws can tell."""
    if percent >= 99.5:
        return "est presque toujours" if percent < 100 else "est toujours"
    if percent < 0.5:
        return "n’est presque jamais" if percent > 0 else "n’est jamais"
    return f"est {number(percent)}{NBSP}% des fois"


def _unranked(built: Matrix, i: int) -> str:
    """Why a territory has no place."""
    if not built.ranked[i]:
        return (
            "Quartier en partie, ou presque entièrement, hors de l’intercommunalité\u00a0: "
            "montré à part, il n’entre pas dans le classement."
            if built.level is Level.QPV
            else "Commune hors de l’intercommunalité\u00a0: elle ne sert qu’à situer les autres."
        )
    known = sum(1 for j in range(len(built.indicators)) if built.values[i, j] == built.values[i, j])
    return (
        f"Trop peu de chiffres pour un classement\u00a0: {plural(known, 'indicateur')} sur "
        f"{len(built.indicators)}, et moins des deux tiers des thèmes."
    )


def _contributions(base: Row, order: _Order, i: int) -> Iterator[Row]:
    """Points each theme and indicator brings to the score of a territory."""
    import numpy as np

    built, scored = order.built, order.scored
    for t, theme in enumerate(built.themes):
        of_theme = {**base, "theme": theme.value}
        columns = built.of_theme(theme)
        if np.isfinite(need := scored.themes[i, t]):
            text = f"Score de besoin de {number(need)} sur 100 pour le thème «{NBSP}{theme.label}{NBSP}»."
            yield {**of_theme, "measure": "score_theme", "value": float(need), "text": text}
        known = [j for j in columns if np.isfinite(scored.contributions[i, j])]
        if not known:
            continue
        points = scored.contributions[i]
        gap = float(points[known].sum() - order.average[columns].sum())
        yield {**of_theme, "measure": "contribution", "value": float(points[known].sum())}
        yield {**of_theme, "measure": "contribution_ecart", "value": gap, "text": _pull(theme.label, gap)}
        for j in known:
            indicator, gap = built.indicators[j], float(points[j] - order.average[j])
            one = {**of_theme, "indicator": indicator.id, "millesime": built.years[j]}
            text = _pull(indicator.short_title, gap)
            yield {**one, "measure": "contribution", "value": float(points[j])}
            yield {**one, "measure": "contribution_ecart", "value": gap, "text": text}


def _pull(label: str, gap: float) -> str:
    """What a theme or an indicator does to the score, compared with the average territory."""
    if abs(gap) < TELLING:
        return f"{label}{NBSP}: proche de la moyenne des territoires classés."
    verb = "élève" if gap > 0 else "abaisse"
    many = rounded(abs(gap), 1) >= 20
    return f"{label}{NBSP}: {verb} le score de {number(abs(gap), 1)} point{'s' if many else ''}."


def _light(built: Matrix) -> str:
    """Name the themes that weigh less for want of indicators, and say how much less."""
    light = [f"«{NBSP}{theme.label}{NBSP}»" for theme in built.themes if built.fullness(theme) < 1]
    if not light:
        return ""
    return (
        f" Un thème compte entièrement à partir de {FULL_THEME} indicateurs, en proportion sinon{NBSP}: "
        f"{', '.join(light)} pèse{'nt' if len(light) > 1 else ''} moins."
    )


def _method(built: Matrix, territories: NamedTerritories, plan: Plan) -> Iterator[Row]:
    """What entered an order, what did not and why, and how it was put to the test."""
    import polars as pl

    home = territories.territory.filter((pl.col("level") == Level.EPCI.value) & pl.col("in_epci"))
    if home.height != 1:
        return
    base: Row = {
        "analysis": "priority",
        "level": Level.EPCI.value,
        "code": home["code"].item(),
        "perimeter": built.perimeter,
        "reference_level": built.level.value,
    }
    yield {
        **base,
        "measure": "methode",
        "value": float(plan.draws),
        "text": (
            f"{len(built.indicators)} indicateurs dans {len(built.themes)} thèmes, situés parmi "
            f"{built.reference}, les 2{NBSP}% extrêmes ramenés au seuil. Le score est la moyenne des thèmes. "
            f"Les rangs sont ceux de {number(plan.draws)} tirages (graine {plan.seed}) qui changent "
            "l’échelle, l’agrégation et le poids des thèmes, ôtent un indicateur au hasard et tiennent "
            f"compte du sondage, du hasard des petits effectifs et des arrondis.{_light(built)}"
        ),
    }
    for j, indicator in enumerate(built.indicators):
        way = "plus bas" if indicator.direction is Direction.LOW_IS_NEED else "plus haut"
        about: Row = {
            **base,
            "indicator": indicator.id,
            "theme": indicator.theme.value,
            "millesime": built.years[j],
        }
        among = built.references[j]
        text = f"{indicator.title} ({_flat(built.periods[j])}){NBSP}: {way} veut dire plus de besoin"
        yield {**about, "measure": "retenu", "text": f"{text}{NBSP}; situé parmi {among.name}."}
        yield from landmarks(about, among)
    for out in built.excluded:
        yield {
            **base,
            "indicator": out.indicator.id,
            "theme": out.indicator.theme.value,
            "measure": "exclu",
            "text": out.reason,
        }
