"""Why the IDH-4 of the authority is what it is: two scales, a gap in three parts, every bound moved.

The Région publishes the index on its own bounds, which are not known; ours are frozen (``goalpost``). The two
scales have no common origin: only gaps are set side by side. The reference on our scale is the département,
whose three inputs are known; of the région only the median income is.

Belongs here: rows of the analysis ``idh4_explication``. Does not belong here: the index
(``indicators.idh4``), its other variants and the ranks (``sensitivity``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from indicators.analysis import analysis_schema
from indicators.analysis.idh4_mortality import OURS, mortality_rows
from indicators.formulas import rows_of
from indicators.frames import is_usable
from indicators.idh4 import DEFAULT_READING, HEALTH, LIVING, Goalpost, Transform, default_goalposts, sub_index
from indicators.model import Theme
from indicators.mortality import FINE_CENSUS, Period, crude_icm, estimated_icm
from indicators.themes.revenus import niveau_vie_median
from sources.authority import Noun
from sources.french import NBSP, capital, number, of, to
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

    from indicators.compute import GoalpostView
    from sources.territory.model import Fact

REGIONAL = "region_hauts_de_france"
"""Identifier of the other scale: the beginning of its measures, and the column ``scale`` of its facts."""

MOVED = 0.1
"""Share of the range by which each bound is moved, one at a time, both ways."""

WANTED = (
    f"À demander à l’OR2S{NBSP}: l’indice comparatif de mortalité toutes causes de chaque canton des "
    f"Hauts-de-France (deux sexes, dernière période), avec son minimum et son maximum{NBSP}; déposé, il "
    "remplace l’estimation et fixe les bornes de la santé."
)

_ONE_YEAR = Period(FINE_CENSUS, FINE_CENSUS, FINE_CENSUS - 1, FINE_CENSUS)


@dataclass(frozen=True)
class Dimension:
    """One of the three parts of the index."""

    id: str
    sub_index: str
    """Indicator id of its sub-index."""
    name: str
    post: str
    transform: Transform


DIMENSIONS = (
    Dimension("sante", HEALTH, "la santé", "sante_icm", "reversed"),
    Dimension("education", DEFAULT_READING.education, "l’éducation", DEFAULT_READING.dimension, "linear"),
    Dimension("niveau_de_vie", LIVING, "le niveau de vie", "niveau_de_vie", "logarithmic"),
)

Interval = tuple[float, float, float]
"""A figure and its limits."""


def rows(
    values: pl.DataFrame, resolved: pl.DataFrame, territories: GoalpostView, published: tuple[Fact, ...]
) -> pl.DataFrame:
    """Explain the index of the authority.

    Args:
        values: Table ``value``.
        resolved: Resolved observations with their sums.
        territories: Goalposts, members of the authority.
        published: Published facts, among which the index of the authority and of the région.

    Returns:
        Rows of the table ``analysis``. Measures of one scale begin with its identifier: ``barometre.`` or
        ``region_hauts_de_france.``; no row holds figures of both.
    """
    import polars as pl

    home = territories.home
    schema = analysis_schema()
    if home is None:
        return pl.DataFrame(schema=schema)
    index = values.filter(
        (pl.col("indicator") == DEFAULT_READING.indicator)
        & (pl.col("level") == Level.EPCI.value)
        & is_usable(pl.col("status"))
    ).sort("millesime")
    if not index.height:
        return pl.DataFrame(schema=schema)
    shown = index.row(-1, named=True)
    base = {
        "analysis": "idh4_explication",
        "indicator": DEFAULT_READING.indicator,
        "theme": Theme.IDH4.value,
        "level": Level.EPCI.value,
        "code": home.epci.code,
        "millesime": shown["millesime"],
    }
    posts = default_goalposts(territories.goalposts)
    year = int(shown["millesime"])
    ours = _inputs(resolved, values, territories, (Level.EPCI, home.epci.code), year)
    theirs = _inputs(resolved, values, territories, (Level.DEPARTEMENT, home.departement.code), year)
    region = _inputs(resolved, values, territories, (Level.REGION, home.region.code), year)
    quoted = _quoted(published)
    found = [
        *_published_rows(quoted),
        *_gap_rows(
            ours,
            theirs,
            posts,
            shown["value"],
            (home.departement.code, home.departement.nom),
            quoted,
            home.epci.noun,
        ),
        *_known_of_region(region, posts, home.region.code),
        *_bounds(values, posts, home.epci.code, year, shown["value"]),
        *mortality_rows(resolved, territories, (home.departement.code, home.departement.nom)),
        {"measure": "or2s", "text": WANTED},
    ]
    return pl.DataFrame([{**base, **row} for row in found], schema=schema, orient="row")


def _inputs(
    resolved: pl.DataFrame,
    values: pl.DataFrame,
    territories: GoalpostView,
    place: tuple[Level, str],
    year: int,
) -> dict[str, Interval]:
    """The inputs of one territory that are known, the deaths being those of the one census year for all."""
    import polars as pl

    level, code = place
    here = (pl.col("level") == level.value) & (pl.col("code") == code)
    known: dict[str, Interval] = {}
    if level is Level.EPCI:
        estimate = estimated_icm(resolved, territories, _ONE_YEAR).filter(here)
        if estimate.height:
            row = estimate.row(0, named=True)
            known["sante"] = row["value"], row["lower"], row["upper"]
    elif crude := crude_icm(resolved, level, code):
        known["sante"] = crude
    share = rows_of(DEFAULT_READING.share, resolved.filter(here)).filter(is_usable(pl.col("status")))
    if share.height:
        value = share.sort("period")["value"][-1]
        known["education"] = value, value, value
    median = values.filter(
        here
        & (pl.col("indicator") == niveau_vie_median.id)
        & (pl.col("millesime") == year)
        & is_usable(pl.col("status"))
    )
    if median.height:
        value = median["value"][0]
        known["niveau_de_vie"] = value, value, value
    return known


def _index_of(value: float, goalpost: Goalpost, transform: Transform) -> float:
    import polars as pl

    return float(pl.select(sub_index(pl.lit(value), goalpost, transform)).item())


def _part(inputs: Mapping[str, Interval], dimension: Dimension, posts: Mapping[str, Goalpost]) -> Interval:
    """Sub-index of one dimension, and its limits."""
    value, low, high = (
        _index_of(x, posts[dimension.post], dimension.transform) for x in inputs[dimension.id]
    )
    return value, min(low, high), max(low, high)


def _quoted(published: tuple[Fact, ...]) -> dict[Level, Fact]:
    """The published index of each level."""
    return {
        fact.niveau: fact
        for fact in published
        if fact.echelle == REGIONAL and fact.indicateur == DEFAULT_READING.indicator and fact.niveau
    }


def _published_rows(quoted: Mapping[Level, Fact]) -> Iterator[dict[str, Any]]:
    """What is published, on the Région's own scale."""
    for level, fact in quoted.items():
        yield {
            "measure": f"{REGIONAL}.{level.value}",
            "value": fact.valeur,
            "text": f"{fact.titre}{NBSP}: {number(fact.valeur, 2)} sur l’échelle de la Région "
            f"({fact.source}).",
        }
    if {Level.EPCI, Level.REGION} <= quoted.keys():
        gap = quoted[Level.REGION].valeur - quoted[Level.EPCI].valeur
        yield {
            "measure": f"{REGIONAL}.ecart",
            "value": gap,
            "reference_level": Level.REGION.value,
            "reference_code": quoted[Level.REGION].territoire,
            "text": f"Écart publié à la région{NBSP}: {number(gap, 2)}, sur l’échelle de la Région.",
        }


def _gap_rows(
    ours: Mapping[str, Interval],
    theirs: Mapping[str, Interval],
    posts: Mapping[str, Goalpost],
    shown: float,
    reference: tuple[str, str],
    quoted: Mapping[Level, Fact],
    authority: Noun,
) -> Iterator[dict[str, Any]]:
    """The gap to the département on our own scale, in three parts that add up, and the one sentence."""
    if not all(d.id in ours and d.id in theirs for d in DIMENSIONS):
        missing = [d.name for d in DIMENSIONS if d.id not in theirs]
        yield {
            "measure": "phrase",
            "text": f"L’écart sur notre échelle n’est pas calculable{NBSP}: il manque "
            f"{' et '.join(missing) or 'une composante'} du département.",
        }
        return
    code, name = reference
    against = {"reference_level": Level.DEPARTEMENT.value, "reference_code": code}
    mine = {d.id: _part(ours, d, posts) for d in DIMENSIONS}
    other = {d.id: _part(theirs, d, posts) for d in DIMENSIONS}
    parts: dict[str, Interval] = {}
    for d in DIMENSIONS:
        (a, a_low, a_high), (b, b_low, b_high) = mine[d.id], other[d.id]
        gap = (b - a) / 3
        low = ((b - b_low) ** 2 + (a_high - a) ** 2) ** 0.5 / 3
        high = ((b_high - b) ** 2 + (a - a_low) ** 2) ** 0.5 / 3
        parts[d.id] = gap, gap - low, gap + high
        for side, (value, lower, upper) in (("agglomeration", mine[d.id]), ("departement", other[d.id])):
            yield {
                "measure": f"{OURS}.{side}.{d.id}",
                "value": value,
                "lower": lower,
                "upper": upper,
                **(against if side == "departement" else {}),
                "text": f"Indice {of(d.name)}{NBSP}: {number(value, 2)}.",
            }
        yield {
            "measure": f"{OURS}.ecart.{d.id}",
            "value": gap,
            "lower": parts[d.id][1],
            "upper": parts[d.id][2],
            **against,
            "text": f"Part {of(d.name)} dans l’écart{NBSP}: {number(gap, 3)}.",
        }
    totals = [sum(part[0] for part in side.values()) / 3 for side in (mine, other)]
    total = totals[1] - totals[0]
    low, high = (sum((part[0] - part[end]) ** 2 for part in parts.values()) ** 0.5 for end in (1, 2))
    for side, value in zip(("agglomeration", "departement"), totals, strict=True):
        yield {
            "measure": f"{OURS}.{side}",
            "value": value,
            **(against if side == "departement" else {}),
            "text": f"IDH-4 estimé, mortalité de {FINE_CENSUS}{NBSP}: {number(value, 2)} sur notre échelle.",
        }
    interval = total - low, total + high
    yield {
        "measure": f"{OURS}.ecart",
        "value": total,
        "lower": interval[0],
        "upper": interval[1],
        **against,
        "text": f"Écart au département sur notre échelle{NBSP}: {number(total, 2)}, estimé "
        f"(de {number(interval[0], 2)} à {number(interval[1], 2)}).",
    }
    yield {
        "measure": "phrase",
        "text": _sentence(totals, (total, *interval), parts, name, shown, quoted, authority),
    }


def _sentence(
    totals: list[float],
    gap: Interval,
    parts: Mapping[str, Interval],
    name: str,
    shown: float,
    quoted: Mapping[Level, Fact],
    authority: Noun,
) -> str:
    order = sorted(DIMENSIONS, key=lambda d: -parts[d.id][0])
    shares = [f"{to(d.name)} pour {number(parts[d.id][0], 2)}" for d in order]
    said = (
        f"Sur notre échelle, avec la mortalité de {FINE_CENSUS} des deux côtés, {authority.the} est à "
        f"{number(totals[0], 2)} et le {name} à {number(totals[1], 2)}, estimés{NBSP}: l’écart est de "
        f"{number(gap[0], 2)} (de {number(gap[1], 2)} à {number(gap[2], 2)}) et tient "
        f"{', '.join(shares[:-1])} et "
        f"{shares[-1]}. Avec la mortalité de la période retenue, {authority.the} est à {number(shown, 2)}."
    )
    if {Level.EPCI, Level.REGION} <= quoted.keys():
        wide, own = quoted[Level.REGION].valeur, quoted[Level.EPCI].valeur
        published = wide - own
        agrees = "du même ordre" if gap[1] <= published <= gap[2] else "d’un autre ordre"
        said += (
            f" La Région publie, sur son échelle à elle, un écart de {number(published, 2)} à la région "
            f"({number(wide, 2)} − {number(own, 2)}), {agrees}{NBSP}: les niveaux des deux échelles ne se "
            "comparent pas, leurs bornes ne sont pas les mêmes."
        )
    return said


def _known_of_region(
    region: Mapping[str, Interval], posts: Mapping[str, Goalpost], code: str
) -> Iterator[dict[str, Any]]:
    """The sub-indices of the région on our scale that have their input, and which are awaited."""
    against = {"reference_level": Level.REGION.value, "reference_code": code}
    for d in DIMENSIONS:
        if d.id in region:
            value = _part(region, d, posts)[0]
            told = f"Région, {d.name}{NBSP}: {number(value, 2)} sur notre échelle."
        else:
            value, told = None, f"Région, {d.name}{NBSP}: donnée d’entrée non déposée."
        yield {"measure": f"{OURS}.region.{d.id}", "value": value, **against, "text": told}


def _bounds(
    values: pl.DataFrame, posts: Mapping[str, Goalpost], code: str, year: int, shown: float
) -> Iterator[dict[str, Any]]:
    """What the index shown becomes when each bound moves by a tenth of the range, one at a time."""
    import polars as pl

    for d in DIMENSIONS:
        sub = values.filter(
            (pl.col("indicator") == d.sub_index)
            & (pl.col("level") == Level.EPCI.value)
            & (pl.col("code") == code)
            & is_usable(pl.col("status"))
            # Only the income is of the year of the index.
            & ((pl.col("millesime") == year) | (pl.lit(d.transform != "logarithmic")))
        ).sort("millesime")
        if not sub.height:
            continue
        now, post = float(sub["value"][-1]), posts[d.post]
        span = post.high - post.low
        raw = _input_of(now, post, d.transform)
        for end in ("min", "max"):
            ends = []
            for shift in (-MOVED * span, MOVED * span):
                moved = (
                    Goalpost(post.low + shift, post.high)
                    if end == "min"
                    else Goalpost(post.low, post.high + shift)
                )
                ends.append(shown + (_index_of(raw, moved, d.transform) - now) / 3)
            low, high = min(ends), max(ends)
            bound = post.low if end == "min" else post.high
            told = number(bound, 0 if bound % 1 == 0 else 2)
            yield {
                "measure": f"{OURS}.borne.{d.id}.{end}",
                "value": shown,
                "lower": low,
                "upper": high,
                "text": f"{capital(d.name)}, borne {end}. de {told} déplacée d’un dixième de "
                f"l’étendue{NBSP}: IDH-4 de {number(low, 2)} à {number(high, 2)} au lieu de "
                f"{number(shown, 2)}.",
            }


def _input_of(index: float, post: Goalpost, transform: Transform) -> float:
    """The input whose sub-index is ``index`` (inverse of :func:`indicators.idh4.sub_index`)."""
    if transform == "logarithmic":
        return float(post.low * (post.high / post.low) ** index)
    share = 1 - index if transform == "reversed" else index
    return post.low + share * (post.high - post.low)
