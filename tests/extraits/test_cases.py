"""Small files that were once taken for others, where ``../shared/cases`` holds them: what each must give."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.catalogue import Catalogue
from sources.inspect import Inspection, inspect_file
from sources.territory.declared import Territories
from sources.vocabulary import Level

SHARED = Path(__file__).parents[3] / "shared"


@pytest.fixture(scope="module")
def shared() -> Path:
    """The folder of the handed files."""
    if not (SHARED / "cases").is_dir():
        pytest.skip("les cas remis ne sont pas dans ../shared/cases")
    return SHARED


def inspected(path: Path, catalogue: Catalogue, territories: Territories) -> Inspection:
    return inspect_file(path, catalogue, territories)


@pytest.mark.parametrize(
    ("file", "dataset", "edition", "levels", "said"),
    [
        ("01-inner-name/in/data_DEMO_2021_V1_QP.csv", "sig_ville_demo", 2021, {"qpv"}, ""),
        ("02-xlsx-twins/FILO2020_DISP_REG.xlsx", "insee_filosofi_disp", 2020, {"region"}, ""),
        (
            "02-xlsx-twins/base-cc-filosofi-2021-geo2024.xlsx",
            "insee_filosofi_communes",
            2021,
            {"commune"},
            "ARM",
        ),
        (
            "03-zip-named-as-published/base-cc-filosofi-2021-geo2024_csv.zip",
            "insee_filosofi_communes",
            2021,
            {"commune"},
            "45 arrondissements municipaux",
        ),
        (
            "03-zip-named-as-published/all/base-cc-filosofi-2021-geo2024_csv.zip",
            "insee_filosofi_communes",
            2021,
            {"commune", "epci", "departement", "region"},
            "cc_filosofi_2021_ARR.csv",
        ),
        (
            "03-zip-named-as-published/cc_filosofi_2021_EPCI.csv",
            "insee_filosofi_communes",
            2021,
            {"epci"},
            "",
        ),
        (
            "03-zip-named-as-published/cc_filosofi_2021_DEP.csv",
            "insee_filosofi_communes",
            2021,
            {"departement"},
            "",
        ),
        (
            "03-zip-named-as-published/cc_filosofi_2021_REG.csv",
            "insee_filosofi_communes",
            2021,
            {"region"},
            "",
        ),
        (
            "03-zip-named-as-published/cc_filosofi_2021_METROPOLE.csv",
            "insee_filosofi_communes",
            2021,
            {"metropole"},
            "",
        ),
        ("04-caf-months/s_ben_com_f.csv", "caf_s_ben_com_f", 2024, {"commune"}, ""),
        ("04-caf-months/day/s_ben_com_f.csv", "caf_s_ben_com_f", 2024, {"commune"}, ""),
        (
            "04-caf-months/labels/s_ben_com_f.csv",
            "caf_s_ben_com_f",
            2024,
            {"commune"},
            "Absent de cet export",
        ),
        ("04-caf-months/lt5/s_ben_com_f_2024.csv", "caf_s_ben_com_f", 2024, {"commune"}, ""),
        ("05-table-de-passage/table_passage_annuelle_2025.xlsx", "insee_passage", 2025, set(), ""),
        ("05-table-de-passage/real/table_passage_annuelle_2025.xlsx", "insee_passage", 2025, set(), ""),
        ("05-table-de-passage/geo/table_passage_geo2003_geo2024.xlsx", "insee_passage", 2025, set(), ""),
        (
            "06-arrondissements/plm/cc_filosofi_2021_COM.csv",
            "insee_filosofi_communes",
            2021,
            {"commune"},
            "20 arrondissements municipaux (Paris)",
        ),
        ("08-bpe-one-row-per-equipment/BPE23.csv", "insee_bpe_lignes", 2023, {"commune"}, ""),
        ("08-bpe-one-row-per-equipment/bpe23_ensemble.csv", "insee_bpe_lignes", 2023, {"commune"}, ""),
        ("09-anct-qpv-list/listeqp2024-cog2024.csv", "anct_qpv_2024", 2024, set(), ""),
        ("09-anct-qpv-list/qpv_2024.csv", "anct_qpv_2024", 2024, set(), ""),
    ],
)
def test_a_case_is_read_as_what_it_is(
    file: str,
    dataset: str,
    edition: int,
    levels: set[str],
    said: str,
    shared: Path,
    catalogue: Catalogue,
    territories: Territories,
) -> None:
    found = inspected(shared / "cases" / file, catalogue, territories)
    assert found.accepted and found.recognised is not None and found.result is not None, found.lines[4]
    assert (found.recognised.dataset.id, found.recognised.edition) == (dataset, edition)
    assert set(found.result.observations["level"].unique()) == levels
    assert said in " ".join(found.result.notes).replace("\u00a0", " ")
    districts = found.result.observations.filter(level=Level.COMMUNE.value)["code"]
    assert not districts.str.contains("^(?:751|132|6938)").any()
    if dataset == "sig_ville_demo":
        assert set(found.result.observations["perimeter"]) == {"qpv_2015"}


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("03-zip-named-as-published/cc_filosofi_2021_ARR.csv", "COM, EPCI, DEP, REG et METROPOLE"),
        ("06-arrondissements/cc_filosofi_2021_ARR.csv", "COM, EPCI, DEP, REG et METROPOLE"),
        ("04-caf-months/juin/s_ben_com_f.csv", "juin 2025 seulement"),
        ("04-caf-months/rsa/rsa_s_type_com_f.csv", "s_ben_com_f"),
        ("07-statistiques-locales/data.csv", "base-cc-logement"),
    ],
)
def test_a_case_that_is_not_read_names_what_to_use(
    file: str, said: str, shared: Path, catalogue: Catalogue, territories: Territories
) -> None:
    found = inspected(shared / "cases" / file, catalogue, territories)
    assert not found.accepted and said in found.lines[4]


def test_every_new_file_is_read_or_named(
    shared: Path, catalogue: Catalogue, territories: Territories
) -> None:
    folder = shared / "arrivages"
    if not folder.is_dir():
        pytest.skip("les fichiers remis ne sont pas dans ../shared/arrivages")
    aside = {}
    values: dict[tuple[str, str, str, int], float] = {}
    for path in sorted(folder.iterdir()):
        found = inspected(path, catalogue, territories)
        if found.result is None:
            aside[path.name] = found.lines[4]
            continue
        rows = found.result.observations.select("level", "code", "variable", "millesime", "value")
        kept = rows.filter(rows["variable"].is_in(["filo_tp60", "tx_mortalite"]))
        values |= {(*row[:3], row[3]): row[4] for row in kept.iter_rows() if row[0] != "commune"}
    assert sorted(aside) == ["PROVENANCE.md", "communes.csv"]
    assert "table-appartenance-geo-communes" in aside["communes.csv"]
    assert values["departement", "59", "filo_tp60", 2020] == pytest.approx(18.4)
    assert values["epci", "200042190", "filo_tp60", 2015] == pytest.approx(24.32, abs=0.01)
    assert values["departement", "59", "filo_tp60", 2015] == pytest.approx(19.41, abs=0.01)
    assert values["region", "32", "filo_tp60", 2015] == pytest.approx(18.56, abs=0.01)
    assert values["epci", "200042190", "tx_mortalite", 2018] == pytest.approx(10.0, abs=0.05)
    assert values["region", "32", "tx_mortalite", 2018] == pytest.approx(9.1, abs=0.05)
