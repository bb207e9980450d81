"""Fixtures shared by every test folder: the real embedded chain, run once for the whole session."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from sources.catalogue import Catalogue, load_catalogue
from sources.readers import Account, read_extract
from sources.territory.declared import Territories
from sources.territory.files import load_territories

# A busy machine is slow: no property is judged on its time.
settings.register_profile("bcs", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("bcs")


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The real catalogue."""
    return load_catalogue()


@pytest.fixture(scope="session")
def territories() -> Territories:
    """The real default territory."""
    return load_territories()


@pytest.fixture(scope="session")
def embedded(catalogue: Catalogue, territories: Territories) -> tuple[pl.DataFrame, list[Account]]:
    """Observations and accounts of every embedded extract."""
    results = [
        read_extract(path, dataset, millesime.edition, millesime, territories)
        for dataset, millesime, _, path in catalogue.embedded()
    ]
    return pl.concat(r.observations for r in results), [r.account for r in results]


@pytest.fixture(scope="session")
def values(
    embedded: tuple[pl.DataFrame, list[Account]], catalogue: Catalogue, territories: Territories
) -> pl.DataFrame:
    """The value table computed from the embedded extracts."""
    from indicators.compute import compute_values

    return compute_values(embedded[0], territories, catalogue)


@pytest.fixture(scope="session")
def release_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A BCS_HOME holding a release published from the embedded extracts by the real command.

    Made once, by the first of the processes that run the tests; no test changes it.
    """
    from typer.testing import CliRunner

    from pipelines.cli import app

    base = tmp_path_factory.getbasetemp()
    home = (base if worker_id == "master" else base.parent) / "bcs_home"
    with FileLock(f"{home}.lock"):
        if not (home / "releases" / "CURRENT").exists():
            environment = {**os.environ, "BCS_HOME": str(home)}
            result = CliRunner().invoke(app, ["actualiser", "--publier"], env=environment)
            assert result.exit_code == 0, result.output
    return home
