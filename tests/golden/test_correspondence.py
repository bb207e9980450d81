"""Passage of the QPV from 2015 to 2024, on squares of known overlap then on the real declarations."""

from __future__ import annotations

import json

import polars as pl
import pytest

from indicators.analysis.correspondence import COMPARABLE, Passage, overlap, passage, rows
from sources.territory.declared import Territories


def square(left: float, width: float = 1.0) -> str:
    corners = [[left, 0], [left + width, 0], [left + width, 1], [left, 1], [left, 0]]
    return json.dumps({"type": "Polygon", "coordinates": [corners]})


class TwoQuarters:
    """One declared succession, with or without the contour of 2015."""

    def __init__(self, old: str | None, new: str = square(0)) -> None:
        self.territory = pl.DataFrame(
            {
                "level": ["qpv"] * 3,
                "code": ["QP1", "QN1", "QN2"],
                "perimeter": ["qpv_2015", "qpv_2024", "qpv_2024"],
                "name": ["Ancien", "Nouveau", "Tout neuf"],
            }
        )
        self.correspondence = pl.DataFrame(
            {"code_2015": ["QP1"], "code_2024": ["QN1"], "nature": ["même nom"], "source": ["Contrat"]}
        )
        contours = [("qpv", "QN1", new)] + ([("qpv", "QP1", old)] if old else [])
        self.geometry = pl.DataFrame(contours, schema=["level", "code", "geojson"], orient="row")


@pytest.mark.parametrize(
    ("old", "shares", "judged"),
    [
        (square(0), (1.0, 1.0), Passage.IDENTICAL),
        # Moved by a twentieth of its side: 95 % of each in the other.
        (square(0.05), (0.95, 0.95), Passage.COMPARABLE),
        # Exactly 90 % is not more than 90 %.
        (square(0, 0.9), (1.0, 0.9), Passage.BREAK),
        # Wholly inside the new one, which is twice as large.
        (square(0, 0.5), (1.0, 0.5), Passage.BREAK),
        (square(2), (0.0, 0.0), Passage.BREAK),
    ],
)
def test_overlap(old: str, shares: tuple[float, float], judged: Passage) -> None:
    assert overlap(old, square(0)) == pytest.approx(shares)
    assert passage(overlap(old, square(0))) is judged
    found = rows(TwoQuarters(old))
    declared = found.filter((pl.col("measure") == "passage") & (pl.col("code") == "QP1"))
    assert declared["value"].item() == pytest.approx(min(shares))
    assert declared["text"].item().startswith(judged.value.capitalize())


def test_a_missing_contour_is_a_break() -> None:
    found = rows(TwoQuarters(None))
    declared = found.filter(pl.col("code") == "QP1")
    assert declared["value"].item() is None
    assert "contours de 2015 ne sont pas dans les données" in declared["text"].item()
    assert "sans prédécesseur" in found.filter(pl.col("code") == "QN2")["text"].item()


def test_a_contour_without_area_is_refused() -> None:
    flat = json.dumps({"type": "LineString", "coordinates": [[0, 0], [1, 1]]})
    with pytest.raises(ValueError, match="area"):
        overlap(flat, square(0))


def test_every_real_quarter_is_spoken_of_and_none_is_joined(territories: Territories) -> None:
    found = rows(territories)
    spoken = set(found["code"]) | set(found["reference_code"].drop_nulls())
    assert spoken == set(territories.qpv)
    assert found.filter((pl.col("measure") == "passage") & (pl.col("value") > COMPARABLE)).is_empty()
