"""The thresholds and the weights an address asks for, checked, and how it writes them."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace

from dashboard.story import words
from indicators.analysis.answers import CONSTANT_LABELS, CONSTANTS, Constants
from indicators.model import Theme

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
"""Constants between 0 and 1, said in percent."""


@dataclass(frozen=True)
class Settings:
    """Valid thresholds and weights, and what had to be said of the address."""

    constants: Constants = CONSTANTS
    weights: tuple[tuple[Theme, float], ...] = ()
    """Of the themes whose weight is not 1, in the order of the themes."""
    notices: tuple[str, ...] = ()

    @property
    def declared(self) -> bool:
        """Whether the thresholds are the barometer's own."""
        return self.constants == CONSTANTS

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """Return the address parameters of these settings, those of the barometer left out."""
        current: dict[str, str | None] = {
            PARAMETERS[field.name]: _written(getattr(self.constants, field.name))
            for field in fields(Constants)
            if getattr(self.constants, field.name) != getattr(CONSTANTS, field.name)
        }
        current[WEIGHTS] = weights_text(self.weights) or None
        return {name: value for name, value in {**current, **changes}.items() if value is not None}


def parse(parameters: Mapping[str, str]) -> Settings:
    """Return the settings of an address; whatever is not a number in its range is replaced and said."""
    notices: list[str] = []
    changes: dict[str, float] = {}
    for name, parameter in PARAMETERS.items():
        asked = parameters.get(parameter)
        if asked is None:
            continue
        value = _number(asked)
        low, high, _ = RANGES[name]
        if value is None or not low <= value <= high:
            notices.append(
                f"Le seuil « {CONSTANT_LABELS[name]} » demandé dans l’adresse n’est pas entre "
                f"{threshold(name, low)} et {threshold(name, high)} : celui du baromètre est gardé."
            )
        else:
            changes[name] = value
    constants = replace(CONSTANTS, **changes)
    if constants.uneven > constants.concentrated:
        notices.append(
            "Le seuil « plus marqué par endroits » dépasse celui de « concentré » : ceux du baromètre sont "
            "gardés."
        )
        constants = replace(constants, uneven=CONSTANTS.uneven, concentrated=CONSTANTS.concentrated)
    weights, understood = _weights(parameters.get(WEIGHTS, ""))
    if not understood:
        notices.append(
            "Les poids demandés dans l’adresse ne sont pas compris : tous les thèmes ont le même poids."
        )
    return Settings(constants, weights, tuple(notices))


def _number(asked: str) -> float | None:
    try:
        value = float(asked) if len(asked) <= 12 else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _weights(asked: str) -> tuple[tuple[tuple[Theme, float], ...], bool]:
    """Read « revenus-2,sante-0.5 »."""
    if not asked:
        return (), True
    known = {theme.value: theme for theme in Theme if theme is not Theme.IDH4}
    found: dict[Theme, float] = {}
    for part in asked.split(",", len(known)):
        name, _, weight = part.rpartition("-")
        value = _number(weight)
        if name not in known or known[name] in found or value is None or value not in WEIGHT_STEPS:
            return (), False
        found[known[name]] = value
    if all(found.get(theme, 1.0) == 0 for theme in known.values()):
        return (), False
    return tuple((theme, found[theme]) for theme in Theme if found.get(theme, 1.0) != 1), True


def weights_text(weights: Collection[tuple[Theme, float]]) -> str:
    """Return the weights as the address writes them."""
    return ",".join(f"{theme.value}-{_written(weight)}" for theme, weight in weights if weight != 1)


def _written(value: float) -> str:
    return f"{round(value, 4):g}"


def threshold(name: str, value: float) -> str:
    """Return a threshold as a reader sees it."""
    if name in SHARES:
        return f"{words.number(100 * value)}{words.NBSP}%"
    return words.number(value, 2)


def steps(name: str, current: float) -> list[float]:
    """Return the values offered for a constant: a regular grid, the declared one and the current one."""
    low, high, step = RANGES[name]
    count = round((high - low) / step)
    grid = {round(low + i * step, 4) for i in range(count + 1)}
    near = {getattr(CONSTANTS, name), current}
    return sorted({v for v in grid if all(abs(v - n) > step / 5 for n in near)} | near)
