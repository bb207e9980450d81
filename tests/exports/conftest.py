"""Fixtures of the exports' tests: the real release with a local layer, and the documents of four communes."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import docx
import duckdb
import local_files
import pypdf
import pytest
from local_files import COMMUNES
from word_files import WordFile, read_word

from dashboard.documents import export, export_all


@pytest.fixture(scope="session")
def published(release_home: Path) -> Path:
    """The release the real command published."""
    releases = release_home / "releases"
    return releases / (releases / "CURRENT").read_text(encoding="utf-8").strip()


@pytest.fixture(scope="session")
def release(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release, with the contract's starting content and a few fictitious lines for one commune."""
    folder = tmp_path_factory.mktemp("exports")
    copy = folder / "release-essai.duckdb"
    shutil.copy(published, copy)
    local = local_files.write(folder / "local", local_files.FILLED)
    (local / "textes.yaml").write_text(
        '"59172":\n  enjeux: "Première ligne.\\nSeconde ligne."\n', encoding="utf-8"
    )
    local_files.publish(copy, local)
    return copy


@pytest.fixture(scope="session")
def connection(release: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(release), read_only=True) as opened:
        yield opened


@pytest.fixture(scope="session")
def files(release: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], bytes]:
    """Content of the documents of the four communes, by code and format."""
    folder = tmp_path_factory.mktemp("documents")
    return {
        (code, path.suffix[1:]): path.read_bytes()
        for code in COMMUNES
        for path in export(release, code, ("docx", "pdf", "xlsx"), folder)
    }


@pytest.fixture(scope="session")
def words(files: dict[tuple[str, str], bytes]) -> dict[str, docx.document.Document]:
    return {code: docx.Document(io.BytesIO(files[code, "docx"])) for code in COMMUNES}


@pytest.fixture(scope="session")
def pdfs(files: dict[tuple[str, str], bytes]) -> dict[str, pypdf.PdfReader]:
    return {code: pypdf.PdfReader(io.BytesIO(files[code, "pdf"])) for code in COMMUNES}


@pytest.fixture(scope="session")
def everywhere(release: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """The Word file and the dialogue of every commune of the agglomeration, by code."""
    written: dict[str, list[Path]] = {}
    for path in export_all(release, ("docx", "dialogue"), tmp_path_factory.mktemp("everywhere"), workers=2):
        code = next(part for part in path.stem.split("-") if part.isdigit())
        written.setdefault(code, []).append(path)
    return written


@pytest.fixture(scope="session")
def documents(everywhere: dict[str, list[Path]]) -> dict[str, WordFile]:
    """The document of every commune, read back."""
    return {code: read_word(paths[0].read_bytes()) for code, paths in everywhere.items()}


@pytest.fixture(scope="session")
def dialogues(everywhere: dict[str, list[Path]]) -> dict[str, WordFile]:
    """The dialogue of every commune, read back."""
    return {code: read_word(paths[1].read_bytes()) for code, paths in everywhere.items()}
