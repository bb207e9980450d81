"""Rules on the rest of France in a national file: nobody looks at it one by one, so it is weighed as a whole.

Belongs here: how much of the country a file holds, by département and in all; each of its columns there
against ours and against the last national file of the same dataset. Does not belong here: the territories we
follow (``files``, ``columns``), a département against the others (``departments``), one cell (``cells``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from indicators.plausibility.coded import Coded, columns_of
from indicators.plausibility.findings import Finding, Source, as_file, told
from indicators.plausibility.pairs import pair_findings
from indicators.plausibility.scales import scaled
from indicators.rules import french
from sources.french import typographic
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

FLOORS = {Level.COMMUNE: 31_000, Level.EPCI: 1_190, Level.QPV: 1_270, Level.DEPARTEMENT: 95, Level.REGION: 12}
"""Territories, ours included, that a national file holds at least, whatever its year and the secrets of
its producer: the fewest of the files of 2014 to 2021 had 31,330 communes, 1,239 EPCI, 1,296 quarters of 2015
(1,362 in 2024), 96 départements and 12 régions."""

NATIONAL = 0.3
"""Share of that floor from which a file is a national one."""

LANDMARKS: Mapping[Level, frozenset[str]] = {
    Level.COMMUNE: frozenset({f"{n:02d}" for n in range(1, 96) if n != 20} | {"2A", "2B"}),
    Level.QPV: frozenset({"75", "77", "78", *(str(n) for n in range(91, 96))}),
}
"""Départements that every national file holds: all of them for communes; for quarters, those of
Île-de-France, which come last: a file that is cut loses them."""

KEPT = 0.98
"""Share of the territories of the last national file that the next one holds at least: communes merge."""

KEPT_COLUMN = 0.6
"""Share of the figures of a column of the last national file that the next one holds at least."""

LEAST_SHARE = 0.1
"""Share of figures of a column in the rest of France, over ours, under which it was emptied there."""

APART = math.log(6)
"""How far (logarithm) our median may be from that of the rest of France."""

ENOUGH, ENOUGH_OURS = 100, 8

BESIDE, BESIDE_GAIN = 0.5, 0.3
"""Correlation of a count with the inhabitants of the neighbouring line, and by how much it beats that with
its own: in the national files a count follows its own by 0.34 to 1, its neighbour's by 0.29 at most."""

AGAIN, AGAIN_MANY, MANY, AGAIN_GAIN = 0.45, 0.7, 4_000, 0.2
"""Correlation of a column with the last national file under which its figures were displaced, that of columns
of so many, and by how much that with the neighbouring line beats it: in the national files of 2013 to 2022,
0.58, 0.83 and -0.16."""

SEVERAL, ELSEWHERE = 15, math.log(2)
"""Figures of a département, and how far (on the scale) their median move may be from that of the country:
0.40 at most in the same files."""

ONE_IN = 4
"""Territories of the rest of France of which one is looked at, to tell exchanged columns."""


def weighed(rows: Coded) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Count what a file holds of the rest of France.

    Args:
        rows: those of one file, with the ``kind`` and the words of their variable.

    Returns:
        Its territories by level, perimeter and département; and, by column, how many figures it has there and
        of ours, and the medians of both.
    """
    import polars as pl

    at = ("level", "perimeter", "department")
    places = rows.places.group_by(at, maintain_order=True).agg(territories=pl.len())
    key = ("variable", "level", "perimeter", "year", "column", "millesime")
    # One number says the column, and whether a cell is ours.
    mine = rows.alike(*key)[rows.cells["of"]] * 2 + rows.places["ours"].cast(pl.UInt32)[rows.cells["at"]]
    counted = (
        rows.cells.select(mine.alias("of"), pl.col("value").abs())
        .group_by("of")
        .agg(cells=pl.len(), rest=pl.col("value").count(), median=pl.col("value").median())
        .with_columns(pl.col("of") // 2, ours=pl.col("of") % 2 == 1)
    )
    there, own = (counted.filter(pl.col("ours") == ours).drop("ours") for ours in (False, True))
    words = ("of", *key, "extract", "dataset", "kind", "label", "drift", "factor")
    columns = (
        rows.columns.select(words)
        .join(there.filter(pl.col("cells") >= ENOUGH), on="of", how="inner", maintain_order="left")
        .join(own.rename({"rest": "ours"}), on="of", how="left", suffix="_ours", maintain_order="left")
        .with_columns(pl.col("ours", "cells_ours").fill_null(0))
    )
    return places, columns.drop("of")


def country_findings(
    places: pl.DataFrame, before: pl.DataFrame | None, partial: bool, file: Source
) -> list[Finding]:
    """Return the levels of a national file that lack a part of the country.

    Args:
        places: its territories, by level and département (:func:`weighed`).
        before: those of the last national file of the same dataset.
        partial: whether the producer leaves out territories without figure.
        file: ``extract``, ``dataset`` and ``file`` of the file.
    """
    held = []
    here, known_there = _by_department(places), {} if before is None else _by_department(before)
    for level, floor in FLOORS.items():
        for (_, perimeter), group in ((one, group) for one, group in here.items() if one[0] == level.value):
            total = sum(group.values())
            if total < NATIONAL * floor:
                continue
            lacking = LANDMARKS.get(level, frozenset()) - group.keys()
            # EPCI were merged by half in 2017: only their floor is checked.
            same = {} if level is Level.EPCI else known_there.get((level.value, perimeter), {})
            lacking |= _fewer(group, same)
            known = sum(same.values())
            least = math.ceil(KEPT * known) if known else 0 if partial else floor
            if not lacking and total >= least:
                continue
            named = ", ".join(sorted(lacking)[:12]) + (", …" if len(lacking) > 12 else "")
            why = (
                f"Il y manque en tout ou partie les départements {named}."
                if lacking
                else "Des lignes manquent."
            )
            held.append(
                Finding(
                    rule="coverage",
                    **file,
                    level=level.value,
                    perimeter=perimeter,
                    found=typographic(f"{french(total)} territoires ({level.label}) dans toute la France"),
                    expected=typographic(
                        f"au moins {french(max(least, total + 1))}, tous départements compris"
                    ),
                    why=typographic(f"{why} Le fichier a sans doute été coupé ou filtré."),
                )
            )
    return held


def _by_department(places: pl.DataFrame) -> dict[tuple[str, str | None], dict[str, int]]:
    """Return how many territories each département has, by level and perimeter."""
    found: dict[tuple[str, str | None], dict[str, int]] = {}
    told = places.select("level", "perimeter", "department", "territories")
    for level, perimeter, department, territories in told.iter_rows():
        found.setdefault((level, perimeter), {})[department] = territories
    return found


def _fewer(now: Mapping[str, int], before: Mapping[str, int]) -> frozenset[str]:
    """Return the départements that lost more than a tenth of their territories, and more than three."""
    left = {department: now.get(department, 0) for department in before}
    return frozenset(
        department
        for department, known in before.items()
        if left[department] < 0.9 * known and known - left[department] > 3
    )


def rest_findings(columns: pl.DataFrame, before: pl.DataFrame | None, file: str) -> list[Finding]:
    """Return the columns of a national file that are wrong outside our territory.

    Args:
        columns: what its columns hold (:func:`weighed`).
        before: those of the last national file of the same dataset.
        file: its name.
    """
    import polars as pl

    if columns.is_empty():
        return []
    key = ["variable", "level", "perimeter"]
    past = (
        columns.select(key)
        .unique()
        .with_columns(before=pl.lit(None, pl.UInt32), median_before=None, year_before=None)
        if before is None
        else before.sort("year")
        .unique(key, keep="last", maintain_order=True)
        .select(*key, before="rest", median_before="median", year_before="year")
    )
    rows = columns.join(past, on=key, how="left", nulls_equal=True, maintain_order="left").with_columns(
        pl.col("median_before").cast(pl.Float64), pl.col("before").fill_null(0)
    )
    usual = pl.col("ours") >= ENOUGH_OURS
    empty = usual & (pl.col("rest") / pl.col("cells") < LEAST_SHARE * pl.col("ours") / pl.col("cells_ours"))
    fewer = pl.col("rest") < KEPT_COLUMN * pl.col("before")
    apart = pl.when(pl.col("median") > 0, pl.col("median_ours") > 0).then(
        (pl.col("median") / pl.col("median_ours")).log().abs()
    )
    moved = pl.when(pl.col("median") > 0, pl.col("median_before") > 0).then(
        (pl.col("median") / pl.col("median_before")).log().abs()
    )
    other_size = (
        (usual & (pl.col("kind") != "count") & (apart > APART))
        | (moved > 2 * pl.col("drift") * pl.col("factor"))
    ) & (pl.col("rest") >= ENOUGH)
    held = rows.with_columns(_emptied=empty | fewer, _moved=other_size).filter(
        pl.any_horizontal("_emptied", "_moved")
    )
    if held.is_empty():
        return []
    return [
        *told("emptied", held.filter("_emptied"), file, _emptied_words, cells=False),
        *told("magnitude", held.filter("_moved"), file, _size_words, cells=False),
    ]


def beside_findings(rows: Coded, inhabitants: pl.DataFrame, file: str) -> list[Finding]:
    """Return the counts of a national file that follow the inhabitants of the neighbouring line.

    Args:
        rows: those of one file, with the ``kind`` and the words of their variable.
        inhabitants: ``level, code, inhabitants``, those of another file.
        file: its name.
    """
    import polars as pl

    key = ("variable", "level", "perimeter", "year", "column", "millesime", "extract", "dataset", "label")
    counted = rows.columns["kind"] == "count"
    if not counted.any():
        return []
    counts = rows.cells.filter(counted[rows.cells["of"]], pl.col("value") >= 0)
    if counts.height < ENOUGH:
        return []
    # Most files are of one level, and few of communes.
    there = inhabitants.filter(pl.col("level").is_in(rows.columns["level"].unique().implode()))
    known = rows.places.join(there, on=["level", "code"], how="left", maintain_order="left")
    people, count = pl.col("inhabitants").log1p(), pl.col("value").log1p()
    alike = rows.alike(*key)
    likeness = (
        counts.select(*("line", "value", alike[counts["of"]]), known["inhabitants"][counts["at"]])
        .drop_nulls("inhabitants")
        .pipe(_in_order)
        .group_by("of", maintain_order=True)
        .agg(
            pl.len().alias("n"),
            own=pl.corr(count, people),
            previous=pl.corr(count, people.shift(1)),
            following=pl.corr(count, people.shift(-1)),
        )
        .join(rows.columns.select("of", *key), on="of", maintain_order="left")
        .with_columns(beside=pl.max_horizontal(pl.col("previous", "following").fill_nan(None)))
    )
    held = likeness.filter(
        pl.col("n") >= ENOUGH,
        pl.col("beside") > BESIDE,
        pl.col("beside") > pl.col("own").fill_nan(None).fill_null(0.0) + BESIDE_GAIN,
    )
    found = []
    for (level, perimeter), group in held.group_by("level", "perimeter", maintain_order=True):
        columns = told("shifted", group, file, _beside_words, cells=False)
        same = pl.col("perimeter").eq_missing(pl.lit(perimeter, pl.String))
        tested = likeness.filter(pl.col("n") >= ENOUGH, pl.col("level") == level, same).height
        # Several counts: it is the codes that moved, and the other figures are no better.
        found += [as_file(columns)] if len(columns) > 1 and 2 * len(columns) > tested else columns
    return found


def _in_order(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the cells of each column in the order of their lines, as most files have them already."""
    import polars as pl

    order = cells.select(pl.col("of").cast(pl.Int64) * 2**32 + pl.col("line")).to_series()
    return cells if order.is_sorted() else cells[order.arg_sort()]


def again_findings(rows: Coded, before: pl.DataFrame, file: str) -> list[Finding]:
    """Return the columns of a national file that are not where the last file of its dataset had them.

    Args:
        rows: those of one file, with the ``kind`` and the words of their variable.
        before: table ``observation`` of the last file, the rest of France alone.
        file: its name.
    """
    import polars as pl

    both = _beside_last(rows, before)
    key = ("variable", "level", "perimeter", "year", "column", "millesime", "extract", "dataset")
    both = both.with_columns(key=rows.alike(*key)[both["of"]])
    words = rows.columns.select("of", *key, "label", "kind").rename({"of": "key"})
    past = pl.col("scaled_before")
    likeness = (
        both.group_by("key", maintain_order=True)
        .agg(
            pl.len().alias("n"),
            pl.col("before_year").first(),
            own=pl.corr("scaled", past),
            beside=pl.max_horizontal(pl.corr("scaled", past.shift(1)), pl.corr("scaled", past.shift(-1))),
            median=pl.col("move").median(),
        )
        .filter(pl.col("n") >= ENOUGH)
        .with_columns(pl.col("own", "beside").fill_nan(None).fill_null(0.0))
        .join(words, on="key", maintain_order="left")
    )
    by_department = (
        both.with_columns(rows.place("department", both))
        .group_by("key", "department")
        .agg(there=pl.col("move").median(), n_there=pl.len())
        .filter(pl.col("n_there") >= SEVERAL)
        .join(likeness, on="key", how="inner")
        .filter((pl.col("there") - pl.col("median")).abs() > ELSEWHERE)
        .with_columns(pl.col("department").cast(pl.String))
        .sort("department")
        .group_by("key", maintain_order=True)
        .agg("department", pl.exclude("department").first())
    )
    shifted = (pl.col("beside") > BESIDE) & (pl.col("beside") > pl.col("own") + AGAIN_GAIN)
    lost = ~shifted & (pl.col("own") < pl.when(pl.col("n") >= MANY).then(AGAIN_MANY).otherwise(AGAIN))
    return [
        *told("shifted", likeness.filter(shifted), file, _again_words, cells=False),
        *told("peers", likeness.filter(lost), file, _again_words, cells=False),
        *told("magnitude", by_department, file, _there_words, cells=False),
        *pair_findings(rows.told(both.filter(_one_in(rows, both)).drop("key")), file, cells=False),
    ]


def _one_in(rows: Coded, cells: pl.DataFrame) -> pl.Series:
    """Whether the territory of each cell is among those looked at for exchanged columns."""
    return (rows.places["code"].hash() % ONE_IN == 0)[cells["at"]]


def _beside_last(rows: Coded, before: pl.DataFrame) -> pl.DataFrame:
    """Return the cells that the last file of a dataset has a figure of, beside it.

    Args:
        rows: those of one file.
        before: table ``observation`` of the last one.

    Returns:
        Cells with ``before, before_year, scaled, scaled_before, move``.
    """
    import numpy as np
    import polars as pl

    names = ("level", "perimeter", "variable")
    asked = {one: at for at, one in enumerate(dict.fromkeys(rows.columns.select(names).iter_rows()))}
    known = before.select(*names, "edition", "millesime", "code", "value").drop_nulls("value")
    columns, of = columns_of(known, (*names, "edition", "millesime"))
    said = [(tuple(one), year or edition) for *one, edition, year in columns.drop("of").iter_rows()]
    latest: dict[tuple[object, ...], int] = {}
    for one, year in said:
        latest[one] = max(year, latest.get(one, year))
    # The latest figure per column asked and place, as a table without texts.
    wanted = np.array([asked.get(one, -1) if year == latest[one] else -1 for one, year in said], np.int64)
    column, at = wanted[of.to_numpy()], rows.found(known["code"], [(one[0], one[1]) for one, _ in said], of)
    held = np.flatnonzero((column >= 0) & (at >= 0))[::-1]
    table = np.full((len(asked), rows.places.height), np.nan)
    table[column[held], at[held]] = known["value"].to_numpy()[held]
    years = pl.Series("before_year", [latest.get(one) for one in asked], pl.Int32)
    here = np.array([asked[one] for one in rows.columns.select(names).iter_rows()])[
        rows.cells["of"].to_numpy()
    ]
    figures = pl.Series("before", table[here, rows.cells["at"].to_numpy()], nan_to_null=True)
    both = rows.cells.with_columns(figures, years[here])
    both = both.drop_nulls(["value", "before"])
    return (
        both.with_columns(rows.column("kind", both))
        .with_columns(scaled=scaled("value"), scaled_before=scaled("before"))
        .with_columns(move=pl.col("scaled") - pl.col("scaled_before"))
        .drop("kind")
    )


def _again_words(row: Mapping[str, Any]) -> tuple[str, str, str]:
    beside, own = french(round(row["beside"], 2)), french(round(row["own"], 2))
    where = f"dans toute la France, {own} avec {row['before_year']}"
    return (
        f"{where}, {beside} avec la ligne voisine (corrélations)",
        f"{row['label']}, chaque territoire proche de son propre passé",
        "Les codes de ce fichier, ou cette colonne, ont sans doute été déplacés sans leurs lignes.",
    )


def _there_words(row: Mapping[str, Any]) -> tuple[str, str, str]:
    times = french(round(math.exp(abs(row["there"] - row["median"])), 1))
    named = ", ".join(row["department"][:12]) + (", …" if len(row["department"]) > 12 else "")
    return (
        f"une évolution {times} fois plus forte ou plus faible qu’ailleurs dans {named}",
        f"{row['label']}, des évolutions proches d’un département à l’autre depuis {row['before_year']}",
        "L’unité n’y est sans doute plus la même.",
    )


def _beside_words(row: Mapping[str, Any]) -> tuple[str, str, str]:
    beside, own = french(round(row["beside"], 2)), french(round(row["own"] or 0, 2))
    return (
        f"une corrélation de {beside} avec les habitants de la ligne voisine, {own} avec les siens",
        f"{row['label']}, d’autant plus que le territoire est peuplé",
        "Les codes de ce fichier, ou ceux du fichier qui donne la population, sont décalés d’une ligne.",
    )


def _emptied_words(row: Mapping[str, Any]) -> tuple[str, str, str]:
    last = (
        f"environ {french(row['before'])} comme en {row['year_before']}"
        if row["before"]
        else "des chiffres partout"
    )
    return (
        f"{french(row['rest'])} chiffres dans le reste de la France, sur {french(row['cells'])} cellules",
        f"{row['label']}, {last}",
        f"Nos territoires en ont {row['ours']} : la colonne a été vidée ailleurs.",
    )


def _size_words(row: Mapping[str, Any]) -> tuple[str, str, str]:
    other = row["median_ours"] if row["ours"] >= ENOUGH_OURS else row["median_before"]
    return (
        f"une médiane de {french(round(row['median'], 3))} dans le reste de la France",
        f"{row['label']}, de l’ordre de {french(round(other or 0, 3))}",
        "Nos territoires et le reste du pays ne sont pas dans la même unité, ou la colonne en a changé.",
    )
