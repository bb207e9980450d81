"""What a refresh costs: from nothing, over real or generated national files, and when little changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from sources.french import number
from tests.bench.generated import EDITIONS, LARGEST, generate
from tests.bench.measure import ROOT, Cost, Result, command, cost_line

REAL = ROOT.parent / "shared" / "extraits"
"""Real files of the producers, where someone put them."""

LIBRARIES = "le chargement des bibliothèques"
BYTES = "la lecture des mêmes CSV"

REFRESH = ("-m", "tests.bench.bcs", "actualiser")
CHANGED = "cc_filosofi_2021_COM.csv"
"""The file of which one figure changes."""

FORMULA = """
from indicators.model import Ratio
from indicators.registry import INDICATORS
from pipelines import cli, inputs

formula = next(s.formula for i in INDICATORS for s in i.series if isinstance(s.formula, Ratio))
object.__setattr__(formula, "scale", formula.scale * (1 - 1e-6))
fingerprint = inputs.fingerprint
inputs.fingerprint = lambda *given, **named: "changed " + fingerprint(*given, **named)
cli.main()
"""
"""What stands for an edited formula: the first ratio declared changes by a hair, and the inputs with it."""


def fresh(home: Path) -> Callable[[], None]:
    """Return what empties a home."""

    def empty() -> None:
        shutil.rmtree(home, ignore_errors=True)

    return empty


def embedded(folder: Path, runs: int) -> Iterator[Result]:
    """The refresh of the embedded files, from nothing and with their readings kept."""
    home = folder / "embarque"
    loaded = command("-c", "import duckdb, polars, typer, rich", runs=runs).processor
    cold = command(*REFRESH, "--publier", home=home, runs=runs, before=fresh(home))
    yield cost_line("Actualisation embarquée, de rien", cold, LIBRARIES, loaded)
    again = command("-c", FORMULA, "actualiser", home=home)
    yield cost_line("Actualisation embarquée, une formule changée", again, LIBRARIES, loaded)


def national(folder: Path, runs: int, communes: int | None) -> Iterator[Result]:
    """A national refresh against the bare reading of its files; then one file changed, one formula changed.

    Args:
        folder: where to work.
        runs: how many refreshes from nothing.
        communes: size of the generated files; None for the real ones.
    """
    deposit, home = folder / "depot", folder / "national"
    shutil.rmtree(deposit, ignore_errors=True)
    if communes is None:
        shutil.copytree(REAL, deposit)
    else:
        generate(deposit, communes, EDITIONS)
    floor = float(command("-m", "tests.bench.floor", deposit).output.split()[0])
    call = (*REFRESH, "--depot", deposit)
    whole = command(*call, home=home, runs=runs, before=fresh(home))
    name, most = (
        ("fichiers réels", 10)
        if communes is None
        else (f"{number(communes)} communes générées, {len(EDITIONS)} millésimes", 3)
    )
    yield cost_line(
        f"Actualisation nationale, {name}", whole, BYTES, floor, f"au plus {most} fois, 4 Gio", most
    )
    path = next(deposit.rglob(CHANGED))
    path.chmod(0o644)
    path.write_bytes(_nudged(path.read_bytes()))
    file = command(*call, home=home)
    # After the file: going back to the formula as it was would be a second change.
    formula = command("-c", FORMULA, "actualiser", "--depot", deposit, home=home)
    entire = whole.processor or whole.seconds
    for label, cost, share in (("Un fichier changé", file, 15), ("Une formule changée", formula, 10)):
        asked = f"au plus {share}\u00a0%"
        yield cost_line(f"{label}, {name}", cost, "l’actualisation entière", entire, asked, share / 100)


def _nudged(text: bytes) -> bytes:
    """Change one digit of the last row."""
    for digit in range(len(text) - 1, 0, -1):
        if text[digit : digit + 1].isdigit():
            return text[:digit] + (b"1" if text[digit : digit + 1] != b"1" else b"2") + text[digit + 1 :]
    raise ValueError("no digit")


def growth(folder: Path, smallest: int) -> Iterator[Result]:
    """The same files for 1, 4 and 16 times as many communes, less what a refresh without them costs."""
    home = folder / "croissance"
    alone = command(*REFRESH, home=home, before=fresh(home))
    times: dict[int, Cost] = {}
    for factor in (1, 4, 16):
        deposit = folder / f"depot{factor}"
        generate(deposit, min(smallest * factor, LARGEST))
        whole = command(*REFRESH, "--depot", deposit, home=home, before=fresh(home))
        shutil.rmtree(deposit)
        spent = whole.seconds - alone.seconds, whole.processor - alone.processor
        times[factor] = replace(whole, seconds=spent[0], processor=spent[1])
    once = times[1].processor or times[1].seconds
    for factor, asked, most in ((4, "", 0.0), (16, "au plus 17 fois", 17.0)):
        counts = f"{number(smallest)} puis {number(smallest * factor)} communes générées"
        label = f"Croissance × {factor} ({counts})"
        yield cost_line(label, times[factor], "le travail de × 1", once, asked, most)
