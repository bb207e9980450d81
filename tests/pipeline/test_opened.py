"""Another authority of France, opened from the release in place: files lent, a folder written once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from pipelines import opened as module
from pipelines.decisions import vouched
from pipelines.deposits import KeptFile, stored
from pipelines.home import Home
from pipelines.opened import opened
from pipelines.publication import PublicationError, Published
from sources import files
from sources.cog import Geography
from sources.declarations import DeclarationError
from sources.quarters import Quarter
from sources.territory.files import load_territories
from sources.territory.first import Found
from sources.territory.place import DEFAULT
from sources.vocabulary import Level

SIREN = "999999999"
RELEASE = Published("20260101-000000-000-00000000", "", "", "", 0, 0)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home whose release was made with one file, and the official code that file stands for."""
    home = Home(tmp_path)
    home.prepare()
    dropped = tmp_path / "communes.csv"
    dropped.write_text("code;nom\n", encoding="utf-8")
    kept = KeptFile(dropped.name, files.digest(dropped), dropped.stat().st_size, "insee_appartenance", 2024)
    files.copy(dropped, stored(home, kept.sha256))
    rows = {
        "code": ["59606", "59014", "59112"],
        "name": ["Première fictive", "Seconde fictive", "Voisine"],
        "epci": [SIREN, SIREN, "888888888"],
        "canton": [None, None, None],
        "departement": ["59", "59", "59"],
        "region": ["32", "32", "32"],
    }
    zones = {(Level.EPCI, SIREN): "Communauté de communes fictive"}
    geography = Geography(2024, pl.DataFrame(rows), zones=zones)
    monkeypatch.setattr(module.publication, "required", lambda _: RELEASE)
    monkeypatch.setattr(
        module.publication, "accepted", lambda where: (kept,) if where.root == home.root else ()
    )
    listed = [
        (Quarter("QP059021", "qpv_2015", "Rives", ("59014", "59112")), "liste.csv"),
        (Quarter("QP059099", "qpv_2015", "Ailleurs", ("59112",)), "liste.csv"),
    ]
    found = Found(listed=listed)

    def official(folders: list[Path], *_: object) -> tuple[Geography | None, Found]:
        held = any(path.name == "communes.csv" for folder in folders for path in folder.iterdir())
        return (geography if held else None), found

    monkeypatch.setattr(module, "official_files", official)
    return home


def test_its_folder_is_written_and_the_files_are_lent(home: Home) -> None:
    found = opened(home, SIREN)
    assert found.home.root == home.root / "territoires" / SIREN
    assert (found.territory / "communes.csv").read_text(encoding="utf-8").count("fictive") == 2
    assert [path.name for path in found.home.inbox.iterdir()] == ["communes.csv"]
    assert found.without == ()
    assert vouched(found.home) == {module.publication.accepted(home)[0].sha256[:12]}
    (found.territory / "communes.csv").write_text("relu\n", encoding="utf-8")
    opened(home, SIREN)
    assert (found.territory / "communes.csv").read_text(encoding="utf-8") == "relu\n", "what was reread stays"


def test_a_file_that_a_release_left_figures_out_of_is_reviewed_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (kept,) = module.publication.accepted(home)
    held = {"extract": [kept.sha256[:12], "autre"], "severity": ["hold", "ask"], "decision": [None, None]}
    monkeypatch.setattr(module, "read_table", lambda *_: pl.DataFrame(held))
    monkeypatch.setattr(module.publication, "required", lambda _: replace(RELEASE, held=2))
    assert vouched(opened(home, SIREN).home) == frozenset()


def test_quarters_a_file_lists_are_under_their_communes_without_any_contour(home: Home) -> None:
    territories = load_territories(opened(home, SIREN).territory)
    assert territories.communes_of("QP059021") == ("59014", "59112")
    assert list(territories.qpv) == ["QP059021"] and territories.apart("QP059021")
    assert [(m.qpv, m.source) for m in territories.memberships] == [("QP059021", "liste.csv")] * 2


def test_contours_given_later_write_it_again_with_files_it_has_taken(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = module.publication.accepted(home)
    found = opened(home, SIREN)
    (found.home.inbox / "communes.csv").unlink()
    (found.territory / "communes.csv").write_text("ancien\n", encoding="utf-8")
    monkeypatch.setattr(module.publication, "accepted", lambda _: kept)
    again = opened(home, SIREN, tmp_path / "contours")
    assert "fictive" in (again.territory / "communes.csv").read_text(encoding="utf-8")
    assert not list(again.home.inbox.iterdir())


def test_a_folder_as_it_was_written_follows_the_official_files(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    communes = opened(home, SIREN).territory / "communes.csv"
    written = communes.read_text(encoding="utf-8")
    monkeypatch.setattr(module.Kept, "key", lambda *_: "other files")
    assert opened(home, SIREN).told is None
    note = communes.parents[1] / module.NOTE
    assert json.loads(note.read_text(encoding="utf-8"))["made_of"] == "other files"
    communes.write_text("relu\n", encoding="utf-8")
    assert opened(home, SIREN).told is None, "the official files are the same"
    monkeypatch.setattr(module.Kept, "key", lambda *_: "files of another year")
    assert "--contours" in str(opened(home, SIREN).told)
    assert communes.read_text(encoding="utf-8") == "relu\n" != written


def test_a_folder_is_not_written_again_without_the_contours_it_had(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "contours"
    folder.mkdir()
    outline = folder / "vide.geojson"
    outline.write_text('{"features": []}', encoding="utf-8")
    assert opened(home, SIREN, folder).told is None
    assert opened(home, SIREN).told is None
    outline.unlink()
    assert "contours" in str(opened(home, SIREN).told)


def test_an_authority_nobody_knows_leaves_no_half_written_folder(home: Home) -> None:
    with pytest.raises(DeclarationError, match="SIREN"):
        opened(home, "111111111")
    assert not (home.root / "territoires" / "111111111" / "territoire").exists()


def test_our_own_is_the_release_in_place(home: Home) -> None:
    assert opened(home, DEFAULT).home == home


@pytest.mark.parametrize("wrong", ["../ailleurs", "Valenciennes", "24590116", ""])
def test_what_is_no_siren_is_refused_in_words(home: Home, wrong: str) -> None:
    with pytest.raises(PublicationError, match="neuf chiffres"):
        opened(home, wrong)


def test_without_a_table_of_communes_it_is_said(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "official_files", lambda *_: (None, Found()))
    with pytest.raises(PublicationError, match="table-appartenance-geo-communes"):
        opened(home, SIREN)
