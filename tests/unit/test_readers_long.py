"""Long layouts (Melodi): one variable is one combination of dimension values, flags decide of the figure."""

from __future__ import annotations

import io
import zipfile
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from sources.catalogue import Catalogue
from sources.model import Layout
from sources.problems import ExtractRefused
from sources.readers import ReadResult, read_extract
from sources.readers.long import of_use
from sources.readers.stream import pieces_of
from sources.readers.text import parse_text
from sources.recognise import recognise
from sources.territory.declared import Territories

HEADER = '"GEO";"GEO_OBJECT";"SEX";"AGE";"EDUC";"RP_MEASURE";"FREQ";"OBS_STATUS";"TIME_PERIOD";"OBS_VALUE"'
EDUC = ("001T100_RP", "200_RP", "300_RP", "350T351_RP", "500_RP", "600_RP", "700_RP")


def diplomas(
    geo: str = "59172", level: str = "COM", sex: str = "_T", year: int = 2023, flag: str = "A"
) -> list[str]:
    # A flagged line keeps its cell: the flag alone must decide.
    return [
        f'"{geo}";"{level}";"{sex}";"Y_GE15";"{code}";"POP";"A";"{flag}";"{year}";{100 + i}.5'
        for i, code in enumerate(EDUC)
    ]


def melodi(folder: Path, lines: list[str], header: str = HEADER, table: str = "DS_RP_DIPLOMES_PRINC") -> Path:
    path = folder / f"{table}_2023_CSV_FR.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{table}_2023_data.csv", "\ufeff" + "\n".join([header, *lines]) + "\n")
        archive.writestr(
            f"{table}_2023_metadata.csv", "COD_VAR;LIB_VAR;COD_MOD;LIB_MOD\nEDUC;Diplôme;_T;Ensemble\n"
        )
    return path


def taken(path: Path, catalogue: Catalogue, territories: Territories) -> ReadResult:
    found = recognise(path, catalogue)
    return read_extract(path, found.dataset, found.edition, None, territories, scope="france")


def refused(path: Path, catalogue: Catalogue, territories: Territories) -> str:
    with pytest.raises(ExtractRefused) as caught:
        taken(path, catalogue, territories)
    return str(caught.value).replace("\u00a0", " ")


def test_a_variable_is_one_combination_of_values(
    tmp_path: Path, catalogue: Catalogue, territories: Territories
) -> None:
    total = diplomas()[0].replace("001T100_RP", "_T")
    lines = [*diplomas(), *diplomas(sex="F"), total, *diplomas(year=2017), *diplomas("59", "DEP")]
    result = taken(melodi(tmp_path, lines), catalogue, territories)
    commune = result.observations.filter(level="commune", millesime=2023)
    assert commune.height == 7
    assert commune.filter(variable="rp_nscol15p_sup5")["value"].item() == 106.5
    assert result.observations.filter(level="departement", code="59").height == 7
    account = result.account
    # The other sex and the total of diplomas are not variables of ours: outside, and counted.
    assert (account.rows_read, account.rows_kept, account.rows_outside) == (29, 21, 8)


def test_figures_of_other_geographies_are_outside_and_unknown_ones_are_faults(
    tmp_path: Path, catalogue: Catalogue, territories: Territories
) -> None:
    lines = [*diplomas(), *diplomas("5906", "ZE2020"), *diplomas("F", "FRANCE"), *diplomas("FM", "FRANCE")]
    result = taken(melodi(tmp_path, lines), catalogue, territories)
    assert result.account.rows_outside == 7
    assert set(result.observations["level"]) == {"commune", "france", "metropole"}
    message = refused(melodi(tmp_path, [*diplomas(), *diplomas("X", "GALAXIE")]), catalogue, territories)
    assert "ligne 9" in message and "« X »" in message


def test_a_code_that_changed_is_named_with_those_present(
    tmp_path: Path, catalogue: Catalogue, territories: Territories
) -> None:
    lines = [line.replace("500_RP", "550_RP") for line in diplomas()]
    message = refused(melodi(tmp_path, lines), catalogue, territories)
    assert "EDUC = 500_RP" in message and "550_RP" in message and "rp_nscol15p_sup2" in message


def test_a_dimension_left_open_is_refused_rather_than_added(
    tmp_path: Path, catalogue: Catalogue, territories: Territories
) -> None:
    lines = [*diplomas(sex="F"), *diplomas(sex="M")]
    assert "une seule ligne par territoire" in refused(melodi(tmp_path, lines), catalogue, territories)


def test_a_part_above_its_total_is_found_across_lines(
    tmp_path: Path, catalogue: Catalogue, territories: Territories
) -> None:
    header = "GEO;GEO_OBJECT;POPREF_MEASURE;FREQ;TIME_PERIOD;OBS_VALUE"
    figures = {"PMUN": 120, "PCAP": 3, "PTOT": 103}
    lines = [f"59172;COM;{measure};A;2022;{value}" for measure, value in figures.items()]
    path = melodi(tmp_path, lines, header, "DS_POPULATIONS_REFERENCE")
    assert "plus que son total (103" in refused(path, catalogue, territories)


def test_a_long_file_read_by_pieces_is_the_same_table() -> None:
    layout = Layout.model_validate(
        {
            "territory": {"column": "GEO", "rules": [{"match": ".+", "level": "commune"}]},
            "year": {"source": "unstated"},
            "columns": {},
        }
    )
    text = "\ufeffGEO;AGE;V\r\n" + "".join(f"{10000 + i};é{i};{i}\r\n" for i in range(200))
    whole = parse_text("f.csv", text.encode(), layout)
    pieces = list(pieces_of("f.csv", io.BytesIO(text.encode()), layout, block=97))
    assert len(pieces) > 20
    assert pl.concat(piece.frame for piece in pieces).equals(whole.frame)
    unended = list(pieces_of("f.csv", io.BytesIO(text.rstrip().encode()), layout, block=97))
    assert pl.concat(piece.frame for piece in unended).equals(whole.frame)
    bad = text.replace("10150;é150;150", "10150;é150")
    with pytest.raises(ExtractRefused) as caught:
        list(pieces_of("f.csv", io.BytesIO(bad.encode()), layout, block=97))
    assert caught.value.problems[0].line == 152
    with pytest.raises(ExtractRefused, match="sans aucune ligne"):
        list(pieces_of("f.csv", io.BytesIO(b"GEO;AGE;V\n"), layout))
    with pytest.raises(ExtractRefused, match="démesurée"):
        list(pieces_of("f.csv", io.BytesIO(b"GEO;AGE;V\n" + b"x" * 1000), layout, block=97))


def test_a_long_file_gives_the_same_by_pieces_and_with_spaces_around_its_codes(
    tmp_path: Path, catalogue: Catalogue, territories: Territories, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        line for code in ("59172", "59350") for sex in ("F", "_T", "M") for line in diplomas(code, sex=sex)
    ]
    once = taken(melodi(tmp_path, lines), catalogue, territories)
    monkeypatch.setattr("sources.readers.table.pieces_of", partial(pieces_of, block=120))
    spaced = [line.replace('"COM"', '" COM\u00a0"').replace('"_T"', '"_T "') for line in lines]
    by_pieces = taken(melodi(tmp_path, spaced), catalogue, territories)
    ours = [name for name in once.observations.columns if name != "extract"]
    assert once.observations.height == 14
    assert by_pieces.observations.select(ours).equals(once.observations.select(ours))
    assert by_pieces.account.rows_outside == once.account.rows_outside == 28


def test_rows_of_use_are_told_among_any_number_of_variables(catalogue: Catalogue) -> None:
    dataset = catalogue.datasets["insee_melodi_rp_diplomes"]
    model = next(iter(dataset.layout.columns.values()))
    columns = {f"v{i}": model.model_copy(update={"where": {"EDUC": (f"c{i}",)}}) for i in range(150)}
    columns["any"] = model.model_copy(update={"where": {"EDUC": ("*",), "SEX": ("F",)}})
    layout = dataset.layout.model_copy(update={"columns": columns})
    rows = pl.DataFrame({"EDUC": [f"c{i}" for i in range(160)], "AGE": ["_T"] * 159 + ["Y"]})
    rows = rows.with_columns(
        SEX=pl.when(pl.col("EDUC").is_in(["c155", "c159"])).then(pl.lit("F")).otherwise(pl.lit("M"))
    )
    held = dataset.model_copy(update={"layout": layout})
    for texts in (rows, rows.cast(pl.Categorical)):
        useful = texts.filter(of_use(held))["EDUC"].cast(pl.String).to_list()
        assert useful == [*(f"c{i}" for i in range(150)), "c155", "c159"]
        # Once the age is known to have a total, a row of one age is of no use.
        assert texts.filter(of_use(held, ["AGE"]))["EDUC"].cast(pl.String).to_list() == useful[:-1]
