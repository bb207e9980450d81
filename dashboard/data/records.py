"""The rows of a release as the pages know them.

Names of the fields are those of the release's columns; a column an older release does not have is ``None``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from indicators.years import CENSUS_YEARS_APART
from sources.authority import Noun, noun_of
from sources.vocabulary import Status


@dataclass(frozen=True)
class Identity:
    """Which release this is, and whose."""

    release_id: str
    created_at: dt.datetime
    epci_code: str
    epci_name: str
    epci_noun: str | None = None
    """Common noun it is called by; None in an older release."""
    epci_feminine: bool | None = None
    contract: str | None = None
    """Name of its city contract; None without one, or in an older release."""

    @property
    def authority(self) -> Noun:
        """What the authority is called inside a sentence."""
        if self.epci_noun is None:
            return noun_of(self.epci_name)
        return Noun(self.epci_noun, self.epci_feminine is not False)


@dataclass(frozen=True)
class Territory:
    """One territory, as the table ``territory`` names it."""

    level: str
    code: str
    perimeter: str | None
    name: str
    in_epci: bool
    note: str | None
    role: str | None = None
    """Of a group: its side of the contract's own comparison, prioritaire or complementaire."""
    noun: Noun | None = None
    """Of the authority: what a sentence calls it."""


@dataclass(frozen=True)
class Membership:
    """One territory in another."""

    level: str
    code: str
    parent_level: str
    parent_code: str
    whole: bool
    inhabitants: int | None


@dataclass(frozen=True)
class Successor:
    """What a quarter of 2015 became in 2024."""

    code_2015: str
    code_2024: str
    nature: str
    source: str


@dataclass(frozen=True)
class Theme:
    """One theme, in the order of the barometer."""

    theme: str
    title: str


@dataclass(frozen=True)
class Indicator:
    """The declaration of an indicator, as published."""

    indicator: str
    theme: str
    title: str
    short_title: str
    definition: str
    reading: str
    direction: str
    unit: str
    unit_label: str
    decimals: int
    caveats: str | None
    sampled: str
    """How far a census is surveyed for it; « no » where it is not of a census."""
    in_contract: bool | None = None
    """Whether the contract itself compares its communes on it; None in a release without it."""
    scale: str | None = None
    """On what a gap with a reference is judged: points, ratio or odds."""
    need: str | None = None
    """The need it measures, with its article; None in a release without it."""
    same_need: str | None = None
    """Indicator that measures the same need, itself or another; None in a release without it."""
    headline: int | None = None
    """Rank among the facts shown first for every territory; None for the others."""
    synonyms: str | None = None
    """Other names it is looked for by, separated by semicolons."""
    equivalence: float | None = None
    """How far two figures may be and be called comparable, on that scale; None where it is not said."""
    instead: str | None = None
    """What is looked for, is measured nowhere and that it is the closest to, likewise."""

    @property
    def told_need(self) -> str:
        """The need it measures, counted once however many indicators measure it."""
        return self.same_need or self.indicator

    @property
    def census_apart(self) -> int:
        """Years needed between two figures of a census that are compared, 0 where they are of none."""
        return CENSUS_YEARS_APART if self.sampled != "no" else 0


@dataclass(frozen=True)
class Series:
    """One way of computing an indicator."""

    indicator: str
    series: str
    position: int
    concept: str
    label: str | None
    caveat: str | None
    scored: bool
    formula: str | None
    published: bool = False
    """Whether the producer gives the figure ready-made."""
    levels: str = ""
    variables: str = ""
    """Variables of the files its formula uses, after each other."""
    summed: str = ""
    """Counts a group of communes adds up, likewise; empty when it has no figure."""
    unit: str | None = None
    """Its own unit and sentence, where they are not the indicator's."""
    unit_label: str | None = None
    reading: str | None = None


@dataclass(frozen=True)
class PerimeterBreak:
    """A change of the communes a territory's figures are of: never joined with those of earlier years."""

    level: str
    code: str
    dataset: str
    year: int
    reason: str


@dataclass(frozen=True)
class Break:
    """A change of definition: figures from ``year`` on do not follow on from earlier ones."""

    indicator: str
    year: int
    reason: str


@dataclass(frozen=True)
class Value:
    """One value with all that explains it."""

    indicator: str
    series: str
    concept: str
    level: str
    code: str
    perimeter: str | None
    millesime: int | None
    edition: int | None
    period: str | None
    value: float | None
    numerator: float | None
    denominator: float | None
    denominator_millesime: int | None
    denominator_next: int | None
    """Second of the two years a denominator is interpolated between; null when it is of one year."""
    lower: float | None
    upper: float | None
    status: str
    origin: str | None
    datasets: str | None
    extracts: str | None
    note: str | None

    @property
    def usable(self) -> bool:
        """Whether there is a number to show."""
        return self.value is not None and self.status in (Status.OBSERVED, Status.ESTIMATED)

    @property
    def key(self) -> tuple[str, str, int | None, int | None]:
        """What distinguishes it from the other values of its territory."""
        return (self.indicator, self.series, self.millesime, self.edition)


@dataclass(frozen=True)
class Comparison:
    """A value beside one reference of the same concept and year."""

    indicator: str
    series: str
    level: str
    code: str
    millesime: int | None
    edition: int | None
    reference_level: str
    reference_code: str
    reference_millesime: int | None
    value: float
    reference_value: float
    gap: float
    gap_lower: float | None
    gap_upper: float | None
    gap_relative: float | None
    judgement: str | None
    reason: str | None
    gap_confidence: float | None = None
    """Level of the limits of the gap, raised when a page judges several; None in a release without it."""

    @property
    def key(self) -> tuple[str, str, int | None, int | None]:
        """Key of the value it is about, within its territory."""
        return (self.indicator, self.series, self.millesime, self.edition)


@dataclass(frozen=True)
class Evolution:
    """What the analysis makes of the years before a figure: its change from one base year, or why none."""

    indicator: str
    millesime: int | None
    """Year of the figure."""
    measure: str
    value: float | None
    """The change, in the unit of the indicator."""
    lower: float | None
    upper: float | None
    text: str

    @property
    def settled(self) -> bool:
        """Whether the whole interval of the change is on one side of zero."""
        return self.lower is not None and self.upper is not None and not self.lower <= 0 <= self.upper

    @property
    def since(self) -> int | None:
        """Base year, ``None`` where no year can be set against the figure."""
        year = self.measure.removeprefix("evolution_depuis_")
        return int(year) if year.isdecimal() else None


@dataclass(frozen=True)
class Spread:
    """How the communes of the agglomeration are spread on one indicator and year."""

    indicator: str
    concept: str
    millesime: int | None
    count: int
    low: float
    p25: float
    p75: float
    high: float


@dataclass(frozen=True)
class Dataset:
    """One source, with its freshness."""

    dataset: str
    title: str
    producer: str
    licence: str
    citation: str
    page: str | None
    publication_month: int | None
    publication_lag: int | None
    held: bool
    latest_edition: int | None
    latest_millesime: int | None


@dataclass(frozen=True)
class Extract:
    """One file a value comes from, with what its edition says of it."""

    extract: str
    dataset: str
    edition: int
    file: str
    sha256: str
    kind: str | None
    provenance: str | None
    reservations: str | None
    published: dt.date | None


@dataclass(frozen=True)
class Awaited:
    """The extract an indicator waits for at one level."""

    indicator: str
    level: str
    dataset: str | None
    reason: str | None


@dataclass(frozen=True)
class Fact:
    """A published fact, beside what we compute."""

    fact: str
    title: str
    value: float
    unit: str
    year: int | None
    territory_level: str | None
    territory_code: str | None
    source: str
    kind: str
    indicator: str | None
    computed: float | None
    difference: float | None
    scale: str | None
    comment: str | None
    answer: str | None = None
    """What our data say of it, in one line; None in a release without it."""


@dataclass(frozen=True)
class Contour:
    """The outline of a territory, GeoJSON text."""

    code: str
    name: str
    geojson: str
