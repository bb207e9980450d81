"""The files an agent fills: templates that read back, faults named by line and column, starting content."""

from __future__ import annotations

import json

import local_files
import pytest

from sources.local import FIELDS, SECTIONS, compare, load_local, local_rows, write_templates, write_texts
from sources.local.fields import parse_tag
from sources.local.reading import Known
from sources.problems import ValidationFailed


def problems(folder, known=None):
    with pytest.raises(ValidationFailed) as failure:
        load_local(folder, known)
    return [problem.message() for problem in failure.value.problems]


def listed(name):
    return [line.row.libelle for line in load_local(None).of("listes") if line.row.liste == name]


def test_the_starting_content_is_the_contract_s():
    layer = load_local(None)
    assert all(line.origin == "contrat" for line in layer.lines)
    assert all(line.row.source == "Contrat Quartiers 2030" for line in layer.lines)
    assert len(listed("orientation")) == len(listed("principe_transversal")) == 6
    assert len(listed("axe_tfpb")) == 8
    assert listed("bailleur") == ["SIGH", "SIA Habitat", "Maisons & Cités", "Partenord Habitat"]
    assert len(listed("action_suivie")) == 3
    teams = [line.row.equipe for line in layer.of("equipe")]
    assert (teams.count("nord"), teams.count("sud"), teams.count("quartiers")) == (3, 3, 1)
    offered = {(line.row.orientation, line.row.partenaire) for line in layer.of("services")}
    partners = ("Département", "Agglomération", "Bailleurs", "CAF")
    assert {(n, p) for n in range(1, 7) for p in partners} <= offered
    dialogue = next(line.row for line in layer.of("pilotage") if line.row.instance == "Dialogue de projets")
    assert dialogue.periodicite.startswith("au moins deux fois par an")


def test_the_instances_say_no_more_than_the_contract():
    instances = [line.row for line in load_local(None).of("pilotage")]
    assert [row.instance for row in instances] == [
        *("Comité de pilotage", "Comité technique", "Six groupes thématiques", "Revues de projets"),
        *("Dialogue de projets", "Réexamen du document"),
    ]
    assert [row.role for row in instances[2:5]] == [None, None, None]
    assert all(row.commune is None and row.prochaine is None for row in instances)


def test_texts_are_written_for_a_person_to_edit(tmp_path):
    text = "Première ligne : « été »\n\n– puce\n# ni commentaire"
    path = write_texts(tmp_path, compare({}, {"59172": {"enjeux": text, "suivi": "court"}}))
    assert "  enjeux: |-\n    Première ligne : « été »\n" in path.read_text(encoding="utf-8")
    assert load_local(tmp_path).texts == {"59172": {"enjeux": text, "suivi": "court"}}


def test_the_communes_of_the_starting_content_are_ours(territories):
    layer = load_local(None, Known(communes=dict.fromkeys(territories.communes, "")))
    named = {line.row.commune for line in layer.of("listes")} - {None}
    assert {"59172", "59564", "59491", "59632", "59205"} <= named


def test_the_example_of_a_template_is_never_published_and_a_line_in_its_shape_is_read(tmp_path):
    by_hand = [section for section in SECTIONS.values() if section.by_hand]
    models, filled = tmp_path / "modeles", tmp_path / "local"
    write_templates(models)
    filled.mkdir()
    texts = {}
    for section in by_hand:
        texts[section] = (models / f"modele_{section.file}").read_text(encoding="utf-8-sig")
        (filled / section.file).write_text(texts[section], encoding="utf-8")
        schema = json.loads((models / f"schema_{section.name}.json").read_text(encoding="utf-8"))
        assert set(schema["properties"]) == set(section.columns)
    layer = load_local(filled)
    assert not [line for line in layer.lines if line.origin == "agent"]
    for section, text in texts.items():
        own = text.replace(" (exemple)", "").replace("mars 2026", "avril 2026")
        (filled / section.file).write_text(own, encoding="utf-8")
    layer = load_local(filled)
    for section in by_hand:
        assert [line.origin for line in layer.of(section.name)].count("agent") == 1
    half = texts[SECTIONS["services"]].replace("mars 2026", "avril 2026")
    (filled / "services.csv").write_text(half, encoding="utf-8")
    (told,) = problems(filled, Known())
    assert "ligne 2, colonne « partenaire »" in told.replace("\u00a0", " ") and "exemple du modèle" in told
    explained = (models / "LISEZMOI.txt").read_text(encoding="utf-8")
    assert all(name in explained for section in by_hand for name in section.columns)
    assert load_local(models).lines == load_local(None).lines


def test_a_commune_is_named_by_its_code_or_its_name(tmp_path):
    names = {"59172": "Denain", "59526": "Saint-Amand-les-Eaux", "59504": "Rœulx"}
    known = Known(dict.fromkeys(_communes(), "") | names)
    lines = "\n".join(
        f"{place};2026;Ateliers {n};Mairie"
        for n, place in enumerate(("denain", "SAINT AMAND LES EAUX", "Roeulx", "59172"))
    )
    (tmp_path / "programmation.csv").write_text(f"commune;annee;action;source\n{lines}\n", encoding="utf-8")
    read = [line.row.commune for line in load_local(tmp_path, known, tmp_path / "none").of("programmation")]
    assert read == ["59172", "59526", "59504", "59172"]
    (tmp_path / "programmation.csv").write_text(
        "commune;annee;action;source\nLille;2026;Atelier;Mairie\n", encoding="utf-8"
    )
    (told,) = problems(tmp_path, known)
    assert "le code ou le nom d’une commune du territoire" in told


def test_each_fault_names_its_line_and_its_column(tmp_path):
    folder = local_files.write(
        tmp_path,
        {
            "programmation": [
                {"commune": "59172", "annee": "2026", "action": "bonne", "source": "essai"},
                {"commune": "5917", "annee": "26", "action": "", "cout": "douze", "suivie": "peut-être"},
            ]
        },
    )
    told = problems(folder)
    for column in ("commune", "annee", "action", "cout", "suivie", "source"):
        assert any(m.startswith(f"programmation.csv, ligne 3, colonne «\u00a0{column}") for m in told), column
    assert not any("ligne 2" in message for message in told)


def test_a_line_after_a_cell_of_several_lines_keeps_its_number(tmp_path):
    folder = local_files.write(
        tmp_path,
        {
            "equipements": [
                {"commune": "59172", "nom": "sur\ntrois\nlignes", "type": "t", "source": "essai"},
                {"commune": "?", "nom": "faux", "type": "t", "source": "essai"},
            ]
        },
    )
    (message,) = problems(folder)
    assert "ligne 5" in message


def test_a_header_or_a_code_that_is_not_known_is_named(tmp_path):
    path = tmp_path / "cibles.csv"
    path.write_text("territoire;indicateur;annee;valeur;sourc\n", encoding="utf-8")
    told = problems(tmp_path)
    assert any("«\u00a0source\u00a0»" in m for m in told)
    assert any("«\u00a0sourc\u00a0»" in m for m in told)
    local_files.write(
        tmp_path,
        {
            "cibles": [
                {
                    "territoire": "QN99999Z",
                    "indicateur": "faux",
                    "annee": "2030",
                    "valeur": "1",
                    "source": "e",
                }
            ]
        },
    )
    told = problems(
        tmp_path, Known(dict.fromkeys({"59172"} | _communes(), ""), {"QN05950M"}, {"taux_emploi": (0, 100)})
    )
    assert {"indicateur", "territoire"} == {m.split("colonne «\u00a0")[1].split("\u00a0")[0] for m in told}


def _communes():
    return {line.row.commune for line in load_local(None).of("listes")} - {None}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("commune;nom;type;quartier;adresse;public;source\n59172;é;t;;;;e\n".encode("utf-16"), "UTF-8"),
        (b"commune;nom;type;quartier;adresse;public;source\n59172;n;t\n", "source"),
        (b"commune;nom;type;quartier;adresse;public;source\n59172;n;t;;;;e;trop\n", "trop"),
        (b"", "cette colonne"),
    ],
)
def test_a_file_badly_saved_is_refused_in_words(content, said, tmp_path):
    (tmp_path / "equipements.csv").write_bytes(content)
    assert said in problems(tmp_path)[0]


def test_commas_and_decimal_commas_are_read(tmp_path):
    (tmp_path / "cibles.csv").write_text(
        'territoire,indicateur,annee,valeur,source\n59172,taux_emploi,2030,"1 234,5",essai\n',
        encoding="utf-8",
    )
    (line,) = load_local(tmp_path).of("cibles")
    assert line.row.valeur == 1234.5


def test_the_table_of_the_release_holds_every_filled_cell(tmp_path):
    layer = load_local(local_files.write(tmp_path, local_files.FILLED))
    rows = local_rows(layer)
    assert len({(section, row, field) for section, row, _, _, _, _, field, *_ in rows}) == len(rows)
    cells = {(section, field): value for section, _, origin, *_, field, value, _ in rows if origin == "agent"}
    assert cells["programmation", "cout"] == "12500.5"
    assert cells["cibles", "valeur"] == "51.3"
    expected = sum(
        sum(v is not None for k, v in line.row.model_dump().items() if k not in ("source", "commune"))
        for line in layer.lines
    )
    assert len(rows) == expected


@pytest.mark.parametrize(
    "content",
    [
        "- liste",
        "59172:\n  enjeux: x\n",
        '"59172":\n  inconnu: x\n',
        '"59172":\n  enjeux: 3\n',
        "a: [",
        '"1": x',
    ],
)
def test_a_file_of_texts_that_is_wrong_is_refused(content, tmp_path):
    (tmp_path / "textes.yaml").write_text(content, encoding="utf-8")
    assert "textes.yaml" in problems(tmp_path)[0]


def test_texts_that_would_not_read_back_are_not_written(tmp_path):
    (too_long,) = compare({}, {"59172": {"enjeux": "x" * 30_000}})
    with pytest.raises(ValidationFailed, match="20\u202f000"):
        write_texts(tmp_path, [too_long])
    assert not (tmp_path / "textes.yaml").exists()


def test_the_keys_of_the_fields_never_change():
    # A document exported last year must be read next year: add keys, never rename one.
    assert [field.key for field in FIELDS] == [
        *(
            "lecture_partagee",
            "lecture_carte",
            "quartier_vecu",
            "services_besoins",
            "enjeux",
            "programmation",
        ),
        *("tfpb", "participation", "pilotage", "equipe", "suivi"),
    ]
    assert {field.part for field in FIELDS} == set(range(1, 12))
    for field in FIELDS:
        assert parse_tag(field.tag("59172")) == ("59172", field.key)
    assert parse_tag("autre.59172.enjeux") is None
