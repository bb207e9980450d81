"""The contours of a release with the latest figures of each place, one layer per kind of territory."""

from __future__ import annotations

import json
from typing import Any

from dashboard.data.geometry import communes_of_quarters, features
from dashboard.data.release import Release
from dashboard.data.reuse import latest
from sources.vocabulary import Level


def collections(file: Release) -> dict[str, dict[str, Any]]:
    """Return the feature collections of a release by file name (``communes``, ``qpv_2024``)."""
    communes = communes_of_quarters(file)
    figures = latest(file)
    found: dict[str, dict[str, Any]] = {}
    for one in features(file):
        name = one.perimeter or ("communes" if one.level == Level.COMMUNE else one.level)
        collection = found.setdefault(name, {"type": "FeatureCollection", "name": name, "features": []})
        properties: dict[str, Any] = {
            "level": one.level,
            "code": one.code,
            "perimeter": one.perimeter,
            "name": one.name,
            "in_epci": one.in_epci,
            "note": one.note,
        }
        if one.level == Level.QPV:
            properties["communes"] = communes.get(one.code, [])
        collection["features"].append(
            {
                "type": "Feature",
                # The same in every release: what another tool may keep.
                "id": ":".join(filter(None, (one.level, one.perimeter, one.code))),
                "properties": {
                    **properties,
                    "source": one.source,
                    **_figures(figures.get((one.level, one.code, one.perimeter), [])),
                },
                "geometry": json.loads(one.geojson),
            }
        )
    return found


def _figures(held: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the latest figure of each indicator: value, year, and why there is none."""
    out: dict[str, Any] = {}
    for row in held:
        name = row["indicator"]
        out |= {name: row["value"], f"{name}_annee": row["millesime"], f"{name}_statut": row["status"]}
    return out


def box(all_collections: dict[str, dict[str, Any]]) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north of every contour, ``None`` when there is none.

    Args:
        all_collections: GeoJSON collections by name.

    Returns:
        Degrees of longitude and latitude (WGS 84).
    """
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
