"""Pandera schemas derived from the catalogue and the indicators: nothing is restated here.

Belongs here: what makes observations, values and memberships right, and the French sentence that says
which row is wrong. Does not belong here: when these are run (``pipelines``), nor repairs: a wrong row
stops everything.

Frames must be eager: pandera looks at the schema only of a lazy one, never at its values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from indicators.frames import VALUE_COLUMNS, VALUE_KEY, value_schema
from indicators.model import ROUNDING, Indicator, Ratio
from indicators.rules import (
    Row,
    Rule,
    bounds_rule,
    french,
    located,
    number_rules,
    place_name,
    territory_rule,
    validate,
)
from sources.catalogue import expanded
from sources.model import Dataset
from sources.problems import Problem, ValidationFailed, quoted
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

OBSERVATION_KEY = ("dataset", "edition", "level", "code", "perimeter", "variable", "millesime")

RELATIVE = 1e-9
"""Two floating-point routes to one number."""

NULLABLE = frozenset(column.name for column in VALUE_COLUMNS if column.nullable)
"""Columns of table ``value`` that may be empty."""

ORIGINS = ("", "producer", "sum", "inherited", "estimated", "composite")


def validate_observations(
    observations: pl.DataFrame,
    datasets: Mapping[str, Dataset],
    territory: pl.DataFrame,
    files: Mapping[str, str],
) -> None:
    """Check observations against the catalogue: types, key, codes, statuses, bounds, part ≤ total.

    Args:
        observations: table ``observation``, whole or of one dataset.
        datasets: declarations by id.
        territory: table ``territory``.
        files: name of the file of each extract id, for messages.

    Raises:
        ValidationFailed: naming file, line, column, found and expected of each fault.
    """
    import polars as pl

    text, year, number = pl.String, pl.Int32, pl.Float64
    types = {
        "dataset": (text, False), "edition": (year, False), "millesime": (year, True), "level": (text, False),
        "code": (text, False), "perimeter": (text, True), "variable": (text, False), "value": (number, True),
        "status": (text, False), "extract": (text, False), "line": (year, False), "column": (text, False),
    }  # fmt: skip
    held = datasets.keys() & set(observations["dataset"].unique())
    declared = _declared_columns(datasets, held)
    frame = observations.join(declared, on=["dataset", "variable"], how="left", maintain_order="left")
    frame = located(_with_totals(frame, datasets), territory)
    rules = [
        Rule(
            "variable",
            pl.col("_declared").is_not_null(),
            _variable,
            lambda r: f"une variable déclarée de {r['dataset']}",
        ),
        territory_rule(),
        *number_rules(),
        bounds_rule(),
        Rule(
            "total",
            # A null on either side makes no comparison: fill_null(True) says so.
            (pl.col("value") <= pl.col("_total") + pl.col("_tolerance") + ROUNDING).fill_null(True),
            lambda r: f"{french(r['value'])} ({_variable(r)})",
            lambda r: f"au plus son total, {french(r['_total'])} ({r['_part_of']})",
        ),
    ]

    def place(row: Row) -> tuple[str, int | None, str | None]:
        return files.get(row["extract"], row["dataset"]), row["line"], row["column"]

    validate(frame, types, OBSERVATION_KEY, rules, place, _variable)


def validate_values(values: pl.DataFrame, indicators: Sequence[Indicator], territory: pl.DataFrame) -> None:
    """Check values against the indicators: types, key, bounds, intervals, ratios, statuses, territories.

    Args:
        values: table ``value``.
        indicators: the declarations.
        territory: table ``territory``.

    Raises:
        ValidationFailed: naming indicator, territory and year of each fault.
    """
    import polars as pl

    types = {name: (dtype, name in NULLABLE) for name, dtype in value_schema().items()}
    frame = values.join(_declared_indicators(indicators), on="indicator", how="left", maintain_order="left")
    frame = frame.join(
        _declared_series(indicators), on=["indicator", "series"], how="left", maintain_order="left"
    )
    frame = located(frame, territory)
    tolerance = RELATIVE * pl.col("value").abs().clip(1)
    rules = [
        Rule(
            "indicator",
            pl.col("_declared").is_not_null(),
            lambda r: quoted(r["indicator"]),
            lambda _: "un indicateur déclaré",
        ),
        Rule(
            "series",
            # A row without any figure belongs to no series.
            pl.col("_series").is_not_null() | ((pl.col("series") == "") & pl.col("value").is_null()),
            lambda r: f"la série {quoted(r['series'])}",
            lambda _: "une série déclarée de l’indicateur",
        ),
        Rule(
            "origin",
            pl.col("origin").is_in(ORIGINS),
            lambda r: f"l’origine {quoted(r['origin'])}",
            lambda _: "une origine du vocabulaire",
        ),
        territory_rule(),
        *number_rules(),
        bounds_rule(),
        Rule(
            "interval",
            (
                (pl.col("lower") <= pl.col("value") + tolerance)
                & (pl.col("value") <= pl.col("upper") + tolerance)
            ).fill_null(True),
            lambda r: f"{french(r['value'])} hors de [{french(r['lower'])}\u00a0; {french(r['upper'])}]",
            lambda _: "une valeur dans son intervalle",
        ),
        Rule(
            "ratio",
            (
                (pl.col("value") * pl.col("denominator") - pl.col("_scale") * pl.col("numerator")).abs()
                <= RELATIVE * (pl.col("_scale") * pl.col("numerator")).abs().clip(1)
            ).fill_null(True),
            lambda r: french(r["value"]),
            lambda r: f"{french(r['_scale'])} × {french(r['numerator'])} / {french(r['denominator'])}",
        ),
        Rule(
            "terms",
            pl.all_horizontal(pl.col("numerator", "denominator").is_finite().fill_null(True)),
            lambda r: f"{french(r['numerator'])} / {french(r['denominator'])}",
            lambda _: "un numérateur et un dénominateur finis",
        ),
    ]

    def place(row: Row) -> tuple[str, int | None, str | None]:
        return (
            f"indicateur {row['indicator']}, {place_name(row)}, {row['millesime'] or 'année non précisée'}",
            None,
            None,
        )

    validate(
        frame,
        types,
        VALUE_KEY,
        rules,
        place,
        lambda r: f"{french(r['value'])} (série {quoted(r['series'])})",
    )


def validate_memberships(membership: pl.DataFrame, territory: pl.DataFrame, expected: int | None) -> None:
    """Check that the inhabitants of the QPV of 2024 in the authority add up to the contract's own total.

    Args:
        membership: table ``membership``.
        territory: table ``territory``.
        expected: total stated by the contract; None where there is none, and nothing is checked.

    Raises:
        ValidationFailed: the sum differs.
    """
    import polars as pl

    if expected is None:
        return
    current = territory.filter((pl.col("level") == Level.QPV.value) & (pl.col("perimeter") == "qpv_2024"))
    parts = membership.filter(
        (pl.col("level") == Level.QPV.value) & (pl.col("parent_level") == Level.EPCI.value)
    ).join(current, on="code", how="semi")
    found = int(parts["inhabitants"].sum())
    if found != expected or parts["inhabitants"].null_count():
        raise ValidationFailed(
            Problem(
                file="appartenances des QPV de 2024 à l’intercommunalité",
                line=None,
                column="habitants",
                found=f"{french(found)} habitants pour {parts.height} quartiers",
                expected=f"{french(expected)}, total du contrat",
                advice="Vérifiez qpv.csv et appartenances.csv, dans le dossier du territoire.",
            )
        )


def _declared_columns(datasets: Mapping[str, Dataset], held: set[str]) -> pl.DataFrame:
    """One row per dataset and variable: bounds and total."""
    import polars as pl

    rows = [
        (dataset_id, variable, *column.bounds, column.part_of, True)
        for dataset_id in sorted(held)
        for variable, column in expanded(datasets[dataset_id]).items()
    ]
    schema = {
        "dataset": pl.String, "variable": pl.String, "_low": pl.Float64, "_high": pl.Float64,
        "_part_of": pl.String, "_declared": pl.Boolean,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _with_totals(frame: pl.DataFrame, datasets: Mapping[str, Dataset]) -> pl.DataFrame:
    """Add ``_total``, the value of the variable each one is a part of, and ``_tolerance`` of the copy."""
    import polars as pl

    if frame["_part_of"].null_count() == frame.height:
        nothing = pl.lit(None, pl.Float64)
        return frame.with_columns(_total=nothing, _tolerance=pl.lit(0.0))
    same = ["dataset", "edition", "millesime", "level", "code", "perimeter"]
    named = frame["_part_of"].drop_nulls().unique().to_list()
    totals = frame.filter(pl.col("variable").is_in(named)).select(
        *same, pl.col("variable").alias("_part_of"), pl.col("value").alias("_total")
    )
    # A repeated total is a fault of its own, found by the unique key: it must not multiply rows here.
    totals = totals.unique(subset=[*same, "_part_of"], keep="first")
    tolerances = pl.DataFrame(
        [(d.id, m.edition, float(m.tolerance)) for d in datasets.values() for m in d.millesimes],
        schema={"dataset": pl.String, "edition": pl.Int32, "_tolerance": pl.Float64},
        orient="row",
    )
    # Most rows are no part of anything: only the others are looked for.
    numbered = frame.with_row_index("_row")
    parts = (
        numbered.filter(pl.col("_part_of").is_not_null())
        .join(totals, on=[*same, "_part_of"], nulls_equal=True)
        .join(tolerances, on=["dataset", "edition"], how="left")
        .select("_row", "_total", pl.col("_tolerance").fill_null(0.0))
    )
    return numbered.join(parts, on="_row", how="left", maintain_order="left").drop("_row")


def _declared_indicators(indicators: Sequence[Indicator]) -> pl.DataFrame:
    import polars as pl

    schema = {"indicator": pl.String, "_low": pl.Float64, "_high": pl.Float64, "_declared": pl.Boolean}
    return pl.DataFrame([(i.id, *i.bounds, True) for i in indicators], schema=schema, orient="row")


def _declared_series(indicators: Sequence[Indicator]) -> pl.DataFrame:
    """One row per series, with the scale of those whose value is a ratio of the row's own columns."""
    import polars as pl

    rows = [
        (i.id, s.id, float(s.formula.scale) if isinstance(s.formula, Ratio) else None, True)
        for i in indicators
        for s in i.series
    ]
    schema = {"indicator": pl.String, "series": pl.String, "_scale": pl.Float64, "_series": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _variable(row: Row) -> str:
    return f"{row['variable']}, {place_name(row)}, {row['millesime'] or 'année non précisée'}"
