"""What a file is, from its name, then from its header; and why it is not ours."""

from __future__ import annotations

import difflib
import io
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sources.catalogue import CATALOGUE_DIR, Catalogue, load_catalogue
from sources.inspect import inspect_file
from sources.problems import ExtractRefused
from sources.readers import read_extract
from sources.readers.header import renamed
from sources.recognise import NotRecognised, recognise
from sources.territory.declared import Territories
from sources.territory.files import load_territories

DEMO = (
    "CODGEO;LIBGEO;POP_MUN;TX_F;TX_TOT_0A24;TX_TOT_60ETPLUS;IND_JEUNE;TX_TOT_MEN1;TX_TOT_MEN6;TX_TOT_ET;NOTE_RP;"
    "A;PERCOU;AM;AI;ACSSENF;ACAVENF;AC3ENF;NOTE_CNAF"
)


def put(folder: Path, name: str, text: str = "a;b\n1;2\n") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def reason(path: Path, catalogue: Catalogue) -> str:
    with pytest.raises(NotRecognised) as caught:
        recognise(path, catalogue)
    assert path.name in str(caught.value)
    return str(caught.value)


def test_every_embedded_file_is_recognised_as_declared(catalogue: Catalogue) -> None:
    for dataset, millesime, _, path in catalogue.embedded():
        found = recognise(path, catalogue)
        assert found.dataset.id == dataset.id, path.name
        declared = {m.edition for m in dataset.millesimes if any(path.name in e.file for e in m.extracts)}
        assert found.edition in declared | {millesime.edition}, path.name


@pytest.mark.parametrize(
    ("name", "dataset", "edition"),
    [
        ("DEMO_2018.csv", "sig_ville_demo", 2018),
        ("IPRO_2020.csv", "sig_ville_ipro", 2020),
        ("REVN_2018.csv", "sig_ville_revn", 2018),
        ("cc_filosofi_2020_COM.CSV", "insee_filosofi_communes", 2020),
        ("FILO2013_DISP_EPCI.csv", "insee_filosofi_disp", 2013),
        ("data_filo20_qp_revdis.csv", "insee_filosofi_qpv", 2020),
        ("data_CAF_2021_IRIS.csv", "caf_iris", 2021),
        ("base-cc-logement-2023.csv", "insee_rp_logement", 2023),
        ("table-appartenance-geo-communes-25.xlsx", "insee_appartenance", 2025),
        ("DS_RP_DIPLOMES_PRINC_2023_CSV_FR.zip", "insee_melodi_rp_diplomes", 2023),
        ("DEFM2025_QP24.zip", "insee_qpv_2024_defm", 2025),
        ("beneficiaires_CAF_31-12-2025_QP24.zip", "insee_qpv_2024_caf", 2025),
    ],
)
def test_a_millesime_nobody_declared_is_recognised_by_its_name(
    name: str, dataset: str, edition: int, catalogue: Catalogue, tmp_path: Path
) -> None:
    assert edition not in {m.edition for m in catalogue.datasets[dataset].millesimes}
    found = recognise(put(tmp_path, name), catalogue)
    assert (found.dataset.id, found.edition) == (dataset, edition)


def test_a_renamed_file_is_recognised_by_its_header(catalogue: Catalogue, tmp_path: Path) -> None:
    found = recognise(put(tmp_path, "copie du 12-03-2018.csv", DEMO + "\n"), catalogue)
    assert (found.dataset.id, found.edition) == ("sig_ville_demo", 2018)


@pytest.mark.parametrize("case", [str.upper, str.lower])
@pytest.mark.parametrize(
    "name", ["s_ben_com_f_2024.csv", "IPRO_2022.csv", "cc_filosofi_2019_COM.csv", "base-cc-logement"]
)
def test_a_header_in_another_case_is_read_as_the_producers_own(
    catalogue: Catalogue, territories: Territories, tmp_path: Path, name: str, case: Callable[[str], str]
) -> None:
    """A database or a portal writes all the names of columns in one case."""
    dataset, millesime, _, path = next(one for one in catalogue.embedded() if one[3].name.startswith(name))
    encoding = dataset.layout.encoding
    header, _, rows = path.read_text(encoding=encoding).partition("\n")
    moved = tmp_path / f"export_{millesime.edition}.csv"
    moved.write_text(f"{case(header)}\n{rows}", encoding=encoding)
    found = recognise(moved, catalogue)
    assert (found.dataset.id, found.edition) == (dataset.id, millesime.edition)
    told = [
        read_extract(one, dataset, millesime.edition, None, territories).observations.drop("extract")
        for one in (path, moved)
    ]
    assert told[0].equals(told[1])


@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_the_year_of_a_header_is_read_in_any_case(
    catalogue: Catalogue, tmp_path: Path, case: Callable[[str], str]
) -> None:
    """``P22_POP2024`` is of 2022 in any case: the people of 20 to 24 years."""
    path = catalogue.extracts / "insee" / "base-cc-coupl-fam-men-2022.csv"
    header, _, rows = path.read_text(encoding="utf-8-sig").partition("\n")
    found = recognise(put(tmp_path, "export.csv", f"{case(header)}\n{rows}"), catalogue)
    assert (found.dataset.id, found.edition) == ("insee_rp_familles", 2022)


def test_a_column_written_twice_but_for_its_case_is_not_guessed(catalogue: Catalogue) -> None:
    layout = catalogue.datasets["caf_s_ben_com_f"].layout
    assert renamed(["INDFOY_RSA", "Numcomdo"], layout) == ["indfoy_rsa", "numcomdo"]
    assert renamed(["INDFOY_RSA", "indfoy_rsa"], layout) == ["INDFOY_RSA", "indfoy_rsa"]
    assert renamed(["INDFOY_RSA", "Indfoy_rsa"], layout) == ["INDFOY_RSA", "Indfoy_rsa"]


def test_the_columns_of_another_dataset_under_the_name_of_one_are_said(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    path = tmp_path / "cc_filosofi_2022_COM.csv"
    path.write_bytes((catalogue.extracts / "insee/base-cc-logement-2022.csv").read_bytes())
    with pytest.raises(NotRecognised, match="échangé leur nom"):
        recognise(path, catalogue)


def test_the_year_comes_from_the_header_when_the_name_has_none(catalogue: Catalogue, tmp_path: Path) -> None:
    header = "CODGEO;MED16;TP6016;RD16;PPSOC16;D116;D916\n59172;1;2;3;4;5;6\n"
    found = recognise(put(tmp_path, "copie.csv", header), catalogue)
    assert (found.dataset.id, found.edition) == ("insee_filosofi_communes", 2016)


def test_the_year_comes_from_the_year_column_in_the_last_resort(catalogue: Catalogue, tmp_path: Path) -> None:
    text = "codgeo;libgeo;an;part_non_inseres\n59172;Denain;2013;30,1\n59172;Denain;2019;29,0\n"
    found = recognise(put(tmp_path, "neet.csv", text), catalogue)
    assert (found.dataset.id, found.edition) == ("observatoire_neet", 2019)


def test_without_any_year_it_asks_for_one(catalogue: Catalogue, tmp_path: Path) -> None:
    message = reason(put(tmp_path, "copie.csv", DEMO + "\nQP059050;x" + ";1" * 17 + "\n"), catalogue)
    assert "sans année" in message and "sig_ville_demo.yaml" in message


@pytest.mark.parametrize("name", ["population_qpv_2024.csv", "quartiers-prioritaires-2024.csv", "qp2015.csv"])
def test_the_year_of_perimeters_in_a_name_is_none_of_figures(
    name: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    text = DEMO + "\nQP059050;x" + ";1" * 17 + "\n"
    assert "sans année" in reason(put(tmp_path, name, text), catalogue)


def test_a_code_of_a_level_nobody_reads_has_lost_no_zero(
    catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    head = "Insee - Statistiques locales; ; \nRéférentiel géographique : France par zone d’emploi 2020; ; \n"
    path = put(tmp_path, "data.csv", f"{head}Code;Libellé;Taux de pauvreté 2021\n3218;Valenciennes;22.0\n")
    said = inspect_file(path, catalogue, territories).lines[4]
    assert "3218" in said and "aucun des échelons lus" in said and "zéro" not in said


def test_an_archive_is_recognised_by_the_file_it_holds(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "telechargement.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("meta_cc_filosofi_2022_COM.csv", "COD_VAR;LIB_VAR\n")
        archive.writestr("cc_filosofi_2022_COM.csv", "CODGEO;MED22\n59172;1\n")
    found = recognise(path, catalogue)
    assert (found.dataset.id, found.edition) == ("insee_filosofi_communes", 2022)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("meta_cc_filosofi_2022_COM.csv", "COD_VAR;LIB_VAR\n", "description des colonnes"),
        ("communes.geojson", '{"type": "FeatureCollection"}', "contours géographiques"),
        ("kitcarto_datacom.csv", "CODGEO;ID_1\n", "sans définition"),
        ("BASE_TD_FILO_DISP_IRIS_2019.csv", "IRIS;LIBIRIS\n", "ne s’additionnent pas à la commune"),
        ("BASE_TD_FILO_IRIS_2021_DEC.csv", "IRIS;DEC_PIMP21\n", "revenu déclaré"),
        ("PROVENANCE.md", "# Texte\n", "document à lire"),
        ("inconnu.csv", "nom;prenom\n", "« nom »"),
        ("inconnu.csv", "du texte sans colonnes\n", "sans en-tête de tableau"),
        ("inconnu.csv", "<!DOCTYPE html><html></html>", "sans en-tête de tableau"),
    ],
)
def test_what_is_not_ours_is_said_with_the_reason(
    name: str, text: str, said: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    message = reason(put(tmp_path, name, text), catalogue)
    assert said in message.replace("\u00a0", " ")
    assert "jeu de données du catalogue" in message


def test_a_header_of_several_datasets_is_not_guessed(catalogue: Catalogue, tmp_path: Path) -> None:
    # Names alone tell a file on communes from one on regions; here two datasets share every column they need.
    twin = catalogue.datasets["observatoire_neet"].model_copy(update={"id": "jumeau", "files": ("^jumeau$",)})
    both = replace(catalogue, datasets={**catalogue.datasets, "jumeau": twin})
    text = "codgeo;libgeo;an;part_non_inseres\n59172;Denain;2013;30,1\n"
    assert "plusieurs jeux de données" in reason(put(tmp_path, "copie_2013.csv", text), both)


def test_an_archive_in_an_archive_is_said(catalogue: Catalogue, tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("DEMO_2022.csv", DEMO)
    path = tmp_path / "envoi.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("DEMO_2022.zip", inner.getvalue())
    assert "une archive dans une archive («\u00a0DEMO_2022.zip\u00a0»)" in reason(path, catalogue)


def test_an_edition_that_cannot_be_out_yet_is_refused(catalogue: Catalogue, tmp_path: Path) -> None:
    with pytest.raises(ExtractRefused, match="l’édition 2095"):
        recognise(put(tmp_path, "DEMO_2095.csv"), catalogue)


@pytest.mark.parametrize("suffix", [".part", ".crdownload"])
def test_a_file_still_being_downloaded_is_said_to_be(
    suffix: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    with pytest.raises(ExtractRefused, match="un téléchargement inachevé"):
        recognise(put(tmp_path, f"DEMO_2022.csv{suffix}", DEMO), catalogue)


def test_an_empty_file_is_refused_and_not_unknown(catalogue: Catalogue, tmp_path: Path) -> None:
    with pytest.raises(ExtractRefused, match="fichier vide"):
        recognise(put(tmp_path, "rien.csv", ""), catalogue)


def test_a_workbook_of_unknown_columns_names_some_of_them(catalogue: Catalogue, tmp_path: Path) -> None:
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        book.add_worksheet("Feuille").write_row(0, 0, ["Nom", "Prénom"])
    path = tmp_path / "liste.xlsx"
    path.write_bytes(content.getvalue())
    assert "Prénom" in reason(path, catalogue)


BLOCK = """
  - edition: 2022
    url: https://www.insee.fr/fr/statistiques/fichier/1/cc_filosofi_2022_COM.csv
    published: 2025-07-01
"""


def tree(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_a_new_millesime_is_one_block_and_a_renamed_column_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(CATALOGUE_DIR, folder)
    before = tree(folder)
    path = folder / "insee_filosofi_communes.yaml"
    text = path.read_text(encoding="utf-8").rstrip("\n") + BLOCK
    path.write_text(text.replace('column: "MED{yy}"', 'column: ["MEDIANE{yy}", "MED{yy}"]'), encoding="utf-8")
    after = tree(folder)
    assert [name for name in after if after[name] != before[name]] == [path.name]
    changed = [
        line
        for line in difflib.ndiff(before[path.name].splitlines(), after[path.name].splitlines())
        if line[0] in "+-"
    ]
    assert len(changed) == len(BLOCK.strip("\n").splitlines()) + 2  # the block, and one line rewritten

    catalogue = load_catalogue(folder)
    data = put(
        tmp_path,
        "cc_filosofi_2022_COM.csv",
        "CODGEO;MEDIANE22;TP6022;RD22;PPSOC22;D122;D922\n59172;1;2;3;4;5;6\n",
    )
    found = recognise(data, catalogue)
    block = next(m for m in found.dataset.millesimes if m.edition == 2022)
    frame = read_extract(data, found.dataset, 2022, block, load_territories()).observations
    assert frame.filter(variable="filo_med").select("value", "column").rows() == [(1.0, "MEDIANE22")]


def test_codes_that_a_spreadsheet_spoiled_are_said_under_any_name(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    """The columns say what it is; the codes do not: neither a stranger nor another generation."""
    head = "dtreffre;numcomdo;nomcom;indfoy_ndur;indnbp_ndur;indfoy_rsa"
    rows = "".join(f"2024-12;5.9{n:03}E4;Ville {n};100;200;10\n" for n in range(3))
    said = reason(put(tmp_path, "copie.csv", f"{head}\n{rows}"), catalogue)
    assert "ligne 2, colonne «\u00a0numcomdo\u00a0»" in said
    assert "5.9000E4" in said and "tableur" in said


def test_columns_moved_under_any_name_are_said(catalogue: Catalogue, tmp_path: Path) -> None:
    head = "dtreffre;numcomdo;nomcom;indfoy_ndur;indnbp_ndur;indfoy_rsa"
    rows = "".join(f";2024-12;59{n:03};Ville {n};100;200;10\n" for n in range(9))
    with pytest.raises(ExtractRefused, match="décalées d’un rang vers la droite"):
        recognise(put(tmp_path, "s_ben_com_f.csv", f"{head}\n{rows}"), catalogue)


def test_a_list_of_quarters_is_not_older_than_their_perimeters(catalogue: Catalogue, tmp_path: Path) -> None:
    head = "code_qp;lib_qp;insee_reg;lib_reg;insee_dep;lib_dep;insee_com;lib_com;siren_epci;lib_epci"
    row = "QN05950M;Denain;32;Hauts-de-France;59;Nord;59172;Denain;200042190;CA de la Porte du Hainaut"
    found = recognise(put(tmp_path, "qpv_2015.csv", f"{head}\n{row}\n"), catalogue)
    assert (found.dataset.id, found.edition) == ("anct_qpv_2024", 2024)
