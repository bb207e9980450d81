"""The yearly review of the contract: every amount adds up, every line of the year is there, nobody else's."""

from __future__ import annotations

import dataclasses
import re
import shutil

import docx
import fastexcel
import local_files
import pypdf
import pytest

from dashboard.data.release_file import ExportError, opened
from dashboard.documents import Library, export_form, export_review
from dashboard.documents.parts import base, follow_up, register, standing

REGISTERS = {
    "engagements": [
        {
            "orientation": "1",
            "partenaire": "Département",
            "engagement": "Deux permanences",
            "nature": "droit commun",
            "montant": "12 500 €",
            "echeance": "31/12/2025",
            "etat": "en cours",
            "indicateur": "taux_emploi",
            "source": "essai",
        },
        {
            "orientation": "2",
            "partenaire": "CAF",
            "engagement": "Centres sociaux",
            "etat": "tenu",
            "nature": "crédits spécifiques",
            "echeance": "2025",
            "source": "essai",
        },
    ],
    "actions_suivies": [
        {
            "annee": "2026",
            "domaine": "santé",
            "action": "Dépistage",
            "referent": "Chargé de mission",
            "objectif": "200 personnes",
            "copil": day,
            "avancement": said,
            "source": "essai",
        }
        for day, said in (("15/10/2026", "150 vues"), ("15/03/2026", "80 vues"))
    ],
    "cohortes": [
        {
            "cohorte": "Sortants",
            "date": "01/06/2026",
            "mesure": "En emploi",
            "effectif": "48",
            "concernes": "21",
            "source": "essai",
        }
    ],
    "programmation": [
        {
            "commune": "59172",
            "annee": year,
            "action": "Ateliers",
            "orientation": "2",
            "cout": cost,
            "source": "e",
        }
        for year, cost in (("2026", "4 500 €"), ("2025", "99"))
    ],
    "financements": [
        {
            "commune": "59172",
            "annee": "2026",
            "action": "Ateliers",
            "financeur": who,
            "montant": paid,
            "source": "e",
        }
        for who, paid in (("État", "3000"), ("Commune", "1500"))
    ],
    "tfpb": [
        {
            "commune": "59172",
            "axe": "3",
            "bailleur": "SIGH",
            "action": "Halls",
            "annee": "2026",
            "source": "e",
        }
    ],
}


def plain(text):
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


@pytest.fixture(scope="module")
def filled(release, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bilan")
    copy = folder / "release-bilan.duckdb"
    shutil.copy(release, copy)
    local_files.publish(copy, local_files.write(folder / "local", REGISTERS))
    return copy


def test_the_review_tells_every_register_of_the_year_in_three_formats(filled, tmp_path):
    word, pdf, book = export_review(filled, 2026, "technique", ("docx", "pdf", "xlsx"), tmp_path)
    document = docx.Document(word)
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    text = plain("\n".join([*(p.text for p in document.paragraphs), *cells]))
    paper = plain("\n".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages))
    for said in (
        *("Deux permanences", "12 500 €", "31 décembre 2025", "échéance passée", "1 engagement a passé"),
        *("Dépistage", "15 mars 2026", "150 vues", "21 sur 48", "44 %", "Ateliers", "4 500 €", "SIGH"),
        *("insertion-emploi, éducation / jeunes", "Action de TFPB sans état, bilan, montant : Halls"),
    ):
        assert said in text, said
        assert said.replace(" ", "") in paper.replace(" ", "").replace("\u00ad", ""), said
    assert text.index("80 vues") < text.index("150 vues")
    assert " 99 €" not in text
    sheets = fastexcel.read_excel(book)
    funded = sheets.load_sheet("Financements").to_polars()
    assert funded["Montant"].to_list() == [3000, 1500]
    assert sheets.load_sheet("Programmation").to_polars()["Coût"].to_list() == [4500]


def test_totals_add_up(filled):
    with opened(filled) as file:
        blocks = register.programme(Library(file), 2026)
    totals = {
        block.caption: [plain(cell.text) for cell in block.rows[-1]]
        for block in blocks
        if hasattr(block, "rows")
    }
    assert totals["Coût par orientation"] == totals["Financements par financeur"] == ["Total", "4 500 €"]


def test_an_empty_year_is_a_line_for_each_part(release, tmp_path):
    (path,) = export_review(release, 2030, "pilotage", ("pdf",), tmp_path)
    pages = pypdf.PdfReader(path).pages
    assert len(pages) == 1
    text = plain(pages[0].extract_text())
    assert "Aucun engagement n’est encore inscrit." in text
    # Nothing written is not nought.
    assert "0 €" not in text
    assert "Financements : rien n’est inscrit." in text
    assert "À compléter" not in text


def test_the_review_counts_the_gaps_that_moved_and_names_where(release, monkeypatch):
    """Half of the gap of Denain is gone in 2028, that of Abscon has doubled, the others wait."""
    with opened(release) as file:
        library = Library(file)
        (lead,) = standing.blocks(library, 2026)
        assert "sans départ comparable. " in plain(lead.text) and "Aucun rapprochement" in lead.text
        real, times = follow_up.followed, {"59172": 0.5, "59002": 2.0}

        def later(dossier):
            for place, lines in real(dossier):
                factor = times.get(place.code)
                if factor is None:
                    yield place, lines
                    continue
                line = next(one for one in lines if one.start_gap is not None and one.latest is None)
                kept = dataclasses.replace(line.start_gap, gap_lower=None, gap_upper=None)
                yield (
                    place,
                    [
                        dataclasses.replace(
                            line,
                            start=dataclasses.replace(line.start, lower=None, upper=None),
                            start_gap=kept,
                            latest=dataclasses.replace(line.start, millesime=2028, lower=None, upper=None),
                            latest_gap=dataclasses.replace(kept, gap=kept.gap * factor, millesime=2028),
                            begun=base.Start(None, None),
                        )
                    ],
                )

        monkeypatch.setattr(follow_up, "followed", later)
        lead, table, _ = standing.blocks(library, 2026)
    assert "dont 2 à comparer au départ" in plain(lead.text) and "Aucun rapprochement" not in lead.text
    named = [(plain(row[2].text), row[2].detail, plain(row[3].text), row[3].detail) for row in table.rows]
    assert ("1", "Denain") in [cells[:2] for cells in named]
    assert ("1", "Abscon") in [cells[2:] for cells in named]


def test_the_form_of_the_project_holders_holds_on_one_page(release, tmp_path):
    _, path = export_form(release, tmp_path)
    (page,) = pypdf.PdfReader(path).pages
    text = plain(page.extract_text())
    assert "Objectif mesurable" in text
    assert "Taux d’emploi" in text


def test_what_is_not_asked_for_is_refused(release, tmp_path):
    with pytest.raises(ExportError, match="Comité inconnu"):
        export_review(release, 2026, "bureau", ("pdf",), tmp_path)
    with pytest.raises(ExportError, match="Formats possibles"):
        export_review(release, 2026, "pilotage", ("odt",), tmp_path)
