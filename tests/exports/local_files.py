"""Local layers for the tests: one filled in properly, one full of labels that look like code; none real."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import polars as pl

from sources.local import COLUMNS, load_local, local_rows
from sources.local.model import SECTIONS
from sources.territory.files import load_territories

COMMUNE = "59172"
COMMUNES = {"59172": "Denain", "59491": "Raismes", "59564": "La Sentinelle", "59446": "Oisy"}
LONG = "mot-très-long-" * 357
HOSTILE = (
    '=cmd|"/C calc"!A0',
    "<w:p><w:r><w:t>balise</w:t></w:r></w:p>",
    "#let x = 1; $x^2$ *gras* _souligné_ @cible <étiquette> \\ `code` // fin",
    "🎭 😀 中",
    "</script><script>alert(1)</script>",
    "{{7*7}} {value} %s ' \" & ]]>",
    LONG[:5000],
)

FILLED: Mapping[str, Sequence[Mapping[str, str]]] = {
    "equipements": [{"commune": COMMUNE, "nom": "Équipement fictif", "type": "culture", "source": "essai"}],
    "programmation": [
        {
            "commune": COMMUNE,
            "annee": "2026",
            "action": "Action fictive",
            "orientation": "2",
            "cout": "12 500,50",
            "suivie": "oui",
            "source": "essai",
        }
    ],
    "priorites": [
        {"commune": COMMUNE, "rang": "1", "orientation": "1", "enjeu": "Enjeu fictif", "source": "essai"},
        {"commune": COMMUNE, "rang": "2", "enjeu": "Enjeu clos", "etat": "atteinte", "source": "essai"},
    ],
    "cibles": [
        {
            "territoire": COMMUNE,
            "indicateur": "taux_emploi",
            "annee": "2030",
            "valeur": "51,3",
            "source": "essai",
        }
    ],
}


def write(folder: Path, files: Mapping[str, Sequence[Mapping[str, str]]]) -> Path:
    """Write files of the local layer as a spreadsheet would."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in files.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as handle:
            writer = csv.DictWriter(handle, SECTIONS[name].columns, delimiter=";", restval="")
            writer.writeheader()
            writer.writerows(lines)
    return folder


def hostile_files() -> dict[str, list[dict[str, str]]]:
    """One facility, one service and one priority for each hostile label."""
    return {
        "equipements": [
            {"commune": COMMUNE, "nom": label, "type": "essai", "source": "essai"} for label in HOSTILE
        ],
        "priorites": [
            {"commune": COMMUNE, "rang": str(rank), "enjeu": label, "source": "essai"}
            for rank, label in enumerate(HOSTILE, start=1)
        ],
    }


def publish(release: Path, folder: Path | None) -> None:
    """Put a local layer into a release file, in place of the one it may hold."""
    kinds = {"row": pl.Int32, "line": pl.Int32}
    schema = {name: kinds.get(name, pl.String) for name, _ in COLUMNS}
    rows = pl.DataFrame(
        local_rows(load_local(folder), load_territories().pockets), schema=schema, orient="row"
    )
    with duckdb.connect(str(release)) as connection:
        connection.register("rows", rows)
        connection.execute("CREATE OR REPLACE TABLE local AS SELECT * FROM rows")
