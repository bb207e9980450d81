"""The reading engine on small files that show one difficulty each."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sources.model import Dataset, Millesime
from sources.problems import ExtractRefused
from sources.readers import read_extract
from sources.vocabulary import Level

BASE = {
    "id": "essai",
    "title": "Essai",
    "producer": "Producteur",
    "group": "essai",
    "licence": "Licence Ouverte 2.0",
    "citation": "Producteur",
    "description": "Jeu d’essai.",
    "files": r"essai_(?P<edition>\d{4})\.csv",
}
LAYOUT = {
    "decimal": ",",
    "thousands": [" ", "\u00a0", "\u202f"],
    "territory": {"column": "CODGEO", "rules": [{"match": r"\d[0-9AB]\d{3}", "level": "commune"}]},
    "year": {"source": "header"},
    "marks": {"": "missing", "s": "suppressed", "nd": "not_published"},
    "columns": {
        "total": {"column": "P{yy}_TOT", "label": "Total", "unit": "personnes", "additive": True},
        "part": {
            "column": ["P{yy}_PART", "P{yy}_ANCIEN"],
            "label": "Partie",
            "unit": "personnes",
            "additive": True,
            "part_of": "total",
        },
    },
}


class Known:
    """Territories of the tests: two communes and one QPV."""

    def known(self, level: Level) -> frozenset[str]:
        codes = {Level.COMMUNE: {"59172", "59491"}, Level.QPV: {"QP059050"}, Level.FRANCE: {"F"}}
        return frozenset(codes.get(level, set()))


def dataset(**layout: object) -> Dataset:
    return Dataset.model_validate({**BASE, "layout": {**LAYOUT, **layout}})


def read(tmp_path: Path, text: str, declared: Dataset | None = None, encoding: str = "utf-8") -> pl.DataFrame:
    path = tmp_path / "essai_2022.csv"
    path.write_bytes(text.encode(encoding))
    return read_extract(path, declared or dataset(), 2022, None, Known()).observations


def refusal(tmp_path: Path, text: str, declared: Dataset | None = None, encoding: str = "utf-8") -> str:
    with pytest.raises(ExtractRefused) as caught:
        read(tmp_path, text, declared, encoding)
    message = str(caught.value)
    assert "essai_2022.csv" in message
    return message


def cell(frame: pl.DataFrame, code: str, variable: str, millesime: int) -> tuple[float | None, str]:
    row = frame.filter(code=code, variable=variable, millesime=millesime)
    assert row.height == 1
    return row["value"].item(), row["status"].item()


def test_reads_years_marks_spaces_and_decimals(tmp_path: Path) -> None:
    header = "\ufeffCODGEO;P22_TOT;P22_PART;P16_TOT;P16_PART;\r\n"
    text = header + "59172;1\u202f234,5;s;1 200;nd;\r\n59491;900;10;;5;\r\n"
    frame = read(tmp_path, text)
    assert cell(frame, "59172", "total", 2022) == (1234.5, "observed")
    assert cell(frame, "59172", "part", 2022) == (None, "suppressed")
    assert cell(frame, "59172", "total", 2016) == (1200.0, "observed")
    assert cell(frame, "59172", "part", 2016) == (None, "not_published")
    assert cell(frame, "59491", "total", 2016) == (None, "missing")
    assert frame.filter(code="59491", variable="part", millesime=2016)["line"].item() == 3
    assert frame.filter(code="59491", variable="part", millesime=2016)["column"].item() == "P16_PART"


def test_an_old_column_name_gives_the_same_variable_and_the_current_one_wins(tmp_path: Path) -> None:
    frame = read(tmp_path, "CODGEO;P22_TOT;P22_ANCIEN;P22_PART\n59172;10;3;4\n")
    assert cell(frame, "59172", "part", 2022) == (4.0, "observed")
    frame = read(tmp_path, "CODGEO;P22_TOT;P22_ANCIEN\n59172;10;3\n")
    assert cell(frame, "59172", "part", 2022) == (3.0, "observed")


def test_account_sums_and_counts_what_is_outside(tmp_path: Path) -> None:
    path = tmp_path / "essai_2022.csv"
    path.write_text("CODGEO;P22_TOT;P22_PART\n59172;10;1\n59491;s;s\n01004;5;1\n", encoding="utf-8")
    account = read_extract(path, dataset(), 2022, None, Known()).account
    assert (account.rows_read, account.rows_kept, account.rows_outside) == (3, 1, 1)
    assert (account.rows_suppressed, account.rows_refused) == (1, 0)
    assert (account.cells_read, account.cells_observed, account.cells_suppressed) == (4, 2, 2)


def test_estimated_figures_are_those_of_the_declared_copy_only(tmp_path: Path) -> None:
    path = tmp_path / "essai_2022.csv"
    path.write_text("CODGEO;P22_TOT;P22_PART;P16_TOT;P16_PART\n59172;10;4;9;3\n", encoding="utf-8")
    sha = read_extract(path, dataset(), 2022, None, Known()).account.sha256
    block = {
        "edition": 2022,
        "extracts": [{"file": "x.csv", "sha256": sha, "rows": 1}],
        "estimated": ["part@2022", "total"],
        "tolerance": 1,
    }
    frame = read_extract(path, dataset(), 2022, Millesime.model_validate(block), Known()).observations
    assert cell(frame, "59172", "part", 2022) == (4.0, "estimated")
    assert cell(frame, "59172", "part", 2016) == (3.0, "observed")
    assert cell(frame, "59172", "total", 2016) == (9.0, "estimated")
    block["extracts"] = [{"file": "x.csv", "sha256": "0" * 64, "rows": 1}]
    frame = read_extract(path, dataset(), 2022, Millesime.model_validate(block), Known()).observations
    assert set(frame["status"]) == {"observed"}


def test_a_part_may_exceed_its_total_by_the_tolerance_of_the_copy_only(tmp_path: Path) -> None:
    text = "CODGEO;P22_TOT;P22_PART\n59172;10;10,9\n"
    assert "plus que son total" in refusal(tmp_path, text)
    path = tmp_path / "essai_2022.csv"
    import hashlib

    sha = hashlib.sha256(path.read_bytes()).hexdigest()
    block = Millesime.model_validate(
        {"edition": 2022, "extracts": [{"file": "x.csv", "sha256": sha, "rows": 1}], "tolerance": 1}
    )
    assert read_extract(path, dataset(), 2022, block, Known()).observations.height == 2


def test_edition_offset_row_year_and_unstated_year(tmp_path: Path) -> None:
    columns = {"revenu": {"column": "Q2", "label": "Médiane", "unit": "€"}}
    text = "CODGEO;Q2;an\n59172;10;2018-12\n"
    frame = read(tmp_path, text, dataset(columns=columns, year={"source": "edition", "offset": -4}))
    assert frame["millesime"].to_list() == [2018] and frame["edition"].to_list() == [2022]
    frame = read(tmp_path, text, dataset(columns=columns, year={"source": "column", "column": "an"}))
    assert frame["millesime"].to_list() == [2018]
    frame = read(tmp_path, text, dataset(columns=columns, year={"source": "unstated"}))
    assert frame["millesime"].to_list() == [None]
    bad = dataset(columns=columns, year={"source": "column", "column": "an"})
    assert "une année à quatre chiffres" in refusal(tmp_path, "CODGEO;Q2;an\n59172;10;20X8\n", bad)


def test_dimensions_name_variables_and_sums_keep_secrecy(tmp_path: Path) -> None:
    layout = {
        "columns": {"pop_{sexe}": {"column": "N", "label": "Population", "unit": "personnes"}},
        "dimensions": {"sexe": {"column": "SEX", "values": {"F": "f", "M": "h"}}},
        "year": {"source": "unstated"},
    }
    text = "CODGEO;SEX;N\n59172;F;5\n59172;M;7\n"
    frame = read(tmp_path, text, dataset(**layout))
    assert dict(frame.select("variable", "value").iter_rows()) == {"pop_f": 5.0, "pop_h": 7.0}
    assert "l’une des valeurs" in refusal(tmp_path, "CODGEO;SEX;N\n59172;X;5\n", dataset(**layout))
    ignoring = {**layout, "dimensions": {"sexe": {"column": "SEX", "values": {"F": "f"}, "others": "ignore"}}}
    assert read(tmp_path, text, dataset(**ignoring))["variable"].to_list() == ["pop_f"]
    summed = {**layout, "aggregate": "sum"}
    frame = read(tmp_path, "CODGEO;SEX;N\n59172;F;5\n59172;F;2\n59491;F;s\n59491;F;3\n", dataset(**summed))
    assert cell_unstated(frame, "59172") == (7.0, "observed")
    assert cell_unstated(frame, "59491") == (None, "suppressed")


def cell_unstated(frame: pl.DataFrame, code: str) -> tuple[float | None, str]:
    row = frame.filter(pl.col("code") == code)
    return row["value"].item(), row["status"].item()


def test_rules_choose_level_code_and_perimeter(tmp_path: Path) -> None:
    rules = [
        {"match": r"QP\d{6}", "level": "qpv", "perimeter": "qpv_2015"},
        {"match": "F|France", "level": "france", "code": "F"},
        {"match": r"COM(\d{5})", "level": "commune"},
    ]
    frame = read(
        tmp_path,
        "CODGEO;P22_TOT;P22_PART\nQP059050;10;1\nFrance;9;1\nCOM59172;8;1\n",
        dataset(territory={"column": "CODGEO", "rules": rules}),
    )
    keys = frame.select("level", "code", "perimeter").unique(maintain_order=True).rows()
    assert set(keys) == {
        ("qpv", "QP059050", "qpv_2015"),
        ("france", "F", None),
        ("commune", "59172", None),
    }


def test_a_disclosure_code_explains_a_blank(tmp_path: Path) -> None:
    layout = {
        "columns": {"taux": {"column": "TP60", "label": "Taux", "unit": "%", "note": "NOTE"}},
        "note_codes": {"1": "suppressed", "2": "not_applicable"},
        "year": {"source": "unstated"},
    }
    frame = read(tmp_path, "CODGEO;TP60;NOTE\n59172;;1\n59491;;2\n", dataset(**layout))
    assert frame["status"].to_list() == ["suppressed", "not_applicable"]


GOOD = "CODGEO;P22_TOT;P22_PART\n59172;10;1\n59491;20;2\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["fichier vide"]),
        ("CODGEO;P22_TOT;P22_PART\n", ["sans aucune ligne de données"]),
        ("<!DOCTYPE html><html><body>Erreur 404</body></html>", ["page web", "fichier CSV"]),
        (GOOD.replace(";", ","), ["virgule", "point-virgule"]),
        (GOOD.replace(";", "\t"), ["tabulation", "point-virgule"]),
        (GOOD[:-3], ["ligne 3", "2\u00a0cellules", "3 cellules", "tronqué"]),
        (GOOD.replace("P22_PART", "P22_PARTS"), ["P22_PARTS", "P22_PART", "ligne 1"]),
        ("CODGEO;P22_TOT;P22_TOT;P22_PART\n59172;1;1;1\n", ["P22_TOT", "en double", "positions 2, 3"]),
        (GOOD + "59172;5;1\n", ["ligne 4", "59172", "déjà à la ligne 2", "une seule ligne par territoire"]),
        (GOOD.replace("59172", "9172"), ["ligne 2", "9172", "zéro initial"]),
        (GOOD.replace("59172", "59172.0"), ["ligne 2", "59172.0", "tableur"]),
        (GOOD.replace("59172", "5.9172E4"), ["ligne 2", "5.9172E4", "tableur"]),
        (GOOD + GOOD, ["ligne 4", "CODGEO", "mis bout à bout"]),
        (GOOD.replace(";20;2", ";2,625;21"), ["ligne 3", "P22_PART", "séparateur de milliers"]),
        (GOOD.replace(";20;", ";20.5;"), ["ligne 3", "P22_TOT", "20.5"]),
        (GOOD.replace(";20;", ";1e400;"), ["ligne 3", "1e400"]),
        (GOOD.replace(";20;", ";-20;"), ["ligne 3", "-20", "au moins 0"]),
        (GOOD.replace(";20;2", ";20;21"), ["ligne 3", "P22_PART", "plus que son total", "20"]),
        (GOOD.replace("\n59491", "\n;;\n59491"), ["ligne 3", "une cellule vide", "code de territoire"]),
        ("CODGEO;P22_TOT;;P22_PART\n59172;1;oops;1\n", ["ligne 2", "oops", "colonne sans nom"]),
        ("Nom;P22_TOT;P22_PART\nDenain;1;1\n", ["CODGEO"]),
        ('CODGEO;P22_TOT;P22_PART\n"59172;10;1\n59491;20;2\n', ["essai_2022.csv"]),
        ("CODGEO;P22_TOT;P22_PART\n59172;10\x00;1\n", ["octets nuls"]),
        ("CODGEO;LIB;P22_TOT;P22_PART\n59172;RaismesÃ©;10;1\n", ["mal converti", "ligne 2"]),
        ("CODGEO;" + ";".join(f"c{i}" for i in range(10_000)) + "\n", ["10001 colonnes", "au plus 5000"]),
    ],
)
def test_bad_input_is_refused_in_words(tmp_path: Path, text: str, expected: list[str]) -> None:
    message = refusal(tmp_path, text)
    for words in expected:
        assert words in message
    assert "Traceback" not in message


def test_another_encoding_is_refused_with_the_line(tmp_path: Path) -> None:
    text = "CODGEO;LIB;P22_TOT;P22_PART\n59172;Denain;1;1\n59491;Écoles;1;1\n"
    message = refusal(tmp_path, text, encoding="cp1252")
    assert "ligne 3" in message and "UTF-8" in message


def test_a_text_in_utf_16_is_refused_as_such(tmp_path: Path) -> None:
    assert "UTF-16" in refusal(tmp_path, GOOD, encoding="utf-16")


def test_line_ends_of_old_macs_are_line_ends(tmp_path: Path) -> None:
    assert (
        read(tmp_path, GOOD.replace("\n", "\r"))["line"].to_list() == read(tmp_path, GOOD)["line"].to_list()
    )


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("14 204.5", "séparé les milliers"),
        ("1.42E+04", "1,42E+04"),
        ("12.5", "séparateur décimal"),
        ("12-août", "dates"),
        ("Denain", "pas la bonne colonne"),
    ],
)
def test_what_a_spreadsheet_made_of_a_column_is_said(tmp_path: Path, cell: str, said: str) -> None:
    rows = "".join(f"59{code};{cell};1\n" for code in (172, 491))
    assert said in refusal(tmp_path, f"CODGEO;P22_TOT;P22_PART\n{rows}")


def test_every_fault_of_a_file_is_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(ExtractRefused) as caught:
        read(tmp_path, "CODGEO;P22_TOT;P22_PART\n59172;Denain;Hainaut\n59491;Raismes;Hainaut\n")
    found = [(problem.column, problem.line) for problem in caught.value.problems]
    assert found == [("P22_TOT", 2), ("P22_PART", 2)], "one for each column that is not figures"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"CODGEO": "59172"}]', "un texte JSON"),
        ('{"error": "quota"}', "un texte JSON"),
        ("%PDF-1.7\n", "un document PDF"),
        ("CODGEO;P22_TOT\n59172\t12\t\n59491;3\n", "Cette ligne est séparée par « tabulation »"),
    ],
)
def test_what_an_agent_took_for_a_table_is_named(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path, text).replace("\u00a0", " ")
