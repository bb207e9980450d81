"""One commune or all of them, the same bytes each time, and clear words when it cannot be done."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import pypdf
import pytest

from dashboard.data.release_file import opened
from dashboard.documents import ExportError, export, export_all
from dashboard.documents.dossier import Library


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_release_gives_the_same_bytes(release, tmp_path):
    formats = ("docx", "pdf", "xlsx", "dialogue")
    first = export(release, "59564", formats, tmp_path / "a")
    second = export(release, "59564", formats, tmp_path / "b")
    assert [p.name for p in first] == [p.name for p in second]
    assert len(first) == 5
    assert list(map(digest, first)) == list(map(digest, second))


def test_two_processes_give_the_same_bytes_whatever_the_order_of_their_sets(release, tmp_path):
    code = "import sys; from pathlib import Path; from dashboard.documents import export; "
    code += "export(Path(sys.argv[1]), '59491', ('docx', 'pdf', 'xlsx', 'dialogue'), Path(sys.argv[2]))"
    for seed in ("1", "4242"):
        command = [sys.executable, "-c", code, str(release), str(tmp_path / seed)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": seed}, timeout=120)
    first, second = (sorted((tmp_path / seed).iterdir()) for seed in ("1", "4242"))
    assert len(first) == 5
    assert [(p.name, digest(p)) for p in first] == [(p.name, digest(p)) for p in second]


def test_dates_inside_the_files_are_the_release_s(release, connection, files):
    moment = connection.sql("SELECT created_at FROM release").fetchall()[0][0]
    with zipfile.ZipFile(io.BytesIO(files["59172", "docx"])) as archive:
        assert {entry.date_time[:3] for entry in archive.infolist()} == {
            (moment.year, moment.month, moment.day)
        }
    assert pypdf.PdfReader(io.BytesIO(files["59172", "pdf"])).metadata.creation_date.date() == moment.date()


def test_all_the_communes_in_one_go_and_every_quarter_with_them(release, connection, tmp_path):
    told = []
    written = export_all(
        release, ("xlsx",), tmp_path, lambda done, total, name: told.append((done, total, name)), workers=2
    )
    communes = connection.sql("SELECT name FROM territory WHERE level = 'commune' AND in_epci").fetchall()
    assert len(written) == len(communes) == len(told)
    assert [done for done, _, _ in told] == list(range(1, len(communes) + 1))
    assert {name for _, _, name in told} == {name for (name,) in communes}
    text = b"".join(
        archive.read("xl/sharedStrings.xml") for path in written for archive in (zipfile.ZipFile(path),)
    ).decode()
    for (code,) in connection.sql("SELECT code FROM territory WHERE level = 'qpv'").fetchall():
        assert code in text
    assert not list(tmp_path.glob("*.tmp"))


def test_the_dialogue_is_short_and_says_what_changed(release, tmp_path):
    newer = tmp_path / "release-suivante.duckdb"
    shutil.copy(release, newer)
    with duckdb.connect(str(newer)) as connection:
        connection.execute("UPDATE value SET value = 55.5 WHERE code = '59172' AND indicator = 'taux_emploi'")
    alone = export(release, "59172", ("dialogue",), tmp_path / "a")
    beside = export(newer, "59172", ("dialogue",), tmp_path / "b", previous=release)
    for paths in (alone, beside):
        assert len(pypdf.PdfReader(paths[1]).pages) <= 4
    first, second = ("".join(p.extract_text() for p in pypdf.PdfReader(f[1]).pages) for f in (alone, beside))
    assert "Aucune version antérieure" in " ".join(first.split())
    changed = second[: second.index("Points forts et fragilités")]
    assert "Taux d’emploi" in changed
    assert "55,5" in changed
    assert "Logements vacants" not in changed
    assert "Enjeu fictif" in second
    assert "Enjeu clos" not in second


@pytest.mark.parametrize(
    ("commune", "formats", "said"),
    [
        ("59172", ("odt",), "Format inconnu"),
        ("59172", (), "Format inconnu"),
        ("99999", ("pdf",), "99999"),
        ("59606", ("pdf",), "n’est pas dans cette version"),
        ("Denin", ("pdf",), r"son nom ou son code INSEE \(Denain, 59172\)"),
        ("St Amand", ("pdf",), r"INSEE \(Saint-Amand-les-Eaux, 59526\)"),
        ("Quimper", ("pdf",), r"INSEE\.$"),
    ],
)
def test_what_cannot_be_exported_is_said_in_french(commune, formats, said, release, tmp_path):
    with pytest.raises(ExportError, match=said):
        export(release, commune, formats, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_commune_is_asked_by_its_code_or_by_its_name_as_it_is_typed(release):
    with opened(release) as file:
        library = Library(file)
        for asked in ("59526", "Saint-Amand-les-Eaux", "saint amand les eaux", "SAINT-AMAND-LES-EAUX"):
            assert library.commune(asked).code == "59526"
        for asked in ("Château-l’Abbaye", "Château-l'Abbaye", "chateau l abbaye"):
            assert library.commune(asked).code == "59144"


def test_a_file_that_is_not_a_release_is_refused(tmp_path: Path):
    wrong = tmp_path / "release-x.duckdb"
    wrong.write_bytes(b"rien")
    with pytest.raises(ExportError), opened(wrong):
        pass
    with pytest.raises(ExportError), opened(tmp_path / "absent.duckdb"):
        pass
    duckdb.connect(str(tmp_path / "vide.duckdb")).close()
    with pytest.raises(ExportError, match="n’est pas une version"), opened(tmp_path / "vide.duckdb"):
        pass


def test_a_release_without_local_layer_says_so(release, tmp_path):
    bare = tmp_path / "release-sans.duckdb"
    shutil.copy(release, bare)
    with duckdb.connect(str(bare)) as connection:
        connection.execute("DROP TABLE local")
    (path,) = export(bare, "59172", ("pdf",), tmp_path)
    text = " ".join("".join(p.extract_text() for p in pypdf.PdfReader(path).pages).split())
    assert "Le volet local n’est pas publié dans cette version du baromètre." in text


def test_the_sentences_of_the_analysis_are_used_when_the_release_has_them(release, tmp_path):
    analysed = tmp_path / "release-analysee.duckdb"
    shutil.copy(release, analysed)
    with duckdb.connect(str(analysed)) as connection:
        connection.execute("DROP TABLE IF EXISTS analysis")
        connection.execute(
            "CREATE TABLE analysis (analysis VARCHAR, indicator VARCHAR, theme VARCHAR, "
            "level VARCHAR, code VARCHAR, perimeter VARCHAR, millesime INTEGER, "
            "reference_level VARCHAR, reference_code VARCHAR, measure VARCHAR, "
            "value DOUBLE, lower DOUBLE, upper DOUBLE, text VARCHAR)"
        )
        epci = connection.sql("SELECT epci_code FROM release").fetchall()[0][0]
        change = "evolution_depuis_2016"
        for analysis, indicator, level, code, year, measure, text in (
            ("reponse", None, "epci", epci, None, "phrase", "Besoin fictif partout."),
            ("reponse", "taux_emploi", "epci", epci, None, "phrase_repartition", "Détail du besoin."),
            ("reponse", "taux_emploi", "epci", epci, None, "repartition", "partout"),
            ("reponse", "taux_emploi", "epci", epci, None, "dissimilarite_relative", "Détail de la mesure."),
            (
                "reponse",
                "sans_diplome",
                "epci",
                epci,
                None,
                "phrase_repartition",
                "Besoin impossible à juger.",
            ),
            ("reponse", "sans_diplome", "epci", epci, None, "repartition", "non connue"),
            ("priority", None, "commune", "59172", None, "pourquoi", "Rang fictif entre 1 et 5."),
            ("trend", "taux_emploi", "commune", "59172", 2022, change, "Hausse fictive."),
            ("trend", "taux_emploi", "epci", epci, 2022, change, "Évolution de l’agglomération."),
            ("priority", None, "commune", "59491", None, "pourquoi", "Phrase d’une autre commune."),
        ):
            connection.execute(
                "INSERT INTO analysis (analysis, indicator, level, code, millesime, measure, text, value, "
                "lower, upper, theme) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [analysis, indicator, level, code, year, measure, text, 4.3, 4.0, 4.6, "emploi"],
            )
    (path,) = export(analysed, "59172", ("pdf",), tmp_path)
    text = " ".join("".join(p.extract_text() for p in pypdf.PdfReader(path).pages).split())
    for said in ("Besoin fictif partout.", "Rang fictif entre 1 et 5."):
        assert said in text
    # The two years are in the cell already: of the sentence, only the judgement is kept.
    assert "+4,3 points depuis 2016, mieux" in text
    assert "Hausse fictive" not in text
    for unsaid in (
        "Détail du besoin",
        "autre commune.",
        "Détail de la mesure",
        "impossible à juger",
        "Évolution de l’aggl",
    ):
        assert unsaid not in text
    assert "analyse non disponible" not in text
