"""Layouts declared without a real file at hand, each on a few rows in the producer's columns."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from sources.catalogue import Catalogue
from sources.problems import ExtractRefused
from sources.readers import ReadResult, read_extract
from sources.recognise import recognise
from sources.territories import Territories

Read = Any


@pytest.fixture
def read(catalogue: Catalogue, territories: Territories) -> Read:
    def taken(path: Path, scope: Any = "france") -> ReadResult:
        found = recognise(path, catalogue)
        return read_extract(path, found.dataset, found.edition, None, territories, scope=scope)

    return taken


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def figures(result: ReadResult) -> dict[tuple[str, str, int | None], tuple[float | None, str]]:
    columns = ("code", "variable", "millesime", "value", "status")
    return {
        (c, v, m): (value, status) for c, v, m, value, status in result.observations.select(columns).rows()
    }


def qpv_archive(folder: Path, name: str, data: str, meta: str) -> Path:
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.csv", data)
        archive.writestr(f"meta_{name}.csv", meta)
    return path


def test_quarters_of_2024_are_matched_through_their_own_meta(tmp_path: Path, read: Read) -> None:
    data = "QP24;LIB;P22_POPMUN\nQN05901M;Quartier;3 120\nQN05902M;Autre;s\n"
    meta = "COD_VAR;LIB_VAR\nQP24;Code\nP22_POPMUN;Population municipale en 2022\n"
    result = read(qpv_archive(tmp_path, "estimations-demographiques_2022_QPV2024", data, meta))
    assert figures(result) == {
        ("QN05901M", "qp_pop_mun", 2022): (3120.0, "observed"),
        ("QN05902M", "qp_pop_mun", 2022): (None, "suppressed"),
    }
    assert result.observations["perimeter"].unique().to_list() == ["qpv_2024"]


def test_quarters_of_2024_without_the_column_list_what_was_expected_and_found(
    tmp_path: Path, read: Read
) -> None:
    data = "QP24;X1;X2\nQN05901M;1;2\n"
    meta = "COD_VAR;LIB_VAR\nX1;Nombre de ménages\nX2;Nombre de logements\n"
    with pytest.raises(ExtractRefused) as caught:
        read(qpv_archive(tmp_path, "beneficiaires_CNAM_01-01-2025_QP24", data, meta))
    message = str(caught.value)
    assert "C_C2SNP" in message and "C_C2SP" in message
    assert "X1 (Nombre de ménages)" in message and "X2 (Nombre de logements)" in message


@pytest.mark.parametrize(
    ("name", "columns", "variable", "labels"),
    [
        ("DEFM2024_QP24", "ABC;A;ABC_DUR3", "defm_abc", "catégories A, B, C"),
        ("beneficiaires_CAF_31-12-2024_QP24", "A;PERCOU;ARSAS", "caf_arsas", "RSA socle"),
        ("RPLS_01-01-2025_QPV_2024", "NBLS;X;Y", "qp_lls", "logements"),
    ],
)
def test_quarters_of_2024_with_the_names_of_older_files(
    name: str, columns: str, variable: str, labels: str, tmp_path: Path, read: Read, catalogue: Catalogue
) -> None:
    result = read(qpv_archive(tmp_path, name, f"CODGEO;{columns}\nQN05901M;90;80;20\n", "COD_VAR;LIB_VAR\n"))
    assert variable in set(result.observations["variable"])
    dataset = catalogue.datasets[result.account.dataset]
    assert not dataset.layout_verified


def test_families_the_caf_cannot_locate_are_outside_every_territory(tmp_path: Path, read: Read) -> None:
    header = "dtreffre;numcomdo;nomcom;indfoy_ndur;indnbp_ndur;indfoy_rsa;indfoy_ppa;indfoy_ndural;indfoy_af"
    rows = (
        "2025-12;59172;Denain;100;200;10;10;10;10;5\n2025-12;;;9;9;1;1;1;1;1\n2025-12;59XXX;x;9;9;1;1;1;1;1\n"
    )
    result = read(put(tmp_path, "s_ben_com_f.csv", f"{header};indfoy_ndurpaje\n{rows}"))
    assert (result.account.edition, result.account.rows_kept, result.account.rows_outside) == (2025, 1, 2)
    assert set(result.observations["code"]) == {"59172"}


def test_sport_licences_are_added_over_federations(tmp_path: Path, read: Read) -> None:
    rows = "59172;Denain;Tennis;12\n59172;Denain;Judo;30\nNR;Non réparti;Judo;99\n"
    result = read(put(tmp_path, "lic-data-2023.csv", f"Code Commune;Commune;Fédération;Total\n{rows}"))
    assert figures(result) == {("59172", "injep_licences", 2023): (42.0, "observed")}
    assert result.account.rows_outside == 1


def test_mortality_template_of_the_or2s(tmp_path: Path, read: Read) -> None:
    rows = "5914;Ensemble;2016-2020;148,2;139,0;157,4\n5914;Femmes;2016-2020;140;130;150\n"
    header = "canton;sexe;periode;icm;borne_basse;borne_haute\n"
    result = read(put(tmp_path, "icm_2020.csv", header + rows))
    assert figures(result)["5914", "or2s_icm", 2016] == (148.2, "observed")
    assert result.account.rows_outside == 1


def test_equipment_is_added_over_iris_and_types(tmp_path: Path, read: Read) -> None:
    header = "REG;DEP;DEPCOM;DCIRIS;AN;TYPEQU;NB_EQUIP\n"
    rows = (
        "32;59;59172;59172_0101;2021;F101;2\n32;59;59172;59172_0102;2021;F307;1\n32;59;59172;x;2021;D201;8\n"
    )
    result = read(put(tmp_path, "bpe21_ensemble.csv", header + rows))
    assert figures(result) == {("59172", "bpe_culture_sport", 2021): (3.0, "observed")}
    assert result.account.rows_outside == 1


@pytest.mark.parametrize("name", ["TX_TOT_EDLIM", "TX_TOT_EPREC"])
def test_old_and_new_names_of_short_contracts(name: str, tmp_path: Path, read: Read) -> None:
    columns = [
        "TX_TOT_EMPL",
        "TX_F_EMPL",
        name,
        name.replace("TOT", "F"),
        "ABC",
        "ABC_F",
        "A",
        "ABC_25",
        "ABC_RSA",
    ]
    columns += [f"ABC_DUR{i}" for i in range(1, 5)]
    text = f"CODGEO;{';'.join(columns)}\nQP059050;40,1;35;28,2;30;900;400;600;100;200;200;200;200;200\n"
    result = read(put(tmp_path, "IPRO_2020.csv", text), "territory")
    assert figures(result)["QP059050", "qp_tx_edlim", None] == (28.2, "observed")
    assert result.account.edition == 2020


def test_scope_keeps_our_rows_or_all(tmp_path: Path, read: Read) -> None:
    header = "codgeo;libgeo;an;part_non_inseres\n"
    path = put(
        tmp_path, "neet_communes_2023.csv", header + "59172;Denain;2023;30,1\n01004;Ambérieu;2023;12,0\n"
    )
    ours, all_of_them = read(path, "territory"), read(path, "france")
    assert set(ours.observations["code"]) == {"59172"} and ours.account.rows_outside == 1
    assert (
        set(all_of_them.observations["code"]) == {"59172", "01004"} and all_of_them.account.rows_outside == 0
    )


def test_a_file_whose_name_hides_its_level_is_refused(tmp_path: Path, read: Read) -> None:
    path = put(tmp_path, "neet_2023.csv", "codgeo;libgeo;an;part_non_inseres\n32;x;2023;30,1\n")
    with pytest.raises(ExtractRefused, match="ne dit pas de quels territoires"):
        read(path)
