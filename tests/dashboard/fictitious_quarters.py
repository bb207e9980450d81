"""The fictitious release with what the pages of comparison need: groups of a contract, quarters, outlines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import fictitious

STRADDLING = "QN09902X"
PRIORITY, COMPLEMENTARY = "geographie_prioritaire", "complementaire_seule"


def rows() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every table."""
    tables = fictitious.rows()
    tables["territory"] = [
        *tables["territory"],
        _territory("groupe", PRIORITY, "Géographie prioritaire fictive") | {"role": "prioritaire"},
        _territory("groupe", COMPLEMENTARY, "Géographie complémentaire fictive") | {"role": "complementaire"},
        {
            **_territory("qpv", STRADDLING, "Quartier fictif à cheval", "qpv_2024"),
            "in_epci": False,
            "note": "Note fictive de débordement.",
        },
    ]
    tables["membership"] = [
        *tables["membership"],
        _member("commune", "99001", "groupe", PRIORITY),
        _member("commune", "99002", "groupe", PRIORITY),
        # Of both: it must be drawn once, with the first group.
        _member("commune", "99002", "groupe", COMPLEMENTARY),
        _member("commune", "99003", "groupe", COMPLEMENTARY),
        _member("qpv", STRADDLING, "commune", "99003", whole=False),
        {**_member("qpv", STRADDLING, "epci", fictitious.EPCI, whole=False), "inhabitants": 77},
        {**_member("qpv", "QN09901X", "epci", fictitious.EPCI), "inhabitants": 1234},
        _member("qpv", "QP099001", "commune", "99001"),
    ]
    tables["geometry"] = [
        *tables["geometry"],
        _outline(tables["geometry"][0], "QN09901X"),
        _outline(tables["geometry"][2], STRADDLING),
    ]
    group = _like(tables["value"], "taux_fictif", "groupe", "groupe_fictif")
    quarter = _like(tables["value"], "taux_fictif", "qpv", "QN09901X")
    old = {**quarter, "code": "QP099001", "perimeter": "qpv_2015", "millesime": 2019, "value": 39.0}
    tables["value"] = [
        *tables["value"],
        {**group, "code": PRIORITY, "value": 11.5},
        {**quarter, "code": STRADDLING, "value": 55.5},
        {**old, "edition": 2019, "period": "2019"},
    ]
    tables["correspondence"] = [
        {
            "code_2015": "QP099001",
            "code_2024": "QN09901X",
            "nature": "fusion",
            "source": "Source fictive de rapprochement",
        }
    ]
    tables["fact"] = [
        *tables["fact"],
        {
            **tables["fact"][0],
            "fact": "habitants_qpv_contrat",
            "value": 1311.0,
            "unit": "habitants",
            "indicator": None,
        },
        {**tables["fact"][0], "fact": "quartiers_contrat", "value": 12.0, "indicator": None},
        {**tables["fact"][0], "fact": "communes_quartiers_contrat", "value": 1.0, "indicator": None},
    ]
    tables["local"] = [
        _local(row, field, value)
        for row, name, inhabitants in ((1, "Cité <b>fictive</b>", "300"), (2, "Centre fictif", None))
        for field, value in (("perimetre", name), ("habitants", inhabitants))
        if value is not None
    ]
    return tables


def _local(row: int, field: str, value: str) -> dict[str, Any]:
    return {
        "section": "poches",
        "row": row,
        "origin": "contrat",
        "commune": "99003",
        "field": field,
        "value": value,
        "source": "Contrat fictif",
    }


def _territory(level: str, code: str, name: str, perimeter: str | None = None) -> dict[str, Any]:
    return {
        "level": level,
        "code": code,
        "perimeter": perimeter,
        "name": name,
        "in_epci": True,
        "note": None,
        "role": None,
    }


def _member(level: str, code: str, parent_level: str, parent_code: str, whole: bool = True) -> dict[str, Any]:
    return {
        "level": level,
        "code": code,
        "parent_level": parent_level,
        "parent_code": parent_code,
        "whole": whole,
    }


def _outline(commune: Mapping[str, Any], code: str) -> dict[str, Any]:
    return {**commune, "level": "qpv", "code": code, "perimeter": "qpv_2024"}


def _like(values: list[dict[str, Any]], indicator: str, level: str, code: str) -> dict[str, Any]:
    return next(v for v in values if (v["indicator"], v["level"], v["code"]) == (indicator, level, code))
