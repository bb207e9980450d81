"""The orders of priority: as the release publishes them, or with other weights of the themes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, NamedTuple, cast

from dashboard.data.analysis import drawn_from, orders
from dashboard.data.kept import kept
from dashboard.data.questions import Barometer
from indicators.model import Theme
from sources.vocabulary import Level, Perimeter

if TYPE_CHECKING:
    import polars as pl

    from dashboard.data.release import Release


class Part(NamedTuple):
    """What a theme or an indicator brings to a score."""

    points: float
    """Points it brings."""
    gap: float
    """The same minus what it brings on average."""


@dataclass(frozen=True)
class Place:
    """One ranked territory: an interval of ranks, never a rank alone."""

    code: str
    name: str
    low: int
    median: float
    high: int
    worst: float
    """Share of the draws in the worst quarter, in percent."""
    score: float
    why: str
    themes: Mapping[str, Part]
    indicators: Mapping[str, Part]

    @property
    def interval(self) -> tuple[int, int]:
        """First and last rank, at 95 %."""
        return self.low, self.high


@dataclass(frozen=True)
class Entry:
    """An indicator, kept or left out, and the sentence that says so."""

    indicator: str
    theme: str
    text: str


@dataclass(frozen=True)
class Order:
    """One order of priority."""

    level: str
    perimeter: str | None
    places: tuple[Place, ...]
    """The strongest need first."""
    apart: tuple[tuple[str, str, str], ...]
    """Code, name and reason of the territories that are not ranked."""
    kept: tuple[Entry, ...]
    excluded: tuple[Entry, ...]

    @property
    def quarter(self) -> int:
        """Last rank of the quarter where need is strongest."""
        return max(1, -(-len(self.places) * 25 // 100))

    def place(self, code: str) -> Place | None:
        """Return the place of a territory, if it is ranked."""
        return next((place for place in self.places if place.code == code), None)

    def reason(self, code: str) -> str | None:
        """Return why a territory is not ranked."""
        return next((reason for other, _, reason in self.apart if other == code), None)

    @property
    def themes(self) -> list[str]:
        """Themes that enter the order, in the order of the barometer."""
        held = {entry.theme for entry in self.kept}
        return [theme.value for theme in Theme if theme.value in held]


@kept
def order(
    barometer: Barometer,
    level: Level,
    perimeter: Perimeter | None = None,
    weights: tuple[tuple[Theme, float], ...] = (),
) -> Order | None:
    """Return an order of priority, ``None`` when the release has none.

    Args:
        barometer: The release.
        level: ``commune`` or ``qpv``.
        perimeter: Generation of the quarters.
        weights: Of the themes whose weight is not 1; anything given makes the draws anew.
    """
    release = barometer.release
    published = orders(release, level, perimeter)
    if published is None:
        return None
    rows = _again(release, published, level, perimeter, weights) if weights else published
    return _read(rows, barometer, level, perimeter) if rows.height else None


def _again(
    release: Release,
    published: pl.DataFrame,
    level: Level,
    perimeter: Perimeter | None,
    weights: tuple[tuple[Theme, float], ...],
) -> pl.DataFrame:
    """Draw again with other weights: the plan of the barometer, its seed included."""
    from indicators.analysis.priority import rows
    from indicators.analysis.reference_set import read_back
    from indicators.analysis.robustness import Plan
    from indicators.analysis.selection import NamedTerritories

    known, values = drawn_from(release, level)
    territories = SimpleNamespace(territory=known)
    plan = Plan(weights=dict(weights))
    return rows(
        values,
        cast("NamedTerritories", territories),
        plan,
        orders=((level, perimeter),),
        references=read_back(published),
    )


def _read(rows: pl.DataFrame, barometer: Barometer, level: Level, perimeter: Perimeter | None) -> Order:
    names = {t.code: t.name for t in barometer.territories if t.level == level}
    by_code: dict[str, dict[str, tuple[float, float, float, str]]] = {}
    points: dict[str, dict[tuple[str | None, str | None], dict[str, float]]] = {}
    kept: list[Entry] = []
    excluded: list[Entry] = []
    columns = (
        "analysis",
        "level",
        "code",
        "indicator",
        "theme",
        "measure",
        "value",
        "lower",
        "upper",
        "text",
    )
    for analysis, at, code, indicator, theme, measure, value, low, high, text in rows.select(
        columns
    ).iter_rows():
        if analysis == "contribution":
            points.setdefault(code, {}).setdefault((theme, indicator), {})[measure] = value
        elif at != level:
            entry = Entry(indicator or "", theme or "", text or "")
            if measure == "retenu":
                kept.append(entry)
            elif measure == "exclu":
                excluded.append(entry)
        else:
            by_code.setdefault(code, {})[measure] = (value, low, high, text or "")
    places = [
        _place(code, names.get(code, code), found, points.get(code, {}))
        for code, found in by_code.items()
        if "rang" in found
    ]
    apart = [
        (code, names.get(code, code), found["hors_classement"][3])
        for code, found in by_code.items()
        if "hors_classement" in found
    ]
    places.sort(key=lambda place: (place.median, place.low, place.high, place.code))
    position = {indicator.indicator: n for n, indicator in enumerate(barometer.indicators)}

    def rank(entry: Entry) -> int:
        return position.get(entry.indicator, len(position))

    return Order(
        level,
        perimeter,
        tuple(places),
        tuple(sorted(apart, key=lambda one: one[1])),
        tuple(sorted(kept, key=rank)),
        tuple(sorted(excluded, key=rank)),
    )


def _place(
    code: str,
    name: str,
    found: Mapping[str, tuple[float, float, float, str]],
    points: Mapping[tuple[str | None, str | None], Mapping[str, float]],
) -> Place:
    median, low, high, _ = found["rang"]
    parts = {
        key: Part(measures.get("contribution", 0.0), measures["contribution_ecart"])
        for key, measures in points.items()
        if measures.get("contribution_ecart") is not None
    }
    return Place(
        code,
        name,
        int(low),
        median,
        int(high),
        found["part_quart"][0],
        found["score"][0],
        found["pourquoi"][3],
        {theme: part for (theme, indicator), part in parts.items() if theme and indicator is None},
        {indicator: part for (_, indicator), part in parts.items() if indicator},
    )
