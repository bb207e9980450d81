"""A published home to spoil at will, and the command line run in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from pipelines import publication
from pipelines.cli import app
from pipelines.home import Home
from pipelines.release import read_table
from sources.catalogue import load_catalogue
from tests.stored import copied

FILOSOFI = load_catalogue().extracts / "insee" / "cc_filosofi_2021_COM.csv"

HOLD = """
import sys, time
from pipelines.home import Home
from pipelines.release import read_table
from pipelines.publication import locked
with locked(Home.locate(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""
"""Script that holds the lock of the home it is given."""

Bcs = Callable[..., Result]


@pytest.fixture
def published(release_home: Path, tmp_path: Path) -> Home:
    """A copy of the home the session published: a test may do anything to it."""
    return copied(release_home, tmp_path / "home")


@pytest.fixture
def bcs(tmp_path: Path) -> Bcs:
    """Run a command of ``bcs`` in the home of the test."""

    def run(*arguments: str, input: str | None = None, columns: int = 1000) -> Result:
        environment = {**os.environ, "BCS_HOME": str(tmp_path / "home"), "COLUMNS": str(columns)}
        return CliRunner().invoke(app, arguments, env=environment, input=input)

    return run


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder to drop files in."""
    folder = tmp_path / "depot"
    folder.mkdir()
    return folder


def state(home: Home) -> dict[str, bytes]:
    """Every file of the releases folder, byte for byte."""
    return {path.name: path.read_bytes() for path in sorted(home.releases.iterdir())}


def table(home: Home, name: str) -> pl.DataFrame:
    """A table of the current release."""
    present = publication.current(home)
    assert present is not None
    return read_table(home.releases / present.file, name)
