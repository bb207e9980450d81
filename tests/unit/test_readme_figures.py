"""The table of costs in the README says what the benchmarks last recorded, within a factor of two."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.bench.measure import RESULTS, Recorded, recorded

README = Path(__file__).parents[2] / "README.md"
FACTOR = 2.0


def rows() -> dict[str, list[str]]:
    """Cells of the table of costs, by the measure each row is of."""
    text = README.read_text(encoding="utf-8").partition("## Ce que cela coûte")[2].partition("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {cells[0]: cells for cells in lines[1:]}


def number(cell: str) -> float | None:
    """First number of a cell, in French."""
    found = re.match(r"[\d\u202f]+(?:,\d+)?", cell)
    return float(found.group().replace("\u202f", "").replace(",", ".")) if found else None


def near(said: float | None, measured: float | None) -> bool:
    """Whether a figure is within the factor of the one recorded, or both are absent."""
    if said is None or not measured:
        return said is None and not measured
    return measured / FACTOR <= said <= measured * FACTOR


def test_every_measure_is_in_the_table_and_nothing_else() -> None:
    assert set(rows()) == {one.label for one in recorded()}


@pytest.mark.parametrize("one", recorded(), ids=lambda one: one.label)
def test_a_row_says_what_was_last_recorded(one: Recorded) -> None:
    _, seconds, processor, ratio, memory, asked, reached, command = rows()[one.label]
    assert near(number(seconds), one.seconds), (seconds, one.seconds)
    assert near(number(processor), one.processor), (processor, one.processor)
    assert near(number(ratio), one.ratio), (ratio, one.ratio)
    assert near(number(memory), one.memory), (memory, one.memory)
    assert (asked, command) == (one.target or "–", f"`{one.command}`")
    assert reached == {True: "oui", False: "non", None: "–"}[one.reached]


def test_the_machine_is_told() -> None:
    (machine,) = {line["machine"] for line in json.loads(RESULTS.read_text(encoding="utf-8"))["results"]}
    assert machine in README.read_text(encoding="utf-8").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("said", "measured", "held"),
    [
        (10.0, 19.0, True),
        (10.0, 21.0, False),
        (10.0, 4.9, False),
        (None, 0.0, True),
        (None, 1.0, False),
        (1.0, None, False),
    ],
)
def test_the_comparison_can_fail(said: float | None, measured: float | None, held: bool) -> None:
    assert near(said, measured) is held
