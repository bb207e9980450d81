"""Rules on the départements of a national file, each against the others: nothing else is known of them.

Belongs here: figures of one département, or of the whole rest of France, in another unit, exchanged with
those of another column, all equal, sorted or scattered without their rows. Does not belong here: how much of
the country is there, or what other files say of it (``elsewhere``).

Figures are compared on the scale of their kind; a count, less the mean of the counts of its row: what is left
does not depend on how large a place is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from indicators.plausibility.coded import Coded
from indicators.plausibility.elsewhere import ENOUGH, ENOUGH_OURS
from indicators.plausibility.findings import Finding, told
from indicators.plausibility.scales import scaled
from indicators.rules import french
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

KEY = ("variable", "level", "perimeter", "year")

COUNTS = 2
"""Counts of a row that make its size: two of them tell that one, or the other, is in another unit."""

ENOUGH_THERE, DEPARTMENTS = 15, 5
"""Figures of a département, and départements, from which their medians are compared."""

UNLIKE, LEAST_SPREAD = math.log(3), 0.05
"""How far (on the scale) the median of one département is from the median one when it is in another unit;
what is added to the spread of the départements of its column (their median absolute deviation)."""

SPREADS = {"share": 10.0, "count": 7.5, "euro": 7.5, "ratio": 7.5}
"""How far it is in such spreads: 8.2 at most for a share, 6.8 for a count, 4.3 for the rest in the national
files of 2010 to 2022, of communes and of quarters."""

FAR = {"share": 2.6, "euro": math.log(5), "ratio": math.log(5)}
"""How far it is, whatever the spread: 2.25 at most in the same files for a share, 0.54 for the rest."""

EXCHANGED, CLOSER, FAR_BOTH = 0.6, 0.35, 5.0
"""How far two medians together are from their own columns, how much nearer to that of each other, and how
many spreads each of them is from its own: in the same files no two are."""

EXCHANGED_OURS, FAR_BOTH_OURS = 1.6, 3.0
"""The same of our territories against the départements, when all the others were exchanged."""

DIFFERENT = 0.2
"""Share of different figures, in some département, of a column that is nowhere the same everywhere."""

FIGURES = 10
"""Different figures of a département that are sorted, or those of another one, by no chance."""

ENOUGH_TIED = 15
"""Territories of ours, with all their figures, from which columns are said to go together."""

MANY, ONE_IN = 5_000, 5
"""Figures of a column beyond which one line in five tells as well whether it goes with another one."""

TIED, LOOSE = 0.5, 0.25
"""The best correlation of a column with another one among ours, and in the rest of France less the median of
each département, when it was scattered there: in the same files each column goes with another one by 0.43 at
least."""

AGAINST = 0.55
"""Correlations of two columns, among ours and in the rest of France, that are of opposite signs when one of
them was exchanged there: 0.42 at most in the same files."""

ALIKE, COMMUNES = 3.0, 4_000
"""How much more the figures of the only column of a file differ between départements than within them (ratio
of variances of ranks) when they were not scattered: 7.9 at least in the same files; how many it takes."""


def department_findings(rows: Coded, file: str) -> list[Finding]:
    """Return the columns of a national file that are wrong in some départements, or everywhere but at ours.

    Args:
        rows: those of one file, with the ``kind`` and the words of their variable.
        file: its name.
    """
    import polars as pl

    figures = _figures(rows)
    if figures.is_empty():
        return []
    columns, medians = _columns(rows, figures), _medians(rows, figures)
    return [
        *told("magnitude", _uneven(medians), file, _uneven_words, cells=False),
        *told("swapped", _exchanged(medians, columns), file, _exchanged_words, cells=False),
        *told("duplicated", _same(medians, columns), file, _same_words, cells=False),
        *told("duplicated", _copied(medians), file, _copied_words, cells=False),
        *told("peers", _sorted(medians), file, _sorted_words, cells=False),
        *told("peers", _mixed(figures, columns), file, _mixed_words, cells=False),
        *(
            finding
            for tied in [_tied(figures, columns)]
            for finding in (
                *told("swapped", tied.filter("turned"), file, _turned_words, cells=False),
                *told("peers", tied.filter(~pl.col("turned")), file, _scattered_words, cells=False),
            )
        ),
    ]


def _figures(rows: Coded) -> pl.DataFrame:
    """Return the figures of communes and quarters in the order of the file, with ``compared``.

    It is null for a count where there are too few of them in a row to say how large the place is.
    """
    import numpy as np
    import polars as pl

    known = rows.cells.filter(
        rows.column("level", rows.cells).is_in([Level.COMMUNE.value, Level.QPV.value]),
        pl.col("value").is_not_null(),
    )
    if known.is_empty():
        return known
    kind = rows.column("kind", known)
    marked = known.select(
        *("of", "at", "line", "value", kind, rows.place("ours", known), rows.place("department", known)),
        rows.alike(*KEY)[known["of"]].alias("key"),
    ).with_columns(scaled=scaled("value"))
    row, scale, counted = rows.rows(known)[0], marked["scaled"].to_numpy(), (kind == "count").to_numpy()
    # The size of a place is the mean of the counts of its row.
    times = np.bincount(row, counted)
    size = np.bincount(row, np.where(counted, scale, 0)) / np.maximum(times, 1)
    size[times < COUNTS] = np.nan
    compared = np.where(counted, scale - size[row], scale)
    return marked.with_columns(pl.Series("compared", compared, nan_to_null=True))


WORDS = ("column", "millesime", "extract", "dataset", "label", "kind")


def _worded(rows: Coded, found: pl.DataFrame) -> pl.DataFrame:
    """Add to what was found of the columns, by ``of``, the words of each."""
    return found.join(rows.columns.select("of", *KEY, *WORDS), on="of", how="left", maintain_order="left")


def _columns(rows: Coded, figures: pl.DataFrame) -> pl.DataFrame:
    """Return one row per column, with what its figures are among ours and in the rest of France."""
    import polars as pl

    ours = pl.col("ours")
    there = pl.col("value").filter(~ours)
    found = figures.group_by("key", maintain_order=True).agg(
        pl.col("of").first(),
        rest=there.len(),
        ours=ours.sum(),
        different=there.n_unique(),
        different_ours=pl.col("value").filter(ours).n_unique(),
        first=there.first(),
        compared_ours=pl.col("compared").filter(ours).median(),
    )
    return _worded(rows, found)


def _medians(rows: Coded, figures: pl.DataFrame) -> pl.DataFrame:
    """Return one row per column and département, with its median beside those of the others."""
    import polars as pl

    found = (
        figures.group_by("key", "department")
        .agg(
            pl.col("of").first(),
            n=pl.len(),
            median=pl.col("value").median(),
            compared=pl.col("compared").median(),
            different=pl.col("value").n_unique(),
            first=pl.col("value").first(),
            firsts=pl.col("value").head(ENOUGH_THERE),
            rises=pl.col("value").is_sorted(),
            falls=pl.col("value").is_sorted(descending=True),
            in_order=pl.col("at").is_sorted(),
        )
        .filter(pl.col("n") >= ENOUGH_THERE)
        .with_columns(
            pl.col("department").cast(pl.String),
            known=pl.len().over("key"),
            usual=pl.col("median").median().over("key"),
            usually=pl.col("compared").median().over("key"),
            most_different=(pl.col("different") / pl.col("n")).max().over("key"),
        )
        .filter(pl.col("known") >= DEPARTMENTS)
        .with_columns(apart=(pl.col("compared") - pl.col("usually")).abs())
        .with_columns(spread=1.4826 * pl.col("apart").median().over("key") + LEAST_SPREAD)
    )
    return _worded(rows, found).sort("variable", "level", "perimeter", "year", "department")


def _by_column(held: pl.DataFrame, *first: str) -> pl.DataFrame:
    """Put the départements of one column together."""
    import polars as pl

    if held.is_empty():
        return held
    return held.group_by(KEY, maintain_order=True).agg(
        pl.col("column", "millesime", "extract", "dataset", "label", *first).first(), "department"
    )


def _uneven(medians: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    spreads, far = (
        pl.col("kind").replace_strict(most, default=math.inf, return_dtype=pl.Float64)
        for most in (SPREADS, FAR)
    )
    close = pl.max_horizontal(pl.lit(UNLIKE), spreads * pl.col("spread"))
    most = pl.min_horizontal(close, far)
    return _by_column(medians.filter(pl.col("apart") > most), "median", "usual")


def _exchanged(medians: pl.DataFrame, columns: pl.DataFrame) -> pl.DataFrame:
    """Return the columns that are where another one usually is, in some département or in all but ours."""
    import polars as pl

    ours = (
        columns.filter(pl.col("ours") >= ENOUGH_OURS)
        .select(*KEY, compared="compared_ours")
        .join(
            medians.unique(KEY, keep="first", maintain_order=True).drop("compared"),
            on=KEY,
            how="inner",
            nulls_equal=True,
        )
        .with_columns(
            department=pl.lit(None, pl.String), apart=(pl.col("compared") - pl.col("usually")).abs()
        )
    )
    at_ours = pl.col("department").is_null()
    most = pl.when(at_ours).then(FAR_BOTH_OURS).otherwise(FAR_BOTH) * pl.col("spread")
    far = pl.concat([medians, ours.select(medians.columns)]).filter(pl.col("apart") > most)
    if far.is_empty():
        return far
    place = ["level", "perimeter", "year", "kind", "department"]
    pairs = far.join(
        far.select(*place, other="variable", _is="compared", _usually="usually", other_column="column"),
        on=place,
        how="inner",
        nulls_equal=True,
        maintain_order="left",
    ).filter(pl.col("variable") != pl.col("other"))
    straight = pl.col("apart") + (pl.col("_is") - pl.col("_usually")).abs()
    cross = (pl.col("compared") - pl.col("_usually")).abs() + (pl.col("_is") - pl.col("usually")).abs()
    least = pl.when(at_ours).then(EXCHANGED_OURS).otherwise(EXCHANGED)
    held = pairs.filter(straight > least, cross < CLOSER * straight)
    return _by_column(held, "other_column")


def _same(medians: pl.DataFrame, columns: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of one figure in some département, or in all the rest of France."""
    import polars as pl

    there = medians.filter(pl.col("different") == 1, pl.col("most_different") > DIFFERENT)
    everywhere = columns.filter(
        pl.col("rest") >= ENOUGH, pl.col("different") == 1, pl.col("different_ours") >= ENOUGH_OURS // 2
    ).with_columns(department=pl.lit([None], pl.List(pl.String)))
    names = ("column", "millesime", "extract", "dataset", "label", "first", "department")
    some = _by_column(there, "first")
    return (
        pl.concat([some.select(*KEY, *names), everywhere.select(*KEY, *names)]) if some.height else everywhere
    )


def _sorted(medians: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    held = medians.filter(
        pl.col("different") >= FIGURES, pl.col("rises") | pl.col("falls"), pl.col("in_order")
    )
    return _by_column(held, "rises")


def _copied(medians: pl.DataFrame) -> pl.DataFrame:
    """Return the columns that have, in one département, the figures of another one in the same order."""
    import polars as pl

    telling = pl.col("firsts").list.n_unique() >= FIGURES
    return _by_column(medians.filter(telling, pl.len().over(*KEY, "firsts") > 1))


def _mixed(figures: pl.DataFrame, columns: pl.DataFrame) -> pl.DataFrame:
    """Return the only columns of their files that differ no more between départements than within them."""
    import polars as pl

    place = ["level", "perimeter", "year"]
    alone = columns.filter(
        pl.len().over(place) == 1, pl.col("rest") >= COMMUNES, pl.col("different_ours") >= ENOUGH_OURS
    )
    if alone.is_empty():
        return alone
    rank, size, mean = pl.col("value").rank().over("key"), pl.col("n"), pl.col("mean")
    within = (
        figures.filter(pl.col("key").is_in(alone["key"].implode()), ~pl.col("ours"))
        .with_columns(rank=rank)
        .group_by("key", "department")
        .agg(n=pl.len(), mean=pl.col("rank").mean(), spread=pl.col("rank").var() * (pl.len() - 1))
    )
    middle = (size * mean).sum() / size.sum()
    ratio = within.group_by("key").agg(
        ratio=((size * (mean - middle).pow(2)).sum() / (pl.len() - 1))
        / (pl.col("spread").sum() / (size.sum() - pl.len())),
        places=pl.len(),
    )
    held = ratio.filter(pl.col("places") >= DEPARTMENTS, pl.col("ratio") < ALIKE)
    return alone.join(held, on="key", how="inner")


def _tied(figures: pl.DataFrame, columns: pl.DataFrame) -> pl.DataFrame:
    """Return the columns that go with another one among ours, and in the rest of France with none or against.

    Returns:
        Rows of ``columns`` with ``other``, the column it goes with, and ``turned``: whether it goes against
        it there.
    """
    import numpy as np
    import polars as pl

    held = []
    place = ["level", "perimeter", "year"]
    enough = columns.filter(pl.col("rest") >= ENOUGH, pl.col("ours") >= ENOUGH_TIED)
    for _, group in enough.group_by(place, maintain_order=True):
        names, keys = group["variable"].to_list(), group["key"].to_list()
        if len(names) < 2:
            continue
        rows = figures.filter(pl.col("key").is_in(keys))
        if (group["rest"] > MANY).any():
            rows = rows.filter(pl.col("ours") | (pl.col("line") % ONE_IN == 0))
        usual = pl.col("scaled").median().over("key", "department")
        wide = rows.with_columns(apart=pl.col("scaled") - usual).pivot(
            on="key", index=["at", "ours"], values=["scaled", "apart"], aggregate_function="first"
        )
        ranked = wide.drop_nulls([f"scaled_{key}" for key in keys])
        here, there, apart = (
            ranked.filter(pl.col("ours") == ours)
            .select(pl.col(f"{what}_{key}").rank() for key in keys)
            .to_numpy()
            for ours, what in ((True, "scaled"), (False, "scaled"), (False, "apart"))
        )
        if len(here) < ENOUGH_TIED or len(there) < ENOUGH:
            continue
        with np.errstate(invalid="ignore"):
            here, there, apart = (
                np.nan_to_num(np.corrcoef(one, rowvar=False)) for one in (here, there, apart)
            )
        for one in (here, there, apart):
            np.fill_diagonal(one, 0)
        lost = (abs(here).max(axis=0) >= TIED) & (abs(apart).max(axis=0) < LOOSE)
        strong = np.minimum(abs(here), abs(there)) >= AGAINST
        against = strong & (here * there < 0)
        turned = against.any(axis=0) & (2 * against.sum(axis=0) >= strong.sum(axis=0))
        other = np.where(turned, np.where(against, abs(here), 0).argmax(axis=0), abs(here).argmax(axis=0))
        held.append(
            group.with_columns(
                other=pl.Series([names[int(at)] for at in other]), turned=pl.Series(turned)
            ).filter(pl.Series(lost | turned))
        )
    empty = columns.clear().with_columns(other=pl.lit(None, pl.String), turned=pl.lit(None, pl.Boolean))
    return pl.concat(held) if held else empty


def _named(row: Mapping[str, Any]) -> str:
    """Name the départements of a row."""
    names = [name for name in row["department"] if name is not None]
    if not names:
        return "le reste de la France"
    more = ", …" if len(names) > 12 else ""
    return f"{'les départements' if len(names) > 1 else 'le département'} {', '.join(names[:12])}{more}"


def _uneven_words(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return (
        f"une médiane de {french(round(row['median'], 3))} dans le département {row['department'][0]}",
        f"{row['label']}, de l’ordre de {french(round(row['usual'], 3))} comme dans les autres départements",
        f"L’unité n’est sans doute pas la même partout : {_named(row)}.",
    )


def _exchanged_words(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return (
        f"dans {_named(row)}, des chiffres de l’ordre de ceux de {row['other_column']}",
        f"{row['label']}, du même ordre qu’ailleurs",
        f"Les colonnes {row['column']} et {row['other_column']} y sont sans doute échangées.",
    )


def _same_words(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return (
        f"{french(row['first'])} partout dans {_named(row)}",
        f"{row['label']}, un chiffre propre à chaque territoire",
        "Une même valeur a été recopiée sur toutes ces lignes.",
    )


def _copied_words(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return (
        f"les mêmes chiffres, dans le même ordre, dans {_named(row)}",
        f"{row['label']}, des chiffres propres à chaque département",
        "Les lignes d’un département ont sans doute été recopiées dans un autre.",
    )


def _sorted_words(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return (
        f"dans {_named(row)}, des chiffres qui ne font que {'croître' if row['rises'] else 'décroître'}",
        f"{row['label']}, dans l’ordre des codes et non des valeurs",
        "La colonne a sans doute été triée sans ses lignes.",
    )


def _mixed_words(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return (
        "dans le reste de la France, des chiffres semblables d’un département à l’autre, tous mêlés",
        f"{row['label']}, plus proche entre communes d’un même département qu’ailleurs",
        "Les chiffres de cette colonne ont sans doute été déplacés sans leurs lignes.",
    )


def _turned_words(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return (
        f"dans le reste de la France, des chiffres qui vont à l’inverse de {row['other']}",
        f"{row['label']}, dans le même sens que {row['other']} ou à son inverse, comme dans nos territoires",
        "Deux colonnes y sont sans doute échangées.",
    )


def _scattered_words(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return (
        f"dans le reste de la France, des chiffres sans rapport avec ceux de {row['other']}",
        f"{row['label']}, lié à {row['other']} comme dans nos territoires",
        "Les chiffres de cette colonne ont sans doute été déplacés sans leurs lignes.",
    )
