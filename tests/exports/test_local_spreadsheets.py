"""Local files as a French spreadsheet saves them, and what would otherwise be lost unseen."""

from __future__ import annotations

import pytest

from sources.local import SECTIONS, load_local, write_templates
from sources.local.reading import Known
from sources.problems import ValidationFailed

KNOWN = Known({"59172": "Denain"}, {"QN05950M"}, {"taux_emploi": (0, 100), "niveau_vie_median": (None, None)})


def saved(folder, name, *lines, encoding="cp1252"):
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes("\r\n".join((*lines, "")).encode(encoding))


def lines_of(folder, section):
    return [line for line in load_local(folder).of(section) if line.origin == "agent"]


def problems(folder, known=None):
    with pytest.raises(ValidationFailed) as failure:
        load_local(folder, known)
    return [problem.message() for problem in failure.value.problems]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_a_file_saved_by_a_spreadsheet_is_read(encoding, tmp_path):
    saved(
        tmp_path,
        "Priorités.CSV",
        ";;;;;;;;",
        "Commune;Rang;Orientation;Enjeu;Objectif;Échéance;État;;Source",
        "59172;1;2;Cœur de ville – « santé »;;2028;Ouverte;;Réunion du 12/03/2026",
        ";;;;;;;;",
        '59172;2;;"Sur deux\nlignes";;;;;essai;;',
        encoding=encoding,
    )
    first, second = lines_of(tmp_path, "priorites")
    assert (first.line, first.row.enjeu, first.row.echeance) == (3, "Cœur de ville – « santé »", 2028)
    assert first.row.source == "Réunion du 12/03/2026" and first.row.etat == "ouverte"
    assert (second.line, second.row.enjeu) == (5, "Sur deux\nlignes")


def test_the_last_cells_of_a_line_may_be_left_out(tmp_path):
    saved(tmp_path, "tfpb.csv", "axe;bailleur;action;source;commune;annee;montant", "3;SIGH;Halls;essai")
    (line,) = lines_of(tmp_path, "tfpb")
    assert line.row.commune is None and line.row.montant is None


def test_a_quotation_mark_never_closed_is_told_as_such(tmp_path):
    saved(
        tmp_path, "participation.csv", "commune;instance;periodicite;contenu;source", ';"a;b;c;d', ";e;f;g;h"
    )
    (message,) = problems(tmp_path)
    assert message.startswith("participation.csv, ligne 2") and "guillemet ouvert" in message


def test_a_cell_out_of_the_columns_is_told(tmp_path):
    saved(tmp_path, "participation.csv", "commune;instance;periodicite;contenu;source", ";a;b;c;d;;perdu")
    (message,) = problems(tmp_path)
    assert message.startswith("participation.csv, ligne 2") and "perdu" in message


def test_words_of_a_closed_list_are_read_whatever_their_case(tmp_path):
    saved(tmp_path, "equipe.csv", "commune;equipe;poste;orientation;axe_transversal;source", ";Nord;p;;;s")
    (line,) = lines_of(tmp_path, "equipe")
    assert line.row.equipe == "nord"
    saved(tmp_path, "equipe.csv", "commune;equipe;poste;orientation;axe_transversal;source", ";Est;p;;;s")
    assert "nord ou quartiers" in problems(tmp_path, Known(teams={"nord"}))[0]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("priorite.csv", "que rien ne lit"),
        ("priorites.xls", "un classeur"),
        ("priorites.xlsx", "un classeur illisible"),
        ("modele_tfpb.ods", "tfpb.ods"),
        ("textes.yml", "textes.yaml"),
    ],
)
def test_a_file_that_nothing_would_read_is_told(name, said, tmp_path):
    saved(tmp_path, name, "a;b")
    (message,) = problems(tmp_path)
    assert message.startswith(name) and said in message


def test_locks_notes_and_folders_are_not_data(tmp_path):
    for name in ("~$priorites.xlsx", ".~lock.priorites.csv#", "notes.txt", "réunion.docx", "Thumbs.db"):
        saved(tmp_path, name, "x")
    saved(tmp_path / "anciens", "priorites 2025.csv", "x")
    assert load_local(tmp_path).lines == load_local(None).lines


def test_two_files_of_one_name_are_told(tmp_path):
    header = ";".join(SECTIONS["groupes"].columns)
    saved(tmp_path, "groupes.csv", header)
    saved(tmp_path, "Groupés.csv", header)
    assert "le même fichier" in problems(tmp_path)[0]


def test_a_template_filled_in_is_told_and_never_written_over(tmp_path):
    write_templates(tmp_path)
    load_local(tmp_path)
    model = tmp_path / "modele_priorites.csv"
    model.write_bytes(model.read_bytes() + b"59172;2;;Un enjeu;;;;essai\r\n")
    filled = model.read_bytes()
    (message,) = problems(tmp_path)
    assert "modele_priorites.csv" in message and "Renommez-le priorites.csv" in message
    _, left = write_templates(tmp_path)
    assert left == [model] and model.read_bytes() == filled


def test_every_fault_of_every_file_is_told_at_once(tmp_path):
    header = ";".join(SECTIONS["cibles"].columns)
    saved(
        tmp_path,
        "cibles.csv",
        header,
        "59172;taux_emploi;2030;-5;s",
        "59172;taux_emploi;2030;120;s",
        "59172;niveau_vie_median;2030;beaucoup;s",
        "QN99999Z;taux_emploi;2030;50;s",
        "QP059050;taux_emploi;2030;50;s",
        "62041;taux_emploi;2030;50;s",
        "59172;menages_une_personne;2030;50;s",
        "59172;taux_emploi;1999;50;s",
    )
    saved(tmp_path, "equipements.csv", "commune;type;quartier;source", "59172;t;QN05999Z;s")
    with pytest.raises(ValidationFailed) as failure:
        load_local(tmp_path, KNOWN)
    told = str(failure.value)
    for line, column in (
        *((2, "valeur"), (3, "valeur"), (4, "valeur"), (5, "territoire"), (6, "territoire")),
        *((7, "territoire"), (8, "indicateur"), (9, "annee")),
    ):
        assert f"cibles.csv, ligne {line}, colonne «\u00a0{column}" in told
    assert "cibles.csv, ligne 3 – trouvé" in told, "the same target twice"
    assert "equipements.csv, ligne 1, colonne «\u00a0nom" in told
    assert "autre" not in told
