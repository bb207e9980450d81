"""``bcs exporter``, ``bcs reprendre`` and ``bcs modeles``, and the asset of the documents."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import zipfile
from pathlib import Path

import dagster as dg
import docx
import pytest

from pipelines import publication
from pipelines.assets.diagnostics import diagnostics_asset
from pipelines.assets.graph import Shared
from pipelines.assets.parts import RELEASE
from pipelines.home import Home
from tests.pipeline.conftest import Bcs, table

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def test_export_writes_the_three_documents_of_a_commune(published: Home, bcs: Bcs, tmp_path: Path) -> None:
    result = bcs("exporter", "--commune", "59446", "--dossier", str(tmp_path / "sortie"))
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
        ((), "--commune NOM"),
        (("--commune", "59172", "--toutes"), "--commune NOM"),
    ],
)
def test_a_wrong_export_is_explained(
    published: Home, bcs: Bcs, arguments: tuple[str, ...], said: str
) -> None:
    result = bcs("exporter", *arguments)
    assert result.exit_code == 1
    assert said in result.stderr and "Traceback" not in result.output


def test_export_without_a_release_says_how_to_make_one(bcs: Bcs) -> None:
    result = bcs("exporter", "--commune", "59172")
    assert result.exit_code == 1 and "bcs actualiser" in result.stderr


def test_what_an_agent_writes_is_published(published: Home, bcs: Bcs) -> None:
    starting = table(published, "local")
    assert set(starting["origin"]) == {"contrat"}, "the contract's lists are the starting content"
    result = bcs("modeles")
    assert result.exit_code == 0 and any(published.local.glob("modele_*.csv"))
    assert "Rien n’a changé" not in bcs("actualiser", "--publier").output
    (published.local / "priorites.csv").write_text("n’importe;quoi\n1;2\n", encoding="utf-8")
    refused = bcs("actualiser", "--publier")
    assert refused.exit_code == 1
    assert "priorites.csv" in refused.stderr and "Traceback" not in refused.output


def test_reprendre_finds_nothing_new_in_an_untouched_document(
    published: Home, bcs: Bcs, tmp_path: Path
) -> None:
    bcs("exporter", "--commune", "59446", "--format", "docx", "--dossier", str(tmp_path))
    (document,) = tmp_path.glob("*.docx")
    assert "Rien de nouveau" in bcs("reprendre", str(document)).output
    wrong = bcs("reprendre", str(tmp_path / "absent.docx"))
    assert wrong.exit_code == 1 and "absent.docx" in wrong.stderr


def materialized(home: Home, *, raise_on_error: bool = True) -> dg.ExecuteInProcessResult:
    resources = {"workspace": Shared(root=str(home.root))}
    assets = [dg.AssetSpec(RELEASE), diagnostics_asset()]
    return dg.materialize(assets, resources=resources, raise_on_error=raise_on_error)


def test_the_asset_writes_every_commune(published: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.assets.diagnostics.FORMATS", ("xlsx",))
    result = materialized(published)
    assert result.success
    assert len(list(published.documents.rglob("*.xlsx"))) == 47
    (event,) = result.get_asset_materialization_events()
    said = {key: entry.value for key, entry in event.materialization.metadata.items()}
    present = publication.current(published)
    assert present is not None and said["publication"] == present.release_id
    assert said["documents"] == said["documents xlsx"] == 47
    assert said["dossier"] == str(published.documents / present.release_id)
    assert said["octets"] == sum(path.stat().st_size for path in published.documents.rglob("*.xlsx"))


def test_the_asset_without_a_release_says_what_to_do(tmp_path: Path) -> None:
    result = materialized(Home.locate(tmp_path / "vide"), raise_on_error=False)
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    error = failure.step_failure_data.error
    assert error is not None and "bcs actualiser" in error.message


def test_reprendre_shows_a_conflict_and_settles_it_only_when_told(
    published: Home, bcs: Bcs, tmp_path: Path
) -> None:
    bcs("exporter", "--commune", "59446", "--format", "docx", "--dossier", str(tmp_path))
    (path,) = tmp_path.glob("*.docx")
    word = docx.Document(str(path))
    (text,) = [e for e in word.element.body.iter(f"{W}t") if (e.text or "").startswith("Les enjeux retenus")]
    text.text = "Texte du document"
    word.save(str(path))
    local = published.local / "textes.yaml"
    before = '"59446":\n  enjeux: Texte du volet local\n'
    local.write_text(before, encoding="utf-8")
    refused = bcs("reprendre", str(path), "--oui")
    assert refused.exit_code == 1 and "--conflit" in refused.stderr
    assert "Oisy (59446)" in refused.output and "conflit" in refused.output
    assert local.read_text(encoding="utf-8") == before
    assert bcs("reprendre", str(path), "--oui", "--conflit", "local").exit_code == 0
    assert local.read_text(encoding="utf-8") == before
    assert bcs("reprendre", str(path), "--conflit", "document", input="non\n").exit_code == 0
    assert local.read_text(encoding="utf-8") == before
    assert bcs("reprendre", str(path), "--conflit", "deux", input="o\n").exit_code == 0
    kept = local.read_text(encoding="utf-8")
    assert kept.index("Texte du volet local") < kept.index("Texte du document")


def test_reprendre_refuses_a_document_of_another_territory(published: Home, bcs: Bcs, tmp_path: Path) -> None:
    bcs("exporter", "--commune", "59446", "--format", "docx", "--dossier", str(tmp_path))
    (path,) = tmp_path.glob("*.docx")
    foreign = tmp_path / "autre.docx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(foreign, "w") as target:
        for name in source.namelist():
            content = (
                source.read(name).replace(b"bcs.59446", b"bcs.62041").replace(b"bcs_59446", b"bcs_62041")
            )
            target.writestr(name, content)
    result = bcs("reprendre", str(foreign), "--oui")
    assert result.exit_code == 1 and "62041" in result.stderr
    assert not (published.local / "textes.yaml").exists()


def test_the_release_of_a_day_is_the_last_one_before_the_present(published: Home) -> None:
    present = publication.current(published)
    assert present is not None
    days = {"20250310-a": "2025-03-10", "20250901-b": "2025-09-01", "20260105-c": "2026-01-05"}
    for release_id, day in days.items():
        old = dataclasses.replace(
            present, release_id=release_id, created_at=f"{day}T08:00:00+00:00", size=1, sha256=""
        )
        old = dataclasses.replace(old, candidate=release_id.endswith("c"))
        (published.releases / old.file).write_bytes(b"0")
        card = published.releases / f"release-{release_id}.json"
        card.write_text(json.dumps(dataclasses.asdict(old)), encoding="utf-8")

    def chosen(day: str) -> str:
        found, passed_over = publication.as_of(published, dt.date.fromisoformat(day), present)
        assert passed_over is None
        return found.release_id

    assert chosen("2025-03-10") == chosen("2025-08-31") == "20250310-a"
    assert chosen("2025-09-01") == chosen("2099-01-01") == "20250901-b", "neither the present nor a candidate"
    with pytest.raises(publication.PublicationError, match="09/03/2025"):
        chosen("2025-03-09")


def test_a_dialogue_since_a_day_without_a_release_is_refused(published: Home, bcs: Bcs) -> None:
    for asked in ("01/01/2020", "2020-01-01", "n’importe"):
        result = bcs("exporter", "--commune", "59446", "--format", "dialogue", "--depuis", asked)
        assert result.exit_code == 1 and "bcs versions" in result.stderr
