"""The real files of the producers, read once for the whole folder; absent, its tests are skipped."""

from __future__ import annotations

from pathlib import Path

import pytest
from real_files import National

from sources.catalogue import Catalogue
from sources.cog import Geography, load_geography
from sources.cog_history import latest_geography
from sources.readers import ReadResult, read_extract
from sources.recognise import NotRecognised, Recognised, recognise
from sources.territory.declared import Territories

FOLDER = Path(__file__).parents[3] / "shared" / "extraits"


@pytest.fixture(scope="session")
def folder() -> Path:
    """The folder of real files."""
    if not FOLDER.is_dir():
        pytest.skip("les fichiers réels des producteurs ne sont pas dans ../shared/extraits")
    return FOLDER


@pytest.fixture(scope="session")
def national(folder: Path, catalogue: Catalogue, territories: Territories) -> National:
    """Recognise and read every file of the folder."""
    recognised: dict[str, Recognised] = {}
    results: dict[str, ReadResult] = {}
    aside: dict[str, str] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        try:
            found = recognise(path, catalogue)
        except NotRecognised as error:
            aside[path.name] = str(error)
            continue
        declared = next((m for m in found.dataset.millesimes if m.edition == found.edition), None)
        recognised[path.name] = found
        results[path.name] = read_extract(
            path, found.dataset, found.edition, declared, territories, scope="france"
        )
    return National(recognised, results, aside)


@pytest.fixture(scope="session")
def geography(folder: Path, catalogue: Catalogue) -> Geography:
    """The official code of 2024, with what became of the communes of 2022."""
    tables = folder / "insee" / "appartenance"
    names = {
        "table-appartenance-geo-communes-22.xlsx": 2022,
        "table-appartenance-geo-communes-2024.xlsx": 2024,
    }
    held = [(tables / name, year) for name, year in names.items()]
    dataset = catalogue.datasets["insee_appartenance"]
    found = latest_geography(load_geography(path, dataset, year) for path, year in held)
    assert found is not None and found.year == 2024
    return found
