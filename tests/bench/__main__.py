"""Command: ``python -m tests.bench [--quick] [--pages]``; the second serves the published release."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from tests.bench.cases import cases


def seconds(run: Callable[[], object]) -> float:
    """Wall time of one run."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def peak_memory() -> str:
    """Highest memory of the process so far, where the system tells."""
    try:
        import resource
    except ImportError:
        return "non mesurée sous Windows"
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} Mio"


def main(quick: bool) -> None:
    """Print one line per benchmark."""
    for case in cases(quick):
        reference = seconds(case.reference)
        spent = seconds(case.run)
        print(case.name)  # noqa: T201
        print(  # noqa: T201
            f"  {spent:.3f} s, {spent / reference:.1f} fois {case.reference_name} ({reference:.3f} s) ; "
            f"mémoire au plus haut : {peak_memory()} ; demandé : {case.budget}"
        )


def pages(quick: bool) -> None:
    """Print what the readers of the dashboard wait for."""
    from tests.bench.sessions import report

    for line in report(quick):
        print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    (pages if "--pages" in sys.argv[1:] else main)("--quick" in sys.argv[1:])
