"""What the figures of a variable may be, whatever the dataset: the declarations of ``variables.yaml``.

Belongs here: reading them. Does not belong here: what is done with a figure outside them
(``indicators.plausibility``).
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

from pydantic import Field, model_validator

from sources.declarations import read_yaml, validated
from sources.model import Model

VARIABLES = Path(__file__).parent / "variables.yaml"


class Range(Model):
    """Plausible values of some variables, in their own unit."""

    variables: str
    low: float
    high: float


class Quotient(Model):
    """A variable that is the quotient of two others of the same row."""

    variable: str
    numerator: str
    denominator: str
    within: float = Field(gt=0)
    """Relative difference that the rounding of the producer explains."""


class Sum(Model):
    """A count that is the sum of others of the same territory and year."""

    total: str
    parts: tuple[str, ...] = Field(min_length=2)
    within: float = Field(default=0.0, ge=0)
    """Relative difference that the weighting of the producer explains."""


class Part(Model):
    """A count that is at most another one of the same territory and year."""

    part: str
    total: str


class Twin(Model):
    """Two variables of different files that count the same thing, at the same territories."""

    one: str
    other: str
    within: float = Field(gt=0)
    """Relative difference seen at most between real files of one year."""


class Volatile(Model):
    """Variables that move more, or less, than those of their kind."""

    variables: str
    factor: float = Field(gt=0)


class Variables(Model):
    """Contents of ``variables.yaml``."""

    ranges: tuple[Range, ...] = ()
    orders: tuple[tuple[str, ...], ...] = ()
    """Variables of one row from the lowest to the highest; some may be absent."""
    quotients: tuple[Quotient, ...] = ()
    wholes: tuple[tuple[str, ...], ...] = ()
    """Percentages of one row that add up to 100."""
    sums: tuple[Sum, ...] = ()
    parts: tuple[Part, ...] = ()
    twins: tuple[Twin, ...] = ()
    fractional: str = ""
    volatile: tuple[Volatile, ...] = ()
    repeated: str = ""
    """Variables whose figures may be those of another edition."""
    populations: tuple[str, ...] = ()
    """Variables that count inhabitants, the first one known first."""

    @model_validator(mode="after")
    def _compiles(self) -> Variables:
        named = [one.variables for one in self.ranges] + [one.variables for one in self.volatile]
        for pattern in (self.fractional, self.repeated, *named):
            re.compile(pattern)
        return self

    def range_of(self, variable: str) -> tuple[float, float] | None:
        """Return the plausible values of a variable, None when nothing is declared.

        Returns:
            The lowest and the highest figure, in the unit of the variable.
        """
        found = (r for r in self.ranges if re.fullmatch(r.variables, variable))
        return next(((r.low, r.high) for r in found), None)

    def factor_of(self, variable: str) -> float:
        """Return by how much a variable moves more than those of its kind.

        Returns:
            A factor of the usual spread, without unit; 1 where nothing is declared.
        """
        return next((v.factor for v in self.volatile if re.fullmatch(v.variables, variable)), 1.0)

    def is_fractional(self, variable: str) -> bool:
        """Return whether a count of this variable may have decimals."""
        return re.fullmatch(self.fractional, variable) is not None


@functools.cache
def load_variables() -> Variables:
    """Read and check the declarations, once.

    Raises:
        DeclarationError: naming each field that is wrong, in French.
    """
    return validated(Variables, read_yaml(VARIABLES), VARIABLES.name)
