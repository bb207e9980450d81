"""The registers of the contract: workbooks and CSV alike, what a person writes, and nobody named."""

from __future__ import annotations

import csv
import io
import zipfile
from xml.sax.saxutils import escape

import fastexcel
import pytest
import xlsxwriter

from sources.local import SECTIONS, Codes, load_local, write_templates
from sources.local.persons import signs
from sources.local.reading import Known
from sources.local.spreadsheet import example_of, guide_of
from sources.problems import ValidationFailed
from sources.territory.place import territory_folder

KNOWN = Known({"59172": "Denain"}, {"QN05950M"}, {"taux_emploi": (0, 100)})
REGISTERS = ("engagements", "actions_suivies", "cohortes", "financements", "programmation", "tfpb")


def xlsx(path, rows):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                if hasattr(cell, "year"):
                    sheet.write_datetime(line, column, cell, day)
                else:
                    sheet.write(line, column, cell)


def ods(path, rows):
    """An OpenDocument sheet as LibreOffice writes it, reduced to what makes it one."""
    lines = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell office:value-type="string">'
            f"<text:p>{escape(str(c))}</text:p></table:table-cell>"
            for c in row
        )
        + "</table:table-row>"
        for row in rows
    )
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0" '
        f'xmlns:text="{names}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Feuille1">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)


def csv_file(path, rows):
    path.write_text("\n".join(";".join(map(str, row)) for row in rows), encoding="utf-8")


def lines_of(folder, section):
    return [
        line.row for line in load_local(folder, KNOWN, folder / "aucun").of(section) if line.origin == "agent"
    ]


def problems(folder):
    with pytest.raises(ValidationFailed) as failure:
        load_local(folder, KNOWN, folder / "aucun")
    return [problem.message() for problem in failure.value.problems]


def commitment(**changed):
    cells = {
        "commune": "",
        "orientation": 1,
        "partenaire": "Département",
        "engagement": "Deux permanences",
        "nature": "Droit commun",
        "montant": "12 500 €",
        "echeance": "31/12/2028",
        "etat": "En cours",
        "bilan": "",
        "indicateur": "taux_emploi",
        "source": "COTECH",
    }
    return [{**cells, **changed}[name] for name in SECTIONS["engagements"].columns]


@pytest.mark.parametrize(("suffix", "write"), [(".xlsx", xlsx), (".ods", ods), (".csv", csv_file)])
def test_a_register_is_read_from_any_spreadsheet_as_it_is_written(suffix, write, tmp_path):
    header = SECTIONS["engagements"].columns
    write(
        tmp_path / f"Engagements{suffix}",
        [header, commitment(), commitment(engagement="Un forum", montant=3000)],
    )
    first, second = lines_of(tmp_path, "engagements")
    assert (first.montant, first.echeance, first.etat, first.nature) == (
        *(12500.0, "2028-12-31", "en cours", "droit commun"),
    )
    assert (second.montant, second.orientation, second.commune) == (3000.0, 1, None)


@pytest.mark.parametrize(
    ("written", "amount"),
    [("12.500,50 €", 12500.5), ("12 500 euros", 12500.0), ("25 %", None), ("12,5 k€", None)],
)
def test_an_amount_is_read_or_refused_never_guessed(written, amount, tmp_path):
    csv_file(tmp_path / "engagements.csv", [SECTIONS["engagements"].columns, commitment(montant=written)])
    if amount is None:
        assert "un nombre" in problems(tmp_path)[0]
    else:
        assert lines_of(tmp_path, "engagements")[0].montant == amount


def test_a_share_that_a_spreadsheet_keeps_as_a_fraction_is_refused(tmp_path):
    header = SECTIONS["cibles"].columns
    csv_file(tmp_path / "cibles.csv", [header, ("59172", "taux_emploi", 2030, "0,25", "s")])
    assert "attendu\u00a0: 25 ou 0,25\u00a0%" in problems(tmp_path)[0]
    csv_file(tmp_path / "cibles.csv", [header, ("59172", "taux_emploi", 2030, "0,25 %", "s")])
    assert lines_of(tmp_path, "cibles")[0].valeur == 0.25


def test_of_a_workbook_no_filled_sheet_nor_failed_formula_is_passed_over(tmp_path):
    header = SECTIONS["engagements"].columns
    with xlsxwriter.Workbook(tmp_path / "engagements.xlsx") as book:
        book.add_worksheet("Vide")
        for name, rows in (("2026", [header, commitment()]), ("Codes", [("a",)])):
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
    assert len(lines_of(tmp_path, "engagements")) == 1
    with xlsxwriter.Workbook(tmp_path / "engagements.xlsx") as book:
        for name in ("2026", "2027"):
            book.add_worksheet(name).write_row(0, 0, header)
    assert "une seconde feuille remplie, «\u00a02027\u00a0»" in problems(tmp_path)[0]
    with xlsxwriter.Workbook(tmp_path / "engagements.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, header)
        sheet.write_row(1, 0, commitment(montant=""))
        sheet.write_formula(1, header.index("montant"), "=1/0", None, "#DIV/0!")
    assert "ligne 2" in problems(tmp_path)[0] and "une formule en erreur" in problems(tmp_path)[0]


def test_a_line_told_twice_with_other_capitals_or_a_wrong_day_is_refused_in_words(tmp_path):
    header = SECTIONS["engagements"].columns
    twice = commitment(engagement="Un  FORUM", montant=1)
    csv_file(tmp_path / "Engagements.csv", [header, commitment(engagement="un forum"), twice])
    with pytest.raises(ValidationFailed, match="qu’à la ligne 2"):
        lines_of(tmp_path, "engagements")
    csv_file(tmp_path / "Engagements.csv", [header, commitment(echeance="31/02/2028", etat="fini")])
    with pytest.raises(ValidationFailed, match="fini") as refused:
        lines_of(tmp_path, "engagements")
    told = str(refused.value).replace("\u00a0", " ")
    assert "un jour (31/12/2028) ou une année" in told and "« prévu », « en cours »" in told


def test_real_dates_numbers_and_shares_are_understood(tmp_path):
    import datetime as dt

    header = SECTIONS["engagements"].columns
    xlsx(tmp_path / "engagements.xlsx", [header, commitment(echeance=dt.datetime(2028, 12, 31))])
    target = SECTIONS["cibles"].columns
    xlsx(tmp_path / "cibles.xlsx", [target, ["59172", "taux_emploi", 2030, "25 %", "s"]])
    assert lines_of(tmp_path, "engagements")[0].echeance == "2028-12-31"
    assert lines_of(tmp_path, "cibles")[0].valeur == 25.0


def test_a_template_offers_lists_a_guide_and_an_example_that_are_not_data(tmp_path):
    codes = (Codes("Communes", [("59172", "Denain")], ("commune", "territoire")),)
    write_templates(tmp_path, codes)
    for name in REGISTERS:
        section = SECTIONS[name]
        path = tmp_path / f"modele_{name}.xlsx"
        rows = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string").to_polars().rows()
        assert [c or "" for c in rows[0]] == list(section.columns)
        assert [c or "" for c in rows[1]] == guide_of(section)
        assert [c or "" for c in rows[2]] == example_of(section)
        with zipfile.ZipFile(path) as archive:
            rules = archive.read("xl/worksheets/sheet1.xml").decode()
        assert 'type="list"' in rules or name == "cohortes", name
        path.rename(tmp_path / f"{name}.xlsx")
    assert not [
        line for line in load_local(tmp_path, KNOWN, tmp_path / "aucun").lines if line.origin == "agent"
    ]


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        (
            ("nom", "prenom", "date_de_naissance"),
            ("x", "y", "z"),
            "nominatives (date_de_naissance, nom, prenom)",
        ),
        (None, ("Sortants", "2027", "jeune.fictif@exemple.fr", 40, 20, "s"), "jamais une personne"),
        (None, ("Sortants", "2027", "appelé au 06 00 00 00 00", 40, 20, "s"), "jamais une personne"),
        (None, ("Sortants", "2027", "au +33 6 00 00 00 00", 40, 20, "s"), "jamais une personne"),
        (None, ("Sortants de Mme Exemple", "2027", "En emploi", 40, 20, "s"), "jamais une personne"),
        (None, ("Sortants de Mr Exemple", "2027", "En emploi", 40, 20, "s"), "jamais une personne"),
        (None, ("Jean DUPONT", "2027", "En emploi", 40, 20, "s"), "jamais une personne"),
        (None, ("Sortants", "2027", "VAN DEN BERGHE Luc", 40, 20, "s"), "jamais une personne"),
        (("cohorte", "prénom du jeune", "mesure"), ("x", "y", "z"), "nominatives (prenom_du_jeune)"),
        (None, ("Sortants", "2027", "En emploi", 40, "25 %", "s"), "un nombre"),
        (None, ("Sortants", "2027", "En emploi", 10, 0, "s"), "un nombre entier à partir de 11"),
        (None, ("Sortants", "2027", "En emploi", 40, 3, "s"), "11 au moins de chaque côté"),
        (None, ("Sortants", "2027", "En emploi", 40, 35, "s"), "11 au moins de chaque côté"),
        (None, ("Sortants", "2027", "En emploi", 40, 41, "s"), "11 au moins de chaque côté"),
    ],
)
def test_a_cohort_tells_of_nobody(header, row, said, tmp_path):
    xlsx(tmp_path / "cohortes.xlsx", [header or SECTIONS["cohortes"].columns, row])
    assert said in problems(tmp_path)[0]


def test_a_cohort_of_enough_people_is_kept(tmp_path):
    rows = [("Sortants", "01/06/2027", "En emploi", 40, part, f"s{part}") for part in (0, 11, 29, 40)]
    named = [(c, d, f"{m} {n}", e, p, s) for n, (c, d, m, e, p, s) in enumerate(rows)]
    csv_file(tmp_path / "cohortes.csv", [SECTIONS["cohortes"].columns, *named])
    assert [row.concernes for row in lines_of(tmp_path, "cohortes")] == [0, 11, 29, 40]


def test_ranks_follow_each_other(tmp_path):
    header = ("commune", "rang", "enjeu", "etat", "source")
    csv_file(tmp_path / "priorites.csv", [header, ("59172", 1, "a", "", "s"), ("59172", 1, "b", "", "s")])
    assert "le rang 2" in problems(tmp_path)[0]
    csv_file(tmp_path / "priorites.csv", [header, ("59172", 1, "a", "", "s"), ("59172", 3, "b", "", "s")])
    assert "le rang 2" in problems(tmp_path)[0]
    csv_file(
        tmp_path / "priorites.csv", [header, ("59172", 1, "a", "", "s"), ("59172", 1, "b", "atteinte", "s")]
    )
    assert len(lines_of(tmp_path, "priorites")) == 2


def test_funding_is_of_an_action_and_adds_up_to_its_cost(tmp_path):
    csv_file(
        tmp_path / "programmation.csv",
        [("commune", "annee", "action", "cout", "source"), ("59172", 2026, "Ateliers", "4 500 €", "s")],
    )
    header = ("commune", "annee", "action", "financeur", "montant", "source")
    lines = [
        ("59172", 2026, "Ateliers", "État", 3000, "s"),
        ("59172", 2026, "Ateliers", "Commune", 1000, "s"),
    ]
    csv_file(tmp_path / "financements.csv", [header, *lines])
    assert "le coût de l’action, 4\u202f500" in problems(tmp_path)[0]
    csv_file(tmp_path / "financements.csv", [header, lines[0], (*lines[1][:4], "1 500,00 €", "s")])
    assert len(lines_of(tmp_path, "financements")) == 2
    csv_file(tmp_path / "financements.csv", [header, ("59172", 2026, "Autre", "État", 10, "s")])
    assert "une action de la programmation" in problems(tmp_path)[0]
    csv_file(tmp_path / "financements.csv", [header, *lines, lines[0]])
    assert any("qu’à la ligne 2" in message for message in problems(tmp_path))


def test_a_workbook_that_is_none_is_told_in_words(tmp_path):
    (tmp_path / "engagements.xlsx").write_bytes(io.BytesIO(b"PK nothing").getvalue())
    assert "un classeur illisible" in problems(tmp_path)[0]


@pytest.mark.parametrize(
    ("column", "cell", "person"),
    [
        ("cohorte", "Jean Dupont", True),
        ("action", "Accompagnement de Fatima BENALI", True),
        ("porteur", "LEROY Kévin", True),
        ("action", "Rénovation du collège Jean JAURÈS", False),
        ("porteur", "Louise Michel", False),
        ("partenaire", "EVS Louise MICHEL", False),
        ("cohorte", "Familles RSA", False),
        ("bailleur", "SIA HABITAT", False),
    ],
)
def test_a_name_without_a_title_is_a_person_a_place_or_a_body_is_none(column, cell, person):
    assert bool(list(signs("programmation", column, cell))) is person


def test_no_name_of_the_territory_is_that_of_a_person():
    folder = territory_folder()
    cells = {
        cell
        for path in (*folder.glob("*.csv"), *(folder / "listes").glob("*.csv"))
        for row in csv.reader(path.read_text(encoding="utf-8").splitlines(), delimiter=";")
        for cell in row
    }
    assert len(cells) > 200
    for column in ("cohorte", "action", "partenaire"):
        assert [cell for cell in cells if any(signs("programmation", column, cell))] == []


def test_a_fault_hides_no_other_and_accuses_no_right_line(tmp_path):
    header = SECTIONS["programmation"].columns
    right = ("59172", 2026, "Ateliers", 2, "Association", 4500, "", "", "", "", "s")
    csv_file(tmp_path / "programmation.csv", [header, right, ("59000", *right[1:5], "-5", *right[6:])])
    funded = [("59172", 2026, "Ateliers", "État", 4500, "s"), ("59172", 2026, "Autre", "État", 1, "s")]
    csv_file(tmp_path / "financements.csv", [SECTIONS["financements"].columns, *funded])
    cohorts = [
        ("Sortants", "2027", "En emploi", 10, 0, "s"),
        ("Jean DUPONT", "2027", "En emploi", 40, 20, "s"),
    ]
    csv_file(tmp_path / "cohortes.csv", [SECTIONS["cohortes"].columns, *cohorts])
    told = problems(tmp_path)
    assert len(told) == 4, told
    for said in ("«\u00a0-5\u00a0»", "«\u00a059000\u00a0»", "«\u00a010\u00a0»", "«\u00a0Jean DUPONT\u00a0»"):
        assert any(said in line for line in told), said
