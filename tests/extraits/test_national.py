"""Every real file is recognised, taken for the whole of France without a false alarm, or set aside."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import polars as pl
import pytest
from real_files import National

from indicators.plausibility import NewFile, Reviewer
from sources.catalogue import Catalogue
from sources.cog import Geography
from sources.readers import Account, read_extract, unfinished
from sources.readers.districts import DISTRICTS
from sources.territory.declared import Territories

NOT_OURS = {
    "PROVENANCE.md": "document",
    "cantons-59-nord.geojson": "contours",
    "communes-59-nord.geojson": "contours",
    "qpv2024_simplified.geojson": "contours",
    "meta_base_cc_comparateur.CSV": "description des colonnes",
    "meta_cc_filosofi_2019_COM.CSV": "description des colonnes",
    "BASE_TD_FILO_DISP_IRIS_2019.csv": "médianes et taux à l’IRIS",
    "BASE_TD_FILO_IRIS_2021_DEC.csv": "revenu déclaré",
    "kitcarto_datacom.csv": "sans définition",
}


def test_every_file_is_taken_or_set_aside_with_its_reason(national: National, folder: Path) -> None:
    files = {path.name for path in folder.rglob("*") if path.is_file()}
    assert set(national.results) | set(national.aside) == files
    assert set(national.aside) == set(NOT_OURS)
    for name, reason in NOT_OURS.items():
        assert reason in national.aside[name], name


def test_every_account_sums_and_nothing_is_refused(national: National) -> None:
    for name, result in national.results.items():
        account = result.account
        shares = (account.rows_kept, account.rows_outside, account.rows_suppressed, account.rows_refused)
        assert sum(shares) == account.rows_read > 0, name
        assert account.rows_refused == 0, name
        if account.rows_outside:
            # The only rows left out: equipment of other types than sport and culture, and the 45
            # arrondissements of Paris, Lyon and Marseille, which are no communes.
            districts = account.rows_outside == 45 and "45 arrondissements" in " ".join(result.notes)
            assert name == "bpe_ens_2019_dep59.csv" or districts, name


def test_rows_read_are_the_lines_of_the_file(national: National, folder: Path) -> None:
    for name, result in national.results.items():
        if not name.lower().endswith(".csv"):
            continue
        text = next(folder.rglob(name)).read_text(encoding="utf-8-sig")
        lines = [line for line in text.splitlines()[1:] if line.strip("; ")]
        assert result.account.rows_read == len(lines), name


def test_the_whole_of_france_is_there(national: National) -> None:
    levels = dict(
        national.observations.group_by("level").agg(pl.col("code").n_unique()).select("level", "code").rows()
    )
    assert levels["commune"] > 35_000 and levels["epci"] > 2_000
    assert levels["departement"] >= 98 and levels["region"] >= 15 and levels["metropole"] == 1
    assert levels["qpv"] > 1_300
    perimeters = national.observations.filter(level="qpv")["perimeter"].unique().to_list()
    assert perimeters == ["qpv_2015"]


def test_editions_and_reference_years(national: National) -> None:
    found = {name: (r.dataset.id, r.edition) for name, r in national.recognised.items()}
    assert found["REVN_2021.csv"] == ("sig_ville_revn", 2021)
    assert found["base_cc_comparateur.CSV"] == ("insee_comparateur", 2018)
    assert found["s_ben_com_f_caph_2020_2024.csv"] == ("caf_s_ben_com_f", 2024)
    assert found["demographie_2010_qpv.xls"] == ("insee_qpv_2010", 2010)
    assert found["table-appartenance-geo-communes-22.xlsx"] == ("insee_appartenance", 2022)
    years = {
        name: set(result.observations["millesime"].unique())
        for name, result in national.results.items()
        if result.observations.height
    }
    assert years["REVN_2021.csv"] == {2017, None} and years["DEMO_2019.csv"] == {None}
    # The area of a commune has no year.
    assert years["base_cc_comparateur.CSV"] == {2013, 2018, 2020, None}
    assert years["neet_dpt_2018.csv"] == {2007, 2008, 2012, 2013, 2017, 2018}


@pytest.mark.parametrize(
    ("file", "code", "variable", "year", "value"),
    [
        ("cc_filosofi_2019_COM.CSV", "59172", "filo_med", 2019, 14320.0),
        ("FILO2019_DISP_METROPOLE.csv", "FM", "filo_med", 2019, 21930.0),
        ("FILO2014_DISP_REG.csv", "02", "filo_d9", 2014, 34287.3),
        ("data_filo18_qp_revdis.csv", "ensemble_qpv_2015", "filo_med", 2018, 13770.0),
        ("DEMO_2017.csv", "ensemble_qpv_2015", "qp_pop_mun", None, 5_019_573.0),
        ("REVN_2022.csv", "QP001001", "filo_med", 2018, 14180.0),
        ("IPRO_2017.csv", "ensemble_qpv_2015", "qp_tx_edlim", None, 21.4),
        ("IPRO_2021.csv", "QP001001", "qp_tx_edlim", None, 28.2),
        ("demographie_2010_qpv.xls", "QP001001", "qp_tx_men1", 2010, 49.2),
        ("neet_dpt_2018.csv", "01", "neet_part_non_inseres", 2007, 11.4),
        ("licsport_014_filles_commune.csv", "01001", "licsport_014_f", 2018, 42.1),
        ("base_cc_comparateur.CSV", "01001", "rp_pop", 2013, 767.0),
    ],
)
def test_known_figures(
    file: str, code: str, variable: str, year: int | None, value: float, national: National
) -> None:
    assert national.value(file, code, variable, year) == (value, "observed")


def test_embedded_transcriptions_say_what_the_producers_files_say(
    national: National, catalogue: Catalogue, territories: Territories
) -> None:
    key = ["dataset", "edition", "millesime", "level", "code", "perimeter", "variable"]
    frames = [
        read_extract(path, dataset, millesime.edition, millesime, territories).observations
        for dataset, millesime, _, path in catalogue.embedded()
    ]
    both = pl.concat(frames).join(national.observations, on=key, suffix="_real", nulls_equal=True)
    assert both.height > 5_000
    different = both.filter(
        pl.col("value").ne_missing(pl.col("value_real")) | (pl.col("status") != pl.col("status_real"))
    )
    assert different.select(key).rows() == []


def test_income_of_revn_is_filosofi_of_four_years_before(national: National) -> None:
    revn = national.results["REVN_2022.csv"].observations
    filosofi = national.results["data_filo18_qp_revdis.csv"].observations
    on = ["level", "code", "millesime"]
    for variable in ("filo_med", "filo_tp60"):
        shared = (
            revn.filter(variable=variable).join(filosofi.filter(variable=variable), on=on).drop_nulls("value")
        )
        assert shared.height > 1_000
        assert shared.filter(pl.col("value") != pl.col("value_right")).height == 0, variable


def test_suppressed_is_neither_zero_nor_missing(national: National) -> None:
    poverty = national.results["cc_filosofi_2021_COM.csv"].observations.filter(variable="filo_tp60")
    statuses = dict(poverty.group_by("status").len().iter_rows())
    assert statuses["suppressed"] > 30_000 and statuses["observed"] > 4_000
    assert poverty.filter(pl.col("value").is_null() != (pl.col("status") != "observed")).height == 0


def test_iris_make_a_commune_only_when_all_are_published(national: National, folder: Path) -> None:
    whole: dict[str, list[str]] = defaultdict(list)
    with (folder / "caf" / "data_CAF_2020_IRIS.csv").open(encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle, delimiter=";"):
            code = row["CODGEO"][:5]
            whole[DISTRICTS.get(code, code)].append(row["A"])
    frame = national.results["data_CAF_2020_IRIS.csv"].observations.filter(variable="caf_a")
    found = {code: (value, status) for code, value, status in frame.select("code", "value", "status").rows()}
    assert set(found) == set(whole) and len(found) == 970
    for code, cells in whole.items():
        expected = (None, "suppressed") if "" in cells else (float(sum(map(int, cells))), "observed")
        assert found[code] == expected, code
    assert {"59172", "59491", "59526", "59606"} <= set(found)
    assert {status for _, status in found.values()} == {"observed", "suppressed"}


def test_a_real_merger_adds_counts_and_drops_medians(
    folder: Path, geography: Geography, national: National, catalogue: Catalogue, territories: Territories
) -> None:
    """Culoz (01138) and Béon (01039) are Culoz-Béon since 2023."""
    assert geography.successors["01039"] == "01138"
    path = folder / "insee" / "comparateur" / "base_cc_comparateur.CSV"
    found = national.recognised[path.name]
    result = read_extract(
        path, found.dataset, found.edition, None, territories, scope="france", official=geography
    )
    before = [national.value(path.name, code, "rp_pop", 2018)[0] for code in ("01138", "01039")]
    after = result.observations.filter(code="01138", variable="rp_pop", millesime=2018)
    assert after["value"].item() == sum(value or 0 for value in before) == 3463.0
    assert any("01039" in note and "01138" in note for note in result.notes)
    account = result.account
    assert account.rows_read == 35_010 and account.rows_refused == len(
        [note for note in result.notes if "ligne refusée" in note]
    )
    # Paris, Lyon and Marseille are there whole: their 45 arrondissements would count twice.
    assert account.rows_outside == 45


def test_real_mergers_between_2022_and_2024(geography: Geography) -> None:
    assert geography.successors["69152"] == "69149"  # Pierre-Bénite, Oullins-Pierre-Bénite
    assert geography.successors["35112"] == "35062"  # Fleurigné, La Chapelle-Fleurigné
    assert "27058" in geography.recoded  # Les Trois Lacs, code 27676 since 2023
    assert geography.split["85084"] == {"85165", "85212"}  # L'Oie and Sainte-Florence left Essarts en Bocage
    # Absorbed by a commune that kept its name: the tables alone do not say by which.
    assert {"95282", "64541"} <= set(geography.unexplained)
    assert len(geography.changes) + len(geography.unexplained) == 24


def test_a_median_before_a_merger_is_nobodys(
    folder: Path, geography: Geography, catalogue: Catalogue, territories: Territories
) -> None:
    path = folder / "insee" / "filosofi_communes" / "FILO2018_DISP_COM.csv"
    dataset = catalogue.datasets["insee_filosofi_disp"]
    result = read_extract(path, dataset, 2018, None, territories, scope="france", official=geography)
    rows = result.observations.filter(pl.col("variable") == "filo_med").select("code", "value", "status")
    assert rows.filter(code="01138").rows() == [("01138", None, "not_published")]
    assert rows.filter(code="27676").rows() == [("27676", 24720.0, "observed")]
    assert rows.filter(code="27058").height == 0


def test_only_producers_whose_files_all_end_with_a_line_break_must(national: National, folder: Path) -> None:
    ends: dict[str, set[bool]] = defaultdict(set)
    alarms = []
    for name, found in national.recognised.items():
        path = next(folder.rglob(name))
        if path.suffix.lower() == ".csv":
            ends[found.dataset.id].add(path.read_bytes().endswith(b"\n"))
            alarms += [unfinished(path, found.dataset.layout)]
    declared = {d.id for found in national.recognised.values() if (d := found.dataset).layout.final_newline}
    assert declared == {"insee_comparateur", "insee_filosofi_communes", "insee_filosofi_qpv"}
    assert all(ends[dataset] == {True} for dataset in declared)
    assert ends["caf_iris"] == {True, False}, "one edition is enough to ask nothing of the others"
    assert not any(alarms), "and those of which nothing is known are not held for it"


def test_no_false_alarm_on_the_real_files(
    national: National,
    embedded: tuple[pl.DataFrame, list[Account]],
    catalogue: Catalogue,
    territories: Territories,
) -> None:
    held = {extract.sha256 for _, _, extract, _ in catalogue.embedded()}
    files = [
        NewFile(name, result.account.extract, result.account.dataset, result.observations)
        for name, result in national.results.items()
        if result.account.sha256 not in held and catalogue.datasets[result.account.dataset].kind == "figures"
    ]
    followed = territories.territory.select("level", "code", "perimeter", "name")
    alarms = Reviewer(embedded[0], followed, catalogue).review(files)
    assert [(one.file, one.rule, one.variable, one.code, one.found) for one in alarms] == []
    assert [mark for result in national.results.values() for mark in result.marks] == []
