"""Families of communes, and apart of QPV, whose needs look alike theme by theme.

Ward's hierarchical clustering (Ward, *JASA* 58, 1963) of the standardised theme scores of the order of
priority; the number of classes is the one of the highest mean silhouette (Rousseeuw, *JCAM* 20, 1987).

Belongs here: the classes, their choice and their names. Does not belong here: the theme scores
(``indicators.analysis.robustness``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from indicators.analysis.robustness import Plan, score
from indicators.analysis.selection import Matrices, Matrix, matrix
from indicators.model import Theme
from sources.french import NBSP, enumeration, lowered, number
from sources.vocabulary import Level, Perimeter

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from indicators.analysis.selection import NamedTerritories

    Floats = NDArray[np.float64]
    Classes = NDArray[np.int64]

ANALYSIS = "typology"

SETS: tuple[tuple[Level, Perimeter | None], ...] = (
    (Level.COMMUNE, None),
    (Level.QPV, Perimeter.QPV_2015),
)
"""What is classified; QPV: the generation that has enough indicators. Never QPV and communes together."""

CLASSES = range(3, 7)
"""Numbers of classes tried."""

TELLING = 0.5
"""Standard deviations from the mean beyond which a theme names a class."""

MARKED = 1.25
"""Standard deviations beyond which the need is called much stronger, or much weaker."""

TRAITS = 3
"""Themes named at most."""

WEAK_STRUCTURE = 0.25
"""Mean silhouette under which no substantial structure is found (Kaufman & Rousseeuw, 1990)."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Typology:
    """Classes of some territories, numbered from the strongest need on average to the weakest."""

    classes: Classes
    silhouettes: Floats
    """Silhouette of each territory: near 1 well inside its class, negative nearer another."""
    profiles: Floats
    """Mean standardised score of each class by theme."""
    trials: tuple[tuple[int, float], ...]
    """Numbers of classes tried and their mean silhouette."""


def rows(
    values: pl.DataFrame, territories: NamedTerritories, matrices: Matrices = MappingProxyType({})
) -> pl.DataFrame:
    """Classify the communes, then the QPV of 2015.

    Args:
        values: Table ``value`` with its intervals.
        territories: Names, and which territories lie in the authority.
        matrices: Those of the sets, where they are built already.

    Returns:
        Rows of the table ``analysis``: ``classe`` (number, and its name as text) and ``silhouette`` of each
        territory, ``hors_typologie`` with the reason for the others; at the level of the authority
        ``nombre_classes``, and ``profil_classe_1``… by theme, whose ``reference_level`` and ``perimeter`` say
        which typology they are about.
    """
    import polars as pl

    from indicators.analysis import analysis_rows, analysis_schema

    found: list[Row] = []
    for one in SETS:
        found += _classified(matrices.get(one) or matrix(values, territories, *one), territories)
    schema = {name: dtype for name, dtype in analysis_schema().items() if name != "analysis"}
    return analysis_rows(pl.DataFrame(found, schema=schema).with_columns(analysis=pl.lit(ANALYSIS)))


def classify(scores: Floats) -> Typology | None:
    """Group territories by their scores.

    Args:
        scores: Territories × themes, without a hole; the higher, the stronger the need. The order of the rows
            changes nothing but the order of the result.

    Returns:
        The typology of the best mean silhouette (the smallest number of classes at equality); null when there
        are too few territories, or when nothing varies.
    """
    from scipy.cluster.hierarchy import fcluster, ward
    from scipy.spatial.distance import pdist, squareform

    spread = scores.std(axis=0) if len(scores) else np.zeros(0)
    if len(scores) <= max(CLASSES) or not bool((spread > 0).any()):
        return None
    varying = scores[:, spread > 0]
    # Ties in the distances are settled by the order of the rows: fix it by the scores themselves.
    order = np.lexsort(varying.T[::-1])
    standard = ((varying - varying.mean(axis=0)) / varying.std(axis=0))[order]
    distances = squareform(pdist(standard))
    tree = ward(standard)
    best: tuple[float, Classes, Floats] | None = None
    trials: list[tuple[int, float]] = []
    for count in CLASSES:
        labels = fcluster(tree, count, criterion="maxclust").astype(np.int64)
        widths = silhouettes(distances, labels)
        mean = float(widths.mean())
        trials.append((count, mean))
        if best is None or mean > best[0] + 1e-12:
            best = mean, labels, widths
    assert best is not None
    _, labels, widths = best
    # Renumbered by mean need, the strongest first.
    means = {int(k): float(standard[labels == k].mean()) for k in np.unique(labels)}
    ranks = {k: n + 1 for n, k in enumerate(sorted(means, key=lambda k: (-means[k], k)))}
    renumbered = np.array([ranks[int(k)] for k in labels], dtype=np.int64)
    back = np.argsort(order)
    full = np.zeros_like(scores)
    full[:, spread > 0] = (varying - varying.mean(axis=0)) / varying.std(axis=0)
    final = renumbered[back]
    profiles = np.vstack([full[final == k].mean(axis=0) for k in range(1, len(ranks) + 1)])
    return Typology(final, widths[back], profiles, tuple(trials))


def silhouettes(distances: Floats, labels: Classes) -> Floats:
    """Silhouette of each point: (b − a) / max(a, b), 0 for a point alone in its class (Rousseeuw, 1987).

    ``a`` is its mean distance to its own class, ``b`` the smallest of those to another class.
    """
    names = np.unique(labels)
    belongs = labels[:, None] == names[None, :]
    sizes = belongs.sum(axis=0)
    totals = distances @ belongs.astype(np.float64)
    own = belongs.argmax(axis=1)
    points = np.arange(len(labels))
    alone = sizes[own] == 1
    inside = totals[points, own] / np.maximum(sizes[own] - 1, 1)
    means = totals / sizes
    means[points, own] = np.inf
    nearest = means.min(axis=1)
    largest = np.maximum(inside, nearest)
    empty = alone | (largest == 0)
    result: Floats = np.where(empty, 0.0, (nearest - inside) / np.where(empty, 1.0, largest))
    return result


def class_names(profiles: Floats, themes: Sequence[Theme]) -> tuple[str, ...]:
    """Name each class by its strongest traits; a number distinguishes a name already given.

    « Besoins bien plus forts en revenus et emploi, plus faibles en mobilité » (than the mean of those
    classified); « Profil moyen » without any trait.
    """
    names = [_class_name(profile, themes) for profile in profiles]
    return tuple(
        f"{name} (groupe {names[: i + 1].count(name)})" if names.count(name) > 1 else name
        for i, name in enumerate(names)
    )


def _class_name(profile: Floats, themes: Sequence[Theme]) -> str:
    strongest = sorted(range(len(themes)), key=lambda t: (-abs(profile[t]), t))[:TRAITS]
    traits = [t for t in strongest if abs(profile[t]) >= TELLING]
    parts: list[str] = []
    for sign, words in ((1, ("plus forts", "bien plus forts")), (-1, ("plus faibles", "bien plus faibles"))):
        named = [t for t in traits if sign * profile[t] > 0]
        if named:
            marked = all(abs(profile[t]) >= MARKED for t in named)
            labels = [lowered(themes[t].label) for t in named]
            parts.append(f"{words[marked]} en {enumeration(labels)}")
    return f"Besoins {', '.join(parts)}" if parts else "Profil moyen"


def _classified(built: Matrix, territories: NamedTerritories) -> Iterator[Row]:
    """Rows of one typology."""
    import polars as pl

    if not built.indicators:
        return
    level, perimeter = built.level, built.perimeter
    themes = built.themes
    scores = score(built, Plan().share(built)).themes
    declared = territories.territory.filter(
        (pl.col("level") == level.value) & pl.col("perimeter").eq_missing(pl.lit(perimeter, pl.String))
    )
    # Communes outside the agglomeration only serve the normalisation of the scores.
    ours = set(declared["code"])
    complete = [bool(row.all()) for row in np.isfinite(scores)]
    kept = [i for i, code in enumerate(built.codes) if complete[i] and code in ours]
    base: Row = {"level": level.value, "perimeter": perimeter}
    epci = territories.territory.filter((pl.col("level") == Level.EPCI.value) & pl.col("in_epci"))["code"]
    whole: Row = {"level": Level.EPCI.value, "reference_level": level.value, "perimeter": perimeter}
    for i, code in enumerate(built.codes):
        if code in ours and not complete[i]:
            missing = [theme.label for t, theme in enumerate(themes) if not np.isfinite(scores[i, t])]
            reason = f"Trop peu d’indicateurs renseignés pour{NBSP}: {', '.join(missing)}."
            yield {**base, "code": code, "measure": "hors_typologie", "text": reason}
    for code in sorted(ours - set(built.codes)):
        yield {**base, "code": code, "measure": "hors_typologie", "text": "Aucun indicateur renseigné."}
    found = classify(scores[kept])
    if found is None:
        reason = f"{len(kept)} territoires renseignés sur tous les thèmes{NBSP}: trop peu pour des classes."
        yield from ({**whole, "code": code, "measure": "nombre_classes", "text": reason} for code in epci)
        return
    names = class_names(found.profiles, themes)
    for n, i in enumerate(kept):
        number_of = int(found.classes[n])
        at = {**base, "code": built.codes[i]}
        yield {**at, "measure": "classe", "value": float(number_of), "text": names[number_of - 1]}
        yield {**at, "measure": "silhouette", "value": float(found.silhouettes[n]), "text": _fit(found, n)}
    for code in epci:
        count = float(len(names))
        yield {**whole, "code": code, "measure": "nombre_classes", "value": count, "text": _choice(found)}
        for k, profile in enumerate(found.profiles):
            for theme, mean in zip(themes, profile, strict=True):
                at = {**whole, "code": code, "theme": theme.value, "measure": f"profil_classe_{k + 1}"}
                yield {**at, "value": float(mean), "text": f"{number(mean, 1)} écart-type"}


def _fit(found: Typology, n: int) -> str:
    width = float(found.silhouettes[n])
    if found.classes.tolist().count(found.classes[n]) == 1:
        return "Seul de sa classe."
    if width < 0:
        return f"Plus proche d’une autre classe que de la sienne (silhouette {number(width, 2)})."
    return f"Silhouette de {number(width, 2)}{NBSP}: 1 au cœur de sa classe, 0 à la limite d’une autre."


def _choice(found: Typology) -> str:
    """Why this number of classes: the silhouettes of all those tried."""
    count, best = max(found.trials, key=lambda trial: (trial[1], -trial[0]))
    others = ", ".join(f"{number(mean, 2)} pour {k}" for k, mean in found.trials if k != count)
    text = f"{count} classes{NBSP}: silhouette moyenne de {number(best, 2)}, contre {others}."
    if best < WEAK_STRUCTURE:
        text += " Les classes se touchent\u00a0: elles décrivent un dégradé plus que des groupes tranchés."
    return text
