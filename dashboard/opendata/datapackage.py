"""The Frictionless description of the files: what each one holds, column by column, and its licence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from dashboard.data.questions import Barometer
from dashboard.data.release import Release
from dashboard.data.tables import DECIMAL, LINE_END, SEPARATOR, Table
from dashboard.opendata.identity import Identifiers
from dashboard.opendata.licences import Licence, Source
from sources.french import typographic
from sources.vocabulary import Level, Perimeter, Status

_TYPES = {
    "VARCHAR": "string",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}
_CLOSED = {
    "status": tuple(Status),
    "level": tuple(Level),
    "parent_level": tuple(Level),
    "reference_level": tuple(Level),
    "perimeter": tuple(Perimeter),
}

# What makes a row unique, and what a column refers to; stated only where the release bears it out.
_KEYS: dict[str, tuple[str, ...]] = {
    "release": ("release_id",),
    "theme": ("theme",),
    "indicator": ("indicator",),
    "series": ("indicator", "series"),
    "series_break": ("indicator", "year"),
    "dataset": ("dataset",),
    "millesime": ("dataset", "edition"),
    "extract": ("extract", "dataset", "edition"),
    "fact": ("fact",),
    "goalpost": ("set",),
    "correspondence": ("code_2015", "code_2024"),
    "method": ("method",),
}
_REFERENCES = (("theme", "theme"), ("indicator", "indicator"), ("dataset", "dataset"))

SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"


def schema(table: Table, frames: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """Return the Table Schema of a CSV file.

    Args:
        table: The table, as the release describes it.
        frames: Rows of every table, to state only keys that they bear out.
    """
    fields = []
    for column in table.columns:
        kind = _TYPES.get(column.kind, "any")
        field: dict[str, Any] = {"name": column.name, "type": kind, "description": column.comment}
        if kind == "number":
            field["decimalChar"] = DECIMAL
        held = frames[table.name][column.name]
        constraints: dict[str, Any] = {}
        if _always_written(held):
            constraints["required"] = True
        allowed = _CLOSED.get(column.name)
        if allowed and set(held.drop_nulls().unique()) <= set(allowed):
            constraints["enum"] = [str(item) for item in allowed]
        fields.append({**field, **({"constraints": constraints} if constraints else {})})
    described: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    key = _KEYS.get(table.name, ())
    if key and _unique(frames[table.name], key):
        described["primaryKey"] = list(key)
    links = _links(table, frames)
    if links:
        described["foreignKeys"] = links
    return described


def _unique(frame: pl.DataFrame, key: Sequence[str]) -> bool:
    kept = frame.select(key) if set(key) <= set(frame.columns) else None
    return kept is not None and not kept.is_duplicated().any() and sum(kept.null_count().row(0)) == 0


def _links(table: Table, frames: Mapping[str, pl.DataFrame]) -> list[dict[str, Any]]:
    found = []
    names = {column.name for column in table.columns}
    for column, target in _REFERENCES:
        if column not in names or target == table.name or target not in frames:
            continue
        held = frames[table.name][column].drop_nulls()
        if held.is_in(frames[target][column].implode()).all():
            found.append({"fields": [column], "reference": {"resource": target, "fields": [column]}})
    return found


def package(
    file: Release,
    identifiers: Identifiers,
    resources: list[dict[str, Any]],
    sources: list[Source],
    licences: list[Licence],
) -> dict[str, Any]:
    """Return the content of ``datapackage.json``.

    Args:
        file: The release.
        identifiers: What names it for other tools.
        resources: One description for each file.
        sources: Datasets the figures come from.
        licences: Their licences.
    """
    identity = Barometer(file).identity
    return {
        "$schema": SCHEMA,
        "name": identifiers.name,
        "id": identifiers.dataset,
        "title": identifiers.title,
        "description": typographic(
            "Indicateurs sociaux des communes et des quartiers prioritaires, avec leur statut, leur source "
            "et leur méthode. Une valeur vide n'est jamais un zéro : son statut dit pourquoi elle manque."
        ),
        "version": identity.release_id,
        "created": f"{identity.created_at.isoformat(timespec='seconds')}Z",
        "licenses": [
            {"name": found.name, "title": found.title, **({"path": found.address} if found.address else {})}
            for found in licences
        ],
        "sources": [
            {"title": source.title, **({"path": source.page} if source.page else {})} for source in sources
        ],
        "contributors": [{"title": typographic(identity.epci_name), "roles": ["publisher"]}],
        "resources": resources,
    }


def csv_dialect() -> dict[str, Any]:
    """Return how the CSV files are written."""
    return {
        "delimiter": SEPARATOR,
        "lineTerminator": LINE_END,
        "quoteChar": '"',
        "doubleQuote": True,
        "header": True,
    }


def _always_written(held: pl.Series) -> bool:
    """Whether no cell of a column is empty in CSV, where an empty text is no different from none."""
    return not held.is_null().any() and not (held.dtype == pl.String and (held == "").any())
