"""Each formula against cases worked by hand (``formules/*.yaml``, format in README.md)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from indicators.compute import compute_values
from sources.catalogue import Catalogue
from sources.territory.declared import Territories

CASES: list[dict[str, Any]] = [
    case
    for path in sorted((Path(__file__).parent / "formules").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


def observations(case: dict[str, Any], catalogue: Catalogue) -> pl.DataFrame:
    """The observations of a case, attributed to the best provider of each variable."""
    rows = [
        {
            "dataset": catalogue.providers(entry["variable"])[0].id,
            "edition": entry.get("edition", entry["millesime"]),
            "millesime": entry["millesime"],
            "level": entry["niveau"],
            "code": entry["code"],
            "perimeter": entry.get("perimetre"),
            "variable": entry["variable"],
            "value": entry["valeur"],
            "status": entry["statut"],
            "extract": "0" * 12,
            "line": 2,
            "column": entry["variable"],
        }
        for entry in case["entrees"]
    ]
    schema = {
        **dict.fromkeys(
            ("dataset", "level", "code", "perimeter", "variable", "status", "extract", "column"), pl.String
        ),
        **dict.fromkeys(("edition", "millesime", "line"), pl.Int32),
        "value": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["titre"])
def test_worked_case(case: dict[str, Any], catalogue: Catalogue, territories: Territories) -> None:
    values = compute_values(observations(case, catalogue), territories, catalogue)
    wanted = case["pour"]
    rows = values.filter(
        indicator=case["indicateur"], series=case["serie"], level=wanted["niveau"], code=wanted["code"]
    ).filter(pl.col("millesime").eq_missing(pl.lit(wanted["millesime"], pl.Int32)))
    if "edition" in wanted:
        rows = rows.filter(edition=wanted["edition"])
    assert rows.height == 1, rows.select("indicator", "series", "level", "code", "period", "status")
    row = rows.row(0, named=True)
    names = {
        "valeur": "value",
        "numerateur": "numerator",
        "denominateur": "denominator",
        "millesime_denominateur": "denominator_millesime",
        "millesime_suivant": "denominator_next",
        "statut": "status",
    }
    for key, expected in case["attendu"].items():
        found = row[names[key]]
        if isinstance(expected, float | int) and not isinstance(expected, bool):
            assert found == pytest.approx(expected, abs=1e-6), (key, case["calcul"])
        else:
            assert found == expected, (key, case["calcul"])


def test_there_are_cases_for_each_form_of_calculation() -> None:
    assert len(CASES) >= 35


def test_the_readme_names_every_file_of_worked_cases() -> None:
    folder = Path(__file__).parent
    said = (folder / "README.md").read_text(encoding="utf-8")
    files = [path.name for path in folder.glob("*.yaml")]
    assert len(files) >= 3
    assert [name for name in files if f"`{name}`" not in said] == []
    assert [n for n in re.findall(r"`(test_\w+\.py)`", said) if not (folder / n).is_file()] == []
