"""Two other authorities of the département, from official files alone: their folder, then the chain."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from sources.territory.files import load_territories
from sources.vocabulary import Level
from tests.chain import run

TABLES = (
    "insee/appartenance/table-appartenance-geo-communes-2024.xlsx",
    "insee/filosofi_communes/cc_filosofi_2021_COM.csv",
    "insee/comparateur/base_cc_comparateur.CSV",
)
CONTOURS = ("geographie/communes-59-nord.geojson", "geographie/qpv2024_simplified.geojson")
# The authority we ship, its contract, its first town: nothing of them may be left.
OURS = (
    r"Porte du Hainaut|Denain|[Gg]éographie (prioritaire|complémentaire)|Équipe projet (Nord|Sud)|"
    r"Amandinois|Ostrevant|caph|Quartiers 2030|(selon|par) le contrat|[Ll]e contrat ne"
)
# What each is called in a sentence, and what only others are.
PLACES = (
    ("245901160", "59606", 35, 15, "l’agglomération", r"communauté de communes"),
    ("245901038", "59571", 15, 0, "la communauté de communes", r"agglomération"),
)


@pytest.mark.parametrize(("siren", "commune", "communes", "quarters", "called", "others"), PLACES)
def test_another_territory_from_official_files(
    siren: str,
    commune: str,
    communes: int,
    quarters: int,
    called: str,
    others: str,
    folder: Path,
    tmp_path: Path,
) -> None:
    official, tables = tmp_path / "officiel", tmp_path / "depot"
    official.mkdir()
    tables.mkdir()
    for name in (TABLES[0], *CONTOURS):
        shutil.copy(folder / name, official)
    for name in TABLES:
        shutil.copy(folder / name, tables)
    place = tmp_path / siren
    command = ["territoire", siren, "--depot", str(official), "--dossier", str(place)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    territories = load_territories(place)
    assert len(territories.known(Level.COMMUNE)) == communes
    assert len(territories.known(Level.QPV)) == quarters
    # Their neighbours are the ground of the maps: around them, and none of them.
    around = {beyond.code for beyond in territories.around}
    assert len(around) > 5 and not around & territories.known(Level.COMMUNE)
    again = CliRunner().invoke(app, command)
    assert again.exit_code != 0 and "un dossier vide ou à créer" in again.output, (
        "a folder is never overwritten"
    )
    written = run(tmp_path / "home", commune, "--inbox", str(tables), "--territoire", str(place))
    everything = {**written["pages"], **written["documents"]}
    assert called in everything["fiche commune"] and called in everything["accueil epci"]
    for page, words in everything.items():
        found = re.search(f"{OURS}|{others}", words)
        assert found is None, (page, words[max(0, found.start() - 80) : found.end() + 40])
    name = territories.home.epci.nom_court
    assert name is not None and name in " ".join(written["documents"].values())
