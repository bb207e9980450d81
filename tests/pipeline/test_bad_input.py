"""Files a person may drop by mistake: one French message, an exit code, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.home import Home
from tests.pipeline.conftest import FILOSOFI, Bcs, state

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
    "malformed number": (lambda: with_cell(4, "MED21", "1..5"), ("ligne 4", "MED21", "1..5", "un nombre")),
    "duplicate key": (lambda: ORIGINAL + LINES[2], ("ligne 49", "CODGEO", "59038", "ligne 3")),
    "truncated file": (lambda: ORIGINAL[: ORIGINAL.rindex("\n", 0, -2) + 20], ("ligne 48",)),
    "wrong separator": (
        lambda: ORIGINAL.replace(",", ".").replace(";", ","),
        ("ligne 1", "virgule", "point-virgule"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_is_refused_with_one_message(case: str, published: Home, bcs: Bcs, inbox: Path) -> None:
    spoil, expected = CASES[case]
    text = spoil()
    assert text != ORIGINAL
    (inbox / FILOSOFI.name).write_text(text, encoding="utf-8", newline="")
    before = state(published)

    result = bcs("refresh", "--inbox", str(inbox))

    assert result.exit_code == 1
    assert state(published) == before
    refusal = result.stderr
    for part in (FILOSOFI.name, "trouvé", "attendu", *expected):
        assert part in refusal, refusal
    assert "reste en place" in refusal
    assert "Traceback" not in result.output
    assert not list(published.inbox.iterdir())


def test_an_unknown_file_stops_everything_unless_it_is_left_aside(
    published: Home, bcs: Bcs, inbox: Path
) -> None:
    (inbox / "liste_des_agents.csv").write_text("nom;service\nA;B\n", encoding="utf-8")
    refused = bcs("refresh", "--inbox", str(inbox))
    assert refused.exit_code == 1
    assert "liste_des_agents.csv" in refused.stderr

    accepted = bcs("refresh", "--inbox", str(inbox), "--ignore-unknown")
    assert accepted.exit_code == 0, accepted.output
    assert "laissés de côté" in accepted.output
    assert "liste_des_agents.csv" in accepted.output


def test_a_folder_that_does_not_exist_is_said_so(published: Home, bcs: Bcs, tmp_path: Path) -> None:
    result = bcs("refresh", "--inbox", str(tmp_path / "absent"))
    assert result.exit_code == 1
    assert "n’existe pas" in result.stderr


def test_every_bad_file_is_named_in_one_go(published: Home, bcs: Bcs, inbox: Path) -> None:
    """One nobody knows, one of a wrong header, one of a wrong cell: an agent corrects them all at once."""
    (inbox / "liste_des_agents.csv").write_text("nom;service\nA;B\n", encoding="utf-8")
    (inbox / FILOSOFI.name).write_text(without_column("MED21"), encoding="utf-8", newline="")
    other = FILOSOFI.with_name("cc_filosofi_2019_COM.csv").read_text(encoding="utf-8")
    (inbox / "cc_filosofi_2019_COM.csv").write_text(
        other.replace("59002;", "59002;1..", 1), encoding="utf-8", newline=""
    )
    refused = bcs("refresh", "--inbox", str(inbox))
    assert refused.exit_code == 1
    for name in ("liste_des_agents.csv", FILOSOFI.name, "cc_filosofi_2019_COM.csv"):
        assert name in refused.stderr, refused.stderr
