"""Dropped files that are right: they take over what they give, and stay."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import polars as pl
import pytest

from pipelines import deposited, ingestion
from pipelines.home import Home
from sources.catalogue import Catalogue
from sources.problems import ExtractRefused
from sources.territories import Territories
from tests.pipeline.conftest import FILOSOFI, Bcs, table

ICM = "canton;sexe;periode;icm;borne_basse;borne_haute\n5914;Ensemble;2015-2019;134,5;129,0;140,1\n"


def test_a_dropped_file_takes_the_place_of_the_embedded_one_cell_by_cell(
    published: Home, bcs: Bcs, inbox: Path
) -> None:
    lines = FILOSOFI.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace(";19560;", ";19990;")
    (inbox / FILOSOFI.name).write_text("\n".join(lines[:2]) + "\n", encoding="utf-8")

    result = bcs("refresh", "--inbox", str(inbox))
    assert result.exit_code == 0, result.output

    observed = table(published, "observation").filter(
        (pl.col("dataset") == "insee_filosofi_communes")
        & (pl.col("variable") == "filo_med")
        & (pl.col("millesime") == 2021)
    )
    medians = dict(observed.select("code", "value").iter_rows())
    assert medians["59002"] == 19990
    assert len(medians) == 47, "the other communes still come from the embedded file"
    extracts = table(published, "extract").filter(pl.col("file") == FILOSOFI.name).sort("dropped")
    assert extracts["dropped"].to_list() == [False, True]
    assert extracts["cells_replaced"].to_list() == [extracts["cells_read"][1], 0]
    value = table(published, "value").filter(
        (pl.col("indicator") == "niveau_vie_median")
        & (pl.col("code") == "59002")
        & (pl.col("millesime") == 2021)
    )
    assert value["value"].to_list() == [19990]
    assert "niveau_vie_median" in bcs("diff").output

    assert (published.inbox / FILOSOFI.name).is_file(), "an accepted file is kept"
    assert "Rien n’a changé" in bcs("refresh").output
    assert "Rien n’a changé" in bcs("refresh", "--inbox", str(inbox)).output


def test_an_awaited_dataset_exists_once_its_extract_is_dropped(
    published: Home, bcs: Bcs, inbox: Path
) -> None:
    (inbox / "or2s_icm_2019.csv").write_text(ICM, encoding="utf-8")
    result = bcs("refresh", "--inbox", str(inbox))
    assert result.exit_code == 0, result.output
    held = table(published, "dataset").filter(pl.col("dataset") == "or2s_icm").row(0, named=True)
    assert (held["held"], held["latest_millesime"]) == (True, 2015)
    canton = table(published, "value").filter(
        (pl.col("indicator") == "surmortalite") & (pl.col("level") == "canton") & (pl.col("code") == "5914")
    )
    assert 134.5 in canton["value"].to_list(), "the observatory's own index takes over the estimate"


def test_the_very_bytes_of_an_embedded_file_are_left_aside(catalogue: Catalogue, inbox: Path) -> None:
    shutil.copy(FILOSOFI, inbox)
    deposits, aside = deposited.recognise_deposits([inbox], catalogue)
    assert deposits == []
    assert [(file.path.name, "déjà embarqué" in file.reason) for file in aside] == [(FILOSOFI.name, True)]


def test_a_kind_of_file_declared_as_not_ours_is_listed_with_the_reason(
    catalogue: Catalogue, inbox: Path
) -> None:
    (inbox / "meta_cc_filosofi_2021_COM.csv").write_text("COD_VAR;LIB_VAR\nMED;Médiane\n", encoding="utf-8")
    deposits, aside = deposited.recognise_deposits([inbox], catalogue)
    assert deposits == []
    assert [file.path.name for file in aside] == ["meta_cc_filosofi_2021_COM.csv"]
    assert "description des colonnes" in aside[0].reason


def test_two_dropped_files_that_give_the_same_figures_are_refused(
    catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    other = ICM.replace("134,5", "136,5")
    for folder, text in (("a", ICM), ("b", other)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "or2s_icm_2019.csv").write_text(text, encoding="utf-8")
    deposits, _ = deposited.recognise_deposits([tmp_path], catalogue)
    with pytest.raises(ExtractRefused, match="les mêmes chiffres"):
        deposited.read_deposits(deposits, catalogue, territories, lambda deposit, rows: None)


def test_the_same_bytes_under_two_editions_are_refused(catalogue: Catalogue, inbox: Path) -> None:
    for year in (2019, 2020):
        (inbox / f"or2s_icm_{year}.csv").write_text(ICM, encoding="utf-8")
    with pytest.raises(ExtractRefused, match=r"or2s_icm_2020\.csv – trouvé.*octet pour octet"):
        deposited.recognise_deposits([inbox], catalogue)
    (inbox / "or2s_icm_2020.csv").rename(inbox / "or2s_icm_2019 (1).csv")
    deposits, _ = deposited.recognise_deposits([inbox], catalogue)
    assert len(deposits) == 1, "a second copy of the same edition says nothing else"


@pytest.mark.parametrize("edition", [2019, 2020, 2022])
def test_figures_of_another_year_than_the_name_are_refused(
    edition: int, catalogue: Catalogue, territories: Territories, inbox: Path
) -> None:
    path = inbox / f"cc_filosofi_{edition}_COM.csv"
    # One byte more than the embedded file, which would be left aside whatever its name.
    path.write_bytes(FILOSOFI.read_bytes().replace(b"\n59172;", b"\n59172; ", 1))
    deposits, aside = deposited.recognise_deposits([inbox], catalogue)
    assert [(d.edition, aside) for d in deposits] == [(edition, [])]
    with pytest.raises(ExtractRefused, match=f"MED{edition % 100}.*autre année que {edition}"):
        deposited.read_deposits(deposits, catalogue, territories, lambda deposit, rows: None)


def test_a_kept_file_never_overwrites_another_of_the_same_name(tmp_path: Path) -> None:
    home = Home.locate(tmp_path / "home")
    home.prepare()
    (home.inbox / "icm_2019.csv").write_text(ICM, encoding="utf-8")
    source = tmp_path / "icm_2019.csv"
    source.write_text(ICM.replace("134,5", "136,5"), encoding="utf-8")
    sha256 = hashlib.sha256(source.read_bytes()).hexdigest()
    deposited.keep_deposits(home, [deposited.Deposit(source, sha256, "or2s_icm", 2019)])
    kept = sorted(path.read_text(encoding="utf-8") for path in home.inbox.rglob("*.csv"))
    assert kept == sorted([ICM, ICM.replace("134,5", "136,5")])


def test_a_file_that_changed_since_it_was_read_is_not_kept(tmp_path: Path) -> None:
    home = Home.locate(tmp_path / "home")
    home.prepare()
    source = tmp_path / "icm_2019.csv"
    source.write_text(ICM, encoding="utf-8")
    sha256 = hashlib.sha256(source.read_bytes()).hexdigest()
    source.write_text(ICM.replace("134,5", "136,5"), encoding="utf-8")
    deposited.keep_deposits(home, [deposited.Deposit(source, sha256, "or2s_icm", 2019)])
    assert list(home.inbox.rglob("*")) == []


def test_an_altered_embedded_file_is_refused(
    catalogue: Catalogue, territories: Territories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = catalogue.datasets["insee_filosofi_communes"]
    for _, _, extract, path in catalogue.embedded():
        if extract.file.startswith("insee/cc_filosofi"):
            target = tmp_path / extract.file
            target.parent.mkdir(exist_ok=True)
            target.write_text(path.read_text(encoding="utf-8").replace("19560", "19561"), encoding="utf-8")
    monkeypatch.setattr(ingestion, "EXTRACTS_DIR", tmp_path)
    with pytest.raises(ExtractRefused, match="empreinte"):
        ingestion.read_embedded(dataset, territories)
