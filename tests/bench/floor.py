"""What nobody can do without: the same CSV bytes read as text. ``python -m tests.bench.floor FOLDER``.

Printed in seconds of processor, libraries once loaded: the least of three readings, by the better of
polars and DuckDB.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from pipelines.fingerprint import dropped_files


def by_polars(path: Path) -> int:
    """Read one file with polars; return how many rows it has."""
    return pl.read_csv(path, separator=_separator(path), infer_schema=False, encoding="utf8-lossy").height


def by_duckdb(path: Path) -> int:
    """Read one file with DuckDB; return how many rows it has."""
    with duckdb.connect() as connection:
        return len(connection.read_csv(str(path), sep=_separator(path), all_varchar=True).pl())


def _separator(path: Path) -> str:
    with path.open("rb") as handle:
        head = handle.readline()
    return max((b";", b",", b"\t"), key=head.count).decode()


def seconds(paths: list[Path]) -> float:
    """Return the processor time the better reader takes."""

    def timed(read: Callable[[Path], int]) -> float:
        start = time.process_time()
        try:
            for path in paths:
                read(path)
        except duckdb.Error:
            # DuckDB reads no other encoding than UTF-8 without an extension.
            return math.inf
        return time.process_time() - start

    return min(timed(read) for read in (by_polars, by_duckdb) for _ in range(3))


if __name__ == "__main__":
    files = [p for p in dropped_files([Path(sys.argv[1])]) if p.suffix.lower() == ".csv"]
    print(seconds(files), sum(path.stat().st_size for path in files))  # noqa: T201
