"""The catalogue: what it holds, and what it answers to a YAML file that is wrong."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from sources.catalogue import load_catalogue
from sources.declarations import DeclarationError
from sources.vocabulary import Level, Status

MINIMAL = """\
id: essai
title: Essai
producer: Insee
group: insee
licence: Licence Ouverte 2.0
citation: Insee
description: Un jeu de données minimal.
files: '^essai_(?P<edition>\\d{4})\\.csv$'
layout:
  territory:
    column: CODGEO
    rules:
      - {match: '\\d{5}', level: commune}
  year: {source: edition}
  dimensions:
    sex: {column: SEX, values: {F: f, M: h}}
  columns:
    "pop_{sex}_y0t4": {column: POP, label: Population, unit: personnes, additive: true}
    total: {column: TOT, label: Total, unit: personnes, additive: true}
"""


def written(folder: Path, text: str, name: str = "essai.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(DeclarationError) as error:
        load_catalogue(folder)
    return str(error.value)


def test_every_embedded_file_is_the_declared_one() -> None:
    embedded = list(load_catalogue().embedded())
    assert len(embedded) > 30
    for dataset, millesime, extract, path in embedded:
        content = path.read_bytes()
        assert hashlib.sha256(content).hexdigest() == extract.sha256, extract.file
        records = [line for line in content.decode("utf-8-sig").splitlines() if line.strip()]
        assert len(records) - dataset.layout.header_row == extract.rows, extract.file
        assert any(re.search(pattern, path.name) for pattern in dataset.files), extract.file
        assert millesime.provenance, extract.file


def test_no_file_is_left_out_of_the_catalogue() -> None:
    declared = {extract.file for _, _, extract, _ in load_catalogue().embedded()}
    held = {
        str(p.relative_to(load_catalogue().extracts).as_posix())
        for p in load_catalogue().extracts.rglob("*")
        if p.is_file()
    }
    assert held - declared == {"or2s/modele_icm.csv"}


def test_or2s_template_has_the_declared_header_and_no_figure() -> None:
    layout = load_catalogue().datasets["or2s_icm"].layout
    lines = (
        (load_catalogue().extracts / "or2s" / "modele_icm.csv").read_text(encoding="utf-8-sig").splitlines()
    )
    assert len(lines) == 1
    needed = {name for column in layout.columns.values() for name in column.column}
    assert needed | {"canton", "sexe", "periode"} == set(lines[0].split(layout.separator))


def test_no_file_name_belongs_to_two_datasets() -> None:
    catalogue = load_catalogue()
    for _, _, _, path in catalogue.embedded():
        owners = [d.id for d in catalogue.datasets.values() if any(re.search(p, path.name) for p in d.files)]
        assert len(owners) == 1, (path.name, owners)


def test_income_of_sig_ville_is_four_years_before_its_edition_and_the_rest_is_unstated() -> None:
    revn = load_catalogue().datasets["sig_ville_revn"]
    income = revn.year_rule(revn.layout.columns["filo_tp60"])
    assert (income.source, income.offset) == ("edition", -4)
    assert revn.year_rule(revn.layout.columns["caf_arsas"]).source == "unstated"
    assert revn.layout.note_codes["5"] is Status.NOT_PUBLISHED
    assert "0" not in revn.layout.note_codes


def test_column_a_counts_jobseekers_in_ipro_and_recipients_in_demo() -> None:
    datasets = load_catalogue().datasets
    assert datasets["sig_ville_ipro"].layout.columns["defm_a"].column == ("A",)
    assert datasets["sig_ville_demo"].layout.columns["caf_a"].column == ("A",)
    assert "caf_a" not in datasets["sig_ville_ipro"].layout.columns


def test_awaited_datasets_are_declared_without_extract() -> None:
    datasets = load_catalogue().datasets
    for name in ("caf_iris", "cnam_c2s_communes", "or2s_icm", "injep_licences", "insee_bts_salaires"):
        assert datasets[name].millesimes == ()
    assert datasets["caf_iris"].layout_verified
    assert not datasets["or2s_icm"].layout_verified


def test_region_and_departement_of_the_same_code_are_told_by_the_file() -> None:
    rules = load_catalogue().datasets["observatoire_neet"].layout.territory.rules
    files = {"neet_dpt_2018.csv": Level.DEPARTEMENT, "neet_region_2018.csv": Level.REGION}
    for name, level in files.items():
        found = [r.level for r in rules if re.fullmatch(r.match, "32") and re.search(r.file or "", name)]
        assert found == [level]


def test_providers_come_by_priority(tmp_path: Path) -> None:
    written(tmp_path, MINIMAL)
    second = MINIMAL.replace("id: essai", "id: autre\npriority: 10")
    catalogue = load_catalogue(written(tmp_path, second, "autre.yaml"))
    assert [d.id for d in catalogue.providers("total")] == ["autre", "essai"]
    assert catalogue.column("total").column == ("TOT",)
    assert catalogue.providers("inconnue") == ()


def test_dimension_tokens_are_replaced(tmp_path: Path) -> None:
    catalogue = load_catalogue(written(tmp_path, MINIMAL))
    assert set(catalogue.variables) == {"pop_f_y0t4", "pop_h_y0t4", "total"}
    assert catalogue.column("pop_h_y0t4").label == "Population"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("citation: Insee", "citation: Insee\neditor: x", ("editor", "clé inconnue")),
        ("licence: Licence Ouverte 2.0\n", "", ("licence", "obligatoire")),
        ("level: commune", "level: village", ("layout.territory.rules.0.level", "commune")),
        ("id: essai", "id: Essai 2", ("id", "de la forme")),
        ("id: essai", "id: autre", ("id", "le nom du fichier")),
        ("    total: {", "    total: {part_of: rien, ", ("rien", "non déclaré")),
        ("title: Essai", "title: Essai\ntitle: Encore", ("title", "deux fois")),
        ("title: Essai", "title: [Essai", ("YAML",)),
    ],
)
def test_a_wrong_file_is_refused_by_name_and_field(
    tmp_path: Path, before: str, after: str, said: tuple[str, ...]
) -> None:
    message = refusal(written(tmp_path, MINIMAL.replace(before, after)))
    assert message.startswith("essai.yaml")
    for words in said:
        assert words in message


def test_every_wrong_file_is_named_at_once(tmp_path: Path) -> None:
    written(tmp_path, MINIMAL.replace("title: Essai\n", ""))
    message = refusal(written(tmp_path, MINIMAL.replace("producer: Insee\n", ""), "autre.yaml"))
    assert "essai.yaml" in message
    assert "autre.yaml" in message


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "essai.yaml").write_bytes(MINIMAL.replace("Essai", "Été").encode("cp1252"))
    assert "UTF-8" in refusal(tmp_path)


def test_texts_keep_french_spacing() -> None:
    for dataset in load_catalogue().datasets.values():
        copies = [m.reservations or "" for m in dataset.millesimes]
        for text in (dataset.title, dataset.description, *copies):
            assert not re.search(r" [:;?!»%]|« ", text), (dataset.id, text)


def test_a_layout_nobody_saw_says_so() -> None:
    """Columns found by their label or by values of dimensions come from no real file at hand."""
    blind = [
        dataset
        for dataset in load_catalogue().datasets.values()
        if any(column.where or column.meta for column in dataset.layout.columns.values())
        or "sans fichier réel" in dataset.description
    ]
    assert len(blind) >= 20
    assert [dataset.id for dataset in blind if dataset.layout_verified] == []


def test_every_dataset_has_a_page_and_no_address_is_a_page() -> None:
    datasets = load_catalogue().datasets.values()
    assert [dataset.id for dataset in datasets if not dataset.page] == []
    pages = {dataset.page for dataset in datasets}
    addresses = [url for d in datasets for url in (d.url, *(m.url for m in d.millesimes)) if url]
    assert len(addresses) == len(set(addresses)) > 20
    # A page is read by a person; only a file is downloaded.
    assert pages.isdisjoint(addresses)
