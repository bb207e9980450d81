"""A small fictitious release: no territory, producer or figure of it is real, and every name says so.

It holds one case of each thing a page must say: every status, a break, a neighbour concept, a QPV of
each generation, an unstated year, judgements of every kind, names that look like markup.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from indicators.release_schema import SCHEMA
from pipelines.stored import VIEWS
from pipelines.tables import FOLLOWED, TABLES

EPCI = "999999999"
HOSTILE_NAME = "Commune fictive <script>alert('é')</script> & 🎭"
COMMUNES = {
    "99001": "Commune fictive A",
    "99002": "Commune fictive B",
    "99003": "La Commune fictive C",
    "99004": "Les Communes fictives D",
    "99005": "Le Commune fictif E",
    "99006": "Écommune fictive F",
    "99007": HOSTILE_NAME,
}
REFERENCES = (
    ("departement", "99", "Département fictif"),
    ("region", "98", "Région fictive"),
    ("france", "F", "France"),
)
FILE = "fichier_fictif.csv"
SHA256 = "f" * 64


def _territory(level: str, code: str, name: str, perimeter: str | None = None) -> dict[str, Any]:
    inside = level in ("commune", "qpv", "epci", "groupe")
    return {
        "level": level,
        "code": code,
        "perimeter": perimeter,
        "name": name,
        "in_epci": inside,
        "note": None,
        "role": None,
    }


TERRITORIES = [
    _territory("epci", EPCI, "Communauté d'agglomération fictive"),
    *(_territory("commune", code, name) for code, name in COMMUNES.items()),
    _territory("groupe", "groupe_fictif", "Groupe fictif"),
    _territory("canton", "9901", "Canton fictif"),
    _territory("qpv", "QP099001", "Quartier fictif ancien", "qpv_2015"),
    _territory("qpv", "QN09901X", "Quartier fictif nouveau", "qpv_2024"),
    *(_territory(*reference) for reference in REFERENCES),
]


def _indicator(rank: int, indicator: str, theme: str, title: str, **changes: Any) -> dict[str, Any]:
    return {
        "indicator": indicator,
        "number": rank,
        "theme": theme,
        "title": title,
        "short_title": title,
        "definition": f"Définition fictive de {indicator}.",
        "reading": "{territory_in}, {value} pour {year}.",
        "direction": "high_is_need",
        "need": f"Le besoin de {title}",
        "unit": "percent",
        "unit_label": "%",
        "decimals": 1,
        "caveats": f"Précaution fictive de {indicator}.",
        "sampled": "no",
        "in_contract": False,
        "position": rank,
        **changes,
    }


_SCORE = {"need": "", "unit": "score", "unit_label": "", "decimals": 2, "direction": "low_is_need"}
INDICATORS = [
    _indicator(0, "idh4", "idh4", "IDH-4 fictif", **_SCORE),
    _indicator(1, "idh4_sante", "idh4", "IDH-4 fictif santé", **_SCORE),
    _indicator(2, "idh4_education", "idh4", "IDH-4 fictif éducation", **_SCORE),
    _indicator(3, "idh4_niveau_de_vie", "idh4", "IDH-4 fictif niveau de vie", **_SCORE),
    _indicator(4, "taux_fictif", "famille", "Taux fictif"),
    _indicator(
        5,
        "revenu_fictif",
        "revenus",
        "Revenu fictif",
        unit="euro_per_cu",
        unit_label="€ par an et par UC",
        decimals=0,
        direction="low_is_need",
    ),
    _indicator(
        6,
        "ratio_fictif",
        "emploi",
        "Ratio fictif",
        unit="ratio",
        unit_label="",
        direction="descriptive",
        need="",
    ),
    _indicator(7, "attendu_fictif", "formation", "Indicateur fictif attendu"),
    _indicator(8, "phrase_fictive", "formation", "Phrase fictive", reading="{inconnu} : {value}"),
    _indicator(9, "secret_fictif", "sante", "Secret fictif"),
    _indicator(10, "recensement_fictif", "sante", "Recensement fictif", sampled="principal"),
    _indicator(11, "recensement_complet_fictif", "sante", "Recensement complet fictif", sampled="principal"),
]


def _series(indicator: str, series: str, **changes: Any) -> dict[str, Any]:
    row = {
        "indicator": indicator,
        "series": series,
        "position": 0,
        "concept": indicator,
        "label": "",
        "caveat": "",
    }
    return {
        **row,
        "scored": True,
        "formula": "Une part fictive ÷ un total fictif × 100",
        "levels": "commune",
        "published": False,
        "variables": "",
        "summed": "",
        **changes,
    }


SERIES = [
    *(_series(i["indicator"], "principale") for i in INDICATORS),
    _series(
        "taux_fictif",
        "voisine",
        position=1,
        concept="voisin_fictif",
        label="notion voisine fictive",
        caveat="Notion voisine fictive, jamais comparée.",
        scored=False,
    ),
]


def _value(
    indicator: str, level: str, code: str, millesime: int | None, value: float | None, **changes: Any
) -> dict[str, Any]:
    number = value is not None
    return {
        "indicator": indicator,
        "series": "principale",
        "concept": indicator,
        "level": level,
        "code": code,
        "perimeter": {"QP": "qpv_2015", "QN": "qpv_2024"}.get(code[:2]),
        "millesime": millesime,
        "edition": 2024,
        "period": str(millesime or "2020-2024"),
        "value": value,
        "numerator": 123.0 if number else None,
        "denominator": 456.0 if number else None,
        "denominator_millesime": millesime,
        "denominator_next": None,
        "status": "observed" if number else "missing",
        "origin": "producer",
        "datasets": "jeu_fictif" if number else "",
        "extracts": SHA256[:12] if number else "",
        **changes,
    }


def _values() -> Iterable[dict[str, Any]]:
    for rank, code in enumerate(COMMUNES):
        for indicator in ("idh4", "idh4_sante", "idh4_education", "idh4_niveau_de_vie"):
            if code == "99006" and indicator == "idh4":
                yield _value(indicator, "commune", code, 2019, None, status="suppressed")
            else:
                yield _value(
                    indicator, "commune", code, 2019, 0.2 + rank / 10, status="estimated", origin="composite"
                )
        yield _value(
            "taux_fictif", "commune", code, 2022, 10.0 + rank * 3, lower=9.0 + rank * 3, upper=11.0 + rank * 3
        )
        yield _value("taux_fictif", "commune", code, 2016, 8.0 + rank, denominator=150.0)
        yield _value("revenu_fictif", "commune", code, 2021, 17000.0 + 900 * rank)
        yield _value("ratio_fictif", "commune", code, None, 1.2 + rank / 10)
        yield _value("attendu_fictif", "commune", code, None, None, status="awaiting_extract", edition=None)
        yield _value("phrase_fictive", "commune", code, 2020, 5.0)
        yield _value("secret_fictif", "commune", code, 2020, 33.3)
        yield _value("recensement_fictif", "commune", code, 2022, 22.2)
        yield _value("recensement_fictif", "commune", code, 2023, 23.3)
        yield _value("recensement_complet_fictif", "commune", code, 2022, 44.4)
        statuses = ("suppressed", "not_published", "not_applicable", "missing")
        yield _value("secret_fictif", "commune", code, 2023, None, status=statuses[rank % 4])
    yield _value("taux_fictif", "commune", "99001", 2018, 140.0, series="voisine", concept="voisin_fictif")
    for indicator, shown in (
        ("idh4", 0.34),
        ("idh4_sante", 0.36),
        ("idh4_education", 0.38),
        ("idh4_niveau_de_vie", 0.28),
    ):
        yield _value(indicator, "epci", EPCI, 2019, shown, status="estimated", origin="composite")
    for level, code, base in (
        ("epci", EPCI, 16.0),
        ("departement", "99", 12.0),
        ("france", "F", 9.0),
        ("groupe", "groupe_fictif", 21.0),
    ):
        yield _value("taux_fictif", level, code, 2022, base, origin="sum")
    yield _value("revenu_fictif", "epci", EPCI, 2021, 18550.0)
    yield _value("revenu_fictif", "france", "F", 2021, 23000.0)
    yield _value("taux_fictif", "qpv", "QN09901X", None, 41.0)
    yield _value("taux_fictif", "qpv", "QP099001", 2018, None, status="suppressed")
    yield _value("idh4_sante", "canton", "9901", None, 0.3, status="estimated", origin="estimated")


def _comparison(
    value: Mapping[str, Any], reference: tuple[str, str], amount: float, judgement: str = ""
) -> dict[str, Any]:
    same = {
        k: value[k]
        for k in ("indicator", "series", "level", "code", "perimeter", "millesime", "edition", "value")
    }
    gap = value["value"] - amount
    return {
        **same,
        "reference_level": reference[0],
        "reference_code": reference[1],
        "reference_millesime": value["millesime"] or 2022,
        "reference_value": amount,
        "gap": gap,
        "gap_lower": gap - 0.5,
        "gap_upper": gap + 0.5,
        "gap_relative": gap / amount,
        "judgement": judgement,
        "reason": None if value["millesime"] else "Raison fictive : année non précisée.",
    }


def _comparisons(values: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    judgements = ("mieux", "pas de différence établie", "moins bien")
    for value in values:
        if value["value"] is None or value["series"] != "principale":
            continue
        if value["indicator"] == "taux_fictif" and value["millesime"] != 2016:
            level = value["level"]
            if level in ("commune", "qpv", "groupe"):
                judged = (
                    judgements[(value["value"] > 13) + (value["value"] > 19)] if level == "commune" else ""
                )
                yield _comparison(value, ("epci", EPCI), 16.0, judged)
            if level in ("commune", "epci"):
                yield _comparison(value, ("departement", "99"), 12.0)
                yield _comparison(value, ("france", "F"), 9.0)
        if value["indicator"] == "revenu_fictif" and value["level"] in ("commune", "epci"):
            yield _comparison(value, ("france", "F"), 23000.0)


def _square(rank: int) -> str:
    west, south, side = 3.3 + 0.05 * (rank % 3), 50.3 + 0.03 * (rank // 3), (0.05, 0.03)
    ring = [
        [west, south],
        [west + side[0], south],
        [west + side[0], south + side[1]],
        [west, south + side[1]],
        [west, south],
    ]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def _fact(fact: str, value: float, level: str, code: str, kind: str) -> dict[str, Any]:
    return {
        "fact": fact,
        "title": f"Fait fictif {fact}",
        "value": value,
        "unit": "indice de 0 à 1",
        "territory_level": level,
        "territory_code": code,
        "source": "Document fictif",
        "kind": kind,
        "indicator": "idh4",
        "computed": 0.34 if kind == "confront" else None,
        "difference": 0.34 - value if kind == "confront" else None,
        "comment": "Commentaire fictif.",
    }


def rows() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every table, which whoever asks may change: no other test sees it."""
    values = list(_values())
    themes = ("idh4", "famille", "revenus", "emploi", "formation", "sante")
    found: dict[str, list[dict[str, Any]]] = {
        "release": [
            {
                "release_id": "fictive",
                "created_at": dt.datetime(2026, 6, 1, 8, 0),
                "content_hash": "0",
                "fingerprint": "0",
                "epci_code": EPCI,
                "epci_name": "Communauté d'agglomération fictive",
                "version": "0",
                "schema": SCHEMA,
            }
        ],
        "theme": [{"theme": t, "title": f"Thème fictif {t}", "position": i} for i, t in enumerate(themes)],
        "indicator": INDICATORS,
        "series": SERIES,
        "series_break": [
            {"indicator": "taux_fictif", "year": 2020, "reason": "Changement fictif de méthode."}
        ],
        "dataset": [
            {
                "dataset": "jeu_fictif",
                "title": "Jeu de données fictif",
                "producer": "Producteur fictif",
                "producer_group": "fictif",
                "licence": "Licence fictive",
                "citation": "Producteur fictif, jeu fictif",
                "page": None,
                "description": "Rien de réel.",
                "publication_month": 6,
                "publication_lag": 2,
                "address_verified": False,
                "layout_verified": True,
                "held": True,
                "latest_edition": 2024,
                "latest_millesime": 2022,
            },
            {
                "dataset": "jeu_attendu",
                "title": "Jeu fictif attendu",
                "producer": "Autre producteur fictif",
                "producer_group": "fictif",
                "licence": "Licence fictive",
                "citation": "Autre producteur fictif",
                "description": "Rien de réel.",
                "address_verified": False,
                "layout_verified": False,
                "held": False,
            },
        ],
        "millesime": [
            {
                "dataset": "jeu_fictif",
                "edition": 2024,
                "kind": "transcription",
                "provenance": "Provenance fictive.",
                "reservations": "Réserve fictive.",
                "tolerance": 1.0,
            }
        ],
        "extract": [
            {"extract": SHA256[:12], "dataset": "jeu_fictif", "edition": 2024, "file": FILE, "sha256": SHA256}
        ],
        "territory": TERRITORIES,
        "membership": [
            _member("commune", "99001", "groupe", "groupe_fictif"),
            _member("qpv", "QN09901X", "commune", "99001"),
            _member("qpv", "QN09901X", "commune", "99002"),
        ],
        "geometry": [
            {
                "level": "commune",
                "code": code,
                "perimeter": None,
                "geojson": _square(rank),
                "source": "Contour fictif",
            }
            for rank, code in enumerate(COMMUNES)
        ],
        "value": values,
        "awaited": [
            {
                "indicator": "attendu_fictif",
                "level": "commune",
                "dataset": "jeu_attendu",
                "reason": "Raison fictive d'attente.",
            }
        ],
        "comparison": list(_comparisons(values)),
        "fact": [
            _fact("publie", 0.39, "epci", EPCI, "confront"),
            _fact("region", 0.51, "region", "98", "quote"),
        ],
    }
    return copy.deepcopy(found)


def _member(level: str, code: str, parent_level: str, parent_code: str) -> dict[str, Any]:
    return {
        "level": level,
        "code": code,
        "parent_level": parent_level,
        "parent_code": parent_code,
        "whole": True,
    }


def build(
    home: Path, name: str = "release-fictive.duckdb", tables: Mapping[str, list[dict[str, Any]]] | None = None
) -> Path:
    """Write a release and make it the current one.

    Args:
        home: Folder to fill, as ``BCS_HOME`` names it.
        name: Name of the release's file.
        tables: Rows by table; the fictitious ones by default.

    Returns:
        The path of the file.
    """
    folder = home / "releases"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    content = rows() if tables is None else tables
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"CREATE SCHEMA {VIEWS}")
        for table in TABLES:
            columns = ", ".join(f'"{column.name}" {column.kind}' for column in table.columns)
            connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
            if table.national:
                connection.execute(
                    f'CREATE VIEW {VIEWS}."{table.name}" AS SELECT * EXCLUDE ({FOLLOWED}) '
                    f'FROM main."{table.name}" WHERE {FOLLOWED}'
                )
            mark = {FOLLOWED: True} if table.national else {}
            for row in [{**given, **mark} for given in content.get(table.name, [])]:
                names = ", ".join(f'"{column}"' for column in row)
                marks = ", ".join("?" * len(row))
                connection.execute(
                    f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', list(row.values())
                )
    (folder / "CURRENT").write_text(name, encoding="utf-8")
    return path
