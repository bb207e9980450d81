"""The thresholds and the weights an address asks for, checked, and how it writes them."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace

from indicators.analysis.answers import CONSTANTS, Constants
from indicators.model import Theme
from sources import french

RANGES: Mapping[str, tuple[float, float, float]] = {
    "band": (0.0, 3.0, 0.25),
    "uneven": (0.02, 0.3, 0.02),
    "concentrated": (0.1, 0.5, 0.02),
    "half": (0.0, 0.3, 0.02),
    "share": (0.1, 0.6, 0.05),
}
"""Lowest and highest value a reader may ask of each constant, and the step between two."""

PARAMETERS = {
    "band": "seuil_equivalence",
    "uneven": "seuil_inegalite",
    "concentrated": "seuil_concentration",
    "half": "seuil_moitie",
    "share": "seuil_quartiers",
}
WEIGHTS = "poids"
WEIGHT_STEPS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
"""Weights a reader may give a theme; 1 is that of the barometer."""

SHARES = frozenset({"uneven", "concentrated", "half", "share"})
"""Constants between 0 and 1, shown in percent."""


@dataclass(frozen=True)
class Settings:
    """Valid thresholds and weights."""

    constants: Constants = CONSTANTS
    weights: tuple[tuple[Theme, float], ...] = ()
    """Of the themes whose weight is not 1, in the order of the themes."""

    @property
    def declared(self) -> bool:
        """Whether the thresholds are the barometer's own."""
        return self.constants == CONSTANTS

    def parameters(self) -> dict[str, str | None]:
        """Return the address parameters of these settings, ``None`` for those of the barometer."""
        own = {
            PARAMETERS[field.name]: (getattr(self.constants, field.name), getattr(CONSTANTS, field.name))
            for field in fields(Constants)
        }
        moved = {name: _written(now) if now != declared else None for name, (now, declared) in own.items()}
        return {**moved, WEIGHTS: weights_text(self.weights) or None}


def settings(understood: Mapping[str, str]) -> tuple[Settings, str]:
    """Return the settings of valid values, and the notice about them together, empty when there is none.

    Args:
        understood: Values of the parameters, each in its range.
    """
    changes = {name: float(understood[own]) for name, own in PARAMETERS.items() if own in understood}
    constants = replace(CONSTANTS, **changes)
    said = ""
    if constants.uneven > constants.concentrated:
        said = (
            "Le seuil « plus marqué par endroits » dépasse celui de « concentré » : ceux du baromètre sont "
            "gardés."
        )
        constants = replace(constants, uneven=CONSTANTS.uneven, concentrated=CONSTANTS.concentrated)
    return Settings(constants, read_weights(understood.get(WEIGHTS, "")) or ()), said


def number(asked: str) -> float | None:
    """Return a finite number written in a dozen signs at most, else ``None``.

    Args:
        asked: The text of the address.

    Returns:
        The number as it is written, in the unit of the parameter.
    """
    try:
        value = float(asked) if len(asked) <= 12 else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def read_weights(asked: str) -> tuple[tuple[Theme, float], ...] | None:
    """Read « revenus-2,sante-0.5 »: the weights that are not 1, in the order of the themes; else ``None``.

    Args:
        asked: The text of the address, empty for the weights of the barometer.

    Returns:
        Theme and weight, without unit, among :data:`WEIGHT_STEPS`; ``None`` for another weight, a theme that
        is unknown or given twice, or weights that are all zero.
    """
    if not asked:
        return ()
    known = {theme.value: theme for theme in Theme if theme is not Theme.IDH4}
    found: dict[Theme, float] = {}
    for part in asked.split(",", len(known)):
        name, _, weight = part.rpartition("-")
        value = number(weight)
        if name not in known or known[name] in found or value is None or value not in WEIGHT_STEPS:
            return None
        found[known[name]] = value
    if all(found.get(theme, 1.0) == 0 for theme in known.values()):
        return None
    return tuple((theme, found[theme]) for theme in Theme if found.get(theme, 1.0) != 1)


def weights_text(weights: Collection[tuple[Theme, float]]) -> str:
    """Return the weights as the address writes them."""
    return ",".join(f"{theme.value}-{_written(weight)}" for theme, weight in weights if weight != 1)


def _written(value: float) -> str:
    return f"{round(value, 4):g}"


def threshold(name: str, value: float) -> str:
    """Return a threshold as a reader sees it."""
    return french.percent(value) if name in SHARES else french.number(value, 2)


def steps(name: str, current: float) -> list[float]:
    """Return the values offered for a constant: a regular grid, the declared one and the current one.

    Returns:
        Sorted values, in the unit of the constant.
    """
    low, high, step = RANGES[name]
    count = round((high - low) / step)
    grid = {round(low + i * step, 4) for i in range(count + 1)}
    near = {getattr(CONSTANTS, name), current}
    return sorted({v for v in grid if all(abs(v - n) > step / 5 for n in near)} | near)
