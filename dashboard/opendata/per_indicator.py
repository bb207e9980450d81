"""One CSV file for each indicator, its sheet beside it: what a person takes who wants one figure only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from dashboard.data.release import Release
from dashboard.data.reuse import sheets
from dashboard.data.tables import write_csv

if TYPE_CHECKING:
    from dashboard.opendata.files import Add

FOLDER = "indicateurs"


def write(
    file: Release, values: pl.DataFrame, folder: Path, resources: list[dict[str, Any]], add: Add
) -> None:
    """Write the figures and the declaration of each indicator.

    Args:
        file: the release.
        values: table ``value``.
        folder: where to write; its folder ``indicateurs`` is there.
        resources: what was written before: the description of table ``value`` holds for each part of it.
        add: notes a file.
    """
    whole = next(resource for resource in resources if resource["name"] == "value")
    described = {key: whole[key] for key in ("type", "encoding", "dialect", "schema")}
    for sheet in sheets(file):
        name = sheet["indicator"]
        path = f"{FOLDER}/{name}.csv"
        write_csv(values.filter(pl.col("indicator") == name), folder / path)
        add(path, sheet["title"], "text/csv", name=f"indicateur-{name}", **described)
        path = f"{FOLDER}/{name}.json"
        text = json.dumps(sheet, ensure_ascii=False, indent=1, default=str) + "\n"
        (folder / path).write_bytes(text.encode("utf-8"))
        add(path, f"{sheet['title']} : définition et mode de calcul", "application/json")
