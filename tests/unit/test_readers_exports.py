"""Files that came otherwise than expected: what is said of them, and whether following it would work."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from sources.catalogue import Catalogue, load_catalogue
from sources.inspect import Inspection, inspect_file
from sources.territory.declared import Territories

EXTRACTS = load_catalogue().extracts
NBSP = "\u00a0"


@pytest.fixture
def inspected(catalogue: Catalogue, territories: Territories, tmp_path: Path):
    """Say what a file of some bytes is."""

    def told(name: str, content: str | bytes) -> Inspection:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return inspect_file(path, catalogue, territories)

    return told


def export(level: str, *columns: str, row: str = "59172;Denain;37.1") -> str:
    """Return an export of statistiques-locales.insee.fr."""
    head = f"Insee - Statistiques locales; ; \nRéférentiel géographique : France par {level}; ; \n"
    return f"{head}Code;Libellé;{';'.join(columns)}\n{row}\n"


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("Nombre de naissances domiciliées 2022", "DS_ETAT_CIVIL_NAIS_COMMUNES"),
        ("Part des prestations sociales 2021", "base-cc-filosofi"),
        ("Part des ménages fiscaux imposés 2021", "base-cc-filosofi"),
        ("Part des ménages d’une personne 2021", "base-cc-coupl-fam-men"),
        ("Salaire net horaire moyen 2021", "DS_BTS_SAL_EQTP_SEX_AGE"),
        ("Nb d'allocataires du RSA 2021", "s_ben_com_f"),
        ("Part des bénéficiaires de la C2S 2023", "data_CNAM"),
        ("Population municipale 2021", "base-cc-evol-struct-pop"),
        ("Taux d'activité des 15-64 ans 2021", "base-cc-emploi-pop-active"),
        ("Espérance de vie des femmes à 60 ans 2021", "à la naissance"),
        ("Indice sans nom 2021", "retirez-le du dossier de dépôt"),
    ],
)
def test_an_export_of_another_indicator_names_the_dataset_that_has_it(
    inspected, column: str, said: str
) -> None:
    line = inspected("data.csv", export("commune", column)).lines[4]
    assert said in line and "{" not in line and "Taux de pauvreté 20" in line
    assert ("jeu de données indiqué" in line) == (said != "retirez-le du dossier de dépôt")


def test_the_indicator_comes_before_the_level(inspected) -> None:
    """The advice to take the file at another level would lead to a file of no use."""
    line = inspected(
        "data.csv", export("zone d’emploi", "Taux de chômage annuel moyen 2023", row="3215;V;9")
    ).lines[4]
    assert "defm_communes" in line and "échelons" not in line


def test_a_title_is_the_declared_one_whatever_its_spaces(inspected) -> None:
    for space in (" ", NBSP, "\u202f"):
        found = inspected("data.csv", export("commune", f"Taux de pauvreté au seuil de 60{space}% 2021"))
        assert found.accepted and found.result is not None
        assert found.result.observations["value"].to_list() == [37.1]


def test_an_export_without_years_asks_for_titles_that_have_one(inspected) -> None:
    line = inspected("data.csv", export("commune", "Taux de pauvreté")).lines[4]
    assert "intitulé de chaque colonne" in line and "au nom" not in line


def test_a_workbook_twin_says_nothing_of_our_own_columns(
    catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    path = tmp_path / "data.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for at, line in enumerate(export("commune", "Taux de pauvreté 2021").splitlines()):
            book.get_worksheet_by_name("Données") or book.add_worksheet("Données")
            book.get_worksheet_by_name("Données").write_row(at, 0, line.split(";"))
    found = inspect_file(path, catalogue, territories)
    assert found.accepted and found.lines[4] == f"Refusé{NBSP}: rien."


@pytest.mark.parametrize("note", ["Source : Insee, Filosofi", "Champ : France;;", "Note\u00a0: x ; y"])
def test_a_note_under_the_rows_is_told_and_one_among_them_is_refused(inspected, note: str) -> None:
    """To download the file again, as for one that is cut, would lead to the same note."""
    text = (EXTRACTS / "observatoire" / "neet_communes_2018.csv").read_text(encoding="utf-8")
    for below in (f"{note}\n", f"\n{note}\n;;\nLecture : y\n", f'"{note}"\n', note):
        found = inspected("neet_communes_2018.csv", text + below)
        assert found.accepted and "141 lignes sur 141" in found.lines[3].replace("\u202f", " ")
        assert f"Note sous le tableau, pas lue\u00a0: « {note[:5]}".replace(" ", "\u00a0") in found.lines[
            4
        ].replace(" ", "\u00a0")
    head, rows = text.split("\n", 1)
    line = inspected("neet_communes_2018.csv", f"{head}\n{note}\n{rows}").lines[4]
    assert "ligne 2" in line and "supprimez cette ligne" in line and "tronqué" not in line


def test_a_note_under_the_rows_of_a_sheet_is_told(
    catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    text = (EXTRACTS / "observatoire" / "neet_communes_2018.csv").read_text(encoding="utf-8")
    rows = [line.split(";" if ";" in text else ",") for line in text.splitlines()]
    path = tmp_path / "neet_communes_2018.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Données")
        for at, row in enumerate([*rows, [], ["Source : Insee"], ["Champ : France"]]):
            sheet.write_row(at, 0, row)
    found = inspect_file(path, catalogue, territories)
    assert found.accepted and "« Source" in found.lines[4].replace("\u00a0", " "), found.lines


def test_the_sheets_that_are_not_read_are_said(
    catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    """A workbook of the census has the communes, then the arrondissements, under the same titles."""
    text = (EXTRACTS / "insee" / "base-cc-logement-2022.csv").read_text(encoding="utf-8")
    rows = [line.split(";") for line in text.splitlines()]
    titles = [["Logement en 2022"], ["France"], ["Mise en ligne"], ["Source"], [""]]
    path = tmp_path / "base-cc-logement-2022.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, held in (
            ("COM_2022", rows),
            ("ARM_2022", [rows[0], ["75101", *rows[1][1:]]]),
            ("Notes", []),
        ):
            sheet = book.add_worksheet(name)
            for at, row in enumerate([*titles, *held]):
                sheet.write_row(at, 0, row)
    found = inspect_file(path, catalogue, territories)
    assert found.accepted and "47 communes" in found.lines[2], found.lines[4]
    assert "ARM_2022" in found.lines[4] and "Notes" not in found.lines[4]


def test_accents_that_are_not_in_utf_8_are_said_of_a_file_nobody_knows(inspected) -> None:
    line = inspected("data.csv", export("commune", "Taux de pauvreté 2021").encode("cp1252")).lines[4]
    assert "ligne 2" in line and "UTF-8" in line


def test_a_short_file_in_another_separator_is_no_truncated_one(inspected) -> None:
    text = "CODGEO_INI,LIBGEO_INI,CODGEO_2024,LIBGEO_2024\n59313,X,59172,Denain\n"
    line = inspected("table_passage_geo2003_geo2024.csv", text).lines[4]
    assert "ligne 1" in line and "virgule" in line


def test_a_list_of_earlier_quarters_is_not_said_to_have_a_wrong_name(inspected) -> None:
    text = "code_qp;lib_qp;insee_com\nQP059050;Denain;59172\n"
    line = inspected("listeqp2015-cog2019.csv", text).lines[4]
    assert "QP059050" in line and "ligne 2" in line and "son nom" not in line


@pytest.mark.parametrize("name", ["cc_filosofi_2021.zip", "base-cc-filosofi-2021-geo2024_csv.zip"])
def test_an_archive_of_arrondissements_alone_is_not_an_empty_edition(
    name: str, catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    text = (EXTRACTS / "insee" / "cc_filosofi_2021_COM.csv").read_text(encoding="utf-8")
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        archive.writestr(
            "cc_filosofi_2021_ARR.csv", "\n".join(text.splitlines()[:2]).replace("59002", "75101")
        )
    found = inspect_file(tmp_path / name, catalogue, territories)
    assert not found.accepted and found.result is None


@pytest.mark.parametrize("name", ["bpe20_sport_Loisir_xy.csv", "BPE23_enseignement.csv"])
def test_a_part_of_the_facilities_is_not_all_of_them(inspected, name: str) -> None:
    text = "REG;DEP;DEPCOM;DCIRIS;AN;TYPEQU\n32;59;59172;59172_0101;2020;F101\n"
    found = inspected(name, text)
    assert not found.accepted and "tous les équipements" in found.lines[4]
    assert inspected("bpe20_ensemble_xy.csv", text).accepted


@pytest.mark.parametrize("first", [["75056"], [f"751{n:02}" for n in range(1, 21)]])
def test_a_city_of_arrondissements_may_come_first(inspected, first: list[str]) -> None:
    head, *rows = (EXTRACTS / "caf" / "s_ben_com_f_2024.csv").read_text(encoding="utf-8").splitlines()
    latest = [row for row in rows if row.startswith("2024")]
    cities = [f"2024-12;{code};Paris;1000;2000;100;100;100;100;100" for code in first]
    found = inspected("s_ben_com_f.csv", "\n".join([head, *cities, *latest]) + "\n")
    assert found.accepted and "48 communes" in found.lines[2]


def test_a_mark_nobody_declared_is_named_before_the_refresh(inspected) -> None:
    text = (EXTRACTS / "insee" / "cc_filosofi_2021_COM.csv").read_text(encoding="utf-8")
    found = inspected("cc_filosofi_2021_COM.csv", text.replace(";19560;", ";ns;", 1))
    assert "1 manquante)" in found.lines[3]
    assert (
        f"«{NBSP}ns{NBSP}»" in found.lines[4]
        and "ligne 2" in found.lines[4]
        and "bcs revue" in found.lines[4]
    )
