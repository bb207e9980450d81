"""Pandera schemas derived from the catalogue and the indicators: nothing is restated here.

Belongs here: what makes observations, values and memberships right, and the French sentence that says
which row is wrong. Does not belong here: when these are run (``pipelines``), nor repairs: a wrong row
stops everything.

Frames must be eager: pandera looks at the schema only of a lazy one, never at its values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from indicators.frames import VALUE_KEY
from indicators.model import Indicator, Ratio
from sources.catalogue import expanded
from sources.model import Dataset
from sources.problems import Problem, ValidationFailed, quoted
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl

OBSERVATION_KEY = ("dataset", "edition", "level", "code", "perimeter", "variable", "millesime")

ROUNDING = 0.1
"""A part may exceed its total by the rounding of a producer's own decimals."""

RELATIVE = 1e-9
"""Two floating-point routes to one number."""

MAX_PROBLEMS = 50

Row = Mapping[str, Any]


@dataclass(frozen=True)
class _Rule:
    """One property of every row: the expression that holds, and how to say that it does not."""

    name: str
    holds: pl.Expr
    found: Callable[[Row], str]
    expected: Callable[[Row], str]


def validate_observations(
    observations: pl.DataFrame,
    datasets: Mapping[str, Dataset],
    territory: pl.DataFrame,
    files: Mapping[str, str],
) -> None:
    """Check observations against the catalogue: types, unique key, known codes, statuses, bounds, part ≤
    total.

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
    frame = _located(_with_totals(frame, datasets), territory)
    rules = [
        _Rule("variable", pl.col("_declared").is_not_null(), _variable, 
              lambda r: f"une variable déclarée de {r['dataset']}"),
        _territory_rule(),
        *_number_rules(),
        _bounds_rule(),
        _Rule(
            "total",
            # A null on either side makes no comparison: fill_null(True) says so.
            (pl.col("value") <= pl.col("_total") + pl.col("_tolerance") + ROUNDING).fill_null(True),
            lambda r: f"{_number(r['value'])} ({_variable(r)})",
            lambda r: f"au plus son total, {_number(r['_total'])} ({r['_part_of']})",
        ),
    ]  # fmt: skip

    def place(row: Row) -> tuple[str, int | None, str | None]:
        return files.get(row["extract"], row["dataset"]), row["line"], row["column"]

    _validate(frame, types, OBSERVATION_KEY, rules, place, _variable)


def validate_values(values: pl.DataFrame, indicators: Sequence[Indicator], territory: pl.DataFrame) -> None:
    """Check values against the indicators: types, unique key, bounds, intervals, ratios, statuses,
    territories.

    Args:
        values: table ``value``.
        indicators: the declarations.
        territory: table ``territory``.

    Raises:
        ValidationFailed: naming indicator, territory and year of each fault.
    """
    import polars as pl

    text, year, number = pl.String, pl.Int32, pl.Float64
    types = {
        "indicator": (text, False), "series": (text, False), "concept": (text, False), "level": (text, False),
        "code": (text, False), "perimeter": (text, True), "millesime": (year, True), "edition": (year, True),
        "value": (number, True), "numerator": (number, True), "denominator": (number, True),
        "denominator_millesime": (year, True), "lower": (number, True), "upper": (number, True),
        "status": (text, False), "origin": (text, False), "datasets": (text, False), "extracts": (text, False),
    }  # fmt: skip
    frame = values.join(_declared_indicators(indicators), on="indicator", how="left", maintain_order="left")
    frame = frame.join(
        _declared_series(indicators), on=["indicator", "series"], how="left", maintain_order="left"
    )
    frame = _located(frame, territory)
    origins = ["", "producer", "sum", "inherited", "estimated", "composite"]
    tolerance = RELATIVE * pl.col("value").abs().clip(1)
    rules = [
        _Rule(
            "indicator",
            pl.col("_declared").is_not_null(),
            lambda r: quoted(r["indicator"]),
            lambda _: "un indicateur déclaré",
        ),
        _Rule(
            "series",
            # A row without any figure belongs to no series.
            pl.col("_series").is_not_null() | ((pl.col("series") == "") & pl.col("value").is_null()),
            lambda r: f"la série {quoted(r['series'])}",
            lambda _: "une série déclarée de l’indicateur",
        ),
        _Rule(
            "origin",
            pl.col("origin").is_in(origins),
            lambda r: f"l’origine {quoted(r['origin'])}",
            lambda _: "une origine du vocabulaire",
        ),
        _territory_rule(),
        *_number_rules(),
        _bounds_rule(),
        _Rule(
            "interval",
            (
                (pl.col("lower") <= pl.col("value") + tolerance)
                & (pl.col("value") <= pl.col("upper") + tolerance)
            ).fill_null(True),
            lambda r: f"{_number(r['value'])} hors de [{_number(r['lower'])}\u00a0; {_number(r['upper'])}]",
            lambda _: "une valeur dans son intervalle",
        ),
        _Rule(
            "ratio",
            (
                (pl.col("value") * pl.col("denominator") - pl.col("_scale") * pl.col("numerator")).abs()
                <= RELATIVE * (pl.col("_scale") * pl.col("numerator")).abs().clip(1)
            ).fill_null(True),
            lambda r: _number(r["value"]),
            lambda r: f"{_number(r['_scale'])} × {_number(r['numerator'])} / {_number(r['denominator'])}",
        ),
        *(
            _Rule(
                f"finite_{name}",
                pl.col(name).is_finite().fill_null(True),
                lambda r, name=name: _number(r[name]),
                lambda _, noun=noun: f"{noun} qui soit un nombre",
            )
            for name, noun in (("numerator", "un numérateur"), ("denominator", "un dénominateur"))
        ),
    ]

    def place(row: Row) -> tuple[str, int | None, str | None]:
        return (
            f"indicateur {row['indicator']}, {_territory(row)}, {row['millesime'] or 'année non précisée'}",
            None,
            None,
        )

    _validate(
        frame,
        types,
        VALUE_KEY,
        rules,
        place,
        lambda r: f"{_number(r['value'])} (série {quoted(r['series'])})",
    )


def validate_memberships(membership: pl.DataFrame, territory: pl.DataFrame, expected: int) -> None:
    """Check that the inhabitants of the QPV of 2024 in the authority add up to the contract's own total.

    Args:
        membership: table ``membership``.
        territory: table ``territory``.
        expected: total stated by the contract.

    Raises:
        ValidationFailed: the sum differs.
    """
    import polars as pl

    current = territory.filter((pl.col("level") == Level.QPV.value) & (pl.col("perimeter") == "qpv_2024"))
    parts = membership.filter(
        (pl.col("level") == Level.QPV.value) & (pl.col("parent_level") == Level.EPCI.value)
    ).join(current, on="code", how="semi")
    found = parts["inhabitants"].sum()
    if found != expected or parts["inhabitants"].null_count():
        raise ValidationFailed(
            Problem(
                file="appartenances des QPV de 2024 à l’agglomération",
                line=None,
                column="habitants",
                found=f"{_number(found)} habitants pour {parts.height} quartiers",
                expected=f"{_number(expected)}, total du contrat",
                advice="Vérifiez qpv.csv et appartenances.csv, dans sources/territory.",
            )
        )


def _validate(
    frame: pl.DataFrame,
    types: Mapping[str, tuple[Any, bool]],
    key: tuple[str, ...],
    rules: Sequence[_Rule],
    place: Callable[[Row], tuple[str, int | None, str | None]],
    described: Callable[[Row], str],
) -> None:
    """Run one schema over an eager frame and turn what fails into French problems."""
    import pandera.polars as pa
    from pandera.errors import SchemaErrors

    by_name = {rule.name: rule for rule in rules}
    schema = pa.DataFrameSchema(
        {name: pa.Column(dtype, nullable=nullable) for name, (dtype, nullable) in types.items()},
        checks=[pa.Check(_holds(rule), error=rule.name) for rule in rules],
        unique=list(key),
    )
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as error:
        failures = error.failure_cases
    else:
        return

    problems: list[Problem] = []
    for case in failures.sort("index", nulls_last=False).head(MAX_PROBLEMS).iter_rows(named=True):
        if case["index"] is None:
            # The shape of the frame itself: a fault of ours, told with pandera's own words.
            found = f"{case['failure_case']} ({case['check']})"
            problems.append(
                Problem("table calculée", None, case["column"], found, "le type et les colonnes déclarés")
            )
            continue
        row = frame.row(case["index"], named=True)
        file, line, column = place(row)
        rule = by_name.get(case["check"])
        if rule is not None:
            found, expected = rule.found(row), rule.expected(row)
        elif case["check"] == "multiple_fields_uniqueness":
            found, expected = f"{described(row)}, donné plusieurs fois", "une seule ligne par clé"
        else:
            found, expected = quoted(case["failure_case"]), f"{case['column']} renseigné"
        problems.append(Problem(file, line, column, found, expected))
    hidden = failures.height - len(problems)
    if hidden > 0:
        last = problems[-1]
        problems[-1] = Problem(
            last.file, last.line, last.column, last.found, last.expected, f"{hidden} autres de même sorte."
        )
    raise ValidationFailed(problems)


def _holds(rule: _Rule) -> Callable[[Any], Any]:
    return lambda data: data.lazyframe.select(rule.holds.alias(rule.name))


def _number_rules() -> list[_Rule]:
    """Status vocabulary, and a number if and only if the status carries one; never NaN nor infinite."""
    import polars as pl

    usable = pl.col("status").is_in([s.value for s in Status if s.usable])
    return [
        _Rule(
            "status",
            pl.col("status").is_in([s.value for s in Status]),
            lambda r: f"le statut {quoted(r['status'])}",
            lambda _: "un statut du vocabulaire",
        ),
        _Rule(
            "status_value",
            usable == pl.col("value").is_not_null(),
            lambda r: f"{_number(r['value'])} de statut {quoted(r['status'])}",
            lambda _: (
                "un nombre si et seulement si le statut est «\u00a0observed\u00a0» ou «\u00a0estimated\u00a0»"
            ),
        ),
        _Rule(
            "finite",
            pl.col("value").is_finite().fill_null(True),
            lambda r: _number(r["value"]),
            lambda _: "un nombre fini",
        ),
    ]


def _bounds_rule() -> _Rule:
    import polars as pl

    value = pl.col("value")
    # NaN is above everything for polars; the rule « finite » names it where there is no upper bound.
    inside = (value >= pl.col("_low")).fill_null(True) & (value <= pl.col("_high")).fill_null(True)
    return _Rule("bounds", inside, lambda r: f"{_number(r['value'])} ({_territory(r)})", _interval)


def _interval(row: Row) -> str:
    low, high = row["_low"], row["_high"]
    if low is not None and high is not None:
        return f"une valeur entre {_number(low)} et {_number(high)}"
    return f"au moins {_number(low)}" if low is not None else f"au plus {_number(high)}"


def _located(frame: pl.DataFrame, territory: pl.DataFrame) -> pl.DataFrame:
    """Add ``_known``, null where level, code and perimeter are not those of one declared territory."""
    import polars as pl

    key = ["level", "code", "perimeter"]
    known = territory.select(key).unique().with_columns(_known=pl.lit(True))
    return frame.join(known, on=key, how="left", nulls_equal=True, maintain_order="left")


def _territory_rule() -> _Rule:
    import polars as pl

    known = pl.col("_known").is_not_null()
    return _Rule("territory", known, _territory, lambda _: "un territoire déclaré dans sources/territory")


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

    same = ["dataset", "edition", "millesime", "level", "code", "perimeter"]
    totals = frame.select(*same, pl.col("variable").alias("_part_of"), pl.col("value").alias("_total"))
    # A repeated total is a fault of its own, found by the unique key: it must not multiply rows here.
    totals = totals.unique(subset=[*same, "_part_of"], keep="first")
    tolerances = pl.DataFrame(
        [(d.id, m.edition, float(m.tolerance)) for d in datasets.values() for m in d.millesimes],
        schema={"dataset": pl.String, "edition": pl.Int32, "_tolerance": pl.Float64},
        orient="row",
    )
    return frame.join(
        totals, on=[*same, "_part_of"], how="left", nulls_equal=True, maintain_order="left"
    ).join(tolerances, on=["dataset", "edition"], how="left", maintain_order="left").with_columns(
        pl.col("_tolerance").fill_null(0.0)
    )  # fmt: skip


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


def _territory(row: Row) -> str:
    level = row["level"]
    label = Level(level).label if level in set(Level) else level
    return f"{label} {row['code']}" + (f" ({row['perimeter']})" if row["perimeter"] else "")


def _variable(row: Row) -> str:
    return f"{row['variable']}, {_territory(row)}, {row['millesime'] or 'année non précisée'}"


def _number(value: float | None) -> str:
    """Write a number in French, without rounding away what is wrong with it."""
    if value is None:
        return "aucune valeur"
    return f"{value:,.10g}".replace(",", "\u202f").replace(".", ",")
