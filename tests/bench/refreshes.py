"""What a refresh costs: from nothing, over real or generated national files, and when little changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.generated import LARGEST, generate
from tests.bench.measure import ROOT, Cost, Result, command

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
    libraries = command("-c", "import dagster, duckdb, pandera.polars, polars, typer, rich", runs=runs)
    cold = command(*REFRESH, "--publier", home=home, runs=runs, before=fresh(home))
    ratio = cold.seconds / libraries.seconds
    yield Result("Actualisation embarquée, de rien", cold.seconds, LIBRARIES, ratio, cold.memory, "", None)
    warm = command("-c", FORMULA, "actualiser", home=home)
    yield Result(
        *("Actualisation embarquée, une formule changée", warm.seconds, LIBRARIES),
        *(warm.seconds / libraries.seconds, warm.memory, "", None),
    )


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
        generate(deposit, communes)
    floor = float(command("-m", "tests.bench.floor", deposit).output.split()[0])
    call = (*REFRESH, "--depot", deposit)
    whole = command(*call, home=home, runs=runs, before=fresh(home))
    name, most = ("fichiers réels", 10) if communes is None else (f"{communes} communes générées", 3)
    yield Result(
        *(f"Actualisation nationale, {name}", whole.seconds, BYTES, whole.seconds / floor, whole.memory),
        *(f"au plus {most} fois, 4 Gio", whole.seconds <= most * floor and whole.memory <= 4096),
    )
    yield from _changes(deposit, home, call, name, whole)


def _changes(
    deposit: Path, home: Path, call: tuple[str | Path, ...], name: str, whole: Cost
) -> Iterator[Result]:
    reference = "l’actualisation entière"
    formula = command(
        "-c",
        FORMULA,
        "actualiser",
        "--depot",
        deposit,
        home=home,
    )
    path = next(deposit.rglob(CHANGED))
    text = path.read_bytes()
    path.write_bytes(text.replace(b";21640;", b";21650;", 1) if b";21640;" in text else _nudged(text))
    file = command(*call, home=home)
    for label, cost, most in (("un fichier changé", file, 0.15), ("une formule changée", formula, 0.1)):
        ratio = cost.seconds / whole.seconds
        asked = f"au plus {most:.0%}".replace("%", "\u00a0%")
        yield Result(
            f"{label[:1].upper()}{label[1:]}, {name}",
            cost.seconds,
            reference,
            ratio,
            cost.memory,
            asked,
            ratio <= most,
        )


def _nudged(text: bytes) -> bytes:
    """Change one digit of the last row."""
    for digit in range(len(text) - 1, 0, -1):
        if text[digit : digit + 1].isdigit():
            return text[:digit] + (b"1" if text[digit : digit + 1] != b"1" else b"2") + text[digit + 1 :]
    raise ValueError("no digit")


def growth(folder: Path, smallest: int) -> Iterator[Result]:
    """The same files for 1, 4 and 16 times as many communes, less what a refresh without them costs."""
    home, alone = folder / "croissance", folder / "seul"
    base = command(*REFRESH, home=alone, before=fresh(alone)).seconds
    times: dict[int, Cost] = {}
    for factor in (1, 4, 16):
        deposit = folder / f"depot{factor}"
        shutil.rmtree(deposit, ignore_errors=True)
        generate(deposit, min(smallest * factor, LARGEST))
        times[factor] = command(*REFRESH, "--depot", deposit, home=home, before=fresh(home))
        shutil.rmtree(deposit)
    more = times[1].seconds - base
    for factor, most in ((4, 4.25), (16, 17.0)):
        ratio = (times[factor].seconds - base) / more
        label = f"Croissance × {factor} ({smallest} puis {smallest * factor} communes générées)"
        reference = "le travail de × 1"
        asked = f"au plus {most:.0f}" if factor == 16 else ""
        cost = times[factor]
        reached = ratio <= most if factor == 16 else None
        yield Result(label, cost.seconds, reference, ratio, cost.memory, asked, reached)
