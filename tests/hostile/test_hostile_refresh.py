"""A dozen bad files through the real command: an exit code, their names, and the release left as it was."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines import deposited
from pipelines.cli import app
from pipelines.home import Home
from sources.catalogue import Catalogue
from sources.problems import ExtractRefused
from sources.territories import Territories
from tests.hostile.containers import archive, bad_workbooks
from tests.hostile.corpus import Bad, bad_cells, bad_files, bad_headers, bad_lines
from tests.hostile.oracle import Original, grid

Batch = dict[str, bytes]


@pytest.fixture(scope="module")
def home(release_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy of the published home; every test of this module must leave it as it is."""
    root = tmp_path_factory.mktemp("hostile") / "home"
    shutil.copytree(release_home, root)
    return Home.locate(root)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder to drop files in."""
    folder = tmp_path / "depot"
    folder.mkdir()
    return folder


def state(home: Home) -> Batch:
    """Every file of the releases and of the inbox of the home, byte for byte."""
    folders = (home.releases, home.inbox)
    return {
        str(path): path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()
    }


def refresh(home: Home, inbox: Path) -> Result:
    """Run ``bcs refresh --inbox`` in this process."""
    environment = {**os.environ, "BCS_HOME": str(home.root), "COLUMNS": "200"}
    return CliRunner().invoke(app, ["refresh", "--inbox", str(inbox)], env=environment)


def batches(originals: dict[str, Original]) -> dict[str, Batch]:
    """Return four batches of three bad files; a message names three faults at most."""

    def one(name: str, kind: Callable[[Original], object], fault: str) -> bytes:
        found: list[Bad] = [bad for bad in kind(originals[name]) if bad.fault == fault]  # type: ignore[attr-defined]
        return found[0].content

    filosofi = originals["cc_filosofi_2021_COM.csv"]
    books = dict(bad_workbooks(grid(filosofi.raw, filosofi.layout)))
    return {
        "not recognised": {
            "DEMO_2022.csv": one("DEMO_2022.csv", bad_files, "empty"),
            "chemins.zip": archive({"../../cc_filosofi_2021_COM.csv": filosofi.raw}),
            "archives.zip": archive({"interieur.zip": archive({"a.csv": b"a;b\n"})}),
        },
        "no table": {
            "DEMO_2022.csv": one("DEMO_2022.csv", bad_files, "header only"),
            "REVN_2022.csv": one("REVN_2022.csv", bad_files, "web page"),
            "cc_filosofi_2021_COM.csv": one("cc_filosofi_2021_COM.csv", bad_files, "utf-16"),
        },
        "bad lines": {
            "neet_communes_2018.csv": one("neet_communes_2018.csv", bad_lines, "truncated"),
            "FILO2019_DISP_EPCI.csv": one("FILO2019_DISP_EPCI.csv", bad_lines, "same territory twice"),
            "table-appartenance-geo-communes-2022.xlsx": books["external entity in xl/workbook.xml"],
        },
        "bad cells": {
            "cc_filosofi_2021_COM.csv": one("cc_filosofi_2021_COM.csv", bad_cells, "formula"),
            "base-cc-emploi-pop-active-2022.csv": one(
                "base-cc-emploi-pop-active-2022.csv", bad_cells, "code a zero lost"
            ),
            "sru_inventaire_2024.csv": one("sru_inventaire_2024.csv", bad_headers, "code_commune twice"),
        },
    }


@pytest.mark.parametrize("batch", ["not recognised", "no table", "bad lines", "bad cells"])
def test_bad_files_publish_nothing_and_lose_nothing(
    batch: str, originals: dict[str, Original], home: Home, inbox: Path
) -> None:
    files = batches(originals)[batch]
    assert len(files) == 3
    for name, content in files.items():
        (inbox / name).write_bytes(content)
    before = state(home)
    assert any(Path(path).name == "CURRENT" for path in before)

    result = refresh(home, inbox)

    assert result.exit_code == 1
    assert state(home) == before
    for name in files:
        assert name in result.stderr, result.stderr
    assert "reste en place" in result.stderr
    assert "Erreur inattendue" not in result.output and "Traceback" not in result.output
    assert str(inbox) not in result.stderr
    assert {path.name: path.read_bytes() for path in inbox.iterdir()} == files, "dropped files stay"


@pytest.mark.parametrize("why", ["denied", "dangling"])
def test_a_file_that_cannot_be_read_is_named_in_french(
    why: str, home: Home, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = inbox / "cc_filosofi_2021_COM.csv"
    if why == "dangling":
        path.symlink_to(inbox / "absent.csv")
    else:
        path.write_bytes(b"CODGEO;MED21\n")
        real_open, real_bytes = Path.open, Path.read_bytes

        def denied(real: Callable[..., object]) -> Callable[..., object]:
            def read(self: Path, *arguments: object, **options: object) -> object:
                if self.name == path.name and self.parent.name == inbox.name:
                    raise PermissionError(13, "Permission denied", str(self))
                return real(self, *arguments, **options)

            return read

        monkeypatch.setattr(Path, "open", denied(real_open))
        monkeypatch.setattr(Path, "read_bytes", denied(real_bytes))
    before = state(home)

    result = refresh(home, inbox)

    assert result.exit_code == 1
    assert state(home) == before
    assert path.name in result.stderr
    for english in ("Errno", "Permission denied", "No such file", "Erreur inattendue", str(inbox)):
        assert english not in result.stderr, result.stderr


def test_an_edition_already_taken_in_is_not_given_again_with_other_bytes(
    originals: dict[str, Original], catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    original = originals["cc_filosofi_2021_COM.csv"]
    for folder, figure in (("gardes", b";22351;"), ("depot", b";22352;")):
        (tmp_path / folder).mkdir()
        changed = original.raw.replace(b";22350;", figure, 1)
        (tmp_path / folder / original.path.name).write_bytes(changed)
    folders = [tmp_path / "gardes", tmp_path / "depot"]
    deposits, aside = deposited.recognise_deposits(folders, catalogue)
    assert len(deposits) == 2 and not aside
    with pytest.raises(ExtractRefused) as refusal:
        deposited.read_deposits(deposits, catalogue, territories, lambda *_: None)
    assert original.path.name in str(refusal.value) and "édition 2021" in str(refusal.value)


def test_a_file_that_changes_after_it_was_recognised_is_refused(
    originals: dict[str, Original], catalogue: Catalogue, territories: Territories, inbox: Path
) -> None:
    original = originals["cc_filosofi_2021_COM.csv"]
    lines = original.raw.splitlines(keepends=True)
    path = inbox / original.path.name
    path.write_bytes(b"".join(lines[:20]))
    deposits, _ = deposited.recognise_deposits([inbox], catalogue)
    path.write_bytes(b"".join(lines[:30]))
    with pytest.raises(ExtractRefused, match=original.path.name):
        deposited.read_deposits(deposits, catalogue, territories, lambda *_: None)
