"""Rules on a whole file: the territories it should hold, and another year's figures given again.

Belongs here: what is missing from a file or makes it another one. Does not belong here: two of its rows
(``rows``), its columns (``columns``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from indicators.plausibility.coded import Coded
from indicators.plausibility.findings import Finding, Source
from sources.french import percent, typographic
from sources.model import Layout
from sources.variables import Variables
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

LEVELS = (Level.QPV, Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT, Level.REGION)
"""Levels whose territories are expected one by one."""

SHOWN = 6

SAME, TELLING, LEAST = 0.9, 20, 8
"""Share of equal figures that makes two years one; a figure tells when it is at least 20 or has decimals; how
many such figures it takes."""

LATE = 2
"""Years by which the figures of an edition may be older than usual."""

AHEAD = 2
"""Years by which the figures of an edition may be later than it, where no other edition of its dataset is
known: a census comes with the births of two years later."""

ALL, FIGURES = 30, 5
"""Territories, all equal, that make a column of small counts the same one; how many figures they take."""


def coverage_findings(
    rows: Coded,
    past: pl.DataFrame,
    followed: pl.DataFrame,
    layout: Layout,
    file: Source,
    beside: Collection[str] = (),
) -> list[Finding]:
    """Return the levels of a file that lack territories we follow.

    Args:
        rows: those of one file.
        past: dated observations to compare with.
        followed: ``level, code, perimeter, name`` of the territories we follow.
        layout: how its dataset is laid out: the levels it may hold, whether a territory may be absent.
        beside: levels that the other new files of its dataset and edition hold.
        file: ``extract``, ``dataset`` and ``file`` of the file.
    """
    import polars as pl

    columns = rows.columns
    present = _by_level(rows.places.filter("ours"), "code")
    declared = _by_level(followed, "code", "name")
    own = past.filter(pl.col("dataset") == file["dataset"])
    known = own.select(*_LEVEL, "code", "edition", "year", "extract").unique().rows()
    before = {
        level: {(code,) for code, *_ in told} & {(code,) for code, _ in declared.get(level, ())}
        for level, told in _grouped(known).items()
    }
    # A file that completes an edition already here loses nothing of it.
    editions = set(columns.select("edition", "year").iter_rows())
    there = _grouped(one for one in known if one[3:5] in editions)
    earlier = own.filter(
        pl.col("value").is_not_null(), ~pl.col("edition").is_in({one[0] for one in editions})
    )
    figured = _grouped(earlier.select(*_LEVEL, "code", "year").unique().iter_rows())
    last: dict[tuple[str, str | None], int] = {}
    for level, perimeter, year in columns.select(*_LEVEL, "year").iter_rows():
        last[level, perimeter] = max(year, last.get((level, perimeter), year))
    levels = set(last)
    # The producer's own totals (« Ensemble ») do not make a file of quarters.
    none = all(level == Level.GROUPE.value for level, _ in present)
    if none and any(before.values()):
        held_once = {level for level, codes in before.items() if codes}
        # A file of communes is not asked for the départements other files of its dataset hold.
        levels |= set() if levels & held_once else held_once
    elif none and not there:
        levels |= {(rule.level, rule.perimeter) for rule in layout.territory.rules[:1] if not rule.outside}
    levels |= {one for one in _once(known, last) if one[0] not in beside}
    held: list[Finding] = []
    for one in sorted(levels, key=str):
        if one[0] not in LEVELS:
            continue
        every, once = declared.get(one, set()), {code for (code,) in before.get(one, ())}
        wanted = {(code, name) for code, name in every if code in once or not once}
        complete = {code for code, *_ in (*present.get(one, ()), *there.get(one, ()))}
        lacking = {(code, name) for code, name in wanted if code not in complete}
        if not once and layout.partial and len(lacking) < len(wanted):
            continue
        if not once and layout.aggregate is not None and 2 * len(lacking) < len(wanted):
            # A territory without any facility has no row: only those that had some are missed.
            some = _had_some(past, columns, one)
            lacking = {(code, name) for code, name in lacking if code in some}
        if not lacking and layout.year.column is not None:
            # A file of several years may lack territories in one of them only.
            gone = _gone(rows.ours, one, last, figured.get(one, set()))
            lacking = {(f"{code}, {year}", name) for code, name in every for year in gone.get(code, ())}
        if lacking:
            held.append(_lacking(*one, len(wanted), sorted(lacking), file))
    return held


_LEVEL = ("level", "perimeter")


def _grouped(told: Iterable[tuple[Any, ...]]) -> dict[tuple[str, str | None], set[tuple[Any, ...]]]:
    """Put rows of one level and perimeter, which come first in them, together."""
    found: dict[tuple[str, str | None], set[tuple[Any, ...]]] = {}
    for level, perimeter, *others in told:
        found.setdefault((level, perimeter), set()).add(tuple(others))
    return found


def _by_level(places: pl.DataFrame, *names: str) -> dict[tuple[str, str | None], set[tuple[Any, ...]]]:
    """Return what territories say under some names, by level and perimeter."""
    return _grouped(places.select(*_LEVEL, *names).iter_rows())


def _had_some(past: pl.DataFrame, columns: pl.DataFrame, place: tuple[str, str | None]) -> set[str]:
    """Return the territories of a level that had three of anything a file counts."""
    import polars as pl

    same = (pl.col("level") == place[0]) & pl.col("perimeter").eq_missing(pl.lit(place[1], pl.String))
    counted = pl.col("variable").is_in(columns["variable"].unique().implode())
    return set(past.filter(same, counted, pl.col("value") >= 3)["code"])


def _once(
    known: Sequence[tuple[Any, ...]], levels: Collection[tuple[str, str | None]]
) -> set[tuple[str, str | None]]:
    """Return the levels of the last file of a dataset that had one of those of a new file."""
    like = [(edition, extract) for *place, _, edition, _, extract in known if tuple(place) in levels]
    return {(one[0], one[1]) for one in known if like and one[5] == max(like)[1]}


def _gone(
    rows: pl.DataFrame,
    place: tuple[str, str | None],
    last: Mapping[tuple[str, str | None], int],
    figured: Collection[tuple[Any, ...]],
) -> dict[str, list[int]]:
    """Return the territories a file lacks in one of its years: its latest, or one they had a figure in.

    Args:
        rows: territories and years of the file.
        place: a level and perimeter.
        last: latest year of each level of the file.
        figured: territories and years of that level the dataset has already given a figure of.

    Returns:
        The years each of them is absent from.
    """
    pairs = _by_level(rows, "code", "year").get(place, set())
    years = {year for _, year in pairs}
    latest = last.get(place)
    told = {(code, latest) for code, _ in pairs} | {pair for pair in figured if pair[1] in years}
    gone: dict[str, list[int]] = {}
    for code, year in sorted(told - pairs) if len(years) > 1 else ():
        gone.setdefault(code, []).append(year)
    return gone


def _lacking(
    level: str, perimeter: str | None, wanted: int, lacking: Sequence[tuple[str, str]], file: Source
) -> Finding:
    names = ", ".join(f"{name} ({code})" for code, name in lacking[:SHOWN])
    more = ", …" if len(lacking) > SHOWN else ""
    return Finding(
        rule="coverage",
        **file,
        level=level,
        perimeter=perimeter,
        found=typographic(f"{_counted(level, wanted - len({name for _, name in lacking}))} sur {wanted}"),
        expected=typographic(f"{_counted(level, wanted)}, comme les suit le baromètre"),
        why=typographic(f"Absents du fichier : {names}{more}."),
    )


def _counted(level: str, count: int) -> str:
    """Write a number of territories of a level: « 45 communes », « 1 quartier prioritaire »."""
    noun = Level(level).label
    return f"{count} {noun if count < 2 else ' '.join(f'{word}s' for word in noun.split())}"


def identical_findings(
    rows: pl.DataFrame, years: Collection[int], declared: Variables, layout: Layout, file: Source
) -> list[Finding]:
    """Return a file, or its columns, whose figures are those of another year.

    Args:
        rows: dated observations of one file, each beside those of other years (:func:`other_years`).
        years: all the years of the file.
        declared: declarations of the variables: those a producer repeats.
        layout: how its dataset is laid out: whether each row states its year.
        file: ``extract``, ``dataset`` and ``file`` of the file.
    """
    import polars as pl

    if rows.is_empty():
        return []
    repeated = f"^(?:{declared.repeated})$"
    both = rows.filter(
        ~pl.col("variable").str.contains(repeated),
        pl.col("before").is_not_null(),
        pl.col("value").is_not_null(),
    )
    column = ["variable", "level", "perimeter", "year", "before_year"]
    # One small count that repeats means nothing; all of them equal mean a copied file.
    whole = (
        (pl.col("value") == pl.col("before")).all()
        & (pl.len() >= ALL)
        & (pl.col("value").n_unique() >= FIGURES)
    ).over(column)
    columns = (
        both.filter(telling(pl.col("value").abs()) | whole)
        .unique([*column, "code", "column"], keep="first", maintain_order=True)
        .group_by(*column, "millesime", "column", maintain_order=True)
        .agg(
            same=(pl.col("value") == pl.col("before")).mean(), n=pl.len(), figures=pl.col("value").n_unique()
        )
        .sort((pl.col("year") - pl.col("before_year")).abs(), maintain_order=True)
    )
    held = columns.filter(pl.col("n") >= LEAST, pl.col("same") >= SAME, pl.col("figures") >= LEAST // 2)
    held = held.unique([*column[:-1], "column"], keep="first", maintain_order=True)
    if held.is_empty():
        # A file of one territory: its columns together tell what none of them does.
        few = (pl.col("n") < LEAST) & (pl.col("same") == 1)
        together = few.all().over("year", "before_year") & (
            pl.col("n").sum().over("year", "before_year") >= LEAST
        )
        held = (
            columns.filter(together)
            .head(1)
            .with_columns(column=pl.lit(None, pl.String), variable=pl.lit(None, pl.String))
        )
    # One year of several, each stated beside its rows: no file under another name, a year given twice.
    stated = layout.year.column is not None and not set(years) <= set(held["year"])
    return [
        Finding(
            rule="repeated" if stated else "identical",
            **file,
            level=row["level"],
            perimeter=row["perimeter"],
            variable=row["variable"],
            millesime=row["millesime"] if row["variable"] else None,
            column=row["column"],
            found=typographic(
                f"identique au millésime {row['before_year']} ({percent(row['same'])} des chiffres)"
            ),
            expected=typographic(
                f"des chiffres de {row['year']}, différents de ceux de {row['before_year']}"
            ),
            why=typographic(
                f"Les lignes de {row['year']} répètent celles de {row['before_year']}."
                if stated
                else f"Un fichier de {row['before_year']} a sans doute été rendu sous un autre nom."
            ),
        )
        for row in held.iter_rows(named=True)
    ]


def other_years(rows: pl.DataFrame, past: pl.DataFrame) -> pl.DataFrame:
    """Give each figure of a file those of its territory in the other years, known or its own earlier ones.

    Args:
        rows: dated observations of one file.
        past: dated observations to compare with.

    Returns:
        A row per figure and other year, with ``before`` and ``before_year``.
    """
    import polars as pl

    place = ["variable", "level", "perimeter", "code"]
    valued = rows.filter(pl.col("value").is_not_null())
    figures = (*place, "dataset", "year", "value")
    known = pl.concat([past.select(figures), valued.select(figures)]).drop_nulls("value")
    known = known.unique([*place, "dataset", "year"], keep="first", maintain_order=True)
    return (
        valued.join(
            known.rename({"year": "before_year", "value": "before", "dataset": "_dataset"}),
            on=place,
            nulls_equal=True,
            maintain_order="left",
        )
        .join(
            # A year of the file itself, unknown before, is told of the later of the two.
            past.select(*place[:-1], before_year="year", _past=pl.lit(True)).unique(),
            on=[*place[:-1], "before_year"],
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        .filter(
            pl.col("before_year") != pl.col("year"),
            # A producer that states no year may well give figures of one that another file states.
            pl.col("millesime").is_not_null() | (pl.col("_dataset") == pl.col("dataset")),
            pl.col("_past").fill_null(False) | (pl.col("before_year") < pl.col("year")),
        )
    )


def telling(size: pl.Expr) -> pl.Expr:
    """Tell figures that have digits enough for two equal ones to be no coincidence.

    Args:
        size: figures, without their sign.

    Returns:
        A boolean for each: 20 at least, half of it with one decimal, any with two.
    """
    whole, tenths = size == size.round(), (size * 10) == (size * 10).round()
    return (whole & (size >= TELLING)) | (~whole & tenths & (size >= TELLING / 2)) | (~whole & ~tenths)


def late_findings(rows: pl.DataFrame, past: pl.DataFrame, file: Source) -> list[Finding]:
    """Return a file whose figures are much older than those of its dataset usually are, or later than itself.

    Args:
        rows: dated observations of one file.
        past: dated observations to compare with.
        file: ``extract``, ``dataset`` and ``file`` of the file.
    """
    import polars as pl

    own = past.filter(pl.col("dataset") == file["dataset"], pl.col("millesime").is_not_null())
    lags = own.group_by("edition").agg(lag=pl.col("edition").first() - pl.col("millesime").max())["lag"]
    usual, ahead = lags.max(), AHEAD if lags.is_empty() else max(0, -min(lags))
    stated = rows.filter(pl.col("millesime").is_not_null(), pl.col("value").is_not_null())
    if stated.is_empty():
        return []
    edition, year = int(stated["edition"][0]), int(stated["millesime"].max())  # type: ignore[arg-type]
    latest = edition + ahead
    if year <= latest and (usual is None or edition - year <= int(usual) + LATE):  # type: ignore[arg-type]
        return []
    found = f"des chiffres de {year} au plus" if year <= latest else f"des chiffres de {year}"
    expected = latest if year > latest else edition - int(usual)  # type: ignore[arg-type]
    return [
        Finding(
            rule="year",
            **file,
            found=typographic(f"{found}, dans l’édition {edition}"),
            expected=typographic(f"des chiffres de {expected}{' au plus' if year > latest else ''}"),
            why=typographic("Le nom du fichier et les années qu’il contient ne vont pas ensemble."),
        )
    ]


def nothing_new(rows: pl.DataFrame, past: pl.DataFrame, file: Source) -> list[Finding]:
    """Return a new edition that only repeats, figure for figure, an earlier edition of its dataset."""
    import polars as pl

    key = ["dataset", "millesime", "level", "code", "perimeter", "variable"]
    edition = rows["edition"][0] if rows.height else 0
    stated = rows.filter(pl.col("millesime").is_not_null(), pl.col("value").is_not_null())
    earlier = past.filter(pl.col("dataset") == file["dataset"], pl.col("edition") < edition)
    known = earlier.unique(key, keep="last").select(*key, before="value", _edition="edition")
    both = stated.join(known, on=key, nulls_equal=True)
    if stated.is_empty() or both.height < stated.height or (both["value"] != both["before"]).any():
        return []
    before = max(both["_edition"].to_list())
    return [
        Finding(
            rule="identical",
            **file,
            found=typographic(f"les chiffres de l’édition {before}, tous identiques"),
            expected=typographic(f"au moins un chiffre nouveau dans l’édition {edition}"),
            why=typographic(f"Le fichier de {before} a sans doute été rendu sous un autre nom."),
        )
    ]


def column_counts(rows: pl.DataFrame) -> Counter[tuple[str | None, str | None]]:
    """Return how many columns (variable and year) a file has at each level and perimeter."""
    columns = rows.select("level", "perimeter", "variable", "year").unique()
    return Counter(columns.select("level", "perimeter").iter_rows())
