"""A command run several times, as a whole process: time, processor, peak memory; what is recorded of it."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sources.french import number

ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path(__file__).with_name("results.json")
PAGES = Path(__file__).with_name("pages.txt")
"""What was last recorded of what the readers wait for."""

LONG = PAGES.with_name("pages_longues.txt")
"""The same, of a server followed for another time than the usual one."""


@dataclass(frozen=True)
class Cost:
    """What runs of one command cost, each figure the median of the runs."""

    seconds: float
    processor: float
    memory: float
    """Highest memory of a process, in MiB; 0 where the system does not tell (Windows)."""
    output: str = ""
    """What the last run printed."""


def command(
    *words: str | Path, home: Path | None = None, runs: int = 1, before: Callable[[], object] = lambda: None
) -> Cost:
    """Run ``python -m …`` or ``-c …`` of this environment as often as asked, and measure each run whole.

    Args:
        words: arguments of the interpreter.
        home: the ``BCS_HOME`` of the command.
        runs: how many times.
        before: called before each run, not measured.

    Raises:
        RuntimeError: a run failed; with what it said.
    """
    environment = {**os.environ} | ({"BCS_HOME": str(home)} if home else {})
    found: list[Cost] = []
    for _ in range(runs):
        before()
        start = time.perf_counter()
        run = subprocess.Popen(
            [sys.executable, *map(str, words)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert run.stdout is not None
        said = run.stdout.read().decode("utf-8", "replace")
        processor, memory = _wait(run)
        if run.returncode not in (0, 3):
            # 3: the candidate is made and something in it waits for a person.
            raise RuntimeError(f"{words}: {said[-2000:]}")
        found.append(Cost(time.perf_counter() - start, processor, memory, said))
    middle = statistics.median
    return Cost(
        middle(one.seconds for one in found),
        middle(one.processor for one in found),
        middle(one.memory for one in found),
        found[-1].output,
    )


def _wait(run: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Wait for a process; return its processor time and its peak memory in MiB, 0 where nobody tells."""
    if sys.platform == "win32":
        run.wait()
        return 0.0, 0.0
    _, status, usage = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    per_mib = 2**20 if sys.platform == "darwin" else 2**10
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / per_mib


@dataclass(frozen=True)
class Result:
    """One line of the table: a measure, and how many times its reference of the same run it is.

    The ratio is of processor times where both are known: a busy machine makes a command wait, not work more.
    """

    label: str
    seconds: float
    processor: float
    """0 where it was not measured apart."""
    reference: str
    ratio: float | None
    memory: float
    target: str
    """What is asked, in words."""
    reached: bool | None
    """None where nothing is asked."""

    def line(self) -> str:
        """Return the row of the table, as the README has it."""
        cells = (
            self.label,
            french(self.seconds, "s"),
            french(self.processor, "s") if self.processor else "–",
            f"{french(self.ratio)} × {self.reference}" if self.ratio is not None else "–",
            french(self.memory, "Mio") if self.memory else "–",
            self.target or "–",
            {True: "oui", False: "non", None: "–"}[self.reached],
        )
        return f"| {' | '.join(cells)} |"


COLUMNS = ("mesure", "temps", "processeur", "fois la référence", "mémoire", "demandé", "atteint")
HEAD = f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|"


def french(value: float, unit: str = "") -> str:
    """Write a number with two significant figures or so, in French."""
    digits = 0 if value >= 10 else 1 if value >= 1 else 2 if value >= 0.1 else 3
    text = number(value, digits)
    return f"{text}\u00a0{unit}" if unit else text


def busy() -> str:
    """Return how many processes wanted the processor in the last minute: past its cores, times say little."""
    return french(os.getloadavg()[0]) if hasattr(os, "getloadavg") else "inconnue"


def machine() -> str:
    """Say what the figures were measured on, without naming the machine."""
    memory = ""
    if hasattr(os, "sysconf"):
        memory = f", {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} Gio"
    return f"{os.cpu_count()} cœurs{memory}, {platform.system()}, Python {platform.python_version()}"


def cost_line(
    label: str, cost: Cost, reference: str, over: float, target: str = "", most: float = 0
) -> Result:
    """Return the line of a command.

    Args:
        label: what was measured.
        cost: what it cost.
        reference: name of the reference.
        over: processor time of the reference.
        target: what is asked, in words.
        most: the highest ratio asked; 0 when nothing is.
    """
    spent = cost.processor or cost.seconds
    return Result(
        *(label, cost.seconds, cost.processor, reference, spent / over, cost.memory, target),
        spent <= most * over if most else None,
    )


@dataclass(frozen=True)
class Recorded(Result):
    """A result of the last recorded run, and how it was obtained."""

    machine: str
    command: str

    def line(self) -> str:
        """Return the row of the README's table, with the command."""
        return f"{super().line()} `{self.command}` |"


def recorded() -> list[Recorded]:
    """Return the results last recorded."""
    return [Recorded(**line) for line in json.loads(RESULTS.read_text(encoding="utf-8"))["results"]]


def record(results: Sequence[Result], asked: str) -> None:
    """Write the last results, line by line over those of the same label recorded before."""
    kept = {one.label: one for one in recorded()} if RESULTS.exists() else {}
    kept |= {one.label: Recorded(**asdict(one), machine=machine(), command=asked) for one in results}
    text = json.dumps({"results": [asdict(one) for one in kept.values()]}, ensure_ascii=False, indent=1)
    RESULTS.write_text(text + "\n", encoding="utf-8")


def table() -> str:
    """Return the table of the README, from what was last recorded."""
    first, second = HEAD.split("\n")
    return "\n".join([f"{first} commande |", f"{second}---|", *(one.line() for one in recorded())])
