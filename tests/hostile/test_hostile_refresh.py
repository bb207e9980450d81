"""A dozen bad files through the real command: their names and reasons, and the release left as it was."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines import deposited, publication
from pipelines.cli import app
from pipelines.home import Home
from pipelines.parsed import Parsed
from pipelines.recognised import recognised
from pipelines.terminal import HELD
from sources.catalogue import Catalogue
from sources.territory.declared import Territories
from tests.hostile.containers import archive, bad_workbooks
from tests.hostile.corpus import Bad, bad_cells, bad_files, bad_headers, bad_lines
from tests.hostile.oracle import Original, grid
from tests.stored import copied


@pytest.fixture
def home(release_home: Path, tmp_path: Path) -> Home:
    """A copy of the published home, which the test must leave as it is."""
    return copied(release_home, tmp_path / "home")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder to drop files in."""
    folder = tmp_path / "depot"
    folder.mkdir()
    return folder


def published(home: Home) -> dict[str, bytes]:
    """The pointer and the release in place, byte for byte."""
    current = publication.current(home)
    assert current is not None
    paths = (home.releases / "CURRENT", home.releases / current.file)
    return {str(path): path.read_bytes() for path in paths}


def batch(originals: dict[str, Original]) -> dict[str, bytes]:
    """Return a dozen files, bad in as many ways."""

    def one(name: str, kind: Callable[[Original], Iterable[Bad]], fault: str) -> bytes:
        return next(bad.content for bad in kind(originals[name]) if bad.fault == fault)

    filosofi = originals["cc_filosofi_2021_COM.csv"]
    books = dict(bad_workbooks(grid(filosofi.raw, filosofi.layout)))
    return {
        "DEMO_2022.csv": one("DEMO_2022.csv", bad_files, "empty"),
        "DEMO_2021.csv": one("DEMO_2022.csv", bad_files, "header only"),
        "chemins.zip": archive({"../../cc_filosofi_2021_COM.csv": filosofi.raw}),
        "archives.zip": archive({"interieur.zip": archive({"a.csv": b"a;b\n"})}),
        "REVN_2022.csv": one("REVN_2022.csv", bad_files, "web page"),
        "cc_filosofi_2020_COM.csv": one("cc_filosofi_2021_COM.csv", bad_files, "utf-16"),
        "cc_filosofi_2021_COM.csv": one("cc_filosofi_2021_COM.csv", bad_cells, "code empty"),
        "neet_communes_2018.csv": one("neet_communes_2018.csv", bad_lines, "truncated"),
        "FILO2019_DISP_EPCI.csv": one("FILO2019_DISP_EPCI.csv", bad_lines, "same territory twice"),
        "table-appartenance-geo-communes-2022.xlsx": books["external entity in xl/workbook.xml"],
        "base-cc-emploi-pop-active-2022.csv": one(
            "base-cc-emploi-pop-active-2022.csv", bad_cells, "code a zero lost"
        ),
        "sru_inventaire_2024.csv": one("sru_inventaire_2024.csv", bad_headers, "code_commune twice"),
    }


def test_bad_files_are_set_aside_in_french_and_publish_nothing(
    originals: dict[str, Original], home: Home, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = batch(originals)
    for name, content in files.items():
        (inbox / name).write_bytes(content)
    (inbox / "lien.csv").symlink_to(inbox / "absent.csv")
    no_text = inbox / os.fsdecode(b"donn\xe9es.csv")
    if sys.platform not in {"win32", "darwin"}:
        no_text.write_bytes(b"a;b\n1;2\n")
    denied = inbox / "cc_filosofi_2019_COM.csv"
    denied.write_bytes(b"CODGEO;MED19\n")

    def refusing(real: Callable[..., object]) -> Callable[..., object]:
        def read(self: Path, *arguments: object, **options: object) -> object:
            if self == denied:
                raise PermissionError(13, "Permission denied", str(self))
            return real(self, *arguments, **options)

        return read

    before = published(home)
    environment = {**os.environ, "BCS_HOME": str(home.root), "COLUMNS": "1000"}
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refusing(Path.open))
        patch.setattr(Path, "read_bytes", refusing(Path.read_bytes))
        result = CliRunner().invoke(app, ["actualiser", "--publier", "--depot", str(inbox)], env=environment)

    assert result.exit_code == HELD
    assert published(home) == before, "what is published stays, byte for byte"
    said = result.output.replace("\u00a0", " ")
    unknown = ["donn\ufffdes.csv"] if no_text.exists() else []
    assert f"{len(files) + 2 + len(unknown)} fichiers écartés" in said
    for name in (*files, *unknown, "lien.csv", denied.name):
        assert f"écarté – {name}" in said, said
    english = ("Errno", "Permission denied", "No such file", "Traceback")
    for never in (*english, "Erreur inattendue", str(inbox)):
        assert never not in result.output, result.output
    assert {path.name: path.read_bytes() for path in inbox.glob("*") if path.name in files} == files
    assert [*home.inbox.iterdir()] == []


def test_an_edition_already_taken_in_is_not_given_again_with_other_bytes(
    originals: dict[str, Original], catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    original = originals["cc_filosofi_2021_COM.csv"]
    for folder, figure in (("gardes", b";22351;"), ("depot", b";22352;")):
        (tmp_path / folder).mkdir()
        changed = original.raw.replace(b";22350;", figure, 1)
        (tmp_path / folder / original.path.name).write_bytes(changed)
    folders = [tmp_path / "gardes", tmp_path / "depot"]
    deposits, aside = recognised(folders, catalogue)
    assert len(deposits) == 2 and not aside
    found = deposited.read_deposits(deposits, catalogue, territories, Parsed(tmp_path / "lus"))
    assert [deposit.path.parent.name for deposit in found.taken] == ["gardes"]
    assert original.path.name in found.aside[0].reason and "édition 2021" in found.aside[0].reason


def test_a_file_that_changes_after_it_was_recognised_is_set_aside(
    originals: dict[str, Original], catalogue: Catalogue, territories: Territories, inbox: Path
) -> None:
    original = originals["cc_filosofi_2021_COM.csv"]
    lines = original.raw.splitlines(keepends=True)
    path = inbox / original.path.name
    path.write_bytes(b"".join(lines[:20]))
    deposits, _ = recognised([inbox], catalogue)
    path.write_bytes(b"".join(lines[:30]))
    found = deposited.read_deposits(deposits, catalogue, territories, Parsed(inbox.parent / "lus"))
    assert found.taken == () and "entièrement copié" in found.aside[0].reason
