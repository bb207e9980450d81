"""Generated national files, in the layout of the embedded ones: nothing in them was ever measured.

Each embedded CSV of communes is given the rows of as many communes as asked: those of a real one, chosen in
turn, under a code that is generated. Where the file names the commune, it is named « Commune générée ».
The long tables of the census, which are most of what INSEE distributes, are written from the catalogue alone:
every combination of the values of their dimensions, one file per edition.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import polars as pl

from sources.catalogue import expanded, load_catalogue
from sources.model import Column, Dataset, Layout
from sources.readers import read_extract
from sources.readers.long import ANY, TOTAL
from sources.territory.files import load_territories
from sources.vocabulary import Level

NAME = "Commune générée"
LARGEST = 35_000
"""Communes of France."""
EDITIONS = range(2014, 2024)
"""Editions of the long tables of the census."""
CENSUS = "/DS_RP_"
"""In the address of every long table of the census."""
GROWTH = 0.004
"""By how much a generated figure changes in a year: two editions of the same figures would be refused."""


def generate(folder: Path, communes: int, editions: Sequence[int] = ()) -> int:
    """Write the files of so many communes, ours as they are and the others generated.

    Args:
        folder: made, and filled.
        communes: how many are generated.
        editions: those of the long tables of the census; none of these tables by default.

    Returns:
        Size of the files, in bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "LISEZ-MOI.md").write_text("Fichiers générés : aucun chiffre n’est réel.\n", encoding="utf-8")
    known = load_territories().known(Level.COMMUNE)
    size = 0
    for dataset, _, extract, path in load_catalogue().embedded():
        if path.suffix.lower() == ".csv" and dataset.kind == "figures":
            text = _grown(path.read_bytes(), dataset.layout, known, communes)
            if text is not None:
                target = folder / Path(extract.file).name
                target.write_bytes(text)
                size += len(text)
    return size + (_write_census(folder, communes, editions) if editions else 0)


def _write_census(folder: Path, communes: int, editions: Sequence[int]) -> int:
    """Write the long tables of the census; return their size in bytes."""
    tables = [d for d in load_catalogue().datasets.values() if CENSUS in (d.url_template or "")]
    known = _known({variable for table in tables for variable in table.layout.columns})
    said = set(known["variable"])
    tables = [table for table in tables if said & set(table.layout.columns)]
    real = sorted(known["code"].unique())
    # No two communes have the same figures: a line copied under another code would have to be reviewed.
    twins = pl.DataFrame(
        {
            "GEO": [*real, *_codes(communes)],
            "code": [*real, *(real[n % len(real)] for n in range(communes))],
            "_larger": [1.0] * len(real) + [1 + n * 1e-6 for n in range(1, communes + 1)],
        }
    )
    size = 0
    for table in tables:
        for edition in editions:
            name = str(table.url_template).rpartition("/")[2].format(yyyy=edition)
            path = folder / f"{name}.csv"
            rows = twins.join(_census(table, edition, known), on="code", maintain_order="left").with_columns(
                (pl.col("OBS_VALUE") * pl.col("_larger")).round(6)
            )
            rows.drop("code", "_larger").write_csv(
                path, separator=";", quote_style="non_numeric", include_bom=True
            )
            size += path.stat().st_size
    return size


def _known(variables: set[str]) -> pl.DataFrame:
    """Return what the embedded files say of some variables of our communes: code, variable, year, value."""
    catalogue, territories = load_catalogue(), load_territories()
    return (
        pl.concat(
            read_extract(path, dataset, millesime.edition, millesime, territories).observations
            for dataset, millesime, _, path in catalogue.embedded()
            if dataset.kind == "figures" and variables & set(expanded(dataset))
        )
        .filter(pl.col("variable").is_in(variables), level=Level.COMMUNE.value)
        .drop_nulls("value")
        .unique(["code", "variable", "millesime"], keep="first", maintain_order=True)
        .select("code", "variable", year="millesime", value="value")
    )


def _census(table: Dataset, edition: int, known: pl.DataFrame) -> pl.DataFrame:
    """Return every combination of the dimensions of a table, for our communes and one year.

    A variable has its figure of the year that most of them have, or its last one, moved by :data:`GROWTH` a
    year, else half of its total; a combination that no variable reads has the figure 1.
    """
    columns = table.layout.columns
    at = {variable: _place(column) for variable, column in columns.items()}
    names = dict.fromkeys(name for place in at.values() for name in place)
    dimensions = {
        name: list(dict.fromkeys(place.get(name, TOTAL) for place in at.values())) for name in names
    }
    cross = pl.DataFrame(list(product(*dimensions.values())), schema=list(dimensions), orient="row")
    figures = known.select(pl.col("code").unique().sort())
    most = known.filter(pl.col("variable").is_in(list(columns)))["year"].mode().max()
    for variable, column in columns.items():
        said = (
            known.filter(pl.col("variable") == variable)
            .sort(pl.col("year") == most, "year")
            .unique("code", keep="last")
            .select("code", (pl.col("value") * (1 + GROWTH * (edition - pl.col("year")))).alias(variable))
        )
        total = figures[column.part_of] if column.part_of else pl.repeat(1.0, figures.height, eager=True)
        figures = figures.join(said, on="code", how="left", maintain_order="left").with_columns(
            pl.col(variable).fill_null(total / 2)
        )
        if column.part_of:
            figures = figures.with_columns(pl.min_horizontal(variable, column.part_of))
    where = pl.DataFrame(
        [
            {"variable": variable, **dict.fromkeys(dimensions, TOTAL), **place}
            for variable, place in at.items()
        ]
    )
    read = figures.unpivot(index="code", variable_name="variable").join(where, on="variable").drop("variable")
    return (
        figures.select("code")
        .join(cross, how="cross")
        .join(read, on=["code", *dimensions], how="left", maintain_order="left")
        .select(
            "code",
            pl.lit("COM").alias("GEO_OBJECT"),
            *dimensions,
            pl.lit("A").alias("OBS_STATUS"),
            pl.lit(str(edition)).alias("TIME_PERIOD"),
            pl.col("value").fill_null(1.0).alias("OBS_VALUE"),
        )
    )


def _place(column: Column) -> dict[str, str]:
    """Return one combination of values on which a variable is read."""
    return {name: TOTAL if ANY in values else values[0] for name, values in column.where.items()}


def _grown(raw: bytes, layout: Layout, known: frozenset[str], communes: int) -> bytes | None:
    """Return a file with generated communes after its own rows; None when it is not one of communes."""
    lines = list(csv.reader(io.StringIO(raw.decode(layout.encoding)), delimiter=layout.separator))
    column = _column(lines, known)
    if column is None:
        return None
    names = _names(lines, column, known)
    of: dict[str, list[list[str]]] = {}
    for line in lines:
        if len(line) > column and line[column] in known:
            of.setdefault(line[column], []).append(line)
    templates = [of[code] for code in sorted(of)]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=layout.separator, lineterminator="\n")
    for number, code in enumerate(_codes(communes)):
        for line in templates[number % len(templates)]:
            changed = list(line)
            changed[column] = code
            for name in names:
                changed[name] = f"{NAME} {code}"
            writer.writerow(changed)
    start = raw if raw.endswith(b"\n") else raw + b"\n"
    return start + out.getvalue().encode(layout.encoding.removesuffix("-sig"))


def _column(lines: list[list[str]], known: frozenset[str]) -> int | None:
    """Return the column that holds codes of our communes in at least half of the rows."""
    width = min((len(line) for line in lines), default=0)
    held = [sum(line[position] in known for line in lines) for position in range(width)]
    best = max(range(width), key=held.__getitem__, default=0)
    return best if width and held[best] * 2 >= len(lines) else None


def _names(lines: list[list[str]], column: int, known: frozenset[str]) -> list[int]:
    """Return the columns of names: a text of letters for every commune, a different one each."""
    first = {line[column]: line for line in reversed(lines) if line[column] in known}
    return [
        position
        for position in range(min(len(line) for line in first.values()))
        if len({line[position] for line in first.values()}) == len(first)
        and all(
            line[position].replace("-", "").replace(" ", "").replace("'", "").isalpha()
            for line in first.values()
        )
    ]


def _codes(communes: int) -> Iterator[str]:
    """Yield codes of the shape of INSEE's, outside the departments of the embedded files."""
    departments = [f"{n:02d}" for n in range(1, 96) if n not in (20, 59, 62)]
    for number in range(communes):
        yield f"{departments[number % len(departments)]}{number // len(departments) + 1:03d}"
