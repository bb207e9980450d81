"""Another territory is another folder: one made of two files only goes through the whole chain."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sources.declarations import DeclarationError
from sources.territory.files import load_territories
from sources.territory.place import FOLDER, VARIABLE, territory_folder
from sources.vocabulary import Level
from tests.chain import run

HOME = """\
epci: {code: "999999999", nom: Communauté de communes fictive, nom_court: Essai fictif}
departement: {code: "59", nom: Nord}
region: {code: "32", nom: Hauts-de-France}
"""
COMMUNES = "code;nom\n59002;Première fictive\n59038;Deuxième fictive\n59064;Troisième fictive\n"
OURS = re.compile(
    r"Hainaut|Denain|Escaudain|Raismes|[Gg]éographie (prioritaire|complémentaire)|Équipe projet (Nord|Sud)|"
    r"Amandinois|Ostrevant|caph",
    re.IGNORECASE,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "territoire.yaml").write_text(HOME, encoding="utf-8")
    (tmp_path / "communes.csv").write_text(COMMUNES, encoding="utf-8")
    return tmp_path


def test_two_files_are_enough(folder: Path) -> None:
    territories = load_territories(folder)
    assert territories.home.france.code == "F"
    assert territories.known(Level.QPV) == territories.known(Level.CANTON) == frozenset()
    assert not territories.groups and territories.pockets is None
    assert territories.territory.height == 3 + 5
    assert territories.membership.filter(level="commune", parent_level="epci").height == 3


def test_the_folder_is_chosen_by_siren_by_path_or_by_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = next(path for path in FOLDER.iterdir() if path.is_dir())
    assert territory_folder(shipped.name) == shipped
    assert territory_folder(str(folder)) == folder.resolve()
    monkeypatch.setenv(VARIABLE, str(folder))
    assert load_territories().home.epci.code == "999999999"


def test_a_folder_that_is_no_territory_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="bcs territoire SIREN"):
        load_territories(tmp_path / "ailleurs")


def test_every_page_and_document_lives_without_quarter_canton_group_nor_contract(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("fictif")
    written = run(home, "59002", "--territoire", str(folder))
    for place, words in {**written["pages"], **written["documents"]}.items():
        found = OURS.search(words)
        assert found is None, (place, words[max(0, found.start() - 80) : found.end() + 40])
    assert "Première fictive" in written["pages"]["fiche commune"]
    assert "Essai fictif" in written["pages"]["accueil epci"] or "fictive" in written["pages"]["accueil epci"]
