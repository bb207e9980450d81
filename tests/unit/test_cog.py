"""Communes merge, split and change codes: figures follow them, or are refused with a line in the account."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.official import official_code
from sources.catalogue import Catalogue, load_catalogue
from sources.cog import Geography, load_geography, with_passage
from sources.cog_history import latest_geography, with_history
from sources.cog_movements import with_movements
from sources.model import Dataset
from sources.problems import ExtractRefused
from sources.readers import ReadResult, read_extract
from sources.vocabulary import Level

COLUMNS = ("code", "name", "departement", "region", "epci", "canton", "arrondissement")
# Real changes between 2022 and 2024: Culoz and Béon are Culoz-Béon, Les Trois Lacs changed its code, L'Oie
# left Essarts en Bocage, Gouzangrez disappeared into Commeny which kept its name.
OLD = [
    ("01138", "Culoz", "01", "84", "200040350", "0110", "011"),
    ("01039", "Béon", "01", "84", "200040350", "0110", "011"),
    ("16206", "Mansle", "16", "75", "200072023", "1605", "163"),
    ("16140", "Fontclaireau", "16", "75", "200072023", "1605", "163"),
    ("27058", "Les Trois Lacs", "27", "28", "200089456", "2712", "271"),
    ("85084", "Essarts en Bocage", "85", "52", "200071918", "8503", "852"),
    ("95169", "Commeny", "95", "11", "200035970", "9516", "953"),
    ("95282", "Gouzangrez", "95", "11", "200035970", "9516", "953"),
    ("59172", "Denain", "59", "32", "200042190", "5914", "596"),
]
NEW = [
    ("01138", "Culoz-Béon", "01", "84", "200040350", "0110", "011"),
    ("16206", "Mansle-les-Fontaines", "16", "75", "200072023", "1605", "163"),
    ("27676", "Les Trois Lacs", "27", "28", "200089456", "2712", "271"),
    ("85084", "Essarts-en-Bocage", "85", "52", "200071918", "8503", "852"),
    ("85165", "L'Oie", "85", "52", "200071918", "8503", "852"),
    ("95169", "Commeny", "95", "11", "200035970", "9516", "953"),
    ("59172", "Denain", "59", "32", "200042190", "5914", "596"),
    ("69123", "Lyon", "69", "84", "200046977", "6999", "691"),
]


@pytest.fixture(scope="module")
def geography() -> Geography:
    old = Geography(2022, pl.DataFrame(OLD, schema=COLUMNS, orient="row"))
    districts = {f"6938{i}": "69123" for i in range(1, 10)}
    return with_history(Geography(2024, pl.DataFrame(NEW, schema=COLUMNS, orient="row"), districts), [old])


DATASET = Dataset.model_validate(
    {
        "id": "essai",
        "title": "Essai",
        "producer": "Producteur",
        "group": "essai",
        "licence": "Licence Ouverte 2.0",
        "citation": "Producteur",
        "description": "Jeu d’essai.",
        "files": r"essai_(?P<edition>\d{4})\.csv",
        "layout": {
            "territory": {
                "column": "CODGEO",
                "rules": [
                    {"match": r"\d[0-9AB]\d{3}", "level": "commune"},
                    {"match": r"\d{9}", "level": "epci"},
                ],
            },
            "year": {"source": "edition"},
            "marks": {"": "suppressed"},
            "columns": {
                "menages": {"column": "MEN", "label": "Ménages", "unit": "ménages", "additive": True},
                "mediane": {"column": "MED", "label": "Médiane", "unit": "€"},
            },
        },
    }
)


class Nowhere:
    """A barometer that follows no territory."""

    def known(self, level: Level) -> frozenset[str]:
        return frozenset()


def read(folder: Path, rows: str, official: Any, edition: int = 2021) -> ReadResult:
    path = folder / f"essai_{edition}.csv"
    path.write_text("CODGEO;MEN;MED\n" + rows, encoding="utf-8")
    return read_extract(path, DATASET, edition, None, Nowhere(), scope="france", official=official)


def figures(result: ReadResult, code: str) -> dict[str, tuple[float | None, str]]:
    rows = result.observations.filter(code=code).select("variable", "value", "status").rows()
    return {variable: (value, status) for variable, value, status in rows}


def test_changes_are_deduced_from_two_years(geography: Geography) -> None:
    found = {change.old: (change.new, change.recoded) for change in geography.changes}
    assert found == {
        "01039": ("01138", False),
        "16140": ("16206", False),
        "27058": ("27676", True),
    }
    assert geography.split == {"85084": frozenset({"85165"})}
    # Spelling is not a merger, and a commune absorbed without a trace is not guessed.
    assert geography.unexplained == ("95282",)


def test_counts_of_merged_communes_add_up_and_their_medians_do_not(
    tmp_path: Path, geography: Geography
) -> None:
    result = read(tmp_path, "01138;1000;21000\n01039;200;23000\n59172;8000;14320\n", geography)
    assert figures(result, "01138") == {"menages": (1200.0, "observed"), "mediane": (None, "not_published")}
    assert figures(result, "59172") == {"menages": (8000.0, "observed"), "mediane": (14320.0, "observed")}
    assert "01039" not in set(result.observations["code"])
    assert (result.account.rows_read, result.account.rows_kept, result.account.rows_refused) == (3, 3, 0)
    assert len(result.notes) == 1 and "01039" in result.notes[0] and "01138" in result.notes[0]


def test_a_suppressed_half_makes_the_whole_suppressed(tmp_path: Path, geography: Geography) -> None:
    result = read(tmp_path, "01138;1000;21000\n01039;;\n", geography)
    assert figures(result, "01138")["menages"] == (None, "suppressed")


def test_a_commune_that_only_changed_its_code_keeps_its_median(tmp_path: Path, geography: Geography) -> None:
    result = read(tmp_path, "27058;650;24720\n", geography)
    assert figures(result, "27676") == {"menages": (650.0, "observed"), "mediane": (24720.0, "observed")}
    assert "27676" in result.notes[0]


def test_a_code_without_a_known_successor_is_refused_with_a_line(
    tmp_path: Path, geography: Geography
) -> None:
    rows = "59172;1;2\n95282;70;30000\n99999;1;2\n200042190;5;6\n123456789;5;6\n"
    result = read(tmp_path, rows, geography, edition=2024)
    account = result.account
    assert (account.rows_read, account.rows_kept, account.rows_refused) == (5, 2, 3)
    advised = [note for note in result.notes if "table de passage" in note]
    assert len(advised) == 1 and "(commune)" in advised[0], "once, and only where it helps"
    assert account.cells_read == account.cells_observed == 4
    assert [
        code for code in ("95282", "99999", "123456789") if any(code in note for note in result.notes)
    ] == [
        "95282",
        "99999",
        "123456789",
    ]
    assert set(result.observations["code"]) == {"59172", "200042190"}


def test_an_intercommunality_dissolved_since_keeps_its_figures_and_is_said_to(
    tmp_path: Path, geography: Geography
) -> None:
    result = read(tmp_path, "200042190;5;6\n123456789;5;6\n", geography)
    assert (result.account.rows_kept, result.account.rows_refused) == (2, 0)
    assert set(result.observations["code"]) == {"123456789", "200042190"}
    (note,) = result.notes
    assert "1\u00a0code (intercommunalité) n’existe plus" in note


def test_a_commune_cut_in_two_is_refused_when_the_file_gives_it_whole(
    tmp_path: Path, geography: Geography
) -> None:
    whole = read(tmp_path, "85084;4000;22000\n", geography)
    assert whole.account.rows_refused == 1 and "scindée" in whole.notes[0]
    apart = read(tmp_path, "85084;3500;22000\n85165;500;23000\n", geography)
    assert apart.account.rows_refused == 0 and figures(apart, "85084")["menages"] == (3500.0, "observed")


def test_districts_of_a_city_are_never_counted_with_it(tmp_path: Path, geography: Geography) -> None:
    both = read(tmp_path, "69123;300;1\n69381;100;2\n69382;200;3\n", geography)
    assert both.account.rows_outside == 2 and figures(both, "69123")["menages"] == (300.0, "observed")
    # Rates and medians of the parts make none of the whole.
    alone = read(tmp_path, "69381;100;2\n69382;200;3\n", geography)
    assert figures(alone, "69123") == {} and "2 arrondissements municipaux (Lyon)" in alone.notes[0]


def test_districts_may_be_at_the_end_whatever_their_codes(tmp_path: Path, geography: Geography) -> None:
    rows = "".join(f"{code};300;1\n" for code in (*range(59001, 59030), *range(13201, 13217)))
    assert read(tmp_path, rows, geography).account.rows_outside == 16


def test_without_an_official_code_rows_stay_as_they_are(tmp_path: Path) -> None:
    result = read(tmp_path, "01138;1000;21000\n01039;200;23000\n", None)
    assert set(result.observations["code"]) == {"01138", "01039"} and result.notes == ()


def workbook(path: Path, header: list[str], rows: list[list[str]]) -> Path:
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        for name in ("COM", "ARM"):
            sheet = book.add_worksheet(name)
            sheet.write(0, 0, "Liste des communes")
            columns = header if name == "COM" else [*header, "COM"]
            sheet.write_row(5, 0, columns)
            for i, row in enumerate(
                rows if name == "COM" else [["69381", *["x"] * (len(header) - 1), "69123"]]
            ):
                sheet.write_row(6 + i, 0, row)
    return path


@pytest.mark.parametrize("canton", ["CV", "CANOV"])
def test_a_table_of_either_layout_gives_the_same(canton: str, tmp_path: Path, catalogue: Catalogue) -> None:
    header = ["CODGEO", "LIBGEO", "DEP", "REG", "EPCI", "ARR", canton, "ZE2020"]
    rows = [["59172", "Denain", "59", "32", "200042190", "596", "5914", "x"]]
    rows += [["29155", "Île-de-Sein", "29", "53", "ZZZZZZZZZ", "294", "2901", "x"]]
    path = workbook(tmp_path / "table-appartenance-geo-communes-24.xlsx", header, rows)
    found = load_geography(path, catalogue.datasets["insee_appartenance"], 2024)
    assert found.communes.rows() == [
        ("59172", "Denain", "59", "32", "200042190", "5914", "596"),
        ("29155", "Île-de-Sein", "29", "53", None, "2901", "294"),
    ]
    assert found.districts == {"69381": "69123"}
    assert found.known(Level.EPCI) == {"200042190"} and "69381" in found.known(Level.COMMUNE)
    assert found.known(Level.QPV) == frozenset()


def test_the_official_code_is_found_whatever_the_name_of_its_table(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    header = ["CODGEO", "LIBGEO", "DEP", "REG", "EPCI", "ARR", "CV", "ZE2020"]
    workbook(
        tmp_path / "copie 2024.xlsx",
        header,
        [["59172", "Denain", "59", "32", "200042190", "596", "5914", "x"]],
    )
    (tmp_path / "autre.xlsx").write_bytes(b"PK\x03\x04")
    found = official_code([tmp_path], catalogue)
    assert found is not None and found.year == 2024 and found.communes["code"].to_list() == ["59172"]


def test_the_latest_table_held_knows_what_the_earlier_ones_say(tmp_path: Path, catalogue: Catalogue) -> None:
    dataset = catalogue.datasets["insee_appartenance"]
    header = ["CODGEO", "LIBGEO", "DEP", "REG", "EPCI", "CANOV", "ARR"]
    tables = [
        (workbook(tmp_path / f"{year}.xlsx", header, [list(row) for row in rows]), year)
        for year, rows in ((2024, NEW), (2022, OLD))
    ]
    found = latest_geography(load_geography(path, dataset, year) for path, year in tables)
    assert found is not None
    assert found.year == 2024 and found.successors["01039"] == "01138"
    assert latest_geography([]) is None


def test_a_table_without_its_columns_is_refused(tmp_path: Path, catalogue: Catalogue) -> None:
    path = workbook(tmp_path / "t.xlsx", ["CODGEO", "LIBGEO"], [["59172", "Denain"]])
    with pytest.raises(ExtractRefused, match="EPCI"):
        load_geography(path, catalogue.datasets["insee_appartenance"], 2024)


def test_the_table_de_passage_wins_over_what_was_deduced(tmp_path: Path, geography: Geography) -> None:
    import xlsxwriter

    path = tmp_path / "table_passage_annuelle_2024.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("COM")
        sheet.write_row(5, 0, ["CODGEO_INI", "CODGEO_2024", "LIBGEO_2024"])
        sheet.write_row(6, 0, ["95282", "95169", "Commeny"])
        sheet.write_row(7, 0, ["95169", "95169", "Commeny"])
        sheet.write_row(8, 0, ["59172", "59172", "Denain"])
    known = with_passage(geography, path, load_catalogue().datasets["insee_passage"])
    assert known.successors["95282"] == "95169" and known.unexplained == ()
    assert known.successors["01039"] == "01138"
    result = read(tmp_path, "95282;70;30000\n95169;80;31000\n", known)
    assert figures(result, "95169") == {"menages": (150.0, "observed"), "mediane": (None, "not_published")}


def test_a_table_by_year_leads_from_each_year_to_this_one(tmp_path: Path, geography: Geography) -> None:
    import xlsxwriter

    path = tmp_path / "table_passage_annuelle_2025.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("COM")
        sheet.write_row(5, 0, ["CODGEO_2003", "CODGEO_2023", "CODGEO_2024", "CODGEO_2025"])
        sheet.write_row(6, 0, ["95282", "95282", "95169", "95999"])
        sheet.write_row(7, 0, ["95169", "95169", "95169", "95999"])
        sheet.write_row(8, 0, ["59172", "59172", "59172", "59172"])
    known = with_passage(geography, path, load_catalogue().datasets["insee_passage"])
    assert known.successors["95282"] == "95169", "to the year of the geography, not to the last one"
    assert known.unexplained == ()


def test_dated_events_lead_to_the_communes_of_the_year(tmp_path: Path, geography: Geography) -> None:
    path = tmp_path / "mouvements-communes.csv"
    path.write_text(
        "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TYPECOM_AP,COM_AP\n"
        # Out of order, a leading zero lost, a delegated commune, and a merger after the year.
        "32,2023-01-01,COM,1039,COM,01138\n"
        "32,2023-01-01,COM,01039,COMD,01039\n"
        "31,1973-01-01,COM,59999,COM,59998\n"
        "31,2010-01-01,COM,59998,COM,59172\n"
        "31,2030-01-01,COM,95282,COM,95169\n"
        "31,1973-01-01,COM,01138,COM,59172\n"
        "21,1980-01-01,COM,59172,COM,01138\n",
        encoding="utf-8",
    )
    known = with_movements(geography, path, load_catalogue().datasets["insee_mouvements"])
    assert known.successors["59999"] == "59172" and known.successors["59998"] == "59172"
    assert known.successors["01039"] == "01138" and "95282" not in known.successors
    assert "01138" not in known.successors, "a commune restored is itself again"
