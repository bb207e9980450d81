"""``bcs export``, ``bcs reprendre`` and ``bcs modeles``, and the asset of the documents."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import docx
import pytest

from pipelines.assets.diagnostics import diagnostics_asset
from pipelines.assets.parts import RELEASE
from pipelines.home import Home
from pipelines.workspace import Workspace
from tests.pipeline.conftest import Bcs, table


def test_export_writes_the_three_documents_of_a_commune(published: Home, bcs: Bcs, tmp_path: Path) -> None:
    result = bcs("export", "--commune", "59446", "--output", str(tmp_path / "sortie"))
    assert result.exit_code == 0, result.output
    written = sorted((tmp_path / "sortie").iterdir())
    assert [path.suffix for path in written] == [".docx", ".pdf", ".xlsx"]
    assert all(path.stat().st_size > 10_000 for path in written)
    text = "\n".join(p.text for p in docx.Document(str(written[0])).paragraphs)
    assert "Oisy" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--commune", "99999"), "99999"),
        (("--commune", "59172", "--format", "odt"), "odt"),
        ((), "--commune CODE"),
        (("--commune", "59172", "--all"), "--commune CODE"),
    ],
)
def test_a_wrong_export_is_explained(
    published: Home, bcs: Bcs, arguments: tuple[str, ...], said: str
) -> None:
    result = bcs("export", *arguments)
    assert result.exit_code == 1
    assert said in result.stderr and "Traceback" not in result.output


def test_export_without_a_release_says_how_to_make_one(bcs: Bcs) -> None:
    result = bcs("export", "--commune", "59172")
    assert result.exit_code == 1 and "bcs refresh" in result.stderr


def test_what_an_agent_writes_is_published(published: Home, bcs: Bcs) -> None:
    starting = table(published, "local")
    assert set(starting["origin"]) == {"contrat"}, "the contract's lists are the starting content"
    result = bcs("modeles")
    assert result.exit_code == 0 and any(published.local.glob("modele_*.csv"))
    assert "Rien n’a changé" not in bcs("refresh").output
    (published.local / "priorites.csv").write_text("n’importe;quoi\n1;2\n", encoding="utf-8")
    refused = bcs("refresh")
    assert refused.exit_code == 1
    assert "priorites.csv" in refused.stderr and "Traceback" not in refused.output


def test_reprendre_finds_nothing_new_in_an_untouched_document(
    published: Home, bcs: Bcs, tmp_path: Path
) -> None:
    bcs("export", "--commune", "59446", "--format", "docx", "--output", str(tmp_path))
    (document,) = tmp_path.glob("*.docx")
    assert "Rien de nouveau" in bcs("reprendre", str(document)).output
    wrong = bcs("reprendre", str(tmp_path / "absent.docx"))
    assert wrong.exit_code == 1 and "absent.docx" in wrong.stderr


def test_the_asset_writes_every_commune(published: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.assets.diagnostics.FORMATS", ("xlsx",))
    upstream = dg.AssetSpec(RELEASE)
    result = dg.materialize(
        [upstream, diagnostics_asset()], resources={"workspace": Workspace(root=str(published.root))}
    )
    assert result.success
    assert len(list(published.documents.rglob("*.xlsx"))) == 47
