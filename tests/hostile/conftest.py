"""The embedded extracts as they are, and the judge of every file made from them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sources.catalogue import Catalogue
from sources.problems import ExtractRefused
from sources.readers import ReadResult, read_extract
from sources.recognise import recognise
from sources.territory.declared import Territories
from tests.hostile.oracle import Original, check_refused

Reading = ReadResult | ExtractRefused


@dataclass
class Judge:
    """Reads files as a refresh would, and lets nothing through but a result or a refusal."""

    folder: Path
    catalogue: Catalogue
    territories: Territories
    seen: set[str] = field(default_factory=set)
    """Digests of the distinct files judged."""

    def read(self, name: str, content: bytes) -> Reading:
        """Write a file under a name, then recognise it and read it."""
        path = self.folder / name
        path.write_bytes(content)
        self.seen.add(hashlib.sha256(content).hexdigest())
        return self.read_path(path)

    def read_path(self, path: Path) -> Reading:
        """Recognise what is at a path and read it; check the message of a refusal."""
        try:
            found = recognise(path, self.catalogue)
            declared = next((m for m in found.dataset.millesimes if m.edition == found.edition), None)
            return read_extract(path, found.dataset, found.edition, declared, self.territories)
        except ExtractRefused as refusal:
            check_refused(refusal, path)
            return refusal


@pytest.fixture
def judge(tmp_path: Path, catalogue: Catalogue, territories: Territories) -> Judge:
    """A judge whose files are gone after the test."""
    folder = tmp_path / "depot"
    folder.mkdir()
    return Judge(folder, catalogue, territories)


@pytest.fixture(scope="session")
def originals(catalogue: Catalogue, territories: Territories) -> dict[str, Original]:
    """Every embedded extract of which one line is one territory, by file name."""
    found = {}
    for dataset, millesime, _, path in catalogue.embedded():
        ignoring = any(d.others != "refuse" for d in dataset.layout.dimensions.values()) or any(
            column.where for column in dataset.layout.columns.values()
        )
        if dataset.layout.aggregate or ignoring or dataset.layout.territory.fixed:
            continue
        result = read_extract(path, dataset, millesime.edition, millesime, territories)
        found[path.name] = Original(path, dataset, millesime, path.read_bytes(), result)
    return found
