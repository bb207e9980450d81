"""The indicators of generated national files, beside the same ones written with pandas."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import polars as pl

from indicators.elsewhere import compute_elsewhere
from indicators.registry import INDICATORS
from pipelines.tables import OBSERVATION
from sources.catalogue import load_catalogue
from sources.french import number
from sources.readers import read_extract
from sources.recognise import recognise
from sources.territory.files import load_territories
from tests.bench import plain_pandas
from tests.bench.generated import generate
from tests.bench.measure import Result

ENOUGH = 5_000
"""Communes under which the cost of the formulas themselves, the same for one row, decides of the ratio."""

_Found = TypeVar("_Found")


def observations(folder: Path, communes: int) -> pl.DataFrame:
    """Return the observations of generated files, of communes alone."""
    generate(folder, communes)
    catalogue, territories = load_catalogue(), load_territories()
    frames = []
    for path in sorted(folder.glob("*.csv")):
        found = recognise(path, catalogue)
        read = read_extract(path, found.dataset, found.edition, None, territories, scope="france")
        frames.append(read.observations.select(OBSERVATION.names[:-1]).filter(pl.col("level") == "commune"))
    return pl.concat(frames)


def against_pandas(folder: Path, communes: int, runs: int) -> Iterator[Result]:
    """Time both, and compare the two tables whole.

    Raises:
        AssertionError: the two do not give the same rows; with the first thing that differs.
    """
    catalogue = load_catalogue()
    rows = observations(folder / "pandas", communes)
    frame = rows.to_pandas()
    mine, ours = _median(lambda: compute_elsewhere(rows, catalogue, indicators=INDICATORS), runs)
    plain, theirs = _median(lambda: plain_pandas.values(frame, catalogue), runs)
    if found := plain_pandas.disagreements(ours, theirs):
        raise AssertionError(found)
    label = f"Indicateurs de {number(communes)} communes générées, lignes égales à celles de pandas"
    asked = ("au plus 0,1 fois", mine * 10 <= plain) if communes >= ENOUGH else ("", None)
    yield Result(label, mine, 0.0, "le même calcul en pandas", mine / plain, 0.0, *asked)


def _median(run: Callable[[], _Found], runs: int) -> tuple[float, _Found]:
    times = []
    for _ in range(runs):
        start = time.process_time()
        found = run()
        times.append(time.process_time() - start)
    return sorted(times)[len(times) // 2], found
