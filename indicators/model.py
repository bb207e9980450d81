"""What an indicator is: its meaning, its formulas, and the levels they hold for.

From these objects derive the computation, the validation schemas, the Dagster checks, the labels and
judgements of the dashboard, the sheets and the exports. Nothing restates them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from sources.vocabulary import Level


class Theme(StrEnum):
    """The introduction and the nine themes, in the order of the barometer."""

    IDH4 = "idh4"
    FAMILLE = "famille"
    REVENUS = "revenus"
    EMPLOI = "emploi"
    FORMATION = "formation"
    MOBILITE = "mobilite"
    LOGEMENT = "logement"
    SANTE = "sante"
    EGALITE = "egalite"
    CULTURE_SPORT = "culture_sport"

    @property
    def label(self) -> str:
        """French title of the theme."""
        return _THEME_LABELS[self]


_THEME_LABELS = {
    Theme.IDH4: "Indice de développement humain (IDH-4)",
    Theme.FAMILLE: "Famille",
    Theme.REVENUS: "Revenus",
    Theme.EMPLOI: "Emploi",
    Theme.FORMATION: "Formation",
    Theme.MOBILITE: "Mobilité",
    Theme.LOGEMENT: "Logement",
    Theme.SANTE: "Santé",
    Theme.EGALITE: "Égalité hommes-femmes",
    Theme.CULTURE_SPORT: "Culture et sport",
}


class Direction(StrEnum):
    """Which way means more need; descriptive indicators are never scored."""

    HIGH_IS_NEED = "high_is_need"
    LOW_IS_NEED = "low_is_need"
    DESCRIPTIVE = "descriptive"


class Unit(StrEnum):
    """Unit of a value; the label follows the number, with a no-break space."""

    PERCENT = "percent"
    POINTS = "points"
    EURO_PER_CU = "euro_per_cu"
    RATIO = "ratio"
    PER_100 = "per_100"
    PER_1000 = "per_1000"
    INDEX = "index"
    CONSULTATIONS = "consultations"
    SCORE = "score"

    @property
    def label(self) -> str:
        """Short French unit, empty for a bare ratio or score."""
        return _UNIT_LABELS[self]


_UNIT_LABELS = {
    Unit.PERCENT: "%",
    Unit.POINTS: "points",
    Unit.EURO_PER_CU: "€ par an et par UC",
    Unit.RATIO: "",
    Unit.PER_100: "pour 100 habitants",
    Unit.PER_1000: "pour 1 000 habitants",
    Unit.INDEX: "(France = 100)",
    Unit.CONSULTATIONS: "consultations par an et par habitant",
    Unit.SCORE: "",
}


ROUNDING = 0.1
"""A part may exceed its total by the rounding of a producer's own decimals."""

POPULATION = "rp_pop"
"""Inhabitants of the census, the denominator of every rate per inhabitant."""


class Scale(StrEnum):
    """Scale two figures are compared on, so that no change of unit or of sense moves a word."""

    ODDS = "odds"
    """Log odds of a share: those of its complement are the opposite ones."""
    RATIO = "ratio"
    """Logarithm of a positive quantity: that of its inverse is the opposite one."""
    POINTS = "points"
    """The value itself, where it may be negative: a difference."""


def total(*variables: str) -> Mapping[str, float]:
    """Return a plain sum of catalogue variables.

    Returns:
        Variable → 1.
    """
    return dict.fromkeys(variables, 1.0)


@dataclass(frozen=True)
class Published:
    """A value the producer publishes: never recomputed, never aggregated.

    ``lower`` and ``upper`` are the variables of its interval, where the producer publishes one. ``among`` is
    the variable that counts those a share of the census is of, where the share comes without its counts: its
    sampling error is read on their number at the nearest census that gives it.
    """

    variable: str
    lower: str | None = None
    upper: str | None = None
    among: str | None = None

    @property
    def variables(self) -> frozenset[str]:
        """Catalogue variables the formula needs."""
        return frozenset(v for v in (self.variable, self.lower, self.upper) if v is not None)


@dataclass(frozen=True)
class Ratio:
    """``scale`` × (linear combination of counts) / (linear combination of counts).

    ``denominator_year`` ``interpolated``: the denominator is on the line between the available years before
    and after (the population between two censuses), else that of the nearest; the value says which.
    """

    numerator: Mapping[str, float]
    denominator: Mapping[str, float]
    scale: float = 100
    denominator_year: Literal["same", "interpolated"] = "same"
    absent_is_zero: bool = False
    """The numerator is an inventory of things: in a sum, a commune it does not list has none of them."""

    @property
    def variables(self) -> frozenset[str]:
        """Catalogue variables the formula needs."""
        return frozenset(self.numerator) | frozenset(self.denominator)


@dataclass(frozen=True)
class Difference:
    """Difference of two ratios, ``minuend`` − ``subtrahend``, in their common scale."""

    minuend: Ratio
    subtrahend: Ratio

    @property
    def variables(self) -> frozenset[str]:
        """Catalogue variables the formula needs."""
        return self.minuend.variables | self.subtrahend.variables


@dataclass(frozen=True)
class Composite:
    """A value with its own method, computed by the named module of this package."""

    method: Literal["estimated_icm", "idh4"]
    inputs: frozenset[str]
    moved: str = ""
    """What a change between two years comes from, where some of its inputs have one year only: a sentence."""

    @property
    def variables(self) -> frozenset[str]:
        """Catalogue variables the formula needs."""
        return self.inputs


@dataclass(frozen=True)
class WeightedMean:
    """Σ value × weight / Σ weight over the communes of an aggregate, the producer's own rule for its rate.

    Only where the producer prescribes it (accessibility to doctors, weighted by standardised population);
    rates and medians are otherwise never averaged.
    """

    value: str
    weight: str

    @property
    def product(self) -> str:
        """Name of the rate times its weight, which is summed as a count is."""
        return f"{self.value} × {self.weight}"

    @property
    def ratio(self) -> Ratio:
        """The quotient of the two sums."""
        return Ratio({self.product: 1}, {self.weight: 1}, scale=1)

    @property
    def variables(self) -> frozenset[str]:
        """Catalogue variables the formula needs."""
        return frozenset({self.value, self.weight})


Formula = Published | Ratio | Difference | Composite | WeightedMean


@dataclass(frozen=True)
class Series:
    """One way of computing an indicator, for some levels.

    Series of the same ``concept`` may be compared with one another (a QPV with a commune); series
    of different concepts never. The first series that gives a value for a territory and a year wins.
    """

    id: str
    formula: Formula
    levels: frozenset[Level]
    concept: str
    label: str = ""
    """Title of the variant when it is not the indicator's own concept (« 0-14 ans »)."""
    caveat: str = ""
    scored: bool = True
    """False for a neighbour concept shown apart, never compared nor ranked."""
    years: tuple[int | None, int | None] = (None, None)
    """First and last reference years the formula holds for, when a producer changed a variable's meaning."""
    unit: Unit | None = None
    """Unit of the variant when it is not the indicator's."""
    reading: str = ""
    """Reading sentence of the variant when the indicator's would be wrong for it."""


@dataclass(frozen=True)
class Break:
    """A change of definition: values from ``year`` on are not comparable with earlier ones."""

    year: int
    reason: str


@dataclass(frozen=True)
class Indicator:
    """One indicator, declared once."""

    id: str
    number: int
    """Rank in the design's table; order of display within a theme."""
    theme: Theme
    title: str
    short_title: str
    definition: str
    """What is counted, among whom: one or two French sentences."""
    reading: str
    """How to read one value aloud: ``{territory_in}`` (« À Denain »), ``{value}`` (with its unit),
    ``{year}``."""
    direction: Direction
    unit: Unit
    series: tuple[Series, ...]
    need: str = ""
    """The need it measures, a singular noun phrase with its article (« La pauvreté monétaire »): what
    « … se concentre » begins with. Empty where nothing is judged."""
    equivalence: float | None = None
    """How far two figures may be and still be called comparable, on the indicator's own scale: an odds ratio
    for a share, a ratio for a positive quantity, a difference in points. Empty where nothing is judged."""
    people: tuple[str, str] = ("", "")
    """Who is concerned and among whom, each after « la moitié »: « des chômeurs », « des actifs ». Empty
    where nobody is counted (a median, an index)."""
    same_need: str = ""
    """Indicator that measures the same need, shown in its place where only one is shown."""
    headline: int | None = None
    """Rank among the facts shown first for every territory, whatever they are; none for the others."""
    synonyms: tuple[str, ...] = ()
    """Other names people look for it by."""
    instead: tuple[str, ...] = ()
    """What people look for, that is measured nowhere here and that this one is the closest to."""
    decimals: int = 1
    bounds: tuple[float | None, float | None] = (0, 100)
    plausible: tuple[float, float] | None = None
    """Values outside are possible and unlikely: held for review, never published without a decision."""
    caveats: str = ""
    breaks: tuple[Break, ...] = ()
    by_age: tuple[tuple[str, str], ...] = ()
    """Numerator and denominator of each age band, where the files give them: ages may then be made equal."""
    sampled: Literal["no", "principal", "complementary"] = "no"
    """Census exploitation the numerator comes from, which decides the interval (no: none)."""

    @property
    def judged(self) -> bool:
        """Whether it says a need: neither a descriptive indicator nor the index that opens the barometer."""
        return self.theme is not Theme.IDH4 and self.direction is not Direction.DESCRIPTIVE

    @property
    def scale(self) -> Scale:
        """Scale its figures are compared on."""
        if self.bounds[0] is not None and self.bounds[0] < 0:
            return Scale.POINTS
        return Scale.ODDS if self.unit in (Unit.PERCENT, Unit.PER_100) else Scale.RATIO

    @property
    def levels(self) -> frozenset[Level]:
        """Levels some series covers."""
        return frozenset().union(*(series.levels for series in self.series))

    @property
    def variables(self) -> frozenset[str]:
        """Catalogue variables any series needs, for its figures or for their error."""
        formulas = [series.formula for series in self.series]
        among = {f.among for f in formulas if isinstance(f, Published) and f.among is not None}
        return frozenset(among).union(*(formula.variables for formula in formulas))
