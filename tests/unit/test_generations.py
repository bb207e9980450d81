"""No dataset of one generation, level or month takes the codes or the rows of another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sources.catalogue import Catalogue
from sources.problems import ExtractRefused
from sources.readers import ReadResult, read_extract
from sources.readers.naming import named
from sources.recognise import NotRecognised, recognise
from sources.territory.declared import Territories
from sources.vocabulary import Level, Perimeter, code_pattern

DEMO = (
    "CODGEO;POP_MUN;TX_F;TX_TOT_0A24;TX_TOT_60ETPLUS;IND_JEUNE;TX_TOT_MEN1;TX_TOT_MEN6;TX_TOT_ET;NOTE_RP;"
    "A;PERCOU;AM;AI;ACSSENF;ACAVENF;AC3ENF;NOTE_CNAF\n"
)
FIGURES = ";1000;50;30;20;1;30;5;10;0;100;200;10;10;10;10;5;0\n"
DISP = "CODGEO;LIBGEO;Q220;RD;PPSOC20;D120;D920\n"
CODES = {Perimeter.QPV_2015: "QP059050", Perimeter.QPV_2024: "QN05950M"}


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(path: Path, catalogue: Catalogue, territories: Territories) -> ReadResult:
    found = recognise(path, catalogue)
    return read_extract(path, found.dataset, found.edition, None, territories, scope="france")


def test_a_rule_of_quarters_accepts_the_codes_of_its_generation_only(catalogue: Catalogue) -> None:
    checked = 0
    for dataset in catalogue.datasets.values():
        for rule in dataset.layout.territory.rules:
            if rule.level is Level.QPV and rule.perimeter is not None and not rule.outside:
                pattern = code_pattern(Level.QPV, rule.perimeter)
                assert pattern, dataset.id
                accepted = {p for p, code in CODES.items() if re.fullmatch(rule.match, code, re.ASCII)}
                assert accepted == {rule.perimeter}, dataset.id
                checked += 1
    assert checked > 10


def test_only_tables_of_several_generations_have_rules_for_both(catalogue: Catalogue) -> None:
    both = [
        dataset.id
        for dataset in catalogue.datasets.values()
        if len({r.perimeter for r in dataset.layout.territory.rules if r.perimeter}) > 1
    ]
    # Their files name one generation each, or have the codes of one.
    assert sorted(both) == ["insee_filosofi_qpv", "insee_statistiques_locales"]


@pytest.mark.parametrize("name", ["data_DEMO_2023_V2_QP.csv", "DEMO_2023.csv", "copie_2023.csv"])
def test_the_codes_say_the_generation_whatever_the_name(
    name: str, catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    old = read(put(tmp_path, name, DEMO + CODES[Perimeter.QPV_2015] + FIGURES), catalogue, territories)
    assert old.account.dataset == "sig_ville_demo"
    assert set(old.observations["perimeter"]) == {"qpv_2015"}
    new = read(put(tmp_path, name, DEMO + CODES[Perimeter.QPV_2024] + FIGURES), catalogue, territories)
    assert new.account.dataset.startswith("insee_qpv_2024_")
    assert set(new.observations["perimeter"]) == {"qpv_2024"}


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("DEFM2026_QP24.csv", "QP059050", "QP059050"),
        ("revenus_pauvrete_2021_qp24.csv", "QP059050", "QP059050"),
        ("revenus_pauvrete_2021_qp15.csv", "QN05950M", "QN05950M"),
        ("data_filo21_qp_revdis.csv", "QN05950M", "QN05950M"),
    ],
)
def test_a_name_of_one_generation_with_codes_of_the_other_is_refused(
    name: str, code: str, said: str, catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    header = (
        "CODGEO;ABC;A;ABC_F"
        if "DEFM" in name
        else "CODGEO;DISP_MED_A21;DISP_TP60_A21;DISP_RD_A21;DISP_PPSOC_A21"
    )
    figures = ";9;3;4" if "DEFM" in name else ";14000;40;3;20"
    path = put(tmp_path, name, f"{header}\n{code}{figures}\n")
    with pytest.raises(ExtractRefused, match=said):
        read(path, catalogue, territories)


def test_the_whole_is_that_of_the_quarters_around_it(
    catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    header = "CODGEO;DISP_MED_A21;DISP_TP60_A21;DISP_RD_A21;DISP_PPSOC_A21\n"
    for perimeter, code in CODES.items():
        rows = f"Ensemble;14000;40;3;20\n{code};13000;45;3;25\n"
        found = read(put(tmp_path, "copie.csv", header + rows), catalogue, territories)
        assert set(found.observations["perimeter"]) == {perimeter.value}
        assert f"ensemble_{perimeter.value}" in set(found.observations["code"])


def test_a_file_of_departements_named_as_one_of_regions_is_refused(
    catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    rows = "59;Nord;19000;3;7;10000;33000\n62;Pas-de-Calais;18000;3;8;10000;31000\n"
    with pytest.raises(ExtractRefused, match=r"« 59 ».*région".replace(" ", "\u00a0").replace(".*", ".*")):
        read(put(tmp_path, "FILO2020_DISP_REG.csv", DISP + rows), catalogue, territories)


def test_a_file_of_regions_named_as_one_of_departements_is_refused(
    catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    rows = "".join(f"{code};x;19000;3;7;10000;33000\n" for code in ("11", "24", "27", "28", "32", "44"))
    with pytest.raises(ExtractRefused, match="tous de régions"):
        read(put(tmp_path, "FILO2020_DISP_DEP.csv", DISP + rows), catalogue, territories)


def test_a_layout_of_ours_never_claims_a_file_of_a_producer(catalogue: Catalogue, tmp_path: Path) -> None:
    listed = "code_qp;lib_qp;insee_reg;insee_com\nQN05950M;Quartier;32;59172\n"
    assert recognise(put(tmp_path, "qpv_2024.csv", listed), catalogue).dataset.id == "anct_qpv_2024"
    for name in ("qpv_2024.csv", "bpe_communes_2024.csv", "filosofi2_2024.csv"):
        with pytest.raises(NotRecognised, match="nom inconnu"):
            recognise(put(tmp_path, name, "a;b\n1;2\n"), catalogue)


@pytest.mark.parametrize(
    ("name", "dataset"),
    [
        ("base-cc-logement-2021-geo2024_csv.zip", "insee_rp_logement"),
        ("base-cc-logement-2021.XLSX", "insee_rp_logement"),
        ("s_ben_com_f (2).csv", "caf_s_ben_com_f"),
        ("cc_filosofi_2020_EPCI.xlsx", "insee_filosofi_communes"),
        ("FILO2017_DISP_REG.zip", "insee_filosofi_disp"),
        ("DEMO_2021.xls", "sig_ville_demo"),
    ],
)
def test_a_name_is_known_under_its_other_containers(name: str, dataset: str, catalogue: Catalogue) -> None:
    assert named(catalogue.datasets[dataset], name) is not None
