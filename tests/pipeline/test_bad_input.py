"""Files a person may drop by mistake: set aside with one French message, while the others go on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines import deposited, publication
from pipelines.home import Home
from pipelines.parsed import Parsed
from pipelines.recognised import recognised
from pipelines.release import read_table
from pipelines.terminal import HELD
from sources.catalogue import Catalogue, load_catalogue
from sources.territory.declared import Territories
from tests.pipeline.conftest import FILOSOFI, Bcs
from tests.pipeline.test_deposits import ICM

ORIGINAL = FILOSOFI.read_text(encoding="utf-8")
LINES = ORIGINAL.splitlines(keepends=True)


def without_column(name: str) -> str:
    """The file without one of its columns."""
    position = LINES[0].rstrip().split(";").index(name)
    rows = (line.rstrip("\r\n").split(";") for line in LINES)
    return "\n".join(";".join(cell for i, cell in enumerate(row) if i != position) for row in rows) + "\n"


def with_cell(line: int, column: str, text: str) -> str:
    """The file with one cell changed; ``line`` counts the header as 1."""
    position = LINES[0].rstrip().split(";").index(column)
    cells = LINES[line - 1].rstrip("\r\n").split(";")
    cells[position] = text
    return "".join([*LINES[: line - 1], ";".join(cells) + "\n", *LINES[line:]])


CASES: dict[str, tuple[Callable[[], str], tuple[str, ...]]] = {
    "missing column": (lambda: without_column("MED21"), ("ligne 1", "MED21", "aucune colonne de ce nom")),
    "renamed column": (
        lambda: ORIGINAL.replace("MED21", "MEDIAN21", 1),
        ("ligne 1", "MED21", "MEDIAN21", "renommé"),
    ),
    "duplicate key": (lambda: ORIGINAL + LINES[2], ("ligne 49", "CODGEO", "59038", "ligne 3")),
    "truncated file": (lambda: ORIGINAL[: ORIGINAL.rindex("\n", 0, -2) + 20], ("ligne 48",)),
    "wrong separator": (
        lambda: ORIGINAL.replace(",", ".").replace(";", ","),
        ("ligne 1", "virgule", "point-virgule"),
    ),
}


def set_aside(home: Home, release_id: str) -> list[dict[str, Any]]:
    """Rows of the table of files set aside of a candidate."""
    return list(
        read_table(next(home.releases.glob(f"*{release_id}*.duckdb")), "set_aside").iter_rows(named=True)
    )


def candidate(output: str) -> str:
    """The identifier of the candidate a refresh announced."""
    found = re.search(r"Candidate\s+(\S+)", output)
    assert found, output
    return found[1]


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_is_set_aside_with_one_message(
    case: str, catalogue: Catalogue, territories: Territories, inbox: Path
) -> None:
    spoil, expected = CASES[case]
    text = spoil()
    assert text != ORIGINAL
    (inbox / FILOSOFI.name).write_text(text, encoding="utf-8", newline="")
    found, aside = recognised([inbox], catalogue)
    read = deposited.read_deposits(found, catalogue, territories, Parsed(inbox.parent / "lus"))
    (one,) = (*aside, *read.aside)
    assert read.taken == () and (one.path.name, one.fault) == (FILOSOFI.name, True)
    for part in (FILOSOFI.name, "trouvé", "attendu", *expected):
        assert part in one.reason, one.reason


def test_good_files_go_on_beside_bad_ones(published: Home, bcs: Bcs, inbox: Path) -> None:
    """One nobody knows, one of a wrong header, one of a wrong cell, and two that are right."""
    (inbox / "liste_des_agents.csv").write_text("nom;service\nA;B\n", encoding="utf-8")
    (inbox / FILOSOFI.name).write_text(without_column("MED21"), encoding="utf-8", newline="")
    other = FILOSOFI.with_name("cc_filosofi_2019_COM.csv").read_text(encoding="utf-8")
    (inbox / "cc_filosofi_2019_COM.csv").write_text(
        other.rsplit("\n", 2)[0] + "\n59999;coupé", encoding="utf-8", newline=""
    )
    (inbox / "or2s_icm_2019.csv").write_text(ICM, encoding="utf-8")
    caf = load_catalogue().extracts / "caf" / "s_ben_com_f_2024.csv"
    june = "2025-06;59172;Denain;5;5;5;5;5;5;5\n"
    (inbox / "s_ben_com_f.csv").write_text(caf.read_text(encoding="utf-8") + june, encoding="utf-8")
    before = publication.current(published)

    result = bcs("actualiser", "--publier", "--depot", str(inbox))

    assert result.exit_code == HELD
    assert publication.current(published) == before, "nothing is published without a yes"
    taken = ["or2s_icm_2019.csv", "s_ben_com_f.csv"]
    assert sorted(path.name for path in published.inbox.iterdir()) == taken
    said = "à savoir – s_ben_com_f.csv : Mis de côté, d’un autre mois que décembre : 1 ligne (juin 2025)."
    assert said in result.output.replace("\u00a0", " "), "what is left of a file is told at once"
    assert "3 fichiers écartés" in result.output.replace("\u00a0", " ")
    chosen = candidate(result.output)
    bad = {"liste_des_agents.csv", FILOSOFI.name, "cc_filosofi_2019_COM.csv"}
    rows = set_aside(published, chosen)
    assert {row["file"] for row in rows} == bad and all(row["fault"] for row in rows)
    assert all(result.output.count(row["reason"]) == 1 for row in rows) and "Traceback" not in result.output
    refused = bcs("publier", "--par", "Aline", "--motif", "essai")
    assert all(refused.output.count(name) == 1 for name in bad), refused.output
    assert f"  bcs publier {chosen}" in refused.output and " --oui --par NOM --motif TEXTE" in refused.output
    told = result.output.index("Observations réunies")
    for name in bad:
        assert result.output.index(name) < told, "faults are told before the long work"
    path = next(published.releases.glob(f"*{chosen}*.duckdb"))
    observed = read_table(path, "observation").filter(pl.col("dataset") == "or2s_icm")
    assert 134.5 in observed["value"].to_list()
    record = json.loads((published.work / "extraits_deposes.json").read_text(encoding="utf-8"))
    assert sorted(Path(one["path"]).name for one in record["deposits"]) == taken
    assert {one["file"] for one in record["set_aside"]} == bad


def test_an_unknown_file_may_be_ignored_on_purpose(published: Home, bcs: Bcs, inbox: Path) -> None:
    (inbox / "liste_des_agents.csv").write_text("nom;service\nA;B\n", encoding="utf-8")
    accepted = bcs("actualiser", "--publier", "--depot", str(inbox), "--ignorer-inconnus")
    assert accepted.exit_code == 0, accepted.output
    assert "laissés de côté" in accepted.output and "liste_des_agents.csv" in accepted.output


def test_a_folder_that_does_not_exist_is_said_so(published: Home, bcs: Bcs, tmp_path: Path) -> None:
    result = bcs("actualiser", "--publier", "--depot", str(tmp_path / "absent"))
    assert result.exit_code == 1
    assert "n’existe pas" in result.stderr
