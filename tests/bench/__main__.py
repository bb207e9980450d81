"""Command: ``python -m tests.bench [--quick] [--record] [PART …]``; see README.md beside this file."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.bench import calculations, refreshes, releases
from tests.bench.cases import cases
from tests.bench.measure import HEAD, LONG, PAGES, Result, busy, machine, record, table


def _heavy(quick: bool) -> Iterator[Result]:
    """The heaviest computations, each beside a reference of the same size."""
    for case in cases(quick):
        spent, reference = (_seconds(run) for run in (case.run, case.reference))
        yield Result(case.name, spent, 0.0, case.reference_name, spent / reference, 0.0, case.budget, None)


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _parts(folder: Path, quick: bool, communes: int, runs: int) -> dict[str, Callable[[], Iterator[Result]]]:
    """Every part, by the name it is asked by; the quick ones first."""
    few = min(communes, 500) if quick else communes
    parts: dict[str, Callable[[], Iterator[Result]]] = {
        "embarque": lambda: refreshes.embedded(folder, runs),
        "pandas": lambda: calculations.against_pandas(folder, few, runs),
        "versions": lambda: releases.decisions(folder),
        "documents": lambda: releases.documents(folder, ["59172"] if quick else []),
        "calculs": lambda: _heavy(quick),
    }
    if not quick:
        parts["genere"] = lambda: refreshes.national(folder, runs, communes)
        parts["croissance"] = lambda: refreshes.growth(folder, communes // 16)
        if refreshes.REAL.is_dir():
            parts["reel"] = lambda: refreshes.national(folder, runs, None)
    return parts


def _between_loads(lines: Iterable[str | Result]) -> Iterator[str | Result]:
    """Yield lines after the load of the machine before them, and before its load after them."""
    yield f"{machine()}, charge {busy()}"
    yield from lines
    yield f"charge à la fin {busy()}"


def main() -> None:
    """Print one line of the table per measure, and record it when asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("parts", nargs="*", metavar="PARTIE")
    parser.add_argument("--quick", action="store_true", help="about a minute, small sizes")
    parser.add_argument("--record", action="store_true", help="keep the figures in results.json")
    parser.add_argument("--communes", type=int, default=35_000, help="size of the generated national files")
    parser.add_argument("--runs", type=int, default=0, help="runs of each command, the median being told")
    parser.add_argument("--table", action="store_true", help="print the table of the README, measure nothing")
    parser.add_argument("--pages", action="store_true", help="what the readers of the dashboard wait for")
    parser.add_argument(
        "--minutes", type=float, default=3, help="how long the memory of the server is followed"
    )
    asked = parser.parse_args()
    if asked.table:
        print(table())  # noqa: T201
        return
    if asked.pages:
        from tests.bench.sessions import report

        told, rows = [], []
        for line in _between_loads(report(asked.quick, asked.minutes * 60)):
            if isinstance(line, Result):
                rows.append(line)
                continue
            print(line, flush=True)  # noqa: T201
            told.append(line)
        print("\n".join([HEAD, *(row.line() for row in rows)]))  # noqa: T201
        usual = asked.minutes == parser.get_default("minutes")
        if asked.record:
            (PAGES if usual else LONG).write_text("\n".join(told) + "\n", encoding="utf-8")
        if asked.record and usual:
            record(rows, "python -m tests.bench --pages")
        return
    with tempfile.TemporaryDirectory(prefix="bcs-bench-", ignore_cleanup_errors=True) as folder:
        parts = _parts(Path(folder), asked.quick, asked.communes, asked.runs or (1 if asked.quick else 3))
        unknown = set(asked.parts) - set(parts)
        if unknown:
            parser.error(f"{', '.join(sorted(unknown))}: not one of {', '.join(parts)}")
        options = "".join(
            f"--{name} {getattr(asked, name)} "
            for name in ("communes", "runs")
            if getattr(asked, name) != parser.get_default(name)
        )
        print(f"{machine()}\n{HEAD}", flush=True)  # noqa: T201
        for name in asked.parts or parts:
            results = []
            for result in parts[name]():
                print(result.line(), flush=True)  # noqa: T201
                results.append(result)
            if asked.record:
                record(results, f"python -m tests.bench {options}{name}")


if __name__ == "__main__":
    main()
