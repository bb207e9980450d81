"""A new embedded millésime is one block of YAML and its file: the chain, the pages and the files have it."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import publication
from pipelines.home import Home
from sources.catalogue import CATALOGUE_DIR, load_catalogue
from tests.chain import run

COMMUNE = "59172"
DATASET, FILE = "caf_s_ben_com_f", "caf/s_ben_com_f_{year}.csv"
LAST = max(m.edition for m in load_catalogue().datasets[DATASET].millesimes)
NEXT = LAST + 1
BLOCK = """\
  - edition: {year}
    extracts:
      - file: {file}
        sha256: {digest}
        rows: {rows}
    kind: transcription
    provenance: Relevé pour un essai.
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The release of a catalogue that holds one more year of a dataset, and what was shown of it."""
    place, home = tmp_path_factory.mktemp("millesime"), tmp_path_factory.mktemp("home")
    shutil.copytree(CATALOGUE_DIR, place / "catalogue")
    shutil.copytree(load_catalogue().extracts, place / "extracts")
    header, *rows = (place / "extracts" / FILE.format(year=LAST)).read_text(encoding="utf-8").splitlines()
    # The same figures, one year later.
    later = [row.replace(str(LAST), str(NEXT), 1) for row in rows if row.startswith(f"{LAST}-")]
    content = "\n".join([header, *later, ""]).encode()
    (place / "extracts" / FILE.format(year=NEXT)).write_bytes(content)
    declared = place / "catalogue" / f"{DATASET}.yaml"
    digest = hashlib.sha256(content).hexdigest()
    block = BLOCK.format(year=NEXT, file=FILE.format(year=NEXT), digest=digest, rows=len(later))
    declared.write_text(declared.read_text(encoding="utf-8") + block, encoding="utf-8")
    written = run(home, COMMUNE, "--catalogue", str(place / "catalogue"))
    present = publication.current(Home.locate(home))
    assert present is not None
    return home / "releases" / present.file, written


def test_every_figure_of_the_last_year_has_its_twin(release: tuple[Path, dict[str, Any]]) -> None:
    path, _ = release
    with duckdb.connect(path, read_only=True) as connection:
        years = connection.execute(
            "SELECT millesime, indicator, level, code, concept, value, status FROM value "
            "WHERE datasets = ? AND millesime IN (?, ?) AND level IN ('commune', 'epci')",
            [DATASET, LAST, NEXT],
        ).fetchall()
        held = connection.execute("SELECT max(edition) FROM extract WHERE dataset = ?", [DATASET]).fetchone()
    before, after = ({row[1:] for row in years if row[0] == year} for year in (LAST, NEXT))
    assert before and before == after
    assert held == (NEXT,)


def test_pages_and_documents_show_it(release: tuple[Path, dict[str, Any]]) -> None:
    _, written = release
    for page in ("barometre epci", "barometre commune", "donnees epci"):
        assert f"{NEXT}" in written["pages"][page], page
    assert f"{NEXT}" in " ".join(written["documents"].values())
