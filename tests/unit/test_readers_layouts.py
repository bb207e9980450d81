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
from sources.territory.declared import Territories

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


def qpv_archive(folder: Path, name: str, data: str, meta: str) -> Path:
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.csv", data)
        archive.writestr(f"meta_{name}.csv", meta)
    return path


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


def test_families_the_caf_cannot_locate_are_outside_every_territory(tmp_path: Path, read: Read) -> None:
    header = "dtreffre;numcomdo;nomcom;indfoy_ndur;indnbp_ndur;indfoy_rsa;indfoy_ppa;indfoy_ndural;indfoy_af"
    rows = (
        "2025-12;59172;Denain;100;200;10;10;10;10;5\n2025-12;;;9;9;1;1;1;1;1\n2025-12;59XXX;x;9;9;1;1;1;1;1\n"
    )
    result = read(put(tmp_path, "s_ben_com_f.csv", f"{header};indfoy_ndurpaje\n{rows}"))
    assert (result.account.edition, result.account.rows_kept, result.account.rows_outside) == (2025, 1, 2)
    assert set(result.observations["code"]) == {"59172"}


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


def test_an_older_edition_under_a_new_name_lacks_the_columns_of_its_name(
    tmp_path: Path, read: Read, catalogue: Catalogue
) -> None:
    text = (catalogue.extracts / "sig_ville" / "REVN_2022.csv").read_text(encoding="utf-8")
    read(put(tmp_path, "REVN_2023.csv", text))
    older = text.replace("C_C2SP", "CC2S", 1)
    with pytest.raises(ExtractRefused, match=r"C_C2SP.*éditions depuis 2022.*nom de 2023"):
        read(put(tmp_path, "REVN_2023.csv", older))
    read(put(tmp_path, "REVN_2021.csv", older))
