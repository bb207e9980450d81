"""Texts that are neither numbers nor declared marks: a few are told, a column of them refuses the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.catalogue import Catalogue, load_catalogue
from sources.problems import ExtractRefused
from sources.readers import ReadResult, read_extract
from sources.territory.declared import Territories
from sources.vocabulary import Status

LINES = (
    (load_catalogue().extracts / "insee" / "cc_filosofi_2021_COM.csv")
    .read_text(encoding="utf-8")
    .splitlines()
)
MEDIAN = LINES[0].split(";").index("MED21")


@pytest.fixture
def filosofi(catalogue: Catalogue, territories: Territories, tmp_path: Path):
    """Read the extract of 2021 with some medians replaced."""

    def read(cells: dict[int, str], **declared: Status) -> ReadResult:
        lines = [line.split(";") for line in LINES]
        for line, text in cells.items():
            lines[line - 1][MEDIAN] = text
        path = tmp_path / "cc_filosofi_2021_COM.csv"
        path.write_text("\n".join(";".join(line) for line in lines) + "\n", encoding="utf-8")
        dataset = catalogue.datasets["insee_filosofi_communes"]
        return read_extract(path, dataset, 2021, None, territories, marks=declared)

    return read


@pytest.mark.parametrize("mark", ["ns", "c", "n.d.", "***", "NaN", "–", "-", "..", "=1+1"])
def test_one_unknown_mark_is_told_and_its_cell_has_no_figure(filosofi, mark: str) -> None:
    result = filosofi({2: mark})
    assert [(m.text, m.cells, m.line, m.column, m.meaning) for m in result.marks] == [
        (mark, 1, 2, "MED21", None)
    ]
    cell = result.observations.filter(variable="filo_med", code="59002").row(0, named=True)
    assert (cell["value"], cell["status"]) == (None, "missing")
    assert result.account.cells_missing == 1, "the account still sums"


@pytest.mark.parametrize("mark", ["secret", "NaN", "=HYPERLINK(1)"])
def test_a_mark_in_a_file_of_a_few_rows(catalogue: Catalogue, territories, tmp_path: Path, mark: str) -> None:
    dataset = catalogue.datasets["insee_filosofi_communes"]

    def read(*medians: str) -> ReadResult:
        rows = "".join(f"{code};{text};40\n" for code, text in zip(("59", "62"), medians, strict=False))
        path = tmp_path / "cc_filosofi_2021_DEP.csv"
        path.write_text("CODGEO;MED21;TP6021;RD21;PPSOC21;D121;D921\n" + rows.replace(";40", ";40;;;;"))
        return read_extract(path, dataset, 2021, None, territories, scope="france")

    assert [(one.text, one.cells) for one in read("19000", mark).marks] == [(mark, 1)]
    assert [(one.text, one.cells) for one in read("ns").marks] == [("ns", 1)]
    with pytest.raises(ExtractRefused, match="pas la bonne colonne"):
        read("Nord", "Pas-de-Calais")


def test_a_declared_mark_gives_its_cells_their_status_and_is_still_told(filosofi) -> None:
    result = filosofi({2: "ns", 5: "ns"}, ns=Status.SUPPRESSED)
    assert [(m.text, m.cells, m.meaning) for m in result.marks] == [("ns", 2, Status.SUPPRESSED)]
    statuses = result.observations.filter(variable="filo_med")["status"].value_counts()
    assert dict(statuses.iter_rows()) == {"observed": 45, "suppressed": 2}


def test_a_declared_mark_never_takes_the_place_of_one_of_the_catalogue(filosofi) -> None:
    result = filosofi({2: "s"}, s=Status.MISSING)
    cell = result.observations.filter(variable="filo_med", code="59002").row(0, named=True)
    assert cell["status"] == "suppressed"


def test_a_column_that_is_mostly_unreadable_refuses_the_file_in_one_sentence(filosofi) -> None:
    with pytest.raises(ExtractRefused) as caught:
        filosofi({line: f"Ville {line}" for line in range(2, 30)})
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (2, "MED21")
    assert "28 cellules illisibles sur 47, dont «\u00a0Ville 2\u00a0»" in problem.found
    with pytest.raises(ExtractRefused, match="47 cellules illisibles"):
        filosofi(dict.fromkeys(range(2, 49), "Denain"))


@pytest.mark.parametrize("mark", ["ns", "S", "N/A", "secret"])
def test_a_mark_that_hides_most_of_a_column_is_declared_as_any_other(filosofi, mark: str) -> None:
    """A producer that changes its mark of secrecy changes it everywhere: most communes have it."""
    hidden = dict.fromkeys(range(2, 42), mark)
    assert [(m.text, m.cells, m.meaning) for m in filosofi(hidden).marks] == [(mark, 40, None)]
    statuses = filosofi(hidden, **{mark: Status.SUPPRESSED}).observations.filter(variable="filo_med")[
        "status"
    ]
    assert dict(statuses.value_counts().iter_rows()) == {"observed": 7, "suppressed": 40}


@pytest.mark.parametrize("text", ["19..560", "19 560 1,2,3", "1,5,6", "2E"])
def test_a_number_badly_written_is_told_and_several_are_a_fault(filosofi, text: str) -> None:
    (mark,) = filosofi({2: text}).marks
    assert (mark.text, mark.line, mark.column) == (text, 2, "MED21")
    with pytest.raises(ExtractRefused) as caught:
        filosofi(dict.fromkeys(range(2, 8), text))
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (2, "MED21") and problem.found.startswith(
        "6 cellules illisibles"
    )


def test_units_in_the_cells_are_one_fault(filosofi) -> None:
    with pytest.raises(ExtractRefused) as caught:
        filosofi(dict.fromkeys(range(2, 10), "17,0\u00a0%"))
    (problem,) = caught.value.problems
    assert problem.advice is not None and "a écrit l’unité" in problem.advice
