"""Pages Données et méthode and Accessibilité: on the fictitious release, then on the real one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import fictitious
import pytest
from shown import headings_go_down_one_step_at_a_time, markup_of, text_of, words_of
from test_dashboard_real_release import WRONG

from dashboard.address.screens import ACCESSIBILITY, DATA, PAGES
from dashboard.data.accounts import accounts
from dashboard.data.kept import forget
from dashboard.data.questions import Barometer
from dashboard.data.revisions import kept, previous
from dashboard.data.screen import current
from dashboard.pages.donnees.sources import balanced, opening, years_words
from dashboard.shell.declaration import declaration
from sources.vocabulary import Status
from tests.dashboard.conftest import Open

DATA_PAGE, ACCESSIBILITY_PAGE = DATA.script, ACCESSIBILITY.script
OURS = (DATA_PAGE, ACCESSIBILITY_PAGE)


def _with_counts() -> dict[str, list[dict[str, Any]]]:
    tables = fictitious.rows()
    tables["extract"][0] |= {
        "rows_read": 12,
        "rows_kept": 7,
        "rows_outside": 2,
        "rows_suppressed": 3,
        "rows_refused": 0,
        "cells_read": 40,
        "cells_observed": 30,
        "cells_suppressed": 10,
    }
    tables["goalpost"] = [
        {
            "set": "bornes_fictives",
            "dimension": "niveau_de_vie",
            "area": "Aire fictive",
            "millesime": 2019,
            "min": 14090.0,
            "max": 38860.5,
            "code_min": "99001",
            "status": "observé",
            "is_default": True,
            "note": "Note fictive",
        }
    ]
    return tables


@pytest.fixture
def counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    fictitious.build(tmp_path, tables=_with_counts())
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("page", OURS)
def test_headings_go_down_one_step_at_a_time(open_app: Open, home: Path, page: str) -> None:
    app = open_app(page, niveau="commune", territoire="99001", fiche="taux_fictif")
    assert not app.exception
    headings_go_down_one_step_at_a_time(app)


def test_the_account_of_every_file_is_shown_and_balances(open_app: Open, counted: Path) -> None:
    text = text_of(open_app(DATA_PAGE))
    assert "Le baromètre tient 1 source sur les 2 de son catalogue." in text
    assert "Lignes lues dans 1 fichier : 12, soit 7 gardées, 2 hors du territoire, 3 sous secret" in text
    assert "statistique et aucune refusée." in text
    assert "Le compte est juste pour chaque fichier" in text
    assert f"{fictitious.FILE} Jeu de données fictif 2024 12 7 2 3 0 40 30" in text


def test_an_account_that_does_not_balance_is_said(
    open_app: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = _with_counts()
    tables["extract"][0]["rows_kept"] = 6
    fictitious.build(tmp_path, tables=tables)
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    text = text_of(open_app(DATA_PAGE))
    assert f"Le compte n’est pas juste pour {fictitious.FILE}." in text


def test_sources_say_what_is_held_verified_and_reserved(open_app: Open, counted: Path) -> None:
    text = text_of(open_app(DATA_PAGE))
    for words in (
        "Sources détenues",
        "Jeu de données fictif – Producteur fictif",
        "Licence fictive",
        "jamais vérifiée en ligne",
        "vérifiée sur un vrai fichier",
        "Édition 2024 Provenance fictive. Réserve fictive.",
        "Sources attendues",
        "Jeu fictif attendu – Autre producteur fictif : pas encore reçu",
        "supposée, à vérifier sur le premier fichier",
    ):
        assert words in re.sub(r"\s", " ", text), words


def test_methods_facts_bounds_and_breaks(open_app: Open, counted: Path) -> None:
    text = re.sub(r"\s", " ", text_of(open_app(DATA_PAGE)))
    for words in (
        "Définition fictive de idh4.",
        "Secret statistique Le producteur masque ce chiffre",
        "Fait fictif publie Agglomération non précisée 0,39 0,34 −0,05 indice de 0 à 1 confronté",
        "0,51 non recalculé sans objet indice de 0 à 1 cité",
        "Niveau de vie médian Aire fictive 2019 14 090 (Commune fictive A) 38 860,5 observé oui Note fictive",
        "Taux fictif 2020 Changement fictif de méthode.",
    ):
        assert words in text, words
    counts = dict.fromkeys(Status, 0)
    for value in fictitious.rows()["value"]:
        counts[Status(value["status"])] += 1
    assert f"estimé ; la fiche dit comment il est obtenu. {counts[Status.ESTIMATED]}" in text.replace(
        "Chiffre approché", "estimé"
    )


def test_methods_of_the_release_replace_the_declarations(
    open_app: Open, counted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with duckdb.connect(str(counted / "releases" / "release-fictive.duckdb")) as connection:
        connection.execute(
            "INSERT INTO method (method, title, purpose, formula, constants, limits, reference) "
            "VALUES ('m', 'Méthode fictive', 'Question fictive', 'a < b', 'Aucune', 'Limite', '<i>Livre</i>')"
        )
    app = open_app(DATA_PAGE)
    assert "Méthode fictive Question Question fictive Formule a < b" in text_of(app)
    assert "<i>" not in markup_of(app)


def test_a_table_is_chosen_in_the_address(open_app: Open, home: Path) -> None:
    app = open_app(DATA_PAGE, table="indicator")
    assert not app.info
    labels = [button.proto.label for button in app.get("download_button")]
    assert any(label.startswith("Table indicator (csv, ") for label in labels)
    assert "Colonnes de la table indicator" in text_of(app)
    app.selectbox(key="table_choisie").select_index(0).run()
    assert app.query_params["table"] != "indicator"
    assert f"Colonnes de la table {app.query_params['table']}" in text_of(app)


def test_every_download_states_its_size(open_app: Open, home: Path) -> None:
    labels = [button.proto.label for button in open_app(DATA_PAGE).get("download_button")]
    assert len(labels) >= 9
    for label in labels:
        assert re.search(r"\((\w+), [\d,]+\u00a0(octets|ko|Mo)\)$", label), label


def test_without_a_folder_to_write_in_the_page_still_opens(
    open_app: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fictitious.build(tmp_path)
    (tmp_path / "opendata").write_text("un fichier là où irait le dossier", encoding="utf-8")
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    app = open_app(DATA_PAGE)
    assert not app.exception
    assert "ne peuvent pas être écrits" in app.warning[0].value
    assert "Règles de lecture" in text_of(app)


def test_the_sheet_of_an_indicator_opens_from_the_list(open_app: Open, home: Path) -> None:
    app = open_app(DATA_PAGE, niveau="commune", territoire="99002")
    options = app.selectbox(key="choix_fiche").options
    app.selectbox(key="choix_fiche").select_index(
        next(i for i, option in enumerate(options) if option.endswith("– Taux fictif"))
    ).run()
    assert app.query_params["fiche"] == "taux_fictif"
    assert fictitious.SHA256 in text_of(app)


def test_what_changed_between_two_releases_is_counted(
    open_app: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fictitious.rows()
    before["release"][0] |= {"release_id": "ancienne", "created_at": "2025-06-01 08:00:00"}
    of_rate = [v for v in before["value"] if v["indicator"] == "taux_fictif" and v["value"] is not None]
    of_rate[0]["value"] += 1
    before["value"].remove(of_rate[1])
    fictitious.build(tmp_path, "release-ancienne.duckdb", before)
    fictitious.build(tmp_path)
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    assert [release.release_id for release in kept(tmp_path / "releases")] == ["fictive", "ancienne"]
    text = text_of(open_app(DATA_PAGE))
    assert "Ce qui a changé depuis la version ancienne" in text
    assert "Taux fictif 1 1 0 0" in text
    undone = tmp_path / "releases" / "release-ancienne.json"
    undone.write_text('{"undone": true}', encoding="utf-8")
    assert [release.undone for release in kept(tmp_path / "releases")] == [False, True]
    assert previous(tmp_path / "releases" / "release-fictive.duckdb") is None
    (tmp_path / "releases" / "CURRENT").write_text("release-ancienne.duckdb", encoding="utf-8")
    # Rolled back: nothing is older than what is shown.
    assert "il n’y a pas de révision à montrer" in text_of(open_app(DATA_PAGE))


def test_a_candidate_is_not_a_version(tmp_path: Path) -> None:
    path = fictitious.build(tmp_path)
    path.with_suffix(".json").write_text('{"candidate": true}', encoding="utf-8")
    assert kept(tmp_path / "releases") == []


@pytest.mark.parametrize(
    ("years", "words"),
    [
        ([], "année non précisée par le producteur"),
        ([2019], "2019"),
        ([2019, 2021], "2019 et 2021"),
        ([2015, 2016, 2017], "2015 à 2017"),
        ([2012, 2017, 2022], "2012, 2017 et 2022"),
    ],
)
def test_years_are_told_as_a_range_only_without_a_hole(years: list[int], words: str) -> None:
    assert years_words(years) == words


def test_the_declaration_says_what_it_declares(open_app: Open, home: Path) -> None:
    text = text_of(open_app(ACCESSIBILITY_PAGE))
    declared = declaration()
    assert f"axe-core {declared.axe_core}" in text
    assert "Aucun audit" in text
    for words in (
        *(k.what for k in declared.known),
        *declared.not_tested,
        *(t.what for t in declared.tested),
    ):
        assert words in text, words
    for page in PAGES:
        assert page.label in text
    assert "{" not in text


@pytest.mark.parametrize("page", OURS)
def test_the_real_release_is_told_in_french(
    release_home: Path, monkeypatch: pytest.MonkeyPatch, open_app: Open, page: str
) -> None:
    monkeypatch.setenv("BCS_HOME", str(release_home))
    app = open_app(page)
    assert not app.exception
    words = words_of(markup_of(app))
    found = WRONG.search(words)
    assert found is None, words[max(0, found.start() - 60) : found.end() + 60] if found else ""


def test_every_line_of_the_real_files_is_accounted_for(
    release_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BCS_HOME", str(release_home))
    forget()
    barometer = Barometer(current())
    files = accounts(barometer.release)
    assert files
    assert all(balanced(account) for account in files)
    assert f"{len(files)}\u00a0fichiers" in opening(barometer)


def test_the_rest_of_france_and_the_lines_of_the_accounts_are_said(open_app: Open, counted: Path) -> None:
    with duckdb.connect(str(counted / "releases" / "release-fictive.duckdb")) as connection:
        [(extract, edition)] = connection.sql("SELECT extract, edition FROM extract LIMIT 1").fetchall()
        connection.execute(
            "INSERT INTO extract_note VALUES (?, 'jeu_fictif', ?, 1, 'Ligne <b>refusée</b>.')",
            [extract, edition],
        )
        connection.execute(
            "INSERT INTO territory BY NAME "
            "SELECT * REPLACE ('59350' AS code, 'Lille' AS name, false AS followed) "
            "FROM territory WHERE level = 'commune' LIMIT 1"
        )
    app = open_app(DATA_PAGE)
    text = text_of(app)
    assert re.search(r"1\scommune du reste de la France", text), text
    assert re.search(r"1\sremarque", text) and "Ligne <b>refusée</b>." in text
    assert "<b>refusée" not in markup_of(app)
    assert "Lille" not in text_of(open_app()), "pages show the territories we follow"
