"""What may be set beside a map: the same figures another year, or another indicator."""

from __future__ import annotations

from dashboard.data.kept import kept
from dashboard.data.questions import Barometer
from dashboard.story.everywhere import Everywhere, everywhere
from dashboard.story.evolution import breaks_of


def offered(shown: Everywhere) -> list[str]:
    """Return what may be set beside the map of an indicator, as the address writes it.

    Returns:
        Years of the same definition that compare with the one shown, latest first: no break parts them, and
        two censuses do not overlap; then the ids of the other indicators that communes have figures of.
    """
    own, others = shown.indicator.indicator, _mapped(shown.barometer)
    return [*map(str, _comparable_years(shown)), *(name for name in others if name != own)]


def twin(shown: Everywhere, asked: str) -> Everywhere:
    """Return what is set beside a map.

    Args:
        shown: What the map shows.
        asked: A year or the id of an indicator, one of :func:`offered`.
    """
    barometer = shown.barometer
    if asked.isdecimal():
        return everywhere(barometer, shown.indicator, shown.concept, int(asked))
    other = next(i for i in barometer.indicators if i.indicator == asked)
    return everywhere(barometer, other, None, "")


def _comparable_years(shown: Everywhere) -> list[int]:
    now = shown.millesime
    if now is None:
        return []
    apart = max(shown.indicator.census_apart, 1)
    breaks = [b.year for b in breaks_of(shown.barometer, shown.indicator)]
    return [
        year
        for year in shown.years
        if year is not None
        and abs(year - now) >= apart
        and not any(min(year, now) < broken <= max(year, now) for broken in breaks)
    ]


@kept
def _mapped(barometer: Barometer) -> tuple[str, ...]:
    """The indicators that communes have figures of, in the order of the themes."""
    known = (i for i in barometer.indicators if everywhere(barometer, i, None, "").numbers)
    return tuple(i.indicator for i in known)
