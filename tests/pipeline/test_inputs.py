"""The fingerprint of the inputs, what is due, and where things are kept."""

from __future__ import annotations

import dataclasses
import datetime as dt
import pickle
from pathlib import Path

import polars as pl
import pytest

from indicators.frames import value_schema
from pipelines.fingerprint import dropped_files, fingerprint
from pipelines.freshness import expectation
from pipelines.home import Home
from pipelines.tables import EXTRACT, FOLLOWED, VALUE
from sources.catalogue import Catalogue
from sources.problems import ExtractRefused, Problem, quoted
from sources.readers import Account


def project(root: Path) -> Path:
    """A small project of the same shape."""
    for name, text in (
        ("sources/catalogue/insee.yaml", "id: insee"),
        ("sources/territories/200042190/communes.csv", "code"),
        ("sources/extracts/insee/a.csv", "A;B"),
        ("indicators/model.py", "x = 1"),
        ("dashboard/app.py", "y = 1"),
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    "changed",
    [
        "sources/catalogue/insee.yaml",
        "sources/territories/200042190/communes.csv",
        "sources/extracts/insee/a.csv",
        "indicators/model.py",
    ],
)
def test_every_input_counts(changed: str, tmp_path: Path) -> None:
    root = project(tmp_path)
    place = root / "sources/territories/200042190"
    before = fingerprint(project=root, territory=place)
    assert fingerprint(project=root, territory=place) == before
    (root / changed).write_text("autre", encoding="utf-8")
    assert fingerprint(project=root, territory=place) != before


def test_the_dashboard_does_not_count(tmp_path: Path) -> None:
    root = project(tmp_path)
    before = fingerprint(project=root)
    (root / "dashboard/app.py").write_text("y = 2", encoding="utf-8")
    assert fingerprint(project=root) == before


def test_a_dropped_file_counts_by_its_name_and_bytes_not_its_place(tmp_path: Path) -> None:
    root = project(tmp_path / "project")
    first, second = tmp_path / "a", tmp_path / "b" / "c"
    for folder in (first, second):
        folder.mkdir(parents=True)
    empty = fingerprint([first], root)
    (first / "x.csv").write_text("1", encoding="utf-8")
    (second / "x.csv").write_text("1", encoding="utf-8")
    assert (
        fingerprint([first], root)
        == fingerprint([tmp_path / "b"], root)
        == fingerprint([first, second], root)
    )
    assert fingerprint([first], root) != empty
    (first / "x.csv").rename(first / "y.csv")
    assert fingerprint([first], root) != fingerprint([second], root)


def test_what_a_desktop_leaves_is_not_a_deposit(tmp_path: Path) -> None:
    for name in ("Thumbs.db", "desktop.ini", ".DS_Store", "~$classeur.xlsx", ".cache/x.csv", "vrai.csv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", encoding="utf-8")
    assert [path.name for path in dropped_files([tmp_path])] == ["vrai.csv"]


def test_the_home_is_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BCS_HOME", raising=False)
    assert Home.locate().root == tmp_path.resolve() / ".bcs"
    monkeypatch.setenv("BCS_HOME", str(tmp_path / "ailleurs"))
    assert Home.locate().root == tmp_path.resolve() / "ailleurs"
    assert Home.locate(tmp_path).root == tmp_path.resolve()


@pytest.mark.parametrize(
    ("today", "late"),
    [((2026, 6, 1), False), ((2026, 6, 30), False), ((2026, 7, 1), True), ((2027, 1, 1), True)],
)
def test_a_source_is_late_once_its_month_of_publication_is_over(
    catalogue: Catalogue, today: tuple[int, int, int], late: bool
) -> None:
    dataset = catalogue.datasets["insee_rp_familles"].model_copy(
        update={"publication_month": 6, "publication_lag": 3}
    )
    expected = expectation(dataset, 2022, 2022)
    assert expected.due == dt.date(2026, 6, 1)
    assert expected.overdue(dt.date(*today)) == late
    assert "juin 2026" in expected.message(dt.date(*today))


def test_what_is_not_held_or_not_dated_is_never_late(catalogue: Catalogue) -> None:
    dataset = catalogue.datasets["insee_rp_familles"]
    assert not expectation(dataset, None, None).overdue(dt.date(2100, 1, 1))
    undated = dataset.model_copy(update={"publication_month": None})
    assert not expectation(undated, 2022, 2022).overdue(dt.date(2100, 1, 1))


def test_a_problem_is_one_line_that_names_everything() -> None:
    problem = Problem("a.csv", 3, "MED21", "« x »", "un nombre", "Corrigez.")
    said = "a.csv, ligne 3, colonne «_MED21_» – trouvé_: «_x_»_; attendu_: un nombre. Corrigez."
    assert problem.message() == said.replace("_", "\u00a0")
    refusal = ExtractRefused([problem] * 5)
    assert len(str(refusal).splitlines()) == 4
    assert str(refusal).endswith("et 2\u00a0autres.")
    with pytest.raises(ValueError, match="at least one"):
        ExtractRefused([])


def test_a_label_of_a_file_never_drives_the_terminal() -> None:
    hostile = "\x1b[31mrouge\r\n"
    message = Problem(hostile, 1, hostile, hostile, "un nombre").message()
    assert "\x1b" not in message + quoted(hostile)
    assert len(message.splitlines()) == 1
    assert quoted("Nord\u00a0–\u202fPas-de-Calais") == "«\u00a0Nord\u00a0–\u202fPas-de-Calais\u00a0»"


def test_a_refusal_survives_being_pickled() -> None:
    refusal = ExtractRefused([Problem("a.csv", 3, None, "rien", "quelque chose")])
    assert pickle.loads(pickle.dumps(refusal)).problems == refusal.problems


def test_the_tables_hold_all_that_readers_and_computation_give() -> None:
    given = {field.name for field in dataclasses.fields(Account)}
    assert given == set(EXTRACT.names) - {"dropped", "cells_replaced"}
    assert [*value_schema().items(), (FOLLOWED, pl.Boolean())] == list(VALUE.schema.items())
