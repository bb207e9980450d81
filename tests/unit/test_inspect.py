"""Five lines on a file, whatever it is."""

from __future__ import annotations

import re
from pathlib import Path

from sources.catalogue import Catalogue, load_catalogue
from sources.inspect import Inspection, inspect_file
from sources.territory.declared import Territories


def inspected(path: Path, catalogue: Catalogue, territories: Territories) -> Inspection:
    found = inspect_file(path, catalogue, territories)
    starts = [line.split("\u00a0:")[0] for line in found.lines]
    assert starts == ["Fichier", "Millésime", "Territoires", "Retenu", "Refusé"]
    for line in found.lines:
        assert "\n" not in line and not re.search(r" [:;?!»%]|« ", line), line
    return found


def test_an_embedded_file(catalogue: Catalogue, territories: Territories) -> None:
    found = inspected(
        load_catalogue().extracts / "insee" / "cc_filosofi_2021_COM.csv", catalogue, territories
    )
    assert found.accepted and found.recognised is not None
    assert "Filosofi" in found.lines[0] and "INSEE" in found.lines[0]
    assert found.lines[1].endswith("édition 2021\u00a0; données de\u00a0: 2021.")
    assert "47 communes, dont 47 de notre territoire" in found.lines[2]
    assert "47 lignes sur 47" in found.lines[3] and "sous secret statistique" in found.lines[3]
    assert found.lines[4] == "Refusé\u00a0: rien."


def test_perimeter_and_unstated_year_are_said(catalogue: Catalogue, territories: Territories) -> None:
    found = inspected(load_catalogue().extracts / "sig_ville" / "REVN_2022.csv", catalogue, territories)
    assert "2018, année non précisée par le producteur" in found.lines[1]
    assert "13 quartiers prioritaires (périmètre de 2015)" in found.lines[2]


def test_every_level_of_a_file_is_counted(catalogue: Catalogue, territories: Territories) -> None:
    found = inspected(load_catalogue().extracts / "insee" / "filosofi2_2023.csv", catalogue, territories)
    assert "47 communes" in found.lines[2] and "1 département" in found.lines[2]
    assert "structure non vérifiée sur un fichier réel" in found.lines[0]


def test_a_file_refused(catalogue: Catalogue, territories: Territories, tmp_path: Path) -> None:
    path = tmp_path / "cc_filosofi_2020_COM.csv"
    path.write_text("CODGEO;MED20\n59172;x\n", encoding="utf-8")
    found = inspected(path, catalogue, territories)
    assert not found.accepted and found.recognised is not None
    assert "édition 2020" in found.lines[1] and "rien" in found.lines[3]
    assert "TP6020" in found.lines[4] and "autres défauts" in found.lines[4]


def test_a_file_that_is_not_ours(catalogue: Catalogue, territories: Territories, tmp_path: Path) -> None:
    path = tmp_path / "meta_dossier.csv"
    path.write_text("COD_VAR;LIB_VAR\n", encoding="utf-8")
    found = inspected(path, catalogue, territories)
    assert not found.accepted and found.recognised is None
    assert "aucun jeu de données" in found.lines[0] and "description des colonnes" in found.lines[4]


def test_a_table_of_territories_has_no_figure(
    catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    import xlsxwriter

    path = tmp_path / "table-appartenance-geo-communes-2025.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("COM")
        sheet.write_row(5, 0, ["CODGEO", "LIBGEO", "DEP", "REG", "EPCI", "ARR", "CANOV"])
        sheet.write_row(6, 0, ["59172", "Denain", "59", "32", "200042190", "596", "5914"])
    found = inspected(path, catalogue, territories)
    assert found.accepted and "aucune donnée chiffrée" in found.lines[1]


def test_a_file_of_an_unknown_year_is_not_a_stranger(
    catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    path = tmp_path / "basilic.csv"
    path.write_text("code_insee;type_equipement_ou_lieu\n59172;Musée\n", encoding="utf-8")
    found = inspected(path, catalogue, territories)
    assert "d’un jeu de données connu, mais d’une année inconnue" in found.lines[0]
    assert "BASILIC" in found.lines[4] and "Ajoutez l’année au nom" in found.lines[4]


def test_a_broken_container_has_its_five_lines_too(
    catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    path = tmp_path / "table-appartenance-geo-communes-2025.xlsx"
    path.write_bytes(b"PK\x03\x04" + b"\x00" * 200)
    found = inspected(path, catalogue, territories)
    assert not found.accepted and "Table d’appartenance" in found.lines[0]
    assert "abîmée ou tronquée" in found.lines[4] and "Téléchargez à nouveau" in found.lines[4]


def test_numbers_agree_with_what_they_count(catalogue: Catalogue, territories: Territories) -> None:
    found = inspected(load_catalogue().extracts / "insee" / "FILO2019_DISP_EPCI.csv", catalogue, territories)
    assert "1 intercommunalité" in found.lines[2]
    assert "1 ligne sur 1, 18 cellules" in found.lines[3] and "0 ligne hors champ" in found.lines[3]
    quarters = inspected(
        load_catalogue().extracts / "insee" / "data_filo19_qp_revdis.csv", catalogue, territories
    )
    assert "ensemble des quartiers prioritaires (périmètre de 2015)" in quarters.lines[2]
