"""A dozen bad files through the real command: their names and reasons, and the release left as it was."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines import deposited, publication
from pipelines.cli import app
from pipelines.home import Home
from pipelines.parsed import Parsed
from pipelines.terminal import HELD
from sources.catalogue import Catalogue
from sources.territory.declared import Territories
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


def published(home: Home) -> Batch:
    """The pointer and the release in place, byte for byte."""
    current = publication.current(home)
    assert current is not None
    paths = (home.releases / "CURRENT", home.releases / current.file)
    return {str(path): path.read_bytes() for path in paths}


def refresh(home: Home, inbox: Path) -> Result:
    """Run ``bcs actualiser --depot`` in this process."""
    environment = {**os.environ, "BCS_HOME": str(home.root), "COLUMNS": "1000"}
    return CliRunner().invoke(app, ["actualiser", "--publier", "--depot", str(inbox)], env=environment)


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
            "cc_filosofi_2021_COM.csv": one("cc_filosofi_2021_COM.csv", bad_cells, "exponent"),
            "base-cc-emploi-pop-active-2022.csv": one(
                "base-cc-emploi-pop-active-2022.csv", bad_cells, "code a zero lost"
            ),
            "sru_inventaire_2024.csv": one("sru_inventaire_2024.csv", bad_headers, "code_commune twice"),
        },
    }


@pytest.mark.parametrize("batch", ["not recognised", "no table", "bad lines", "bad cells"])
def test_bad_files_are_set_aside_and_publish_nothing(
    batch: str, originals: dict[str, Original], home: Home, inbox: Path
) -> None:
    files = batches(originals)[batch]
    assert len(files) == 3
    for name, content in files.items():
        (inbox / name).write_bytes(content)
    before = published(home)

    result = refresh(home, inbox)

    assert result.exit_code == HELD
    assert published(home) == before, "what is published stays, byte for byte"
    said = result.output.replace("\u00a0", " ")
    assert "3 fichiers écartés" in said
    for name in files:
        assert f"écarté – {name}" in said, said
    assert "Erreur inattendue" not in result.output and "Traceback" not in result.output
    assert str(inbox) not in result.output
    assert {path.name: path.read_bytes() for path in inbox.iterdir()} == files, "dropped files stay"
    assert [*home.inbox.iterdir()] == []


@pytest.mark.parametrize("why", ["denied", "dangling"])
def test_a_file_that_cannot_be_read_is_named_in_french(
    why: str, home: Home, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = inbox / f"cc_filosofi_2021_COM_{why}.csv"
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
    before = published(home)

    result = refresh(home, inbox)

    assert result.exit_code == HELD
    assert published(home) == before
    assert f"écarté – {path.name}" in result.output
    for english in ("Errno", "Permission denied", "No such file", "Erreur inattendue", str(inbox)):
        assert english not in result.output, result.output


def test_an_edition_already_taken_in_is_not_given_again_with_other_bytes(
    originals: dict[str, Original], catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    original = originals["cc_filosofi_2021_COM.csv"]
    for folder, figure in (("gardes", b";22351;"), ("depot", b";22352;")):
        (tmp_path / folder).mkdir()
        changed = original.raw.replace(b";22350;", figure, 1)
        (tmp_path / folder / original.path.name).write_bytes(changed)
    folders = [tmp_path / "gardes", tmp_path / "depot"]
    deposits, aside = deposited.recognised(folders, catalogue)
    assert len(deposits) == 2 and not aside
    found = deposited.read_deposits(
        deposits, catalogue, territories, Parsed(tmp_path / "lus"), lambda *_: None
    )
    assert [deposit.path.parent.name for deposit in found.taken] == ["gardes"]
    assert original.path.name in found.aside[0].reason and "édition 2021" in found.aside[0].reason


def test_a_file_that_changes_after_it_was_recognised_is_set_aside(
    originals: dict[str, Original], catalogue: Catalogue, territories: Territories, inbox: Path
) -> None:
    original = originals["cc_filosofi_2021_COM.csv"]
    lines = original.raw.splitlines(keepends=True)
    path = inbox / original.path.name
    path.write_bytes(b"".join(lines[:20]))
    deposits, _ = deposited.recognised([inbox], catalogue)
    path.write_bytes(b"".join(lines[:30]))
    found = deposited.read_deposits(
        deposits, catalogue, territories, Parsed(inbox.parent / "lus"), lambda *_: None
    )
    assert found.taken == () and "entièrement copié" in found.aside[0].reason
