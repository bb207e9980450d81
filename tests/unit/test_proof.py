"""One figure made again, and two contents compared: by hand."""

from __future__ import annotations

import polars as pl
import pytest

from indicators.model import Published, Ratio
from pipelines.proof import Cell, Proof, _replayed
from pipelines.tables import TABLES
from pipelines.verification import Verification, differences

VALUE = {
    "millesime": 2023,
    "denominator_millesime": None,
    "denominator_next": None,
    "origin": "producer",
    "value": 25.0,
}
RATIO = Ratio(numerator={"rsa": 1}, denominator={"foyers": 1})


def cell(variable: str, again: float | None, value: float | None, *, intact: bool = True) -> Cell:
    return Cell(
        *("caf", 2024, "f.csv", "0" * 64, "59172", variable, 2023, 2, variable, value, "observed"),
        read_again=again,
        intact=intact,
    )


@pytest.mark.parametrize(
    ("rsa", "foyers", "intact", "found", "proved"),
    [
        (5.0, 20.0, True, 25.0, True),
        (6.0, 20.0, True, 30.0, False),
        (None, 20.0, True, None, False),
        (5.0, 20.0, False, 25.0, False),
    ],
)
def test_a_ratio_is_made_again(
    rsa: float | None, foyers: float, intact: bool, found: float | None, proved: bool
) -> None:
    cells = (cell("rsa", rsa, 5.0, intact=intact), cell("foyers", foyers, 20.0))
    numerator, denominator, result = _replayed(RATIO, VALUE, cells)
    assert (numerator, denominator, result) == (rsa, foyers, found)
    assert Proof(VALUE, "", cells, numerator, denominator, result).proved is proved


def test_a_published_figure_is_its_cell() -> None:
    cells = (cell("taux", 25.0, 25.0),)
    assert _replayed(Published("taux"), VALUE, cells) == (None, None, 25.0)


def test_two_contents_are_compared_table_by_table() -> None:
    empty = {table.name: pl.DataFrame(schema=table.schema) for table in TABLES}
    assert differences(empty, empty) == ()
    row = {"reference_level": "epci"}
    comparison = pl.DataFrame([row], schema=empty["comparison"].schema)
    (found,) = differences({**empty, "comparison": comparison}, empty)
    assert (found.table, found.absent, found.other, found.example) == ("comparison", 1, 0, "epci")
    assert not Verification(False, (found,), ()).same_figures
