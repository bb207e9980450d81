"""Dropped files that are right: they take over what they give, and stay."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines import deposited, ingestion, parsed, publication, taken
from pipelines import deposits as kept_files
from pipelines.home import Home
from pipelines.parsed import Parsed
from pipelines.recognised import recognised
from sources.catalogue import Catalogue
from sources.problems import ExtractRefused
from sources.territory.declared import Territories
from tests.pipeline.conftest import FILOSOFI, Bcs, table

ICM = "canton;sexe;periode;icm;borne_basse;borne_haute\n5914;Ensemble;2015-2019;134,5;129,0;140,1\n"


def test_a_dropped_file_takes_the_place_of_the_embedded_one_cell_by_cell(
    published: Home, bcs: Bcs, inbox: Path
) -> None:
    lines = FILOSOFI.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace(";19560;", ";19990;")
    (inbox / FILOSOFI.name).write_text("\n".join(lines[:2]) + "\n", encoding="utf-8")

    result = bcs("actualiser", "--publier", "--depot", str(inbox))
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
    assert "iveau de vie" in bcs("comparer").output

    assert [file.name for file in publication.accepted(published)] == [FILOSOFI.name], "it is kept"
    assert "Rien n’a changé" in bcs("actualiser", "--publier").output
    assert "Rien n’a changé" in bcs("actualiser", "--publier", "--depot", str(inbox)).output


def test_an_awaited_dataset_exists_once_its_extract_is_dropped(
    published: Home, bcs: Bcs, inbox: Path
) -> None:
    (inbox / "or2s_icm_2019.csv").write_text(ICM, encoding="utf-8")
    result = bcs("actualiser", "--publier", "--depot", str(inbox))
    assert result.exit_code == 0, result.output
    held = table(published, "dataset").filter(pl.col("dataset") == "or2s_icm").row(0, named=True)
    assert (held["held"], held["latest_millesime"]) == (True, 2015)
    canton = table(published, "value").filter(
        (pl.col("indicator") == "surmortalite") & (pl.col("level") == "canton") & (pl.col("code") == "5914")
    )
    assert 134.5 in canton["value"].to_list(), "the observatory's own index takes over the estimate"


def test_the_very_bytes_of_an_embedded_file_are_left_aside(catalogue: Catalogue, inbox: Path) -> None:
    shutil.copy(FILOSOFI, inbox)
    deposits, aside = recognised([inbox], catalogue)
    assert deposits == []
    assert [(file.path.name, "déjà embarqué" in file.reason) for file in aside] == [(FILOSOFI.name, True)]


def test_a_kind_of_file_declared_as_not_ours_is_listed_with_the_reason(
    catalogue: Catalogue, inbox: Path
) -> None:
    (inbox / "meta_cc_filosofi_2021_COM.csv").write_text("COD_VAR;LIB_VAR\nMED;Médiane\n", encoding="utf-8")
    deposits, aside = recognised([inbox], catalogue)
    assert deposits == []
    assert [file.path.name for file in aside] == ["meta_cc_filosofi_2021_COM.csv"]
    assert "description des colonnes" in aside[0].reason


def read(folders: list[Path], catalogue: Catalogue, territories: Territories) -> deposited.Deposited:
    """Recognise and read the files of folders."""
    deposits, aside = recognised(folders, catalogue)
    assert aside == []
    return deposited.read_deposits(deposits, catalogue, territories, Parsed(folders[0].parent / "lus"))


def two_icm(folder: Path) -> list[Path]:
    """Two folders that give the same figures otherwise."""
    for name, text in (("a", ICM), ("b", ICM.replace("134,5", "136,5"))):
        (folder / name).mkdir()
        (folder / name / "or2s_icm_2019.csv").write_text(text, encoding="utf-8")
    return [folder / "a", folder / "b"]


def test_two_dropped_files_that_give_the_same_figures_are_both_set_aside(
    catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    two_icm(tmp_path)
    found = read([tmp_path], catalogue, territories)
    assert found.taken == () and found.observations.height == 0
    said = ["des chiffres que donne aussi «" in one.reason and one.fault for one in found.aside]
    assert said == [True, True]


def test_a_file_taken_in_before_stays_beside_another_that_gives_its_figures(
    catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    found = read(two_icm(tmp_path), catalogue, territories)
    assert [deposit.path.parent.name for deposit in found.taken] == ["a"]
    assert [one.path.parent.name for one in found.aside] == ["b"]
    assert f"bcs actualiser --sans {found.taken[0].sha256[:12]}" in found.aside[0].reason
    assert 134.5 in found.observations["value"].to_list()


def test_a_lost_copy_is_found_among_the_files_dropped_again(tmp_path: Path) -> None:
    home, again = Home(tmp_path / "home"), tmp_path / "again"
    again.mkdir()
    (again / "a.csv").write_text(ICM, encoding="utf-8")
    kept = kept_files.take(home, again / "a.csv", hashlib.sha256(ICM.encode()).hexdigest(), "d", 2024)
    copy = kept_files.stored(home, kept.sha256)
    copy.write_text(ICM.replace("134", "135"), encoding="utf-8")
    with pytest.raises(ExtractRefused, match="abîmée"):
        kept_files.lend(home, [kept], home.lent)
    kept_files.lend(home, [kept], home.lent, again)
    assert (home.lent / "a.csv").read_text(encoding="utf-8") == ICM


def test_the_same_bytes_under_two_editions_are_set_aside(catalogue: Catalogue, inbox: Path) -> None:
    for year in (2019, 2020):
        (inbox / f"or2s_icm_{year}.csv").write_text(ICM, encoding="utf-8")
    deposits, aside = recognised([inbox], catalogue)
    assert deposits == []
    assert ["octet pour octet" in one.reason for one in aside] == [True, True]
    (inbox / "or2s_icm_2020.csv").rename(inbox / "or2s_icm_2019 (1).csv")
    deposits, aside = recognised([inbox], catalogue)
    assert len(deposits) == 1 and not aside, "a second copy of the same edition says nothing else"


def test_a_reading_that_nobody_foresaw_sets_one_file_aside(
    catalogue: Catalogue, territories: Territories, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("internal")

    (inbox / "or2s_icm_2019.csv").write_text(ICM, encoding="utf-8")
    monkeypatch.setattr(parsed, "read_extract", broken)
    found = read([inbox], catalogue, territories)
    assert found.taken == () and "RuntimeError" in found.aside[0].reason


def test_what_dropped_files_give_is_found_again_wherever_they_lie_unless_one_is_set_aside(
    catalogue: Catalogue, territories: Territories, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox / "or2s_icm_2019.csv").write_text(ICM, encoding="utf-8")
    header, first, *_ = FILOSOFI.read_text(encoding="utf-8").splitlines()
    lines = (header, first, first.replace(first.split(";")[0], "59350", 1))
    (inbox / FILOSOFI.name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    store, read = Parsed(inbox.parent / "lus"), deposited.read_deposits
    times: list[int] = []

    def counted(*given: Any) -> deposited.Deposited:
        times.append(len(given[0]))
        return read(*given)

    def once(folder: Path) -> taken.Taken:
        deposits, _ = recognised([inbox.parent / "vide", folder], catalogue)
        return taken.take_in(deposits, catalogue, territories, store, {})

    (inbox.parent / "vide").mkdir()
    monkeypatch.setattr(taken, "read_deposits", counted)
    one = once(inbox)
    moved = inbox.rename(inbox.parent / "ailleurs")
    two = once(moved)
    assert times == [2] and (one.frames, one.latest, one.raw) == (two.frames, two.latest, two.raw)
    assert {deposit.path.parent for deposit in two.deposits} == {moved} and not two.aside
    assert {"territory", "membership"} <= one.frames.keys()
    (part,) = one.raw
    whole = part.rows.path.read_bytes()
    part.rows.path.write_bytes(whole[:-1])
    assert once(moved).raw == one.raw and part.rows.path.read_bytes() == whole and times == [2, 2]
    (moved / "or2s_icm_2018.csv").write_text(ICM.replace("2019", "2018") + "59999;coupé", encoding="utf-8")
    assert [len(once(moved).aside) for _ in range(2)] == [1, 1] and times == [2, 2, 3, 3]


@pytest.mark.parametrize("edition", [2019, 2020, 2022])
def test_figures_of_another_year_than_the_name_are_refused(
    edition: int, catalogue: Catalogue, territories: Territories, inbox: Path
) -> None:
    path = inbox / f"cc_filosofi_{edition}_COM.csv"
    # One byte more than the embedded file, which would be left aside whatever its name.
    path.write_bytes(FILOSOFI.read_bytes().replace(b"\n59172;", b"\n59172; ", 1))
    deposits, aside = recognised([inbox], catalogue)
    assert [(d.edition, aside) for d in deposits] == [(edition, [])]
    found = deposited.read_deposits(deposits, catalogue, territories, Parsed(inbox.parent / "lus"))
    assert found.taken == ()
    assert re.search(f"MED{edition % 100}.*autre année que {edition}", found.aside[0].reason)


def test_a_file_that_changed_since_it_was_read_is_not_kept(tmp_path: Path) -> None:
    home = Home.locate(tmp_path / "home")
    home.prepare()
    source = tmp_path / "icm_2019.csv"
    source.write_text(ICM, encoding="utf-8")
    sha256 = hashlib.sha256(source.read_bytes()).hexdigest()
    source.write_text(ICM.replace("134,5", "136,5"), encoding="utf-8")
    with pytest.raises(ExtractRefused, match="a changé"):
        kept_files.take(home, source, sha256, "or2s_icm", 2019)
    assert not [path for path in home.store.rglob("*") if path.is_file()]
    source.unlink()
    with pytest.raises(ExtractRefused, match="a disparu"):
        kept_files.take(home, source, sha256, "or2s_icm", 2019)


def test_an_altered_embedded_file_is_refused(
    catalogue: Catalogue, territories: Territories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = catalogue.datasets["insee_filosofi_communes"]
    for _, _, extract, path in catalogue.embedded():
        if extract.file.startswith("insee/cc_filosofi"):
            target = tmp_path / extract.file
            target.parent.mkdir(exist_ok=True)
            target.write_text(path.read_text(encoding="utf-8").replace("19560", "19561"), encoding="utf-8")
    parsed = Parsed(tmp_path / "lus")
    sound = ingestion.embedded(dataset, catalogue.extracts, territories, parsed)
    with monkeypatch.context() as patch:
        patch.setattr(ingestion, "observations_of", None)
        assert ingestion.embedded(dataset, catalogue.extracts, territories, parsed) == sound, "found again"
    with pytest.raises(ExtractRefused, match="empreinte"):
        ingestion.embedded(dataset, tmp_path, territories, parsed)
