"""The contours of a release as GeoJSON, one file per kind of territory."""

from __future__ import annotations

import json
from typing import Any

from dashboard.data.release_file import ReleaseFile
from sources.vocabulary import Level

_CONTOURS = """
SELECT g.level, g.code, g.perimeter, t.name, t.in_epci, t.note, g.source, g.geojson
FROM geometry AS g
LEFT JOIN territory AS t
    ON t.level = g.level AND t.code = g.code AND t.perimeter IS NOT DISTINCT FROM g.perimeter
ORDER BY g.level, g.perimeter, g.code
"""
_PARENTS = "SELECT code, parent_code FROM membership WHERE level = ? AND parent_level = ? ORDER BY ALL"


def collections(file: ReleaseFile) -> dict[str, dict[str, Any]]:
    """Return the feature collections of a release by file name (``communes``, ``qpv_2024``)."""
    if "geometry" not in file.tables:
        return {}
    communes = _communes(file)
    found: dict[str, dict[str, Any]] = {}
    for record in file.query(_CONTOURS).iter_rows(named=True):
        name = record["perimeter"] or ("communes" if record["level"] == Level.COMMUNE else record["level"])
        collection = found.setdefault(name, {"type": "FeatureCollection", "name": name, "features": []})
        properties = {key: record[key] for key in ("level", "code", "perimeter", "name", "in_epci", "note")}
        if record["level"] == Level.QPV:
            properties["communes"] = communes.get(record["code"], [])
        collection["features"].append(
            {
                "type": "Feature",
                # The same in every release: what another tool may keep.
                "id": ":".join(filter(None, (record["level"], record["perimeter"], record["code"]))),
                "properties": {**properties, "source": record["source"]},
                "geometry": json.loads(record["geojson"]),
            }
        )
    return found


def _communes(file: ReleaseFile) -> dict[str, list[str]]:
    """Communes of each QPV."""
    if "membership" not in file.tables:
        return {}
    found: dict[str, list[str]] = {}
    for code, parent in file.query(_PARENTS, Level.QPV.value, Level.COMMUNE.value).iter_rows():
        found.setdefault(code, []).append(parent)
    return found


def box(all_collections: dict[str, dict[str, Any]]) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north of every contour, ``None`` when there is none."""
    points: list[list[float]] = []

    def gather(coordinates: list[Any]) -> None:
        if coordinates and isinstance(coordinates[0], int | float):
            points.append(coordinates)
            return
        for part in coordinates:
            gather(part)

    for collection in all_collections.values():
        for feature in collection["features"]:
            gather(feature["geometry"].get("coordinates", []))
    if not points:
        return None
    longitudes, latitudes = [point[0] for point in points], [point[1] for point in points]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)
