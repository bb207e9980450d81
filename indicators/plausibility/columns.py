"""Rules on one column: its magnitude, its ranks, its neighbours, its secrets.

Belongs here: a column (one variable, one year, one level) against its reference as a whole. Does not belong
here: one cell (``cells``), the territories of the file (``files``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from indicators.plausibility.findings import Finding, told
from indicators.plausibility.first import MOST, ROOM
from indicators.plausibility.past import COLUMN, FAR
from indicators.plausibility.scales import ENOUGH
from indicators.rules import french
from sources.french import plural
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl

DRIFT_BY_YEAR = 0.05
"""How much larger a median move may be for each year between the two."""

KNOWN_DRIFT, TIMES_SEEN = 0.5, 3.0
"""Share of the largest median move of a kind, and times the largest one seen of the variable, that a variable
whose past is known (two pairs of years) may move in a year: a column halved or doubled is held."""

UNEQUAL = 3.0
"""Spread of the deviations of a column beyond which it is held, in usual spreads, when the past says
nothing."""

LIKENESS, LIKENESS_KNOWN = 0.35, 0.6
"""Correlation with the past under which a column is held: any column, at most one whose past is known."""

FALL = 4.0
"""Standard errors a correlation may fall under the weakest one seen in the past."""

SEVERAL_FIGURES = 3
"""Different figures beyond which a column does not become the same everywhere."""

LOST, LOST_SHARE = 5, 0.4
"""Figures gone, and their share of those of a column, that make it emptied."""

FAR_MORE = 2
"""How many more figures that moved far than twice the most ever seen hold a column: the codes of a few lines
were displaced."""

NEARER = 0.6
"""Share of the territories nearer to the past of the next line than to their own that a shift takes."""

SHIFTED, SHIFT_GAIN = 0.8, 0.2
"""Correlation with the next or previous line that betrays a shift, and by how much it beats the right
line's."""

REVISED = {"count": 0.1, "share": 0.1, "euro": 0.05, "ratio": 0.1}
"""Median move of a column already known for that very year beyond which it is held, by kind, on its scale."""

REVISED_CELL = 3.0
"""Usual spreads a figure already known for that very year may move, beside its column."""

FACTORS = {
    6.55957: "francs au lieu d’euros",
    10.0: "une décimale décalée",
    12.0: "mois au lieu d’années",
    100.0: "centièmes, ou pour cent au lieu de proportions",
    1000.0: "milliers au lieu d’unités",
    1_000_000.0: "millions au lieu d’unités",
}


def column_findings(rows: pl.DataFrame, file: str) -> list[Finding]:
    """Return what the columns of a file have implausible.

    Args:
        rows: compared observations of one file, with the usual moves of their variables.
        file: its name.
    """
    if rows.is_empty():
        return []
    summary = _summary(rows)
    shifted = _shifted(summary, file)
    told_already = {(f.variable, f.level, f.perimeter, f.millesime) for f in shifted}
    others = [*_magnitude(summary, file), *_spread(summary, file), *_peers(summary, file)]
    others = [f for f in others if (f.variable, f.level, f.perimeter, f.millesime) not in told_already]
    told_already |= {(f.variable, f.level, f.perimeter, f.millesime) for f in others}
    revised = [*_revised(summary, file), *_revised_cells(rows, file)]
    return [
        *shifted,
        *others,
        *(f for f in revised if (f.variable, f.level, f.perimeter, f.millesime) not in told_already),
        *_constant(summary, file),
        *_emptied(summary, file),
    ]


def first_findings(rows: pl.DataFrame, file: str) -> list[Finding]:
    """Return what the counts of a first file have implausible beside the population.

    Args:
        rows: counts without past, referenced with the population and compared.
        file: its name.
    """
    import polars as pl

    if rows.is_empty():
        return []
    above = rows.filter(pl.col("value") > MOST * pl.col("inhabitants") + ROOM)
    return [
        *_shifted(_summary(rows), file),
        *told(
            "magnitude",
            above,
            file,
            lambda r: (
                french(r["value"]),
                f"{r['label']}, guère plus que ses {french(r['inhabitants'])} habitants",
                "Plus de deux par habitant : l’unité est sans doute une autre.",
            ),
        ),
    ]


def _summary(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row per column, with what its rules look at."""
    import polars as pl

    usable, was_usable = pl.col("value").is_not_null(), pl.col("before").is_not_null()
    previous, following = pl.col("scaled_before").shift(1), pl.col("scaled_before").shift(-1)
    learnt = ("kind", "label", "drift", "factor", "pairs", "unequal", "likeness", "drift_seen", "far")
    return (
        rows.sort("line")
        .group_by(*COLUMN, "extract", "dataset", "millesime", maintain_order=True)
        .agg(
            *(pl.col(name).first() for name in learnt),
            pl.col("before_year", "before_dataset").first(),
            usable.sum().alias("usable"),
            was_usable.sum().alias("was_usable"),
            (was_usable & ~usable).sum().alias("lost"),
            # Of the figures that are gone: others may have come in the same column.
            pl.col("status").filter(was_usable & ~usable).mode().sort().first().alias("status"),
            pl.col("move").is_not_null().sum().alias("n"),
            pl.col("drifted").first(),
            (pl.col("value") / pl.col("before")).filter(pl.col("before") != 0).median().alias("times"),
            (pl.col("kind") == "count").first().alias("count"),
            (pl.col("before") >= 5).sum().alias("sizeable"),
            (1.4826 * pl.col("deviation").abs().median()).alias("unequal_now"),
            (pl.col("deviation").abs() > FAR).sum().alias("far_now"),
            pl.corr("scaled", "scaled_before", method="spearman").alias("like"),
            pl.corr("scaled", previous, method="spearman").alias("like_previous"),
            pl.corr("scaled", following, method="spearman").alias("like_next"),
            _nearer(previous).alias("near_previous"),
            _nearer(following).alias("near_next"),
            pl.col("scaled").drop_nulls().n_unique().alias("distinct"),
            pl.col("scaled_before").drop_nulls().n_unique().alias("distinct_before"),
            pl.col("value").drop_nulls().first().alias("first"),
        )
        .with_columns(pl.col("like", "like_previous", "like_next").fill_nan(None))
    )


def _nearer(other: pl.Expr) -> pl.Expr:
    """Return the share of the territories nearer to the past of another line than to their own."""
    import polars as pl

    return ((pl.col("scaled") - other).abs() < pl.col("move").abs()).mean()


def _magnitude(summary: pl.DataFrame, file: str) -> list[Finding]:
    import polars as pl

    years = (pl.col("before_year") - pl.col("year")).abs()
    widest = pl.max_horizontal(pl.col("drift"), 2 * pl.col("drift_seen"))
    usual = pl.max_horizontal(KNOWN_DRIFT * pl.col("drift"), TIMES_SEEN * pl.col("drift_seen"))
    known = pl.min_horizontal(widest, usual * years.clip(lower_bound=1).sqrt())
    allowed = pl.when(pl.col("pairs") >= 2).then(known).otherwise(widest) * pl.col("factor")
    enough = pl.when("count").then(pl.col("sizeable")).otherwise(pl.col("n")) >= 5
    held = summary.filter(enough, pl.col("drifted").abs() > allowed * (1 + DRIFT_BY_YEAR * years))

    def words(row: Mapping[str, Any]) -> tuple[str, str, str]:
        ratio = abs(row["times"] or 0) or math.exp(row["drifted"])
        times = french(round(max(ratio, 1 / ratio), 2))
        found = (
            f"une colonne {times} fois plus {'grande' if ratio >= 1 else 'petite'} qu’en {row['before_year']}"
        )
        if row["kind"] == "share":
            found = f"une colonne très éloignée de celle de {row['before_year']}"
        guess = _guess(ratio)
        return (
            found,
            f"{row['label']}, du même ordre qu’en {row['before_year']}",
            f"Toute la colonne a changé d’ordre de grandeur{f' ({guess} ?)' if guess else ''}.",
        )

    return told("magnitude", held, file, words, cells=False)


def _known(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose reference is the same year of the same dataset: an earlier delivery of it."""
    import polars as pl

    same = (pl.col("before_year") == pl.col("year")) & (pl.col("before_dataset") == pl.col("dataset"))
    return frame.filter(same)


def _revised(summary: pl.DataFrame, file: str) -> list[Finding]:
    import polars as pl

    allowed = pl.col("kind").replace_strict(REVISED, return_dtype=pl.Float64) * pl.col("factor")
    enough = pl.when("count").then(pl.col("sizeable")).otherwise(pl.col("n")) >= 5
    held = _known(summary).filter(enough, pl.col("drifted").abs() > allowed)

    def words(row: Mapping[str, Any]) -> tuple[str, str, str]:
        return (
            f"les chiffres de {row['year']}, multipliés par {french(round(row['times'], 2))} en médiane",
            f"{row['label']}, les chiffres déjà connus de {row['year']} ou presque",
            "Un producteur corrige peu de chiffres d’une année : définition, unité ou mois à vérifier.",
        )

    return told("revised", held, file, words, cells=False)


def _revised_cells(rows: pl.DataFrame, file: str) -> list[Finding]:
    import polars as pl

    held = _known(rows).filter(pl.col("deviation").abs() > REVISED_CELL * pl.col("factor"))
    return told(
        "revised",
        held,
        file,
        lambda r: (
            french(r["value"]),
            f"{r['label']}, {french(r['before'])} ou presque, comme déjà publié pour {r['year']}",
            "Une révision de cette taille se vérifie auprès du producteur.",
        ),
    )


def _guess(ratio: float) -> str | None:
    """Say what a factor looks like."""
    size = max(ratio, 1 / ratio)
    return next((words for factor, words in FACTORS.items() if abs(size / factor - 1) < 0.12), None)


def _spread(summary: pl.DataFrame, file: str) -> list[Finding]:
    import polars as pl

    allowed = pl.max_horizontal(pl.lit(UNEQUAL), 2 * pl.col("unequal")) * pl.col("factor")
    # A few lines displaced among many leave the spread of the column as it was.
    several = (pl.col("pairs") >= 2) & (pl.col("far_now") > 2 * pl.col("far") + FAR_MORE)
    held = summary.filter(pl.col("n") >= ENOUGH, (pl.col("unequal_now") > allowed) | several.fill_null(False))
    return told(
        "spread",
        held,
        file,
        lambda r: (
            f"des évolutions très inégales depuis {r['before_year']}",
            f"{r['label']}, des évolutions proches d’un territoire à l’autre",
            "Les territoires n’ont pas pu tant diverger : unités mêlées, codes ou colonnes déplacés.",
        ),
        cells=False,
    )


def _peers(summary: pl.DataFrame, file: str) -> list[Finding]:
    import polars as pl

    # Fisher's transformation: the fewer the territories, the further a correlation may fall by chance.
    fallen = (pl.col("likeness").clip(-0.99, 0.99).arctanh() - FALL / (pl.col("n") - 3.0).sqrt()).tanh()
    known = (pl.col("pairs") >= 2) & pl.col("likeness").is_not_null()
    allowed = pl.when(known).then(pl.min_horizontal(fallen, pl.lit(LIKENESS_KNOWN))).otherwise(LIKENESS)
    held = summary.filter(pl.col("n") >= 10, pl.col("distinct") > SEVERAL_FIGURES, pl.col("like") < allowed)
    return told("peers", held, file, _peer_words, cells=False)


def _peer_words(row: Mapping[str, Any]) -> tuple[str, str, str]:
    usual = f" (jamais sous {french(round(row['likeness'], 2))} jusqu’ici)" if row["likeness"] else ""
    return (
        f"une corrélation de {french(round(row['like'], 2))} avec {row['before_year']}",
        f"{row['label']}, les territoires à peu près dans leur ordre de {row['before_year']}",
        f"Les rangs des territoires sont bouleversés{usual} : codes ou colonnes déplacés.",
    )


def _shifted(summary: pl.DataFrame, file: str) -> list[Finding]:
    import polars as pl

    previous = (pl.col("near_previous") > NEARER).fill_null(False)
    following = (pl.col("near_next") > NEARER).fill_null(False)
    best = pl.max_horizontal(pl.when(previous).then("like_previous"), pl.when(following).then("like_next"))
    held = summary.filter(
        pl.col("n") >= ENOUGH,
        pl.col("distinct") > SEVERAL_FIGURES,
        best > SHIFTED,
        best > pl.col("like").fill_null(0.0) + SHIFT_GAIN,
    ).with_columns(_best=best)

    def words(row: Mapping[str, Any]) -> tuple[str, str, str]:
        beside, own = french(round(row["_best"], 2)), french(round(row["like"] or 0, 2))
        return (
            f"une corrélation de {beside} avec la ligne voisine en {row['before_year']}, {own} avec la même",
            f"{row['label']}, chaque territoire proche de son propre passé",
            "Les chiffres sont ceux du territoire de la ligne voisine : codes décalés d’une ligne.",
        )

    return told("shifted", held, file, words, cells=False)


def _constant(summary: pl.DataFrame, file: str) -> list[Finding]:
    import polars as pl

    held = summary.filter(
        pl.col("n") >= ENOUGH, pl.col("distinct") == 1, pl.col("distinct_before") > SEVERAL_FIGURES
    )
    return told(
        "duplicated",
        held,
        file,
        lambda r: (
            f"{french(r['first'])} pour tous les territoires ({r['n']})",
            f"{r['label']}, {r['distinct_before']} chiffres différents comme en {r['before_year']}",
            "Une même valeur a été recopiée sur toute la colonne.",
        ),
        cells=False,
    )


def _emptied(summary: pl.DataFrame, file: str) -> list[Finding]:
    import polars as pl

    empty = (pl.col("usable") == 0) & (pl.col("was_usable") > 0)
    many = pl.col("lost") >= pl.max_horizontal(pl.lit(LOST), LOST_SHARE * pl.col("was_usable"))
    # The producer's own rows of totals come and go.
    held = summary.filter(pl.col("level") != Level.GROUPE.value, empty | many)
    return told(
        "emptied",
        held,
        file,
        lambda r: (
            f"{plural(r['lost'], 'chiffre')} de moins qu’en {r['before_year']} ({Status(r['status']).label})",
            f"{r['label']}, {plural(r['was_usable'], 'chiffre')} environ, comme en {r['before_year']}",
            "Une colonne vidée devient un secret sans que le producteur l’ait voulu.",
        ),
        cells=False,
    )
