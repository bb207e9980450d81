"""The contours and their figures as a GeoPackage, a layer per kind of territory: what QGIS opens at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape


def write(collections: dict[str, dict[str, Any]], target: Path, made: dt.datetime) -> None:
    """Write a layer for each collection, in WGS 84.

    Args:
        collections: GeoJSON collections by name of layer.
        target: file to write, not there yet.
        made: date of the release: the same release gives the same bytes.
    """
    from pyogrio import set_gdal_config_options
    from pyogrio.raw import write as write_layer

    set_gdal_config_options({"OGR_CURRENT_DATE": f"{made:%Y-%m-%dT%H:%M:%S.000Z}"})
    for name, collection in collections.items():
        features = collection["features"]
        shapes = [
            shapely.multipolygons([shape(f["geometry"])])
            if f["geometry"]["type"] == "Polygon"
            else shape(f["geometry"])
            for f in features
        ]
        columns = list(dict.fromkeys(key for feature in features for key in feature["properties"]))
        fields = [_column([feature["properties"].get(key) for feature in features]) for key in columns]
        write_layer(
            target,
            np.array([shapely.to_wkb(one) for one in shapes], dtype=object),
            field_data=[values for values, _ in fields],
            field_mask=[mask for _, mask in fields],
            fields=columns,
            geometry_type="MultiPolygon",
            crs="EPSG:4326",
            driver="GPKG",
            layer=name,
            append=target.exists(),
        )


def _column(values: list[Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return a typed column and where it is empty; a list is written as text."""
    mask = np.array([value is None for value in values])
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {bool} and kinds:
        return np.array([bool(value) for value in values]), mask
    if kinds <= {int} and kinds:
        return np.array([value or 0 for value in values], dtype=np.int64), mask
    if kinds <= {int, float} and kinds:
        return np.array([np.nan if value is None else float(value) for value in values]), mask
    texts = [", ".join(value) if isinstance(value, list) else value for value in values]
    return np.array(texts, dtype=object), mask
