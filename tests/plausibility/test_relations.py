"""The first look at the rows of a file forgets no rule that one of them breaks."""

from __future__ import annotations

from random import Random
from typing import Any

import polars as pl
import pytest

from indicators.plausibility import relations
from indicators.plausibility.cells import cell_findings
from indicators.plausibility.coded import coded
from tests.plausibility.test_cells import DECLARED, FOLLOWED
from tests.plausibility.test_cells import cells as figures


def drawn(seed: int) -> pl.DataFrame:
    """Rows near what each rule allows, some of them without a figure, some given twice."""
    random = Random(seed)
    told: list[dict[str, Any]] = []
    for code in range(random.randint(1, 4)):
        for year in (2020, 2021):
            low, men, women = random.randint(900, 1000), random.randint(0, 60), random.randint(0, 60)
            values = {
                "d1": low,
                "med": low + random.choice((0, 1, 500)),
                "d9": low + random.choice((400, 501, 1500)),
                "rd": random.choice((1.5, 1.6, 1.65, 2.5)),
                "men": men,
                "women": women,
                "all": men + women + random.choice((-4, -2, 0, 3, 5, 20)),
            }
            for name, value in values.items():
                place = {"code": f"C{code}", "year": year, "millesime": year, "line": code + 2}
                kept = None if random.random() < 0.1 else float(value)
                told += [place | {"variable": name, "value": kept}] * (2 if random.random() < 0.02 else 1)
    return figures(*told)


def test_a_first_look_changes_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = set()
    for seed in range(60):
        rows = drawn(seed)
        with monkeypatch.context() as patch:
            # Too many to be looked at at once: each rule is looked for row by row.
            patch.setattr(relations, "_LARGEST", 0)
            whole = cell_findings(coded(rows, FOLLOWED), rows.clear(), DECLARED, "f.csv")
        assert cell_findings(coded(rows, FOLLOWED), rows.clear(), DECLARED, "f.csv") == whole, seed
        broken |= {one.rule for one in whole}
    assert {"order", "quotient", "total"} <= broken
