"""Running rules over a frame with pandera, and saying in French which row breaks which.

Belongs here: the engine and the rules every table of figures shares. Does not belong here: what is
particular to observations or values (``schemas``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sources.french import shortest
from sources.problems import Problem, ValidationFailed, quoted
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl

MAX_PROBLEMS = 50

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Rule:
    """One property of every row: the expression that holds, and how to say that it does not."""

    name: str
    holds: pl.Expr
    found: Callable[[Row], str]
    expected: Callable[[Row], str]


def validate(
    frame: pl.DataFrame,
    types: Mapping[str, tuple[Any, bool]],
    key: tuple[str, ...],
    rules: Sequence[Rule],
    place: Callable[[Row], tuple[str, int | None, str | None]],
    described: Callable[[Row], str],
) -> None:
    """Run one schema over an eager frame and turn what fails into French problems.

    Pandera, slow to load, is asked only when something is wrong: it says what, row by row.

    Args:
        frame: rows, with the columns the rules look at.
        types: type of each column, and whether it may be null.
        key: columns whose combination is unique, nulls counting as equal.
        rules: properties of every row.
        place: file, line and column of a row, as a reader would look for it.
        described: the row in a few words.

    Raises:
        ValidationFailed: with one problem per failure, the first ones in the order of the rows.
    """
    if _sound(frame, types, key, rules):
        return
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
            # The shape of the frame itself: a bug, in pandera's own words.
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


def _sound(
    frame: pl.DataFrame, types: Mapping[str, tuple[Any, bool]], key: tuple[str, ...], rules: Sequence[Rule]
) -> bool:
    """Whether every rule of a schema surely holds, asked all at once; a doubt is no."""
    import polars as pl

    if any(frame.schema.get(name) != dtype for name, (dtype, _) in types.items()):
        return False
    full = [pl.col(name).null_count() == 0 for name, (_, nullable) in types.items() if not nullable]
    held = [rule.holds.all(ignore_nulls=False) for rule in rules]
    if frame.select(pl.all_horizontal(*full, *held)).item() is not True:
        return False
    # Equal keys would have one hash.
    return frame.select(key).hash_rows().n_unique() == frame.height


def _holds(rule: Rule) -> Callable[[Any], Any]:
    return lambda data: data.lazyframe.select(rule.holds.alias(rule.name))


def number_rules() -> list[Rule]:
    """Status vocabulary, and a number if and only if the status carries one; never NaN nor infinite."""
    import polars as pl

    usable = pl.col("status").is_in([s.value for s in Status if s.usable])
    return [
        Rule(
            "status",
            pl.col("status").is_in([s.value for s in Status]),
            lambda r: f"le statut {quoted(r['status'])}",
            lambda _: "un statut du vocabulaire",
        ),
        Rule(
            "status_value",
            usable == pl.col("value").is_not_null(),
            lambda r: f"{french(r['value'])} de statut {quoted(r['status'])}",
            lambda _: (
                "un nombre si et seulement si le statut est «\u00a0observed\u00a0» ou «\u00a0estimated\u00a0»"
            ),
        ),
        Rule(
            "finite",
            pl.col("value").is_finite().fill_null(True),
            lambda r: french(r["value"]),
            lambda _: "un nombre fini",
        ),
    ]


def bounds_rule() -> Rule:
    """The value lies between ``_low`` and ``_high``, where they are declared."""
    import polars as pl

    value = pl.col("value")
    # NaN is above everything for polars; the rule « finite » names it where there is no upper bound.
    inside = (value >= pl.col("_low")).fill_null(True) & (value <= pl.col("_high")).fill_null(True)
    return Rule("bounds", inside, lambda r: f"{french(r['value'])} ({place_name(r)})", _interval)


def _interval(row: Row) -> str:
    low, high = row["_low"], row["_high"]
    if low is not None and high is not None:
        return f"une valeur entre {french(low)} et {french(high)}"
    return f"au moins {french(low)}" if low is not None else f"au plus {french(high)}"


def located(frame: pl.DataFrame, territory: pl.DataFrame) -> pl.DataFrame:
    """Add ``_known``, null where level, code and perimeter are not those of one declared territory.

    Args:
        frame: Rows with ``level``, ``code`` and ``perimeter``.
        territory: Table ``territory``.

    Returns:
        The same rows in the same order, with ``_known``: true, or null outside the declared territories.
    """
    import polars as pl

    key = ["level", "code", "perimeter"]
    known = territory.select(key).unique().with_columns(_known=pl.lit(True))
    return frame.join(known, on=key, how="left", nulls_equal=True, maintain_order="left")


def territory_rule() -> Rule:
    """The territory is a declared one (see :func:`located`)."""
    import polars as pl

    known = pl.col("_known").is_not_null()
    return Rule("territory", known, place_name, lambda _: "un territoire déclaré")


def place_name(row: Row) -> str:
    """Name the territory of a row, with its perimeter where it has one."""
    level = row["level"]
    label = Level(level).label if level in set(Level) else level
    return f"{label} {row['code']}" + (f" ({row['perimeter']})" if row["perimeter"] else "")


def french(value: float | None) -> str:
    """Write a number in French, without rounding away what is wrong with it."""
    if value is None:
        return "aucune valeur"
    return shortest(value, 10)
